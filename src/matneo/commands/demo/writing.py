"""Writing the planned projects down through the actions that people use, each step as of its own day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import numpy as np
from django.conf import settings
from django.db import transaction

from matneo.accounts.access import Invented
from matneo.accounts.models import User
from matneo.commands.demo.planned import Cycle, Followed, Planned, Tried, suggested
from matneo.improvement.actions import drivers, projects, story, testing
from matneo.improvement.actions.projects import Aim, Person
from matneo.improvement.actions.testing import Plan, Study
from matneo.improvement.ladder import Rung
from matneo.improvement.models import ChangeTest, Project, ProjectIdea
from matneo.organisations.models import Organisation
from matneo.utils.clock import Clock

FIRST, LAST = 8 * 60, 17 * 60 + 30  # minutes of a working day


@dataclass
class Desk:
    """One project while it is written: the plan, its rows, and who they are in the database."""

    plan: Planned
    places: Mapping[str, Organisation]
    people: Mapping[str, User]
    project: Project | None = None
    ideas: dict[str, ProjectIdea] = field(default_factory=dict)
    tests: dict[tuple[str, int], ChangeTest] = field(default_factory=dict)

    def by(self, who: str) -> User | Invented:
        return self.people.get(who) or Invented(who)

    @property
    def lead(self) -> User | Invented:
        return self.by(self.plan.by)


@dataclass(frozen=True)
class Step:
    """Something that is done on a day."""

    day: date
    do: Callable[[], object]


def write(plans: Sequence[Planned], people: Mapping[str, User], *, seed: int) -> None:
    """All projects, or none: one transaction. Steps of all trusts follow each other as their days do."""
    codes = {code for plan in plans for code in (plan.trust, plan.place) if code}
    places = {row.code: row for row in Organisation.objects.filter(code__in=codes)}
    steps = [step for plan in plans for step in _steps(Desk(plan, places, people))]
    steps.sort(key=lambda step: step.day)  # stable: what one project does in a day keeps its order
    with transaction.atomic():
        for moment, step in zip(_moments([s.day for s in steps], seed), steps, strict=True):
            with as_of(moment):
                step.do()


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Whatever is written inside is written at that moment: the one clock of the settings stands there meanwhile."""
    before = settings.CLOCK
    settings.CLOCK = Clock(at=moment)
    try:
        yield
    finally:
        settings.CLOCK = before


