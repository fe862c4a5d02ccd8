"""What changed since the release before: only those series are judged again, only their measures' files are written.

A series is judged from its own points, its sign-off, its phases and its definition alone; so what none of them touched
reads as it did (a test compares with judging everything).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from matneo.measures import readings
from matneo.measures.readings import Context

PAIR = ["measure", "subject"]


@dataclass(frozen=True)
class Judged:
    """Readings of the measures that changed, lines of all series, and the measures whose files stay as they are."""

    readings: pl.DataFrame
    lines: pl.DataFrame
    unchanged: frozenset[str]


def everything(points: pl.DataFrame, context: Context) -> Judged:
    """Judge every series."""
    return Judged(*readings.judge(points, context), frozenset())


def again(
    points: pl.DataFrame, context: Context, pairs: pl.DataFrame, before: pl.DataFrame, lines: pl.DataFrame
) -> Judged:
    """Judge the changed `pairs` of measure and subject; `before` holds the readings of the measures that have any, as
    they were, and `lines` those of all series."""
    found, new = readings.judge(points.join(pairs, on=PAIR, how="semi"), context)
    kept = [frame.join(pairs, on=PAIR, how="anti") for frame in (before, lines)]
    together = (
        pl.concat([one, two.select(one.columns)]) for one, two in zip((found, new), kept, strict=True)
    )
    touched = set(pairs["measure"])
    stay = frozenset(set(points["measure"].unique()) - touched)
    return Judged(readings.sort_readings(next(together)), readings.sort_lines(next(together)), stay)


def changed(
    before: pl.DataFrame,
    after: pl.DataFrame,
    *,
    subjects: Sequence[str] = (),
    pairs: Sequence[tuple[str, str]] = (),
) -> pl.DataFrame:
    """Pairs of measure and subject to judge again: those whose points are not what they were (those that came and those
    that went included), every series of `subjects`, and `pairs`."""
    named = pl.DataFrame(pairs, schema=dict.fromkeys(PAIR, pl.String), orient="row")
    theirs = after.filter(pl.col("subject").is_in(list(subjects))).select(PAIR)
    return pl.concat([_differing(before, after), theirs, named]).unique()


def _differing(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    if before.equals(after):  # a phase or a sign-off: found thirty times sooner than by digests
        return before.select(PAIR).clear()
    joined = _digest(before).join(_digest(after), on=PAIR, how="full", coalesce=True, suffix="_after")
    same = pl.col("digest").eq_missing(pl.col("digest_after"))
    return joined.filter(~same).select(PAIR)


def moved(before: Mapping[str, date], after: Mapping[str, date]) -> list[str]:
    """Keys whose value is not what it was."""
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def _digest(points: pl.DataFrame) -> pl.DataFrame:
    """A number for each pair that changes with any of its points, and not with their order."""
    # The sum of hashes of 40 bits cannot overflow with fewer than ten million points in a series.
    return points.group_by(PAIR).agg(digest=(pl.struct(points.columns).hash(7) % (1 << 40)).sum())
