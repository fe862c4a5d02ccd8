"""Show the sum: which rules fired at which points, and the arithmetic behind the lines, from the numbers themselves."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from matneo.charts.model import Point, SpcChart
from matneo.charts.sentences import RULES, figure, number
from matneo.measures.readings import PROFILE
from matneo.stats.chances import false_alarm_chances
from matneo.stats.false_alarm_table import LENGTHS
from matneo.stats.profiles import profile_of

RULE_SET = profile_of(PROFILE)
RULES_WORDS = f"Rule set {RULE_SET.name}, shift {RULE_SET.shift}, trend {RULE_SET.trend}"
LONGEST = LENGTHS[-1]

WORDS = {
    "outside": "A point beyond a limit; a steady process puts about one in 370 there.",
    "shift": "Seven or more points in a row on one side of the mean; a given run of seven is one in 128 by chance.",
    "trend": "Seven points that rise or fall at every step.",
    "two_three": "Two of three neighbours in the outer third, all three on one side.",
}


@dataclass(frozen=True)
class Rule:
    name: str
    points: str
    words: str
    fired: bool


@dataclass(frozen=True)
class Sum:
    heading: str
    lines: str
    after: str


def rules_fired(model: SpcChart) -> tuple[Rule, ...]:
    """Every rule of the profile, with the points where it gave the reason; those that stayed silent are said too."""
    if model.few:
        return ()
    found = []
    for key, name in RULES.items():
        stretches = _stretches(model, key)
        found.append(Rule(name, "; ".join(stretches) if stretches else "none", WORDS[key], bool(stretches)))
    return tuple(sorted(found, key=lambda rule: not rule.fired))


def chance_words(model: SpcChart) -> str:
    """How much colour chance alone would show on a steady chart of this length."""
    points = len(model.valued)
    share = float(false_alarm_chances(RULE_SET, np.array([min(points, LONGEST)]), np.array([""])).any[0])
    if not np.isfinite(share):
        return f"{RULES_WORDS}."
    about = "more than" if points > LONGEST else "about"
    return f"{RULES_WORDS}. On a steady chart of this length {about} {round(share * 10)} in 10 show some colour by chance."


def show_the_sum(model: SpcChart) -> tuple[Sum, ...]:
    """Mean and limits of the current phase as a person would work them out."""
    last = model.last
    if model.few or last is None or last.centre is None:
        return ()
    mine = [p for p in model.valued if p.phase == last.phase]
    top, bottom = sum(p.numerator or 0 for p in mine), sum(p.denominator or 0 for p in mine)
    show = lambda value: figure(value, model.unit, model.scale, 1)  # noqa: E731
    sums = [
        Sum(
            f"Mean of the {len(mine)} points of this phase",
            f"{top:,.0f} / {bottom:,.0f} = {show(last.centre)}",
            "",
        )
    ]
    if last.lcl is not None and last.ucl is not None and last.denominator:
        c, n = last.centre, last.denominator
        plain = (c * (1 - c) / n) ** 0.5 if model.chart.startswith("p") else (c / n) ** 0.5
        root = (
            f"({number(c, 4)} × {number(1 - c, 4)} / {n:,.0f})"
            if model.chart.startswith("p")
            else f"({number(c, 5)} / {n:,.0f})"
        )
        factor = _factor(last, plain)
        widening = f" × {factor:.2f}" if factor is not None and model.chart.endswith("prime") else ""
        sums.append(
            Sum(
                f"Limits for {last.label}",
                f"{show(c)} ± 3 × √{root}{widening}\n= {show(last.lcl)} to {show(last.ucl)}",
                "",
            )
        )
        if factor is not None and model.chart.endswith("prime"):
            period = {"week": "Weeks", "month": "Months", "quarter": "Quarters"}.get(
                model.period_kind, "Years"
            )
            sums.append(
                Sum(
                    "Is that spread fair?",
                    "",
                    f"{period} vary {factor:.2f} times as much as chance alone would make them (Laney's factor).",
                )
            )
    return tuple(sums)


def _factor(last: Point, plain: float) -> float | None:
    """Laney's factor, read back from a limit that was not cut off at zero or one."""
    assert last.centre is not None
    upper = (last.ucl or 0) - last.centre
    lower = last.centre - (last.lcl or 0)
    spread = max(upper, lower)
    return spread / (3 * plain) if plain > 0 and spread > 0 else None


def _stretches(model: SpcChart, rule: str) -> list[str]:
    marked = [(place, p) for place, p in enumerate(model.points) if p.reason == rule]
    found = []
    for _, group in groupby(enumerate(marked), key=lambda item: item[1][0] - item[0]):
        points = [point for _, (_, point) in group]
        found.append(points[0].label if len(points) == 1 else f"{points[0].label} to {points[-1].label}")
    return found
