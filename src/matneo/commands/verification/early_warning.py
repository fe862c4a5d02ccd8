"""Paths, run lengths, thresholds and adjusted p-values of vlad, cusum, CUSUMdesign, surveillance, spc and p.adjust."""

from collections.abc import Callable
from typing import Any

import numpy as np

from matneo.commands.verification.compare import Answer, NotRun
from matneo.stats.cusum import bernoulli_cusum, weighted_cusum
from matneo.stats.cusum_design import bernoulli_cusum_arl, false_alarm_probability
from matneo.stats.cusum_limits import bernoulli_cusum_limit
from matneo.stats.ewma import ewma, ewma_arl, ewma_width
from matneo.stats.moss import moss_chart
from matneo.stats.multiplicity import adjust_p_values
from matneo.stats.poisson_design import count_cusum_arl, poisson_cusum_design
from matneo.stats.vlad import vlad

ANOTHER_LATTICE = 2e-2  # relative, for run lengths of another sound lattice than the reference's own
ALPHA_AGREES = 0.01
FALSE_DISCOVERY = 0.1
MOST_STEPS = 1000

Case = dict[str, Any]


def check(case: Case, answer: Answer) -> None:
    """Ask our functions what the reference was asked."""
    asked = _KINDS.get(str(case.get("kind")))
    if asked is None:
        raise NotRun(str(case.get("kind")))
    asked(case, case["expected"], answer)


def _path(case: Case, expected: Case, answer: Answer) -> None:
    method, rows = case["method"], case["input"]
    chart = bernoulli_cusum(
        rows["outcome"],
        rows["risk"],
        odds_ratio=method["odds_ratio"],
        limit=method["limit"],
        reset=method.get("reset", True),
    )
    lives = vlad(rows["outcome"], rows["risk"])
    answer.close("weight", chart.points.weight, expected.get("weight"))
    answer.close("statistic", chart.points.statistic, expected.get("statistic"))
    if expected.get("signal") is not None:
        answer.equal("signal", chart.points.signal, expected["signal"])
    unreset = weighted_cusum(chart.points.weight, floor_first=False).points.statistic
    answer.close("statistic_no_reset", unreset, expected.get("statistic_no_reset"))
    answer.close("vlad", lives.expected_minus_observed, expected.get("vlad_expected_minus_observed"))
    answer.close("excess", lives.observed_minus_expected, expected.get("excess_observed_minus_expected"))


def _run_length(case: Case, expected: Case, answer: Answer) -> None:
    method, given = case["method"], case["input"]
    odds_ratio, probability = method["odds_ratio_alt"], given.get("probability")

    def arl(true_odds_ratio: float = 1.0, lattice: int | None = None) -> float:
        return bernoulli_cusum_arl(
            given["risk"],
            given["limit"],
            odds_ratio=odds_ratio,
            probability=probability,
            true_odds_ratio=true_odds_ratio,
            lattice=lattice,
        ).average

    scaling = method.get("scaling")
    answer.close("arl", arl(lattice=scaling), expected.get("arl_in_control"), rtol=ANOTHER_LATTICE)
    answer.close(
        "arl at 600", arl(lattice=600), expected.get("arl_in_control_scaling600"), rtol=ANOTHER_LATTICE
    )
    if changed := expected.get("arl_at_true_odds"):
        answer.close("arl at true odds", arl(changed["odds"]), changed.get("arl"), rtol=ANOTHER_LATTICE)
    if given.get("target_arl0") is not None:
        found = bernoulli_cusum_limit(
            given["risk"], odds_ratio=odds_ratio, probability=probability, target_arl=given["target_arl0"]
        )
        answer.close("limit", found.limit, expected.get("limit_for_target_arl0"), rtol=ANOTHER_LATTICE)


def _threshold(case: Case, expected: Case, answer: Answer) -> None:
    given, ratio = case["input"], case["method"].get("ratio", 2)
    mean = given["in_control_mean"]
    for level in ("level1", "level2"):
        want = expected.get(level)
        if want is None:
            continue
        try:
            ours = poisson_cusum_design(mean, ratio * mean, given[f"arl_{level}"], compat="moss")
        except ValueError as refusal:
            # A reference value of zero is no chart; the reference may report one that only rises.
            answer.refused(level, str(refusal) if not want.get("k") else "")
            continue
        answer.close("k unrounded", ours.k_unrounded, expected.get("k_unrounded"))
        answer.close(f"{level} k", ours.k, want.get("k"))
        answer.close(f"{level} h", ours.limit, want.get("h"))
        answer.close(f"{level} arl", ours.arl_in_control, want.get("arl_in_control"))
        answer.close(f"{level} arl changed", ours.arl_out_of_control, want.get("arl_out_of_control"))
        answer.close(f"{level} grid", ours.grid, want.get("grid"))


