"""From a stored file to what it would bring: the same answer every time it is asked."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from django.conf import settings

from matneo.measures import definitions
from matneo.measures.definitions import Definition
from matneo.measures.intake import counts, identifiers, published, readers, rows
from matneo.measures.intake.findings import Finding, Refused
from matneo.organisations.lookup import Directory
from matneo.organisations.models import Link, Organisation
from matneo.submissions.cells import EARLIEST
from matneo.submissions.known import definitions_for
from matneo.submissions.models import ColumnMapping, Submission

LISTED = 300  # findings kept with a submission; all of them are counted


@dataclass(frozen=True)
class Parsed:
    """What a file is and would bring. `values` is None for rows about births."""

    kind: str
    guess: str
    findings: tuple[Finding, ...]
    values: pl.DataFrame | None
    mapping: dict[str, str]
    unmapped: tuple[str, ...]
    left_out: tuple[dict[str, Any], ...]
    identified: tuple[identifiers.Identified, ...]
    rows_read: int
    organisations: int

    @property
    def stoppers(self) -> int:
        return sum(finding.severity != "check" for finding in self.findings)

    def report(self) -> dict[str, Any]:
        severities = {
            name: sum(f.severity == name for f in self.findings) for name in ("stop", "fix", "check")
        }
        return {
            "rows": self.rows_read,
            "organisations": self.organisations,
            "findings": severities,
            "listed": [finding.as_dict() for finding in self.findings[:LISTED]],
            "left_out": list(self.left_out),
            "unmapped": list(self.unmapped),
            "values": None if self.values is None else len(self.values),
        }


NOTHING_READ = Parsed("typed", "", (), None, {}, (), (), (), 0, 0)  # typed counts came with no file


def limits() -> readers.Limits:
    return readers.Limits(
        settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MAX_UNPACKED_BYTES, settings.UPLOAD_MAX_RATIO
    )


def parse(
    file: Path,
    name: str,
    organisation: Organisation,
    mapping: dict[str, str] | None = None,
    measure: str = "",
) -> Parsed:
    """Recognise and judge a file. Raises Refused for what cannot be read at all."""
    _only_plain_words("The name of this file", name)
    if rows.is_parquet(file):
        found = _identified_in_parquet(file, name)
        return (
            _with_people("births", "rows in a Parquet file", found)
            if found
            else births(file, name, organisation)
        )
    table = readers.read(file, name, limits())
    _only_plain_words(f"The name of the sheet in {name}", table.guess.sheet)
    found = tuple(identifiers.find(table))
    kind = published.recognise(table.columns)
    if found:
        return _with_people(kind or "counts", table.guess.words(), found, len(table.cells))
    if kind is not None:
        _only_where_figures_are_real(name, kind)
        return _published(table, kind)
    if rows.looks_like_births(table.columns):
        return births(file, name, organisation)
    return _counts(table, organisation, mapping, measure)


def _only_plain_words(what: str, text: str) -> None:
    """A name is kept, shown and written to the log even where the file is refused: it must point at nobody."""
    kind = identifiers.in_words(text)
    if kind:
        raise Refused(f"{what} seems to hold {kind}: nothing was kept. Rename it, and send it again.")


def _identified_in_parquet(file: Path, name: str) -> tuple[identifiers.Identified, ...]:
    try:
        return tuple(identifiers.find_in_words(rows.words_of(file, name)))
    except duckdb.Error as problem:
        raise Refused(f"{name} is a damaged Parquet file. Make it again.") from problem


def _with_people(
    kind: str, guess: str, found: tuple[identifiers.Identified, ...], rows_read: int = 0
) -> Parsed:
    """A file that is refused because it could point at people; nothing of it is read any further."""
    return Parsed(kind, guess, (), None, {}, (), (), found, rows_read, 0)


def births(
    file: Path, name: str, organisation: Organisation, connection: Any = None, *, judge: bool = True
) -> Parsed:
    """Judge rows; with a connection given, its view `births_checked` holds them afterwards."""
    from matneo.measures.engine import connect

    own = None if organisation.kind == "england" else _with_predecessors(organisation)
    with connect() if connection is None else _kept(connection) as duck:
        checked = rows.load(
            file,
            name,
            duck,
            limits(),
            known_sites(),
            of_trusts=own,
            today=settings.CLOCK.today(),
            judge=judge,
        )
    left = tuple(
        {"reason": "a column that the births table does not have", "rows": 0, "examples": [c]}
        for c in checked.unknown_columns
    )
    return Parsed(
        "births",
        "rows about births, one a baby",
        checked.findings,
        None,
        {},
        (),
        left,
        (),
        checked.rows,
        len(checked.trusts),
    )


class _kept:  # noqa: N801  (a context manager that leaves its connection open)
    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def __enter__(self) -> Any:
        return self.connection

    def __exit__(self, *_: object) -> None:
        return None


def _with_predecessors(organisation: Organisation) -> set[str]:
    """A trust speaks for itself, and for those whose series it carries on."""
    before = Link.objects.filter(kind="successor_of", source=organisation).values_list(
        "target__code", flat=True
    )
    return {organisation.code, *before}


def known_sites() -> dict[str, str]:
    """Site code to trust code, closed trusts included: rows are placed as they were then."""
    return dict(
        Link.objects.filter(kind="site_of").order_by("start").values_list("source__code", "target__code")
    )


def header_hash(columns: tuple[str, ...]) -> str:
    return hashlib.sha256("|".join(columns).encode()).hexdigest()


def _counts(
    table: readers.Table, organisation: Organisation, mapping: dict[str, str] | None, measure: str
) -> Parsed:
    remembered = _remembered(organisation, table.columns)
    given = {**(remembered.mapping if remembered else {}), **(mapping or {})}
    counted = counts.read(
        table,
        definitions=_may_be_named(organisation),
        organisations=may_send_for(organisation),
        today=settings.CLOCK.today(),
        default_organisation=organisation.code,
        default_measure=measure,
        remembered=given,
        history=_history(organisation),
        earliest=EARLIEST,
    )
    values = pl.DataFrame(
        [
            {
                "measure": c.measure,
                "version": c.version,
                "subject": c.organisation,
                "period_kind": c.period.kind,
                "period": c.period.start,
                "numerator": c.numerator,
                "known": c.known,
                "population": c.population,
                "state": c.state.value,
            }
            for c in counted.counts
        ],
        schema={
            "measure": pl.String,
            "version": pl.Int32,
            "subject": pl.String,
            "period_kind": pl.String,
            "period": pl.Date,
            "numerator": pl.Float64,
            "known": pl.Float64,
            "population": pl.Float64,
            "state": pl.String,
        },
    )
    guess = (
        f"{table.guess.words()}; dates with {counted.date_order}"
        if counted.date_order
        else table.guess.words()
    )
    return Parsed(
        "counts",
        guess,
        counted.findings,
        values,
        counted.mapping | {need: "" for need, column in given.items() if not column},
        counted.unmapped,
        (),
        (),
        len(table.cells),
        values["subject"].n_unique(),
    )


def _may_be_named(organisation: Organisation) -> dict[str, Definition]:
    """What a sheet may speak of. Where two have one name, what is counted here is meant: it comes last."""
    return {**definitions_for(organisation.code), **definitions.load()}


def may_send_for(organisation: Organisation) -> dict[str, str]:
    """Codes and plain names of the organisation and its sites and units, each leading to its code."""
    own = _own(organisation)
    names = {row.code.upper(): row.code for row in own}
    return names | {counts.plain(name): row.code for row in own for name in (row.name, row.short_name)}


def own_places(organisation: Organisation) -> dict[str, str]:
    """The codes of the organisation and its sites and units, with their short names."""
    return {row.code: row.short_name for row in _own(organisation)}


def _own(organisation: Organisation) -> list[Organisation]:
    parts = Link.objects.filter(kind__in=["site_of", "unit_of"], target=organisation, end__isnull=True)
    return [organisation, *(link.source for link in parts.select_related("source"))]


def _history(organisation: Organisation) -> dict[tuple[str, str], tuple[float, float]]:
    """The range that a series' share has had, widened by a fifth of its width and two points: outside it one looks again."""
    from matneo.submissions.values import active_values

    seen: dict[tuple[str, str], list[float]] = {}
    for value in active_values("collected", [organisation.code]):
        if value.known and value.numerator is not None:
            seen.setdefault((value.measure, value.organisation), []).append(value.numerator / value.known)
    return {key: _widened(shares) for key, shares in seen.items() if len(shares) >= 8}


