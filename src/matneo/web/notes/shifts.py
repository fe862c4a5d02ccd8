"""Shifts that a new phase might begin with, in words: the evidence for and against, and never a decision."""

from dataclasses import dataclass

from matneo.charts import sentences
from matneo.measures.periods import label
from matneo.monitoring.phases import MINIMUM, Shift
from matneo.monitoring.shape import Series

SAID = {
    "suggested": "A new phase might begin in {when}",
    "too_few_points": "Too early to say: a shift began in {when}",
    "came_back": "No new phase in {when}: the shift came back",
    "not_settled": "No new phase in {when} yet: what follows is not steady",
}


@dataclass(frozen=True)
class Seen:
    """One shift: what it is, its evidence, and the address that shows it; no address where nothing is suggested."""

    title: str
    evidence: tuple[str, ...]
    href: str


def seen(found: Series, shift: Shift) -> Seen:
    title = SAID[shift.verdict].format(when=label(found.period_kind, shift.start))
    suggested = shift.verdict == "suggested"
    return Seen(title, tuple(_evidence(found, shift)), f"?start={shift.start}#phase" if suggested else "")


def _evidence(found: Series, shift: Shift):
    d, periods = found.definition, sentences.PLURAL[found.period_kind]
    before, after = (sentences.figure(value, d.unit, d.scale) for value in (shift.before, shift.after))
    yield f"Before it the mean was {before}; since then it is {after}, over {_counted(shift.points, periods)}."
    if shift.verdict == "suggested":
        yield f"{shift.marked_now} of them stand out as the chart is; with limits of their own {_left(shift.marked_then)}."
    elif shift.verdict == "too_few_points":
        yield f"{_counted(shift.missing, periods)} more are needed before anybody can tell whether it stays: {MINIMUM} in all."
    elif shift.verdict == "came_back":
        yield "Later points went to the other side of the old mean. The old limits still describe the process."
    else:
        yield "Its own first points hold a signal: the process is still moving, and limits drawn now would not hold."
    yield _nearby(found, shift)


def _left(marked: int) -> str:
    return "none would" if not marked else f"{marked} would"


def _counted(number: int, words: str) -> str:
    return f"{number} {words[:-1] if number == 1 else words}"


def _nearby(found: Series, shift: Shift) -> str:
    if not shift.nearby:
        return "Nothing is written on the chart around that time. What changed in the work? Without a reason there is no new phase."
    said = "; ".join(f"{note.text} ({note.date:%-d %B %Y})" for note in shift.nearby)
    return f"Written on the chart around that time: {said}."
