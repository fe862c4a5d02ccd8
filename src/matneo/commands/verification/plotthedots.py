"""NHSRplotthedots: XmR charts as Making Data Count draws them, with icons."""

from dataclasses import replace
from typing import Any

import numpy as np

from matneo.commands.verification.compare import Answer, NotRun
from matneo.stats import phases, spc
from matneo.stats.profiles import PROFILES

ERRORS = {"duplicate_dates": "duplicate_period", "baseline_too_short": "baseline_too_short"}
CAUSES = {
    ("outside", 1): "Above UCL", ("outside", -1): "Below LCL",
    ("trend", 1): "7 Point Trend (Increasing)", ("trend", -1): "7 Point Trend (Decreasing)",
    ("two_three", 1): "2 in 3 Above CL", ("two_three", -1): "2 in 3 Below CL",
    ("shift", 1): "7 Points Above CL", ("shift", -1): "7 Points Below CL", ("", 0): "Common Cause",
}  # fmt: skip
TYPES = {"common": "common_cause"} | {
    name: f"special_cause_{name}" for name in ("improvement", "concern", "neutral_high", "neutral_low")
}
LETTERS = {
    "increase": {"improvement": "improvement_high", "concern": "concern_low"},
    "decrease": {"improvement": "improvement_low", "concern": "concern_high"},
}
ASSURANCE = {
    "pass": "consistent_pass",
    "fail": "consistent_fail",
    "inconsistent": "inconsistent",
    "none": None,
}


def check(case: dict[str, Any], answer: Answer) -> None:
    """One case: every column of its points, summary and icons."""
    if case["chart"] != "xmr":
        raise NotRun(str(case["chart"]))
    params, columns = case["params"], case["input"]
    names = np.array([str(name) for name in columns.get("facet") or ["one"] * len(columns["date"])])
    days = np.array(columns["date"], "datetime64[D]")
    made = spc.chart(
        kind="xmr",
        series=names,
        period=days,
        value=[np.nan if value is None else value for value in columns["value"]],
        rebase=_rebases(params["rebase"]),
        baseline_points=params["fix_after_n_points"],
        target=params["target"],
        direction=params["improvement_direction"],
        profile=_profile(case),
    )
    expected = case["expected"]
    if "error" in expected:
        refused = [error for error in made.errors if error.code == ERRORS[expected["error"]]]
        answer.refused("error", refused[0].sentence if refused else "")
        return
    order = np.lexsort((days, names))
    group = np.zeros(len(names), int)
    if params["rebase"]:
        group, _ = phases.from_rebases(names, days, _rebases(params["rebase"]) or [])
    _points(expected["points"], made, order, group, days, answer)
    _summary(expected["summary"], made, order, group, answer)
    _icons(expected["icons"], made, params["improvement_direction"], answer)


def _rebases(given: Any) -> Any:
    if isinstance(given, dict):
        return {str(name): _listed(days) for name, days in given.items()}
    return None if given is None else _listed(given)


def _listed(days: Any) -> list[str]:
    return [days] if isinstance(days, str) else list(days or [])


def _profile(case: dict[str, Any]) -> Any:
    zone = "beyond" if case["engine"].get("variant") == "mdc2023" else "between"
    screen = case["params"]["screen_outliers"]
    return replace(PROFILES["nhsr-0.2.2"], two_in_three=zone, screen=screen)  # type: ignore[arg-type]


