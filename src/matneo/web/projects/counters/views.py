"""The counters of a project: making one with its poster, ending it, and taking what was tapped into a month."""

from dataclasses import dataclass
from datetime import date, timedelta

import qrcode
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matneo.accounts.access import NotAllowed, has_permission
from matneo.charts import qr
from matneo.improvement import taps
from matneo.improvement.actions import counting
from matneo.improvement.models import Project, ProjectMeasure, State, TapCounter
from matneo.improvement.months import kind_of
from matneo.improvement.saying import Unsuitable
from matneo.measures.periods import Period
from matneo.monitoring import live
from matneo.submissions import permissions, values
from matneo.submissions.known import definitions_for
from matneo.utils.typed import digits, printable
from matneo.web.pages import Page
from matneo.web.projects import finding
from matneo.web.projects.finding import crumbs
from matneo.web.render import render
from matneo.web.viewing import signed_in, viewer_of


@dataclass(frozen=True)
class Choice:
    """A measure that may be counted by taps."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class Counted:
    """What was tapped in one month (or week, or quarter), and what stands in the measure's cell."""

    month: str
    label: str
    tapped: str
    standing: str
    seen: str


@dataclass(frozen=True)
class Held:
    """One counter in the list."""

    pk: str
    name: str
    buttons: str
    span: str
    closed: str
    by_name: str
    months: tuple[Counted, ...]


@dataclass(frozen=True)
class Poster:
    """Shown once: the address is kept nowhere."""

    name: str
    question: str
    address: str
    code: str
    until: str


@dataclass(frozen=True, kw_only=True)
class CountersPage(Page):
    held: tuple[Held, ...]
    choices: tuple[Choice, ...]
    may_make: bool
    may_take: bool
    problem: str
    field: str
    yes: str
    no: str
    first: str
    last: str
    poster: Poster | None
    action: str
    month_href: str


@signed_in
def counters(request: HttpRequest, pk: str) -> HttpResponse:
    project = finding.find(request, pk)
    if not viewer_of(request).sees_inside(project.organisation.code):
        raise PermissionDenied("Counters hold exact counts: they are for people inside the trust.")
    if request.method != "POST":
        return render(request, "pages/projects/counters.jinja", _page(request, project))
    if not finding.may(request, project).work:
        raise PermissionDenied(f"You may not work on this project of {project.organisation.short_name}.")
    act = {"make": _make, "revoke": _revoke, "take": _take}.get(request.POST.get("what", ""))
    if act is None:
        raise Http404
    try:
        done = act(request, project)
    except Unsuitable as problem:
        page = _page(request, project, str(problem), problem.field)
        return render(request, "pages/projects/counters.jinja", page, status=422)
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    if isinstance(done, Poster):
        return render(request, "pages/projects/counters.jinja", _page(request, project, poster=done))
    messages.success(request, done)
    return redirect(request.path)


def _make(request: HttpRequest, project: Project) -> Poster:
    row = _rows(request, project).filter(pk=digits(request.POST.get("measure", "")) or 0).first()
    known = definitions_for(project.organisation.code)
    if row is None or row.measure not in known:
        raise Unsuitable("Choose a measure that the team types.", "measure")
    counter, token = counting.make_counter(
        row=row,
        first=_day(request, "first", "the first day"),
        last=_day(request, "last", "the last day"),
        yes=request.POST.get("yes", ""),
        no=request.POST.get("no", ""),
        by=request.user,
    )
    address = settings.BASE_URL.rstrip("/") + reverse("tap", args=[token])
    definition = known[row.measure]
    return Poster(
        name=definition.short_name,
        question=definition.numerator_words,
        address=address,
        code=_code(address, f"Code for counting {definition.short_name}"),
        until=f"Counts until {counter.last:%-d %B %Y}.",
    )


def _code(address: str, title: str) -> str:
    made = qrcode.QRCode(border=0)  # the picture brings its own edge
    made.add_data(address)
    made.make(fit=True)
    return qr.draw(made.get_matrix(), title)


def _day(request: HttpRequest, field: str, name: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(field, ""))
    except ValueError:
        raise Unsuitable(f"Choose {name}.", field) from None


def _revoke(request: HttpRequest, project: Project) -> str:
    counting.revoke_counter(counter=_own(request, project), by=request.user)
    return "The counter has ended: its poster opens nothing any more. What was tapped stays."


