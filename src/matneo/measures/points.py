"""Points: one value of one measure for one organisation and one period, and why it is missing where it is.

Points travel as a Polars frame of this schema inside `measures`, and as NumPy columns outside.
"""

from enum import StrEnum

import polars as pl


class State(StrEnum):
    """Why a point has a value or has none. None of these is zero."""

    OK = "ok"
    NO_CASES = "no_cases"  # nobody to count: 0 of 0
    NOT_COLLECTED = "not_collected"
    NOT_YET_SENT = "not_yet_sent"
    SUPPRESSED = "suppressed"
    FAILED_QUALITY = "failed_quality"


SCHEMA: dict[str, pl.DataType] = {
    "measure": pl.String(),
    "version": pl.Int32(),
    "subject": pl.String(),  # organisation code
    "breakdown": pl.String(),  # "" for everyone, else such as "imd=1"
    "origin": pl.String(),  # calculated, collected, published
    "period_kind": pl.String(),
    "period": pl.Date(),  # its first day
    "numerator": pl.Float64(),  # null: no value
    "known": pl.Float64(),
    "population": pl.Float64(),
    "state": pl.String(),
    "provisional": pl.Boolean(),
    "as_of": pl.Date(),
    "submission": pl.String(),
}
KEY = ["measure", "subject", "breakdown", "origin", "period_kind", "period"]


def empty() -> pl.DataFrame:
    return pl.DataFrame(schema=SCHEMA)


def conform(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in the order and types of the schema; columns that are not there become null."""
    missing = [pl.lit(None).alias(name) for name in SCHEMA if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def without_cleared_ends(frame: pl.DataFrame) -> pl.DataFrame:
    """Collected series begin and end with something that was said: a cell typed by mistake and cleared leaves no trace
    outside, and inside a series it says "not yet"."""
    said = pl.col("state") != State.NOT_YET_SENT.value
    over = ["measure", "subject", "breakdown", "origin", "period_kind"]
    first, last = (getattr(pl.col("period").filter(said), end)().over(over) for end in ("min", "max"))
    within = pl.col("period").is_between(first, last).fill_null(False)
    return frame.filter(within | (pl.col("origin") != "collected"))


def with_state(frame: pl.DataFrame) -> pl.DataFrame:
    """Decide, once and here only, what a counted cell says: no cases where nobody was to be counted, not collected
    where nobody's answer is known."""
    state = (
        pl.when(pl.col("population").is_null())
        .then(pl.lit(State.NOT_COLLECTED.value))
        .when(pl.col("population") == 0)
        .then(pl.lit(State.NO_CASES.value))
        .when(pl.col("known") == 0)
        .then(pl.lit(State.NOT_COLLECTED.value))
        .otherwise(pl.lit(State.OK.value))
    )
    return frame.with_columns(state=state)
