"""A month on one grid: one form saves everything that was typed; with JavaScript each change is saved at once."""

import json
import re
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
from matneo.improvement.actions import story
from matneo.improvement.models import Project, State
from matneo.improvement.months import open_month
from matneo.improvement.saying import Unsuitable
from matneo.monitoring import live
from matneo.submissions import actions, permissions
from matneo.submissions.cells import EARLIEST
from matneo.utils.typed import digits, printable
from matneo.web.projects import finding
from matneo.web.projects.grid import page, rows, sources, typing
from matneo.web.projects.grid.rows import Answered
from matneo.web.projects.grid.sources import Source
from matneo.web.projects.grid.typing import Given
from matneo.web.render import render
from matneo.web.viewing import signed_in, viewer_of

MOST_CELLS = 100  # rows of one message: a project follows 24 measures
MOST_BYTES = 64 * 1024
NOT_OPEN = "Nothing was saved: this month cannot be typed into by you. What you typed is still on the screen."


@dataclass(frozen=True)
class Month:
    """The month that an address names, for this person."""

    project: Project
    start: date
    may_type: bool


@signed_in
def months(request: HttpRequest, pk: str) -> HttpResponse:
    project = finding.find(request, pk)
    _need_inside(request, project)
    start = open_month(project, settings.CLOCK.today())
    return redirect("project_month", pk=pk, month=f"{start:%Y-%m}")


@signed_in
def month(request: HttpRequest, pk: str, month: str) -> HttpResponse:
    asked = _asked(request, pk, month)
    if request.method != "POST":
        return _page(request, asked, sources.fetch(asked.project, asked.start, viewer_of(request)))
    if not asked.may_type:
        raise PermissionDenied(NOT_OPEN)
    found = sources.fetch(asked.project, asked.start, viewer_of(request), history=False)
    do, _, row = request.POST.get("do", "save").partition(":")
    _remember(request, asked, found, do, digits(row))
    given = _sent(request, found, do, digits(row))
    answered = _save(request, asked, found, given)
    problem = _finish(request, asked) if do == "finish" and not answered.refused else ""
    if answered.refused or problem:
        again = sources.fetch(asked.project, asked.start, viewer_of(request))
        return _page(request, asked, again, answered, problem, status=422)
    if do != "finish":
        messages.success(request, " ".join((f"Saved at {_time()}.", *answered.notes)))
    target = f"#row-{digits(row)}" if do in ("nc", "known", "yes", "mine", "theirs") else ""
    return redirect(request.path + target)


@require_POST
@signed_in
def cells(request: HttpRequest, pk: str, month: str) -> HttpResponse:
    """Save what changed, and answer each row as it stands now. The same again changes nothing."""
    asked = _asked(request, pk, month)
    if not asked.may_type:
        return JsonResponse({"problem": NOT_OPEN}, status=403)
    listed = _listed(request)
    if isinstance(listed, str):
        return JsonResponse({"problem": listed}, status=422)
    found = sources.fetch(asked.project, asked.start, viewer_of(request), history=False)
    known = {source.pk for source in found if source.typed}
    for do, row in ((str(item.get("do", "")), digits(str(item.get("row", "")))) for item in listed):
        _remember(request, asked, found, do, row)
    given = {digits(str(item.get("row", ""))): _given_of(item) for item in listed}
    given = {row: one for row, one in given.items() if row in known and one is not None}
    answered = _save(request, asked, found, given)
    again = sources.fetch(asked.project, asked.start, viewer_of(request))
    return JsonResponse(_answer(request, asked, again, answered))


def _asked(request: HttpRequest, pk: str, month: str) -> Month:
    project = finding.find(request, pk)
    _need_inside(request, project)
    match = re.fullmatch(r"(\d{4})-(\d{2})", month)
    try:
        start = date(int(match[1]), int(match[2]), 1) if match else None
    except ValueError:
        start = None
    if start is None or not EARLIEST <= start <= settings.CLOCK.today():
        raise Http404
    return Month(project, start, _may_type(request, project))


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
        return "That was a lot at once. Paste at most one month of this project."
    try:
        listed = json.loads(request.body)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "That was no list of cells. Load the page again; what you typed is kept on this device."
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        return "That was no list of cells. Load the page again; what you typed is kept on this device."
    if len(listed) > MOST_CELLS:
        return f"{len(listed)} rows came at once and {MOST_CELLS} is the most. Paste at most one month of this project."
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


def _save(request: HttpRequest, asked: Month, found: list[Source], given: dict[int, Given]) -> Answered:
    changed = typing.cells(found, given)
    if not changed:
        return Answered(given, {})
    pairs = {(cell.measure, cell.subject) for _, cell in changed}
    locked = live.filled_in({measure for measure, _ in pairs}, {code for _, code in pairs})
    try:
        answer = actions.type_in(
            organisation=asked.project.organisation,
            cells=[cell for _, cell in changed],
            by=request.user,
            locked=locked,
        )
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    return Answered(
        given, typing.refused(changed, answer), tuple(kept.note for kept in answer.kept if kept.note)
    )


def _finish(request: HttpRequest, asked: Month) -> str:
    try:
        story.finish_month(project=asked.project, month=asked.start, by=request.user)
    except Unsuitable as reason:
        return str(reason)
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    messages.success(
        request,
        f"{asked.start:%B} is finished. The charts show it already. Thank you to whoever counted.",
    )
    return ""


def _remember(request: HttpRequest, asked: Month, found: list[Source], do: str, row: int | None) -> None:
    """Counts that somebody says are right are not asked about again."""
    source = next((source for source in found if source.pk == row), None)
    if do == "yes" and source is not None and source.now is not None:
        actions.confirm(value=source.now.value, organisation=asked.project.organisation, by=request.user)


def _made(request, asked: Month, found, answered=rows.NOTHING_SENT, problem="") -> page.GridPage:
    return page.make(
        asked.project,
        asked.start,
        found,
        viewer_of(request),
        may_type=asked.may_type,
        right={rows.right_key(source) for source in found if source.now and source.now.sure},
        answered=answered,
        problem=problem,
    )


def _page(request, asked, found, answered=rows.NOTHING_SENT, problem="", status=200) -> HttpResponse:
    made = _made(request, asked, found, answered, problem)
    return render(request, "pages/projects/grid.jinja", made, status=status)


def _answer(request, asked: Month, found: list[Source], answered: Answered) -> dict:
    """Every typed row as it stands: a denominator may have changed several."""
    made = _made(request, asked, found, answered)
    return {
        "saved": f"Saved at {_time()}",
        "progress": made.progress,
        "numbers": made.numbers,
        "done": made.done,
        "minutes": made.minutes_words,
        "kept": [row.pk for row in made.typed if row.pk in answered.given and row.pk not in answered.refused],
        "notes": answered.notes,
        "refused": {row: problem.sentence for row, problem in answered.refused.items()},
        "rows": {
            row.pk: render_to_string(
                "pages/projects/grid_row.jinja", {"row": row, "page": made}, request, using="jinja2"
            )
            for row in made.typed
        },
    }


def _time() -> str:
    return f"{localtime(settings.CLOCK.now()):%H:%M}"
