"""How often a counter may be tapped: a slip of the finger and a busy clinic fit, a program that runs wild does not."""

from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle


class _Limit(SimpleRateThrottle):
    """Counted in each web process, as the API's limit is."""

    scope = "tap"

    def __init__(self, rate: str, key: str) -> None:
        super().__init__(rate)
        self.key = key

    def get_cache_key(self, request: HttpRequest) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.key or self.get_ident(request)}


def allowed(request: HttpRequest, token: str = "") -> bool:
    """One address: 60 a minute, looking for a code included. One code: 120 a minute, wherever they come from."""
    if not _Limit("60/m", "").allow_request(request):
        return False
    return not token or _Limit("120/m", f"code-{token}").allow_request(request)
