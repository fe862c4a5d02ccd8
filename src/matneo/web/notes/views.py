"""Notes and phases of one chart: what people who know the work say about it. A program never begins a phase by itself."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect

from matneo.accounts.access import NotAllowed, has_permission
from matneo.accounts.permissions import Permission
from matneo.charts import spc
from matneo.charts.model import Chart
from matneo.measures.periods import label
from matneo.monitoring import actions, phases, pictures, series, variants
from matneo.monitoring.actions import Incomplete
from matneo.monitoring.models import Annotation, Rebase
from matneo.monitoring.series import Series
from matneo.utils.typed import digits
from matneo.web.lines import chart_path, place_path
from matneo.web.notes import shifts
from matneo.web.notes.shifts import Seen
from matneo.web.pages import Crumb, Page
from matneo.web.reading.charts import find
from matneo.web.render import render
from matneo.web.viewing import signed_in, viewer_of


@dataclass(frozen=True)
class Said:
    """A note or a phase as the list shows it."""

    pk: int
    date: date
    text: str
    by_name: str
    at: object
    measure: str


@dataclass(frozen=True, kw_only=True)
class NotesPage(Page):
    problem: str
    note_text: str
    note_date: str
    everywhere: bool
    notes: tuple[Said, ...]
    phases: tuple[Said, ...]
    shifts: tuple[Seen, ...]
    starts: tuple[tuple[str, str, bool], ...]
    may_rebase: bool
    before: Chart | None
    after: Chart | None
    start: str
    start_words: str
    reason: str
    chart_href: str


@signed_in
def notes(request, places: str, code: str, measure: str):
    found = find(request, places, code, measure)
    viewer = viewer_of(request)
    if not has_permission(viewer, Permission.ANNOTATE, found.subject.code):
        raise PermissionDenied("You may not put a note on this chart.")
    problem = ""
    if request.method == "POST":
        problem = _act(request, found)
        if not problem:
            return redirect(request.path)
    return render(
        request, "pages/notes.jinja", _page(request, found, problem), status=422 if problem else 200
    )


def england_notes(request, measure: str):
    return notes(request, "england", series.england_code() or "", measure)


def _act(request, found: Series) -> str:
    """Do what was asked; answers what is missing, or nothing."""
    act = {"note": _note, "phase": _phase, "unnote": _unnote, "unphase": _unphase}.get(
        request.POST.get("what", "")
    )
    if act is None:
        raise Http404
    try:
        messages.success(request, act(request, found))
    except Incomplete as reason:
        return str(reason)
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    return ""


def _note(request, found: Series) -> str:
    everywhere = request.POST.get("everywhere") == "1"
    actions.annotate(
        organisation=found.subject,
        date=_date(request.POST.get("date", "")),
        text=request.POST.get("text", ""),
        measure="" if everywhere else found.definition.id,
        by=request.user,
    )
    return "The note stands on the chart."


def _phase(request, found: Series) -> str:
    start = _chosen(found, request.POST.get("start", ""))
    if start is None:
        raise Incomplete(
            f"Choose the {found.period_kind} that the new phase begins with: one of the chart's own, after the first."
        )
    reason = request.POST.get("reason", "")
    actions.rebase(
        measure=found.definition.id, organisation=found.subject, start=start, reason=reason, by=request.user
    )
    actions.publish(
        by=request.user, reason=f"New phase of {found.definition.short_name} for {found.subject.short_name}"
    )
    return f"A new phase begins with {label(found.period_kind, start)}. You can take it back at any time."


def _unnote(request, found: Series) -> str:
    note = _own(Annotation.objects.visible_to(viewer_of(request)), request, found)
    actions.withdraw_note(note=note, organisation=found.subject, by=request.user)
    return "The note was taken off."


def _unphase(request, found: Series) -> str:
    phase = _own(Rebase.objects.visible_to(viewer_of(request)), request, found)
    actions.withdraw_rebase(rebase=phase, organisation=found.subject, by=request.user)
    actions.publish(
        by=request.user,
        reason=f"Phase of {found.definition.short_name} taken back for {found.subject.short_name}",
    )
    return "The phase was taken back; the limits are computed as before."


def _own(rows, request, found: Series):
    row = rows.filter(pk=digits(request.POST.get("pk", "")), organisation=found.subject.code).first()
    if row is None:
        raise Http404
    return row


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Incomplete("Choose a date.") from None


def _page(request, found: Series, problem: str) -> NotesPage:
    viewer, code, name = viewer_of(request), found.subject.code, found.definition.id
    given = request.POST if problem else request.GET
    start = _chosen(found, given.get("start", ""))
    may_rebase = has_permission(viewer, Permission.REBASE, code)
    drawn = _before_and_after(found, start, given.get("reason", "")) if may_rebase and start else (None, None)
    rows = Annotation.objects.visible_to(viewer).filter(organisation=code, measure__in=["", name])
    begun = Rebase.objects.visible_to(viewer).filter(organisation=code, measure=name).order_by("start")
    return NotesPage(
        title="Notes and phases",
        crumbs=(
            Crumb(found.subject.short_name, place_path(found.subject.kind, code)),
            Crumb(found.definition.name, chart_path(found.subject.kind, code, name)),
        ),
        lead=f"What people who know the work say about the chart of {found.definition.name}, {found.subject.short_name}.",
        problem=problem,
        note_text=request.POST.get("text", ""),
        note_date=request.POST.get("date", ""),
        everywhere=request.POST.get("everywhere") == "1",
        notes=tuple(Said(r.pk, r.date, r.text, r.by_name, r.at, r.measure) for r in rows),
        phases=tuple(Said(r.pk, r.start, r.reason, r.by_name, r.at, r.measure) for r in begun),
        shifts=tuple(shifts.seen(found, shift) for shift in phases.shifts(found)) if may_rebase else (),
        starts=_starts(found, start),
        may_rebase=may_rebase,
        before=drawn[0],
        after=drawn[1],
        start=start.isoformat() if start else "",
        start_words=label(found.period_kind, start) if start else "",
        reason=given.get("reason", ""),
        chart_href=chart_path(found.subject.kind, code, name),
        visible_to=_who(found),
        fresh="",
    )


def _who(found: Series) -> str:
    if found.subject.kind == "england":
        return "Everyone: notes and phases of England's charts are public."
    if found.stays_inside:
        return "Those who see the typed counts."
    return "Notes: those who see exact counts. A phase changes the limits for everybody who sees the chart."


def _chosen(found: Series, text: str) -> date | None:
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return None
    return asked if asked in found.columns["period"][1:] else None


def _starts(found: Series, chosen: date | None) -> tuple[tuple[str, str, bool], ...]:
    """Newest first; the very first period has nothing before it."""
    return tuple(
        (start.isoformat(), label(found.period_kind, start), start == chosen)
        for start in reversed(found.columns["period"][1:])
    )


def _before_and_after(found: Series, start: date, reason: str) -> tuple[Chart, Chart]:
    return (
        spc.draw(pictures.model_of(found, "before"), "phone"),
        spc.draw(variants.with_phase(found, start, reason, "after"), "phone"),
    )
