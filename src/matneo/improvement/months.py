"""Which month or week of a project is open, and which cell of a measure it fills in."""

from datetime import date, timedelta

from matneo.improvement.models import Project, ProjectMeasure, Rhythm
from matneo.measures.definitions import Definition
from matneo.measures.national import last_month
from matneo.measures.periods import Period, add_months, last_week

OLDEST = 12  # months, or weeks, that an unfinished one stays open for: nobody is sent back further


def open_month(project: Project, today: date) -> date:
    """The month after the last one that the team finished, where that is over; without one, the last month that is over."""
    newest = last_month(today)
    done = set(project.months_done.values_list("month", flat=True))
    if not done:
        return newest
    following = add_months(max(done), 1)
    return min(newest, max(following, add_months(newest, 1 - OLDEST)))


def open_week(project: Project, today: date) -> date:
    """The same of weeks."""
    newest = last_week(today)
    done = project.weeks_done.order_by("-week").values_list("week", flat=True).first()
    if done is None:
        return newest
    oldest = newest - timedelta(weeks=OLDEST - 1)
    return min(newest, max(done + timedelta(weeks=1), oldest))


def kind_of(row: ProjectMeasure, definition: Definition | None) -> str:
    """By what a team types a measure: by week where it said so, else by what its definition says. One that is not known
    here is an organisation's own, which is typed by month."""
    if row.rhythm == Rhythm.WEEK:
        return "week"
    return definition.period if definition else "month"


def cell_of(kind: str, span: Period) -> Period | None:
    """The cell of a measure of this kind that a month or week of the grid fills in; None where it has none there."""
    if span.kind == "week" or kind == "week":
        return span if span.kind == kind else None
    return cell_of_month(kind, span.start)


def cell_of_month(kind: str, month: date) -> Period | None:
    """The cell that a month fills in: itself, or the quarter that ends with it; None where no quarter does."""
    if kind != "quarter":
        return Period("month", month)
    return Period("quarter", add_months(month, -2)) if month.month % 3 == 0 else None