def _widened(shares: list[float]) -> tuple[float, float]:
    margin = (max(shares) - min(shares)) / 5 + 0.02
    return min(shares) - margin, max(shares) + margin


def _only_where_figures_are_real(name: str, kind: str) -> None:
    """Real published figures would stand under an invented England's name, and nobody could tell them apart."""
    if settings.IS_DEMO:
        raise Refused(
            f"{name} holds real figures ({published.WORDS[kind]}), and everything in a demonstration is invented: "
            "nothing of it was kept. Start ./run --real to see it."
        )


def _published(table: readers.Table, kind: str) -> Parsed:
    read = published.read(table, kind, definitions=definitions.load(), place=_placer())
    if not len(read.values):
        raise Refused(
            f"This looks like {published.WORDS[kind]}, but no figure in it belongs to a measure and an organisation known here."
        )
    left = tuple(
        {"reason": part.reason, "rows": part.rows, "examples": list(part.examples)} for part in read.left_out
    )
    versions = {name: d.version for name, d in definitions.load().items()}
    values = read.values.with_columns(
        version=pl.col("measure").replace_strict(versions, return_dtype=pl.Int32)
    )
    trusts = Organisation.objects.filter(kind="trust", code__in=values["subject"].unique().to_list()).count()
    return Parsed(
        kind,
        f"{published.WORDS[kind]}; {table.guess.words()}",
        read.findings,
        values,
        {},
        (),
        left,
        (),
        read.rows_read,
        trusts,
    )


