"""PowerBI-SPC as controlchartspy runs it: limits at one, two and three sigma, and four flags."""

from dataclasses import replace
from typing import Any

import numpy as np

from matneo.commands.verification.compare import Answer, NotRun
from matneo.stats import spc
from matneo.stats.profiles import PROFILES, Profile

KINDS = {
    "i": "xmr", "i_m": "i_m", "i_mm": "i_mm", "mr": "mr", "p": "p", "pp": "p_prime", "u": "u", "up": "u_prime",
    "c": "c", "g": "g", "t": "t", "xbar": "xbar", "s": "s", "run": "run",
}  # fmt: skip
LINES = {
    "ll99": "lcl", "ll95": "lwl", "ll68": "lower_inner", "ul68": "upper_inner", "ul95": "uwl", "ul99": "ucl"
}  # fmt: skip
FLAGS = {"astpoint": "outside", "shift": "shift", "trend": "trend", "two_in_three": "two_three"}
DIRECTIONS = {"increase": 1, "decrease": -1, "neutral": 0}


def check(case: dict[str, Any], answer: Answer) -> None:
    """One case: values, lines and flags of the rows that have a value."""
    params, columns = case["params"], case["input"]
    if params["chart_type"] not in KINDS:
        raise NotRun(str(params["chart_type"]))
    made = _asked(params, columns)
    order = np.argsort(np.array(columns["key"]), kind="stable")
    there = order[np.isfinite(made.points.value[order])]
    expected = case["expected"]["points"]
    answer.equal("n_points", len(there), case["expected"]["n_points"])
    answer.close("value", made.points.value[there], expected["value"])
    answer.close("target", made.points.centre[there], expected["target"])
    for theirs, ours in LINES.items():
        if theirs in expected:
            answer.close(theirs, getattr(made.points, ours)[there], expected[theirs])
    way = DIRECTIONS[params["improvement_direction"]]
    for theirs, rule in FLAGS.items():
        words = [_word(int(side), way) for side in made.points.rules[rule][there]]
        answer.equal(theirs, words, expected[theirs])


def _asked(params: dict[str, Any], columns: dict[str, Any]) -> spc.ControlChart:
    kind = KINDS[params["chart_type"]]
    top, bottom = _floats(columns["numerators"]), columns.get("denominators")
    subgrouped = kind in ("xbar", "s")
    over = bottom is not None and not subgrouped
    return spc.chart(
        kind=kind,
        series=np.repeat("one", len(top)),
        period=np.array(columns["key"], "datetime64[D]"),
        value=None if over else top,
        numerator=top if over else None,
        denominator=_floats(bottom) if over else None,
        size=_floats(bottom) if subgrouped else None,
        spread=_floats(columns["xbar_sds"]) if kind == "xbar" else None,
        phase=_groups(columns),
        baseline_points=params.get("num_points_subset"),
        direction=params["improvement_direction"],
        profile=_profile(params),
    )


def _profile(params: dict[str, Any]) -> Profile:
    given = {"shift": params.get("shift_n"), "trend": params.get("trend_n")}
    lengths = {name: length for name, length in given.items() if length}
    whole = "window" if params.get("two_in_three_highlight_series") else "beyond"
    screen = not params.get("outliers_in_limits")
    return replace(PROFILES["powerbi"], screen=screen, zone_marks=whole, **lengths)  # type: ignore[arg-type]


def _groups(columns: dict[str, Any]) -> np.ndarray | None:
    """A number that grows where the grouping changes, in the order of the keys."""
    if not columns.get("groupings"):
        return None
    order = np.argsort(np.array(columns["key"]), kind="stable")
    names = np.array([str(name) for name in columns["groupings"]])[order]
    number = np.zeros(len(names), int)
    number[order] = np.cumsum(np.concatenate([[False], names[1:] != names[:-1]]))
    return number


def _word(side: int, way: int) -> str:
    if side == 0:
        return "none"
    if way == 0:
        return "neutral_high" if side > 0 else "neutral_low"
    return "improvement" if side * way > 0 else "deterioration"


def _floats(values: list[Any]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], float)
