"""qicharts2: every chart kind, runs analysis, subgroups, the Bernoulli CUSUM, and its tables of constants."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matneo.commands.verification.compare import Answer, NotRun
from matneo.stats import boxes, constants, cusum, spc
from matneo.stats.profiles import PROFILES, Profile
from matneo.stats.runs import runs_limits

KINDS = {
    "run": "run", "i": "xmr", "mr": "mr", "xbar": "xbar", "s": "s", "t": "t", "p": "p", "pp": "p_prime", "c": "c",
    "u": "u", "up": "u_prime", "g": "g", "ip": "i_prime",
}  # fmt: skip
METHODS = {"anhoej": "anhoej", "bestbox": "best_box", "cutbox": "cut_box"}
LINES = {"lcl": "lcl", "lcl_95": "lwl", "ucl_95": "uwl", "ucl": "ucl"}
ERRORS = {"non_positive_time_between_events": "non_positive_time", "duplicate_dates": "duplicate_period"}


def check(case: dict[str, Any], answer: Answer) -> None:
    """One case: a table, a Bernoulli CUSUM, or a chart."""
    if "table" in case:
        _table(case, answer)
    elif case["chart"] == "bcusum":
        _bernoulli(case, answer)
    elif case["chart"] in KINDS:
        _chart(case, answer)
    else:
        raise NotRun(str(case["chart"]))


@dataclass(frozen=True)
class _Input:
    """Rows as the chart takes them; `position`: 1, 2, … of each row's subgroup inside its series."""

    names: np.ndarray
    x: list[Any]
    period: np.ndarray
    position: np.ndarray
    y: np.ndarray
    n: np.ndarray | None


def _read(columns: dict[str, Any]) -> _Input:
    names = np.array([str(name) for name in columns.get("facet") or ["one"] * len(columns["y"])])
    x = columns["x"]
    rank = {value: place for place, value in enumerate(sorted(set(x)))}
    period = np.array([rank[value] for value in x])
    position = np.zeros(len(x), int)
    for name in np.unique(names):
        mine = names == name
        position[mine] = np.unique(period[mine], return_inverse=True)[1] + 1
    y = _floats(columns["y"])
    if not columns.get("n"):
        return _Input(names, x, period, position, y, None)
    n = _floats(columns["n"])
    blank = np.isnan(y) | np.isnan(n)
    return _Input(names, x, period, position, np.where(blank, np.nan, y), np.where(blank, np.nan, n))


def _chart(case: dict[str, Any], answer: Answer) -> None:
    params, given = case["params"], _read(case["input"])
    part, exclude = params.get("part"), params.get("exclude")
    freeze = None if part else params.get("freeze")  # parts cancel a frozen baseline
    excluded = np.isin(given.position, exclude) if exclude else None
    positive = params.get("y_neg") is False and not (given.y < 0).any()
    in_time = not params.get("x_is_category")
    made = spc.chart(
        kind=KINDS[case["chart"]],
        series=given.names,
        period=given.period,
        value=given.y if given.n is None else None,
        numerator=None if given.n is None else given.y,
        denominator=given.n,
        phase=np.searchsorted(part, given.position) if part else None,
        baseline=given.position <= freeze if freeze else None,
        exclude=excluded,
        centre=params.get("cl"),
        target=params.get("target"),
        multiply=params.get("multiply") or 1.0,
        bounds=(0.0, np.inf) if positive else None,
        aggregate=_manner(case["chart"], params),
        in_time=in_time,
        profile=_profile(params),
    )
    if "error" in case["expected"]:
        refused = [error for error in made.errors if error.code == ERRORS[case["expected"]["error"]]]
        answer.refused("error", refused[0].sentence if refused else "")
        return
    _points(case, given, made, freeze, answer)
    _parts(case["expected"]["parts"], made, in_time, answer)


def _manner(chart: str, params: dict[str, Any]) -> str:
    return params.get("agg_fun") or ("sum" if chart == "c" else "mean")


def _profile(params: dict[str, Any]) -> Profile:
    method = METHODS[params.get("method") or "anhoej"]
    return replace(PROFILES["qicharts2-0.8"], screen=params["screen_mr"], runs_method=method)  # type: ignore[arg-type]


def _points(
    case: dict[str, Any], given: _Input, made: spc.ControlChart, freeze: int | None, answer: Answer
) -> None:
    expected, points = case["expected"]["points"], made.points
    phases = made.phases
    x = dict(zip(given.period.tolist(), given.x, strict=True))
    answer.equal("x", [x[place] for place in points.period.tolist()], expected["x"])
    if "facet" in expected:
        answer.equal("facet", points.series, expected["facet"])
    answer.equal("part", points.phase + 1, expected["part"])
    answer.close("y", points.value, expected["y"])
    answer.close("cl", points.centre, expected["cl"])
    for theirs, ours in LINES.items():
        answer.close(theirs, getattr(points, ours), expected[theirs])
    answer.equal("sigma_signal", points.r_outside != 0, expected["sigma_signal"])
    answer.equal("include", points.included, expected["include"])
    place = dict(zip(zip(given.names, given.period, strict=True), given.position, strict=True))
    positions = np.array([place[key] for key in zip(points.series, points.period, strict=True)])
    within = positions <= (freeze or len(positions))
    answer.equal("baseline", within, expected["baseline"])
    signal = dict(
        zip(zip(phases.series, phases.phase, strict=True), phases.runs_signal.tolist(), strict=True)
    )
    ours = [signal[key] for key in zip(points.series, points.phase, strict=True)]
    answer.equal("runs_signal", ours, expected["runs_signal"])
    answer.close("target", points.target, expected["target"])
    _subgroups(expected, given, answer)


