"""The words around a week: the greeting, numbers, days."""

from datetime import date, datetime

from django.utils import timezone

from matneo.monitoring import digest
from matneo.monitoring.digest import Task

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")  # fmt: skip
UNHURRIED = "When you have time"


def greeting(name: str, now: datetime) -> str:
    """By the clock on the wall in England; whoever reads this at night is greeted as in the evening."""
    hour = timezone.localtime(now).hour
    part = "morning" if 5 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return f"Good {part}, {name.split(' ')[0]}" if name else f"Good {part}"


def number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def counted(count: int, one: str, many: str) -> str:
    """ "one chart", "14 charts" """
    return f"{number(count)} {one if count == 1 else many}"


def capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def listed(names: list[str]) -> str:
    """ "warmth, magnesium and milk" """
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def lead(tasks: int, news: int, charts: int) -> str:
    """ "Three things to do. Two of your five charts have news." """
    do = f"{capital(counted(tasks, 'thing', 'things'))} to do." if tasks else "Nothing needs you this week."
    if not charts:
        return do
    yours = "Your one chart has" if charts == 1 else f"{capital(number(news))} of your {number(charts)} charts {'has' if news == 1 else 'have'}"  # fmt: skip
    if not news:
        return f"{do} Your charts have no news." if charts > 1 else f"{do} Your chart has no news."
    return f"{do} {yours} news."


def when(task: Task) -> str:
    """ "By Friday 15 November · about 2 minutes" """
    day = digest.by_when(task.due) if task.due else UNHURRIED
    return f"{day} · about {task.minutes} {'minute' if task.minutes == 1 else 'minutes'}"


def day(value: date) -> str:
    """ "Thursday 14 November" """
    return f"{value:%A %-d %B}"


def ago(value: datetime, today: date) -> str:
    """When something was last touched: "today", "yesterday", "5 days ago", then the day itself."""
    then = timezone.localtime(value).date()
    days = (today - then).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 30 else f"on {then:%-d %B %Y}"
