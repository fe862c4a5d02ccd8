"""A whole country's points: recount what was touched, keep the rest."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from matneo.measures import engine, points
from matneo.measures.definitions import Definition
from matneo.measures.periods import Period, add_months, is_over

if TYPE_CHECKING:
    from matneo.measures.warehouse import Warehouse


def last_month(today: date) -> date:
    """The last month that is over."""
    return add_months(today.replace(day=1), -1)


def data_to(months: pl.DataFrame, last_month: date) -> date | None:
    """The last day of the newest period that is over and has a value anywhere."""
    valued = months.filter(pl.col("numerator").is_not_null() & is_over(last_month))
    ends = valued.group_by("period_kind").agg(pl.col("period").max())
    return max((Period(kind, start).last for kind, start in ends.rows()), default=None)


def recount(
    before: pl.DataFrame | None,
    touched: Sequence[date] | None,
    definitions: Sequence[Definition],
    warehouse: "Warehouse",
    active: Sequence[engine.ActiveRows],
    memberships: Sequence[engine.Membership],
    successors: dict[str, str],
) -> pl.DataFrame:
    """Calculated points. `before` and `touched` say what stands and which months to count again; None counts all."""

    def count(months: Sequence[date] | None) -> pl.DataFrame:
        return engine.calculate(
            definitions,
            warehouse,
            active=active,
            memberships=memberships,
            successors=successors,
            months=months,
        )

    if before is None or touched is None:
        return count(None)
    calculated = before.filter(pl.col("origin") == "calculated")
    if not touched:
        return calculated
    rest = calculated.filter(~pl.col("period").is_in(list(touched)))
    return pl.concat([rest, count(touched)])


def with_values(calculated: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Calculated points and the counts that people sent or published, each of its own origin."""
    return pl.concat([points.conform(calculated), points.conform(values)])
