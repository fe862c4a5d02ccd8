"""Observed over expected beside R: intervals, indirect standardisation, and the logistic case-mix model."""

from typing import Any

import numpy as np

from matneo.commands.verification.compare import Answer, NotRun
from matneo.stats.casemix import factor, fit_case_mix, numeric, observed_expected
from matneo.stats.ratios import ratio_p_value, standardised_ratio
from matneo.stats.standardisation import Rates, indirect_standardise

METHODS = {"exact": "exact", "byar": "byar", "midp": "midp", "phe_rule": "phe"}
THEIR_NAMES = {"exact": "Exact", "byar": "Byars"}  # of PHEindicatormethods


def check(case: dict[str, Any], answer: Answer) -> None:
    kinds = {"oe-ci": _check_intervals, "indirect": _check_indirect, "casemix": _check_case_mix}
    if case["kind"] not in kinds:
        raise NotRun(str(case["kind"]))
    kinds[case["kind"]](case, answer)


def _check_intervals(case: dict[str, Any], answer: Answer) -> None:
    observed, hoped, said = case["input"]["observed"], case["input"]["expected"], case["expected"]
    for theirs, ours in METHODS.items():
        made = standardised_ratio(
            observed, hoped, confidence=case["method"].get("confidence", 0.95), method=ours
        )
        answer.close("ratio", made.ratio, said.get("ratio"))
        if said.get(theirs) is not None:
            # Byar's formula falls below 0 for one event at high confidence; a rate does not, and so ours does not.
            limits = [None if end is None else max(0.0, end) for end in said[theirs]]
            answer.close(theirs, np.stack([made.lower, made.upper]), limits)
        if theirs == "phe_rule" and "phe_method" in said:
            answer.equal("phe_method", str(made.method), said["phe_method"])
    answer.close(
        "p_exact_minlike", ratio_p_value(observed, hoped, method="minlike"), said.get("p_exact_minlike")
    )
    answer.close("p_midp_doubled", ratio_p_value(observed, hoped), said.get("p_midp_doubled"))
    # Two approximate z-values that nothing of ours uses: they follow from the ratio.
    ratio = float(standardised_ratio(observed, hoped).ratio)
    answer.close("z_log", np.log(ratio) * np.sqrt(observed) if observed else np.nan, said.get("z_log"))
    answer.close("z_sqrt", 2 * (np.sqrt(ratio) - 1) * np.sqrt(hoped), said.get("z_sqrt"))


def _check_indirect(case: dict[str, Any], answer: Answer) -> None:
    given, said = case["input"], case["expected"]
    reference, people = np.array(given["x_ref"], float), np.array(given["n_ref"], float)
    _, stratum = np.unique(np.array(given["stratum"]), return_inverse=True)

    def asked(confidence: float) -> Rates:
        return indirect_standardise(
            given["x"],
            given["n"],
            (reference / people)[stratum],
            given["site"],
            overall_rate=float(reference.sum() / people.sum()),
            confidence=confidence,
            method="phe",
            per=case["method"].get("per", 1),
        )

    ours, wide = asked(0.95), asked(0.998)
    answer.equal("site", ours.group, said.get("site"))
    for name, value in {
        "observed": ours.observed,
        "expected": ours.expected,
        "ratio": ours.ratio,
        "lower_95": ours.ratio_lower,
        "upper_95": ours.ratio_upper,
        "lower_998": wide.ratio_lower,
        "upper_998": wide.ratio_upper,
        "is_rate": ours.rate,
        "is_rate_lower_95": ours.lower,
        "is_rate_upper_95": ours.upper,
    }.items():
        answer.close(name, value, said.get(name))
    if "ci_method" in said:
        answer.equal("ci_method", [THEIR_NAMES[name] for name in ours.method.tolist()], said["ci_method"])


def _check_case_mix(case: dict[str, Any], answer: Answer) -> None:
    given, said = case["input"], case["expected"]
    age = np.array(given["age"], float) - 30
    terms = (
        numeric("age_c", age)
        + numeric("age_c2", age**2)
        + factor("imd", given["imd"], reference=1)
        + factor("eth", given["eth"], reference="W")
    )
    fit = fit_case_mix(given["y"], terms)
    sites = observed_expected(given["y"], fit.risk, given["site"], per=case["method"].get("per", 1))
    answer.equal("coef_names", ["const", *fit.terms[1:]], said.get("coef_names"))
    answer.equal("site", sites.group, said.get("site"))
    for name, value in {
        "coef": fit.coef,
        "se": fit.se,
        "deviance": fit.deviance,
        "c_statistic": fit.c_statistic,
        "observed": sites.observed,
        "expected": sites.expected,
        "var_expected": sites.variance,
        "ratio": sites.ratio,
        "lower_95_poisson_exact": sites.lower,
        "upper_95_poisson_exact": sites.upper,
        "z_binomial": sites.z,
        "adjusted_rate": sites.adjusted_rate,
    }.items():
        answer.close(name, value, said.get(name))
