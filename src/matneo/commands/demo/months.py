"""The months and weeks that teams typed in, as plain counts: believable levels, a step where a change was adopted, gaps as in life."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from matneo.commands.demo.planned import Followed, Planned
from matneo.measures.periods import add_months, last_week
from matneo.measures.synthetic.england import LAST_MONTH, TODAY, Trust

MONTHS = 24
WEEKS = 30  # of a measure that is counted by week
NOT_COLLECTED = 0.04
A_YEAR = {"week": 1 / 52, "month": 1 / 12, "quarter": 1 / 4}  # the share of a year
CHANCE = 4


@dataclass(frozen=True)
class Month:
    """One cell of a grid; without counts it says that nothing was collected."""

    measure: str
    subject: str
    period_kind: str
    period: date
    numerator: int | None
    denominator: int | None

    @property
    def collected(self) -> bool:
        return self.denominator is not None


def typed(projects: Sequence[Planned], trust: Trust, seed: int) -> tuple[Month, ...]:
    """All cells of one trust. The newest month is left for the demonstration's people to fill in, and here and there for
    others too."""
    made: dict[tuple[str, str], tuple[Month, ...]] = {}
    chance = np.random.default_rng([seed, CHANCE, int(trust.code.rpartition("-")[2])])
    for project in projects:
        missing = 1 if project.kind == "home" else int(chance.choice([0, 0, 1, 1, 2]))
        for followed in project.measures:
            subject = project.place or trust.code
            if followed.typing and (followed.measure, subject) not in made:
                made[followed.measure, subject] = _months(chance, project, followed, subject, trust, missing)
    return tuple(cell for cells in made.values() for cell in cells)


def _months(
    chance: np.random.Generator,
    project: Planned,
    followed: Followed,
    subject: str,
    trust: Trust,
    missing: int,
) -> tuple[Month, ...]:
    typing = followed.typing
    assert typing is not None, "only typed measures have months"
    share = trust.sites[0].share if project.place else 1.0
    expected = trust.births_a_year * A_YEAR[typing.period] * typing.of * share
    cells = []
    for period in _periods(project, typing.period, missing):
        if chance.random() < NOT_COLLECTED:
            cells.append(Month(followed.measure, subject, typing.period, period, None, None))
            continue
        level = typing.after if typing.since and period >= typing.since else typing.before
        known = max(1, int(chance.poisson(expected)))
        hits = int(chance.binomial(known, np.clip(level / 100 + chance.normal(0, 0.015), 0.01, 0.99)))
        cells.append(Month(followed.measure, subject, typing.period, period, hits, known))
    return tuple(cells)


def _periods(project: Planned, kind: str, missing: int) -> list[date]:
    """Up to two years until the newest month, or until a project was over; of weeks the last thirty."""
    if kind == "week":
        newest = last_week(TODAY) - timedelta(weeks=missing)
        return [newest - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    newest = add_months(LAST_MONTH, -missing)
    if project.ending and project.ending.result:
        newest = min(newest, add_months(project.ending.day.replace(day=1), -1))
    first = add_months(newest, 1 - MONTHS)
    months = [add_months(first, k) for k in range(MONTHS)]
    if kind == "month":
        return months
    return [month for month in months if month.month % 3 == 1 and add_months(month, 2) <= newest]
