"""What projects tried that follow a chart: the thread from a shift back to what was tested before it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from matneo.improvement.models import ProjectIdea
from matneo.monitoring.series import Series
from matneo.monitoring.shape import Note
from matneo.utils.viewer import Viewer

MOST = 34  # letters of a mark's words


@dataclass(frozen=True)
class Work:
    """One project on the chart: its title and address, and in words what became the usual way, and since when."""

    title: str
    href: str
    words: tuple[str, ...]


def ideas_on(found: Series, viewer: Viewer) -> tuple[ProjectIdea, ...]:
    """The ideas of projects that follow this measure at this place and that the viewer may read; one query."""
    rows = ProjectIdea.objects.visible_to(viewer).current().select_related("project")
    followed = rows.filter(
        project__measures__measure=found.definition.id,
        project__measures__subject=found.subject.code,
        project__measures__removed__isnull=True,
    )
    return tuple(followed.order_by("project__started", "project", "order", "pk"))


def marked(found: Series, ideas: Iterable[ProjectIdea]) -> Series:
    """The series with a mark where an idea became the usual way."""
    made = [
        Note(idea.for_everyone_from, f"{_short(idea.name)} for everyone", "test")
        for idea in ideas
        if idea.for_everyone_from
    ]
    return replace(found, notes=tuple(sorted((*found.notes, *made), key=lambda note: note.date)))


def work_of(ideas: Iterable[ProjectIdea]) -> tuple[Work, ...]:
    """The projects, the one begun first at the top."""
    by_project: dict[str, list[ProjectIdea]] = {}
    for idea in ideas:
        by_project.setdefault(idea.project_id, []).append(idea)
    return tuple(
        Work(rows[0].project.title, f"/projects/{key}/", tuple(_words(row) for row in rows))
        for key, rows in by_project.items()
    )


def _words(idea: ProjectIdea) -> str:
    if idea.for_everyone_from:
        return f"{idea.name}: the usual way since {idea.for_everyone_from:%-d %B %Y}"
    return f"{idea.name}: being tested"


def _short(name: str) -> str:
    return name if len(name) <= MOST else f"{name[: MOST - 1].rsplit(' ', 1)[0].rstrip(' ,;')}…"
