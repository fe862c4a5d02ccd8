"""Coming up: results, months, aims and learning days that lie ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matneo.improvement.handing import due_day, path
from matneo.improvement.mine import Mine
from matneo.improvement.models import State
from matneo.measures.periods import Period
from matneo.programme.models import ImprovementLead, LearningDay
from matneo.utils.viewer import Viewer
from matneo.web.home import words

SOON = timedelta(days=60)
MOST = 4


@dataclass(frozen=True)
class Ahead:
    """One day that comes. `been` are the nine learning days, those attended true; empty where it is no learning day."""

    day: str
    title: str
    href: str
    text: str
    been: tuple[bool, ...] = ()
    been_words: str = ""


def up(viewer: Viewer, own: Sequence[str], projects: Sequence[Mine], today: date, types: bool):
    """At most four, the next first. `types` says whether this person fills months in."""
    found = [*_tests(projects, today), *_aims(projects, today), *_learning(viewer, own, today)]
    if types and projects:
        found += _month(projects, today)
    found.sort(key=lambda pair: pair[0])
    return tuple(ahead for _, ahead in found[:MOST])


def _tests(projects: Sequence[Mine], today: date):
    for one in projects:
        for test in one.ahead(today):
            if test.end <= today + SOON:
                starts = f"From {test.start:%-d %B} on. " if test.start > today else ""
                yield (
                    test.end,
                    Ahead(
                        words.day(test.end),
                        f"Test {test.number} of “{test.idea.name}” ends",
                        f"/projects/{one.project.pk}/tests/{test.pk}/",
                        f"{starts}You expect: {test.prediction} Afterwards, say what happened.",
                    ),
                )


def _aims(projects: Sequence[Mine], today: date):
    for one in projects:
        if today <= one.project.by_when <= today + SOON:
            yield (
                one.project.by_when,
                Ahead(
                    words.day(one.project.by_when),
                    f"The day of your aim: {one.project.title}",
                    f"/projects/{one.project.pk}/",
                    one.project.aim,
                ),
            )


def _month(projects: Sequence[Mine], today: date):
    """The month that is not over yet: its numbers come next. It opens that month of the project touched last."""
    open_ones = [one.project for one in projects if one.project.state == State.ACTIVE and one.measures]
    if open_ones:
        month = Period("month", today.replace(day=1))
        href = path(open_ones[0].pk, month)
        yield (
            due_day(month),
            Ahead(words.day(due_day(month)), f"The numbers of {today:%B} are wanted", href, ""),
        )


def _learning(viewer: Viewer, own: Sequence[str], today: date):
    """The next learning day of a wave of one's own trust."""
    if not own:
        return
    days = LearningDay.objects.visible_to(viewer).filter(
        held_on__gte=today, wave__enrolments__organisation__code__in=own
    )
    day = days.order_by("held_on").first()
    if day is None:
        return
    been = _attended(viewer, day)
    said = f"You have been to {words.number(sum(been))} of nine days." if been else ""
    title = f"Learning day {day.number}: {day.theme}"
    yield day.held_on, Ahead(words.day(day.held_on), title, "/programme/", day.place, been, said)


def _attended(viewer: Viewer, day: LearningDay) -> tuple[bool, ...]:
    """Nine answers where the programme knows this person as a lead of that wave."""
    lead = ImprovementLead.objects.visible_to(viewer).filter(
        user_id=viewer.user_id, enrolment__wave=day.wave_id
    )
    row = lead.prefetch_related("attendance__day").first()
    if row is None:
        return ()
    numbers = {one.day.number for one in row.attendance.all()}
    return tuple(number in numbers for number in range(1, 10))
