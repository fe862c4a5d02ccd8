"""What changed in my charts: those with news first and larger, then a few of those without."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from matneo.improvement.mine import Mine
from matneo.monitoring import digest, questions
from matneo.monitoring.walls import WallEntry
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
    state: str  # what is not here yet
    named: bool  # whether the place has to be said: it is not the one place that is theirs


def news(entries: Sequence[WallEntry], mine: Sequence[Mine], named: bool) -> tuple[Row, ...]:
    """Those of the person's projects first, new signals before those that stand, what needs a look before what improves."""
    order = sorted(entries, key=lambda e: (not digest.is_new(e), e.line["variation"] != "concern"))
    shown = _own_first(order, mine)[:MOST_NEWS]
    lines = lines_of(shown, "n", WIDE)
    return tuple(_with_news(entry, line, named) for entry, line in zip(shown, lines, strict=True))


def still(entries: Sequence[WallEntry], mine: Sequence[Mine], named: bool) -> tuple[Row, ...]:
    shown = sorted(_own_first(entries, mine), key=lambda entry: not entry.asked)[:MOST_STILL]
    lines = lines_of(shown, "s", NARROW)
    return tuple(_as_before(entry, line, named) for entry, line in zip(shown, lines, strict=True))


def _own_first(entries: Sequence[WallEntry], mine: Sequence[Mine]) -> list[WallEntry]:
    own = {(row.measure, row.subject) for one in mine for row in one.measures}
    return sorted(entries, key=lambda entry: (entry.definition.id, entry.code) not in own)


def charts(viewer: Viewer, own: Sequence[str], mine: Sequence[Mine]) -> list[WallEntry]:
    """Those of the person's places, and what their projects follow beside: of one of the trust's sites, or typed in."""
    wanted = {(row.measure, row.subject) for one in mine for row in one.measures}
    beside = {subject for _, subject in wanted} - set(own) - viewer.caseload
    read = digest.charts(viewer, own, beside)
    entries = [e for e in read if e.code not in beside or (e.definition.id, e.code) in wanted]
    there = {(entry.definition.id, entry.code) for entry in entries}
    ways = {(row.measure, row.subject): row.way for one in mine for row in one.measures}
    return digest.once([*entries, *_typed(viewer, wanted - there, ways)])


def _typed(
    viewer: Viewer, wanted: set[tuple[str, str]], ways: Mapping[tuple[str, str], str]
) -> list[WallEntry]:
    """Read as they stand, of every place at once; by place, as the wall has them."""
    return questions.entries(sorted(wanted, key=lambda pair: pair[::-1]), viewer, ways)


def _with_news(entry: WallEntry, line: Line, named: bool) -> Row:
    tag, kind = _tag(entry)
    return Row(
        line, tag, kind, capital(line.rest.strip()), capital(line.direction), _state(entry, line), named
    )


def _state(entry: WallEntry, line: Line) -> str:
    """Inside nothing waits for a sign-off: what is missing has not come, or nobody has typed it."""
    inside = entry.line.get("audience") == "inside"
    return "Newest not here yet" if line.state and inside else capital(line.state)


def _as_before(entry: WallEntry, line: Line, named: bool) -> Row:
    """A signal that has stood for more than a year is no news: the chart holds. Of a count that somebody is still asked
    about nothing is said but that."""
    if entry.asked:
        plain = replace(line, variation_icon="")
        return Row(plain, "", "", f"{entry.asked}: is it right?", capital(line.direction), "", named)
    sentence = f"Holding:{line.rest}" if entry.line["variation"] == "improvement" else line.sentence
    return Row(line, "", "", sentence, capital(line.direction), "", named)


def _tag(entry: WallEntry) -> tuple[str, str]:
    new = digest.is_new(entry)
    if entry.line["variation"] == "concern":
        return ("New signal" if new else "Still needs a look"), "look"
    return ("New improvement" if new else "Still improving"), "good"
