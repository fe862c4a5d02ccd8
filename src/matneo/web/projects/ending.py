"""Pausing a project, going on, closing it with what was learned, and the same work in another place."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from matneo.improvement.actions import projects
from matneo.improvement.models import Project, Result, State
from matneo.improvement.saying import Unsuitable
from matneo.organisations.models import Organisation
from matneo.web.projects import finding
from matneo.web.projects.forms import (
    Choice,
    Done,
    Field,
    FormPage,
    Option,
    Problem,
    around,
    day_of,
    filled,
    key_of,
    serve,
)
from matneo.web.viewing import signed_in, viewer_of

WHOLE = "whole"
USUAL = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class EndPage(FormPage):
    state: str
    may_lead: bool
    reason: Field
    result: Choice
    learned: Field
    copy_title: Field
    copy_by_when: Field
    copy_place: Choice


@signed_in
def end(request, pk: str):
    project = finding.find_to_work_on(request, pk)
    acts = {
        "pause": lambda: _pause(request, project),
        "resume": lambda: _resume(request, project),
        "close": lambda: _close(request, project),
        "copy": lambda: _copy(request, project),
    }
    return serve(request, "pages/projects/end.jinja", acts, lambda problem: _page(request, project, problem))


def _pause(request, project: Project) -> Done:
    projects.pause(project=project, reason=request.POST.get("reason", ""), by=request.user)
    return Done("The project is paused. Reminders stop, and everything can be read.")


def _resume(request, project: Project) -> Done:
    projects.resume(project=project, by=request.user)
    return Done("The project goes on.", finding.address(project))


def _close(request, project: Project) -> Done:
    projects.close(
        project=project,
        result=request.POST.get("result", ""),
        learned=request.POST.get("learned", ""),
        by=request.user,
    )
    return Done("The project is closed. What you learned stays findable; it can be opened again below.")


def _copy(request, project: Project) -> Done:
    made = projects.duplicate(
        project=project,
        title=request.POST.get("title", ""),
        by_when=day_of(request, "by_when", "the day to reach it by"),
        place=_place(request, project),
        by=request.user,
        key=key_of(request),
    )
    return Done(
        f"“{made.title}” is started, with the aim, ideas and measures of this one.", finding.address(made)
    )


def _place(request, project: Project) -> Organisation | None:
    asked = request.POST.get("place", WHOLE)
    if asked == WHOLE:
        return None
    found = next((row for row in _places(request, project) if row.code == asked), None)
    if found is None:
        raise Unsuitable("Choose a place of the trust.", "place")
    return found


def _places(request, project: Project) -> list[Organisation]:
    today = settings.CLOCK.today()
    rows = Organisation.objects.visible_to(viewer_of(request)).open_on(today)
    sites = rows.members_of(project.organisation, "site_of", today)
    return [*sites.order_by("short_name"), *rows.members_of(project.organisation, "unit_of", today)]


def _page(request, project: Project, problem: Problem | None) -> EndPage:
    pause, close, copy = (filled(request, problem, what) for what in ("pause", "close", "copy"))
    if not copy.sent:
        copy = filled(
            request, problem, "copy", title=project.title, by_when=settings.CLOCK.today() + USUAL, place=WHOLE
        )
    places = [Option(WHOLE, f"All of {project.organisation.short_name}")]
    places += [Option(row.code, row.short_name) for row in _places(request, project)]
    return EndPage(
        title="Pause, close, or carry on elsewhere",
        crumbs=finding.crumbs(project),
        lead=_lead(project),
        state=project.state,
        may_lead=finding.may(request, project).lead,
        reason=pause.field(
            "reason",
            "Why it pauses",
            most=200,
            needed=True,
            hint="Such as “a new system in March”. It stands in the story, for everyone who sees the project.",
        ),
        result=close.choice(
            "result",
            "How did it end?",
            [Option(value, label[:1].upper() + label[1:]) for value, label in Result.choices],
        ),
        learned=close.field(
            "learned",
            "What did you learn?",
            most=2000,
            rows=6,
            needed=True,
            hint="Also where nothing changed: whoever comes next begins where you end.",
        ),
        copy_title=copy.field("title", "What the new project is called", most=80, needed=True),
        copy_by_when=copy.field("by_when", "By when", kind="date", needed=True),
        copy_place=copy.choice("place", "Where", places),
        visible_to=finding.who_sees(project),
        fresh="",
        **around(request, project, problem),
    )


def _lead(project: Project) -> str:
    if project.state == State.PAUSED:
        return f"Paused since {project.paused_from:%-d %B %Y}. It can go on at any time."
    if project.state == State.CLOSED:
        return (
            f"Closed on {project.closed:%-d %B %Y}: {Result(project.result).label}. It can be opened again."
        )
    return "Nothing is lost by any of these, and each can be undone."
