"""Writing the planned projects down through the actions that people use.

The demonstration's people do their own work step by step, each step as of its own day. What all other trusts did before is
brought in as a whole, as trusts do that come with their records.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby

import numpy as np
from django.conf import settings
from django.db import transaction

from matneo.accounts.models import User
from matneo.commands.demo import months
from matneo.commands.demo.kept import Hours, kept
from matneo.commands.demo.months import Month
from matneo.commands.demo.planned import Cycle, Followed, Planned, Tried, suggested
from matneo.improvement.actions import bringing, drivers, filling, projects, story, testing
from matneo.improvement.ladder import Rung
from matneo.improvement.models import ChangeTest, Project, ProjectIdea
from matneo.improvement.written import Aim, Person, Plan, Study
from matneo.measures.synthetic.england import England
from matneo.organisations.models import Organisation
from matneo.submissions import actions as submissions
from matneo.submissions.cells import Cell, CellState
from matneo.utils.clock import Clock

CHANCE = 5
WRITERS = ("lead", "staff", "analyst")
BROUGHT_IN, TYPED_IN = date(2025, 11, 14), date(2025, 11, 13)


@dataclass
class Desk:
    """One project while it is written: the plan, its rows, and who they are in the database."""

    plan: Planned
    places: Mapping[str, Organisation]
    people: Mapping[str, User]
    project: Project | None = None
    ideas: dict[str, ProjectIdea] = field(default_factory=dict)
    tests: dict[tuple[str, int], ChangeTest] = field(default_factory=dict)

    @property
    def lead(self) -> User:
        return self.people[self.plan.by]

    def doing(self, who: str) -> User:
        """Whoever does a test writes it down, where they have an account that may; otherwise the lead does."""
        writers = [self.people[key] for key in WRITERS if key in self.people]
        return next((user for user in writers if user.name.startswith(f"{who} ")), self.lead)


@dataclass(frozen=True)
class Step:
    """Something that is done on a day."""

    day: date
    do: Callable[[], object]


def write(england: England, plans: Sequence[Planned], people: Mapping[str, User]) -> None:
    """All projects and the months that were typed in for them, or nothing: one transaction."""
    hours = Hours(np.random.default_rng([england.seed, CHANCE]))
    codes = {code for plan in plans for code in (plan.trust, plan.place) if code}
    places = {row.code: row for row in Organisation.objects.filter(code__in=codes)}
    desks = [Desk(plan, places, people) for plan in plans]
    with transaction.atomic():
        _bring_in([desk for desk in desks if desk.plan.kind != "home"], hours)
        steps = [step for desk in desks for step in _steps(desk)]
        steps.sort(key=lambda step: step.day)  # stable: what one project does in a day keeps its order
        for moment, step in zip(_moments([step.day for step in steps], hours), steps, strict=True):
            with as_of(moment):
                step.do()
        with as_of(hours.at(TYPED_IN)):
            _type_in(england, plans, places, people)


def _bring_in(desks: Sequence[Desk], hours: Hours) -> None:
    records = [kept(desk.plan, desk.places, hours) for desk in desks]
    with as_of(hours.at(BROUGHT_IN)):
        made = bringing.bring_in(projects=records, by=None)
    for desk, project in zip(desks, made, strict=True):
        desk.project = project


def _type_in(
    england: England,
    plans: Sequence[Planned],
    places: Mapping[str, Organisation],
    people: Mapping[str, User],
) -> None:
    """The months of each trust at once. The demonstration's people type in their own."""
    for trust in england.open_trusts:
        mine = [plan for plan in plans if plan.trust == trust.code]
        cells = [_cell(month) for month in months.typed(mine, trust, england.seed)]
        own = any(plan.kind == "home" for plan in mine)
        if cells:
            answer = submissions.type_in(
                organisation=places[trust.code],
                cells=cells,
                by=people["analyst"] if own else None,
                locked=frozenset(),
            )
            assert not answer.refused, f"a planned cell was not kept: {answer.refused[0].sentence}"


