"""My projects, those of my trust, and those that I support: each with what comes next, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from matneo.improvement.ladder import Rung
from matneo.improvement.mine import Mine
from matneo.improvement.models import Project, State
from matneo.utils.viewer import Viewer
from matneo.web.home import words

QUIET = timedelta(days=30)
MOST = 6


@dataclass(frozen=True)
class Work:
    title: str
    href: str
    trust: str  # empty where it is one's own
    state: str
    touched: str
    next: str


@dataclass(frozen=True)
class Supported:
    """A coach's projects in groups: which would be glad of a word, and how many go on."""

    quiet: tuple[Work, ...]
    waiting: tuple[Work, ...]
    others: str


def mine(projects: Sequence[Mine], today: date) -> tuple[Work, ...]:
    return tuple(_work(one.project, today, _next(one, today), "") for one in projects[:MOST])


def of_trust(viewer: Viewer, own: Sequence[str], today: date) -> tuple[Work, ...]:
    """For those who do not work on projects themselves."""
    rows = Project.objects.visible_to(viewer).open().filter(organisation__code__in=own)
    return tuple(_work(row, today, row.aim, "") for row in rows.select_related("organisation")[:MOST])


def supported(viewer: Viewer, today: date) -> Supported:
    """The active projects of the trusts one looks after; one query."""
    over = Q(tests__decision="", tests__withdrawn__isnull=True, tests__end__lt=today)
    rows = list(
        Project.objects.visible_to(viewer)
        .filter(organisation__code__in=viewer.caseload, state=State.ACTIVE, rung__gte=Rung.TRUST)
        .select_related("organisation")
        .annotate(waiting=Count("tests", filter=over))
        .order_by("touched")
    )
    quiet = [row for row in rows if today - row.touched.date() > QUIET]
    waiting = [row for row in rows if row.waiting and row not in quiet]
    rest = len(rows) - len(quiet[:MOST]) - len(waiting[:MOST])
    return Supported(
        tuple(_work(row, today, _silence(row, today), row.organisation.short_name) for row in quiet[:MOST]),
        tuple(
            _work(row, today, _results(row.waiting), row.organisation.short_name) for row in waiting[:MOST]
        ),
        _others(rest, len(rows)),
    )


def _work(row: Project, today: date, following: str, trust: str) -> Work:
    return Work(
        row.title,
        f"/projects/{row.pk}/",
        trust,
        words.capital(row.get_state_display()),
        words.ago(row.touched, today),
        following,
    )


def _next(one: Mine, today: date) -> str:
    """What comes next in the project, from its own record."""
    if one.project.state == State.PAUSED:
        return "Paused; everything stays readable."
    if due := one.due(today):
        return f"Next: say what happened in the test of “{due[0].idea.name}”."
    if ahead := one.ahead(today):
        test = ahead[0]
        word = "runs until" if test.start <= today else "is planned, until"
        return f"Next: the test of “{test.idea.name}” {word} {test.end:%-d %B}."
    return "Next: plan a test."


def _silence(row: Project, today: date) -> str:
    days = (today - row.touched.date()).days
    said = f"Quiet for {days} days; a call may help."
    return f"{said} {_results(row.waiting)}" if row.waiting else said


def _results(count: int) -> str:
    return f"{words.capital(words.counted(count, 'test is', 'tests are'))} over; the result is still to come."


def _others(rest: int, all_: int) -> str:
    if not all_:
        return "No project of your trusts is open to you yet."
    if rest == all_:
        return f"{words.capital(words.counted(rest, 'project is', 'projects are'))} at work, and none has been quiet."
    return f"{words.capital(words.counted(rest, 'other is', 'others are'))} at work." if rest else ""
