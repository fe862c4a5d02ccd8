"""The numbers of NHSRplotthedots and qicharts2, case by case."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from matneo.stats import spc
from matneo.stats.profiles import PROFILES, Profile

HERE = Path(__file__).resolve().parents[1] / "reference" / "spc"


def cases(*files):
    return [
        pytest.param(case, id=case["id"])
        for file in files
        for case in json.loads((HERE / file).read_text())["cases"]
    ]


def floats(values):
    return np.array([np.nan if value is None else value for value in values], float)


def same(ours, theirs):
    np.testing.assert_allclose(np.asarray(ours, float), floats(theirs), rtol=1e-9, atol=1e-12)


def changed(profile: Profile, **fields) -> Profile:
    return Profile(**{**profile.__dict__, **fields})


# --- NHSRplotthedots ---------------------------------------------------------------------------------------------
LABELS = {
    ("outside", 1): "Above UCL", ("outside", -1): "Below LCL",
    ("trend", 1): "7 Point Trend (Increasing)", ("trend", -1): "7 Point Trend (Decreasing)",
    ("two_three", 1): "2 in 3 Above CL", ("two_three", -1): "2 in 3 Below CL",
    ("shift", 1): "7 Points Above CL", ("shift", -1): "7 Points Below CL", ("", 0): "Common Cause",
}  # fmt: skip
TYPES = {"common": "common_cause"} | {
    name: f"special_cause_{name}" for name in ("improvement", "concern", "neutral_high", "neutral_low")
}
ASSURANCE = {
    "pass": "consistent_pass",
    "fail": "consistent_fail",
    "inconsistent": "inconsistent",
    "none": None,
}


def per_series(given, series):
    if isinstance(given, dict):
        return given.get(series)
    return given


@pytest.mark.parametrize("case", cases("ptd_xmr.json", "mdc_two_sigma_2023.json"))
def test_it_answers_as_nhsrplotthedots(case):
    params, columns = case["params"], case["input"]
    zone = "beyond" if case["engine"].get("variant") == "mdc2023" else "between"
    profile = changed(PROFILES["nhsr-0.2.2"], two_in_three=zone, screen=params["screen_outliers"])
    names = columns.get("facet") or ["one"] * len(columns["date"])
    days = [date.fromisoformat(day).toordinal() for day in columns["date"]]
    phase = [
        sum(
            day >= date.fromisoformat(start).toordinal()
            for start in rebases(params["rebase"], name, names, columns)
        )
        for day, name in zip(days, names, strict=True)
    ]
    baseline = first_points(names, days, phase, params["fix_after_n_points"])
    if case["expected"].get("error") == "baseline_too_short":
        assert (
            params["fix_after_n_points"] < 12
        )  # refused by whoever asks for a baseline, before a chart is made
        return

    result = spc.chart(
        kind="xmr", series=names, period=days, value=floats(columns["value"]), phase=phase, baseline=baseline,
        direction=params["improvement_direction"], profile=profile,
        target=[np.nan if (t := per_series(params["target"], name)) is None else t for name in names],
    )  # fmt: skip

    if case["expected"].get("error") == "duplicate_dates":
        assert {error.code for error in result.errors} == {"duplicate_period"}
        return
    order = np.lexsort((days, names))
    points, expected = result.points, case["expected"]["points"]
    same(points.centre[order], expected["mean_col"])
    same(points.lcl[order], expected["lpl"])
    same(points.ucl[order], expected["upl"])
    ours = [LABELS[(str(r), int(s))] for r, s in zip(points.reason[order], points.side[order], strict=True)]
    assert ours == expected["special_cause_type"]
    assert [TYPES[str(s)] for s in points.signal[order]] == expected["point_type"]
    icons = case["expected"]["icons"]
    assert [TYPES[str(s)] for s in result.series.variation] == icons["variation_type"]
    if not isinstance(
        params["target"], dict
    ):  # a series left out of several targets is a peculiarity we do not share
        assert [ASSURANCE[str(a)] for a in result.series.assurance] == icons["assurance_type"]


def rebases(given, name, names, columns):
    """Rebase dates that stand in the series; others are ignored."""
    wanted = per_series(given, name) or []
    own = {day for day, other in zip(columns["date"], names, strict=True) if other == name}
    return [day for day in ([wanted] if isinstance(wanted, str) else wanted) if day in own]


def first_points(names, days, phase, number):
    if number is None:
        return None
    marked = np.zeros(len(days), bool)
    seen: dict[tuple, int] = {}
    for row in np.lexsort((days, names)):
        key = (names[row], phase[row])
        seen[key] = seen.get(key, 0) + 1
        marked[row] = seen[key] <= number
    return marked


# --- qicharts2 ---------------------------------------------------------------------------------------------------
CHARTS = {"run": "run", "i": "xmr", "p": "p", "pp": "p_prime", "u": "u", "up": "u_prime", "g": "g", "t": "t"}


def subgroups(columns):
    """Series, x, y, n as arrays; None where a subgroup has several rows."""
    names = [str(name) for name in columns.get("facet") or ["one"] * len(columns["y"])]
    if len(set(zip(names, columns["x"], strict=True))) < len(names):
        return None
    y = floats(columns["y"])
    n = floats(columns["n"]) if columns.get("n") else None
    if n is not None:
        missing = np.isnan(y) | np.isnan(n)
        y, n = np.where(missing, np.nan, y), np.where(missing, np.nan, n)
    return np.array(names), columns["x"], y, n


def answered(case):
    """Given centres, category axes, box methods and subgroups of several rows come with the whole package."""
    params, columns = case["params"], case["input"]
    plain = (
        params.get("cl") is None
        and not params.get("x_is_category")
        and params.get("method", "anhoej") == "anhoej"
    )
    return plain and subgroups(columns) is not None


QIC = [case for case in cases(*(f"qic_{name}.json" for name in CHARTS)) if answered(case.values[0])]


@pytest.mark.parametrize("case", QIC)
def test_it_answers_as_qicharts2(case):
    params, columns = case["params"], case["input"]
    kind = CHARTS[case["chart"]]
    names, x, y, n = subgroups(columns)
    keys = sorted(set(x))
    period = np.array([keys.index(value) for value in x])
    position = positions(names, period)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = y if n is None else y / n
    profile = changed(PROFILES["qicharts2-0.8"], screen=params["screen_mr"])
    given = (
        {"numerator": y, "denominator": n} if kind in {"p", "p_prime", "u", "u_prime"} else {"value": values}
    )

    result = spc.chart(
        kind=kind, series=names, period=period, profile=profile, **given,
        phase=np.searchsorted(params.get("part") or [], position) if params.get("part") else None,
        baseline=position <= params["freeze"] if params.get("freeze") and not params.get("part") else None,
        exclude=np.isin(position, params["exclude"]) if params.get("exclude") else None,
    )  # fmt: skip

    if "error" in case["expected"]:
        assert [error.code for error in result.errors] == ["non_positive_time"]
        return
    order = np.lexsort((period, names))
    points, expected, scale = result.points, case["expected"]["points"], params.get("multiply") or 1
    same(points.value[order] * scale, expected["y"])
    same(points.centre[order] * scale, expected["cl"])
    if kind != "run":
        lower = points.lcl[order]
        if params.get("y_neg") is False and np.nanmin(values) >= 0:
            lower = np.maximum(lower, 0)
        same(lower * scale, expected["lcl"])
        same(points.ucl[order] * scale, expected["ucl"])
        same(points.lwl[order] * scale, expected["lcl_95"]) if params.get("y_neg") is not False else None
        same(points.uwl[order] * scale, expected["ucl_95"])
        ours = [bool(flag) for flag in points.r_outside[order] != 0]
        assert ours == [bool(flag) for flag in expected["sigma_signal"]]
    parts = case["expected"]["parts"]
    if not params.get("exclude"):  # excluded points also leave the peer's runs analysis
        for name in ("longest_run", "longest_run_max", "crossings", "crossings_min"):
            theirs = parts[name.replace("crossings", "n_crossings")]
            assert list(getattr(result.phases, name)) == [value or 0 for value in theirs]
        assert list(result.phases.runs_signal) == [bool(value) for value in parts["runs_signal"]]


def positions(names, period):
    """1-based place of every row inside its series."""
    place = np.zeros(len(period), int)
    for name in set(names):
        rows = np.flatnonzero(names == name)
        place[rows[np.argsort(period[rows])]] = np.arange(1, len(rows) + 1)
    return place
