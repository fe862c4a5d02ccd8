"""Who asks: a program by its person's token, or a browser by its session. Ninja checks a session's CSRF token itself."""

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer, SessionAuth
from ninja.throttling import SimpleRateThrottle

from matneo.accounts.access import person_with_token, viewer_for
from matneo.utils.viewer import Viewer


class Token(HttpBearer):
    """`Authorization: Bearer …`. A token that is not good is refused, never taken for nobody."""

    def authenticate(self, request: HttpRequest, token: str):
        person = person_with_token(token.strip())
        if person is None:
            raise HttpError(
                401, "This token is not known, has ended or was revoked. Make a new one on your account page."
            )
        return person


class Session(SessionAuth):
    """A browser's session. Who has none is asked to sign in before any form token is looked for."""

    def _get_key(self, request: HttpRequest) -> str | None:
        if not request.user.is_authenticated:
            return None
        try:
            return super()._get_key(request)
        except HttpError as problem:
            raise HttpError(
                403,
                "A browser's session needs the form's token (X-CSRFToken); a program sends its own token.",
            ) from problem


def anybody(request: HttpRequest):
    """Whoever the session says, the public included: what they may see is decided where it is read."""
    return request.user


TO_READ = [Token(), anybody]
TO_SEND = [Token(), Session()]


class PerAsker(SimpleRateThrottle):
    """So many requests a person, or an address for the public. Counted in each web process: a limit against a runaway
    loop, not a quota."""

    scope = "api"

    def get_cache_key(self, request: HttpRequest) -> str:
        who = getattr(request.auth, "pk", None) or self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": who}


def viewer(request: HttpRequest) -> Viewer:
    return viewer_for(request.auth)
