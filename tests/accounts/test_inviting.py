"""Inviting people, ending roles and setting caseloads: who may, what is written, what is said when it cannot be done."""

from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from matneo.accounts import actions
from matneo.accounts.access import NotAllowed, has_permission, viewer_for
from matneo.accounts.actions import Refused
from matneo.accounts.models import Caseload, Membership, User
from matneo.accounts.permissions import Permission as May
from matneo.accounts.roles import ROLES, roles_of
from matneo.audit.models import AuditEvent
from matneo.config import cli
from matneo.utils.clock import Clock


@pytest.fixture
def operator(universe, settings):
    settings.CLOCK = Clock(date(2025, 7, 15))
    user = actions.create_user(email="operator@example.org", name="Olu", by=None)
    actions.add_membership(
        user=user,
        organisation=universe.organisation("ENG"),
        role="platform_operator",
        start=date(2020, 1, 1),
        by=None,
    )
    return user


def invite(universe, by, *, email="ada@example.org", name="Ada Example", role="staff", at="T1", **more):
    return actions.invite(
        email=email, name=name, role=role, organisation=universe.organisation(at), by=by, **more
    )


def test_an_invited_person_has_the_role_from_today(universe, operator):
    made = invite(universe, universe.people["analyst"], email=" Ada@Example.org ", name="  Ada   Example ")

    user = User.objects.get(email="ada@example.org")
    assert (user.name, user.has_usable_password()) == ("Ada Example", False)
    assert (made.is_new, made.membership.start) == (True, date(2025, 7, 15))
    assert viewer_for(user).grants == {("staff", "T1")}
    told = AuditEvent.objects.filter(action="accounts.add_membership", organisation="T1").latest("id")
    assert (told.actor_name, told.subject) == ("Analyst", f"person {user.pk} as Staff")


def test_inviting_twice_changes_nothing(universe, operator):
    analyst = universe.people["analyst"]
    first = invite(universe, analyst)
    events = AuditEvent.objects.count()

    again = invite(universe, analyst, email="ADA@example.org", name="Somebody Else")

    assert (again.is_new, again.membership) == (False, first.membership)
    assert again.membership.user.name == "Ada Example"
    assert AuditEvent.objects.count() == events


def test_an_address_that_is_known_just_gets_the_role(universe, operator):
    people = User.objects.count()

    invite(universe, universe.people["analyst"], email="outsider@example.org", role="sponsor")

    assert User.objects.count() == people
    assert ("sponsor", "T1") in viewer_for(universe.people["outsider"]).grants


@pytest.mark.parametrize(
    "person", ["lead", "colleague", "sponsor", "family", "coach", "national", "outsider"]
)
def test_nobody_else_invites(universe, person):
    with pytest.raises(NotAllowed):
        invite(universe, universe.people[person])

    assert not User.objects.filter(email="ada@example.org").exists()


@pytest.mark.parametrize(("at", "role"), [("T2", "staff"), ("C1", "coach"), ("ENG", "platform_operator")])
def test_an_administrator_invites_to_no_other_organisation(universe, operator, at, role):
    with pytest.raises(NotAllowed):
        invite(universe, universe.people["analyst"], at=at, role=role)


@pytest.mark.parametrize(
    ("at", "role"), [("T1", "trust_admin"), ("T2", "staff"), ("C2", "coach"), ("ENG", "national_programme")]
)
def test_the_operator_invites_everywhere_and_sees_nothing(universe, operator, at, role):
    assert invite(universe, operator, at=at, role=role).is_new

    viewer = viewer_for(operator)
    assert viewer.inside == frozenset()
    assert {p for p in May if has_permission(viewer, p, "T1")} == {
        May.VIEW_HOME,
        May.VIEW_OUTBOX,
        May.MANAGE_MEMBERS,
    }


def test_nobody_gives_a_role_to_themselves(universe, operator):
    with pytest.raises(Refused, match="Somebody else"):
        invite(universe, operator, email="operator@example.org", role="trust_analyst")
    with pytest.raises(Refused, match="Somebody else"):
        invite(universe, universe.people["analyst"], email="ANALYST@example.org", role="sponsor")


