"""Improvement projects, with the answers of their pages: of what a viewer may not read its card alone, or nothing."""

from django.conf import settings
from django.core.paginator import Paginator
from ninja import Router, Status

from matneo.api.asking import TO_READ, viewer
from matneo.api.schemas import Problem, ProjectOut, ProjectsOut
from matneo.improvement.actions.projects import AREAS
from matneo.improvement.ladder import NAMES, Rung
from matneo.improvement.models import (
    ChangeTest,
    Highlight,
    Pause,
    Project,
    ProjectIdea,
    ProjectMeasure,
    Scale,
    State,
)
from matneo.utils.viewer import Viewer

router = Router(tags=["projects"], auth=TO_READ)
A_PAGE = 50
STATES = ("open", *State.values)


@router.get("/projects/", response={200: ProjectsOut, 422: Problem}, url_name="projects")
def projects(request, area: str = "", trust: str = "", state: str = "", page: int = 1):
    """Projects that one may know of, the last touched first, 50 a page; by area (SFP), trust (its code) and state (active,
    paused, closed; open is the first two). What one may not read has its card: title, trust, area, state and dates."""
    if area and area.upper() not in AREAS:
        return Status(422, {"problem": f"area: one of {', '.join(AREAS)}."})
    if state and state not in STATES:
        return Status(422, {"problem": f"state: one of {', '.join(STATES)}."})
    asking = viewer(request)
    found = _matching(asking, area.upper(), trust.upper(), state).select_related("organisation")
    sheets = Paginator(found, A_PAGE)
    rows = list(sheets.page(page)) if page in sheets.page_range else []
    read = set(
        Project.objects.visible_to(asking)
        .filter(pk__in=[row.pk for row in rows])
        .values_list("pk", flat=True)
    )
    return Status(
        200,
        {
            "count": sheets.count,
            "page": page,
            "pages": sheets.num_pages,
            "projects": [_brief(row) if row.pk in read else _card(row) for row in rows],
        },
    )


@router.get("/projects/{pk}/", response={200: ProjectOut, 404: Problem}, url_name="project")
def project(request, pk: str):
    """One project: its aim, its measures with the way to their series, its ideas, its tests with what was expected and what
    came of it, who may see it, and the version of the change package that it stands on. It names no member of staff."""
    asking = viewer(request)
    row = (
        Project.objects.visible_to(asking).filter(pk=pk[:16]).select_related("organisation", "place").first()
    )
    if row is None:
        return Status(404, {"problem": "There is no such project."})
    return Status(200, _whole(row, asking))


def _matching(asking: Viewer, area: str, trust: str, state: str):
    rows = Project.objects.listed_to(asking)
    if area:
        rows = rows.filter(area=area)
    if trust:
        rows = rows.filter(organisation__code=trust)
    if state == "open":
        return rows.open()
    return rows.filter(state=state) if state else rows


def _card(row: Project) -> dict:
    return {
        "id": row.pk,
        "title": row.title,
        "trust": row.organisation.code,
        "trust_name": row.organisation.short_name,
        "area": row.area,
        "state": row.state,
        "started": row.started,
        "touched": row.touched.date(),
        "closed": row.closed,
    }


def _brief(row: Project) -> dict:
    rung = Rung(row.rung)
    return {
        **_card(row),
        "aim": row.aim,
        "by_when": row.by_when,
        "shared_with": NAMES[rung],
        "address": _address(row),
    }


def _whole(row: Project, asking: Viewer) -> dict:
    measures = ProjectMeasure.objects.visible_to(asking).filter(project=row).current()
    ideas = ProjectIdea.objects.visible_to(asking).filter(project=row)
    tests = list(ChangeTest.objects.visible_to(asking).filter(project=row).current())
    tried = {test.idea_id for test in tests}
    is_over = (
        row.state == State.CLOSED
    )  # of one that was opened again the page does not say how it ended either
    months = Highlight.objects.visible_to(asking).filter(project=row).values_list("month", flat=True)
    return {
        **_brief(row),
        "place": row.place.code if row.place else "",
        "how_much": row.how_much,
        "for_whom": row.for_whom,
        "where": row.where,
        "package": row.area,
        "package_version": row.package_version,
        "package_address": f"{settings.BASE_URL}/library/{row.area.lower()}/versions/{row.package_version}/",
        "result": row.result if is_over else "",
        "learned": row.learned if is_over else "",
        "measures": [_measure(one) for one in measures],
        "ideas": [_idea(one) for one in ideas if one.dropped is None or one.pk in tried],
        "tests": [_test(one, _address(row)) for one in tests],
        "pauses": list(Pause.objects.visible_to(asking).filter(project=row).values("start", "end", "reason")),
        "reports": [f"{_address(row)}report/{month:%Y-%m}/" for month in sorted(set(months))],
    }


def _measure(row: ProjectMeasure) -> dict:
    return {
        "measure": row.measure,
        "organisation": row.subject,
        "family": row.family,
        "goal": row.goal,
        "main": row.main,
        "series": f"{settings.BASE_URL}/api/v1/series/{row.measure}/{row.subject}/",
    }


def _idea(row: ProjectIdea) -> dict:
    return {
        "id": row.pk,
        "idea": row.idea,
        "name": row.name,
        "text": row.text,
        "driver": row.driver,
        "for_everyone_from": row.for_everyone_from,
        "dropped": row.dropped,
        "address": f"{settings.BASE_URL}/library/ideas/{row.idea}/" if row.idea else None,
    }


def _test(row: ChangeTest, home: str) -> dict:
    return {
        "id": row.pk,
        "idea": row.idea_id,
        "number": row.number,
        "question": row.question,
        "prediction": row.prediction,
        "scale": Scale(row.scale).label,
        "start": row.start,
        "end": row.end,
        "happened": row.happened,
        "compared": row.compared,
        "learned": row.learned,
        "decision": row.decision,
        "next_step": row.next_step,
        "address": f"{home}tests/{row.pk}/",
    }


def _address(row: Project) -> str:
    return f"{settings.BASE_URL}/projects/{row.pk}/"