def _take(request: HttpRequest, project: Project) -> str:
    counter = _own(request, project)
    try:
        sent = request.POST.get("month", "")
        month = date.fromisoformat(sent if len(sent) > 7 else f"{sent}-01")
    except ValueError:
        raise Http404 from None
    row = counter.project_measure
    kept = counting.take_into_month(
        counter=counter,
        month=month,
        seen=digits(request.POST.get("seen", "")),
        locked=live.filled_in({row.measure}, {row.subject}),
        by=request.user,
    )
    words = f"{kept.cell.numerator:.0f} of {kept.cell.denominator:.0f} stand in the month now."
    return f"{words} {kept.note}".strip()


def _own(request: HttpRequest, project: Project) -> TapCounter:
    rows = TapCounter.objects.visible_to(viewer_of(request)).select_related(
        "project_measure__project__organisation"
    )
    counter = rows.filter(
        pk=printable(request.POST.get("counter", ""))[:16], project_measure__project=project
    ).first()
    if counter is None:
        raise Http404
    return counter


def _rows(request: HttpRequest, project: Project):
    return ProjectMeasure.objects.visible_to(viewer_of(request)).current().filter(project=project)


def _page(
    request: HttpRequest, project: Project, problem: str = "", field: str = "", poster: Poster | None = None
) -> CountersPage:
    viewer, trust, today = viewer_of(request), project.organisation, settings.CLOCK.today()
    may_work = finding.may(request, project).work and project.state != State.CLOSED
    known, sent = definitions_for(trust.code), request.POST if problem else {}
    rows = [row for row in _rows(request, project) if row.measure in known]
    locked = live.filled_in({row.measure for row in rows}, {row.subject for row in rows})
    typed = [row for row in rows if (row.measure, row.subject) not in locked]
    return CountersPage(
        title="Count by tapping",
        lead="A poster with a code, two big buttons, one tap a case: for the twenty cases a month that no system counts.",
        section="projects",
        crumbs=crumbs(project),
        held=_held(request, project, known),
        choices=tuple(
            Choice(str(row.pk), known[row.measure].name, str(row.pk) == sent.get("measure")) for row in typed
        ),
        may_make=may_work and bool(typed),
        may_take=may_work and has_permission(viewer, permissions.to_send(trust), trust.code),
        problem=problem,
        field=field,
        yes=sent.get("yes", "Yes"),
        no=sent.get("no", "No"),
        first=sent.get("first", today.isoformat()),
        last=sent.get("last", (today + timedelta(days=90)).isoformat()),
        poster=poster,
        action=request.path,
        month_href=reverse("project_months", args=[project.pk]),
        visible_to=f"People inside {trust.short_name}. Whoever holds a poster's code may tap, and sees this month's count.",
        fresh="Every tap counts here at once; a month's chart shows it when somebody takes it in.",
    )


def _held(request: HttpRequest, project: Project, known) -> tuple[Held, ...]:
    rows = (
        TapCounter.objects.visible_to(viewer_of(request))
        .filter(project_measure__project=project)
        .select_related("project_measure__project")
    )
    listed = [row for row in rows if row.project_measure.measure in known]
    standing = values.in_force(
        {row.project_measure.measure for row in listed}, {row.project_measure.subject for row in listed}
    )
    return tuple(_one(row, known[row.project_measure.measure], standing) for row in listed)


def _one(row: TapCounter, definition, standing) -> Held:
    return Held(
        pk=row.pk,
        name=definition.short_name,
        buttons=f"“{row.yes}” or “{row.no}”",
        span=f"{row.first:%-d %B %Y} to {row.last:%-d %B %Y}",
        closed=taps.why_closed(row),
        by_name=row.by_name,
        months=tuple(_months(row, definition, standing)),
    )


def _months(row: TapCounter, definition, standing):
    measure = row.project_measure
    for period in taps.spans_of(row, kind_of(measure, definition))[:12]:
        found = taps.tapped(row, period)
        now = standing.get((measure.measure, measure.subject, period.kind, period.start))
        yield Counted(
            _sent_as(period),
            _capital(period.label()),
            f"{found.yes} of {found.all}",
            now.words() if now else "nothing yet",
            str(now.value) if now else "",
        )


def _sent_as(period: Period) -> str:
    """What the button sends: 2025-06 (of a quarter its last month), or the Monday of a week."""
    return period.start.isoformat() if period.kind == "week" else f"{period.last:%Y-%m}"


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
