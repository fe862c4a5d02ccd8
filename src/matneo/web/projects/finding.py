"""The project that an address names, for this viewer, and what they may do in it."""

from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from matneo.improvement import doing
from matneo.improvement.ladder import WHO, Rung
from matneo.improvement.models import Entry, Member, Project, ProjectIdea, ProjectMeasure
from matneo.utils.typed import digits
from matneo.web.pages import Crumb
from matneo.web.viewing import viewer_of

Part = TypeVar("Part", Entry, Member, ProjectIdea, ProjectMeasure)


@dataclass(frozen=True)
class May:
    """Which buttons a page shows; the actions ask again."""

    work: bool
    lead: bool
    coach: bool


def find(request: HttpRequest, pk: str) -> Project:
    """Its content may be seen, or it is not found: an address of somebody else's project tells nothing."""
    rows = Project.objects.visible_to(viewer_of(request)).select_related(
        "organisation", "place", "copied_from"
    )
    project = rows.filter(pk=pk).first()
    if project is None:
        raise Http404
    return project


def part_sent(request: HttpRequest, project: Project, model: type[Part]) -> Part:
    """The row of this project that a form names by its `pk`; one of somebody else's project is not there."""
    rows = model.objects.visible_to(viewer_of(request)).filter(project=project)
    row = rows.select_related("project__organisation").filter(pk=digits(request.POST.get("pk", ""))).first()
    if row is None:
        raise Http404
    return row


def may(request: HttpRequest, project: Project) -> May:
    viewer = viewer_of(request)
    return May(
        doing.may_work_on(viewer, project), doing.may_lead(viewer, project), doing.may_coach(viewer, project)
    )


def find_to_work_on(request: HttpRequest, pk: str) -> Project:
    """For pages that hold a form: who may only read is told so."""
    project = find(request, pk)
    if not doing.may_work_on(viewer_of(request), project):
        raise PermissionDenied(
            f"You may read this project of {project.organisation.short_name}, not change it."
        )
    return project


def find_to_work_or_coach(request: HttpRequest, pk: str) -> Project:
    """For what a team and its coach share."""
    project = find(request, pk)
    allowed = may(request, project)
    if not (allowed.work or allowed.coach):
        raise PermissionDenied("This is between the team and its coach.")
    return project


def address(project: Project) -> str:
    return f"/projects/{project.pk}/"


def crumbs(project: Project, *, inside: bool = True) -> tuple[Crumb, ...]:
    """The way here; with `inside` the project's own page is on it."""
    trust = project.organisation
    way = (Crumb("Projects", "/projects/"), Crumb(trust.short_name, f"/trusts/{trust.code}/"))
    return (*way, Crumb(project.title, address(project))) if inside else way


def who_sees(project: Project) -> str:
    """Who can see what is written in it, in words."""
    said = WHO[Rung(project.rung)]
    return f"{said[:1].upper()}{said[1:]}."
