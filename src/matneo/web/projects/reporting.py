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
from matneo.web.projects.forms import Done, Field, FormPage, Problem, around, filled, key_of, serve
from matneo.web.viewing import signed_in, viewer_of


@dataclass(frozen=True)
class Saved:
    text: str
    by: str
    at: object


@dataclass(frozen=True, kw_only=True)
class ReportPage(FormPage):
    may_work: bool
    text: Field
    latest: Saved | None
    earlier: tuple[Saved, ...]
    fresh_draft: str  # what happened by now, where a saved text stands in the box
    before: Crumb | None
    after: Crumb | None


@signed_in
def report(request, pk: str, month: str):
    project = finding.find(request, pk)
    start = _month(project, month)
    may_work = finding.may(request, project).work
    if request.method == "POST" and not may_work:
        raise PermissionDenied("You may read this report, not write it.")

    def page(problem: Problem | None) -> ReportPage:
        return _page(request, project, start, may_work, problem)

    return serve(
        request, "pages/projects/report.jinja", {"report": lambda: _keep(request, project, start)}, page
    )


def _keep(request, project: Project, start: date) -> Done:
    text = request.POST.get("text", "")
    story.report(project=project, month=start, text=text, by=request.user, key=key_of(request))
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


def _page(request, project: Project, start: date, may_work: bool, problem: Problem | None) -> ReportPage:
    viewer = viewer_of(request)
    rows = list(
        Highlight.objects.visible_to(viewer).filter(project=project, month=start).order_by("-at", "-id")
    )
    saved = [Saved(row.text, row.by_name, row.at) for row in rows]
    draft = months.told(project, start, viewer) if may_work else ""
    form = filled(request, problem, "report", text=saved[0].text if saved else draft)
    return ReportPage(
        title=f"Report of {start:%B %Y}",
        crumbs=finding.crumbs(project),
        lead=_lead(bool(saved), may_work),
        may_work=may_work,
        text=form.field("text", "The report", most=4000, rows=16, needed=True),
        latest=saved[0] if saved else None,
        earlier=tuple(saved[1:]),
        fresh_draft=draft if saved and draft != saved[0].text else "",
        before=_beside(project, start, -1),
        after=_beside(project, start, 1),
        visible_to=finding.who_sees(project),
        fresh="",
        **around(request, project, problem),
    )


def _lead(saved: bool, may_work: bool) -> str:
    if saved:
        return "As the team left it."
    if may_work:
        return "It has written itself from what happened. Say what should stand; nobody has to."
    return "The team has not written one for this month."


def _beside(project: Project, start: date, months_on: int) -> Crumb | None:
    other = periods.add_months(start, months_on)
    if not project.started.replace(day=1) <= other <= settings.CLOCK.today():
        return None
    return Crumb(f"{other:%B %Y}", f"{finding.address(project)}report/{other:%Y-%m}/")
