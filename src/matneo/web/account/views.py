"""The role switcher of a demonstration, and signing out. Sign-in itself is allauth's, in our layout."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from matneo.accounts.actions import persona_user


@require_POST
def sign_out(request):
    logout(request)
    return redirect("front")


@require_POST
def switch_persona(request):
    """Only with invented data, only on this machine: elsewhere this address does not exist."""
    if not settings.ROLE_SWITCHER or request.META.get("REMOTE_ADDR") not in ("127.0.0.1", "::1", ""):
        raise Http404
    key = request.POST.get("persona", "")
    logout(request)
    if key != "public":
        user = persona_user(key=key, by=None)
        if user is None:
            raise Http404
        login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    following = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()})
    return redirect(following if safe and not following.startswith("/account/") else "front")
