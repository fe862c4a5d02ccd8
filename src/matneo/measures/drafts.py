"""What counts would look like before they count."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from matneo.measures import points, readings
from matneo.measures.definitions import Definition

Drawn = tuple[list[dict[str, Any]] | None, dict[str, Any]]


def before_and_after(
    now: pl.DataFrame,
    coming: pl.DataFrame,
    definitions: Mapping[str, Definition],
    last_month: date,
    most: int,
) -> list[tuple[str, str, Drawn, Drawn]]:
    """For at most `most` series of `coming`: (measure, subject, readings as they are, readings as they would be)."""
    draft = points.conform(
        coming.with_columns(origin=pl.lit("collected"), breakdown=pl.lit(""), provisional=pl.lit(False))
    )
    key = ["measure", "subject", "breakdown", "period_kind", "period"]
    after = pl.concat([now.join(draft.select(key), on=key, how="anti"), draft])
    wanted = coming.select("measure", "subject").unique(maintain_order=True).head(most).rows()
    read_now, read_after = (_judge(frame, definitions, last_month) for frame in (now, after))
    return [(m, s, _one(read_now, m, s), _one(read_after, m, s)) for m, s in wanted]


def _judge(
    frame: pl.DataFrame, definitions: Mapping[str, Definition], last_month: date
) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    if not len(frame):
        return None
    context = readings.Context(dict(definitions), {}, {}, last_month)
    found, lines = readings.judge(frame, context)
    return found.filter(pl.col("audience") == "inside"), lines.filter(pl.col("audience") == "inside")


def _one(read: tuple[pl.DataFrame, pl.DataFrame] | None, measure: str, subject: str) -> Drawn:
    if read is None:
        return None, {}
    mine = (pl.col("measure") == measure) & (pl.col("subject") == subject)
    rows, lines = read[0].filter(mine).to_dicts(), read[1].filter(mine).to_dicts()
    return (rows, lines[0]) if rows and lines else (None, {})
