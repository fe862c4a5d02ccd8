"""What a series is: the readings of one measure and place, with all that a chart says."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from matneo.measures.definitions import Definition
from matneo.monitoring.notes import Note
from matneo.monitoring.ways import Way
from matneo.organisations.models import Organisation
from matneo.submissions.models import Submission
from matneo.submissions.values import Came

SMALL_KINDS = ("trust", "site", "unit")


@dataclass(frozen=True)
class Freshness:
    """How new the figures are, and where they come from."""

    data_to: date | None
    received: datetime | None
    signed_through: date | None
    signed_at: datetime | None
    signed_by: str
    source: str
    file_name: str


@dataclass(frozen=True)
class Series:
    """The readings of one measure and organisation (columns of `readings.parquet`) with all that a chart says."""

    definition: Definition
    subject: Organisation
    audience: str
    origin: str
    period_kind: str
    columns: dict[str, list[Any]]
    line: dict[str, Any]
    notes: tuple[Note, ...]
    freshness: Freshness
    release_id: str
    england: dict[date, float]  # England's value by period, for charts of few points
    ways: tuple[Way, ...]  # every way in which this viewer may see the measure here, the usual one first
    sources: dict[
        str, str
    ]  # submission -> "counts.csv, 3 November 2025"; outside "counts sent in, 3 November 2025"

    @property
    def stays_inside(self) -> bool:
        """Whether nobody calculates it and no release ever holds it: counts that teams type for themselves."""
        return self.definition.table == "counts"

    @property
    def rounded(self) -> bool:
        return self.origin == "published" or (self.audience == "outside" and self.subject.kind != "england")


# Whoever sent it named the file, and nobody read that name: outside it is said what came, in our words.
CAME = {"births": "rows about births", "counts": "counts sent in", "typed": "counts typed in"}


def what_came(row: Submission | Came, audience: str) -> str:
    """The name of a published file is public, as the file is."""
    return row.file_name if audience == "inside" else CAME.get(row.kind, row.file_name)
