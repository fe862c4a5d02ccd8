"""The way of a file: choose, look, accept. Every step can be left without a trace, and undone for 30 days."""

import tempfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matneo.accounts.access import NotAllowed, has_permission
from matneo.accounts.permissions import Permission
from matneo.charts.model import Chart
from matneo.measures import national
from matneo.measures.intake import counts
from matneo.measures.intake.findings import Finding, Refused, report_as_list, report_as_sheet
from matneo.measures.intake.readers import read
from matneo.measures.periods import label
from matneo.monitoring import actions as monitoring
from matneo.monitoring import before_after
from matneo.organisations.models import Organisation
from matneo.submissions import actions, parsing, permissions, shown
from matneo.submissions.actions import Preview, SameFile
from matneo.submissions.known import definitions_for
from matneo.submissions.models import PUBLISHED, SignOff, Submission
from matneo.web import errors
from matneo.web.lines import place_path
from matneo.web.pages import Crumb, Page, Step
from matneo.web.render import render
from matneo.web.viewing import need, signed_in, viewer_of


@dataclass(frozen=True, kw_only=True)
class UploadPage(Page):
    problem: str
    organisation: str
    action: str
    hint: str
    measures: tuple[tuple[str, str, bool], ...]


@signed_in
def upload(request, code: str):
    place = _place(request, code)
    need(request, permissions.to_send(place), place.code)
    problem = ""
    if request.method == "POST":
        answer = _receive(request, place)
        if not isinstance(answer, str):
            return answer
        problem = answer
    page = UploadPage(
        title=_upload_title(place),
        crumbs=(_crumb(place),),
        problem=problem,
        organisation=place.short_name,
        action=request.path,
        measures=() if place.kind == "england" else _measures(place.code, request.POST.get("measure", "")),
        hint=_hint(place),
        lead=_upload_lead(place),
        visible_to=_who(place, "who may send figures in"),
        fresh="",
    )
    return render(request, "pages/upload.jinja", page, status=422 if problem else 200)


def _upload_title(place: Organisation) -> str:
    return "Bring a national file in" if place.kind == "england" else "Send figures in"


def _upload_lead(place: Organisation) -> str:
    if place.kind == "england" and settings.IS_DEMO:
        return (
            "A real published file is not taken here: everything in a demonstration is invented, and the two are never "
            "mixed. Start ./run --real to see real figures."
        )
    if place.kind == "england":
        return "Choose a file as it was published. You will see what it is taken for and what would change, before anything counts."
    return "Choose a file. You will see what it is taken for, and the charts before and after, before anything counts."


def _hint(place: Organisation) -> str:
    most = f"at most {settings.UPLOAD_MAX_BYTES // 1024 // 1024} MB"
    if place.kind == "england":
        return f"The annual maternity statistics, or a monthly file by dimension or of quality metrics: CSV, gzipped or not, {most}."
    return (
        f"CSV, gzipped CSV or Excel (.xlsx), {most}. Columns such as organisation, measure, month, numerator, "
        "denominator. No names, NHS numbers or postcodes."
    )


def _who(place: Organisation, which: str) -> str:
    if place.kind == "england":
        return f"People of the national programme {which}."
    return f"People of {place.short_name} {which}."


def _receive(request, place: Organisation):
    given = request.FILES.get("file")
    if given is None:
        return "Choose a file first."
    if given.size > settings.UPLOAD_MAX_BYTES:
        return f"{given.name} has {given.size / 1048576:.0f} MB and the limit is {settings.UPLOAD_MAX_BYTES // 1048576} MB. Send it in parts."
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "given"
        with file.open("wb") as stream:
            for chunk in given.chunks():
                stream.write(chunk)
        try:
            submission = actions.receive(
                file=file,
                name=given.name,
                organisation=place,
                by=request.user,
                measure=request.POST.get("measure", ""),
            )
        except SameFile as same:
            messages.info(request, str(same))
            return redirect("submission", code=place.code, pk=same.submission.pk)
        except (Refused, NotAllowed) as reason:
            return str(reason)
    return redirect("submission", code=place.code, pk=submission.pk)


@dataclass(frozen=True)
class Pair:
    title: str
    before: Chart | None
    after: Chart


@dataclass(frozen=True)
class ChangeRow:
    measure: str
    organisation: str
    period: str
    before: str
    after: str
    signed: bool


