"""Figures come in by the same steps as on the page: send, look at the preview, accept; take back for 30 days."""

import tempfile
from pathlib import Path

from django.conf import settings
from ninja import File, Router, Status
from ninja.errors import HttpError
from ninja.files import UploadedFile

from matneo.api.asking import TO_SEND, viewer
from matneo.api.schemas import ChangeOut, ChartOut, ColumnsIn, PreviewOut, Problem, ReasonIn, SubmissionOut
from matneo.monitoring import actions as monitoring
from matneo.monitoring import before_after
from matneo.organisations.models import Organisation
from matneo.submissions import actions, shown
from matneo.submissions.models import Submission

router = Router(tags=["sending"], auth=TO_SEND)
PROBLEMS = {401: Problem, 403: Problem, 404: Problem, 422: Problem}


@router.post("/trusts/{code}/submissions/", response={201: SubmissionOut, **PROBLEMS}, url_name="submit")
def submit(request, code: str, file: UploadedFile = File(...), accept: bool = False, measure: str = ""):  # noqa: B008
    """Send a file in; with `accept` it counts at once where nothing is to be mended. `measure` names what a sheet
    speaks of that has no such column."""
    rows = Organisation.objects.visible_to(viewer(request)).filter(kind__in=["trust", "england"])
    place = rows.filter(code=code.upper()).first()
    if place is None:
        raise HttpError(404, "There is no such organisation.")
    if file.size > settings.UPLOAD_MAX_BYTES:
        raise HttpError(422, f"{file.name} is larger than {settings.UPLOAD_MAX_BYTES // 1048576} MB.")
    row = _received(file, place, request.auth, measure)
    if accept and row.state == "received":
        row = _accepted(row, request.auth)
    return Status(201, _out(request, row))


@router.get("/submissions/{pk}/", response={200: SubmissionOut, **PROBLEMS}, url_name="submission")
def submission(request, pk: str):
    """What a file was taken for, what was found and what was left out."""
    return Status(200, _out(request, _one(request, pk)))


@router.get("/submissions/{pk}/preview/", response={200: PreviewOut, **PROBLEMS}, url_name="preview")
def preview(request, pk: str):
    """What accepting would change: counts, the largest changes, and what the charts would say before and after."""
    row = _one(request, pk)
    if row.state != "received" or row.kind == "births":
        raise HttpError(422, f"{row.file_name} is {row.get_state_display()}: there is nothing to preview.")
    found = actions.preview(submission=row, by=request.auth)
    charts = before_after.charts(row) if row.organisation.kind != "england" else ()
    return Status(
        200,
        PreviewOut(
            added=found.added,
            changed=found.changed,
            unchanged=found.unchanged,
            signed_off=found.signed,
            largest=[
                ChangeOut(
                    measure=c.measure,
                    organisation=c.organisation,
                    period=c.period,
                    before=c.before,
                    after=c.after,
                    signed_off=c.signed,
                )
                for c in found.largest
            ],
            charts=[
                ChartOut(title=title, before=before.sentence if before else None, after=after.sentence)
                for title, before, after in charts
            ],
        ),
    )


@router.post("/submissions/{pk}/columns/", response={200: SubmissionOut, **PROBLEMS}, url_name="columns")
def columns(request, pk: str, given: ColumnsIn):
    """Read a received sheet again with other columns; a blank says that no column holds the thing."""
    row = _one(request, pk)
    return Status(
        200,
        _out(
            request,
            actions.read_again(submission=row, mapping=given.mapping, measure=given.measure, by=request.auth),
        ),
    )


@router.post("/submissions/{pk}/accept/", response={200: SubmissionOut, **PROBLEMS}, url_name="accept")
def accept(request, pk: str):
    """Let it count: all of it, or nothing."""
    row = _one(request, pk)
    return Status(200, _out(request, _accepted(row, request.auth)))


@router.post("/submissions/{pk}/reject/", response={200: SubmissionOut, **PROBLEMS}, url_name="reject")
def reject(request, pk: str):
    """Put it aside; it never counted."""
    row = _one(request, pk)
    return Status(200, _out(request, actions.reject(submission=row, by=request.auth)))


@router.post("/submissions/{pk}/withdraw/", response={200: SubmissionOut, **PROBLEMS}, url_name="withdraw")
def withdraw(request, pk: str, given: ReasonIn):
    """Take it back within 30 days, with a reason."""
    row = _one(request, pk)
    done = actions.withdraw(submission=row, by=request.auth, reason=given.reason)
    monitoring.publish(by=request.auth, reason=f"{row.file_name} taken back")
    return Status(200, _out(request, done))


def _received(file: UploadedFile, place: Organisation, user, measure: str) -> Submission:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "given"
        with path.open("wb") as stream:
            for chunk in file.chunks():
                stream.write(chunk)
        return actions.receive(file=path, name=file.name, organisation=place, by=user, measure=measure)


def _accepted(row: Submission, user) -> Submission:
    done = actions.accept(submission=row, by=user)
    monitoring.publish(by=user, reason=f"{row.file_name} accepted")
    return done


def _one(request, pk: str) -> Submission:
    row = Submission.objects.visible_to(viewer(request)).filter(pk=pk).select_related("organisation").first()
    if row is None:
        raise HttpError(404, "There is no such submission.")
    return row


def _out(request, row: Submission) -> SubmissionOut:
    report = dict(row.report)
    if "listed" in report:
        report["listed"] = [found.as_dict() for found in shown.findings(row, viewer(request))]
    return SubmissionOut(
        id=row.pk,
        organisation=row.organisation.code,
        kind=row.kind,
        state=row.state,
        guess=row.guess,
        mapping=row.mapping,
        report=report,
    )
