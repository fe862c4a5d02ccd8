"""Rows about births: into DuckDB, typed, and judged in one query per rule."""

import tempfile
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from matneo.measures.intake.findings import Finding, Refused
from matneo.measures.intake.identifiers import DOUBTFUL, MEASURED
from matneo.measures.intake.readers import Limits, read
from matneo.measures.intake.workbooks import too_wide
from matneo.measures.periods import add_months, label
from matneo.measures.tables.births import BY_NAME, COLUMNS, DUCKDB_TYPES, REQUIRED, Column
from matneo.utils.sql import quoted

MOST_WORDS = (
    100_000  # distinct texts of a column, of those that could be personal details, that are looked at closely
)
FEW = 1_000  # distinct texts of a column that are all looked at closely
MOST = 200  # findings of one kind that are listed; the count is always said


@dataclass(frozen=True)
class Checked:
    """The view `births_checked` of the connection holds the typed rows."""

    rows: int
    findings: tuple[Finding, ...]
    trusts: tuple[str, ...]
    unknown_columns: tuple[str, ...]


def is_parquet(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(4) == b"PAR1"


def is_ready(file: Path) -> bool:
    """A Parquet file in just the columns and types of the births table: nothing has to be changed to count it."""
    if not is_parquet(file):
        return False
    with duckdb.connect() as connection:
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(file)})").fetchall()
    return [(name, kind) for name, kind, *_ in described] == [(c.name, DUCKDB_TYPES[c.kind]) for c in COLUMNS]


def looks_like_births(columns: tuple[str, ...]) -> bool:
    return set(REQUIRED) <= {column.strip().lower() for column in columns}


def load(
    file: Path,
    name: str,
    connection: duckdb.DuckDBPyConnection,
    limits: Limits,
    known_sites: Mapping[str, str],
    *,
    of_trusts: Set[str] | None = None,
    today: date,
    judge: bool = True,
) -> Checked:
    """Read, type and judge a file of rows. `known_sites` leads from site code to trust code; `of_trusts` names the trusts
    it may speak of (None: any); births after `today` have not happened. Raises Refused. `judge=False` only types them: for a file that was judged before."""
    if is_parquet(file):
        try:
            connection.execute(f"CREATE VIEW given AS SELECT * FROM read_parquet({quoted(file)})")
            columns = [row[0] for row in connection.execute("DESCRIBE given").fetchall()]
        except duckdb.Error as problem:
            raise Refused(f"{name} is a damaged Parquet file. Make it again.") from problem
    else:
        table = read(file, name, limits)
        columns = [column.strip().lower() for column in table.columns]
        twice = next((column for column in columns if columns.count(column) > 1), "")
        if twice:
            raise Refused(
                f"{name} has two columns called {twice[:60]!r}, in capitals or not. Rename one of them."
            )
        _as_table(connection, table.cells.rename(dict(zip(table.columns, columns, strict=True))))
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise Refused(f"{name} has no column {missing[0]}. Rows about births need {', '.join(REQUIRED)}.")
    kinds = {name: kind for name, kind, *_ in connection.execute("DESCRIBE given").fetchall()}
    findings: list[Finding] = []
    if judge:
        findings = _lost(connection, kinds) if is_parquet(file) else _untypable(connection, columns)
    typed = ", ".join(_typed(column, kinds) for column in COLUMNS)
    connection.execute(f"CREATE VIEW births_checked AS SELECT {typed} FROM given")
    if judge:
        findings += _impossible(connection) + _misplaced(connection, known_sites, of_trusts)
        findings += _not_over(connection, today)
    count = connection.execute("SELECT count(*) FROM births_checked").fetchone()
    trusts = connection.execute("SELECT DISTINCT trust FROM births_checked ORDER BY trust").fetchall()
    unknown = tuple(column for column in columns if column not in BY_NAME)
    return Checked(int(count[0]) if count else 0, tuple(findings), tuple(row[0] for row in trusts), unknown)


def _as_table(connection: duckdb.DuckDBPyConnection, cells: pl.DataFrame) -> None:
    # Through a small file: neither pyarrow nor a statement for every row is needed.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cells.parquet"
        cells.write_parquet(file)
        connection.execute(f"CREATE TABLE given AS SELECT * FROM read_parquet({quoted(file)})")


