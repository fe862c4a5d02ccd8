"""The counts in force: of each measure, organisation and period the latest accepted one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.db import models

from matneo.measures import points
from matneo.measures.engine import ActiveRows
from matneo.submissions.cells import InForce, Key
from matneo.submissions.models import Submission, SureCount, Value

_CELL = ("measure", "organisation", "period_kind", "period")

_FIELDS = (
    "measure",
    "organisation",
    "breakdown",
    "origin",
    "period_kind",
    "period",
    "version",
    "numerator",
    "known",
    "population",
    "state",
    "provisional",
    "as_of",
    "submission_id",
)
_SUBMISSION = _FIELDS.index("submission_id")
_KEY = 6  # the first of the fields say which point it is


def active_values(
    origin: str | None = None,
    organisations: Iterable[str] | None = None,
    measures: Iterable[str] | None = None,
) -> list[Value]:
    """Values of accepted submissions; where several speak of the same point, the latest as-of date counts, and of one
    day what came last."""
    rows = _accepted(origin, organisations, measures)
    latest = {(v.measure, v.organisation, v.breakdown, v.origin, v.period_kind, v.period): v for v in rows}
    return list(latest.values())


def as_points(
    origin: str | None = None,
    organisations: Iterable[str] | None = None,
    measures: Iterable[str] | None = None,
) -> pl.DataFrame:
    """The same as a frame of points (schema `measures.points.SCHEMA`), without weeks: a team's small weekly counts stay
    inside it, and are read on request (`with_origins`), never released."""
    by_month = _accepted(origin, organisations, measures).exclude(period_kind="week")
    latest = {row[:_KEY]: row for row in by_month.values_list(*_FIELDS)}
    return _frame(list(latest.values()))


def _frame(rows: list[tuple]) -> pl.DataFrame:
    if not rows:
        return points.empty()
    frame = pl.DataFrame(rows, schema=[*_FIELDS], orient="row", infer_schema_length=None)
    return points.without_cleared_ends(
        points.conform(frame.rename({"organisation": "subject", "submission_id": "submission"}))
    )


@dataclass(frozen=True)
class Came:
    """The submission that a count came with: what it was, when it came, and when its last count here was said."""

    kind: str
    file_name: str
    received: datetime
    at: datetime


def with_origins(
    organisations: Iterable[str], measures: Iterable[str]
) -> tuple[pl.DataFrame, dict[tuple[str, str, str], Came]]:
    """Collected points of these, and by measure, organisation and id the submissions that they came with, in one query."""
    about = ("submission__kind", "submission__file_name", "submission__received", "at")
    rows = _accepted("collected", organisations, measures).values_list(*_FIELDS, *about)
    latest = {row[:_KEY]: row for row in rows}
    newest = sorted(latest.values(), key=lambda row: row[-1])
    came = {(*row[:2], row[_SUBMISSION]): Came(*row[-len(about) :]) for row in newest}
    return _frame([row[: -len(about)] for row in latest.values()]), came


def in_force(measures: Iterable[str], organisations: Iterable[str]) -> dict[Key, InForce]:
    """What stands in each typed or uploaded cell of these measures and organisations, with who brought it."""
    rows = _accepted("collected", organisations, measures).filter(breakdown="")
    fields = (
        "id",
        "numerator",
        "known",
        "state",
        "submission__uploader_name",
        "submission__uploader_id",
        "at",
        "is_sure",
    )
    rows = rows.annotate(is_sure=models.Exists(SureCount.objects.filter(value=models.OuterRef("pk"))))
    return {row[:4]: InForce(*row[4:]) for row in rows.values_list(*_CELL, *fields)}


def _accepted(
    origin: str | None, organisations: Iterable[str] | None, measures: Iterable[str] | None
) -> "models.QuerySet[Value]":
    """The oldest first."""
    rows = Value.objects.filter(submission__state="accepted").order_by("as_of", "at", "id")
    if origin:
        rows = rows.filter(origin=origin)
    if organisations is not None:
        rows = rows.filter(organisation__in=list(organisations))
    if measures is not None:
        rows = rows.filter(measure__in=list(measures))
    return rows


def came_after(moment: datetime, measure: str, organisation: str) -> bool:
    """Whether a count of this series began to count after that moment."""
    return _accepted("collected", [organisation], [measure]).filter(at__gt=moment).exists()


def newest_typed(measures: Iterable[str]) -> dict[str, int]:
    """Of each accepted submission of typed counts the last value of these measures: a day's submission grows."""
    rows = _accepted("collected", None, measures).filter(submission__kind="typed").order_by()
    return dict(rows.values_list("submission").annotate(models.Max("id")).order_by("submission"))


def active_rows() -> list[ActiveRows]:
    """Accepted submissions of rows, the latest last."""
    rows = Submission.objects.filter(kind="births").active()
    return [ActiveRows(row.pk, row.received.date(), row.provisional_from) for row in rows]