def _count_run_length(case: Case, expected: Case, answer: Answer) -> None:
    method, k, limit = case["method"], case["input"]["k"], case["input"]["h"]
    if method["distribution"] == "poisson":
        counts = {"mean": method["mean"]}
    else:
        counts = {"trials": method["n"], "probability": method["p"]}
    steps = next(d for d in range(1, MOST_STEPS) if all(_whole(d * value) for value in (k, limit)))
    half = int(round(limit * steps) / 2) / steps  # state int((M + 1) / 2) with M = h d - 1
    answer.close("arl", count_cusum_arl(k, limit, **counts).average, expected.get("arl_zero_start"))
    fast = count_cusum_arl(k, limit, head_start=half, **counts).average
    answer.close("arl with head start", fast, expected.get("arl_fir_half"))


def _moss(case: Case, expected: Case, answer: Answer) -> None:
    rows = case["input"]
    chart = moss_chart(
        rows["events"], reference_rate=rows["reference_rate"], monthly_births=rows["monthly_births"]
    )
    points = chart.points
    answer.close("in-control mean", points.in_control_mean[0], expected.get("in_control_mean"))
    answer.close("k", points.k[0], expected.get("k"))
    answer.close("h1", points.limit_level_1[0].round(6), expected.get("h1"))
    answer.close("h2", points.limit_level_2[0].round(6), expected.get("h2"))
    answer.close("statistic", points.statistic, expected.get("statistic"))
    answer.equal("level", points.level, expected["level"])
    answer.close("excess", points.excess, expected.get("monthly_excess_cumulative"))


def _false_alarm(case: Case, expected: Case, answer: Answer) -> None:
    rows, method = case["input"], case["method"]
    ours = false_alarm_probability(
        rows["risk"], rows["limit"], horizon=len(rows["risk"]), odds_ratio=method["odds_ratio"]
    )
    answer.close("alpha", ours.probability, expected.get("alpha_markov"), rtol=0, atol=ALPHA_AGREES)
    answer.close(
        "alpha simulated",
        ours.probability,
        expected.get("alpha_simulated_20000"),
        rtol=0,
        atol=ALPHA_AGREES,
    )


def _ewma(case: Case, expected: Case, answer: Answer) -> None:
    smoothing, width = case["method"]["lambda"], case["method"]["L"]
    points = ewma(case["input"]["z"], smoothing=smoothing, width=width).points
    answer.close("ewma", points.average, expected.get("ewma"))
    answer.close("sigma", points.sigma, expected.get("sigma_ewma"))
    answer.close("upper", points.upper, expected.get("upper"))
    answer.equal("signal", points.signal, expected["signal"])
    answer.close("arl0", ewma_arl(smoothing, width).average, expected.get("arl0_fixed_limits"))
    shifted = ewma_arl(smoothing, width, shift=case["input"]["shift"]).average
    answer.close("arl at shift", shifted, expected.get("arl_at_shift_fixed_limits"))
    answer.close("width", ewma_width(smoothing, 370.4), expected.get("L_for_arl0_370.4"))


def _multiplicity(case: Case, expected: Case, answer: Answer) -> None:
    values = np.array([np.nan if p is None else p for p in case["input"]["p"]])
    names = {"BH": "bh", "BY": "by", "holm": "holm", "bonferroni": "bonferroni"}
    for theirs, ours in names.items():
        answer.close(theirs, adjust_p_values(values, method=ours).adjusted, expected.get(theirs))
    rejected = int(adjust_p_values(values, level=FALSE_DISCOVERY).rejected.sum())
    answer.equal("rejected at 10 %", rejected, expected.get("n_reject_BH_10pct"))


def _whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-6


_KINDS: dict[str, Callable[[Case, Case, Answer], None]] = {
    "ra-bernoulli-path": _path,
    "ra-arl-markov": _run_length,
    "poisson-threshold": _threshold,
    "count-arl": _count_run_length,
    "moss-path": _moss,
    "false-alarm-probability": _false_alarm,
    "ewma": _ewma,
    "multiplicity": _multiplicity,
}