def _typed(column: Column, given: Mapping[str, str]) -> str:
    """The column as its type; blank text is a missing answer in every column."""
    kind = DUCKDB_TYPES[column.kind]
    if column.name not in given:
        return f"NULL::{kind} AS {column.name}"
    return f"{_cast(_cell(column, given), column.kind, given[column.name])} AS {column.name}"


def _cell(column: Column, given: Mapping[str, str]) -> str:
    return f"nullif(trim({column.name}), '')" if given[column.name] == "VARCHAR" else column.name


def _cast(cell: str, kind: str, given: str = "VARCHAR") -> str:
    """NULL where it cannot be read. Dates of a sheet may stand as people write them in Britain."""
    plain = f"try_cast({cell} AS {DUCKDB_TYPES[kind]})"
    if kind != "date" or given != "VARCHAR":
        return plain
    return f"coalesce({plain}, try_strptime({cell}, ['%d/%m/%Y', '%d-%m-%Y', '%d.%m.%Y'])::DATE)"


def _untypable(connection: duckdb.DuckDBPyConnection, columns: list[str]) -> list[Finding]:
    """Cells that are not blank and cannot be read as what their column holds."""
    findings = []
    for column in COLUMNS:
        if column.name not in columns or column.kind == "text":
            continue
        sql = f"""SELECT row, cell FROM (SELECT row_number() OVER () + 1 AS row, trim({column.name}) AS cell FROM given)
                  WHERE cell <> '' AND {_cast("cell", column.kind)} IS NULL LIMIT {MOST}"""
        for row, cell in connection.execute(sql).fetchall():
            findings.append(
                Finding(
                    "fix",
                    row,
                    column.name,
                    cell[:60],
                    "type",
                    f"{cell[:60]!r} is no {_kind_words(column)} ({column.words}).",
                    "Correct it, or leave the cell blank where it is not known.",
                )
            )
    return findings


def _lost(connection: duckdb.DuckDBPyConnection, kinds: Mapping[str, str]) -> list[Finding]:
    """Cells of a Parquet file that hold something and would be blank as our type. One pass over the file, and none over
    the columns that have our type already."""
    asked = [
        column
        for column in COLUMNS
        if column.kind != "text" and kinds.get(column.name, "") not in ("", DUCKDB_TYPES[column.kind])
    ]
    if not asked:
        return []
    parts = []
    for column in asked:
        cell = _cell(column, kinds)
        typed = _cast(cell, column.kind, kinds[column.name])
        parts.append(f"count(*) FILTER ({cell} IS NOT NULL AND {typed} IS NULL)")
    numbers = connection.execute(f"SELECT {', '.join(parts)} FROM given").fetchone() or ()
    return [
        Finding(
            "fix",
            0,
            column.name,
            "",
            "type",
            f"{number:,} {'cell' if number == 1 else 'cells'} of {column.name} ({column.words}) cannot be read as a "
            f"{_kind_words(column)} of the births table; the file stores the column as {kinds[column.name][:40]}.",
            "Correct them, or leave them blank where they are not known.",
        )
        for column, number in zip(asked, numbers, strict=True)
        if number
    ]


