"""One typed cell of a grid: what it would bring, and in plain words why it cannot be kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from matneo.measures.definitions import Definition
from matneo.measures.intake.counts import MOST, as_number
from matneo.measures.periods import Period, following
from matneo.measures.points import State

EARLIEST = date(1990, 1, 1)  # before it a period is a slip of the keyboard: no measure here is so old
KINDS = ("week", "month", "quarter")
Key = tuple[str, str, str, date]


class CellState(StrEnum):
    """What a person says with a cell. A cleared cell is not known yet, which is no zero and not "not collected"."""

    VALUED = "valued"
    NOT_COLLECTED = "not_collected"
    CLEARED = "cleared"


class Unsaid:
    """The person does not say what stood in the cell before."""


UNSAID = Unsaid()


@dataclass(frozen=True)
class Cell:
    """What somebody typed for one measure, place and period. Counts may be numbers, or the text as it was typed.
    `seen` is the id of the value that the person saw there (None: an empty cell); unsaid, nobody is asked."""

    measure: str
    subject: str  # the organisation's code, or that of one of its sites and units
    period_kind: str  # week, month or quarter
    period: date  # its first day
    numerator: float | str | None = None
    denominator: float | str | None = None
    state: str = CellState.VALUED
    seen: int | Unsaid | None = UNSAID

    @property
    def key(self) -> Key:
        return (self.measure, self.subject, self.period_kind, self.period)


@dataclass(frozen=True)
class InForce:
    """What stands in a cell: its id, its counts, who brought it and when, and whether somebody who was asked said that it
    is right."""

    value: int
    numerator: float | None
    denominator: float | None
    state: str
    by_name: str
    by: int | None
    at: datetime
    sure: bool = False

    def words(self) -> str:
        """ "7 of 41", "not collected" or "nothing"."""
        if self.numerator is not None and self.denominator is not None:
            return f"{self.numerator:,.0f} of {self.denominator:,.0f}"
        return "nothing" if self.state == State.NOT_YET_SENT else self.state.replace("_", " ")


@dataclass(frozen=True)
class Kept:
    """A cell that stands as it was typed. `value` is the id of what is in force now, None where the cell is empty;
    `changed` says whether this call changed it; `note` what one should know."""

    cell: Cell
    value: int | None
    changed: bool
    note: str = ""


@dataclass(frozen=True)
class NotKept:
    """A cell that was left as it was, and why; `theirs` is what somebody else typed there meanwhile."""

    cell: Cell
    sentence: str
    theirs: InForce | None = None


@dataclass(frozen=True)
class TypedIn:
    kept: tuple[Kept, ...]
    refused: tuple[NotKept, ...]

    @property
    def changed(self) -> int:
        return sum(cell.changed for cell in self.kept)


@dataclass(frozen=True)
class Counted:
    """The counts and the state (`measures.points.State`) that a cell becomes."""

    numerator: float | None
    denominator: float | None
    state: str


@dataclass(frozen=True)
class Rules:
    """What a cell is judged by."""

    definitions: Mapping[str, Definition]
    subjects: Mapping[str, str]  # code to the short name of each place that may be typed for
    locked: Collection[tuple[str, str]]  # measure and subject that are filled in from records
    today: date


class _Wrong(Exception):
    pass


def read(cell: Cell, rules: Rules) -> Counted | str:
    """The counts that a cell brings, or one sentence that says what is wrong with it and what to do."""
    try:
        definition = _definition(cell, rules)
        where = f"{definition.short_name}, {_period(cell, definition, rules).label()}"
        if cell.subject not in rules.subjects:
            raise _Wrong(
                f"{where}: {_given(cell)} is for {cell.subject[:20]}, which is no place that you may type counts for. "
                "Choose your organisation or one of its sites and units."
            )
        if (cell.measure, cell.subject) in rules.locked:
            raise _Wrong(
                f"{where}: {_given(cell)} was not kept, for this is filled in from your records. Correct the records."
            )
        return _counted(cell, where, definition)
    except _Wrong as problem:
        return str(problem)


def _definition(cell: Cell, rules: Rules) -> Definition:
    definition = rules.definitions.get(cell.measure)
    if definition is None:
        raise _Wrong(
            f"{cell.measure[:40] or 'The blank'}: {_given(cell)} was not kept, for this is no measure we know. "
            "Choose one of the list."
        )
    if definition.table == "published":
        raise _Wrong(
            f"{definition.short_name}: {_given(cell)} was not kept, for others publish this. "
            "Choose the measure that is counted here."
        )
    return definition


def _period(cell: Cell, definition: Definition, rules: Rules) -> Period:
    allowed = ("month", "week") if definition.period == "month" else ("month", "quarter")
    if cell.period_kind not in KINDS or cell.period_kind not in allowed:
        raise _Wrong(
            f"{definition.short_name} is typed by {' or '.join(allowed)}. Choose one instead of {cell.period_kind!r}."
        )
    found = Period(cell.period_kind, cell.period)
    if not _begins(cell):
        raise _Wrong(
            f"{definition.short_name}: {cell.period:%-d %B %Y} begins no {cell.period_kind}. Give its first day."
        )
    where = f"{definition.short_name}, {found.label()}"
    if cell.period > rules.today:
        raise _Wrong(f"{where}: {_given(cell)} cannot be known, it has not begun. Choose one that has.")
    if cell.period < EARLIEST:
        raise _Wrong(f"{where}: {_given(cell)} is too long ago to be right. Correct the {cell.period_kind}.")
    return found


def _begins(cell: Cell) -> bool:
    if cell.period_kind == "week":
        return cell.period.weekday() == 0
    return cell.period.day == 1 and (cell.period_kind != "quarter" or cell.period.month % 3 == 1)


def _counted(cell: Cell, where: str, definition: Definition) -> Counted:
    if cell.state == CellState.CLEARED:
        return Counted(None, None, State.NOT_YET_SENT)
    if cell.state == CellState.NOT_COLLECTED:
        return Counted(None, None, State.NOT_COLLECTED)
    if cell.state != CellState.VALUED:
        raise _Wrong(f"{where}: {cell.state[:40]!r} says nothing. Use valued, not_collected or cleared.")
    top, bottom = _number(cell.numerator, where), _number(cell.denominator, where)
    if top is None and bottom is None:
        raise _Wrong(f"{where}: nothing was typed. Type two counts, or say that it was not collected.")
    if top is None or bottom is None:
        missing = "how many there were" if top is None else "out of how many"
        raise _Wrong(f"{where}: {_given(cell)} is half of it. Type {missing} too; a zero is typed as 0.")
    if top > bottom:
        raise _Wrong(
            f"{where}: {top:,.0f} of {bottom:,.0f} cannot be, more are counted than there are. "
            f"Look both up again: how many were “{definition.numerator_words}”, out of how many."
        )
    return Counted(top, bottom, State.OK if bottom else State.NO_CASES)


def _number(given: float | str | None, where: str) -> float | None:
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    shown = str(given).strip()[:40] if isinstance(given, str) else f"{given:g}" if given == given else "that"
    try:
        number = as_number(given) if isinstance(given, str) else float(given)
    except ValueError:
        raise _Wrong(f"{where}: {shown!r} is no number. Type digits.") from None
    if number != number or abs(number) == float("inf"):
        raise _Wrong(f"{where}: {shown} is no number. Type digits.")
    if number < 0:
        raise _Wrong(f"{where}: {shown} is below zero, and a count is never. Type 0 or more.")
    if number != int(number):
        raise _Wrong(f"{where}: {shown} is not whole, and a count is. Type how many, not a share.")
    if number > MOST:
        raise _Wrong(f"{where}: {shown} is too large for a count. Look it up again.")
    return number


def _given(cell: Cell) -> str:
    """What was typed, as a sentence can hold it."""
    if cell.state != CellState.VALUED:
        return str(cell.state).replace("_", " ")[:40]
    top, bottom = (
        "" if part is None else f"{part:g}" if isinstance(part, float) else str(part)[:40]
        for part in (cell.numerator, cell.denominator)
    )
    return f"{top or '(blank)'} of {bottom or '(blank)'}"


def note(cell: Cell, rules: Rules, signed_through: date | None) -> str:
    """What one should know of a cell that is kept."""
    period = Period(cell.period_kind, cell.period)
    if period.last >= rules.today:
        begins = following(period.kind, period.start)
        the = "The " if period.kind == "week" else ""
        return f"{the}{period.label()} is not over: it is kept and not counted before {begins:%-d %B %Y}."
    # Weeks stay inside the trust: nobody signs them.
    if signed_through is not None and period.kind != "week" and cell.period <= signed_through:
        return f"{period.label()} is signed off already: this changes a signed figure."
    return ""


def twice(cell: Cell, rules: Rules) -> str:
    return f"{_where(cell, rules)}: {_given(cell)} and something else were typed at once. What was typed last is kept."


def conflict(cell: Cell, theirs: InForce, rules: Rules) -> str:
    return (
        f"{_where(cell, rules)}: {theirs.by_name} changed it to {theirs.words()} on {theirs.at:%-d %B %Y at %H:%M} while you were "
        f"typing {_given(cell)}. Agree which is right, then type it again."
    )


def _where(cell: Cell, rules: Rules) -> str:
    return f"{rules.definitions[cell.measure].short_name}, {Period(cell.period_kind, cell.period).label()}"
