"""Surveys against psych, multilevel and base R: reliability, scores of units, two rounds."""

from typing import Any

import numpy as np

from matneo.commands.verification.compare import Answer, NotRun
from matneo.stats.reliability import cronbach_alpha, icc
from matneo.stats.survey import (
    percent_agree,
    respondent_scores,
    reverse_items,
    unit_scores,
)
from matneo.stats.survey_rounds import compare_rounds


def check(case: dict[str, Any], answer: Answer) -> None:
    kinds = {"likert-domain": _domain, "round-comparison": _rounds}
    if case["kind"] not in kinds:
        raise NotRun(case["kind"])
    kinds[case["kind"]](case, answer)


def _domain(case: dict[str, Any], answer: Answer) -> None:
    given, expected, method = case["input"], case["expected"], case["method"]
    items = [item - int(method.get("reverse_index_base", 0)) for item in method["reverse_items"]]
    complete = reverse_items(_matrix(given["responses_complete"]), items)
    with_missing = reverse_items(_matrix(given["responses_with_missing"]), items)
    least, unit = int(method["min_items"]), given["unit"]
    _reliability(complete, unit, expected, answer)
    answer.close("domain_score", respondent_scores(with_missing, least=least), expected.get("domain_score"))
    answer.close(
        "percent_agree_item", 100 * percent_agree(with_missing).share, expected.get("percent_agree_item")
    )
    units = unit_scores(with_missing, unit, least=least)
    answer.equal("unit", units.unit, expected.get("unit"))
    answer.close("unit_mean_score", units.mean, expected.get("unit_mean_score"))
    answer.close(
        "unit_percent_respondents_75plus",
        100 * units.positive,
        expected.get("unit_percent_respondents_75plus"),
    )
    answer.close("unit_percent_agree_pooled", 100 * units.agreed, expected.get("unit_percent_agree_pooled"))


def _reliability(complete: Any, unit: Any, expected: dict[str, Any], answer: Answer) -> None:
    alpha = cronbach_alpha(complete)
    for name, ours in (
        ("alpha_raw", alpha.alpha),
        ("alpha_std", alpha.standardised),
        ("alpha_if_item_dropped", alpha.if_dropped),
        ("item_rest_correlation", alpha.item_rest),
    ):
        answer.close(name, ours, expected.get(name))
    between = icc(respondent_scores(complete), unit)
    answer.close("icc1", between.icc1, expected.get("icc1"))
    answer.close("icc2", between.icc2, expected.get("icc2"))


def _rounds(case: dict[str, Any], answer: Answer) -> None:
    expected = case["expected"]
    ours = compare_rounds(case["input"]["round1"], case["input"]["round2"])
    for name, value in (
        ("diff", ours.difference),
        ("welch_t", ours.statistic),
        ("welch_df", ours.df),
        ("welch_p", ours.p_value),
        ("ci", [ours.lower, ours.upper]),
        ("cohens_d", ours.cohens_d),
        ("hedges_g", ours.hedges_g),
        ("wilcoxon_p", ours.rank_p_value),
        ("percent75_round1", 100 * ours.positive_first),
        ("percent75_round2", 100 * ours.positive_second),
        ("fisher_p", ours.positive_p_value),
    ):
        answer.close(name, value, expected.get(name))


def _matrix(rows: Any) -> Any:
    return np.array([[np.nan if value is None else value for value in row] for row in rows], float)
