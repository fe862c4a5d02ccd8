"""What may be kept on the way: nothing that was answered to one person. And what is asked once a request."""

from django.conf import settings
from django.utils.cache import patch_vary_headers

from matneo.library import catalogue
from matneo.monitoring import current

PRIVATE = "private, no-store"


def keep_private(get_response):
    """Middleware: an answer to a person or a program, and every page of signing in, is kept by no browser and no proxy.
    What the public gets stays as it is."""

    def answered(request):
        response = get_response(request)
        if _is_private(request, response):
            response["Cache-Control"] = PRIVATE
        if request.path.startswith("/api/"):
            patch_vary_headers(response, ("Cookie", "Authorization"))
        return response

    return answered


def hold_current(get_response):
    """Middleware: within one request the library and the release are one, and which are current is asked once."""

    def answered(request):
        with catalogue.held(), current.held():
            return get_response(request)

    return answered


def _is_private(request, response) -> bool:
    user = getattr(request, "user", None)  # not there where an outer middleware answered
    return (
        (user is not None and user.is_authenticated)
        or "Authorization" in request.headers
        or request.path.startswith("/accounts/")
        or settings.SESSION_COOKIE_NAME in response.cookies  # signing out, looking as somebody
    )
