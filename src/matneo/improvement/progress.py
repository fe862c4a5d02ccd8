"""How far a project is: the score that its records suggest, and the ten factors of holding the gains.

The scale of 0.5 to 5 is the Institute for Healthcare Improvement's for team projects; what the records must show for
each step is our own, and a suggestion only: people set the score. The ten factors and their weights are those of the NHS
Sustainability Model (2010); the wording of the questions is ours.
"""

from dataclasses import dataclass
from decimal import Decimal

MONTHS_HELD = 6
BASELINE_POINTS = 6
HOPEFUL, LOW = 55.0, 45.0


@dataclass(frozen=True)
class Facts:
    """What the records show. `gap_closed` is the share of the way from baseline to goal, None where it cannot be said."""

    has_aim: bool
    parts_on_team: int  # different parts, such as midwife and neonatal nurse
    has_diagram: bool
    measures: int
    balancing: int
    baseline_points: int
    tests_closed: int
    charted: int  # measures with at least one point
    process_shift: bool
    outcome_shift: bool
    gap_closed: float | None
    months_since_shift: int | None
    goals: int
    goals_met: int
    sustainability: float | None


@dataclass(frozen=True)
class Gate:
    """One condition, in words, with the score that it opens."""

    words: str
    score: Decimal
    open: bool


@dataclass(frozen=True)
class Suggestion:
    """The highest score whose gates are all open, and every gate."""

    value: Decimal
    gates: tuple[Gate, ...]

    @property
    def next_gates(self) -> tuple[Gate, ...]:
        """What the next step asks for."""
        closed = [gate.score for gate in self.gates if not gate.open]
        return tuple(gate for gate in self.gates if gate.score == min(closed)) if closed else ()


def suggest(facts: Facts) -> Suggestion:
    """Each step needs its own gate and all before it, so that a lucky chart does not hide a missing aim."""
    gap = facts.gap_closed or 0.0
    gates = tuple(
        Gate(words, Decimal(score), is_open)
        for words, score, is_open in (
            ("The project was started", "0.5", True),
            (
                "An aim, and three different parts on the team",
                "1.0",
                facts.has_aim and facts.parts_on_team >= 3,
            ),
            ("A driver diagram and a set of measures", "1.5", facts.has_diagram and facts.measures > 0),
            (f"{BASELINE_POINTS} months of baseline", "2.0", facts.baseline_points >= BASELINE_POINTS),
            (
                "A test with its result, and three measures on charts",
                "2.5",
                facts.tests_closed >= 1 and facts.charted >= 3,
            ),
            (
                "Three tests, and a shift or a fifth of the way to the aim",
                "3.0",
                facts.tests_closed >= 3 and (facts.process_shift or facts.outcome_shift or gap >= 0.2),
            ),
            ("A process measure has shifted", "3.5", facts.process_shift),
            ("The outcome has shifted, or half of the way is done", "4.0", facts.outcome_shift or gap >= 0.5),
            (
                f"{MONTHS_HELD} months held since the outcome shifted",
                "4.5",
                (facts.months_since_shift or 0) >= MONTHS_HELD,
            ),
            (
                "Every goal met, and a sustainability score of 55 or more",
                "5.0",
                0 < facts.goals == facts.goals_met and (facts.sustainability or 0.0) >= HOPEFUL,
            ),
        )
    )
    value = gates[0].score
    for gate in gates:
        if not gate.open:
            break
        value = gate.score
    return Suggestion(value, gates)


@dataclass(frozen=True)
class Factor:
    """One question; `points` are what its four levels count, from the fullest to the emptiest."""

    domain: str
    name: str
    levels: tuple[str, str, str, str]
    points: tuple[float, float, float, float]


FACTORS = (
    Factor(
        "Process",
        "What it brings beyond better care",
        (
            "It saves effort or makes work easier, and staff notice",
            "It saves some effort",
            "It makes hardly a difference to the work",
            "It makes the work harder",
        ),
        (8.5, 4.7, 4.0, 0.0),
    ),
    Factor(
        "Process",
        "Whether people believe in it",
        (
            "The benefit is plain, shown, and believed",
            "It is shown, and not everybody believes it",
            "It is believed by some without being shown",
            "Few see a benefit",
        ),
        (9.1, 6.3, 3.1, 0.0),
    ),
    Factor(
        "Process",
        "Whether it can bend",
        (
            "It can be adapted and would survive without one person or one thing",
            "It can be adapted in part",
            "It would be hard to adapt",
            "It cannot be adapted",
        ),
        (7.0, 3.4, 2.4, 0.0),
    ),
    Factor(
        "Process",
        "Watching how it goes",
        (
            "Data are collected as part of the work, and people look at them",
            "Data are collected, and few look at them",
            "Data are collected by hand for this project alone",
            "Nobody will watch it afterwards",
        ),
        (6.5, 3.3, 2.4, 0.0),
    ),
    Factor(
        "Staff",
        "Involved and trained",
        (
            "Staff shaped it from the start, and are trained",
            "Staff shaped it; training is to come",
            "Staff are trained and did not shape it",
            "Neither",
        ),
        (11.4, 6.3, 4.9, 0.0),
    ),
    Factor(
        "Staff",
        "What staff do",
        (
            "Staff try it, say what they think, and carry it on",
            "Staff do it and seldom say what they think",
            "Staff say what they think and seldom do it",
            "Staff stay away from it",
        ),
        (11.0, 5.1, 5.1, 0.0),
    ),
    Factor(
        "Staff",
        "Senior leaders",
        (
            "They take part, and remove what stands in the way",
            "They take part a little",
            "They know of it",
            "They do not know of it",
        ),
        (15.0, 6.2, 5.7, 0.0),
    ),
    Factor(
        "Staff",
        "Clinical leaders",
        (
            "They take part, and do it themselves",
            "They take part a little",
            "They know of it",
            "They do not know of it",
        ),
        (15.0, 6.7, 5.5, 0.0),
    ),
    Factor(
        "Organisation",
        "How it fits",
        (
            "It belongs to what the trust wants, and the trust has done such things before",
            "It belongs to what the trust wants",
            "The trust has done such things before",
            "Neither",
        ),
        (7.0, 3.5, 3.3, 0.0),
    ),
    Factor(
        "Organisation",
        "What it needs day by day",
        (
            "Staff, kit, guidelines and job descriptions are in place",
            "Most of it is in place",
            "Some of it is in place",
            "Hardly anything is in place",
        ),
        (9.5, 4.4, 3.3, 0.0),
    ),
)


@dataclass(frozen=True)
class Sustainability:
    """The average of several people's answers: the total of at most 100, each factor's share of its most, and how far
    people are apart on it (in levels)."""

    people: int
    total: float
    factors: tuple[tuple[Factor, float, int], ...]

    @property
    def lowest(self) -> tuple[Factor, ...]:
        """The two factors to work on first."""
        return tuple(f for f, share, _ in sorted(self.factors, key=lambda entry: entry[1])[:2])


def sustainability(answers: list[list[int]]) -> Sustainability | None:
    """Answers are levels (0 the fullest, 3 the emptiest) in the order of FACTORS, one list a person."""
    if not answers:
        return None
    rows = []
    total = 0.0
    for place, factor in enumerate(FACTORS):
        levels = [answer[place] for answer in answers]
        mean = sum(factor.points[level] for level in levels) / len(levels)
        total += mean
        rows.append((factor, mean / factor.points[0], max(levels) - min(levels)))
    return Sustainability(len(answers), round(total, 1), tuple(rows))
