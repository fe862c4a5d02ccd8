"""Who may do what: one function, one table."""

from datetime import date

import pytest

from matneo.accounts import actions
from matneo.accounts.access import has_permission, viewer_for
from matneo.accounts.models import Membership
from matneo.accounts.permissions import Permission as May
from matneo.accounts.roles import ROLES
from matneo.utils.viewer import ANONYMOUS

OWN, OTHER, SITE = "T1", "T2", "S1"
# person: what they may at their own trust (or, for the last two, in the programme)
MATRIX = {
    "lead": {May.VIEW_HOME, May.VIEW_OUTBOX, May.VIEW_INSIDE, May.VIEW_SUBMISSIONS, May.UPLOAD, May.WITHDRAW, May.ANNOTATE, May.REBASE, May.VIEW_AUDIT},
    "colleague": {May.VIEW_HOME, May.VIEW_OUTBOX, May.VIEW_INSIDE},
    "analyst": {May.VIEW_HOME, May.VIEW_OUTBOX, May.VIEW_INSIDE, May.VIEW_SUBMISSIONS, May.UPLOAD, May.SUBMIT_ROWS, May.WITHDRAW, May.SIGN_OFF, May.ANNOTATE,
                May.REBASE, May.VIEW_AUDIT, May.MANAGE_MEMBERS},
    "sponsor": {May.VIEW_HOME, May.VIEW_OUTBOX},
    "family": {May.VIEW_HOME, May.VIEW_OUTBOX},
    "outsider": {May.VIEW_HOME, May.VIEW_OUTBOX},
    "coach": {May.VIEW_HOME, May.VIEW_OUTBOX, May.VIEW_INSIDE, May.VIEW_SUBMISSIONS, May.ANNOTATE},
    "national": {May.VIEW_HOME, May.VIEW_OUTBOX},
}  # fmt: skip


@pytest.mark.parametrize("code", [OWN, SITE])
@pytest.mark.parametrize("person", MATRIX)
def test_the_table_of_permissions(universe, person, code):
    viewer = universe.viewer(person)

    assert {p for p in May if has_permission(viewer, p, code)} == MATRIX[person]


@pytest.mark.parametrize("person", [p for p in MATRIX if p != "outsider"])
def test_nobody_reaches_another_trust(universe, person):
    viewer = universe.viewer(person)

    assert {p for p in May if has_permission(viewer, p, OTHER)} == {May.VIEW_HOME, May.VIEW_OUTBOX}
    assert not viewer.sees_inside(OTHER)


def test_the_public_may_do_nothing():
    assert not any(has_permission(ANONYMOUS, p, code) for p in May for code in (None, OWN))


def test_a_role_at_one_trust_does_not_reach_the_sites_of_another(universe):
    lead = universe.people["lead"]
    actions.add_membership(
        user=lead, organisation=universe.organisation("T2"), role="staff", start=date(2020, 1, 1), by=None
    )

    viewer = viewer_for(lead)

    assert viewer.sees_inside("S2")
    assert not has_permission(viewer, May.UPLOAD, "S2")


def test_inside_is_the_trust_its_sites_and_its_predecessor(universe):
    assert universe.viewer("lead").inside == {"T1", "S1", "S1B", "T9"}
    assert universe.viewer("sponsor").inside == frozenset()
    assert universe.viewer("national").inside == frozenset()
    assert universe.viewer("coach").sees_inside("S1")


def test_a_membership_that_ended_opens_nothing(universe):
    membership = Membership.objects.get(user=universe.people["colleague"])
    actions.end_membership(membership=membership, end=date(2021, 1, 1), by=None)

    assert viewer_for(universe.people["colleague"]).inside == frozenset()


def test_an_inactive_person_is_the_public(universe):
    user = universe.people["lead"]
    user.is_active = False

    assert viewer_for(user) == ANONYMOUS


def test_looking_costs_four_queries_at_most(universe, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        viewer_for(universe.people["coach"])


@pytest.mark.parametrize("key", ROLES)
def test_a_role_is_described(key):
    assert ROLES[key].description.endswith(".")
