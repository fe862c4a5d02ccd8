"""All numbers of established programs in one go, as `verify-statistics` compares them."""

from pathlib import Path

import pytest

from matneo.commands.verification.runner import verify

HERE = Path(__file__).resolve().parents[1] / "reference"
FILES = {str(file.relative_to(HERE)) for file in HERE.rglob("*.json")}


@pytest.mark.slow
def test_every_case_passes_and_none_is_left_out():
    reports = list(verify(HERE))

    assert {report.name: report.failed for report in reports if report.failed} == {}
    assert {report.name: report.not_run for report in reports if report.not_run} == {}
    assert {report.name for report in reports} == {Path(file).name for file in FILES}
    assert sum(report.passed for report in reports) == 331


def test_the_readme_says_of_every_file_what_it_is():
    rows = [
        line.split("|")[1].strip()
        for line in (HERE / "README.md").read_text("utf-8").splitlines()
        if ".json" in line
    ]

    assert sorted(rows) == sorted(FILES)
