"""A cell of a row about a birth is seen by those who may send rows in, and by nobody else."""

import pytest
from django.test import Client
from tests.universe import births, births_file

from matneo.submissions import actions
from matneo.submissions.models import Submission


@pytest.fixture
def sent(universe, tmp_path, data_dir):
    rows = births(30, trusts=(("T1", "S1"),))
    rows[3]["gestation_days"] = 999
    rows[4]["outcome"] = "Q-7"
    rows[5]["site"] = "NOWHERE"
    file = births_file(tmp_path, rows)
    row = actions.receive(
        file=file, name="b.parquet", organisation=universe.organisation("T1"), by=universe.people["analyst"]
    )
    return universe, row


def answers(sent, person):
    universe, row = sent
    client = Client()
    client.force_login(universe.people[person], backend="allauth.account.auth_backends.AuthenticationBackend")
    page = f"/trusts/T1/submissions/{row.pk}/"
    found = [client.get(a) for a in (page, f"{page}findings.csv", f"/api/v1/submissions/{row.pk}/")]
    assert {answer.status_code for answer in found} == {200}
    return [answer.content.decode() for answer in found]


def test_the_analyst_reads_the_values(sent):
    for text in answers(sent, "analyst"):
        for value in ("999", "Q-7", "NOWHERE"):
            assert value in text
        assert "left out" not in text.replace("What was left out", "").replace("left_out", "")


@pytest.mark.parametrize("person", ["coach", "lead"])
def test_others_read_where_and_what_to_do_without_the_value(sent, person):
    for text in answers(sent, person):
        for value in ("is not possible for", "Q-7", "NOWHERE"):
            assert value not in text
        for words in (
            "gestation_days",
            "A value is not possible in this column.",
            "It has to be one of 01, 02, 03, 04.",
        ):
            assert words in text
        assert "left out" in text
    assert "only those who may send rows about births in see them" in answers(sent, person)[0]


def test_no_finding_of_rows_gets_by_with_a_rule_that_is_not_known_here(sent):
    _, row = sent
    report = row.report
    report["listed"][0] |= {"rule": "a new one", "value": "SECRET", "sentence": "SECRET is odd."}
    Submission.objects.filter(pk=row.pk).update(report=report)

    for text in answers(sent, "lead"):
        assert "SECRET" not in text


def test_findings_of_counts_keep_their_values(universe, tmp_path, data_dir):
    file = tmp_path / "sheet.csv"
    file.write_text("measure,month,numerator,denominator\nSFP-M01,2024-01,60x,50\n")
    lead = universe.people["lead"]
    row = actions.receive(file=file, name="s.csv", organisation=universe.organisation("T1"), by=lead)

    assert "60x" in answers((universe, row), "coach")[0]
