"""Everything of a project that its packs tell, read once for this viewer."""

from dataclasses import dataclass, replace
from datetime import date

from matneo.charts.document import Figure, Line
from matneo.charts.model import Mark
from matneo.improvement.models import ChangeTest, Entry, Member, Project, ProjectIdea, ProjectMeasure
from matneo.monitoring.models import PointsRelease
from matneo.utils.viewer import Viewer
from matneo.web.packs import figures
from matneo.web.packs.figures import Pair, Shown
from matneo.web.projects.main_chart import window


@dataclass(frozen=True)
class Gathered:
    project: Project
    rows: tuple[ProjectMeasure, ...]
    shown: dict[Pair, Shown]
    ideas: tuple[ProjectIdea, ...]
    tests: tuple[ChangeTest, ...]  # in the order of time: their place is their number on chart and in tables
    entries: tuple[Entry, ...]
    members: tuple[Member, ...]

    @property
    def main(self) -> Figure | None:
        """The chart that the aim speaks of, cut to the project's time, with tests and "for everyone" on it."""
        row = next((row for row in self.rows if row.main), None) or next(iter(self.rows), None)
        found = self.shown.get(_pair(row)) if row else None
        if found is None:
            return None
        marks = [mark for mark in found.chart.marks if mark.kind != "test"]
        marks += [Mark(test.start, "", "test") for test in self.tests]
        marks += [
            Mark(idea.for_everyone_from, f"{_short(idea.name)} for everyone", "note")
            for idea in self.ideas
            if idea.for_everyone_from
        ]
        made = replace(found.chart, marks=tuple(sorted(marks, key=lambda mark: mark.date)))
        return Figure(found.name, window(made, self.project))

    @property
    def others(self) -> tuple[Figure, ...]:
        main = self.main
        listed = [self.shown[_pair(row)] for row in self.rows if _pair(row) in self.shown]
        return tuple(
            Figure(one.name, replace(one.chart, points=one.chart.points[-60:], marks=()), small=True)
            for one in listed
            if main is None or one.chart.key != main.chart.key
        )

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(
            Line(self.shown[pair].name, self.shown[pair].chart)
            for row in self.rows
            if (pair := _pair(row)) in self.shown
        )

    @property
    def missing(self) -> int:
        """Measures without a figure for this viewer."""
        return sum(_pair(row) not in self.shown for row in self.rows)

    @property
    def until(self) -> tuple[date | None, ...]:
        return tuple(one.data_to for one in self.shown.values())

    def numbers_of(self, idea: ProjectIdea) -> tuple[int, ...]:
        return tuple(number for number, test in enumerate(self.tests, 1) if test.idea_id == idea.pk)

    def tests_of(self, idea: ProjectIdea) -> tuple[ChangeTest, ...]:
        return tuple(test for test in self.tests if test.idea_id == idea.pk)


def gather(project: Project, viewer: Viewer, release: PointsRelease | None) -> Gathered:
    def of(model):
        return model.objects.visible_to(viewer).filter(project=project)

    rows = tuple(of(ProjectMeasure).current())
    pairs = list(dict.fromkeys(map(_pair, rows)))
    ways = {_pair(row): row.way for row in rows if row.way}
    found = figures.read(pairs, viewer, release, noted=pairs[0] if pairs else None, ways=ways)
    shown = {
        _pair(row): figures.with_goal(found[_pair(row)], row.goal) for row in rows if _pair(row) in found
    }
    return Gathered(
        project=project,
        rows=rows,
        shown=shown,
        ideas=tuple(of(ProjectIdea).current()),
        tests=tuple(of(ChangeTest).current().select_related("idea").order_by("start", "number", "id")),
        entries=tuple(of(Entry).current()),
        members=tuple(of(Member).current()),
    )


def _pair(row: ProjectMeasure) -> Pair:
    return row.measure, row.subject


def _short(name: str) -> str:
    return name if len(name) <= 34 else f"{name[:33].rsplit(' ', 1)[0].rstrip(' ,;')}…"
