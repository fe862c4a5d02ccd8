"""The projects on whose team somebody is, with what their own page says about each."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from matneo.improvement.models import ChangeTest, Member, Project, ProjectMeasure
from matneo.utils.viewer import Viewer


@dataclass(frozen=True)
class Mine:
    project: Project
    leads: bool  # whether this person leads it
    measures: tuple[ProjectMeasure, ...]
    tests: tuple[ChangeTest, ...]  # planned and not decided on, by their end
    members: tuple[Member, ...]

    def due(self, today: date) -> tuple[ChangeTest, ...]:
        """Over, and nobody has written what happened."""
        return tuple(test for test in self.tests if test.end < today)

    def ahead(self, today: date) -> tuple[ChangeTest, ...]:
        """Running, or planned for later."""
        return tuple(test for test in self.tests if test.end >= today)


def of(viewer: Viewer) -> tuple[Mine, ...]:
    """Those that are not closed, the last touched first; four queries."""
    own = Member.objects.filter(user_id=viewer.user_id, end=None).values("project")
    rows = Project.objects.visible_to(viewer).open().filter(pk__in=own).select_related("organisation")
    tests = ChangeTest.objects.current().filter(decision="").select_related("idea").order_by("end", "id")
    return tuple(
        _mine(row, viewer)
        for row in rows.prefetch_related(
            Prefetch("measures", ProjectMeasure.objects.current()),
            Prefetch("tests", tests),
            Prefetch("members", Member.objects.current()),
        )
    )


def _mine(row: Project, viewer: Viewer) -> Mine:
    members = tuple(row.members.all())
    return Mine(
        row,
        any(member.leads and member.user_id == viewer.user_id for member in members),
        tuple(row.measures.all()),
        tuple(row.tests.all()),
        members,
    )
