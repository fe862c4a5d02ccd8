"""A month or week on one grid: one form saves everything that was typed; with JavaScript each change is saved at once."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from matneo.accounts.access import NotAllowed, has_permission
from matneo.improvement import burden, handing
from matneo.improvement.actions import filling, story
from matneo.improvement.models import Project, State
from matneo.improvement.months import open_month, open_week
from matneo.improvement.saying import Unsuitable
from matneo.measures.periods import Period
from matneo.submissions import actions, permissions
from matneo.submissions.cells import EARLIEST, Cell, CellState, NotKept
from matneo.utils.typed import digits, printable
from matneo.web.projects import finding
from matneo.web.projects.grid import page, rows, sources, typing
from matneo.web.projects.grid.rows import Answered
from matneo.web.projects.grid.sources import Gathered, Source
from matneo.web.projects.grid.typing import Given
from matneo.web.render import render
from matneo.web.viewing import signed_in, viewer_of

MOST_CELLS = 100  # rows of one message: a project follows 24 measures
MOST_BYTES = 64 * 1024
NOT_OPEN = "Nothing was saved: this cannot be typed into by you. What you typed is still on the screen."


@dataclass(frozen=True)
class Asked:
    """The month or week that an address names, for this person."""

    project: Project
    span: Period
    may_type: bool


@signed_in
def months(request: HttpRequest, pk: str) -> HttpResponse:
    project = finding.find(request, pk)
    _need_inside(request, project)
    return redirect(handing.path(pk, Period("month", open_month(project, settings.CLOCK.today()))))


@signed_in
def weeks(request: HttpRequest, pk: str) -> HttpResponse:
    project = finding.find(request, pk)
    _need_inside(request, project)
    return redirect(handing.path(pk, Period("week", open_week(project, settings.CLOCK.today()))))


@signed_in
def month(request: HttpRequest, pk: str, month: str) -> HttpResponse:
    return _grid(request, asked_month(request, pk, month))


@signed_in
def week(request: HttpRequest, pk: str, week: str) -> HttpResponse:
    return _grid(request, asked_week(request, pk, week))


@require_POST
@signed_in
def cells(request: HttpRequest, pk: str, month: str) -> HttpResponse:
    return _cells(request, asked_month(request, pk, month))


@require_POST
@signed_in
def week_cells(request: HttpRequest, pk: str, week: str) -> HttpResponse:
    return _cells(request, asked_week(request, pk, week))


def _grid(request: HttpRequest, asked: Asked) -> HttpResponse:
    viewer, span = viewer_of(request), asked.span
    gathered = sources.gather(asked.project, viewer)
    if request.method != "POST":
        return _page(request, asked, gathered)
    if not asked.may_type:
        raise PermissionDenied(NOT_OPEN)
    found = sources.fetch(gathered, span, viewer, history=False)
    do, _, row = request.POST.get("do", "save").partition(":")
    _remember(request, asked, found, do, digits(row), digits(request.POST.get(f"seen:{row}", "")))
    given = _sent(request, found, do, digits(row))
    answered = _save(request, asked, gathered, found, given)
    problem = _finish(request, asked) if do == "finish" and not answered.refused else ""
    if answered.refused or problem:
        return _page(request, asked, gathered, answered, problem, status=422)
    if do != "finish":
        messages.success(request, " ".join((f"Saved at {_time()}.", *answered.notes)))
    target = f"#row-{digits(row)}" if do in ("nc", "known", "yes", "mine", "theirs") else ""
    return redirect(request.path + target)


def _cells(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Save what changed, and answer each row as it stands now. The same again changes nothing. What typing does not change
    is asked for once: each key of a busy hand ends here."""
    if not asked.may_type:
        return JsonResponse({"problem": NOT_OPEN}, status=403)
    listed = _listed(request)
    if isinstance(listed, str):
        return JsonResponse({"problem": listed}, status=422)
    viewer = viewer_of(request)
    gathered = sources.gather(asked.project, viewer)
    found = sources.fetch(gathered, asked.span, viewer, history=False)
    known = {source.pk for source in found if source.typed}
    for item in listed:
        row, seen = digits(str(item.get("row", ""))), digits(_text(item, "seen"))
        _remember(request, asked, found, str(item.get("do", "")), row, seen)
    given = {digits(str(item.get("row", ""))): _given_of(item) for item in listed}
    given = {row: one for row, one in given.items() if row in known and one is not None}
    answered = _save(request, asked, gathered, found, given)
    return JsonResponse(_answer(request, asked, gathered, answered))


