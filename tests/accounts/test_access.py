"""Who may do what: one function, one table."""

from datetime import date

import pytest

from matneo.accounts import access, actions
from matneo.accounts.access import has_permission, viewer_for
from matneo.accounts.models import Membership
from matneo.accounts.permissions import Permission as May
from matneo.accounts.roles import ROLES
from matneo.utils.clock import Clock
from matneo.utils.viewer import ANONYMOUS

OWN, OTHER, SITE = "T1", "T2", "S1"
# person: what they may at their own trust (or, for the last two, in the programme)
MATRIX = {
    "lead": {May.VIEW_HOME, May.VIEW_OUTBOX, May.VIEW_INSIDE, May.VIEW_SUBMISSIONS, May.UPLOAD, May.WITHDRAW, May.ANNOTATE, May.REBASE, May.VIEW_AUDIT,
             May.WORK_ON_PROJECTS, May.LEAD_PROJECTS},
    "colleague": {May.VIEW_HOME, May.VIEW_OUTBOX, May.VIEW_INSIDE, May.WORK_ON_PROJECTS},
    "analyst": {May.VIEW_HOME, May.VIEW_OUTBOX, May.VIEW_INSIDE, May.VIEW_SUBMISSIONS, May.UPLOAD, May.SUBMIT_ROWS, May.WITHDRAW, May.SIGN_OFF, May.ANNOTATE,
                May.REBASE, May.VIEW_AUDIT, May.MANAGE_MEMBERS, May.WORK_ON_PROJECTS},
    "sponsor": {May.VIEW_HOME, May.VIEW_OUTBOX},
    "family": {May.VIEW_HOME, May.VIEW_OUTBOX},
    "outsider": {May.VIEW_HOME, May.VIEW_OUTBOX},
    "coach": {May.VIEW_HOME, May.VIEW_OUTBOX, May.VIEW_INSIDE, May.VIEW_SUBMISSIONS, May.ANNOTATE, May.COACH_PROJECTS},
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


class TestTokens:
    def test_a_token_stands_for_its_person_until_it_is_revoked(self, universe):
        lead = universe.people["lead"]
        token, secret = actions.create_token(user=lead, name="night job", by=lead)

        assert access.person_with_token(secret) == lead
        assert secret not in str(vars(token))
        actions.revoke_token(token=token, by=lead)
        assert access.person_with_token(secret) is None
        assert access.person_with_token("mn_guess") is None

    def test_a_token_ends_by_itself(self, universe, settings):
        lead = universe.people["lead"]
        settings.CLOCK = Clock(date(2024, 1, 10))
        _, secret = actions.create_token(user=lead, name="yearly", by=lead)

        settings.CLOCK = Clock(date(2025, 1, 8))
        assert access.person_with_token(secret) == lead
        settings.CLOCK = Clock(date(2025, 1, 10))
        assert access.person_with_token(secret) is None

    def test_nobody_makes_or_revokes_a_token_for_somebody_else(self, universe):
        lead, analyst = universe.people["lead"], universe.people["analyst"]
        token, _ = actions.create_token(user=lead, name="own", by=lead)

        with pytest.raises(access.NotAllowed):
            actions.create_token(user=lead, name="foreign", by=analyst)
        with pytest.raises(access.NotAllowed):
            actions.revoke_token(token=token, by=analyst)

    def test_a_token_of_somebody_who_left_opens_nothing(self, universe):
        lead = universe.people["lead"]
        _, secret = actions.create_token(user=lead, name="own", by=lead)
        type(lead).objects.filter(pk=lead.pk).update(is_active=False)

        assert access.person_with_token(secret) is None


def test_the_programmes_roles_hold_for_england_and_for_no_trust(universe):
    national = universe.viewer("national")

    assert has_permission(national, May.UPLOAD_PUBLISHED, "ENG")
    assert not has_permission(national, May.UPLOAD_PUBLISHED, "T1")
    assert not has_permission(universe.viewer("lead"), May.UPLOAD, "ENG")
