"""Funnel plots, standardised ratios and random intercepts beside FunnelPlotR, PHEindicatormethods, base R and lme4."""

import json
from pathlib import Path

import pytest

from matneo.commands.verification import funnel, shrinkage, standardised_ratio
from matneo.commands.verification.compare import Answer, NotRun

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "stats"
ADAPTERS = {"funnel": funnel, "standardised_ratio": standardised_ratio, "shrinkage": shrinkage}
FILES = {name: json.loads((REFERENCE / f"{name}.json").read_text("utf-8")) for name in ADAPTERS}
CASES = [
    pytest.param(name, case, id=case["id"]) for name, content in FILES.items() for case in content["cases"]
]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_ours_is_theirs(name, case):
    tolerance = FILES[name]["default_tolerance"]
    answer = Answer(tolerance["rtol"], tolerance["atol"])

    ADAPTERS[name].check(case, answer)

    assert answer.differences == []
    assert answer.compared > 5


@pytest.mark.parametrize("name", ADAPTERS)
def test_an_unknown_kind_is_never_counted_as_passed(name):
    with pytest.raises(NotRun, match="league-table"):
        ADAPTERS[name].check({"kind": "league-table", "input": {}, "expected": {}}, Answer(1e-9, 1e-12))


def test_a_wrong_answer_is_noticed():
    case = json.loads(json.dumps(FILES["funnel"]["cases"][0]))
    case["expected"]["limits_exact"]["upper_95"][3] *= 1.0001
    case["expected"]["flags_exact"]["out_95"][0] = "high"
    answer = Answer(1e-7, 1e-9)

    funnel.check(case, answer)

    assert len(answer.differences) == 2
