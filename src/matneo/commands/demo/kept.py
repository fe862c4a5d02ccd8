"""A planned project as the records that its trust brings in: every row with its own day and hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from matneo.commands.demo.planned import Cycle, Followed, Planned, suggested
from matneo.improvement.actions.bringing import (
    Kept,
    KeptEnding,
    KeptEntry,
    KeptIdea,
    KeptMeasure,
    KeptScore,
    KeptTest,
)
from matneo.improvement.ladder import Rung
from matneo.improvement.written import Aim, Person, Plan, Study
from matneo.organisations.models import Organisation

FIRST, LAST = 8 * 60, 17 * 60 + 30  # minutes of a working day
LONDON = ZoneInfo("Europe/London")


@dataclass
class Hours:
    """Hours of working days, drawn one after the other."""

    chance: np.random.Generator

    def at(self, day: date) -> datetime:
        minute = int(self.chance.integers(FIRST, LAST))
        return datetime.combine(day, time(minute // 60, minute % 60), LONDON)


def kept(plan: Planned, places: Mapping[str, Organisation], hours: Hours) -> Kept:
    """The whole project. What its coach says is not in it: a coach says that in person."""
    ideas = [
        KeptIdea(
            tried.idea,
            [_test(plan, cycle, hours) for cycle in tried.cycles],
            tried.for_everyone,
            tried.dropped,
        )
        for tried in plan.ideas
    ]
    entries = [KeptEntry(hours.at(row.day), row.kind, row.title, row.text, row.by) for row in plan.told]
    scores = [
        KeptScore(hours.at(row.day), row.value, suggested(plan, row.day), row.reason)
        for row in plan.scored
        if row.voice == "team"
    ]
    return Kept(
        organisation=places[plan.trust],
        place=places.get(plan.place),
        area=plan.area,
        aim=Aim(plan.title, plan.aim, plan.by_when, plan.how_much, plan.for_whom, plan.where),
        started=plan.started,
        touched=hours.at(plan.touched),
        by_name=plan.by,
        team=[Person(row.name, row.part, leads=row.name == plan.by) for row in plan.team],
        rung=Rung(plan.rung),
        measures=[
            KeptMeasure(row.measure, row.family, row.goal, row.main, _rhythm(row)) for row in plan.measures
        ],
        ideas=ideas,
        hidden=[row.driver for row in plan.hidden],
        entries=entries,
        scores=scores,
        ending=KeptEnding(plan.ending.day, plan.ending.words, plan.ending.result) if plan.ending else None,
    )


def _rhythm(row: Followed) -> str:
    return "week" if row.typing and row.typing.period == "week" else "month"


def _test(project: Planned, cycle: Cycle, hours: Hours) -> KeptTest:
    """Whoever does a test writes it down."""
    plan = Plan(cycle.question, cycle.prediction, cycle.start, cycle.end, cycle.scale, cycle.who)
    author = next((row.name for row in project.team if row.name.startswith(f"{cycle.who} ")), "")
    said = cycle.result
    if said is None:
        return KeptTest(plan, hours.at(cycle.day), by_name=author)
    study = Study(said.happened, said.compared, said.decision, said.learned, said.next_step)
    return KeptTest(plan, hours.at(cycle.day), study, hours.at(said.day), author)