def _cell(month: Month) -> Cell:
    state = CellState.VALUED if month.collected else CellState.NOT_COLLECTED
    return Cell(
        month.measure,
        month.subject,
        month.period_kind,
        month.period,
        month.numerator,
        month.denominator,
        state,
    )


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Whatever is written inside is written at that moment: the one clock of the settings stands there meanwhile."""
    before = settings.CLOCK
    settings.CLOCK = Clock(at=moment)
    try:
        yield
    finally:
        settings.CLOCK = before


def _moments(days: Sequence[date], hours: Hours) -> list[datetime]:
    """A time within working hours for each step; later steps of a day have later times."""
    return [moment for day, same in groupby(days) for moment in sorted(hours.at(day) for _ in same)]


def _steps(desk: Desk) -> list[Step]:
    """What one project's people do, in an order that works within each day. Of projects that were brought in it is the
    coach's part alone."""
    plan = desk.plan
    coach = [Step(row.day, partial(_note, desk, row)) for row in plan.notes]
    coach += [Step(row.day, partial(_score, desk, row)) for row in plan.scored if row.voice == "coach"]
    if plan.kind != "home":
        return coach
    steps = [Step(plan.started, partial(_start, desk))]
    steps += [Step(plan.started, partial(_follow, desk, followed)) for followed in plan.measures]
    steps += [Step(row.day, partial(_hide, desk, row.driver)) for row in plan.hidden]
    for tried in plan.ideas:
        steps += _ramp(desk, tried)
    steps += [Step(row.day, partial(_tell, desk, row)) for row in plan.told]
    steps += [Step(row.day, partial(_score, desk, row)) for row in plan.scored if row.voice == "team"]
    steps += [Step(row.day, partial(_report, desk, row)) for row in plan.reports]
    steps += [Step(_after(month), partial(_finish, desk, month)) for month in plan.months_done]
    if plan.shared:
        steps.append(Step(plan.shared, partial(_share, desk)))
    return steps + coach


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
    made = projects.follow(
        project=desk.project,
        measure=row.measure,
        family=row.family,
        goal=row.goal,
        main=row.main,
        by=desk.lead,
    )
    if row.typing and row.typing.period == "week":
        filling.count_by(row=made, rhythm="week", by=desk.lead)


def _hide(desk: Desk, driver: str) -> None:
    drivers.hide(project=desk.project, key=driver, hidden=True, seen=0, by=desk.lead)


def _take_up(desk: Desk, idea: str) -> None:
    desk.ideas[idea] = testing.take_up(project=desk.project, idea=idea, by=desk.lead)


def _plan(desk: Desk, idea: str, number: int, cycle: Cycle) -> None:
    plan = Plan(cycle.question, cycle.prediction, cycle.start, cycle.end, cycle.scale, cycle.who)
    desk.tests[idea, number] = testing.plan(idea=desk.ideas[idea], plan=plan, by=desk.doing(cycle.who))


def _study(desk: Desk, idea: str, number: int, cycle: Cycle) -> None:
    said = cycle.result
    assert said is not None, "only tests with a result are studied"
    study = Study(said.happened, said.compared, said.decision, said.learned, said.next_step)
    testing.study(test=desk.tests[idea, number], study=study, seen=1, by=desk.doing(cycle.who))


def _for_everyone(desk: Desk, tried: Tried) -> None:
    testing.for_everyone(idea=desk.ideas[tried.idea], since=tried.for_everyone, by=desk.lead)


def _drop(desk: Desk, idea: str) -> None:
    testing.drop(idea=desk.ideas[idea], by=desk.lead)


def _tell(desk: Desk, row) -> None:
    story.tell(
        project=desk.project,
        date=row.day,
        title=row.title,
        text=row.text,
        kind=row.kind,
        by=desk.people[row.by],
    )


def _score(desk: Desk, row) -> None:
    story.score(
        project=desk.project,
        voice=row.voice,
        value=row.value,
        suggestion=suggested(desk.plan, row.day),
        reason=row.reason,
        by=desk.people[row.by],
    )


def _note(desk: Desk, row) -> None:
    story.note(project=desk.project, text=row.text, shared=row.shared, by=desk.people[row.by])


def _report(desk: Desk, row) -> None:
    story.report(project=desk.project, month=row.month, text=row.text, by=desk.lead)


def _finish(desk: Desk, month: date) -> None:
    story.finish_month(project=desk.project, month=month, by=desk.lead)


def _share(desk: Desk) -> None:
    projects.share(project=desk.project, rung=Rung(desk.plan.rung), by=desk.lead)
