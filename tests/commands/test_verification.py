"""The comparison with established programs: what passes, what fails, and what is never counted as passed."""

import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command

from matneo.commands.verification import proof, proof_page
from matneo.commands.verification.compare import Answer
from matneo.commands.verification.runner import verify
from matneo.monitoring import proof as content

TESTS = Path(__file__).resolve().parents[1]


def funnel_file(folder, change=None, kind=None):
    source = TESTS / "reference" / "stats" / "standardised_ratio.json"
    vectors = json.loads(source.read_text())
    vectors["cases"] = [case for case in vectors["cases"] if case["kind"] == "oe-ci"][:2]
    if change:
        change(vectors["cases"][0])
    if kind:
        vectors["cases"][0]["kind"] = kind
    file = folder / "some.json"
    file.write_text(json.dumps(vectors))
    return folder


def test_right_answers_pass(tmp_path):
    (report,) = verify(funnel_file(tmp_path))

    assert (report.passed, report.failed, report.not_run) == (2, {}, [])


def test_a_wrong_number_fails_and_is_named(tmp_path):
    def change(case):
        name = next(name for name, value in case["expected"].items() if isinstance(value, float))
        case["expected"][name] *= 1.001

    (report,) = verify(funnel_file(tmp_path, change))

    assert report.passed == 1
    assert "was expected" in next(iter(report.failed.values()))[0]


def test_an_unknown_kind_is_reported_and_never_counted_as_passed(tmp_path):
    (report,) = verify(funnel_file(tmp_path, kind="a new kind"))

    assert (report.passed, report.failed) == (1, {})
    assert report.not_run == ["a new kind"]


def test_an_empty_case_proves_nothing(tmp_path):
    (report,) = verify(funnel_file(tmp_path, lambda case: case["expected"].clear()))

    assert list(report.failed.values()) == [["nothing could be compared"]]


def test_the_command_ends_with_a_count_and_fails_where_a_case_failed(tmp_path, capsys):
    call_command("verify_statistics", str(funnel_file(tmp_path)))
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 0 failed"

    funnel_file(tmp_path, lambda case: case["expected"].update(dict.fromkeys(case["expected"], 1e9)))
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_statistics", str(tmp_path))
    assert stopped.value.code == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed"


def test_a_missing_value_of_ours_is_a_difference():
    answer = Answer(1e-6, 0)
    answer.close("one", [np.nan, 2.0], [1.0, 2.0])

    assert not answer.passed


def test_a_value_where_the_reference_has_none_is_a_difference_for_charts_only():
    charts, others = Answer(1e-6, 0, null="undefined"), Answer(1e-6, 0)
    for answer in (charts, others):
        answer.close("one", [1.0, 2.0], [None, 2.0])

    assert not charts.passed
    assert others.passed


@pytest.fixture(scope="module")
def lines():
    return proof.collect(TESTS / "reference")


class TestProof:
    """`matneo write-proof` writes both; after a change that is meant, run it and read the difference."""

    @pytest.mark.slow
    def test_what_is_written_down_is_what_a_run_finds(self, lines):
        found = {(line.file, line.kind): (line.reference, line.cases) for line in lines}
        written = json.loads(content._text("statistics.json"))

        assert {(w["file"], w["kind"]): (w["reference"], w["cases"]) for w in written} == found

    @pytest.mark.slow
    def test_no_difference_passes_its_bound(self, lines):
        bounds = {(w["file"], w["kind"]): w["bound"] for w in json.loads(content._text("statistics.json"))}
        # Another machine may differ in its last digits: one power of ten is allowed.
        worse = [line for line in lines if line.bound > 10 * bounds[(line.file, line.kind)] * 1.001]

        assert worse == []

    def test_the_page_in_the_docs_says_the_same(self):
        page = TESTS.parent / "docs" / "reference" / "statistics.md"

        assert page.read_text("utf-8") == proof_page.text()