@pytest.mark.parametrize(
    ("given", "says", "field"),
    [
        ({"email": ""}, "work e-mail address", "email"),
        ({"email": "ada at example"}, "ada at example is not an e-mail address", "email"),
        ({"email": "a@b.org\nBcc: c@d.org"}, "is not an e-mail address", "email"),
        ({"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.org"}, "e-mail address", "email"),
        ({"name": "  "}, "the person's name", "name"),
        ({"name": "x" * 201}, "at most 200", "name"),
        ({"role": ""}, "Choose a role", "role"),
        ({"role": "boss"}, "There is no role boss at St Mary's Vale", "role"),
        ({"role": "coach"}, "Coach is not a role at St Mary's Vale", "role"),
        ({"at": "C1", "role": "staff"}, "Staff is not a role at C1", "role"),
        ({"at": "R1"}, "Nobody has a role at North", ""),
        ({"at": "T9"}, "Old Vale is closed", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_written(universe, operator, given, says, field):
    events = AuditEvent.objects.count()

    with pytest.raises(Refused, match=says) as refused:
        invite(universe, operator, **given)

    assert refused.value.field == field
    assert AuditEvent.objects.count() == events
    assert not User.objects.filter(name__startswith="Ada").exists()


def test_a_closed_account_is_not_opened_by_an_invitation(universe, operator):
    invite(universe, operator)
    User.objects.filter(email="ada@example.org").update(is_active=False)

    with pytest.raises(Refused, match="closed"):
        invite(universe, operator, role="sponsor")


@pytest.mark.parametrize("email", ["national@example.org", "OPERATOR@example.org"])
def test_an_administrator_gives_no_role_to_those_who_work_for_the_whole_programme(universe, operator, email):
    held = Membership.objects.count()
    with pytest.raises(Refused, match="works for the whole programme") as refused:
        invite(universe, universe.people["analyst"], email=email, role="improvement_lead")

    assert (refused.value.field, Membership.objects.count()) == ("email", held)
    assert viewer_for(universe.people["national"]).inside == frozenset()


def test_the_operator_gives_a_national_person_a_trusts_role_too(universe, operator):
    assert invite(universe, operator, email="national@example.org", role="improvement_lead").is_new


def test_who_worked_for_the_programme_once_is_invited_like_anybody(universe, operator):
    held = Membership.objects.get(role="national_programme")
    actions.end_membership(membership=held, end=date(2025, 7, 1), by=None)

    assert invite(universe, universe.people["analyst"], email="national@example.org").is_new


def test_a_bare_address_tells_no_name(universe, operator):
    analyst = universe.people["analyst"]

    assert invite(universe, analyst, email="outsider@example.org", name="X").called == "X"
    assert invite(universe, analyst, email="lead@example.org", name="X", role="sponsor").called == "Lead"
    User.objects.filter(email="coach@example.org").update(is_active=False)
    with pytest.raises(Refused, match=r"The account of coach@example\.org is closed"):
        invite(universe, analyst, email="coach@example.org", name="X")


def test_one_person_gives_so_many_roles_a_day(universe, operator, monkeypatch):
    monkeypatch.setattr(actions, "INVITATIONS_A_DAY", 2)
    for number in (1, 2):
        invite(universe, operator, email=f"a{number}@example.org")

    with pytest.raises(Refused, match="2 roles within a day"):
        invite(universe, operator, email="a3@example.org")
    assert invite(universe, None, email="a4@example.org").is_new  # a command on the machine has no limit


def test_every_role_can_be_had_at_one_kind_of_organisation():
    held = [key for kind in ("trust", "psc", "england") for key in roles_of(kind)]

    assert sorted(held) == sorted(ROLES)


class TestEnding:
    def test_it_takes_effect_today_and_the_row_stays(self, universe, operator):
        held = Membership.objects.get(user=universe.people["colleague"])

        actions.end_membership(membership=held, end=date(2025, 7, 15), by=universe.people["analyst"])

        assert Membership.objects.get(pk=held.pk).end == date(2025, 7, 15)
        assert viewer_for(universe.people["colleague"]).grants == frozenset()

    def test_ending_twice_changes_nothing(self, universe, operator):
        held = Membership.objects.get(user=universe.people["colleague"])
        actions.end_membership(membership=held, end=date(2025, 7, 15), by=operator)
        events = AuditEvent.objects.count()

        actions.end_membership(membership=held, end=date(2025, 7, 16), by=operator)

        assert Membership.objects.get(pk=held.pk).end == date(2025, 7, 15)
        assert AuditEvent.objects.count() == events

    def test_a_role_given_and_ended_on_one_day_opens_nothing(self, universe, operator):
        held = invite(universe, operator).membership

        actions.end_membership(membership=held, end=date(2025, 7, 15), by=operator)

        assert viewer_for(held.user).grants == frozenset()

    def test_nobody_ends_roles_elsewhere(self, universe, operator):
        for key in ("outsider", "coach", "national"):
            held = Membership.objects.filter(user=universe.people[key]).first()
            with pytest.raises(NotAllowed):
                actions.end_membership(membership=held, end=date(2025, 7, 15), by=universe.people["analyst"])

    def test_nobody_locks_themselves_out(self, universe, operator):
        analyst = universe.people["analyst"]
        admin, other = (
            Membership.objects.get(user=analyst, role=r) for r in ("trust_admin", "trust_analyst")
        )

        with pytest.raises(Refused, match="Ask another administrator"):
            actions.end_membership(membership=admin, end=date(2025, 7, 15), by=analyst)
        actions.end_membership(membership=other, end=date(2025, 7, 15), by=analyst)
        actions.end_membership(membership=admin, end=date(2025, 7, 15), by=operator)
        assert viewer_for(analyst).grants == frozenset()

    def test_with_the_last_caseload_role_goes_the_caseload(self, universe, operator):
        coach = universe.people["coach"]
        manager = invite(universe, operator, email=coach.email, at="C1", role="psc_manager").membership
        first = Membership.objects.get(user=coach, role="coach")

        actions.end_membership(membership=first, end=date(2025, 7, 15), by=operator)
        assert viewer_for(coach).sees_inside("T1")
        actions.end_membership(membership=manager, end=date(2025, 7, 15), by=operator)
        assert not Caseload.objects.filter(user=coach, end__isnull=True).exists()


class TestCaseload:
    def test_an_invitation_adds_to_it(self, universe, operator):
        coach, t2 = universe.people["coach"], universe.organisation("T2")

        invite(universe, operator, email=coach.email, at="C2", role="coach", caseload=[t2])

        assert {"T1", "T2"} <= viewer_for(coach).inside

    def test_it_belongs_to_coaches_and_managers_and_holds_trusts(self, universe, operator):
        t1, s1 = universe.organisation("T1"), universe.organisation("S1")

        with pytest.raises(Refused, match="Only coaches"):
            invite(universe, operator, caseload=[t1])
        with pytest.raises(Refused, match=r"S1 \(S1\) is not a trust"):
            invite(universe, operator, at="C1", role="coach", caseload=[s1])
        assert not User.objects.filter(email="ada@example.org").exists()

    def test_nobody_takes_a_trust_that_is_not_theirs_into_one(self, universe, operator):
        with pytest.raises(NotAllowed):
            actions.set_caseload(
                user=universe.people["coach"],
                organisations=[universe.organisation("T1"), universe.organisation("T2")],
                start=date(2025, 7, 15),
                by=universe.people["analyst"],
            )


def test_there_is_no_superuser(db):
    with pytest.raises(CommandError, match="matneo invite"):
        call_command("createsuperuser", interactive=False, email="a@example.org", name="A")
    with pytest.raises(CommandError, match="matneo invite"):
        User.objects.create_superuser(email="a@example.org", name="A", password=None)


def test_the_command_line_says_so_before_it_asks_anything(monkeypatch):
    monkeypatch.setattr("sys.argv", ["matneo", "createsuperuser"])

    with pytest.raises(SystemExit, match="matneo invite"):
        cli.main()
