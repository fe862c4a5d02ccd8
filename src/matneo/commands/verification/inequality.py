"""Inequality against PHEindicatormethods and base R: slope and relative index five ways, and gaps of two groups."""

from typing import Any

import numpy as np

from matneo.commands.verification.compare import Answer, NotRun
from matneo.stats.comparisons import katz, wald_rate_ratio
from matneo.stats.gaps import gap, gap_test
from matneo.stats.inequality import SlopeIndex, concentration_index, slope_index
from matneo.stats.intervals import Interval, byar
from matneo.stats.ratios import odds_ratio

PER = 1000  # their rates
SIMULATED = 0.03  # their simulated ends: this share of the interval's width
ROOT_FINDER = 1e-3  # R's conditional odds ratio


def check(case: dict[str, Any], answer: Answer) -> None:
    kinds = {"sii-rii": _slopes, "two-group-gap": _gap}
    if case["kind"] not in kinds:
        raise NotRun(case["kind"])
    kinds[case["kind"]](case, answer)


def _slopes(case: dict[str, Any], answer: Answer) -> None:
    given, expected = case["input"], case["expected"]
    counts = given["events"], given["population"], given["quantile"]
    line = slope_index(*counts)
    answer.close("relative_rank", line.relative_rank, expected.get("relative_rank"))
    answer.close(
        "concentration_index", concentration_index(*counts).value, expected.get("concentration_index")
    )
    theirs = expected.get("linear_wls") or {}
    _both("linear_wls", line, theirs, answer)
    answer.close("linear_wls.se_classical", line.slope_se_residual, theirs.get("se_classical"))
    theirs = expected.get("phe_proportion_untransformed") or {}
    _both("phe_proportion_untransformed", line, theirs, answer)
    _simulated("phe_proportion_untransformed", line, theirs, answer)
    if theirs := _made(expected, "phe_proportion_logit"):
        ours = slope_index(*counts, scale="logit")
        _both("phe_proportion_logit", ours, theirs, answer)
        _simulated("phe_proportion_logit", ours, theirs, answer)
    if theirs := _made(expected, "phe_rate_log"):
        ours = slope_index(*counts, scale="log", family="poisson")
        _both("phe_rate_log", ours, theirs, answer, PER)
        _simulated("phe_rate_log", ours, theirs, answer, PER)
    _likelihood(counts, expected, answer)
    _extremes(given, expected, answer)


def _made(expected: dict[str, Any], name: str) -> dict[str, Any]:
    """What the reference made of a model; nothing where it refused or did not converge."""
    theirs = expected.get(name) or {}
    return theirs if any(value is not None and value != [] for value in theirs.values()) else {}


def _both(name: str, ours: SlopeIndex, theirs: dict[str, Any], answer: Answer, per: float = 1) -> None:
    answer.close(f"{name}.sii", per * ours.sii, theirs.get("sii"))
    answer.close(f"{name}.rii", ours.rii, theirs.get("rii"))
    answer.close(f"{name}.intercept", per * ours.most_deprived, theirs.get("intercept"))


def _simulated(name: str, ours: SlopeIndex, theirs: dict[str, Any], answer: Answer, per: float = 1) -> None:
    for index, lower, upper in (
        ("sii", per * ours.sii_lower, per * ours.sii_upper),
        ("rii", ours.rii_lower, ours.rii_upper),
    ):
        ends = theirs.get(f"{index}_ci_simulated")
        if ends:
            width = SIMULATED * abs(ends[1] - ends[0])
            answer.close(f"{name}.{index}_ci_simulated", [lower, upper], ends, rtol=0.0, atol=width)


def _likelihood(counts: tuple[Any, Any, Any], expected: dict[str, Any], answer: Answer) -> None:
    if theirs := _made(expected, "sii_binomial_identity"):
        ours = slope_index(*counts, method="glm")
        answer.close("sii_binomial_identity.estimate", ours.sii, theirs.get("estimate"))
        answer.close("sii_binomial_identity.se", ours.sii_se, theirs.get("se"))
        answer.close("sii_binomial_identity.ci", [ours.sii_lower, ours.sii_upper], theirs.get("ci"))
    for name, family in (("rii_log_binomial", "binomial"), ("rii_poisson", "poisson")):
        if theirs := _made(expected, name):
            options: dict[str, Any] = {"family": family}
            ours = slope_index(*counts, scale="log", method="glm", **options)
            answer.close(f"{name}.estimate", ours.rii, theirs.get("estimate"))
            answer.close(f"{name}.se", ours.slope_se, theirs.get("se"))
            answer.close(f"{name}.ci", [ours.rii_lower, ours.rii_upper], theirs.get("ci"))


def _extremes(given: dict[str, Any], expected: dict[str, Any], answer: Answer) -> None:
    """The most against the least deprived group."""
    places = given["quantile"]
    most, least = places.index(min(places)), places.index(max(places))
    ours = gap(*(given[name][place] for place in (most, least) for name in ("events", "population")))
    answer.close("absolute_gap_extremes", ours.difference, expected.get("absolute_gap_extremes"))
    answer.close("relative_gap_extremes", ours.ratio, expected.get("relative_gap_extremes"))


def _gap(case: dict[str, Any], answer: Answer) -> None:
    given, expected = case["input"], case["expected"]
    counts = given["events_group"], given["n_group"], given["events_reference"], given["n_reference"]
    level = case["method"].get("confidence", 0.95)
    ours = gap(*counts, confidence=level)
    exact = gap(*counts, kind="rate", confidence=level)
    for name, value in (
        ("rate_group", ours.rate),
        ("rate_reference", ours.reference_rate),
        ("wilson_group", [ours.rate_lower, ours.rate_upper]),
        ("wilson_reference", [ours.reference_lower, ours.reference_upper]),
        ("difference", ours.difference),
        ("difference_newcombe", [ours.difference_lower, ours.difference_upper]),
        ("risk_ratio", ours.ratio),
        ("risk_ratio_katz", _ends(katz(*counts, level))),
        ("rate_ratio_wald", _ends(wald_rate_ratio(*counts, level))),
        ("rate_ratio_exact", [exact.ratio_lower, exact.ratio_upper]),
        ("rate_ratio_exact_p", gap_test(*counts, kind="rate")),
        ("fisher_p", gap_test(*counts)),
        ("rate_byar_group_per1000", PER * _ends(byar(counts[0], counts[1], level))),
    ):
        answer.close(name, value, expected.get(name))
    odds = odds_ratio(*counts, confidence=level)
    answer.close(
        "odds_ratio_conditional", odds.estimate, expected.get("odds_ratio_conditional"), rtol=ROOT_FINDER
    )
    answer.close(
        "odds_ratio_exact", [odds.lower, odds.upper], expected.get("odds_ratio_exact"), rtol=ROOT_FINDER
    )


def _ends(interval: Interval) -> Any:
    return np.array([interval.lower, interval.upper], float)
