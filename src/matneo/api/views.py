"""JSON for programs: the same figures and the same sentences as the pages, seen by the same viewer."""

import tempfile
from datetime import date
from pathlib import Path

from django.conf import settings
from ninja import File, NinjaAPI, Schema, Status
from ninja.files import UploadedFile

from matneo.accounts.access import viewer_for
from matneo.measures import definitions
from matneo.measures.intake.findings import Refused
from matneo.monitoring import actions as monitoring
from matneo.monitoring import payload, series
from matneo.organisations.models import Organisation
from matneo.submissions import actions
from matneo.submissions.actions import NotAllowed

api = NinjaAPI(
    title="MatNeo",
    version="1",
    urls_namespace="api",
    docs_url=None,
    openapi_url="openapi.json",
    description="Reads what the viewer may see; sends figures in.",
)


class Problem(Schema):
    problem: str


class MeasureOut(Schema):
    id: str
    area: str
    name: str
    family: str
    direction: str
    unit: str
    version: int
    numerator: str
    denominator: str
    clinical_signoff: str


class OrganisationOut(Schema):
    code: str
    name: str
    kind: str
    closed: date | None


class SubmissionOut(Schema):
    id: str
    kind: str
    state: str
    guess: str
    report: dict


@api.get("/measures/", response=list[MeasureOut], url_name="measures")
def measures(request):
    """Every measure with its definition in words."""
    return [
        MeasureOut(
            id=d.id,
            area=d.area,
            name=d.name,
            family=d.family,
            direction=d.direction,
            unit=d.unit,
            version=d.version,
            numerator=d.numerator_words,
            denominator=d.denominator_words,
            clinical_signoff=d.clinical_signoff,
        )
        for d in definitions.load().values()
    ]


@api.get("/organisations/", response=list[OrganisationOut], url_name="organisations")
def organisations(request, kind: str = "trust", q: str = ""):
    """Organisations of a kind, by name, former name, initials or code."""
    rows = Organisation.objects.visible_to(viewer_for(request.user)).of_kind(kind)
    return list((rows.search(q) if q else rows)[:500])


@api.get("/series/{measure}/{code}/", response={200: dict, 404: Problem}, url_name="series")
def one_series(request, measure: str, code: str, way: str = ""):
    """One series as its chart page shows it; `way` such as `collected-month` chooses one of its ways."""
    found = series.read(measure.upper(), code.upper(), viewer_for(request.user), way)
    if found is None:
        return Status(404, {"problem": "There is no such series."})
    return Status(200, payload.as_json(found))


@api.post(
    "/trusts/{code}/submissions/",
    response={201: SubmissionOut, 401: Problem, 403: Problem, 404: Problem, 422: Problem},
    url_name="submit",
)
def submit(request, code: str, file: UploadedFile = File(...), accept: bool = False):  # noqa: B008
    """Send a file in; with `accept` it counts at once where nothing is to be mended."""
    if not request.user.is_authenticated:
        return Status(401, {"problem": "Sign in first."})
    place = (
        Organisation.objects.visible_to(viewer_for(request.user))
        .filter(code=code.upper(), kind__in=["trust", "england"])
        .first()
    )
    if place is None:
        return Status(404, {"problem": "There is no such organisation."})
    if file.size > settings.UPLOAD_MAX_BYTES:
        return Status(
            422, {"problem": f"{file.name} is larger than {settings.UPLOAD_MAX_BYTES // 1048576} MB."}
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "given"
        path.write_bytes(file.read())
        try:
            row = actions.receive(file=path, name=file.name, organisation=place, by=request.user)
            if accept and row.state == "received":
                row = actions.accept(submission=row, by=request.user)
                monitoring.release(by=request.user, reason=f"{row.file_name} accepted")
        except NotAllowed as reason:
            return Status(403, {"problem": str(reason)})
        except Refused as reason:
            return Status(422, {"problem": str(reason)})
    return Status(
        201, SubmissionOut(id=row.pk, kind=row.kind, state=row.state, guess=row.guess, report=row.report)
    )
