"""Projects as rows of a list: as much of each as this viewer may know."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from matneo.improvement.models import Project, ProjectMeasure
from matneo.measures.definitions import AREAS
from matneo.monitoring import questions, walls, wording
from matneo.monitoring.live import Pair
from matneo.monitoring.walls import WallEntry
from matneo.utils.viewer import Viewer
from matneo.web.projects.finding import address
from matneo.web.projects.words import STATES, counted, ended, shortened


@dataclass(frozen=True)
class ProjectRow:
    """`href` is empty where only the card is known: title, trust, area, state and dates."""

    title: str
    href: str
    trust: str
    area: str
    state: str
    aim: str
    tests: str
    touched: str
    sentence: str


@dataclass(frozen=True)
class OfArea:
    area: str
    rows: tuple[ProjectRow, ...]


def rows_of(listed: Iterable[Project], viewer: Viewer) -> tuple[ProjectRow, ...]:
    """Rows for projects that came from `.listed_to(viewer)` with their organisation; few queries for any number."""
    projects = list(listed)
    if not projects:
        return ()
    open_ones = _open(projects, viewer)
    said = _sentences(open_ones, viewer)
    return tuple(_row(project, open_ones.get(project.pk), said.get(project.pk, "")) for project in projects)


def in_area(area: str, viewer: Viewer, most: int = 12) -> tuple[ProjectRow, ...]:
    """Open projects of one area anywhere in England, last touched first."""
    listed = Project.objects.visible_to(viewer).open().filter(area=area)
    return rows_of(listed.select_related("organisation")[:most], viewer)


def at_trust(code: str, viewer: Viewer, most: int = 50) -> tuple[OfArea, ...]:
    """The open projects of one trust, by area, of each the last touched first."""
    listed = Project.objects.listed_to(viewer).open().filter(organisation__code=code)
    rows = rows_of(listed.select_related("organisation")[:most], viewer)
    found = (OfArea(name, tuple(row for row in rows if row.area == name)) for name in AREAS.values())
    return tuple(group for group in found if group.rows)


def _open(projects: list[Project], viewer: Viewer) -> dict[str, int]:
    """Those whose content may be seen, with their number of tests."""
    seen = Project.objects.visible_to(viewer).filter(pk__in=[project.pk for project in projects])
    counts = seen.annotate(n=Count("tests", filter=Q(tests__withdrawn=None)))
    return dict(counts.order_by().values_list("pk", "n"))


def _sentences(open_ones: dict[str, int], viewer: Viewer) -> dict[str, str]:
    """What the main chart of each says, read at once."""
    rows = list(
        ProjectMeasure.objects.visible_to(viewer).filter(project__in=list(open_ones), main=True).current()
    )
    if not rows:
        return {}
    names, codes = sorted({row.measure for row in rows}), sorted({row.subject for row in rows})
    entries = {(e.definition.id, e.code): e for e in walls.wall(viewer, measures=names, codes=codes)}
    entries |= _typed(rows, entries, viewer)
    found = ((row, entries.get((row.measure, row.subject))) for row in rows)
    return {row.project_id: f"{e.definition.short_name}: {_said(e)}." for row, e in found if e is not None}


def _typed(rows: Sequence[ProjectMeasure], there: Collection[Pair], viewer: Viewer) -> dict[Pair, WallEntry]:
    """What no release holds, weeks among them: read as it stands, for those inside."""
    ways = {(row.measure, row.subject): row.way for row in rows}
    pairs = [pair for pair, way in ways.items() if (way or pair not in there) and viewer.sees_inside(pair[1])]
    return {(e.definition.id, e.code): e for e in questions.entries(pairs, viewer, ways)} if pairs else {}


def _said(entry: WallEntry) -> str:
    """Of a count that somebody is still asked about nothing is said but that, as in my week."""
    return (
        entry.asked[:1].lower() + entry.asked[1:] if entry.asked else f"{_now(entry)}{wording.reading(entry)}"
    )


def _now(entry: WallEntry) -> str:
    """ "8.1% in October 2025. ", "8.1% in the week of 3 November 2025. "; nothing where there is no figure."""
    if entry.line["last_value"] is None:
        return ""
    the = "the " if entry.line["period_kind"] == "week" else ""
    return f"{wording.value(entry)} in {the}{wording.period(entry)}. "


def _row(project: Project, tests: int | None, sentence: str) -> ProjectRow:
    known = tests is not None
    closed = project.state == "closed"
    return ProjectRow(
        title=project.title,
        href=address(project) if known else "",
        trust=project.organisation.short_name,
        area=AREAS[project.area],
        state=STATES[project.state],
        aim=shortened(project.aim, 110) if known else "",
        tests=counted(tests, "test") if known else "",
        touched=f"{project.touched:%-d %B %Y}",
        sentence=_learned(project) if known and closed else sentence if known else "",
    )


def _learned(project: Project) -> str:
    return f"{ended(project)} Learned: {shortened(project.learned, 200)}"
