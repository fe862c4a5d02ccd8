"""Interrupted time series, stepped wedges and waves: as R's sandwich, nlme, glm, lme4 and did answer."""

from collections.abc import Callable
from typing import Any

import numpy as np

from matneo.commands.verification.compare import Answer, NotRun
from matneo.stats import serial_correlation as serial
from matneo.stats.ar1 import gls_ar1
from matneo.stats.did import ATTTable, group_time_att
from matneo.stats.did_summary import aggregate_att
from matneo.stats.glm import quasi_glm
from matneo.stats.hac import automatic_bandwidth, newey_west, robust
from matneo.stats.interruption import SegmentedDesign, segmented_design
from matneo.stats.regression import LinearFit, ols
from matneo.stats.stepped_wedge import hussey_hughes, stepped_wedge_logit
from matneo.stats.two_way import two_way_fixed_effects

REML = 1e-4  # R's optimisers stop about there
VARIANCE = 1e-3
CONTROL = {"notyettreated": "not_yet", "nevertreated": "never"}


def check(case: dict[str, Any], answer: Answer) -> None:
    """Ask our functions what the case asks the reference."""
    kind = KINDS.get(case["kind"])
    if kind is None:
        raise NotRun(case["kind"])
    kind(case.get("method", {}), case["input"], case["expected"], answer)


def _plan(method: dict[str, Any], given: dict[str, Any]) -> SegmentedDesign:
    """The formula's design: s1, c1, s2, … are pairs of seasonal terms."""
    pairs = sum(f"s{order}" in method.get("formula", "").split() for order in range(1, 7))
    return segmented_design(given["time"], method["first_intervention_time"], seasonality=pairs)


# --- segmented regression of values ------------------------------------------------------------------------------
def _newey_west(
    method: dict[str, Any], given: dict[str, Any], expected: dict[str, Any], answer: Answer
) -> None:
    plan = _plan(method, given)
    fit = ols(given["y"], plan.design, terms=plan.terms)
    answer.equal("terms", len(fit.terms), len(expected["terms"]))
    least = expected["ols"]
    answer.close("ols.coef", fit.coef, least["coef"])
    answer.close("ols.se", fit.se, least["se"])
    answer.close("ols.z", fit.coefficients().statistic, least.get("z"))
    answer.close("ols.sigma", fit.sigma, least.get("sigma"))
    answer.close("ols.r2", fit.r2, least.get("r2"))
    for name, adjust in (("newey_west_unadjusted", False), ("newey_west_adjusted", True)):
        answer.close(name, newey_west(fit, lag=method["lag"], adjust=adjust).se, expected[name]["se"])
    _automatic(fit, expected.get("auto"), answer)
    _residuals(fit, expected, answer)
    _autoregressive(given, plan, expected.get("gls_ar1_reml"), answer)
    _effect_at_end(fit, plan, method["lag"], expected.get("effect_at_last_point"), answer)


def _automatic(fit: LinearFit, expected: dict[str, Any] | None, answer: Answer) -> None:
    if expected is None:  # the bandwidth exceeds the series: we refuse it too
        answer.refused("auto", _refusal(fit))
        return
    answer.close("auto.bandwidth", automatic_bandwidth(fit), expected["bandwidth"])
    plain = newey_west(fit, lag="auto", adjust=False)
    answer.equal("auto.lag_used", plain.parameters["lag"], expected["lag_used"])
    answer.close("auto.se_unadjusted", plain.se, expected["se_unadjusted"])
    if expected.get("se_prewhitened") is not None:
        white = newey_west(fit, lag="auto", adjust=False, prewhiten=True)
        answer.close("auto.se_prewhitened", white.se, expected["se_prewhitened"])


def _refusal(fit: LinearFit) -> str:
    for prewhiten in (False, True):
        try:
            newey_west(fit, lag="auto", adjust=False, prewhiten=prewhiten)
        except ValueError as refusal:
            return str(refusal)
    return ""


def _residuals(fit: LinearFit, expected: dict[str, Any], answer: Answer) -> None:
    answer.close("durbin_watson", serial.durbin_watson(fit.residuals), expected.get("durbin_watson"))
    if (acf := expected.get("residual_acf")) is not None:
        answer.close("residual_acf", serial.autocorrelation(fit.residuals, len(acf)), acf)
    answer.close("ljung_box_p", serial.ljung_box(fit.residuals, 6), expected.get("ljung_box_p"))


