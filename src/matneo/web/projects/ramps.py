"""All tests of a project: each idea with its cycles in order, and how the team's predictions turned out."""

from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest

from matneo.improvement.models import ChangeTest
from matneo.improvement.record import record
from matneo.web.pages import Page
from matneo.web.projects import finding
from matneo.web.projects.forms import open_to_readers
from matneo.web.projects.studying import TestCard, card_of
from matneo.web.render import render
from matneo.web.viewing import viewer_of


@dataclass(frozen=True)
class Ramp:
    """The tests of one idea, the first one first."""

    idea: str
    number: str  # in the library; empty for the team's own
    usual: str  # since when it is the usual way, in words
    tests: tuple[TestCard, ...]
    add: str


@dataclass(frozen=True, kw_only=True)
class TestsPage(Page):
    ramps: tuple[Ramp, ...]
    may_work: bool
    back: str
    new_href: str

    __test__ = False


@open_to_readers
def tests(request: HttpRequest, pk: str):
    project = finding.find(request, pk)
    rows = list(
        ChangeTest.objects.visible_to(viewer_of(request))
        .current()
        .filter(project=project)
        .select_related("idea")
        .order_by("idea__order", "idea_id", "number")
    )
    new = f"/projects/{project.pk}/tests/new/"
    page = TestsPage(
        title="Tests of change",
        crumbs=finding.crumbs(project),
        lead=record(row.compared for row in rows if row.decision).sentence,
        ramps=tuple(_ramp(list(group), new) for _, group in groupby(rows, key=lambda row: row.idea_id)),
        may_work=finding.may(request, project).work,
        back=finding.address(project),
        new_href=new,
        section="projects",
        visible_to=finding.who_sees(project),
        fresh="",
    )
    return render(request, "pages/projects/tests.jinja", page)


def _ramp(rows: list[ChangeTest], new: str) -> Ramp:
    idea = rows[0].idea
    since = idea.for_everyone_from
    return Ramp(
        idea=idea.name,
        number=idea.idea,
        usual=f"The usual way since {since:%-d %B %Y}" if since else "",
        tests=tuple(card_of(row, names=False) for row in rows),
        add=f"{new}?idea={idea.pk}&after={rows[-1].pk}",
    )
