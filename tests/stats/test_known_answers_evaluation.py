"""The numbers of R's sandwich, nlme, glm, lme4 and did, case by case."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

from matneo.commands.verification import evaluation
from matneo.commands.verification.compare import Answer, NotRun

FILE = Path(__file__).resolve().parents[1] / "reference" / "stats" / "evaluation.json"
CONTENT = json.loads(FILE.read_text("utf-8"))


def asked(case):
    tolerance = CONTENT["default_tolerance"]
    answer = Answer(tolerance["rtol"], tolerance["atol"])
    evaluation.check(case, answer)
    return answer


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CONTENT["cases"]])
def test_it_answers_as_the_reference(case):
    answer = asked(case)

    assert answer.differences == []
    assert answer.compared > 5


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (0, ("gls_ar1_reml", "rho")),
        (0, ("auto", "bandwidth")),
        (7, ("dispersion_pearson",)),
        (12, ("lmm_reml_on_rates", "se")),
        (17, ("simple", "se")),
    ],
)
def test_it_notices_a_number_that_is_off_by_a_thousandth(place, path):
    case = deepcopy(CONTENT["cases"][place])
    inside = case["expected"]
    for name in path[:-1]:
        inside = inside[name]
    inside[path[-1]] *= 1.001

    assert len(asked(case).differences) == 1


def test_a_cell_the_reference_leaves_out_must_have_no_number_here():
    case = deepcopy(CONTENT["cases"][17])
    for column in case["expected"]["att_gt"].values():
        column.pop()

    assert any("identifiable" in line for line in asked(case).differences)


def test_a_kind_it_does_not_know_is_not_run():
    with pytest.raises(NotRun):
        evaluation.check({"kind": "tea-leaves", "input": {}, "expected": {}}, Answer(1e-5, 1e-8))


@pytest.mark.parametrize("unit", ["count", "rate"])
def test_the_last_point_of_a_poisson_case_may_be_a_count_or_a_rate(unit):
    # 20 of 100 before and 10 of 200 after: rates .2 and .05; at the end 10 events, and 40 without the change.
    base = 200 if unit == "count" else 1
    case = {
        "kind": "overdispersed-glm",
        "method": {"family": "quasipoisson", "formula": "y ~ time + level + trend", "first_intervention_time": 4, "lag": 1},
        "input": {"time": [1, 2, 3, 4, 5, 6], "events": [20, 20, 20, 10, 10, 10], "denominator": [100] * 3 + [200] * 3},
        "expected": {
            "terms": ["(Intercept)", "time", "level", "trend"], "coef": [-1.6094379124341, 0, -1.3862943611199, 0],
            "se_quasi": [0, 0, 0, 0], "dispersion_pearson": 0, "deviance": 0,
            "fitted_last": 0.05 * base, "counterfactual_last": 0.2 * base,
        },
    }  # fmt: skip

    answer = asked(case)

    assert answer.differences == []
    assert answer.compared == 13
