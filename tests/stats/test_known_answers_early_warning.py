"""The numbers of vlad, cusum, CUSUMdesign, surveillance, spc and p.adjust, case by case."""

import json
from pathlib import Path

import pytest

from matneo.commands.verification import early_warning
from matneo.commands.verification.compare import Answer, NotRun

FILE = Path(__file__).resolve().parents[1] / "reference" / "stats" / "early_warning.json"
CONTENT = json.loads(FILE.read_text("utf-8"))


def answer() -> Answer:
    return Answer(**CONTENT["default_tolerance"])


# A limit for a wanted run length is searched on the finest lattice, a second a case; one of them is asked every time.
SEARCHED = [case["id"] for case in CONTENT["cases"] if "target_arl0" in case["input"]][:-1]
CASES = [
    pytest.param(case, id=case["id"], marks=[pytest.mark.slow] if case["id"] in SEARCHED else [])
    for case in CONTENT["cases"]
]


@pytest.mark.parametrize("case", CASES)
def test_it_answers_as_the_reference(case):
    ours = answer()

    early_warning.check(case, ours)

    assert ours.differences == []
    assert ours.compared > 0


def test_a_wrong_number_of_the_reference_would_be_noticed():
    case = json.loads(json.dumps(next(one for one in CONTENT["cases"] if one["kind"] == "moss-path")))
    case["expected"]["statistic"][-1] += 0.01
    ours = answer()

    early_warning.check(case, ours)

    assert len(ours.differences) == 1


def test_a_kind_that_is_not_known_is_not_counted_as_passed():
    with pytest.raises(NotRun, match="tarot"):
        early_warning.check({"kind": "tarot", "expected": {}}, answer())
