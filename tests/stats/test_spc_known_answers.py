"""The numbers of five established programs, case by case, asked through the adapters of `verify-statistics`."""

import json
from pathlib import Path

import pytest

from matneo.commands.verification import plotthedots, powerbi, qicharts, run_medians, zone_rules
from matneo.commands.verification.compare import Answer

HERE = Path(__file__).resolve().parents[1] / "reference" / "spc"
ADAPTERS = {
    "NHSRplotthedots": plotthedots,
    "qicharts2": qicharts,
    "qcc": zone_rules,
    "runcharter": run_medians,
    "controlchartspy": powerbi,
}


def cases():
    for file in sorted(HERE.glob("*.json")):
        content = json.loads(file.read_text("utf-8"))
        for case in content.get("cases", []):
            yield pytest.param(case, id=case["id"])
    tables = json.loads((HERE / "tables.json").read_text("utf-8"))
    for name in ("anhoej", "constants", "boxes"):
        case = {"id": name, "table": name, "engine": tables["engine"], "expected": tables[name]}
        yield pytest.param(case, id=f"table-{name}")


@pytest.mark.parametrize("case", list(cases()))
def test_it_answers_as_the_program_did(case):
    answer = Answer(1e-9, 1e-12, null="undefined")

    ADAPTERS[case["engine"]["name"]].check(case, answer)

    assert not answer.differences
    assert answer.compared > 0


def test_every_case_of_the_files_is_asked():
    assert len(list(cases())) == 150


@pytest.mark.parametrize("name", ["ptd-G-18", "qic-xbar-G-02", "rules-G-05", "pbi-G-18", "runcharter-G-01"])
def test_an_adapter_notices_another_answer(name):
    case = next(param.values[0] for param in cases() if param.id == name)
    broken = json.loads(json.dumps(case))
    expected = broken["expected"]
    for key, column in (
        ("points", "upl"), ("points", "ucl"), ("points", "ul95"), ("medians", "median"), ("nelson", "rule2")
    ):  # fmt: skip
        if column in expected.get(key, {}):
            expected[key][column] = [value + 1 for value in expected[key][column]]
    answer = Answer(1e-9, 1e-12, null="undefined")

    ADAPTERS[case["engine"]["name"]].check(broken, answer)

    assert answer.differences