def _autoregressive(
    given: dict[str, Any], plan: SegmentedDesign, expected: dict[str, Any] | None, answer: Answer
) -> None:
    if expected is None:
        return
    fit = gls_ar1(given["y"], plan.design, time=given["time"], terms=plan.terms)
    answer.close("gls.coef", fit.coef, expected["coef"], rtol=REML)
    answer.close("gls.se", fit.se, expected["se"], rtol=REML)
    answer.close("gls.z", fit.coefficients().statistic, expected.get("z"), rtol=REML)
    answer.close("gls.rho", fit.rho, expected["rho"], rtol=REML)
    answer.close("gls.loglik", fit.loglik, expected.get("loglik"))


def _effect_at_end(
    fit: LinearFit, plan: SegmentedDesign, lag: int, expected: dict[str, Any] | None, answer: Answer
) -> None:
    if expected is None:
        return
    without = float(plan.counterfactual[-1] @ fit.coef)
    change = newey_west(fit, lag=lag, adjust=False).combination(plan.design[-1] - plan.counterfactual[-1])
    answer.close("effect.difference", change.value, expected["difference"])
    answer.close("effect.se_nw", change.se, expected.get("se_nw"))
    answer.close("effect.counterfactual", without, expected["counterfactual"])
    answer.close("effect.relative", change.value / without, expected.get("relative"))


# --- segmented regression of counts ------------------------------------------------------------------------------
def _glm(method: dict[str, Any], given: dict[str, Any], expected: dict[str, Any], answer: Answer) -> None:
    plan = _plan(method, given)
    denominator = given.get("denominator", given.get("exposure"))
    fit = quasi_glm(
        given["events"], plan.design, family=method["family"].removeprefix("quasi"),
        denominator=denominator, terms=plan.terms, dispersion_floor=0.0,
    )  # fmt: skip
    table = fit.coefficients()
    answer.equal("terms", len(fit.terms), len(expected["terms"]))
    answer.close("coef", fit.coef, expected["coef"])
    answer.close("se_quasi", fit.se, expected["se_quasi"])
    answer.close("dispersion_pearson", fit.dispersion, expected["dispersion_pearson"])
    answer.close("deviance", fit.deviance, expected.get("deviance"))
    ends = {"ratio": table.estimate, "ratio_lower_t": table.lower, "ratio_upper_t": table.upper}
    for name, ours in ends.items():
        answer.close(name, np.exp(ours), expected.get(name))
    adjacent = newey_west(fit, lag=method["lag"], adjust=False)
    answer.close("se_newey_west", adjacent.se, expected.get("se_newey_west"))
    answer.close("se_robust_hc0", robust(fit).se, expected.get("se_robust_hc0"))
    base = 1.0 if denominator is None else float(denominator[-1])
    odds = float(np.exp(plan.counterfactual[-1] @ fit.coef))
    without = base * odds / (1 + odds) if fit.family == "binomial" else base * odds
    _last(answer, "fitted_last", float(fit.fitted[-1]), base, expected.get("fitted_last"))
    _last(answer, "counterfactual_last", without, base, expected.get("counterfactual_last"))


def _last(answer: Answer, name: str, count: float, base: float, expected: float | None) -> None:
    """R gives the last point as a share for binomial fits and as a count where there is an offset: the unit nearer by is meant."""
    if expected is None:
        return
    units = (count, count / base)
    answer.close(name, min(units, key=lambda value: abs(np.log(value / expected))), expected)


