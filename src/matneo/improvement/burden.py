"""How much typing the programme asks of a trust, and how long that takes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from math import ceil

from django.utils.timezone import make_aware

from matneo.improvement.models import ProjectMeasure
from matneo.measures.national import last_month
from matneo.measures.periods import add_months
from matneo.submissions.models import Value
from matneo.utils.viewer import Viewer

# Our own assumption, not measured yet: finding the number, typing it, looking at what is drawn.
SECONDS_A_NUMBER = 14
TIMES_A_MONTH = {"week": 52 / 12, "month": 1, "quarter": 1 / 3}
MOST_MINUTES = 20  # a trust and month: what the programme promises to stay under


@dataclass(frozen=True)
class Burden:
    numbers: int
    projects: int

    @property
    def minutes(self) -> int:
        return minutes(self.numbers)


def minutes(numbers: int) -> int:
    """Begun minutes that so many numbers take."""
    return ceil(numbers * SECONDS_A_NUMBER / 60)


def a_month(kinds: Iterable[str]) -> int:
    """Numbers that measures of these kinds of period ask for in a month: two each time."""
    return round(sum(2 * TIMES_A_MONTH[kind] for kind in kinds))


def of_trust(codes: Collection[str], viewer: Viewer, today: date) -> Burden:
    """What people of these places typed in the last calendar month: two numbers a cell (a denominator that another row
    holds counts too: it is the most it can have been), and how many open projects follow what was typed."""
    first = last_month(today)
    begin, end = (make_aware(datetime.combine(day, time())) for day in (first, add_months(first, 1)))
    typed = Value.objects.visible_to(viewer).filter(
        organisation__in=list(codes),
        submission__kind="typed",
        submission__state="accepted",
        submission__uploader__isnull=False,
        numerator__isnull=False,
        at__gte=begin,
        at__lt=end,
    )
    pairs = list(typed.values_list("measure", "organisation"))
    if not pairs:
        return Burden(0, 0)
    followed = ProjectMeasure.objects.visible_to(viewer).current().exclude(project__state="closed")
    rows = followed.filter(measure__in={m for m, _ in pairs}, subject__in={c for _, c in pairs})
    named = {
        project
        for project, *pair in rows.values_list("project", "measure", "subject")
        if tuple(pair) in pairs
    }
    return Burden(2 * len(pairs), len(named))
