"""The tests of a project as ramps: under the chart, and as a list by idea where there is no room for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matneo.charts import ramps
from matneo.charts.axis import Axis
from matneo.charts.model import Table
from matneo.charts.ramps import Cycle, Ramp
from matneo.charts.spc import SIZES
from matneo.improvement.models import ChangeTest, Decision, ProjectIdea, Scale
from matneo.web.projects.main_chart import SIZE
from matneo.web.projects.words import counted

OUTCOMES = {"": "waiting", "adopt": "adopted", "adapt": "adapted", "abandon": "abandoned"}


@dataclass(frozen=True)
class TestRow:
    words: str  # "Test 2, April 2024: one clinic or shift"
    outcome: str
    href: str

    __test__ = False  # the name is the field's, not pytest's


@dataclass(frozen=True)
class IdeaRow:
    name: str
    verdict: str
    tests: tuple[TestRow, ...]


@dataclass(frozen=True)
class Strip:
    svg: str  # empty where nothing is charted above it
    legend: str
    sentence: str
    table: Table
    ideas: tuple[IdeaRow, ...]
    waiting: tuple[str, ...]  # ideas that nobody tested yet


def of(
    ideas: Iterable[ProjectIdea], tests: Iterable[ChangeTest], axis: Axis | None, today: date, home: str
) -> Strip:
    """`home` is the project's address, where its tests have theirs; empty for who only reads."""
    by_idea: dict[int, list[ChangeTest]] = {}
    for test in tests:
        by_idea.setdefault(test.idea_id, []).append(test)
    listed = list(ideas)
    tested = sorted((i for i in listed if i.pk in by_idea), key=lambda idea: by_idea[idea.pk][0].start)
    lanes = [_ramp(idea, by_idea[idea.pk], today) for idea in tested]
    drawn = bool(lanes) and axis is not None and bool(axis.starts)
    return Strip(
        svg=ramps.draw(lanes, axis, width=SIZES[SIZE].width, key="ramps").svg if drawn and axis else "",
        legend=ramps.legend("ramps-key") if lanes else "",
        sentence=ramps.sentence(lanes),
        table=ramps.table(lanes),
        ideas=tuple(_row(idea, by_idea[idea.pk], today, home) for idea in tested),
        waiting=tuple(i.name for i in listed if i.pk not in by_idea and i.dropped is None),
    )


def verdict(idea: ProjectIdea, tests: list[ChangeTest], today: date) -> str:
    """Where an idea stands after its last test, short enough for the end of its lane."""
    last = tests[-1]
    if last.decision == Decision.ABANDON or idea.dropped:
        return f"abandoned, {(idea.dropped or last.end):%B}"
    if not last.decision:
        begun = "under way" if last.start <= today else f"from {last.start:%-d %B}"
        return "result due" if last.end < today else begun
    return "adopted" if idea.for_everyone_from or last.decision == Decision.ADOPT else "to test again"


def _ramp(idea: ProjectIdea, tests: list[ChangeTest], today: date) -> Ramp:
    cycles = tuple(Cycle(test.start, test.scale, OUTCOMES[test.decision], test.question) for test in tests)
    return Ramp(idea.name, cycles, verdict(idea, tests, today), idea.for_everyone_from)


def _row(idea: ProjectIdea, tests: list[ChangeTest], today: date, home: str) -> IdeaRow:
    said = f"{verdict(idea, tests, today)}, {counted(len(tests), 'test')}"
    return IdeaRow(idea.name, said, tuple(_test(test, home) for test in tests))


def _test(test: ChangeTest, home: str) -> TestRow:
    words = f"Test {test.number}, {test.start:%B %Y}: {Scale(test.scale).label}"
    return TestRow(words, ramps.OUTCOMES[OUTCOMES[test.decision]], f"{home}tests/{test.pk}/" if home else "")
