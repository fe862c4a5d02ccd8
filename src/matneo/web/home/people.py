"""My people: the coach, and who is on the teams of my projects, each with what they do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone

from matneo.accounts.coaches import coaches_of
from matneo.emails.week import is_named
from matneo.improvement.mine import Mine
from matneo.improvement.models import CoachNote, Member
from matneo.utils.viewer import Viewer

MOST = 6


@dataclass(frozen=True)
class Person:
    name: str
    part: str
    doing: str
    href: str  # empty where there is no page to open


def of(viewer: Viewer, own: Sequence[str], projects: Sequence[Mine]) -> tuple[tuple[Person, ...], int]:
    """The people, and how many more are on the teams; two queries."""
    team = _team(viewer, projects, settings.CLOCK.today())
    return (*_coaches(viewer, own, projects), *team[:MOST]), max(0, len(team) - MOST)


def _coaches(viewer: Viewer, own: Sequence[str], projects: Sequence[Mine]) -> tuple[Person, ...]:
    if not own:
        return ()
    names = coaches_of(viewer, own)
    said = _said(viewer, projects) if names else {}
    return tuple(
        Person(name, "your coach", *said.get(pk, ("Supports your trust", ""))) for pk, name in names.items()
    )


def _said(viewer: Viewer, projects: Sequence[Mine]) -> dict[int, tuple[str, str]]:
    """What each coach last shared with one of my teams."""
    if not projects:
        return {}
    notes = CoachNote.objects.visible_to(viewer).filter(
        project__in=[one.project.pk for one in projects], shared=True
    )
    last = {}
    for pk, at, project, title in notes.order_by("at").values_list(
        "user_id", "at", "project_id", "project__title"
    ):
        day = timezone.localtime(at).date()
        last[pk] = (f"Wrote to you about {title} on {day:%-d %B}", f"/projects/{project}/notes/")
    return last


def _team(viewer: Viewer, projects: Sequence[Mine], today: date) -> list[Person]:
    """Everybody once, with what they do soonest: those who run a test first, then those who have one before them."""
    found: dict[object, tuple[int, Person]] = {}
    for one in projects:
        for member in one.members:
            if member.user_id != viewer.user_id:
                when, doing = _doing(one, member, today)
                person = Person(member.name, member.part, doing, f"/projects/{one.project.pk}/")
                key = member.user_id or member.name
                found[key] = min(found.get(key, (9, person)), (when, person), key=lambda pair: pair[0])
    return [person for _, person in sorted(found.values(), key=lambda pair: pair[0])]


def _doing(one: Mine, member: Member, today: date) -> tuple[int, str]:
    named = [test for test in one.tests if is_named(test, member.name)]
    for test in named:
        if test.start <= today <= test.end:
            return 0, f"Running the test of “{test.idea.name}”"
    for test in named:
        if test.start > today:
            return 1, f"Tests “{test.idea.name}” from {test.start:%-d %B}"
    for test in named:
        return 2, f"Ran the test of “{test.idea.name}” until {test.end:%-d %B}"
    return (3 if member.leads else 4), f"{'Leads' if member.leads else 'Works on'} {one.project.title}"
