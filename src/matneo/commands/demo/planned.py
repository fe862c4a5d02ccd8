"""What a demonstration's project will be, as plain values: nothing here touches a database."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matneo.improvement.progress import Facts, Suggestion, suggest
from matneo.measures.periods import month_index

CONFIRMED_AFTER = 6  # months until a shift that lasts is believed


@dataclass(frozen=True)
class Colleague:
    """Somebody on a team. `user` names one of the demonstration's people by key."""

    name: str
    part: str
    user: str = ""


@dataclass(frozen=True)
class Typing:
    """How the months or weeks of a measure that the team types in look: levels in percent, `of` a share of the births in
    each."""

    before: float
    after: float
    since: date | None  # from when on the later level holds; None: it never came
    of: float
    period: str


@dataclass(frozen=True)
class Followed:
    measure: str
    family: str
    goal: float | None = None
    main: bool = False
    typing: Typing | None = None


@dataclass(frozen=True)
class Result:
    """What was written after a test, and on what day."""

    day: date
    happened: str
    compared: str
    learned: str
    decision: str
    next_step: str


@dataclass(frozen=True)
class Cycle:
    day: date  # when it was written down
    question: str
    prediction: str
    start: date
    end: date
    scale: int
    who: str
    result: Result | None = None


@dataclass(frozen=True)
class Tried:
    """A change idea with its ramp."""

    idea: str
    taken_up: date
    cycles: tuple[Cycle, ...]
    for_everyone: date | None = None
    dropped: date | None = None


@dataclass(frozen=True)
class Told:
    day: date
    kind: str
    title: str
    text: str
    by: str


@dataclass(frozen=True)
class Scored:
    day: date
    voice: str
    value: Decimal
    reason: str
    by: str


@dataclass(frozen=True)
class Noted:
    """A coach's note."""

    day: date
    text: str
    shared: bool
    by: str


@dataclass(frozen=True)
class Hidden:
    """A driver that the team leaves out of its diagram."""

    day: date
    driver: str


@dataclass(frozen=True)
class Reported:
    day: date
    month: date
    text: str


@dataclass(frozen=True)
class Ending:
    """`result` is empty where it pauses; `words` are the reason, or what was learned."""

    day: date
    words: str
    result: str = ""


@dataclass(frozen=True)
class Planned:
    """One project. `by` is who leads it: a key of the demonstration's people, or the name of somebody invented."""

    trust: str
    place: str
    area: str
    kind: str
    title: str
    aim: str
    how_much: str
    by_when: date
    for_whom: str
    where: str
    started: date
    rung: int
    shared: date | None  # when it left the trust
    by: str
    team: tuple[Colleague, ...]
    measures: tuple[Followed, ...]
    ideas: tuple[Tried, ...]
    hidden: tuple[Hidden, ...] = ()
    told: tuple[Told, ...] = ()
    scored: tuple[Scored, ...] = ()
    notes: tuple[Noted, ...] = ()
    reports: tuple[Reported, ...] = ()
    months_done: tuple[date, ...] = ()
    ending: Ending | None = None

    @property
    def touched(self) -> date:
        """The last day on which its team wrote something."""
        days = [self.started, *(row.day for row in (*self.told, *self.scored, *self.hidden))]
        for tried in self.ideas:
            days += [
                tried.taken_up,
                *(cycle.result.day if cycle.result else cycle.day for cycle in tried.cycles),
            ]
        return max(*days, self.ending.day) if self.ending else max(days)


def suggested(project: Planned, day: date) -> Suggestion:
    """The score that the records will suggest on a day, as far as the plan knows them."""
    effects = [m.typing.since for m in project.measures if m.typing and m.typing.since]
    effects = [since for since in effects if month_index(day) - month_index(since) >= CONFIRMED_AFTER]
    closed = [c for t in project.ideas for c in t.cycles if c.result and c.result.day <= day]
    return suggest(
        Facts(
            has_aim=True,
            parts_on_team=len({colleague.part for colleague in project.team}),
            has_diagram=True,
            measures=len(project.measures),
            balancing=sum(m.family == "balancing" for m in project.measures),
            baseline_points=24,
            tests_closed=len(closed),
            charted=len(project.measures),
            process_shift=bool(effects),
            outcome_shift=False,
            gap_closed=0.55 if effects else None,
            months_since_shift=None,  # of outcomes, and none of these shifts
            goals=0,
            goals_met=0,
            sustainability=None,
        )
    )
