"""What changed in my charts: those with news first and larger, then a few of those without."""

from collections.abc import Sequence
from dataclasses import dataclass

from matneo.improvement.mine import Mine
from matneo.measures import definitions
from matneo.monitoring import digest, live, walls
from matneo.monitoring.walls import WallEntry
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer
from matneo.web.home.words import capital
from matneo.web.lines import Line, lines_of

MOST_NEWS, MOST_STILL = 5, 5
WIDE, NARROW = 182, 150  # of a spark


@dataclass(frozen=True)
class Row:
    """A chart in the list; with news it has a tag: its kind is "look" or "good"."""

    line: Line
    tag: str
    kind: str
    sentence: str
    way: str  # which way is better
    named: bool  # whether the place has to be said: it is not the one place that is theirs


def news(entries: Sequence[WallEntry], mine: Sequence[Mine], named: bool) -> tuple[Row, ...]:
    """Those of the person's projects first, new signals before those that stand, what needs a look before what improves."""
    order = sorted(entries, key=lambda e: (not digest.is_new(e), e.line["variation"] != "concern"))
    return _rows(_own_first(order, mine)[:MOST_NEWS], "n", WIDE, named)


def still(entries: Sequence[WallEntry], mine: Sequence[Mine], named: bool) -> tuple[Row, ...]:
    return _rows(_own_first(entries, mine)[:MOST_STILL], "s", NARROW, named)


def _own_first(entries: Sequence[WallEntry], mine: Sequence[Mine]) -> list[WallEntry]:
    own = {(row.measure, row.subject) for one in mine for row in one.measures}
    return sorted(entries, key=lambda entry: (entry.definition.id, entry.code) not in own)


def _rows(entries: Sequence[WallEntry], key: str, width: int, named: bool) -> tuple[Row, ...]:
    lines = lines_of(list(entries), key, width)
    return tuple(_row(entry, line, named) for entry, line in zip(entries, lines, strict=True))


def of_projects(viewer: Viewer, projects: Sequence[Mine], entries: Sequence[WallEntry]) -> list[WallEntry]:
    """Charts of the projects' measures that are not among those of the trust: of one of its sites, or only typed in."""
    there = {(entry.definition.id, entry.code) for entry in entries}
    wanted = {(row.measure, row.subject) for one in projects for row in one.measures} - there
    counted = {pair for pair in wanted if pair[0] in definitions.load()}
    found = _released(viewer, counted)
    seen = {(entry.definition.id, entry.code) for entry in found}
    return [*found, *_typed(viewer, wanted - seen)]


def _released(viewer: Viewer, wanted: set[tuple[str, str]]) -> list[WallEntry]:
    if not wanted:
        return []
    entries = walls.wall(
        viewer,
        measures=sorted({measure for measure, _ in wanted}),
        codes=sorted({code for _, code in wanted}),
    )
    return [entry for entry in entries if (entry.definition.id, entry.code) in wanted]


def _typed(viewer: Viewer, wanted: set[tuple[str, str]]) -> list[WallEntry]:
    """Read as they stand, a place at a time."""
    entries = []
    for code in sorted({code for _, code in wanted}):
        measures = sorted(measure for measure, subject in wanted if subject == code)
        for one in live.read_many(measures, code, viewer).values():
            entries.append(_entry(one.definition, one.subject, one.line))
    return entries


def _entry(definition, subject: Organisation, line: dict) -> WallEntry:
    return WallEntry(definition, subject.code, subject.short_name, subject.kind, line)


def _row(entry: WallEntry, line: Line, named: bool) -> Row:
    tag, kind = _tag(entry)
    sentence = capital(line.rest.strip()) if tag else line.sentence
    return Row(line, tag, kind, sentence, capital(line.direction), named)


def _tag(entry: WallEntry) -> tuple[str, str]:
    new = digest.is_new(entry)
    if entry.line["variation"] == "concern":
        return ("New signal" if new else "Still needs a look"), "look"
    if entry.line["variation"] == "improvement":
        return ("New improvement" if new else "Still improving"), "good"
    return "", ""
