"""Days, weeks, months, quarters, years: where a period begins, how it is called, what it rolls up to."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

KINDS = ("day", "week", "month", "quarter", "year", "financial_year", "three_year")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


# Months of a period. Weeks are counted on their own: no month is made of whole ones.
SIZE = {"month": 1, "quarter": 3, "year": 12, "financial_year": 12}
FIRST_WEEK = date(1969, 12, 29)  # a Monday, in the week that 1970 begins with


@dataclass(frozen=True)
class Period:
    """A stretch of the calendar; `start` is its first day."""

    kind: str
    start: date

    @property
    def last(self) -> date:
        """Its last day."""
        return following(self.kind, self.start) - timedelta(days=1)

    def label(self) -> str:
        """As people write it: March 2024, January to March 2024, 2021-22."""
        return label(self.kind, self.start)


def following(kind: str, start: date) -> date:
    """The first day after a period."""
    days = {"day": 1, "week": 7}
    if kind in days:
        return start + timedelta(days=days[kind])
    months = {"month": 1, "quarter": 3, "year": 12, "financial_year": 12, "three_year": 36}[kind]
    return add_months(start, months)


def add_months(start: date, months: int) -> date:
    index = start.year * 12 + start.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_index(day: date) -> int:
    """Months since January 1970."""
    return (day.year - 1970) * 12 + day.month - 1


def began(kind: str, start: date) -> str:
    """Since when a run holds, in words: a run of quarters is said to begin with the first month of its first one, one of
    weeks with the week."""
    if kind == "week":
        return f"the {label(kind, start)}"
    return label("month", start) if kind in ("month", "quarter") else label(kind, start)


def index_of(kind: str, start: date) -> int:
    """Where a period stands in the row of all of its kind; the one after it has the next number."""
    if kind == "week":
        return (start - FIRST_WEEK).days // 7
    return month_index(start) // SIZE.get(kind, 12)


def at_index(kind: str, index: int) -> date:
    """The first day of that period, as `index_of` counts them."""
    if kind == "week":
        return FIRST_WEEK + timedelta(days=7 * index)
    return add_months(date(1970, 1, 1), index * SIZE.get(kind, 12))


def week_of(day: date) -> Period:
    """The week from Monday to Sunday that holds a day."""
    return Period("week", day - timedelta(days=day.weekday()))


def last_week(today: date) -> date:
    """The Monday of the last week that is over."""
    return _week_before(today)


def _week_before(day: date) -> date:
    return week_of(day).start - timedelta(days=7)


def label(kind: str, start: date) -> str:
    month = MONTHS[start.month - 1]
    match kind:
        case "day":
            return f"{start.day} {month} {start.year}"
        case "week":
            return f"week of {start.day} {month} {start.year}"
        case "month":
            return f"{month} {start.year}"
        case "quarter":
            return f"{month} to {MONTHS[start.month + 1]} {start.year}"
        case "year":
            return str(start.year)
        case "financial_year":
            return f"{start.year}-{(start.year + 1) % 100:02}"
    return f"{start.year} to {start.year + 2}"


def short_label(kind: str, start: date) -> str:
    """For table rows: Mar 2024, Jan–Mar 2024, 17 to 23 Nov 2024."""
    first = MONTHS[start.month - 1][:3]
    if kind == "week":
        return span_of_week(start)
    if kind == "month":
        return f"{first} {start.year}"
    if kind == "quarter":
        return f"{first}–{MONTHS[start.month + 1][:3]} {start.year}"
    return label(kind, start)


def iso_week(start: date) -> str:
    """As addresses have it: 2024-W47."""
    year, week, _ = start.isocalendar()
    return f"{year}-W{week:02}"


def span_of_week(start: date, *, year: bool = True, whole: bool = False) -> str:
    """A week by its days: 17 to 23 Nov 2024, 30 Dec 2024 to 5 Jan 2025; with `whole` names of months in full."""
    last = start + timedelta(days=6)
    names = [MONTHS[day.month - 1][: None if whole else 3] for day in (start, last)]
    years = [f" {day.year}" if year else "" for day in (start, last)]
    if start.year == last.year:
        years[0] = ""
    begins = f"{start.day} {names[0]}" if start.month != last.month else f"{start.day}"
    return f"{begins}{years[0] if start.month != last.month else ''} to {last.day} {names[1]}{years[1]}"


def begin(kind: str) -> pl.Expr:
    """The first day of the period that the column `period` (a month's first day) falls into."""
    month = pl.col("period")
    match kind:
        case "month":
            return month
        case "quarter":
            return month.dt.truncate("1q")
        case "year":
            return month.dt.truncate("1y")
        case "financial_year":
            return month.dt.offset_by("-3mo").dt.truncate("1y").dt.offset_by("3mo")
    raise ValueError(f"Months do not roll up to {kind!r}.")


def is_over(last_month: date, last_week: date | None = None) -> pl.Expr:
    """Whether a period (columns `period_kind` and `period`) ends with `last_month`, the last one that is over, or before.
    Part of a month is no month: its few births would make a point that nobody can compare. Weeks are over on their own,
    up to the one that begins on `last_week`; unsaid, up to the last one that ends in `last_month`."""
    newest = last_week or _week_before(following("month", last_month))
    months = {"month": 1, "quarter": 3, "year": 12, "financial_year": 12, "three_year": 36}
    size = pl.col("period_kind").cast(pl.String).replace_strict(months, default=1, return_dtype=pl.Int32)
    start = pl.col("period").dt.year() * 12 + pl.col("period").dt.month()
    by_months = start + size <= last_month.year * 12 + last_month.month + 1
    return (
        pl.when(pl.col("period_kind").cast(pl.String) == "week")
        .then(pl.col("period") <= newest)
        .otherwise(by_months)
    )


def parse(text: str) -> Period | None:
    """A period as people and publishers write it; None where it is none of the forms we know."""
    plain = " ".join(text.strip().split())
    if match := re.fullmatch(r"(\d{4})[-/](\d{2}|\d{4})", plain):
        year, end = int(match[1]), int(match[2])
        if len(match[2]) == 2 and end == (year + 1) % 100 and end > 12:
            return Period("financial_year", date(year, 4, 1))
        if len(match[2]) == 4 and end == year + 1:
            return Period("financial_year", date(year, 4, 1))
        if len(match[2]) == 2 and 1 <= end <= 12:
            return Period("month", date(year, end, 1))
    if match := re.fullmatch(r"(\d{4}) ?[Qq]([1-4])", plain):
        return Period("quarter", date(int(match[1]), int(match[2]) * 3 - 2, 1))
    if match := re.fullmatch(
        r"[Qq]([1-4]) (\d{4})[-/](\d{2}|\d{4})", plain
    ):  # the health service's: Q1 begins in April
        quarter, year = int(match[1]), int(match[2])
        return Period("quarter", add_months(date(year, 4, 1), 3 * quarter - 3))
    if match := re.fullmatch(r"([A-Za-z]{3,9})(?: ?[-–] ?| to )([A-Za-z]{3,9}) (\d{4})", plain):
        first, last = _month(match[1]), _month(match[2])
        if first and last == first + 2 and first % 3 == 1:
            return Period("quarter", date(int(match[3]), first, 1))
    if (match := re.fullmatch(r"([A-Za-z]{3,9})[ -](\d{4}|\d{2})", plain)) and (found := _month(match[1])):
        year = int(match[2]) + (2000 if len(match[2]) == 2 else 0)
        return Period("month", date(year, found, 1))
    if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", plain):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", plain):
        return _day(int(match[3]), int(match[2]), int(match[1]))
    if re.fullmatch(r"\d{5}", plain):  # an Excel serial date: days since 30 December 1899
        return Period("day", date(1899, 12, 30) + timedelta(days=int(plain)))
    if re.fullmatch(r"(19|20)\d{2}", plain):
        return Period("year", date(int(plain), 1, 1))
    return None


def _month(text: str) -> int | None:
    """1 to 12 for a month's name or the beginning of one, where it can be only one."""
    found = [i for i, name in enumerate(MONTHS, 1) if name.lower().startswith(text.lower())]
    return found[0] if len(found) == 1 else None


def _day(year: int, month: int, day: int) -> Period | None:
    try:
        return Period("day", date(year, month, day))
    except ValueError:
        return None
