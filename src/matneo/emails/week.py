"""What one person's week asks for, on the page and in the weekly message: the same things in the same words."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.conf import settings

from matneo.accounts.access import has_permission
from matneo.accounts.permissions import Permission
from matneo.improvement import asks, burden, handing, mine
from matneo.improvement.due import MonthDue, months_due
from matneo.improvement.mine import Mine
from matneo.improvement.models import Ask, ChangeTest
from matneo.monitoring import digest, live
from matneo.monitoring.digest import Task
from matneo.utils.viewer import Viewer

# A test that is over is written down while it is remembered.
WRITE_WITHIN = timedelta(days=7)


def weekly(*, by=None) -> int:
    """Queue everybody's message of this week."""
    return digest.weekly(by=by, more=lambda viewer: asked_for(viewer, mine.of(viewer)))


def asked_for(viewer: Viewer, projects: Sequence[Mine]) -> list[Task]:
    """Somebody asks, a test is over, a month waits for its numbers."""
    today = settings.CLOCK.today()
    return [
        *_asks(viewer),
        *_results(viewer, projects, today),
        *_months(months_due(viewer, today, live.filled_in)),
    ]


def _asks(viewer: Viewer) -> Iterable[Task]:
    rows = Ask.objects.visible_to(viewer).waiting_for(viewer).select_related("project__organisation")
    for row in rows:
        yield Task(
            "asked",
            f"{row.by_name.split()[0]} of {row.project.organisation.short_name} asks for 20 minutes",
            f"“{row.text}”",
            asks.path(row),
            row.at.date() + asks.ANSWER_WITHIN,
            2,
            "Answer",
        )


def _results(viewer: Viewer, projects: Sequence[Mine], today: date) -> Iterable[Task]:
    for one in projects:
        if has_permission(viewer, Permission.WORK_ON_PROJECTS, one.project.organisation.code):
            yield from (_result(test) for test in one.due(today) if _asks_me(test, one, viewer))


def _asks_me(test: ChangeTest, one: Mine, viewer: Viewer) -> bool:
    """Whoever ran it and those who lead the project; everybody where nobody is named, or somebody without an account."""
    runs = [member for member in one.members if member.user_id and is_named(test, member.name)]
    return one.leads or not runs or any(member.user_id == viewer.user_id for member in runs)


def is_named(test: ChangeTest, name: str) -> bool:
    """Teams write first names: "Joy" is Joy Adeyemi."""
    who, name = test.who.strip().lower(), name.strip().lower()
    return bool(who) and (who == name or who == name.split(" ")[0])


def _result(test: ChangeTest) -> Task:
    return Task(
        "asked",
        f"Say what happened in the test of “{test.idea.name}”",
        f"Test {test.number} ended on {test.end:%A %-d %B}. You expected: {test.prediction}",
        f"/projects/{test.project_id}/tests/{test.pk}/",
        test.end + WRITE_WITHIN,
        1,
        "Write it down",
    )


def _months(found: Sequence[MonthDue]) -> Iterable[Task]:
    """What a colleague asks for, then one thing to do for the months and one for the weeks, also where several projects
    wait: it opens the first of them."""
    yield from (_handed(one) for one in found if one.asked_by)
    for kind in ("month", "week"):
        yield from _own([one for one in found if one.kind == kind and not one.asked_by])


def _handed(one: MonthDue) -> Task:
    """ "Ruth asks you for 3 numbers of October" """
    numbers, what = one.numbers, handing.name_of(one.period)
    return Task(
        "asked",
        f"{one.asked_by.split()[0]} asks you for {numbers} {_numbers(numbers)} of {what}",
        f"For {one.title}. If you cannot, hand them back there.",
        handing.path(one.project, one.period),
        handing.due_day(one.period),
        burden.minutes(numbers),
        f"Open {what}",
    )


def _own(found: Sequence[MonthDue]) -> Iterable[Task]:
    if not found:
        return
    first, numbers = found[0], sum(one.numbers for one in found)
    what = handing.name_of(first.period)
    titles = ", ".join(one.title for one in found)
    words = f"{numbers} {_numbers(numbers)} to type"
    yield Task(
        "data_due",
        f"Fill in {what}",
        f"{words} for {titles}." if len(found) < 3 else f"{words} in {len(found)} projects: {titles}.",
        handing.path(first.project, first.period),
        handing.due_day(first.period),
        burden.minutes(numbers),
        f"Open {what}",
    )


def _numbers(count: int) -> str:
    return "number" if count == 1 else "numbers"
