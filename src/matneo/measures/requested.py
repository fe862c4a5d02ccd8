"""Series read while somebody waits: the counts of a few places, judged as a release judges them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from matneo.measures import readings
from matneo.measures.definitions import Definition
from matneo.measures.readings import Context, Rebase


@dataclass(frozen=True)
class Read:
    """One series: its line (`readings.LINES`) and its readings as columns (`readings.READINGS`), oldest first."""

    measure: str
    subject: str
    line: dict[str, Any]
    columns: dict[str, list[Any]]


def judge(
    points: pl.DataFrame,
    definitions: Mapping[str, Definition],
    kinds: Mapping[str, str],
    last_month: date,
    rebases: Sequence[Rebase] = (),
    pairs: Sequence[tuple[str, str]] | None = None,
    last_week: date | None = None,
) -> tuple[Read, ...]:
    """Every series in `points` for people inside, by measure, place and kind of period. `kinds` gives each place's kind
    of organisation; points of measures without a definition are left out. With `pairs` of measure and place those alone:
    points are asked for by measures and by places, and that brings every measure of every place."""
    mine = points.filter(pl.col("measure").is_in(list(definitions)))
    if pairs is not None:
        asked = pl.DataFrame(pairs, schema={"measure": pl.String, "subject": pl.String}, orient="row")
        mine = mine.join(asked, on=["measure", "subject"], how="semi", maintain_order="left")
    context = Context(dict(definitions), dict(kinds), {}, last_month, tuple(rebases), last_week=last_week)
    return tuple(_series(*readings.judge_inside(mine, context)))


def _series(found: pl.DataFrame, lines: pl.DataFrame) -> Iterator[Read]:
    parts = found.partition_by(readings.SERIES_KEY, as_dict=True, maintain_order=True)
    for line in lines.iter_rows(named=True):
        rows = parts[tuple(line[name] for name in readings.SERIES_KEY)]
        yield Read(line["measure"], line["subject"], line, rows.to_dict(as_series=False))
