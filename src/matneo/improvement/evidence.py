"""What teams tried of a change package, and what became of it: counts for everyone, words of those who shared them.

Whose work is counted (`docs/architecture.md`, "Who may see what"):

* Over all England everybody who has signed in meets the counts of every project that the programme knows of (from the
  trust's step of the ladder on), as a sum without names. Of each idea, what one may not read is counted where it comes
  from three trusts or more that tested it, and left out otherwise; every larger sum is made of what is counted, so that
  nobody can be picked out by subtraction. The public meets public projects only.
* Over a collaborative, a trust or a project only those count whose content the viewer sees: the fewer there are, the
  more a number says about one of them.
* Words (why an idea was abandoned), names and dates come from projects whose content the viewer sees, everywhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from matneo.improvement.ladder import Rung
from matneo.improvement.models import ChangeTest, Decision, Project, ProjectMeasure
from matneo.organisations.models import Link
from matneo.utils.viewer import Viewer

FEWEST_UNSEEN = 3  # trusts


class Standing(StrEnum):
    """Where a team stands with an idea: what it decided last. Waiting: no test has a result yet."""

    ADOPTED = "adopted"
    ADAPTED = "adapted"
    ABANDONED = "abandoned"
    WAITING = "waiting"


_STANDINGS = {
    Decision.ADOPT: Standing.ADOPTED,
    Decision.ADAPT: Standing.ADAPTED,
    Decision.ABANDON: Standing.ABANDONED,
}


@dataclass(frozen=True)
class Place:
    """What the counts speak of: `england`, a collaborative (`psc`) or a `trust` by its code, a `project` by its id."""

    kind: str = "england"
    code: str = ""


@dataclass(frozen=True)
class Team:
    """A project as far as the viewer may know it; `trust` is empty where its content is not theirs to see."""

    project: str
    seen: bool
    area: str
    mine: bool = False
    trust: str = ""
    name: str = ""  # of the trust
    shared: bool = False  # with the whole programme, or with everyone
    followed: tuple[tuple[str, str], ...] = ()  # (measure, subject)


@dataclass(frozen=True)
class Try:
    """One team's tests of one idea. `idea` is a national id, or empty for the team's own; `settled` is the day from
    which the outcome holds: when it became the usual way, or the end of the test that decided."""

    team: Team
    row: int  # the project's own row of the idea
    idea: str
    driver: str
    tests: int
    standing: Standing
    started: date | None
    settled: date | None
    why: str = ""  # it was abandoned


@dataclass(frozen=True)
class Counts:
    """Tests and teams; then, of the pairs of a team and an idea, how many stand where."""

    tests: int = 0
    teams: int = 0
    adopted: int = 0
    adapted: int = 0
    abandoned: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Experience:
    """Everything that was tried of one package at one place."""

    tries: tuple[Try, ...] = ()

    def of_idea(self, idea: str) -> tuple[Try, ...]:
        """By the start of the first test, never by effect; those without a date last."""
        mine = [t for t in self.tries if t.idea == idea]
        return tuple(sorted(mine, key=lambda t: (t.started is None, t.started or date.min)))

    def of_drivers(self, drivers: Iterable[str], ideas: Iterable[str]) -> tuple[Try, ...]:
        """What was tried of these national ideas, and of the teams' own ideas for these drivers."""
        wanted, known = set(drivers), set(ideas)
        return tuple(t for t in self.tries if (t.idea in known if t.idea else t.driver in wanted))

    def of_area(self, area: str) -> "Experience":
        """What was tried of one package, of an experience with several."""
        return Experience(tuple(t for t in self.tries if t.team.area == area))

    @property
    def counts(self) -> Counts:
        return count(self.tries)


def count(tries: Iterable[Try]) -> Counts:
    """The sums over some tries; a team that tried two ideas is one team."""
    rows = tuple(tries)
    stand = {s: sum(t.standing == s for t in rows) for s in Standing}
    return Counts(
        tests=sum(t.tests for t in rows),
        teams=len({t.team.project for t in rows}),
        adopted=stand[Standing.ADOPTED],
        adapted=stand[Standing.ADAPTED],
        abandoned=stand[Standing.ABANDONED],
        waiting=stand[Standing.WAITING],
    )


def of_package(area: str, viewer: Viewer, place: Place | None = None) -> Experience:
    """All that was tried of a package at a place, as far as this viewer may know; four queries."""
    return of_packages((area,), viewer, place)


def of_packages(areas: Sequence[str], viewer: Viewer, place: Place | None = None) -> Experience:
    """The same of several packages, still four queries; of each idea the same is counted as for its package alone."""
    projects, trusts = _projects(areas, viewer, place or Place())
    if not projects:
        return Experience()
    listed = list(projects)
    why = _reasons(viewer, listed)
    teams = _with_measures(viewer, projects)
    tries: list[Try] = []
    for rows in _ramps(listed):
        team = teams[rows[0]["project_id"]]
        tries.append(_try(team, rows, why.get(rows[0]["idea_id"], "")))
    return Experience(_mixed(tries, trusts))


