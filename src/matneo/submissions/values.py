"""The counts in force: of each measure, organisation and period the latest accepted one."""

from collections.abc import Iterable

import polars as pl

from matneo.measures import points
from matneo.measures.engine import ActiveRows
from matneo.submissions.models import Submission, Value

_FIELDS = (
    "measure",
    "version",
    "organisation",
    "breakdown",
    "origin",
    "period_kind",
    "period",
    "numerator",
    "known",
    "population",
    "state",
    "provisional",
    "as_of",
    "submission_id",
)


def active_values(origin: str | None = None, organisations: Iterable[str] | None = None) -> list[Value]:
    """Values of accepted submissions; where several speak of the same point the latest as-of date, then submission, counts."""
    rows = Value.objects.filter(submission__state="accepted").order_by("as_of", "submission__received", "id")
    if origin:
        rows = rows.filter(origin=origin)
    if organisations is not None:
        rows = rows.filter(organisation__in=list(organisations))
    latest = {(v.measure, v.organisation, v.breakdown, v.origin, v.period_kind, v.period): v for v in rows}
    return list(latest.values())


def as_points(origin: str | None = None, organisations: Iterable[str] | None = None) -> pl.DataFrame:
    """The same as a frame of points (schema `measures.points.SCHEMA`)."""
    rows = [tuple(getattr(value, name) for name in _FIELDS) for value in active_values(origin, organisations)]
    if not rows:
        return points.empty()
    frame = pl.DataFrame(rows, schema=[*_FIELDS], orient="row", infer_schema_length=None)
    return points.conform(frame.rename({"organisation": "subject", "submission_id": "submission"}))


def active_rows() -> list[ActiveRows]:
    """Accepted submissions of rows, the latest last."""
    rows = Submission.objects.filter(kind="births").active()
    return [ActiveRows(row.pk, row.received.date(), row.provisional_from) for row in rows]