def asked_month(request: HttpRequest, pk: str, month: str) -> Asked:
    match = re.fullmatch(r"(\d{4})-(\d{2})", month)
    return _asked(request, pk, "month", lambda: date(int(match[1]), int(match[2]), 1) if match else None)


def asked_week(request: HttpRequest, pk: str, week: str) -> Asked:
    match = re.fullmatch(r"(\d{4})-W(\d{2})", week)
    return _asked(
        request, pk, "week", lambda: date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else None
    )


def _asked(request: HttpRequest, pk: str, kind: str, day: Callable[[], date | None]) -> Asked:
    project = finding.find(request, pk)
    _need_inside(request, project)
    try:
        start = day()
    except ValueError:
        start = None
    if start is None or not EARLIEST <= start <= settings.CLOCK.today():
        raise Http404
    return Asked(project, Period(kind, start), _may_type(request, project))


def _need_inside(request: HttpRequest, project: Project) -> None:
    if not viewer_of(request).sees_inside(project.organisation.code):
        raise PermissionDenied(
            "The months of a project hold exact counts: they are for people inside the trust."
        )


def _may_type(request: HttpRequest, project: Project) -> bool:
    """Whether `type_in` would take their cells; it asks again."""
    viewer, trust = viewer_of(request), project.organisation
    may_send = has_permission(viewer, permissions.to_send(trust), trust.code)
    return may_send and finding.may(request, project).work and project.state != State.CLOSED


def _sent(request: HttpRequest, found: list[Source], do: str, row: int | None) -> dict[int, Given]:
    """What each typed row of the form holds, and what its buttons say. "Keep theirs" leaves that row alone."""
    given = {source.pk: _row(request, source.pk) for source in found if source.typed and source.period}
    if row not in given:
        return given
    mine = given[row]
    if do == "nc":
        given[row] = replace(mine, state="not_collected")
    elif do == "known":
        given[row] = replace(mine, state="cleared")
    elif do == "mine":
        given[row] = replace(mine, seen=digits(request.POST.get(f"theirs:{row}", "")))
    elif do == "theirs":
        del given[row]
    return given


def _row(request: HttpRequest, row: int) -> Given:
    sent = request.POST
    return Given(
        printable(sent.get(f"n:{row}", "")),
        printable(sent.get(f"d:{row}", "")),
        (sent.get(f"wn:{row}", ""), sent.get(f"wd:{row}", "")),
        seen=digits(sent.get(f"seen:{row}", "")),
    )


def _listed(request: HttpRequest) -> list[dict] | str:
    """The cells of a message, or a sentence about what is wrong with it. The body of a form was read at the door already."""
    if request.content_type != "application/json":
        return "That was no list of cells. Load the page again; what you typed is kept on this device."
    if len(request.body) > MOST_BYTES:
        return "That was a lot at once. Paste at most one month or week of this project."
    try:
        listed = json.loads(request.body)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "That was no list of cells. Load the page again; what you typed is kept on this device."
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        return "That was no list of cells. Load the page again; what you typed is kept on this device."
    if len(listed) > MOST_CELLS:
        return f"{len(listed)} rows came at once and {MOST_CELLS} is the most. Paste at most one month or week of this project."
    return listed


def _given_of(item: dict) -> Given | None:
    if item.get("do") in ("theirs", "yes"):
        return None
    return Given(
        _text(item, "numerator"),
        _text(item, "denominator"),
        (_text(item, "was_numerator"), _text(item, "was_denominator")),
        {"nc": "not_collected", "known": "cleared"}.get(_text(item, "do"), ""),
        digits(_text(item, "seen")),
    )


def _text(item: dict, name: str) -> str:
    value = item.get(name)
    return "" if value is None else printable(str(value))