def _points(
    expected: dict[str, Any],
    made: spc.ControlChart,
    order: np.ndarray,
    group: np.ndarray,
    days: np.ndarray,
    answer: Answer,
) -> None:
    points = made.points
    value, centre = points.value[order], points.centre[order]
    answer.equal("x", [str(day) for day in days[order]], expected["x"])
    if "f" in expected:
        answer.equal("f", points.series[order], expected["f"])
    answer.close("y", value, expected["y"])
    answer.equal("rebase_group", group[order], expected["rebase_group"])
    answer.equal(
        "short_group_warning", _of_phase(made, made.phases.short)[order], expected["short_group_warning"]
    )
    answer.close("fix_y", np.where(points.in_baseline[order], value, np.nan), expected["fix_y"])
    answer.close("mean_col", centre, expected["mean_col"])
    answer.close("lpl", points.lcl[order], expected["lpl"])
    answer.close("upl", points.ucl[order], expected["upl"])
    answer.close("relative_to_mean", np.sign(value - centre), expected["relative_to_mean"])
    known = np.isfinite(value) & np.isfinite(points.ucl[order])
    outside = points.r_outside[order] != 0
    close = (value > points.uwl[order]) | (value < points.lwl[order])
    if made.parameters["two_in_three"] == "between":
        close &= ~outside
    answer.close("outside_limits", np.where(known, outside, np.nan), expected["outside_limits"])
    answer.close("close_to_limits", np.where(known, close, np.nan), expected["close_to_limits"])
    why = zip(points.reason[order].tolist(), points.side[order].tolist(), strict=True)
    answer.equal("special_cause_type", [CAUSES[key] for key in why], expected["special_cause_type"])
    answer.equal("special_cause_flag", points.side[order] != 0, expected["special_cause_flag"])
    types = [TYPES[name] for name in points.signal[order].tolist()]
    answer.equal("point_type", types, expected["point_type"])
    answer.close("target", points.target[order], expected["target"])


def _of_phase(made: spc.ControlChart, column: np.ndarray) -> np.ndarray:
    """A column of the phases for each row."""
    keys = zip(made.phases.series.tolist(), made.phases.phase.tolist(), strict=True)
    found = dict(zip(keys, column.tolist(), strict=True))
    rows = zip(made.points.series.tolist(), made.points.phase.tolist(), strict=True)
    return np.array([found[key] for key in rows])


def _summary(
    expected: dict[str, Any], made: spc.ControlChart, order: np.ndarray, group: np.ndarray, answer: Answer
) -> None:
    points, table = made.points, made.phases
    keys = list(zip(table.series.tolist(), table.phase.tolist(), strict=True))
    rows = [order[(points.series[order] == name) & (points.phase[order] == number)] for name, number in keys]
    if "f" in expected:
        answer.equal("summary.f", table.series, expected["f"])
    if "rebase_group" in expected:
        answer.equal("summary.rebase_group", [group[mine[0]] for mine in rows], expected["rebase_group"])
    answer.close("summary.mean_col", table.centre, expected["mean_col"])
    answer.close("summary.lpl", table.lcl, expected["lpl"])
    answer.close("summary.upl", table.ucl, expected["upl"])
    answer.equal("summary.n", table.n_rows, expected["n"])
    for word, theirs in TYPES.items():
        if theirs in expected:
            counted = [int(np.sum(points.signal[mine] == word)) for mine in rows]
            answer.equal(f"summary.{theirs}", counted, expected[theirs])
    types = [TYPES[str(points.signal[mine[-1]])] for mine in rows]
    answer.equal("summary.variation_type", types, expected["variation_type"])
    last = dict(zip(made.series.series.tolist(), made.series.assurance.tolist(), strict=True))
    final = dict(keys)  # the last phase of each series
    words = [ASSURANCE[last[name]] if final[name] == number else None for name, number in keys]
    # Where nobody gave a target there is no such column.
    answer.equal("summary.assurance_type", words, expected.get("assurance_type", [None] * len(words)))


def _icons(expected: dict[str, Any], made: spc.ControlChart, direction: str, answer: Answer) -> None:
    table = made.series
    if "f" in expected:
        answer.equal("icons.f", table.series, expected["f"])
    words = table.variation.tolist()
    answer.equal("icons.variation_type", [TYPES[word] for word in words], expected["variation_type"])
    letters = LETTERS.get(direction, {})
    icons = [letters.get(word, TYPES[word] if word == "common" else word) for word in words]
    answer.equal("icons.variation_icon", icons, expected["variation_icon"])
    assured = [ASSURANCE[word] for word in table.assurance.tolist()]
    answer.equal("icons.assurance_type", assured, expected.get("assurance_type", [None] * len(assured)))