@dataclass(frozen=True, kw_only=True)
class SubmissionPage(Page):
    submission: Submission
    state: str
    guess: str
    counts: dict
    read_words: str
    change_words: str
    changes_caption: str
    of_others: bool  # figures of other places than the one that sends them in
    findings: tuple[Finding, ...]
    findings_words: str
    values_left_out: bool
    left_out: tuple[str, ...]
    identified: tuple[dict, ...]
    preview: Preview | None
    changes: tuple[ChangeRow, ...]
    pairs: tuple[Pair, ...]
    may_accept: bool
    may_put_aside: bool
    may_withdraw: bool
    events: tuple[tuple[str, datetime, str, str], ...]
    mapping: tuple[tuple[str, str], ...]
    fields: tuple["Field", ...]
    measures: tuple[tuple[str, str, bool], ...]
    code: str


@dataclass(frozen=True)
class Field:
    """A thing we need, the columns that could hold it, and the one it was found in."""

    name: str
    words: str
    columns: tuple[tuple[str, bool], ...]


ROWS_FOUND, SHEET_FOUND = "Download the list of findings", "Download the sheet with one more column"
FIELD_WORDS = {
    "organisation": "Organisation, if the sheet speaks of several",
    "measure": "Measure, if the sheet holds several",
    "period": "Month or quarter",
    "numerator": "How many (numerator)",
    "denominator": "Out of how many (denominator)",
    "population": "Everyone in question, unknown answers included",
}


@signed_in
def submission(request, code: str, pk: str):
    place = _place(request, code)
    row = _submission(request, place, pk)
    if request.method == "POST":
        return _act(request, place, row)
    preview = None
    if row.state == "received" and not _stoppers(row) and row.kind != "births":
        try:
            preview = actions.preview(submission=row, by=request.user)
        except (NotAllowed, Refused):  # what was received by another version may not be taken by this one
            preview = None
    return render(request, "pages/submission.jinja", _submission_page(request, place, row, preview))


def _act(request, place: Organisation, row: Submission):
    what = request.POST.get("what")
    try:
        if what == "accept":
            actions.accept(submission=row, by=request.user)
            monitoring.publish(by=request.user, reason=f"{row.file_name} accepted for {place.short_name}")
            messages.success(
                request, f"{row.file_name} counts now. You can take it back for {settings.UNDO_DAYS} days."
            )
        elif what == "reject":
            actions.reject(submission=row, by=request.user)
            messages.info(request, f"{row.file_name} was put aside. Nothing was changed.")
        elif what == "withdraw":
            actions.withdraw(submission=row, by=request.user, reason=request.POST.get("reason", ""))
            monitoring.publish(by=request.user, reason=f"{row.file_name} taken back for {place.short_name}")
            messages.info(request, f"{row.file_name} was taken back. Earlier releases stay as they were.")
        elif what == "columns":
            actions.read_again(
                submission=row,
                mapping={name: request.POST.get(f"map_{name}", "") for name in counts.SYNONYMS},
                measure=request.POST.get("measure", "")[:40],
                by=request.user,
            )
            messages.info(
                request, "Read again with the columns you chose; they are remembered when you accept."
            )
        else:
            raise Http404
    except Refused as reason:
        messages.error(request, str(reason))
    except NotAllowed as reason:
        return errors.error(request, 403, str(reason))
    return redirect("submission", code=place.code, pk=row.pk)