def _save(
    request: HttpRequest, asked: Asked, gathered: Gathered, found: list[Source], given: dict[int, Given]
) -> Answered:
    """Rows that hold a denominator of others first: where one is not kept, neither are those that are counted out of it."""
    changed = typing.cells(found, given)
    bases = {source.base for source, _ in changed}
    first = [(source, cell) for source, cell in changed if source.pk in bases]
    kept, refused = _typed(request, asked, gathered, first)
    rest = [(source, cell) for source, cell in changed if source.pk not in bases]
    waiting = [(s, c) for s, c in rest if s.base in refused and c.state == CellState.VALUED]
    others, not_kept = _typed(request, asked, gathered, [one for one in rest if one not in waiting])
    return Answered(given, refused | not_kept | typing.waiting(waiting, found, given), (*kept, *others))


def _typed(
    request: HttpRequest, asked: Asked, gathered: Gathered, changed: Sequence[tuple[Source, Cell]]
) -> tuple[tuple[str, ...], dict[int, NotKept]]:
    """What one should know of what was kept, and what was not."""
    if not changed:
        return (), {}
    try:
        answer = actions.type_in(
            organisation=asked.project.organisation,
            cells=[cell for _, cell in changed],
            by=request.user,
            locked=gathered.recorded.keys(),
        )
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    return tuple(kept.note for kept in answer.kept if kept.note), typing.refused(changed, answer)


def _finish(request: HttpRequest, asked: Asked) -> str:
    start = asked.span.start
    try:
        if asked.span.kind == "week":
            filling.finish_week(project=asked.project, week=start, by=request.user)
        else:
            story.finish_month(project=asked.project, month=start, by=request.user)
    except Unsuitable as reason:
        return str(reason)
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    messages.success(
        request,
        f"{handing.name_of(asked.span)} is finished. The charts show it already. Thank you to whoever counted.",
    )
    return ""


def _remember(
    request: HttpRequest, asked: Asked, found: list[Source], do: str, row: int | None, seen: int | None
) -> None:
    """Counts that somebody says are right are not asked about again. The word is about what they saw: where another count
    stands by now, the page asks about that one."""
    source = next((source for source in found if source.pk == row), None)
    if do == "yes" and source is not None and source.now is not None and source.now.value == seen:
        actions.confirm(value=source.now.value, organisation=asked.project.organisation, by=request.user)


def _page(
    request, asked: Asked, gathered: Gathered, answered=rows.NOTHING_SENT, problem="", status=200
) -> HttpResponse:
    viewer = viewer_of(request)
    made = page.make(
        gathered,
        asked.span,
        sources.fetch(gathered, asked.span, viewer),
        viewer,
        may_type=asked.may_type,
        answered=answered,
        problem=problem,
    )
    return render(request, "pages/projects/grid.jinja", made, status=status)


def _answer(request, asked: Asked, gathered: Gathered, answered: Answered) -> dict:
    """Every typed row as it stands: a denominator may have changed several."""
    viewer = viewer_of(request)
    found = sources.fetch(gathered, asked.span, viewer)
    held = handing.handed(asked.project, asked.span, viewer)
    made = page.table(gathered, asked.span, found, viewer, answered=answered, held=held)
    typed = [row for row in made if row.typed]
    numbers, done = page.counted(made)[0], sum(row.filled for row in typed)
    return {
        "saved": f"Saved at {_time()}",
        "progress": page.progress(done, numbers),
        "numbers": numbers,
        "done": done,
        "lead": page.lead_of(made, asked.span.kind),
        "minutes": page.minutes_words(burden.minutes(numbers - done)),
        "kept": [row.pk for row in typed if row.pk in answered.given and row.pk not in answered.refused],
        "notes": answered.notes,
        "refused": {row: problem.sentence for row, problem in answered.refused.items()},
        "rows": {row.pk: _drawn(request, row, asked) for row in typed},
    }


def _drawn(request, row: rows.Row, asked: Asked) -> str:
    return render_to_string(
        "pages/projects/grid_row.jinja", {"row": row, "page": asked}, request, using="jinja2"
    )


def _time() -> str:
    return f"{localtime(settings.CLOCK.now()):%H:%M}"