# --- stepped wedge -----------------------------------------------------------------------------------------------
def _stepped_wedge(
    method: dict[str, Any], given: dict[str, Any], expected: dict[str, Any], answer: Answer
) -> None:
    events, trials = np.asarray(given["events"], float), np.asarray(given["n"], float)
    where = (given["cluster"], given["period"], given["treat"])
    if (linear := expected.get("lmm_reml_on_rates")) is not None:
        wedge = hussey_hughes(events / trials, *where)
        answer.close("lmm.treat", wedge.effect.value, linear["treat"], rtol=REML)
        answer.close("lmm.se", wedge.effect.se, linear["se"], rtol=REML)
        answer.close("lmm.var_cluster", wedge.var_cluster, linear["var_cluster"], rtol=VARIANCE, atol=1e-9)
        answer.close("lmm.var_resid", wedge.var_residual, linear["var_resid"], rtol=VARIANCE)
        answer.close("lmm.loglik_reml", wedge.loglik, linear.get("loglik_reml"))
    if (logistic := expected.get("glmm_logit_laplace")) is not None:
        model = stepped_wedge_logit(events, trials, *where, covariance="lme4").model
        answer.equal("glmm.terms", len(model.terms), len(logistic["terms"]))
        answer.close("glmm.coef", model.coef, logistic["coef"], rtol=1e-3)
        answer.close("glmm.se", model.se, logistic["se"], rtol=1e-3)
        answer.close("glmm.sd_cluster", model.sd, logistic["sd_cluster"], rtol=5e-3, atol=1e-5)
        answer.close("glmm.loglik", model.loglik, logistic.get("loglik"))


# --- waves -------------------------------------------------------------------------------------------------------
def _waves(method: dict[str, Any], given: dict[str, Any], expected: dict[str, Any], answer: Answer) -> None:
    rows = (given["y"], given["unit"], given["period"], given["first_treated"])
    table = group_time_att(
        *rows, control=CONTROL[method["control_group"]], base=method["base_period"],
        weights=given.get("weights"), cluster=given.get("cluster"),
    )  # fmt: skip
    _cells(table, expected["att_gt"], answer)
    for name, kind in (
        ("simple", "simple"),
        ("group", "group"),
        ("dynamic", "event"),
        ("calendar", "calendar"),
    ):
        if name in expected:
            _summary(table, name, kind, expected[name], answer)
    if (contrast := expected.get("twfe_estimate_for_contrast")) is not None:
        answer.close("twfe", two_way_fixed_effects(*rows), contrast)


def _cells(table: ATTTable, expected: dict[str, Any], answer: Answer) -> None:
    """Cell by cell; one that the reference leaves out or empty must be not identifiable here."""
    ours = table.cells
    place = {(int(g), int(t)): row for row, (g, t) in enumerate(zip(ours.group, ours.period, strict=True))}
    names = list(zip(expected["group"], expected["t"], strict=True))
    unknown = [name for name in names if name not in place]
    answer.equal("cells not known here", unknown, [])
    known = [name for name in names if name in place]
    rows = [place[name] for name in known]
    att = [value for name, value in zip(names, expected["att"], strict=True) if name in place]
    se = [value for name, value in zip(names, expected["se"], strict=True) if name in place]
    answer.close("att", ours.att[rows], att)
    answer.close("att.se", ours.se[rows], se)
    numbered = {name for name, value in zip(known, att, strict=True) if value is not None}
    answer.equal(
        "identifiable cells", sorted(name for name, row in place.items() if ours.identifiable[row]), sorted(numbered)
    )  # fmt: skip


def _summary(table: ATTTable, name: str, kind: Any, expected: dict[str, Any], answer: Answer) -> None:
    """`did` up to 2.1 has a slip in the error of the overall group mean; our answer to it is `compat`."""
    ours = aggregate_att(table, kind, compat="did-2.1")
    answer.close(
        f"{name}.overall",
        ours.overall.value,
        expected.get("overall", expected.get("att") if kind == "simple" else None),
    )
    answer.close(
        f"{name}.overall_se",
        ours.overall.se,
        expected.get("overall_se", expected.get("se") if kind == "simple" else None),
    )
    if kind != "simple":
        answer.equal(f"{name}.keys", ours.by.key, expected["egt"])
        answer.close(f"{name}.att", ours.by.att, expected["att"])
        answer.close(f"{name}.se", ours.by.se, expected["se"])


KINDS: dict[str, Callable[[dict[str, Any], dict[str, Any], dict[str, Any], Answer], None]] = {
    "ols-newey-west": _newey_west,
    "overdispersed-glm": _glm,
    "stepped-wedge": _stepped_wedge,
    "callaway-santanna": _waves,
}
