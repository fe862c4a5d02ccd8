"""Rows become points: one grouped query counts every measure of a table, everything else is addition.

`reference.py` does the same slowly and obviously; a test looks for disagreement between the two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import polars as pl

from matneo.measures import points, predicates
from matneo.measures.definitions import Definition
from matneo.measures.hierarchy import Membership, belonging, links_of
from matneo.measures.periods import add_months
from matneo.measures.points import SCHEMA
from matneo.measures.warehouse import Warehouse
from matneo.utils.sql import quoted

BREAKDOWNS = {
    "imd": "CASE WHEN imd_decile IS NULL THEN 'imd=?' ELSE 'imd=' || CAST((imd_decile + 1) // 2 AS VARCHAR) END",
}


@dataclass(frozen=True)
class ActiveRows:
    """A submission whose rows count. `as_of` is the day it came; months from `provisional_from` on may still change."""

    submission: str
    as_of: date
    provisional_from: date | None = None


def calculate(
    definitions: Sequence[Definition],
    warehouse: Warehouse,
    *,
    active: Sequence[ActiveRows],
    memberships: Sequence[Membership],
    successors: dict[str, str],
    months: Iterable[date] | None = None,
    breakdowns: Sequence[str] = (),
    threads: int | None = None,
) -> pl.DataFrame:
    """Month points of every definition for sites, trusts and everything above them (schema `points.SCHEMA`).

    Where several active submissions hold rows of the same trust and month, the one that comes last in `active` counts.
    `successors` leads from a closed trust to the one that carries on.
    """
    wanted = None if months is None else sorted(set(months))
    files = warehouse.files([rows.submission for rows in active], wanted)
    chosen = [definition for definition in definitions if definition.table == "births"]
    if not files or not chosen:
        return points.empty()
    with connect(threads) as connection:
        connection.execute(f"CREATE VIEW stored AS {_current_rows(files, active, wanted)}")
        cells = [_count(connection, chosen, name) for name in (None, *breakdowns)]
    came = _came_with(cells[0], active)
    counts, came = (_join_successors(frame, successors) for frame in (pl.concat(cells), came))
    return points.with_state(_to_points(roll_up_organisations(counts, came, memberships), chosen))


def places(warehouse: Warehouse, active: Sequence[ActiveRows]) -> frozenset[str]:
    """The codes of the trusts and sites that these submissions hold rows of."""
    return _places(tuple(warehouse.files([rows.submission for rows in active])))


@lru_cache(maxsize=8)
def _places(files: tuple[str, ...]) -> frozenset[str]:
    """A file is written once and never changed, so the answer is kept."""
    if not files:
        return frozenset()
    with connect() as connection:
        listed = f"read_parquet([{', '.join(map(quoted, files))}], union_by_name = true)"
        sql = f"SELECT DISTINCT unnest([trust, site]) FROM (SELECT DISTINCT trust, site FROM {listed})"
        return frozenset(code for (code,) in connection.execute(sql).fetchall() if code)


def open_warehouse(path: Path) -> Warehouse:
    """The rows of an installation, for counting."""
    return Warehouse(path)


def connect(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    if threads:
        connection.execute(f"SET threads = {int(threads)}")
    connection.execute("SET preserve_insertion_order = false")
    return connection


def _current_rows(files: list[str], active: Sequence[ActiveRows], months: list[date] | None) -> str:
    """Rows of active submissions; of the same trust and month only the latest submission's. Of these months only, where
    they are given: the bounds let DuckDB skip row groups, the list decides."""
    order = {rows.submission: place for place, rows in enumerate(active)}
    listed = ", ".join(map(quoted, files))
    source = f"read_parquet([{listed}], filename = true, hive_partitioning = false, union_by_name = true)"
    if months:
        named = ", ".join(f"DATE '{month}'" for month in months)
        source = f"""(SELECT * FROM {source} WHERE birth_date >= DATE '{months[0]}'
            AND birth_date < DATE '{add_months(months[-1], 1)}' AND date_trunc('month', birth_date) IN ({named}))"""
    if len(order) == 1:
        return f"SELECT *, '{next(iter(order))}' AS submission FROM {source}"
    ranks = " ".join(f"WHEN '{name}' THEN {place}" for name, place in order.items())
    return f"""
        WITH named AS (
            SELECT * EXCLUDE (filename), split_part(filename, '/', -3) AS submission FROM {source}),
        ranked AS (
            SELECT trust, date_trunc('month', birth_date) AS m, submission,
                   row_number() OVER (PARTITION BY trust, date_trunc('month', birth_date)
                                      ORDER BY CASE submission {ranks} END DESC) AS place
            FROM (SELECT DISTINCT trust, birth_date, submission FROM
                  (SELECT trust, date_trunc('month', birth_date) AS birth_date, submission FROM named)))
        SELECT named.* FROM named JOIN ranked
          ON named.trust = ranked.trust AND date_trunc('month', named.birth_date) = ranked.m
         AND named.submission = ranked.submission WHERE ranked.place = 1"""


def _count(
    connection: duckdb.DuckDBPyConnection, definitions: Sequence[Definition], breakdown: str | None
) -> pl.DataFrame:
    part = "''" if breakdown is None else BREAKDOWNS[breakdown]
    sql = compiled(tuple(definitions)).replace("'#breakdown'", part).replace("'#submission'", "submission")
    arrow = connection.execute(f"WITH births AS (SELECT * FROM stored) {sql}")
    return _frame(arrow)


def _frame(result: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    columns = result.fetchnumpy()  # no pyarrow needed; a masked array marks what is null
    frame = pl.DataFrame({name: _column(values) for name, values in columns.items()})
    return frame.with_columns(pl.col("period").cast(pl.Date))


def _column(values: Any) -> Any:
    if isinstance(values, np.ma.MaskedArray):
        values = values.filled(0) if values.dtype.kind in "fiu" else values.data
    return values.astype(str) if values.dtype.kind == "O" else values


@lru_cache(maxsize=8)
def compiled(definitions: tuple[Definition, ...], dialect: str = "duckdb") -> str:
    """The one grouped query as SQL. Ibis compiles the predicates; identical counts are counted once."""
    rows = predicates.table()
    # Counting what is not null takes DuckDB three quarters of the time of adding up ones and zeros.
    aggregates = {
        name: ibis.ifelse(predicates.all_of(names, rows), 1, None).count()
        for names, name in count_columns(definitions).items()
    }
    grouped = rows.group_by(
        period=rows.birth_date.truncate("M"),
        site=rows.site,
        trust=rows.trust,
        # Of a trust and month there are rows of one submission: naming it here makes no more groups.
        submission=ibis.literal("#submission"),
        breakdown=ibis.literal("#breakdown"),
    ).aggregate(**aggregates)
    return str(ibis.to_sql(grouped, dialect=dialect))


def count_columns(definitions: Sequence[Definition]) -> dict[tuple[str, ...], str]:
    """Every distinct list of predicates that is counted, with its column name."""
    lists = [part for d in definitions for part in (d.population, d.known or d.population, d.numerator)]
    return {names: f"c{place}" for place, names in enumerate(dict.fromkeys(lists))}


def _came_with(cells: pl.DataFrame, active: Sequence[ActiveRows]) -> pl.DataFrame:
    """With which submission the rows of each site and month came, when that was, and whether they may still change."""
    about = pl.DataFrame(
        [(one.submission, one.as_of, one.provisional_from) for one in active],
        schema={"submission": pl.String, "as_of": pl.Date, "provisional_from": pl.Date},
        orient="row",
    )
    may_change = (pl.col("period") >= pl.col("provisional_from")).fill_null(False)
    came = cells.select("site", "trust", "period", "submission").join(about, on="submission")
    return came.with_columns(provisional=may_change).drop("provisional_from")


def _to_points(counted: pl.DataFrame, definitions: Sequence[Definition]) -> pl.DataFrame:
    """Wide counts become one row a measure, in the order of measures; those of each measure as they are in `counted`."""
    columns = count_columns(definitions)
    base = counted.with_columns(origin=pl.lit("calculated"), period_kind=pl.lit("month"))
    frames = [
        base.select(
            "subject",
            "breakdown",
            "origin",
            "period_kind",
            "period",
            "submission",
            "as_of",
            "provisional",
            measure=pl.lit(d.id),
            version=pl.lit(d.version, pl.Int32),
            numerator=pl.col(columns[d.numerator]).cast(pl.Float64),
            known=pl.col(columns[d.known or d.population]).cast(pl.Float64),
            population=pl.col(columns[d.population]).cast(pl.Float64),
        )
        for d in sorted(definitions, key=lambda d: d.id)
    ]
    return points.conform(pl.concat(frames))


def _join_successors(cells: pl.DataFrame, successors: dict[str, str]) -> pl.DataFrame:
    return cells.with_columns(pl.col("trust").replace(successors)) if successors else cells


_SUMS = [pl.col(r"^c\d+$").sum()]
# Of several submissions none is named: a place above trusts is made of many.
_ORIGINS = [
    pl.when(pl.col("submission").n_unique() == 1)
    .then(pl.col("submission").first())
    .otherwise(pl.lit(""))
    .alias("submission"),
    pl.col("as_of").max(),
    pl.col("provisional").any(),
]


def roll_up_organisations(
    counts: pl.DataFrame, came: pl.DataFrame, memberships: Sequence[Membership]
) -> pl.DataFrame:
    """Sites and trusts as they are, and sums for every organisation that a trust belongs to, in the order in which one
    is looked up. `came` says of every site and month with which submission its rows came; each sum carries that on."""
    # While the counts of all measures stand side by side there are twenty times fewer rows to group and to sort.
    links = links_of(memberships)
    together = _levels(counts, links, ["breakdown"], _SUMS)
    origins = _levels(came, links, [], _ORIGINS)
    return together.join(origins, on=["subject", "period"], how="left").sort("subject", "breakdown", "period")


def _levels(
    cells: pl.DataFrame, links: pl.DataFrame, keys: list[str], aggregates: list[pl.Expr]
) -> pl.DataFrame:
    """Cells of sites and months put together for sites, for trusts, and for what a trust belonged to in that month."""
    by = [*keys, "subject", "period"]
    frames = [
        cells.with_columns(subject=pl.col(level)).group_by(by).agg(aggregates) for level in ("site", "trust")
    ]
    above = belonging(frames[1], links).group_by(by).agg(aggregates)
    return pl.concat([*frames, above], how="diagonal")


__all__ = [
    "SCHEMA",
    "ActiveRows",
    "Membership",
    "calculate",
    "compiled",
    "connect",
    "count_columns",
    "roll_up_organisations",
]
