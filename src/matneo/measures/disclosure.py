"""What may be seen outside: rounded counts, pooled until a figure can be shown.

The rule, named `matneo-1`, for every organisation below England:
1. A count of 0 stays 0; 1 to 7 become 5; every other count goes to the nearest 5 (the published MSDS rule).
2. A series is shown by month where every month's numerator, and the rest of its denominator, is 0 or at least 8 in
   nine of ten periods; else by quarter on the same condition; else by year.
3. A period whose numerator or rest is still 1 to 7 at the kind chosen is suppressed at month and quarter; at year it is
   shown rounded ("about 5").
4. Readings are computed from these figures, never from the exact ones.

Source: NHS England's method for MSDS (counts 1-7 as 5, else nearest 5); pooling is ours (ADR 6).
"""

from collections.abc import Iterator

import polars as pl

from matneo.measures.periods import begin
from matneo.measures.points import State

SMALL, BASE = 7, 5
LADDER = ("month", "quarter", "year")
SHARE_OF_SAFE_PERIODS = 0.9


def rounded(column: str) -> pl.Expr:
    """0 stays 0, 1 to 7 become 5, others go to the nearest 5 (ties up)."""
    count = pl.col(column)
    nearest = ((count + BASE / 2) / BASE).floor() * BASE
    return (
        pl.when(count == 0).then(0.0).when(count <= SMALL).then(float(BASE)).otherwise(nearest).alias(column)
    )


def round_count(count: int) -> int:
    """One count by the same rule."""
    if count == 0:
        return 0
    return BASE if count <= SMALL else int((count + BASE / 2) // BASE) * BASE


def pool(months: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Month cells added up to quarters or years. A period is whole only when all of its months are there."""
    if kind == "month":
        return months
    size = {"quarter": 3, "year": 12, "financial_year": 12}[kind]
    keys = ["measure", "subject", "breakdown", "origin"]
    return (
        months.with_columns(period=begin(kind))
        .group_by([*keys, "period"], maintain_order=True)
        .agg(
            pl.col("numerator", "known", "population").sum(),
            pl.col("version").max(),
            pl.col("provisional").any(),
            pl.col("as_of").max(),
            pl.col("submission").last(),
            cells=pl.len(),
            missing=pl.col("numerator").is_null().sum(),
        )
        .filter((pl.col("cells") == size) & (pl.col("missing") == 0))
        .with_columns(
            period_kind=pl.lit(kind).cast(months.schema["period_kind"]), state=pl.lit(State.OK.value)
        )
        .drop("cells", "missing")
    )


def unsafe(denominator: str) -> pl.Expr:
    """A numerator of 1 to 7, or that few left over, could point at people."""
    rest = pl.col(denominator) - pl.col("numerator")
    return pl.col("numerator").is_between(1, SMALL) | rest.is_between(1, SMALL)


def pooled_until_safe(months: pl.DataFrame, shortest: dict[str, str]) -> Iterator[tuple[str, pl.DataFrame]]:
    """The cells of each series at the shortest period kind at which it can be shown, kind by kind."""
    keys = ["measure", "subject", "breakdown"]
    remaining = months
    for step, kind in enumerate(LADDER):
        allowed = [m for m, first in shortest.items() if LADDER.index(first) <= step]
        cells = pool(remaining.filter(pl.col("measure").is_in(allowed)), kind)
        safe = (
            cells.group_by(keys)
            .agg(share=(~unsafe("known")).mean())
            .filter(pl.lit(kind == LADDER[-1]) | (pl.col("share") >= SHARE_OF_SAFE_PERIODS))
        )
        yield kind, cells.join(safe, on=keys, how="semi")
        remaining = remaining.join(safe, on=keys, how="anti")


def disclose(months: pl.DataFrame, shortest: dict[str, str], exempt: set[str]) -> pl.DataFrame:
    """Month cells of all series as outside viewers may see them.

    `shortest` gives each measure's own base period; `exempt` subjects (England) keep exact counts.
    """
    free = months.filter(pl.col("subject").is_in(list(exempt)))
    kept = [
        pool(free.filter(pl.col("measure").is_in([m for m, k in shortest.items() if k == kind])), kind)
        for kind in ("month", "quarter")
    ]
    bound = months.filter(~pl.col("subject").is_in(list(exempt)))
    kept += [hide(cells, kind) for kind, cells in pooled_until_safe(bound, shortest)]
    columns = months.columns
    return pl.concat([frame.select(columns) for frame in kept])


def hide(cells: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Round every count; where a month or quarter is still too small, keep nothing but the reason."""
    hidden = unsafe("known") if kind != LADDER[-1] else pl.lit(False)
    marked = cells.with_columns(hidden=hidden & pl.col("numerator").is_not_null())
    counts = ("numerator", "known", "population")
    return marked.with_columns(rounded(name) for name in counts).with_columns(
        *[pl.when("hidden").then(None).otherwise(pl.col(name)).alias(name) for name in counts],
        state=pl.when("hidden").then(pl.lit(State.SUPPRESSED.value)).otherwise(pl.col("state")),
    )
