"""`matneo invite`: the first people of an installation."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from matneo.accounts.access import viewer_for
from matneo.accounts.models import User
from matneo.audit.models import AuditEvent

ADA = ["Ada@example.org", "--name", "Ada Example"]


@pytest.fixture
def installation(universe, data_dir):
    data_dir.make(kind="real", today=None, seed=None, created="2025-11-17T09:00:00+00:00")
    return universe


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("invite", *ADA, *arguments, stdout=out)
    return out.getvalue()


def test_it_gives_the_role_and_says_how_to_sign_in(installation):
    text = said("--role", "trust_analyst", "--at", "t1")

    assert "Ada Example has the role Trust analyst at St Mary's Vale" in text
    assert "/accounts/login/code/ sends a code to ada@example.org" in text
    assert "matneo changepassword ada@example.org" in text
    assert viewer_for(User.objects.get(email="ada@example.org")).grants == {("trust_analyst", "T1")}


def test_twice_changes_nothing(installation):
    first = said("--role", "coach", "--at", "C1", "--caseload", "T1")
    people, roles = User.objects.count(), AuditEvent.objects.filter(action="accounts.add_membership").count()

    assert said("--role", "coach", "--at", "C1", "--caseload", "T1") == first
    assert User.objects.count() == people
    assert AuditEvent.objects.filter(action="accounts.add_membership").count() == roles


def test_a_caseload_is_given_with_it(installation):
    said("--role", "psc_manager", "--at", "C1", "--caseload", "T1, t3")

    assert {"T1", "T3"} <= viewer_for(User.objects.get(email="ada@example.org")).inside


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--role", "staff", "--at", "X9"), "There is no organisation X9."),
        (("--role", "boss", "--at", "T1"), "There is no role boss at St Mary's Vale"),
        (("--role", "coach", "--at", "T1"), "Coach is not a role at St Mary's Vale. .*Trust analyst \\(trust_analyst\\)"),
        (("--role", "coach", "--at", "C1", "--caseload", "T1,X9"), "There is no organisation X9."),
        (("--role", "coach", "--at", "C1", "--caseload", "S1"), "is not a trust"),
        (("--role", "staff", "--at", "T1", "--caseload", "T1"), "Only coaches"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(installation, arguments, says):
    with pytest.raises(CommandError, match=says):
        said(*arguments)

    assert not User.objects.filter(email="ada@example.org").exists()


def test_without_an_installation_it_says_where_it_looked(universe, data_dir):
    with pytest.raises(CommandError, match="holds no MatNeo data yet"):
        said("--role", "staff", "--at", "T1")