def _placer() -> Callable[[str, str], tuple[str | None, str]]:
    directory = Directory()
    england = next(code for code, row in directory.by_code.items() if row.kind == "england")

    def place(level: str, code: str) -> tuple[str | None, str]:
        if level == "england":
            return england, ""
        found = directory.resolve(code)
        if found.organisation is None:
            return None, found.note
        if found.organisation.kind != level:
            return None, f"{code} is no {level} in the register."
        return found.organisation.code, found.note

    return place


def _remembered(organisation: Organisation, columns: tuple[str, ...]) -> ColumnMapping | None:
    """The latest mapping of this organisation whose columns are all there."""
    known = ColumnMapping.objects.filter(organisation=organisation).order_by("-at")
    return next((row for row in known if set(filter(None, row.mapping.values())) <= set(columns)), None)


def left_out_words(part: dict[str, Any]) -> str:
    """What was not taken, and why: "1,204 rows: no measure here asks for it (…)"; whole columns have no number of rows."""
    rows = f"{part['rows']:,} {'row' if part['rows'] == 1 else 'rows'}: " if part["rows"] else ""
    return f"{rows}{part['reason']} ({', '.join(part['examples'])})"


def stored_file(submission: Submission) -> Path:
    """Where the untouched file lies."""
    return settings.DATA_DIR.submissions / submission.pk / submission.sha256


def again(submission: Submission) -> Parsed:
    """The stored file, judged anew: the same file gives the same answer."""
    return parse(
        stored_file(submission),
        submission.file_name,
        submission.organisation,
        submission.mapping,
        submission.measure,
    )
