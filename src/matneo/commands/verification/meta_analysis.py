"""Pooling against metafor: generic effects, two-by-two tables, meta-regression."""

from typing import Any

import numpy as np

from matneo.commands.verification.compare import Answer, NotRun
from matneo.stats.heterogeneity import tau2_interval
from matneo.stats.meta import PooledEffect, blups, leave_one_out, random_effects_meta
from matneo.stats.meta_regression import meta_regression
from matneo.stats.two_by_two import effect_sizes, mantel_haenszel

REML_TAU2 = 1e-5  # relative: their Fisher scoring stops there
# metafor looks no further than this for an end of the interval of tau2, and stops when it is this near.
SEARCH, NEAR = 100.0, float(np.finfo(float).eps ** 0.25)
TESTS = {"": "z", "HK": "hk", "HK_adhoc": "hk_adhoc"}
FITTED = {
    "estimate": "estimate",
    "se": "se",
    "stat": "statistic",
    "p": "p_value",
    "ci_lower": "lower",
    "ci_upper": "upper",
    "H2": "h2",
    "Q": "q",
    "Q_df": "q_df",
    "Q_p": "q_p_value",
}


def check(case: dict[str, Any], answer: Answer) -> None:
    kinds = {"generic": _generic, "two-by-two": _tables, "meta-regression": _regression}
    if case["kind"] not in kinds:
        raise NotRun(case["kind"])
    kinds[case["kind"]](case, answer)


def _generic(case: dict[str, Any], answer: Answer) -> None:
    given = case["input"]
    _pooled(given["yi"], given["vi"], case["expected"], answer)


def _tables(case: dict[str, Any], answer: Answer) -> None:
    given, expected, measure = case["input"], case["expected"], case["method"]["measure"]
    counts = given["events_after"], given["n_after"], given["events_before"], given["n_before"]
    sizes = effect_sizes(*counts, measure=measure)
    answer.close("yi", sizes.estimate, expected.get("yi"))
    answer.close("vi", sizes.variance, expected.get("vi"))
    common = mantel_haenszel(*counts, measure=measure)
    theirs = expected.get("mantel_haenszel") or {}
    for name, ours in (("estimate", common.estimate), ("se", common.se)):
        answer.close(f"mantel_haenszel.{name}", ours, theirs.get(name))
    answer.close("mantel_haenszel.ci_lower", common.lower, theirs.get("ci_lower"))
    answer.close("mantel_haenszel.ci_upper", common.upper, theirs.get("ci_upper"))
    _pooled(sizes.estimate, sizes.variance, expected, answer)


def _pooled(yi: Any, vi: Any, expected: dict[str, Any], answer: Answer) -> None:
    for name, theirs in expected.get("fits", {}).items():
        tau2, _, test = name.partition("_")
        options: dict[str, Any] = {"tau2": tau2, "ci": TESTS[test]}
        _fit(name, random_effects_meta(yi, vi, **options), theirs, answer)
        beside = random_effects_meta(yi, vi, **options, prediction="test")
        answer.close(f"{name}.pi_lower_metafor", beside.prediction_lower, theirs.get("pi_lower_metafor"))
        answer.close(f"{name}.pi_upper_metafor", beside.prediction_upper, theirs.get("pi_upper_metafor"))
    drawn = blups(yi, vi, tau2="REML")
    answer.close("blup_REML", drawn.estimate, expected.get("blup_REML"))
    answer.close("blup_se_REML", drawn.se, expected.get("blup_se_REML"))
    ends = tau2_interval(yi, vi, at_most=SEARCH, accuracy=NEAR)
    answer.close("tau2_ci_qprofile", [ends.lower, ends.upper], expected.get("tau2_ci_qprofile"))
    left = leave_one_out(yi, vi, tau2="DL", ci="z")
    for column, theirs in (expected.get("leave_one_out_DL") or {}).items():
        answer.close(f"leave_one_out_DL.{column}", getattr(left, column), theirs)


def _fit(name: str, ours: PooledEffect, theirs: dict[str, Any], answer: Answer) -> None:
    for key, field in FITTED.items():
        answer.close(f"{name}.{key}", getattr(ours, field), theirs.get(key))
    answer.close(f"{name}.tau2", ours.tau2, theirs.get("tau2"), rtol=REML_TAU2)
    answer.close(f"{name}.I2", 100 * ours.i2, theirs.get("I2"))
    answer.close(f"{name}.pi_lower_riley", ours.prediction_lower, theirs.get("pi_lower_riley"))
    answer.close(f"{name}.pi_upper_riley", ours.prediction_upper, theirs.get("pi_upper_riley"))
    answer.close(f"{name}.weights_percent", 100 * ours.weights, theirs.get("weights_percent"))


def _regression(case: dict[str, Any], answer: Answer) -> None:
    given = case["input"]
    for name, theirs in case["expected"].items():
        tau2, _, test = name.partition("_")
        options: dict[str, Any] = {"tau2": tau2, "ci": TESTS[test]}
        ours = meta_regression(given["yi"], given["vi"], given["moderator"], **options)
        answer.close(f"{name}.coef", ours.coef, theirs.get("coef"))
        answer.close(f"{name}.se", ours.se, theirs.get("se"))
        answer.close(f"{name}.p", ours.coefficients().p_value, theirs.get("p"))
        answer.close(f"{name}.tau2", ours.tau2, theirs.get("tau2"), rtol=REML_TAU2)
        answer.close(f"{name}.R2", 100 * ours.r2, theirs.get("R2"))
        answer.close(f"{name}.QM", ours.qm, theirs.get("QM"))
        answer.close(f"{name}.QM_p", ours.qm_p_value, theirs.get("QM_p"))
        answer.close(f"{name}.QE", ours.qe, theirs.get("QE"))
