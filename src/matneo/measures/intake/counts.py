"""A sheet of counts: one row an organisation, measure and period; or one measure of one organisation by date."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from matneo.measures.definitions import Definition
from matneo.measures.intake.findings import Finding, Severity
from matneo.measures.intake.readers import Table
from matneo.measures.periods import Period, following, parse
from matneo.measures.points import State

SYNONYMS = {
    "organisation": (
        "organisation",
        "organization",
        "org code",
        "orgcode",
        "trust",
        "trust code",
        "site",
        "site code",
        "ods code",
        "code",
    ),
    "measure": ("measure", "measure id", "indicator", "metric"),
    "period": (
        "period",
        "month",
        "date",
        "month starting",
        "quarter",
        "week",
        "reporting period",
        "period start",
    ),
    "numerator": ("numerator", "num", "count", "n", "yes", "met", "events", "deaths", "births with"),
    "denominator": ("denominator", "den", "denom", "total", "eligible", "of", "cases", "births"),
    "population": ("population", "all", "everyone"),
}
MOST = 1_000_000_000  # nothing in maternity is counted in thousands of millions
NEEDED = ("period", "numerator", "denominator")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([, ]\d{3})+(\.\d*)?")  # set apart by threes
NOT_A_NUMBER = {
    "": State.NOT_COLLECTED,
    "not collected": State.NOT_COLLECTED,
    "n/c": State.NOT_COLLECTED,
    "na": State.NOT_COLLECTED,
    "n/a": State.NOT_COLLECTED,
    "null": State.NOT_COLLECTED,
    "dns": State.NOT_YET_SENT,
    "not yet": State.NOT_YET_SENT,
    "low dq": State.FAILED_QUALITY,
    "*": State.SUPPRESSED,
    "suppressed": State.SUPPRESSED,
}


@dataclass(frozen=True)
class Count:
    """One counted value, placed."""

    row: int
    organisation: str
    measure: str
    version: int
    period: Period
    numerator: float | None
    known: float | None
    population: float | None
    state: State


@dataclass(frozen=True)
class Counted:
    counts: tuple[Count, ...]
    findings: tuple[Finding, ...]
    mapping: dict[str, str]  # what we need -> the column it was found in
    unmapped: tuple[str, ...]
    date_order: str


def plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())


def guess_mapping(columns: Sequence[str], remembered: Mapping[str, str] | None = None) -> dict[str, str]:
    """For each thing we need the column that seems to hold it: as remembered, by synonym, or by a name that begins so.
    A blank in `remembered` says that no column holds it."""
    mapping = {need: column for need, column in (remembered or {}).items() if column in columns}
    refused = {need for need, column in (remembered or {}).items() if not column}
    for exact in (True, False):
        for need, names in SYNONYMS.items():
            for column in columns:
                if need in mapping or need in refused or column in mapping.values():
                    continue
                name = plain(column)
                if name in names or (
                    not exact and any(name.startswith(known) for known in names if len(known) > 3)
                ):
                    mapping[need] = column
    return mapping


def read(
    table: Table,
    *,
    definitions: Mapping[str, Definition],
    organisations: Mapping[str, str],
    today: date,
    default_organisation: str = "",
    default_measure: str = "",
    remembered: Mapping[str, str] | None = None,
    history: Mapping[tuple[str, str], tuple[float, float]] | None = None,
    earliest: date | None = None,
) -> Counted:
    """Place every row. `organisations` leads from a code or plain name to the code of today; `history` gives the usual
    range of a series' share, for the check of unusual values; periods before `earliest` are mistyped."""
    mapping = guess_mapping(table.columns, remembered)
    findings: list[Finding] = []
    for need in NEEDED:
        if need not in mapping:
            findings.append(
                Finding(
                    "stop",
                    1,
                    need,
                    "",
                    "column",
                    f"No column seems to hold the {need}.",
                    f"Name a column {need}, or say which one it is.",
                )
            )
    if findings:
        return Counted(
            (), tuple(findings), mapping, tuple(c for c in table.columns if c not in mapping.values()), ""
        )
    names = {
        plain(alias): d.id for d in definitions.values() for alias in (d.id, d.name, d.short_name, *d.aliases)
    }
    day_first, order_words = _date_order(table.cells[mapping["period"]].to_list())
    counts: list[Count] = []
    seen: dict[tuple[str, str, date], int] = {}
    for number, cells in enumerate(table.cells.iter_rows(named=True), 2):
        reader = _Row(number, cells, mapping, findings)
        count = reader.place(
            names,
            definitions,
            organisations,
            today,
            default_organisation,
            default_measure,
            day_first,
            earliest,
        )
        if count is None:
            continue
        key = (count.organisation, count.measure, count.period.start)
        if key in seen:
            findings.append(
                Finding(
                    "fix",
                    number,
                    mapping["period"],
                    cells[mapping["period"]],
                    "twice",
                    f"This organisation, measure and period stand in row {seen[key]} too.",
                    "Keep one of the two rows.",
                )
            )
            continue
        seen[key] = number
        counts.append(count)
        _unusual(count, history or {}, findings, cells[mapping["numerator"]], mapping["numerator"])
    unmapped = tuple(column for column in table.columns if column not in mapping.values())
    counts = _whole_quarters(counts, definitions, findings, mapping["period"])
    for count in counts:
        if count.period.last >= today:
            findings.append(_running(count, table.cells[mapping["period"]][count.row - 2], mapping["period"]))
    return Counted(tuple(counts), tuple(findings), mapping, unmapped, order_words)


