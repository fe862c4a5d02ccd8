"""The numbers of metafor, PHEindicatormethods, base R, psych and multilevel, case by case."""

import importlib
import json
from pathlib import Path

import pytest

from matneo.commands.verification.compare import Answer, NotRun

HERE = Path(__file__).resolve().parents[1] / "reference" / "stats"
TOPICS = ("meta_analysis", "inequality", "survey")


def content(topic):
    return json.loads((HERE / f"{topic}.json").read_text())


def cases():
    return [
        pytest.param(topic, content(topic)["default_tolerance"], case, id=case["id"])
        for topic in TOPICS
        for case in content(topic)["cases"]
    ]


def check(topic, tolerance, case):
    answer = Answer(tolerance["rtol"], tolerance["atol"])
    importlib.import_module(f"matneo.commands.verification.{topic}").check(case, answer)
    return answer


def numbers(value):
    """How many numbers an expected value holds; null compares with nothing."""
    if isinstance(value, dict):
        return sum(map(numbers, value.values()))
    if isinstance(value, list):
        return sum(map(numbers, value))
    return int(value is not None)


@pytest.mark.parametrize(("topic", "tolerance", "case"), cases())
def test_the_reference_is_reproduced(topic, tolerance, case):
    answer = check(topic, tolerance, case)

    assert answer.differences == []
    assert answer.compared == numbers(case["expected"])  # no field was passed over


@pytest.mark.parametrize("topic", TOPICS)
def test_an_unknown_kind_is_not_run(topic):
    with pytest.raises(NotRun):
        check(topic, {"rtol": 0, "atol": 0}, {"kind": "unheard-of", "input": {}, "expected": {}})


@pytest.mark.parametrize("topic", TOPICS)
def test_a_wrong_number_is_noticed(topic):
    case = content(topic)["cases"][0]
    name, value = next(iter(case["expected"].items()))

    def spoiled(value):
        if isinstance(value, dict):
            return {key: spoiled(entry) for key, entry in value.items()}
        if isinstance(value, list):
            return [spoiled(entry) for entry in value]
        return None if value is None else value + 0.1

    wrong = {**case, "expected": {**case["expected"], name: spoiled(value)}}

    assert check(topic, {"rtol": 1e-6, "atol": 1e-9}, wrong).differences
