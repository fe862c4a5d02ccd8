"""A release: an immutable folder of points, readings and series, with a manifest that says what made it.

Points and readings have a file a measure, so that a release may share those that did not change with the one before.
Written to a temporary neighbour, flushed, renamed. Readers open DuckDB in memory: one connection a process, a cursor a
call. A page reads one series or one wall of series; nothing here ever scans patient-level rows.
"""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from matneo.measures.points import SCHEMA, empty
from matneo.measures.readings import READINGS
from matneo.utils.sql import quoted

Columns = dict[str, list[Any]]
ROW_GROUP = 8192  # small groups let a reader of one series skip nearly the whole file


@dataclass(frozen=True)
class Manifest:
    """What made a release, and the hash of every file in it."""

    content: dict[str, Any]

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(self.content, sort_keys=True).encode()).hexdigest()


def write(
    folder: Path,
    points: pl.DataFrame,
    readings: pl.DataFrame,
    series: pl.DataFrame,
    about: dict[str, Any],
    *,
    before: Path | None = None,
    unchanged: Collection[str] = (),
) -> Manifest:
    """Write a release folder: all of it, or nothing under that name. Files of `unchanged` measures are those of the
    release `before`, under a second name. Raises FileExistsError where the folder is there already."""
    if folder.exists():
        raise FileExistsError(f"The release {folder.name} is there already; releases are never changed.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = folder.with_name(f".{folder.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    written = _in_order(points.filter(~pl.col("measure").is_in(list(unchanged))))
    hashes = _write_by_measure(building / "points", written)
    hashes |= _write_by_measure(building / "readings", readings)
    if before is not None:
        hashes |= _link(building, before, unchanged)
    hashes["series.parquet"] = _write(building / "series.parquet", series)
    content = {**about, "files": hashes}
    (building / "manifest.json").write_text(
        json.dumps(content, indent=1, sort_keys=True, default=str), "utf-8"
    )
    _flush(building / "manifest.json")
    building.replace(folder)
    return Manifest(json.loads(json.dumps(content, default=str)))


def _in_order(points: pl.DataFrame) -> pl.DataFrame:
    """Sorted for whoever looks one series up; by numbers that sort as the names do, which is three times faster."""
    names = ["measure", "subject", "breakdown"]
    codes = [points[name].cast(pl.Enum(points[name].unique().sort())).to_physical() for name in names]
    order = pl.DataFrame([*codes, points["period"]]).select(pl.arg_sort_by(*names, "period")).to_series()
    return points[order]


def _write_by_measure(folder: Path, frame: pl.DataFrame) -> dict[str, str]:
    folder.mkdir()
    if frame[
        "measure"
    ].is_sorted():  # Polars, told so, cuts slices: much faster than gathering each measure's rows
        frame = frame.with_columns(pl.col("measure").set_sorted())
    parts = frame.partition_by("measure", as_dict=True, maintain_order=True)
    return {
        f"{folder.name}/{measure}.parquet": _write(folder / f"{measure}.parquet", part)
        for (measure,), part in parts.items()
    }


def _write(file: Path, frame: pl.DataFrame) -> str:
    frame.write_parquet(
        file, compression="zstd", compression_level=1, row_group_size=ROW_GROUP, statistics=True
    )
    return _flush(file)


def _link(building: Path, before: Path, measures: Collection[str]) -> dict[str, str]:
    """Files of the release before under a second name, with the hashes that its manifest gives them."""
    known = manifest(before).content["files"]
    names = [f"{part}/{measure}.parquet" for part in ("points", "readings") for measure in measures]
    found = {name: known[name] for name in names if name in known}
    for name in found:
        try:
            os.link(before / name, building / name)
        except OSError:  # a disk that knows no links
            shutil.copyfile(before / name, building / name)
    return found


def sweep(root: Path) -> None:
    """Remove the half-written leavings of a process that was killed."""
    for folder in root.glob(".*.building"):
        shutil.rmtree(folder, ignore_errors=True)


def manifest(folder: Path) -> Manifest:
    return Manifest(json.loads((folder / "manifest.json").read_text("utf-8")))


def points(folder: Path) -> pl.DataFrame:
    """All points of a release."""
    files = sorted((folder / "points").glob("*.parquet"))
    return pl.concat([empty(), *(pl.read_parquet(file).select(list(SCHEMA)) for file in files)])


def readings(folder: Path, measures: Iterable[str]) -> pl.DataFrame:
    """The readings of these measures, as far as there are any."""
    files = [folder / "readings" / f"{measure}.parquet" for measure in measures]
    found = [pl.read_parquet(file) for file in files if file.exists()]
    return pl.concat([pl.DataFrame(schema=READINGS), *(frame.select(list(READINGS)) for frame in found)])


def lines(folder: Path) -> pl.DataFrame:
    """One line a series, of all series."""
    return pl.read_parquet(folder / "series.parquet")


def read_series(
    folder: Path,
    *,
    measure: str,
    subject: str,
    audience: str,
    origin: str,
    period_kind: str | None = None,
    breakdown: str = "",
) -> Columns:
    """The readings of one series in time order, as columns; every column is empty where there is no such series.
    Without a kind of period, those of every kind."""
    file = folder / "readings" / f"{measure}.parquet"
    if not file.exists():
        return {name: [] for name in READINGS}
    sql = f"""
        SELECT * FROM read_parquet({quoted(file)})
        WHERE audience = ? AND subject = ? AND breakdown = ? AND origin = ?
          {"AND period_kind = ?" if period_kind else ""}
        ORDER BY period"""
    arguments = [audience, subject, breakdown, origin]
    return _query(sql, [*arguments, period_kind] if period_kind else arguments)


def read_subjects(folder: Path, *, measure: str, subjects: list[str], audience: str) -> Columns:
    """The readings of one measure at many places, every origin and kind of period, in time order: one read."""
    file = folder / "readings" / f"{measure}.parquet"
    if not file.exists():
        return {name: [] for name in READINGS}
    sql = f"""
        SELECT * FROM read_parquet({quoted(file)})
        WHERE audience = ? AND list_contains(?, subject) AND breakdown = ''
        ORDER BY subject, period"""
    return _query(sql, [audience, subjects])


def read_lines(
    folder: Path,
    *,
    audience: str,
    subjects: list[str] | None = None,
    measures: list[str] | None = None,
    kinds: list[str] | None = None,
    origin: str | None = None,
    variation: str | None = None,
    since: date | None = None,
) -> list[dict[str, Any]]:
    """Lines of `series.parquet` that match every filter given, in the order of measure and subject; with `since` those
    whose signal began after that day."""
    where, arguments = ["audience = ?", "breakdown = ''"], [audience]
    for column, wanted in (("subject", subjects), ("measure", measures), ("subject_kind", kinds)):
        if wanted is not None:
            where.append(f"list_contains(?, {column})")
            arguments.append(wanted)  # type: ignore[arg-type]
    for condition, value in (
        ("origin = ?", origin),
        ("variation = ?", variation),
        ("signal_since > ?", since),
    ):
        if value is not None:
            where.append(condition)
            arguments.append(value)  # type: ignore[arg-type]
    sql = f"SELECT * FROM read_parquet({quoted(folder / 'series.parquet')}) WHERE {' AND '.join(where)} ORDER BY measure, subject"
    columns = _query(sql, arguments)
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def read_signals(folder: Path) -> Columns:
    """What the charts of a release say that is not chance alone: for both audiences, the newest signal of each series."""
    return _query(
        f"""SELECT audience, measure, subject, signal_rule, signal_since, variation
            FROM read_parquet({quoted(folder / "series.parquet")})
            WHERE breakdown = '' AND variation NOT IN ('common', 'too_few') AND signal_since IS NOT NULL
            ORDER BY audience, measure, subject""",
        [],
    )


def count_signals(folder: Path, *, audience: str) -> tuple[int, int, float]:
    """How many series have icons, how many of them are marked today, and how many would be if all of them were steady."""
    sql = f"""SELECT count(*), count(*) FILTER (WHERE variation <> 'common'), coalesce(sum(false_alarm_last), 0)
              FROM read_parquet({quoted(folder / "series.parquet")}) WHERE audience = ? AND variation <> 'too_few'"""
    columns = _query(sql, [audience])
    total, marked, by_chance = (values[0] for values in columns.values())
    return int(total), int(marked), float(by_chance)


_local = threading.local()


def _query(sql: str, arguments: list[Any]) -> Columns:
    cursor = _cursor().execute(sql, arguments)
    names = [column[0] for column in cursor.description or []]
    rows = cursor.fetchall()
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _cursor() -> duckdb.DuckDBPyConnection:
    """One in-memory database a thread: opening it costs ten milliseconds, so it is kept."""
    if not hasattr(_local, "connection"):
        _local.connection = duckdb.connect()
        _local.connection.execute("SET threads = 1")
        _local.connection.execute("SET enable_object_cache = true")
    connection: duckdb.DuckDBPyConnection = _local.connection
    return connection


def _flush(file: Path) -> str:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
        return hashlib.file_digest(stream, "sha256").hexdigest()
