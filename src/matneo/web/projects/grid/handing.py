"""Handing rows of a month or week to a colleague, and taking them back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localtime

from matneo.accounts.models import User
from matneo.improvement import handing
from matneo.improvement.actions import filling
from matneo.improvement.models import Handover
from matneo.improvement.saying import Unsuitable
from matneo.utils.typed import digits
from matneo.utils.viewer import Viewer
from matneo.web.pages import Crumb
from matneo.web.projects import finding
from matneo.web.projects.forms import Choice, Done, FormPage, Option, Problem, around, filled, serve
from matneo.web.projects.grid import rows, sources
from matneo.web.projects.grid.sources import Source
from matneo.web.projects.grid.views import Asked, asked_month, asked_week
from matneo.web.viewing import signed_in, viewer_of


@dataclass(frozen=True)
class Tick:
    """A measure that can be handed on."""

    pk: int
    name: str
    state: str
    ticked: bool


@dataclass(frozen=True)
class With:
    """What is with somebody now."""

    pk: int
    words: str
    names: str
    button: str


@dataclass(frozen=True, kw_only=True)
class HandPage(FormPage):
    ticks: tuple[Tick, ...]
    ticks_problem: str
    to: Choice
    held: tuple[With, ...]
    nobody: str
    grid_href: str
    grid_name: str


@signed_in
def hand_month(request: HttpRequest, pk: str, month: str) -> HttpResponse:
    return _hand(request, asked_month(request, pk, month))


@signed_in
def hand_week(request: HttpRequest, pk: str, week: str) -> HttpResponse:
    return _hand(request, asked_week(request, pk, week))


def _hand(request: HttpRequest, asked: Asked) -> HttpResponse:
    if not asked.may_type:
        raise PermissionDenied("Numbers are handed on by the people who type them.")
    acts = {"hand": lambda: _ask(request, asked), "back": lambda: _back(request, asked)}
    return serve(request, "pages/projects/hand.jinja", acts, lambda problem: _page(request, asked, problem))


def _ask(request: HttpRequest, asked: Asked) -> Done:
    wanted = digits(request.POST.get("to", ""))
    to = next((one for one in _people(request, asked) if one.pk == wanted), None)
    if to is None:
        raise Unsuitable("Choose somebody of the team.", "to")
    chosen = {digits(text) for text in request.POST.getlist("row")}
    rows = [one.pk for one in _typed(asked, viewer_of(request)) if one.pk in chosen]
    filling.hand_rows(project=asked.project, period=asked.span, rows=rows, to=to, by=request.user)
    first = to.name.split()[0]
    return Done(
        f"{first} is asked, and sees it in their week. You can take it back at any time.",
        handing.path(asked.project.pk, asked.span),
    )


def _back(request: HttpRequest, asked: Asked) -> Done:
    rows = Handover.objects.visible_to(viewer_of(request)).select_related("project__organisation")
    row = rows.filter(project=asked.project, pk=digits(request.POST.get("pk", ""))).first()
    if row is None:
        raise Http404
    filling.take_back(handover=row, by=request.user)
    return Done("These rows are the team's again.")


def _people(request: HttpRequest, asked: Asked) -> list[User]:
    return handing.colleagues(asked.project, request.user.pk)


def _typed(asked: Asked, viewer: Viewer) -> list[Source]:
    """What people type in this month or week: by now records may fill in a row, or it is counted the other way."""
    found = sources.fetch(sources.gather(asked.project, viewer), asked.span, viewer, history=False)
    return [one for one in found if one.typed and one.period]


def _page(request: HttpRequest, asked: Asked, problem: Problem | None) -> HandPage:
    viewer, what = viewer_of(request), handing.name_of(asked.span)
    held = handing.handed(asked.project, asked.span, viewer)
    found = _typed(asked, viewer)
    people = _people(request, asked)
    form = filled(request, problem, "hand", to=people[0].pk if len(people) == 1 else "")
    options = [Option(str(one.pk), one.name) for one in people]
    said = problem.message if problem and problem.field == "rows" else ""
    grid = handing.path(asked.project.pk, asked.span)
    return HandPage(
        title=f"Hand {what} to a colleague",
        lead="Away, or short of time? Somebody of the team types these numbers instead of you.",
        crumbs=(*finding.crumbs(asked.project), Crumb(what, grid)),
        ticks=_ticks(request, found, held, problem),
        ticks_problem=said,
        to=form.choice("to", "Who", options),
        held=tuple(_with(one, found, request) for one in held),
        nobody=""
        if people
        else "Nobody else on this team may type its numbers. Add somebody to the team first.",
        grid_href=grid,
        grid_name=what,
        visible_to=f"People inside {asked.project.organisation.short_name}. Whoever is asked is told at once.",
        fresh="",
        **around(request, asked.project, problem),
    )


def _ticks(
    request: HttpRequest, found: Sequence[Source], held: Sequence[Handover], problem: Problem | None
) -> tuple[Tick, ...]:
    """Those that wait are ticked; what is with somebody already is listed above."""
    taken = {row for one in held for row in one.rows}
    sent = set(request.POST.getlist("row")) if problem and problem.what == "hand" else None
    return tuple(
        Tick(
            one.pk,
            rows.name_of(one),
            one.now.words() if one.now and one.now.words() != "nothing" else "not typed yet",
            str(one.pk) in sent if sent is not None else _waits(one),
        )
        for one in found
        if one.pk not in taken
    )


def _waits(one: Source) -> bool:
    return one.now is None or one.now.state == "not_yet_sent"


def _with(one: Handover, found: Sequence[Source], request: HttpRequest) -> With:
    mine = one.to_id == request.user.pk
    names = {source.pk: rows.name_of(source) for source in found}
    words = f"{one.by_name} asked you" if mine else f"{one.by_name} asked {one.to_name}"
    return With(
        one.pk,
        f"{words} on {localtime(one.at):%-d %B}",
        "; ".join(names[pk] for pk in one.rows if pk in names),
        "Hand it back" if mine else "Take it back",
    )
