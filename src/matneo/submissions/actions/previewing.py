"""What accepting a file would do, before anybody accepts it."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from matneo.accounts.access import need
from matneo.submissions import parsing, permissions
from matneo.submissions.models import (
    PUBLISHED,
    SignOff,
    Submission,
)
from matneo.submissions.values import active_values


@dataclass(frozen=True)
class Change:
    """One value before and after."""

    measure: str
    organisation: str
    period: date
    period_kind: str
    before: tuple[float | None, float | None] | None
    after: tuple[float | None, float | None]
    signed: bool

    @property
    def size(self) -> float:
        """How far the share moves; a new value counts as its whole share."""
        return abs(_share(self.after) - (_share(self.before) if self.before else 0))


@dataclass(frozen=True)
class Preview:
    """What accepting would do."""

    added: int
    changed: int
    unchanged: int
    signed: int  # changes to months that are signed off
    largest: tuple[Change, ...]
    series: tuple[
        tuple[str, str], ...
    ]  # (measure, organisation) that would move, at most six for one organisation


def preview(*, submission: Submission, by) -> Preview:
    """What accepting would change, without changing anything."""
    need(by, permissions.to_send(submission.organisation), submission.organisation)
    parsed = parsing.again(submission)
    if parsed.values is None:
        return Preview(parsed.rows_read, 0, 0, 0, (), ())
    changes, unchanged = _changes(submission, parsed.values)
    added = sum(change.before is None for change in changes)
    # What changes a figure that is there comes before what adds one; of the new ones the sender's own come first.
    own = submission.organisation.code
    largest = sorted(changes, key=lambda c: (c.before is None, c.organisation != own, -c.size))[:10]
    series = tuple(dict.fromkeys((change.measure, change.organisation) for change in changes))
    return Preview(
        added,
        len(changes) - added,
        unchanged,
        sum(change.signed for change in changes),
        tuple(largest),
        series[:6],
    )


def _changes(submission: Submission, frame: pl.DataFrame) -> tuple[list[Change], int]:
    origin = "published" if submission.kind in PUBLISHED else "collected"
    now = {
        (v.measure, v.organisation, v.period_kind, v.period): v
        for v in active_values(origin, frame["subject"].unique().to_list())
    }
    signed = {code: row.through for code, row in SignOff.objects.latest().items()}
    changes, unchanged = [], 0
    for row in frame.iter_rows(named=True):
        before = now.get((row["measure"], row["subject"], row["period_kind"], row["period"]))
        if before and (before.numerator, before.known, before.state) == (
            row["numerator"],
            row["known"],
            row["state"],
        ):
            unchanged += 1
            continue
        through = signed.get(row["subject"])
        changes.append(
            Change(
                row["measure"],
                row["subject"],
                row["period"],
                row["period_kind"],
                (before.numerator, before.known) if before else None,
                (row["numerator"], row["known"]),
                signed=bool(before and through and row["period"] <= through),
            )
        )
    return changes, unchanged


def _share(pair: tuple[float | None, float | None]) -> float:
    top, bottom = pair
    return top / bottom if top is not None and bottom else 0.0
