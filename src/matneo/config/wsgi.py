"""The web server's entry."""

import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matneo.config.settings")
application = get_wsgi_application()

# What a process loads once (definitions, templates, the release's files), before the first visitor would wait for it.
FIRST_ADDRESSES = ("/", "/england/", "/england/measures/NAT-M06/")


def warm() -> None:
    """Ask for the first pages once. A page that cannot be had yet must not keep the server from starting."""
    from django.conf import settings
    from django.test import RequestFactory

    ask = RequestFactory(SERVER_NAME=settings.ALLOWED_HOSTS[0].lstrip("."), secure=settings.IS_HTTPS)
    for address in FIRST_ADDRESSES:
        try:
            application.get_response(ask.get(address))
        except Exception:
            logging.getLogger("matneo").warning("%s could not be prepared", address, exc_info=True)


# 1: ask for the first pages while starting, so that the first visitor does not wait. 0: start at once.
if os.environ.get("MATNEO_WARM", "1") == "1":
    warm()