def _submission_page(
    request, place: Organisation, row: Submission, preview: Preview | None
) -> SubmissionPage:
    report = row.report
    known = definitions_for(place.code)
    largest = preview.largest if preview else ()
    names = dict(
        Organisation.objects.visible_to(viewer_of(request))
        .filter(code__in={c.organisation for c in largest})
        .values_list("code", "short_name")
    )
    changes = tuple(
        ChangeRow(
            known[c.measure].short_name,
            names.get(c.organisation, c.organisation),
            label(c.period_kind, c.period),
            _pair(c.before),
            _pair(c.after),
            c.signed,
        )
        for c in largest
    )
    viewer = viewer_of(request)
    may_send = has_permission(viewer, permissions.to_send(place), place.code)
    may_take_back = has_permission(viewer, permissions.to_take_back(place), place.code)
    young = settings.CLOCK.now() - row.received <= timedelta(days=settings.UNDO_DAYS)
    return SubmissionPage(
        title=row.file_name,
        crumbs=(_crumb(place), Crumb("What was sent in", reverse("submissions", args=[place.code]))),
        submission=row,
        state=row.get_state_display(),
        guess=row.guess,
        counts=report.get("findings", {}),
        findings=shown.findings(row, viewer),
        values_left_out=not shown.sees_values(row, viewer),
        read_words=_read_words(row),
        change_words=_change_words(preview) if preview else "",
        changes_caption="The largest changes" if preview and preview.changed else "Some of the new figures",
        of_others=any(c.organisation != place.code for c in largest),
        findings_words=ROWS_FOUND if row.kind == "births" else SHEET_FOUND,
        left_out=tuple(map(parsing.left_out_words, report.get("left_out", []))),
        identified=tuple(report.get("identified", [])),
        preview=preview,
        changes=changes,
        pairs=tuple(Pair(t, b, a) for t, b, a in before_after.charts(row))
        if preview and place.kind != "england"
        else (),
        may_accept=row.state == "received" and not _stoppers(row) and may_send,
        may_put_aside=row.state == "received" and may_send,
        may_withdraw=row.state == "accepted" and young and may_take_back,
        events=tuple((e.get_state_display(), e.at, e.by_name, e.reason) for e in row.events.all()),
        mapping=tuple((need_, column) for need_, column in row.mapping.items() if column),
        fields=_fields(row) if row.state == "received" and row.kind == "counts" and may_send else (),
        measures=_measures(place.code, row.measure),
        code=place.code,
        lead=_lead(row),
        next_steps=_next(row, place),
        visible_to=_who(place, "who see what was sent in, and those who help them"),
        fresh="",
    )


def _next(row: Submission, place: Organisation) -> tuple[Step, ...]:
    """Where one goes from here, once nothing is left to decide on this page."""
    if row.state == "received":
        return ()
    again = Step("Send another file", reverse("upload", args=[place.code]))
    charts = Step(f"See the charts of {place.short_name}", place_path(place.kind, place.code))
    return (charts, again) if row.state == "accepted" else (again,)


