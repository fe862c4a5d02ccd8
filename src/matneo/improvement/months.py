"""Which month of a project is open, and which cell of a measure a month fills in."""

from datetime import date

from matneo.improvement.models import Project
from matneo.measures.national import last_month
from matneo.measures.periods import Period, add_months

OLDEST = 12  # months that an unfinished one stays open for: nobody is sent back further


def open_month(project: Project, today: date) -> date:
    """The month after the last one that the team finished, where that is over; without one, the last month that is over."""
    newest = last_month(today)
    done = set(project.months_done.values_list("month", flat=True))
    if not done:
        return newest
    following = add_months(max(done), 1)
    return min(newest, max(following, add_months(newest, 1 - OLDEST)))


def cell_of_month(kind: str, month: date) -> Period | None:
    """The cell that a month fills in: itself, or the quarter that ends with it; None where no quarter does."""
    if kind != "quarter":
        return Period("month", month)
    return Period("quarter", add_months(month, -2)) if month.month % 3 == 0 else None