def _subgroups(expected: dict[str, Any], given: _Input, answer: Answer) -> None:
    """How many observations each subgroup has, their sum, mean and standard deviation."""

    def together(values: np.ndarray, by: str) -> spc.PointColumns:
        table = {"series": given.names, "period": given.period, "value": values}
        return spc.chart(kind="run", aggregate=by, **table).points

    total = together(given.y, "sum")
    answer.close("y_sum", total.value, expected["y_sum"])
    answer.close("y_length", total.size, expected["y_length"])
    answer.close("y_mean", together(given.y, "mean").value, expected["y_mean"])
    answer.close("y_sd", together(given.y, "sd").value, expected["y_sd"])
    if given.n is None:
        answer.close("n", np.full(len(total.value), np.nan), expected["n"])
    else:
        answer.close("n", np.nan_to_num(together(given.n, "sum").value), expected["n"])


def _parts(expected: dict[str, Any], made: spc.ControlChart, in_time: bool, answer: Answer) -> None:
    phases, points = made.phases, made.points
    if "facet" in expected:
        answer.equal("parts.facet", phases.series, expected["facet"])
    answer.equal("parts.part", phases.phase + 1, expected["part"])
    answer.equal("parts.n_obs", phases.n_rows, expected["n_obs"])
    answer.equal("parts.n_useful", phases.useful, expected["n_useful"])
    names = {
        "longest_run": "longest_run",
        "longest_run_max": "longest_run_max",
        "n_crossings": "crossings",
        "n_crossings_min": "crossings_min",
    }
    for theirs, ours in names.items():
        known = np.where(phases.useful > 0, getattr(phases, ours), np.nan)
        answer.close(f"parts.{theirs}", known, expected[theirs])
    answer.equal("parts.runs_signal", phases.runs_signal, expected["runs_signal"])
    beyond = (points.r_outside != 0) & points.included
    counted = [
        int(np.sum(beyond & (points.series == name) & (points.phase == phase)))
        for name, phase in zip(phases.series, phases.phase, strict=True)
    ]
    answer.equal("parts.n_sigma_signals", counted, expected["n_sigma_signals"])


def _bernoulli(case: dict[str, Any], answer: Answer) -> None:
    """Two CUSUMs, one for more and one for fewer events. It draws a sum that has passed the limit as back at zero."""
    params, expected = case["params"], case["expected"]
    event, ratio, limit = _floats(case["input"]["event"]), params["odds_ratio"], params["limit"]
    rate = params["target"]
    if rate >= 1:  # the number of cases whose rate is the target
        rate = float(np.mean(event[np.isfinite(event)][: int(rate)]))
    answer.close("p0", rate, expected["p0"])
    answer.close("p1", cusum.risk_at_odds(rate, ratio), expected["p1"])
    answer.close("p2", cusum.risk_at_odds(rate, 1 / ratio), expected["p2"])
    for name, odds_ratio, sign in (("up", ratio, 1.0), ("down", 1 / ratio, -1.0)):
        made = cusum.bernoulli_cusum(event, rate, odds_ratio=odds_ratio, limit=limit).points
        drawn = np.where(made.statistic > limit, 0.0, sign * made.statistic)
        answer.close(f"cusum_{name}", drawn, expected["points"][f"cusum_{name}"])
        answer.close(f"step_{name}", made.weight, expected["points"][f"step_{name}"])
        answer.equal(f"signal_{name}", made.signal, expected["points"][f"signal_{name}"])


def _table(case: dict[str, Any], answer: Answer) -> None:
    expected = case["expected"]
    if case["table"] == "anhoej":
        longest, crossings = runs_limits(np.array(expected["n"]))
        answer.equal("longest_run_max", longest, expected["longest_run_max"])
        answer.equal("crossings_min", crossings, expected["crossings_min"])
    elif case["table"] == "constants":
        n = np.array(expected["n"])
        answer.close("c4", constants.c4(n), expected["c4"])
        for name in ("a3", "b3", "b4"):
            answer.close(name, getattr(constants, name)(n), expected[name])
            answer.close(f"{name}_95", getattr(constants, name)(n, 2.0), expected[f"{name}_95"])
    elif case["table"] == "boxes":
        for place, n in enumerate(expected["n"]):
            longest, crossings = runs_limits(np.array([n]))
            plain = np.where(np.arange(n) < crossings[0], 0, longest[0])
            answer.equal(f"anhoej[{n}]", plain, expected["anhoej"][place])
            answer.equal(f"bestbox[{n}]", boxes.border(n, "best_box"), expected["bestbox"][place])
            answer.equal(f"cutbox[{n}]", boxes.border(n, "cut_box"), expected["cutbox"][place])
    else:
        raise NotRun(f"table {case['table']}")


def _floats(values: list[Any]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], float)
