"""What was tapped on a counter, and whether it still counts."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils.timezone import localtime, make_aware

from matneo.improvement.models import State, TapCounter
from matneo.improvement.months import cell_of_month
from matneo.measures.periods import Period, following, week_of
from matneo.submissions.known import definitions_of

WAITS = timedelta(days=7)  # that a tap without a connection may wait on a phone
ENDED = "This counter has ended. Thank you for every tap; what was counted is safe."


@dataclass(frozen=True)
class Tapped:
    """How many were tapped yes, of how many."""

    yes: int
    all: int


def with_token(token: str) -> TapCounter | None:
    """The counter that a poster's code opens. It is read without asking who looks: the code is the way in."""
    rows = TapCounter.objects.with_token(token).select_related("project_measure__project__organisation")
    return rows.first()


def when(ago: timedelta) -> datetime:
    """When a tap was made that comes so much later: never in the future, and no longer ago than it may wait."""
    return settings.CLOCK.now() - min(max(ago, timedelta(0)), WAITS)


def why_closed(counter: TapCounter, day: date | None = None) -> str:
    """Why nothing can be tapped here now, or could on that day; "" where it can."""
    today = day or settings.CLOCK.today()
    project, row = counter.project_measure.project, counter.project_measure
    if counter.revoked or row.removed or project.state == State.CLOSED:
        return ENDED
    if today > counter.last:
        return f"This counter ended on {counter.last:%-d %B %Y}. Thank you for every tap; what was counted is safe."
    if today < counter.first:
        return f"This counter begins on {counter.first:%-d %B %Y}."
    return ""


def why_refused(counter: TapCounter, day: date | None = None) -> str:
    """The same of whoever is about to tap: an own measure that was taken off has no cell that taps could be taken into."""
    row = counter.project_measure
    is_known = definitions_of({row.measure}, row.project.organisation.code)
    return why_closed(counter, day) if is_known else ENDED


def tapped(counter: TapCounter, period: Period) -> Tapped:
    """What was tapped in a month or quarter, by the clock on the wall."""
    begin, end = (
        make_aware(datetime.combine(day, time()))
        for day in (period.start, following(period.kind, period.start))
    )
    said = list(counter.taps.counting().filter(at__gte=begin, at__lt=end).values_list("yes", flat=True))
    return Tapped(sum(said), len(said))


def spans_of(counter: TapCounter, kind: str) -> list[Period]:
    """The cells of a measure (by week, month or quarter) that something was tapped for, the newest first. A quarter is
    taken with its last month."""
    at = counter.taps.counting().values_list("at", flat=True)
    days = {localtime(moment).date() for moment in at}
    found = {week_of(day) if kind == "week" else cell_of_month(kind, day.replace(day=1)) for day in days}
    return sorted((span for span in found if span), key=lambda span: span.start, reverse=True)