def _running(count: Count, text: str, column: str) -> Finding:
    begins = following(count.period.kind, count.period.start)
    return Finding(
        "check",
        count.row,
        column,
        text[:60],
        "running",
        f"{count.period.label()} is not over: it is kept and not counted before {begins:%-d %B %Y}.",
        "Send it again when it is over, if the numbers still change.",
    )


def _whole_quarters(
    counts: list[Count], definitions: Mapping[str, Definition], findings: list[Finding], column: str
) -> list[Count]:
    """A sheet of a quarterly measure may name each quarter by its first month. Where a series names nothing but first
    months of quarters, they are taken for whole quarters, and that is said; months in between leave them months."""
    series: dict[tuple[str, str], list[Count]] = {}
    for count in counts:
        if count.period.kind == "month" and definitions[count.measure].period == "quarter":
            series.setdefault((count.organisation, count.measure), []).append(count)
    whole = {
        key for key, group in series.items() if all(count.period.start.month % 3 == 1 for count in group)
    }
    for key in sorted(whole):
        first = series[key][0]
        findings.append(
            Finding(
                "check",
                first.row,
                column,
                first.period.label(),
                "quarter",
                f"{definitions[key[1]].short_name} goes by quarter, and only first months of quarters are named: "
                "each was taken for its whole quarter.",
                "If a row holds one month only, write the other months too.",
            )
        )
    return [
        replace(count, period=Period("quarter", count.period.start))
        if count.period.kind == "month" and (count.organisation, count.measure) in whole
        else count
        for count in counts
    ]


def _date_order(texts: Sequence[str]) -> tuple[bool, str]:
    """Day first (as in Britain) unless a second part above 12 proves the other order for the whole column."""
    parts = [re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}", text.strip()) for text in texts]
    pairs = [(int(m[1]), int(m[2])) for m in parts if m]
    if pairs and any(b > 12 for _, b in pairs) and all(a <= 12 for a, _ in pairs):
        return False, "month before day"
    return True, "day before month" if pairs else "year first or month names"


