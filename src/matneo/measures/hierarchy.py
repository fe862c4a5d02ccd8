"""Who belonged where, and sums above trusts made only of what trusts have signed off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from matneo.measures.points import with_state

COUNTS = ("numerator", "known", "population")
# A month of a place above trusts is shown outside when nine in ten of those who sent anything for it have signed it off:
# with fewer, who is in the sum would move the chart as much as care does …
SHARE_SIGNED = 0.9
# … and England's, whose counts are not rounded, only when they are of this many trusts.
FEWEST_FOR_EXACT = 3


@dataclass(frozen=True)
class Membership:
    """`child` belongs to `parent` from `start` up to and without `end`; either end may be open."""

    child: str
    parent: str
    start: date | None = None
    end: date | None = None


def links_of(memberships: Sequence[Membership]) -> pl.DataFrame:
    """Columns subject (the child), parent, start, end."""
    return pl.DataFrame(
        {
            "subject": [m.child for m in memberships],
            "parent": [m.parent for m in memberships],
            "start": [m.start for m in memberships],
            "end": [m.end for m in memberships],
        },
        schema={"subject": pl.String, "parent": pl.String, "start": pl.Date, "end": pl.Date},
    )


def belonging(cells: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Cells of trusts, each once for every place it belonged to in its period; `subject` is that place."""
    belonged = (pl.col("start").is_null() | (pl.col("start") <= pl.col("period"))) & (
        pl.col("end").is_null() | (pl.col("end") > pl.col("period"))
    )
    joined = cells.join(links, on="subject").filter(belonged)
    return joined.drop("subject", "start", "end").rename({"parent": "subject"})


def signed_sums(cells: pl.DataFrame, links: pl.DataFrame, exact: frozenset[str]) -> pl.DataFrame:
    """Calculated month cells of trusts, with a column `signed`, added up for the places above them.

    A place's month is the sum of what was signed off, is provisional while anybody who sent something has not signed, and
    is left out while fewer than nine in ten have, or, for `exact` places, while fewer than three have.
    """
    by = ["measure", "breakdown", "period_kind", "origin", "subject", "period"]
    theirs = pl.col("signed")
    # What does not count is blanked in each trust's cell, once, and not in each of the five places it belongs to.
    counted = cells.select(
        *by,
        "version",
        theirs,
        *[pl.when(theirs).then(pl.col(name)).alias(name) for name in (*COUNTS, "as_of")],
        provisional=~theirs | pl.col("provisional"),
    )
    sums = (
        belonging(counted, links)
        .group_by(by)
        .agg(
            pl.col(*COUNTS).sum(),
            pl.col("version", "as_of").max(),
            pl.col("provisional").any(),
            agreed=theirs.sum(),
            sent=pl.len(),
        )
        .filter(pl.col("agreed") >= pl.col("sent") * SHARE_SIGNED)
        .filter(~pl.col("subject").is_in(list(exact)) | (pl.col("agreed") >= FEWEST_FOR_EXACT))
    )
    return with_state(sums).with_columns(submission=pl.lit("")).select(cells.drop("signed").columns)
