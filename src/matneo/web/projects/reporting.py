"""The report of a month: it writes itself from what happened, and a person says what should stand."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404

from matneo.improvement.actions import story
from matneo.improvement.models import Highlight, Project
from matneo.measures import periods
from matneo.web.pages import Crumb
from matneo.web.projects import finding, months
from matneo.web.projects.finding import May
from matneo.web.projects.forms import (
    Done,
    Field,
    FormPage,
    Problem,
    around,
    filled,
    key_of,
    open_to_readers,
    seen_of,
    serve,
)
from matneo.web.viewing import viewer_of


@dataclass(frozen=True)
class Saved:
    text: str
    by: str
    at: object


@dataclass(frozen=True, kw_only=True)
class ReportPage(FormPage):
    may_work: bool
    text: Field
    names: bool  # whether the reader has signed in
    seen: int  # the version that stands in the box; 0 for none
    theirs: Saved | None  # what somebody else kept meanwhile
    latest: Saved | None
    earlier: tuple[Saved, ...]  # for those who write it, and their coach
    fresh_draft: str  # what happened by now, where a saved text stands in the box
    before: Crumb | None
    after: Crumb | None


@open_to_readers
def report(request, pk: str, month: str):
    project = finding.find(request, pk)
    start, allowed = _month(project, month), finding.may(request, project)
    if request.method == "POST" and not allowed.work:
        raise PermissionDenied("You may read this report, not write it.")

    def page(problem: Problem | None) -> ReportPage:
        return _page(request, project, start, allowed, problem)

    return serve(
        request, "pages/projects/report.jinja", {"report": lambda: _keep(request, project, start)}, page
    )


def _keep(request, project: Project, start: date) -> Done:
    text, seen = request.POST.get("text", ""), seen_of(request) if "seen" in request.POST else None
    story.report(project=project, month=start, text=text, seen=seen, by=request.user, key=key_of(request))
    return Done(f"The report of {start:%B %Y} is kept. Earlier versions stay below.")


def _month(project: Project, text: str) -> date:
    """A month from the project's first to the one that is running."""
    try:
        start = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404 from None
    if not project.started.replace(day=1) <= start <= settings.CLOCK.today() or len(text) != 7:
        raise Http404
    return start


def _page(request, project: Project, start: date, allowed: May, problem: Problem | None) -> ReportPage:
    viewer, may_work = viewer_of(request), allowed.work
    rows = list(
        Highlight.objects.visible_to(viewer).filter(project=project, month=start).order_by("-at", "-id")
    )
    saved = [Saved(row.text, row.by_name, row.at) for row in rows]
    draft = months.told(project, start, viewer) if may_work else ""
    form = filled(request, problem, "report", text=saved[0].text if saved else draft)
    now = problem.now if problem and isinstance(problem.now, Highlight) else None
    return ReportPage(
        title=f"Report of {start:%B %Y}",
        crumbs=finding.crumbs(project),
        lead=_lead(start, bool(saved), may_work),
        may_work=may_work,
        text=form.field("text", "The report", most=4000, rows=16, needed=True),
        names=viewer.signed_in,
        seen=rows[0].pk if rows else 0,
        theirs=Saved(now.text, now.by_name, now.at) if now else None,
        latest=saved[0] if saved else None,
        earlier=tuple(saved[1:]) if may_work or allowed.coach else (),
        fresh_draft=draft if saved and draft != saved[0].text else "",
        before=_beside(project, start, -1),
        after=_beside(project, start, 1),
        visible_to=finding.who_sees(project),
        fresh="",
        **around(request, project, problem),
    )


def _lead(start: date, saved: bool, may_work: bool) -> str:
    if saved:
        return "As the team left it."
    if may_work:
        over = periods.add_months(start, 1) <= settings.CLOCK.today()
        so_far = "what happened" if over else "what happened so far"
        return f"It has written itself from {so_far}. Change what you like, and keep it; nobody has to."
    return "The team has not written one for this month."


def _beside(project: Project, start: date, months_on: int) -> Crumb | None:
    other = periods.add_months(start, months_on)
    if not project.started.replace(day=1) <= other <= settings.CLOCK.today():
        return None
    return Crumb(f"{other:%B %Y}", f"{finding.address(project)}report/{other:%Y-%m}/")