def _mixed(tries: Sequence[Try], trusts: dict[str, str]) -> tuple[Try, ...]:
    """Without unseen tries of an idea (or of own ideas for one driver) that fewer than three trusts share."""
    unseen: dict[str, set[str]] = {}
    for one in tries:
        if not one.team.seen:
            unseen.setdefault(_tried(one), set()).add(trusts[one.team.project])
    enough = {key for key, codes in unseen.items() if len(codes) >= FEWEST_UNSEEN}
    return tuple(t for t in tries if t.team.seen or _tried(t) in enough)


def _tried(one: Try) -> str:
    """A national idea, or the own ideas for a driver; teams number their own drivers alike in every package."""
    return one.idea or f"own {one.team.area} {one.driver}"


def _projects(areas: Sequence[str], viewer: Viewer, place: Place) -> tuple[dict[str, Team], dict[str, str]]:
    """The teams, and the trust of each project, which no team of unseen work says."""
    everywhere = place.kind == "england"
    rows = Project.objects.listed_to(viewer) if everywhere else Project.objects.visible_to(viewer)
    rows = _at(rows.filter(area__in=areas), place)
    visible = Project.objects.visible_to(viewer).values("pk")
    marked = rows.annotate(seen=ExpressionWrapper(Q(pk__in=visible), output_field=BooleanField()))
    found = list(
        marked.values_list(
            "pk", "seen", "area", "organisation__code", "organisation__short_name", "rung"
        ).order_by("pk")
    )
    teams = {row[0]: _team(*row, viewer) for row in found}
    return teams, {pk: code for pk, _, _, code, _, _ in found}


def _team(pk: str, seen: bool, area: str, code: str, name: str, rung: int, viewer: Viewer) -> Team:
    if not seen:
        return Team(pk, False, area)
    return Team(pk, True, area, code in viewer.organisations, code, name, rung >= Rung.PROGRAMME)


def _at(rows: QuerySet, place: Place) -> QuerySet:
    if place.kind == "psc":
        joined = Link.objects.filter(kind="in_psc", end__isnull=True, target__code=place.code)
        return rows.filter(organisation__in=joined.values("source"))
    if place.kind == "trust":
        return rows.filter(organisation__code=place.code)
    if place.kind == "project":
        return rows.filter(pk=place.code)
    return rows


def _ramps(listed: Sequence[str]) -> Iterable[list[dict[str, Any]]]:
    """The tests of each idea of each project, in order; nothing of what was written in them."""
    tests = ChangeTest.objects.filter(project__in=listed, withdrawn=None).order_by("idea_id", "number")
    ramps: dict[int, list[dict[str, Any]]] = {}
    for row in tests.values(
        "project_id",
        "idea_id",
        "idea__idea",
        "idea__driver",
        "idea__for_everyone_from",
        "start",
        "end",
        "decision",
    ):
        ramps.setdefault(row["idea_id"], []).append(row)
    return ramps.values()


def _try(team: Team, rows: list[dict[str, Any]], why: str) -> Try:
    last = next((row for row in reversed(rows) if row["decision"]), None)
    standing = _STANDINGS[Decision(last["decision"])] if last else Standing.WAITING
    usual = rows[0]["idea__for_everyone_from"] if standing != Standing.ABANDONED else None
    return Try(
        team=team,
        row=rows[0]["idea_id"],
        idea=rows[0]["idea__idea"],
        driver=rows[0]["idea__driver"],
        tests=len(rows),
        standing=standing,
        started=min(row["start"] for row in rows) if team.seen else None,
        settled=(usual or (last["end"] if last else None)) if team.seen else None,
        why=why if standing == Standing.ABANDONED else "",
    )


def _reasons(viewer: Viewer, listed: Sequence[str]) -> dict[int, str]:
    """By idea of a project, what its team learned when it abandoned it last."""
    rows = ChangeTest.objects.visible_to(viewer).filter(
        project__in=listed, withdrawn=None, decision=Decision.ABANDON
    )
    return dict(rows.order_by("number").values_list("idea_id", "learned"))


def _with_measures(viewer: Viewer, projects: dict[str, Team]) -> dict[str, Team]:
    seen = [pk for pk, team in projects.items() if team.seen]
    rows = ProjectMeasure.objects.visible_to(viewer).filter(project__in=seen, removed=None)
    followed: dict[str, list[tuple[str, str]]] = {}
    for pk, measure, subject in rows.values_list("project_id", "measure", "subject"):
        followed.setdefault(pk, []).append((measure, subject))
    return {pk: replace(team, followed=tuple(followed.get(pk, ()))) for pk, team in projects.items()}
