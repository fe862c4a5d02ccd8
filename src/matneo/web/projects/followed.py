"""The measures that a project follows, with what their charts say to this viewer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings

from matneo.improvement.models import Project, ProjectMeasure
from matneo.library import catalogue
from matneo.measures import definitions, releases
from matneo.measures.definitions import Definition
from matneo.monitoring import live, series
from matneo.monitoring.current import current_release
from matneo.monitoring.live import AtHand
from matneo.monitoring.series import Series
from matneo.monitoring.ways import usual
from matneo.submissions import known as measures
from matneo.utils.viewer import Viewer


@dataclass(frozen=True)
class Followed:
    """One measure of a project. `columns` and `line` are a release's, as this viewer may see them; None where there is no
    figure for this viewer, which is no zero."""

    row: ProjectMeasure
    definition: Definition | None
    columns: dict[str, list[Any]] | None = None
    line: dict[str, Any] | None = None
    series: Series | None = None  # of the main measure alone: notes and freshness cost queries
    was: str = ""  # what an own measure was called that was taken off

    @property
    def name(self) -> str:
        """In few words; of a measure that nobody counts yet the library's name."""
        if self.definition is not None:
            return self.definition.short_name
        package = catalogue.load().package_of(self.row.measure)
        listed = catalogue.named(package, (self.row.measure,)) if package else ()
        return listed[0].name if listed else self.was or self.row.measure

    @property
    def goal(self) -> float | None:
        """As a share, where the row has it on the scale of the unit."""
        if self.row.goal is None or self.definition is None:
            return None
        return self.row.goal / self.definition.scale

    @property
    def points(self) -> list[tuple[date, float]]:
        """Periods with their values; those without one are left out."""
        if self.columns is None:
            return []
        pairs = zip(self.columns["period"], self.columns["value"], strict=True)
        return [(start, value) for start, value in pairs if value is not None]


def read(project: Project, viewer: Viewer) -> tuple[Followed, ...]:
    """Every current measure of the project, the main one first."""
    rows = list(ProjectMeasure.objects.visible_to(viewer).filter(project=project).current())
    listed, gone = measures.with_taken_off({row.measure for row in rows}, project.organisation.code)
    known = {row.measure: listed.get(row.measure) for row in rows}
    place = project.place or project.organisation
    at_hand = AtHand(
        listed,
        {project.organisation.code: project.organisation, place.code: place},
        signs=any(row.main and _is_typed(row) for row in rows),
    )
    found = _found(rows, known, viewer, at_hand)
    return tuple(replace(one, was=gone.get(one.row.measure, "")) for one in found) if gone else found


def _found(
    rows: list[ProjectMeasure], known: dict[str, Definition | None], viewer: Viewer, at_hand: AtHand
) -> tuple[Followed, ...]:
    """A main measure that a release may hold is read first, and the rest from the same release; one that the team types is
    read with the others that it types."""
    main = [
        _main(row, known[row.measure], viewer, at_hand) for row in rows if row.main and not _is_typed(row)
    ]
    seen = next((one.series.release_id for one in main if one.series), "")
    rest = [row for row in rows if not row.main or _is_typed(row)]
    return (*main, *_others(rest, known, viewer, seen, at_hand))


def _is_typed(row: ProjectMeasure) -> bool:
    return bool(row.way) or row.measure not in definitions.load()


def _main(row: ProjectMeasure, definition: Definition | None, viewer: Viewer, at_hand: AtHand) -> Followed:
    subject = at_hand.places.get(row.subject)
    found = series.read(row.measure, row.subject, viewer, row.way, subject=subject)
    if found is None:
        return Followed(row, definition)
    return Followed(row, found.definition, found.columns, found.line, found)


def _others(
    rows: list[ProjectMeasure],
    known: dict[str, Definition | None],
    viewer: Viewer,
    seen: str,
    at_hand: AtHand,
) -> Iterable[Followed]:
    """The rest, from the release that the main one was `seen` in; the lines of each place at once.
    What no release holds and the team types is read as it stands, of every place at once."""
    folder = _folder(seen) if rows else None
    lines = {}
    for code in {row.subject for row in rows} if folder else ():
        names = [row.measure for row in rows if row.subject == code]
        found = releases.read_lines(folder, audience=viewer.audience(code), subjects=[code], measures=names)
        lines |= {(line["measure"], line["subject"]): line for line in usual(found)}
    pairs = [(row.measure, row.subject) for row in rows]
    ways = {(row.measure, row.subject): row.way for row in rows}
    wanted = [pair for pair in pairs if known[pair[0]] and (ways[pair] or pair not in lines)]
    typed = live.read_many(wanted, viewer, ways, at_hand)
    for row, key in zip(rows, pairs, strict=True):
        one = typed.get(key)
        if row.main and (one is None or bool(row.way) != (one.period_kind == "week")):
            yield _main(row, known[row.measure], viewer, at_hand)
            continue
        if one is not None:
            yield Followed(row, one.definition, one.columns, one.line, one if row.main else None)
            continue
        line = lines.get(key)
        columns = _columns(folder, line, viewer) if line else None
        yield Followed(row, known[row.measure], columns, line)


def _folder(seen: str) -> Any:
    if not seen:
        release = current_release()
        seen = release.pk if release else ""
    return settings.DATA_DIR.releases / seen if seen else None


def _columns(folder: Any, line: dict[str, Any], viewer: Viewer) -> dict[str, list[Any]]:
    return releases.read_series(
        folder,
        measure=line["measure"],
        subject=line["subject"],
        audience=viewer.audience(line["subject"]),
        origin=line["origin"],
        period_kind=line["period_kind"],
    )