class _Row:
    def __init__(
        self, number: int, cells: Mapping[str, str], mapping: Mapping[str, str], findings: list[Finding]
    ) -> None:
        self.number, self.cells, self.mapping, self.findings = number, cells, mapping, findings
        self.fine = True

    def text(self, need: str) -> str:
        return self.cells[self.mapping[need]].strip() if need in self.mapping else ""

    def report(self, severity: Severity, need: str, rule: str, sentence: str, suggestion: str) -> None:
        column = self.mapping.get(need, need)
        self.findings.append(
            Finding(severity, self.number, column, self.text(need)[:60], rule, sentence, suggestion)
        )
        self.fine = self.fine and severity == "check"

    def place(
        self,
        names: Mapping[str, str],
        definitions: Mapping[str, Definition],
        organisations: Mapping[str, str],
        today: date,
        default_organisation: str,
        default_measure: str,
        day_first: bool,
        earliest: date | None = None,
    ) -> Count | None:
        given = self.text("organisation") or default_organisation
        organisation = organisations.get(given.upper()) or organisations.get(plain(given))
        if organisation is None:
            self.report(
                "stop",
                "organisation",
                "organisation",
                f"{given or 'The blank'!r} is no organisation that you may send for.",
                "Use its code, or its full name.",
            )
        wanted = self.text("measure") or default_measure
        measure = names.get(plain(wanted))
        if measure is None:
            self.report(
                "stop",
                "measure",
                "measure",
                f"{wanted or 'The blank'!r} is no measure we know.",
                "Use the measure's id, such as PTO-M08.",
            )
        definition = definitions.get(measure or "")
        period = self._period(today, day_first, earliest)
        numerator, state = self._number("numerator")
        known, other = self._number("denominator")
        population = self._number("population")[0] if "population" in self.mapping else known
        if state is State.OK and other is not State.OK:
            state = other
        if numerator is not None and known is not None and numerator > known:
            self.report(
                "fix",
                "numerator",
                "order",
                f"{numerator:g} of {known:g}: more are counted than there are.",
                "Look both numbers up again.",
            )
        if known is not None and population is not None and known > population:
            self.report(
                "fix",
                "population",
                "order",
                f"{known:g} known of {population:g}: more are known than there are.",
                "Look both numbers up again.",
            )
        if not self.fine or organisation is None or definition is None or period is None:
            return None
        if state is State.OK and known == 0:
            state = State.NO_CASES
        counted = state in (State.OK, State.NO_CASES)
        return Count(
            self.number,
            organisation,
            definition.id,
            definition.version,
            period,
            numerator if counted else None,
            known if counted else None,
            population if counted else None,
            state,
        )

    def _period(self, today: date, day_first: bool, earliest: date | None) -> Period | None:
        text = self.text("period")
        swapped = (
            re.sub(r"^(\d{1,2})([/.-])(\d{1,2})([/.-]\d{4})$", r"\3\2\1\4", text) if not day_first else text
        )
        found = parse(swapped)
        if found is None:
            self.report(
                "stop",
                "period",
                "period",
                f"{text or 'The blank'!r} is no date or period we can read.",
                "Write it as 2024-03, March 2024 or 01/03/2024.",
            )
            return None
        if found.kind == "day":
            found = Period("month", found.start.replace(day=1))
        if earliest is not None and found.start < earliest:
            self.report(
                "fix",
                "period",
                "past",
                f"{found.label()} is before {earliest.year}: no count here is so old.",
                "Correct the date.",
            )
            return None
        if found.start > today or following(found.kind, found.start) - timedelta(days=1) > today + timedelta(
            days=31
        ):
            self.report(
                "fix", "period", "future", f"{found.label()} has not happened yet.", "Correct the date."
            )
            return None
        return found

    def _number(self, need: str) -> tuple[float | None, State]:
        text = self.text(need)
        if plain(text) in {plain(key) for key in NOT_A_NUMBER} or text in NOT_A_NUMBER:
            return None, NOT_A_NUMBER.get(text.lower(), State.NOT_COLLECTED)
        if text[:1] in "=@":
            self.report("fix", need, "formula", "This cell holds a formula.", "Paste its value instead.")
            return None, State.NOT_COLLECTED
        try:
            number = as_number(text)
        except ValueError:
            self.report(
                "fix",
                need,
                "number",
                f"{text!r} is no number.",
                "Write digits; leave the cell blank where nothing was collected.",
            )
            return None, State.NOT_COLLECTED
        if number != number or number in (float("inf"), float("-inf")) or number < 0 or number != int(number):
            self.report(
                "fix", need, "count", f"{text} cannot be a count.", "A count is a whole number, zero or more."
            )
            return None, State.NOT_COLLECTED
        if number > MOST:
            self.report(
                "fix", need, "count", f"{text[:60]} is too large for a count.", "Look the number up again."
            )
            return None, State.NOT_COLLECTED
        return number, State.OK


def as_number(text: str) -> float:
    """The number that was written; ValueError for anything else, two counts in one cell ("7 41", "7,41") included."""
    plain_text = text.strip()
    if "_" in plain_text or (set(plain_text) & {",", " "} and not _THOUSANDS.fullmatch(plain_text)):
        raise ValueError(text)
    return float(plain_text.replace(",", "").replace(" ", ""))


def _unusual(
    count: Count,
    history: Mapping[tuple[str, str], tuple[float, float]],
    findings: list[Finding],
    text: str,
    column: str,
) -> None:
    usual = history.get((count.measure, count.organisation))
    if usual is None or not count.known or count.numerator is None:
        return
    low, high = usual
    share = count.numerator / count.known
    if not low <= share <= high:
        findings.append(
            Finding(
                "check",
                count.row,
                column,
                text,
                "history",
                f"{count.numerator:g} of {count.known:g} is outside the usual "
                f"range of this series ({low:.0%} to {high:.0%}).",
                "It may be right: look it up once more.",
            )
        )
