"""The newest shared lessons: what teams tried, what they saw, and what they did with it."""

from dataclasses import dataclass
from datetime import date

from matneo.improvement.models import ChangeTest
from matneo.utils.viewer import Viewer

KEPT = {"adopt": "kept it", "adapt": "changed it and went on", "abandon": "dropped it"}


@dataclass(frozen=True)
class Lesson:
    """One decided test of a project that the viewer may see. `kept` ends the sentence "and the team …"."""

    tried: str
    saw: str
    kept: str
    learned: str
    trust: str
    project: str
    href: str
    when: date


def newest(viewer: Viewer, most: int = 10) -> tuple[Lesson, ...]:
    """The newest lessons first, at most one an idea of a project: the last word on it. What two teams saw in the same
    words is read once."""
    rows = (
        ChangeTest.objects.visible_to(viewer)
        .current()
        .exclude(decision="")
        .select_related("idea", "project__organisation")
        .order_by("-studied_at", "-pk")
    )
    found: dict[int, Lesson] = {}
    for row in rows[: most * 4]:
        found.setdefault(row.idea_id, _lesson(row))
    once: dict[tuple[str, str], Lesson] = {}
    for lesson in found.values():
        once.setdefault((lesson.tried, lesson.saw), lesson)
    return tuple(once.values())[:most]


def _lesson(row: ChangeTest) -> Lesson:
    return Lesson(
        tried=row.idea.name,
        saw=row.happened,
        kept=KEPT[row.decision],
        learned=row.learned,
        trust=row.project.organisation.short_name,
        project=row.project.title,
        href=f"/projects/{row.project_id}/",
        when=row.end,
    )