def _impossible(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Values that cannot be: rows are counted and listed only for the columns that hold any."""
    findings: list[Finding] = []
    for column in _doubtful(connection):
        rule = _rule(column)
        sql = f"""SELECT row, value, count(*) OVER () FROM (
                      SELECT row_number() OVER () + 1 AS row, {column.name}::VARCHAR AS value, ({rule}) AS wrong
                      FROM births_checked) WHERE wrong ORDER BY row LIMIT {MOST}"""
        findings += [
            _out_of_range(column, row, value, number)
            for row, value, number in connection.execute(sql).fetchall()
        ]
    return findings


def _doubtful(connection: duckdb.DuckDBPyConnection) -> list[Column]:
    """Columns with a value outside what is possible. Least and greatest stand in a Parquet file's own statistics, as long
    as nothing else is asked with them, and different codes are few: far faster than asking every row."""
    ruled = [column for column in COLUMNS if _rule(column)]
    least = _asked(connection, {c.name: f"min({c.name})" for c in ruled if c.low is not None})
    greatest = _asked(connection, {c.name: f"max({c.name})" for c in ruled if c.high is not None})
    blank = _asked(connection, {c.name: f"count(*) - count({c.name})" for c in ruled if c.required})
    codes = _asked(connection, {c.name: f"list(DISTINCT {c.name})" for c in ruled if c.allowed})
    return [c for c in ruled if _breaks(c, *(found.get(c.name) for found in (least, greatest, blank, codes)))]


def _asked(connection: duckdb.DuckDBPyConnection, parts: dict[str, str]) -> dict[str, Any]:
    """The answer to each column's question."""
    answers = connection.execute(f"SELECT {', '.join(parts.values())} FROM births_checked").fetchone() or ()
    return dict(zip(parts, answers, strict=True))


def _breaks(column: Column, least: Any, greatest: Any, blank: int | None, codes: list[str] | None) -> bool:
    # Written so that what is not a number is doubtful too.
    within = (least is None or least >= column.low) and (greatest is None or greatest <= column.high)
    return not within or bool(blank) or bool(set(codes or ()) - {None, *(column.allowed or ())})


def _rule(column: Column) -> str:
    parts = []
    if column.required:
        parts.append(f"{column.name} IS NULL")
    if column.allowed:
        parts.append(f"{column.name} NOT IN ({', '.join(repr(code) for code in column.allowed)})")
    if column.low is not None:
        parts.append(f"{column.name} < {column.low}")
    if column.high is not None:
        parts.append(f"{column.name} > {column.high}")
    return " OR ".join(parts)


def _out_of_range(column: Column, row: int, value: str | None, number: int) -> Finding:
    if value is None:
        return Finding(
            "stop",
            row,
            column.name,
            "",
            "required",
            f"{column.words.capitalize()} is blank in {_rows(number)}.",
            "Every row needs it.",
        )
    allowed = (
        f"one of {', '.join(column.allowed)}" if column.allowed else f"{column.low:g} to {column.high:g}"
    )
    return Finding(
        "fix",
        row,
        column.name,
        value[:60],
        "range",
        f"{value[:60]} is not possible for {column.words} ({_rows(number)}).",
        f"It has to be {allowed}." if column.required else f"It may be {allowed}, or blank.",
    )


def _misplaced(
    connection: duckdb.DuckDBPyConnection, known_sites: Mapping[str, str], of_trusts: Set[str] | None
) -> list[Finding]:
    """Trusts that the sender may not speak for; sites that are not in the register, or not of that trust."""
    pairs = connection.execute("SELECT trust, site, count(*) FROM births_checked GROUP BY ALL").fetchall()
    findings = []
    for trust, site, number in pairs:
        if trust is not None and of_trusts is not None and trust not in of_trusts:
            words = f"{_rows(number)} {'is' if number == 1 else 'are'} of trust {str(trust)[:20]}, for which nothing may be sent in here."
            findings.append(
                _stop("trust", str(trust), words, "Take those rows out; each trust sends its own.")
            )
        elif site is not None and known_sites.get(site) != trust:
            where = known_sites.get(site)
            words = f"is a site of {where}" if where else "is not in the register"
            findings.append(
                _stop(
                    "site",
                    str(site),
                    f"Site {str(site)[:40]} of trust {trust} {words} ({_rows(number)}).",
                    "Correct the code, or ask for the site to be added.",
                )
            )
    return findings


def _not_over(connection: duckdb.DuckDBPyConnection, today: date) -> list[Finding]:
    """Days that are still to come are mistakes; the month that runs is kept, and waits until it is over."""
    month = today.replace(day=1)
    sql = "SELECT count(*) FILTER (birth_date > ?), count(*) FILTER (birth_date BETWEEN ? AND ?) FROM births_checked"
    future, running = connection.execute(sql, [today, month, today]).fetchone() or (0, 0)
    findings = []
    if future:
        words = f"{future:,} {'birth has' if future == 1 else 'births have'} a day after {_day(today)}."
        findings.append(Finding("fix", 0, "birth_date", "", "future", words, "Correct the dates."))
    if running:
        kept = f"{_rows(running)} {'is' if running == 1 else 'are'} kept"
        words = f"{label('month', month)} is not over: its {kept} and not counted before {_day(add_months(month, 1))}."
        suggestion = "Send the whole month when it is over."
        findings.append(Finding("check", 0, "birth_date", f"{month:%Y-%m}", "running", words, suggestion))
    return findings


def _rows(number: int) -> str:
    return f"{number:,} {'row' if number == 1 else 'rows'}"


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _stop(column: str, value: str, sentence: str, suggestion: str) -> Finding:
    """A finding that speaks of many rows at once."""
    return Finding("stop", 0, column, value[:40], column, sentence, suggestion)


def words_of(file: Path, name: str, most: int = Limits.columns) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every column of a Parquet file with the distinct texts in it that may hold personal details. Raises Refused, and
    duckdb.Error where the file is damaged."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW given AS SELECT * FROM read_parquet({quoted(file)})")
        described = [(column, kind) for column, kind, *_ in connection.execute("DESCRIBE given").fetchall()]
        if len(described) > most:
            raise Refused(too_wide(name, len(described), most))
        long = _long_numbers(connection, described)
        for column, kind in described:
            yield column, _doubtful_texts(connection, _quoted(column), kind, column in long)