def _moments(days: Sequence[date], seed: int) -> list[datetime]:
    """A time within working hours for each step; later steps of a day have later times."""
    chance = np.random.default_rng([seed, 5])
    minutes = chance.integers(FIRST, LAST, len(days))
    made: list[datetime] = []
    start = 0
    for place in range(1, len(days) + 1):
        if place == len(days) or days[place] != days[start]:
            for minute in sorted(int(m) for m in minutes[start:place]):
                made.append(datetime.combine(days[start], time(minute // 60, minute % 60), UTC))
            start = place
    return made


def _steps(desk: Desk) -> list[Step]:
    """What one project does, in an order that works within each day: started first, ended last."""
    plan = desk.plan
    steps = [Step(plan.started, partial(_start, desk))]
    steps += [Step(plan.started, partial(_follow, desk, followed)) for followed in plan.measures]
    steps += [Step(row.day, partial(_hide, desk, row.driver)) for row in plan.hidden]
    for tried in plan.ideas:
        steps += _ramp(desk, tried)
    steps += [Step(row.day, partial(_tell, desk, row)) for row in plan.told]
    steps += [Step(row.day, partial(_score, desk, row)) for row in plan.scored]
    steps += [Step(row.day, partial(_report, desk, row)) for row in plan.reports]
    steps += [Step(_after(month), partial(_finish, desk, month)) for month in plan.months_done]
    if plan.shared:
        steps.append(Step(plan.shared, partial(_share, desk)))
    steps += [Step(row.day, partial(_note, desk, row)) for row in plan.notes]
    if plan.ending:
        steps.append(Step(plan.ending.day, partial(_end, desk)))
    return steps


def _ramp(desk: Desk, tried: Tried) -> list[Step]:
    steps = [Step(tried.taken_up, partial(_take_up, desk, tried.idea))]
    for number, cycle in enumerate(tried.cycles):
        steps.append(Step(cycle.day, partial(_plan, desk, tried.idea, number, cycle)))
        if cycle.result:
            steps.append(Step(cycle.result.day, partial(_study, desk, tried.idea, number, cycle)))
    if tried.for_everyone:
        last = max((c.result.day for c in tried.cycles if c.result), default=tried.for_everyone)
        steps.append(Step(max(last, tried.for_everyone), partial(_for_everyone, desk, tried)))
    if tried.dropped:
        steps.append(Step(tried.dropped, partial(_drop, desk, tried.idea)))
    return steps


def _after(month: date) -> date:
    """The first Thursday after a month: when its figures are typed in."""
    first = (month + timedelta(days=32)).replace(day=1)
    return first + timedelta(days=(3 - first.weekday()) % 7)


def _start(desk: Desk) -> None:
    plan = desk.plan
    team = [Person(c.name, c.part, desk.people.get(c.user), c.name == desk.lead.name) for c in plan.team]
    desk.project = projects.start(
        organisation=desk.places[plan.trust],
        place=desk.places.get(plan.place),
        area=plan.area,
        aim=Aim(plan.title, plan.aim, plan.by_when, plan.how_much, plan.for_whom, plan.where),
        team=team,
        rung=Rung(min(plan.rung, Rung.TRUST)),
        by=desk.lead,
    )


def _follow(desk: Desk, row: Followed) -> None:
    projects.follow(
        project=desk.project,
        measure=row.measure,
        family=row.family,
        goal=row.goal,
        main=row.main,
        by=desk.lead,
    )


def _hide(desk: Desk, driver: str) -> None:
    drivers.hide(project=desk.project, key=driver, hidden=True, seen=0, by=desk.lead)


def _take_up(desk: Desk, idea: str) -> None:
    desk.ideas[idea] = testing.take_up(project=desk.project, idea=idea, by=desk.lead)


def _plan(desk: Desk, idea: str, number: int, cycle: Cycle) -> None:
    plan = Plan(cycle.question, cycle.prediction, cycle.start, cycle.end, cycle.scale, cycle.who)
    desk.tests[idea, number] = testing.plan(idea=desk.ideas[idea], plan=plan, by=desk.lead)


def _study(desk: Desk, idea: str, number: int, cycle: Cycle) -> None:
    said = cycle.result
    assert said is not None, "only tests with a result are studied"
    study = Study(said.happened, said.compared, said.decision, said.learned, said.next_step)
    testing.study(test=desk.tests[idea, number], study=study, seen=1, by=desk.lead)


def _for_everyone(desk: Desk, tried: Tried) -> None:
    testing.for_everyone(idea=desk.ideas[tried.idea], since=tried.for_everyone, by=desk.lead)


def _drop(desk: Desk, idea: str) -> None:
    testing.drop(idea=desk.ideas[idea], by=desk.lead)


def _tell(desk: Desk, row) -> None:
    story.tell(
        project=desk.project, date=row.day, title=row.title, text=row.text, kind=row.kind, by=desk.by(row.by)
    )


def _score(desk: Desk, row) -> None:
    story.score(
        project=desk.project,
        voice=row.voice,
        value=row.value,
        suggestion=suggested(desk.plan, row.day),
        reason=row.reason,
        by=desk.by(row.by),
    )


def _note(desk: Desk, row) -> None:
    story.note(project=desk.project, text=row.text, shared=row.shared, by=desk.by(row.by))


def _report(desk: Desk, row) -> None:
    story.report(project=desk.project, month=row.month, text=row.text, by=desk.lead)


def _finish(desk: Desk, month: date) -> None:
    story.finish_month(project=desk.project, month=month, by=desk.lead)


def _share(desk: Desk) -> None:
    projects.share(project=desk.project, rung=Rung(desk.plan.rung), by=desk.lead)


def _end(desk: Desk) -> None:
    ending = desk.plan.ending
    assert ending is not None, "only what ends has an ending"
    if ending.result:
        projects.close(project=desk.project, result=ending.result, learned=ending.words, by=desk.lead)
    else:
        projects.pause(project=desk.project, reason=ending.words, by=desk.lead)
