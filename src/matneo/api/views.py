"""JSON for programs: the same figures and the same sentences as the pages, seen by the same viewer."""

from django.conf import settings
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from matneo.accounts.access import NotAllowed
from matneo.api import library, projects, reading, sending
from matneo.api.asking import PerAsker
from matneo.measures.intake.findings import Refused

api = NinjaAPI(
    title="MatNeo",
    version="1",
    urls_namespace="api",
    docs_url=None,
    openapi_url="openapi.json",
    description="Reads what the viewer may see; sends figures in. Programs send a person's token: Authorization: Bearer …",
    throttle=[PerAsker(settings.API_RATE)],
)
api.add_router("", reading.router)
api.add_router("", library.router)
api.add_router("", projects.router)
api.add_router("", sending.router)


@api.exception_handler(HttpError)
def refused(request, error: HttpError):
    """Every refusal is one sentence."""
    return api.create_response(request, {"problem": str(error)}, status=error.status_code)


@api.exception_handler(NotAllowed)
def not_allowed(request, error: NotAllowed):
    return api.create_response(request, {"problem": str(error)}, status=403)


@api.exception_handler(Refused)
def not_taken(request, error: Refused):
    return api.create_response(request, {"problem": str(error)}, status=422)


@api.exception_handler(AuthenticationError)
def unknown(request, error: AuthenticationError):
    words = "Sign in first, or send a token: Authorization: Bearer …"
    return api.create_response(request, {"problem": words}, status=401)


@api.exception_handler(ValidationError)
def misshapen(request, error: ValidationError):
    """The first thing that is wrong with what was sent, by its name."""
    first = error.errors[0]
    where = " ".join(str(part) for part in first["loc"][1:]) or "the request"
    return api.create_response(request, {"problem": f"{where}: {first['msg']}."}, status=422)
