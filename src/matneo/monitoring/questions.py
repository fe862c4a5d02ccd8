"""Counts that somebody is still asked about: until they are answered, a chart that hangs on them is no news."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from matneo.measures.periods import MONTHS, label
from matneo.measures.plausible import LOOK_BACK, Count, Question, ask
from matneo.monitoring import live
from matneo.monitoring.live import Pair
from matneo.monitoring.shape import Series
from matneo.monitoring.walls import WallEntry
from matneo.submissions import values
from matneo.utils.viewer import Viewer

# So many of the newest counts can make a signal by themselves; what takes seven does not hang on one of them.
MADE_BY = {"outside": 1, "two_three": 3}


@dataclass(frozen=True)
class _Doubt:
    period: date
    count: Count
    question: Question


def standing(found: Mapping[Pair, Series]) -> dict[Pair, str]:
    """Of typed series those with an open question about a count that their newest reading hangs on, in words: "A question
    stands about October's 0". One query where anything is asked, else none."""
    doubts = {pair: list(_doubts(one)) for pair, one in found.items()}
    doubts = {pair: listed for pair, listed in doubts.items() if listed}
    if not doubts:
        return {}
    there = values.in_force({measure for measure, _ in doubts}, {code for _, code in doubts})
    said = {}
    for pair, listed in doubts.items():
        kind = found[pair].period_kind
        for doubt in listed:
            now = there.get((*pair, kind, doubt.period))
            # Counts of months that are read as a quarter stand in no cell of their own, and nobody is asked about them.
            if now is not None and not now.sure and (now.numerator, now.denominator) == _both(doubt.count):
                said[pair] = _words(doubt, kind)
    return said


def entries(pairs: Collection[Pair], viewer: Viewer, ways: Mapping[Pair, str]) -> list[WallEntry]:
    """Typed series as lines of a list, read as they stand, with the question that stands about each."""
    found = live.read_many(pairs, viewer, ways)
    asked = standing(found)
    return [_entry(one, asked.get(pair, "")) for pair, one in found.items()]


def _entry(one: Series, asked: str) -> WallEntry:
    place, line = one.subject, one.line
    if asked:  # its colours hang on a count that may be a slip
        line = {**line, "spark_signal": ["common"] * len(line["spark_signal"])}
    return WallEntry(one.definition, place.code, place.short_name, place.kind, line, asked)


def _both(count: Count) -> tuple[float, float]:
    return count.numerator, count.denominator


def _doubts(one: Series) -> Iterator[_Doubt]:
    """The oldest first."""
    if one.period_kind not in LOOK_BACK:
        return
    names = ("period", "numerator", "known", "value")
    counted = [
        (start, Count(top, bottom))
        for start, top, bottom, value in zip(*(one.columns[name] for name in names), strict=True)
        if value is not None and top is not None and bottom
    ]
    newest = MADE_BY.get(one.line["signal_rule"] or "", 1)
    for place in range(max(0, len(counted) - newest), len(counted)):
        period, count = counted[place]
        question = ask(count, [past for _, past in counted[:place]], one.period_kind)
        if question is not None:
            yield _Doubt(period, count, question)


def _words(doubt: _Doubt, kind: str) -> str:
    number = f"{doubt.question.number:,.0f}"
    if kind == "month":
        return f"A question stands about {MONTHS[doubt.period.month - 1]}’s {number}"
    return f"A question stands about the {number} of {label(kind, doubt.period)}"
