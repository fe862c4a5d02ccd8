"""Random intercepts beside lme4, the gamma-Poisson model, and stabilised rates with case mix."""

from typing import Any

import numpy as np

from matneo.commands.verification.compare import Answer, NotRun
from matneo.stats.casemix import factor, numeric
from matneo.stats.shrinkage import (
    RandomIntercept,
    fit_random_intercept,
    gamma_poisson,
    stabilised_rates,
)

MODELS: dict[str, dict[str, Any]] = {
    "logit_nAGQ1": {},
    "logit_nAGQ10": {"quadrature": 10},
    "poisson_log_laplace": {"family": "poisson"},
}
SD = {"rtol": 2e-3, "atol": 1e-3}  # of the file's notes: below 1e-3 it counts as 0
SE = {"rtol": 2e-2}
# 1e-4 of a rate (the notes again) is 1e-4 of its logarithm, which a site's effect is. lme4 stops a little below the top
# of the likelihood: an effect of 0.0006 is off by 1.3e-6 there.
EFFECT = {"atol": 1e-4}
LOGLIK = {"rtol": 0.0, "atol": 1e-3}


def check(case: dict[str, Any], answer: Answer) -> None:
    if case["kind"] in ("random-intercept", "random-intercept-null"):
        _check_models(case, answer)
    elif case["kind"] == "stabilised-adjusted":
        _check_adjusted(case, answer)
    else:
        raise NotRun(str(case["kind"]))


def _check_models(case: dict[str, Any], answer: Answer) -> None:
    given, per = case["input"], case["method"].get("per", 1)
    for name, options in MODELS.items():
        if theirs := case["expected"].get(name):
            fit = fit_random_intercept(given["events"], given["n"], given["site"], **options)
            made = stabilised_rates(fit, method="normal").sites
            answer.equal(f"{name} site", made.group, sorted(given["site"]))
            order = np.argsort(np.argsort(given["site"], kind="stable"))  # as given
            _check_fit(answer, name, fit, order, theirs)
            answer.close(f"{name} intercept", fit.coef[0], theirs.get("intercept"))
            answer.close(f"{name} se_intercept", fit.se[0], theirs.get("se_intercept"), **SE)
            answer.close(f"{name} rate", made.rate[order] * per, theirs.get("stabilised_rate_per_1000"))
    if theirs := case["expected"].get("gamma_poisson_eb"):
        _check_gamma(answer, given, theirs)


def _check_fit(answer: Answer, name: str, fit: RandomIntercept, order: Any, theirs: dict[str, Any]) -> None:
    answer.close(f"{name} sd_site", fit.sd, theirs.get("sd_site"), **SD)
    answer.close(f"{name} loglik", fit.loglik, theirs.get("loglik"), **LOGLIK)
    answer.close(f"{name} site_effect", fit.u[order], theirs.get("site_effect"), **EFFECT)
    answer.close(f"{name} site_effect_cond_sd", fit.cond_sd[order], theirs.get("site_effect_cond_sd"))


def _check_gamma(answer: Answer, given: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Expected by the overall rate."""
    events, births = np.array(given["events"], float), np.array(given["n"], float)
    ours = gamma_poisson(events, births * events.sum() / births.sum())
    answer.close("shape", ours.shape, theirs.get("shape"))
    answer.close("mean", ours.mean, theirs.get("mean"))
    answer.close("gamma loglik", ours.loglik, theirs.get("loglik"), **LOGLIK)
    answer.close("posterior_mean_ratio", ours.sites.ratio, theirs.get("posterior_mean_ratio"))
    answer.close("posterior_q025", ours.sites.lower, theirs.get("posterior_q025"))
    answer.close("posterior_q975", ours.sites.upper, theirs.get("posterior_q975"))


def _check_adjusted(case: dict[str, Any], answer: Answer) -> None:
    given, said, per = case["input"], case["expected"], case["method"].get("per", 1000)
    terms = factor("factor(imd)", given["imd"], reference=1) + numeric(
        "ac", (np.array(given["age"], float) - 30) / 5
    )
    births = np.array(given["y"], float)
    fit = fit_random_intercept(births, 1, given["site"], terms.matrix, terms=terms.names)
    made = stabilised_rates(fit, births.mean()).sites
    answer.equal("terms", ["(Intercept)", *fit.terms[1:]], said.get("terms"))
    answer.equal("site", made.group, said.get("site"))
    answer.close("coef", fit.coef, said.get("coef"))
    answer.close("se", fit.se, said.get("se"), **SE)
    _check_fit(answer, "adjusted", fit, np.arange(len(made.group)), said)
    answer.close("expected_without_site", made.expected, said.get("expected_without_site"))
    answer.close("expected_with_site", made.fitted, said.get("expected_with_site"))
    answer.close("rate", made.rate * per, said.get("stabilised_adjusted_rate_per_1000"))