def _doubtful_texts(
    connection: duckdb.DuckDBPyConnection, cell: str, kind: str, long: bool
) -> tuple[str, ...]:
    """What has to be looked at closely in a column; nothing where its type leaves no room for it."""
    if long:
        # No count, weight or time reaches ten digits, but an NHS number written as a number does.
        sql = f"""SELECT DISTINCT try_cast({cell} AS BIGINT)::VARCHAR FROM given
                  WHERE {cell} >= 1e9 AND {cell} < 1e10 AND {cell} = floor({cell}) LIMIT {MOST_WORDS}"""
        return tuple(text for (text,) in connection.execute(sql).fetchall())
    if kind in _SHORT or _is_long(kind) or kind.startswith(("DATE", "TIME")):
        return ()
    distinct = f"SELECT DISTINCT {cell}::VARCHAR AS text FROM given WHERE {cell} IS NOT NULL"
    texts = connection.execute(f"{distinct} LIMIT {FEW + 1}").fetchall()
    if len(texts) > FEW:
        # Only where there are many: for the few codes of most columns the pattern costs more than it spares.
        sql = f"""SELECT text FROM ({distinct}) WHERE regexp_matches(text, '{DOUBTFUL}')
                  AND NOT regexp_matches(text, '{MEASURED}') LIMIT {MOST_WORDS}"""
        texts = connection.execute(sql).fetchall()
    return tuple(text for (text,) in texts)


_SHORT = {
    "TINYINT",
    "SMALLINT",
    "UTINYINT",
    "USMALLINT",
    "BOOLEAN",
    "FLOAT",
}  # too short for the digits of a person


def _is_long(kind: str) -> bool:
    return kind.startswith("DECIMAL") or kind in {
        "INTEGER", "UINTEGER", "BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "DOUBLE",
    }  # fmt: skip


def _long_numbers(connection: duckdb.DuckDBPyConnection, described: list[tuple[str, str]]) -> set[str]:
    """Columns with a number of ten digits or more: greatest values stand in the file's own statistics."""
    asked = [column for column, kind in described if _is_long(kind)]
    if not asked:
        return set()
    parts = ", ".join(f"max({_quoted(column)})" for column in asked)
    greatest = connection.execute(f"SELECT {parts} FROM given").fetchone() or ()
    # Written so that what is not a number is looked at too: it would hide the others.
    return {
        column
        for column, most in zip(asked, greatest, strict=True)
        if most is not None and not most < 1_000_000_000
    }


def _quoted(column: str) -> str:
    escaped = column.replace('"', '""')
    return f'"{escaped}"'


def _kind_words(column: Column) -> str:
    return {"int": "whole number", "float": "number", "bool": "true or false", "date": "date"}[column.kind]
