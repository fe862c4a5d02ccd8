"""Where accepted rows live: one Parquet file a month and submission, written once, never changed. A Parquet file that
came in just these columns and types is kept as the one file that it is.

Which submissions are active stands in the database; a file that no active submission names does not exist for any
reader. Only `measures.engine` and `submissions.actions` may import this module.
"""

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from matneo.measures.tables import births
from matneo.utils.sql import quoted

WHOLE = "whole"  # the folder of a file that holds all months of its submission


@dataclass(frozen=True)
class Warehouse:
    path: Path

    def folder(self, submission: str) -> Path:
        return self.path / "births" / submission

    def write(self, submission: str, source: str, connection: duckdb.DuckDBPyConnection) -> None:
        """Keep the rows of a DuckDB relation (a table or view name), split by month of birth. All of it or nothing:
        the folder gets its name only when every file in it is complete."""
        final = self.folder(submission)
        final.parent.mkdir(parents=True, exist_ok=True)
        building = final.with_name(f".{submission}.building")
        shutil.rmtree(building, ignore_errors=True)
        columns = ", ".join(f"{c.name}::{births.DUCKDB_TYPES[c.kind]} AS {c.name}" for c in births.COLUMNS)
        # Ten years are 121 months; with the default of 100 open files DuckDB closes and reopens them all the time.
        connection.execute("SET partitioned_write_max_open_files = 1000")
        connection.execute(
            f"COPY (SELECT {columns}, strftime(birth_date, '%Y-%m') AS month FROM {source}) TO {quoted(building)} "
            "(FORMAT parquet, PARTITION_BY (month), COMPRESSION snappy, OVERWRITE_OR_IGNORE)"
        )
        building.replace(final)

    def adopt(self, submission: str, file: Path) -> None:
        """Keep a file that is in our columns and types already: the same bytes under a second name, or a copy."""
        final = self.folder(submission)
        building = final.with_name(f".{submission}.building")
        shutil.rmtree(building, ignore_errors=True)
        (building / WHOLE).mkdir(parents=True)
        try:
            os.link(file, building / WHOLE / "rows.parquet")
        except OSError:  # another disk
            shutil.copyfile(file, building / WHOLE / "rows.parquet")
        building.replace(final)

    def files(self, submissions: Iterable[str], months: Sequence[date] | None = None) -> list[str]:
        """The files of these submissions; where months are given, those that may hold rows of them."""
        found: list[str] = []
        for submission in submissions:
            root = self.folder(submission)
            folders = (
                sorted(root.glob("month=*"))
                if months is None
                else [root / f"month={month:%Y-%m}" for month in months]
            )
            found += [str(file) for folder in folders for file in sorted(folder.glob("*.parquet"))]
            found += [str(file) for file in root.glob(f"{WHOLE}/*.parquet")]
        return found

    def months(self, submission: str) -> list[date]:
        """The months that a submission holds rows of."""
        whole = self.folder(submission) / WHOLE / "rows.parquet"
        if whole.exists():
            with duckdb.connect() as connection:
                sql = f"SELECT DISTINCT date_trunc('month', birth_date)::DATE FROM read_parquet({quoted(whole)}) ORDER BY 1"
                return [month for (month,) in connection.execute(sql).fetchall()]
        names = [folder.name.removeprefix("month=") for folder in self.folder(submission).glob("month=*")]
        return sorted(date.fromisoformat(f"{name}-01") for name in names)

    def sweep(self, known: Iterable[str]) -> list[str]:
        """Remove what no submission in the database names: the leavings of a process that was killed."""
        keep = set(known)
        root = self.path / "births"
        strays = [folder for folder in root.glob("*") if folder.name not in keep] if root.exists() else []
        strays += list(root.glob(".*.building")) if root.exists() else []
        for folder in strays:
            shutil.rmtree(folder, ignore_errors=True)
        return [folder.name for folder in strays]
