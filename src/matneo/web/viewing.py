"""Who is looking, asked once a request."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from matneo.accounts.access import has_permission, viewer_for
from matneo.accounts.permissions import Permission
from matneo.utils.viewer import Viewer


def viewer_of(request: HttpRequest) -> Viewer:
    if not hasattr(request, "matneo_viewer"):
        request.matneo_viewer = viewer_for(request.user)
        request.user.asked_as = (
            request.matneo_viewer
        )  # the actions of this request ask for the same person again
    return request.matneo_viewer


def signed_in(view):
    """Asks for a sign-in first; the way back is kept."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not viewer_of(request).signed_in:
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    guarded.needs_sign_in = True
    return guarded


def need(request: HttpRequest, permission: Permission, code: str | None = None) -> None:
    """Raise 403 with a sentence where the one function says no."""
    if not has_permission(viewer_of(request), permission, code):
        raise PermissionDenied(f"You may not {permission.value} here.")