def _many(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"


def _read_words(row: Submission) -> str:
    """How many rows became how many figures, and what became of the others."""
    if row.kind == "typed":
        return f"{_many(row.values.count(), 'count', 'counts')} typed in."
    report = row.report
    rows, values, places = report.get("rows", 0), report.get("values"), report.get("organisations", 0)
    left = sum(part["rows"] for part in report.get("left_out", []))
    of = _of_places(row.kind, places)
    if values is None:
        return f"{_many(rows, 'row', 'rows')} read{of}."
    if not left:
        return f"{_many(rows, 'row', 'rows')} read, {_many(values, 'figure', 'figures')} taken{of}."
    return (
        f"{_many(rows, 'row', 'rows')} read: {rows - left:,} of them make {_many(values, 'figure', 'figures')}{of}, "
        f"{left:,} {'was' if left == 1 else 'were'} left out."
    )


def _of_places(kind: str, places: int) -> str:
    if not places:
        return ""
    if kind in PUBLISHED:  # only the trusts are counted; England and its regions stand in the same file
        return f" for {_many(places, 'trust', 'trusts')} and the places above them"
    return f" for {_many(places, 'organisation', 'organisations')}"


def _change_words(preview: Preview) -> str:
    words = f"{preview.added:,} new, {preview.changed:,} changed, {preview.unchanged:,} unchanged."
    if not preview.signed:
        return words
    touch = (
        "1 of the changes touches a month that is"
        if preview.signed == 1
        else f"{preview.signed:,} of the changes touch months that are"
    )
    return f"{words} {touch} signed off."


def _fields(row: Submission) -> tuple[Field, ...]:
    columns = (*filter(None, row.mapping.values()), *row.report.get("unmapped", []))
    return tuple(
        Field(name, words, tuple((column, row.mapping.get(name) == column) for column in columns))
        for name, words in FIELD_WORDS.items()
    )


def _measures(code: str, chosen: str = "") -> tuple[tuple[str, str, bool], ...]:
    """What a sheet may hold counts of, the organisation's own measures included."""
    known = definitions_for(code).values()
    return tuple((d.id, d.name, d.id == chosen) for d in known if d.table != "published")


def _lead(row: Submission) -> str:
    if row.state == "refused":
        return "This file held personal details. It was deleted at once; no value of it is kept. Take those columns out and send it again."
    if row.state == "received" and _stoppers(row):
        if row.report.get("unmapped") and any(f["row"] == 1 for f in row.report.get("listed", [])):
            return "Say first which column holds what, then read the file again. Nothing counts yet."
        what = "the list of findings" if row.kind == "births" else "the sheet"
        return f"Some cells must be mended first. Download {what}, mend them, send the file again and put this one aside. Nothing counts yet."
    return {
        "received": "Nothing counts yet. Look at what would change, then accept it or put it aside.",
        "accepted": "These figures count: the charts were drawn anew with them.",
        "withdrawn": "These figures were taken back and count no more.",
        "rejected": "This was put aside; it never counted.",
    }[row.state]


def _stoppers(row: Submission) -> int:
    found = row.report.get("findings", {})
    return found.get("stop", 0) + found.get("fix", 0)


def _pair(counts) -> str:
    if counts is None:
        return "new"
    top, bottom = counts
    return f"{top:,.0f} of {bottom:,.0f}" if top is not None and bottom is not None else "no value"


@signed_in
def findings(request, code: str, pk: str):
    """The same sheet with one more column; of rows about births the list of findings alone."""
    place = _place(request, code)
    row = _submission(request, place, pk)
    if row.state == "refused" or row.kind == "typed":  # there is no file
        raise Http404
    found = shown.findings(row, viewer_of(request))
    text = report_as_list(found) if row.kind == "births" else _sheet_with_findings(row)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="findings-{row.pk}.csv"'
    return answer


def _sheet_with_findings(row: Submission) -> str:
    table = read(parsing.stored_file(row), row.file_name, parsing.limits())
    return report_as_sheet(table.columns, table.rows(), parsing.again(row).findings)


@dataclass(frozen=True, kw_only=True)
class ListPage(Page):
    rows: tuple[Submission, ...]
    code: str
    may_upload: bool
    upload_words: str


@signed_in
def submissions(request, code: str):
    place = _place(request, code)
    viewer = viewer_of(request)
    need(request, Permission.VIEW_SUBMISSIONS, place.code)
    rows = Submission.objects.visible_to(viewer).filter(organisation=place)[:200]
    page = ListPage(
        title="What was sent in",
        crumbs=(_crumb(place),),
        rows=tuple(rows),
        code=place.code,
        may_upload=has_permission(viewer, permissions.to_send(place), place.code),
        upload_words=_upload_title(place),
        fresh="",
        visible_to=_who(place, "who see what was sent in, and those who help them"),
    )
    return render(request, "pages/submissions.jinja", page)


@dataclass(frozen=True, kw_only=True)
class SignOffPage(Page):
    through: date | None
    months: tuple[tuple[str, str], ...]
    problem: str
    history: tuple[SignOff, ...]
    charts_href: str


@signed_in
def sign_off(request, code: str):
    place = _place(request, code)
    need(request, Permission.SIGN_OFF, place.code)
    problem = ""
    if request.method == "POST":
        try:
            through = date.fromisoformat(request.POST.get("through", "") + "-01")
            actions.sign_off(organisation=place, through=through, by=request.user)
            monitoring.publish(by=request.user, reason=f"{place.short_name} signed off {through:%B %Y}")
            messages.success(
                request,
                f"Figures up to {through:%B %Y} may be seen outside now. An earlier month takes some back.",
            )
            return redirect("sign_off", code=place.code)
        except (ValueError, Refused) as reason:
            problem = str(reason) if isinstance(reason, Refused) else "Choose a month."
    rows = tuple(SignOff.objects.visible_to(viewer_of(request)).filter(organisation=place)[:10])
    last = national.last_month(settings.CLOCK.today())
    months = tuple((f"{m:%Y-%m}", f"{m:%B %Y}") for m in (national.add_months(last, -n) for n in range(12)))
    page = SignOffPage(
        title="Sign figures off",
        crumbs=(_crumb(place),),
        through=rows[0].through if rows else None,
        months=months,
        problem=problem,
        history=rows,
        charts_href=place_path(place.kind, place.code),
        lead="People outside see figures only up to the month you name here, rounded and pooled.",
        visible_to=f"Analysts of {place.short_name}.",
        fresh="",
    )
    return render(request, "pages/sign_off.jinja", page, status=422 if problem else 200)


def _place(request, code: str) -> Organisation:
    row = (
        Organisation.objects.visible_to(viewer_of(request))
        .filter(code=code.upper(), kind__in=["trust", "england"])
        .first()
    )
    if row is None:
        raise Http404
    return row


def _submission(request, place: Organisation, pk: str) -> Submission:
    row = (
        Submission.objects.visible_to(viewer_of(request))
        .filter(pk=pk, organisation=place)
        .select_related("organisation")
        .first()
    )
    if row is None:
        raise Http404
    return row


def _crumb(place: Organisation) -> Crumb:
    return Crumb(place.short_name, place_path(place.kind, place.code))
