"""The people of an organisation: the list, an invitation with its message, the end of a role, a caseload."""

import re
from datetime import date

import pytest
from django.core import mail
from django.test import Client

from matneo.accounts import actions
from matneo.accounts.access import viewer_for
from matneo.accounts.models import Membership, User
from matneo.emails import post
from matneo.notifications.models import Notification
from matneo.utils.clock import Clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
T1 = "/trusts/T1/people/"


@pytest.fixture
def world(universe, settings):
    settings.CLOCK = Clock(date(2025, 7, 15))
    operator = actions.create_user(email="operator@example.org", name="Olu", by=None)
    actions.add_membership(
        user=operator,
        organisation=universe.organisation("ENG"),
        role="platform_operator",
        start=date(2020, 1, 1),
        by=None,
    )
    universe.people["operator"] = operator
    return universe


def as_(world, person) -> Client:
    client = Client()
    client.force_login(world.people[person], backend=BACKEND)
    return client


def send(client, address=T1, **given):
    given = {"what": "invite", "name": "Ada Example", "email": "ada@example.org", "role": "staff"} | given
    return client.post(address, given, follow=True)


def rows(text: str) -> list[str]:
    return [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)]


def test_it_lists_people_by_name_with_roles_and_last_sign_in(world):
    text = as_(world, "analyst").get(T1).content.decode()

    listed = rows(text)[1:]
    assert [row.split()[0] for row in listed] == ["Analyst", "Colleague", "Family", "Lead", "Sponsor"]
    assert re.search(
        r"Improvement lead, since 1 January 2020.*Staff, since 1 January 2020", listed[3], re.DOTALL
    )
    assert (
        "15 July 2025" in listed[0]
    )  # the day stands still for this test: it is the day of the sign-in above
    assert "not yet" in listed[1]
    assert "Outsider" not in text


def test_it_says_who_from_outside_sees_exact_counts(world):
    assert "Coach, since 1 January 2020" in as_(world, "analyst").get(T1).content.decode()


def test_an_invited_person_stands_in_the_list_and_gets_one_message(world):
    answer = send(as_(world, "analyst"))

    assert answer.redirect_chain == [(T1, 302)]
    text = answer.content.decode()
    assert "Ada Example has the role Staff from today" in text
    assert any(row.split()[:2] == ["Ada", "Example"] for row in rows(text))
    message = Notification.objects.get(recipient__email="ada@example.org")
    assert "Analyst invited you to MatNeo as staff of St Mary's Vale." in message.text
    assert "/accounts/login/code/ and type this address: ada@example.org" in message.text
    assert "already" in send(as_(world, "analyst")).content.decode()
    assert Notification.objects.filter(recipient__email="ada@example.org").count() == 1


def test_the_answer_to_an_invitation_names_a_stranger_as_typed(world):
    text = send(as_(world, "analyst"), email="outsider@example.org", name="Some One").content.decode()

    assert "Some One has the role Staff from today" in text


@pytest.mark.writes_mail
def test_the_way_from_the_message_to_the_first_sign_in(world, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send(as_(world, "analyst"), role="sponsor")
    assert post.send_queued() == 1
    [invitation] = mail.outbox
    visitor = Client()
    address = re.search(r"https?://[^/]+(/\S+)", invitation.body)[1]

    visitor.post(address, {"email": invitation.to[0]})
    code = re.search(r"^([A-Z0-9-]{6,})\s*$", mail.outbox[1].body, re.MULTILINE)[1]
    visitor.post("/accounts/login/code/confirm/", {"code": code})

    assert "Board sponsor" in visitor.get("/account/").content.decode()


@pytest.mark.parametrize(
    ("given", "says", "field"),
    [
        ({"email": "ada"}, "ada is not an e-mail address", "email"),
        ({"name": " "}, "Type the person&#39;s name", "name"),
        ({"role": "coach"}, "Coach is not a role at", "role"),
        ({"role": ""}, "Choose a role.", "role"),
        ({"email": "analyst@example.org"}, "Somebody else has to give you a role", "email"),
    ],
)
def test_bad_input_gets_a_sentence_at_its_field_and_keeps_what_was_typed(world, given, says, field):
    answer = send(as_(world, "analyst"), **given)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert says in text
    assert f'<a href="#{field}">' in text
    assert f'id="{field}"' in text
    assert f'id="{field}-problem"' in text
    kept = {"name": "Ada Example", "email": "ada@example.org"} | given
    assert f'value="{kept["email"]}"' in text
    assert f'value="{kept["name"]}"' in text
    assert Notification.objects.count() == 0


@pytest.mark.parametrize(
    "given",
    [
        {"name": "Ada\0Example"},
        {"email": "ada\0@example.org"},
        {"role": "staff\0"},
        {"role": "coach", "others": "T1\0"},
        {"role": "coach", "others": "x" * 5000},
        {"role": "coach", "trust": ["²", "T1'--"]},
        {"what": "end", "pk": "²"},
        {"what": "end", "pk": "9" * 40},
        {"what": "end", "pk": ""},
    ],
)
def test_nonsense_is_refused_and_never_an_error(world, given):
    answer = send(as_(world, "operator"), "/collaboratives/C1/people/", **given)

    assert answer.status_code in (200, 400, 422)
    assert ("has ended already" in answer.content.decode()) is (given.get("what") == "end")
    assert not User.objects.filter(email__startswith="ada").exists()


def test_a_name_is_never_taken_for_markup(world):
    assert "<b>Ada" not in send(as_(world, "analyst"), name="<b>Ada</b>").content.decode()


def test_a_role_ends_today_and_a_second_press_does_no_harm(world):
    client, held = as_(world, "analyst"), Membership.objects.get(user=world.people["colleague"])

    text = client.post(T1, {"what": "end", "pk": held.pk}, follow=True).content.decode()

    assert "Colleague no longer has the role Staff" in text
    assert not any("Colleague" in row for row in rows(text))
    assert Membership.objects.get(pk=held.pk).end == date(2025, 7, 15)
    again = client.post(T1, {"what": "end", "pk": held.pk}, follow=True)
    assert "has ended already" in again.content.decode()


def test_nobody_takes_their_own_last_key(world):
    client, held = (
        as_(world, "analyst"),
        Membership.objects.get(user=world.people["analyst"], role="trust_admin"),
    )

    assert f'value="{held.pk}"' not in client.get(T1).content.decode()
    answer = client.post(T1, {"what": "end", "pk": held.pk})
    assert answer.status_code == 422
    assert "Ask another administrator" in answer.content.decode()


def test_a_role_of_another_trust_is_out_of_reach(world):
    held = Membership.objects.filter(user=world.people["outsider"]).first()

    as_(world, "analyst").post(T1, {"what": "end", "pk": held.pk})

    assert Membership.objects.get(pk=held.pk).end is None


@pytest.mark.parametrize("given", [{}, {"what": "dance"}, {"what": "caseload", "person": "1"}])
def test_what_is_not_known_is_not_done(world, given):
    assert as_(world, "analyst").post(T1, given).status_code == 404


def test_an_administrator_reaches_no_other_place(world):
    client = as_(world, "analyst")

    for address in ("/trusts/T2/people/", "/collaboratives/C1/people/", "/england/people/"):
        assert client.get(address).status_code == 403
        assert send(client, address).status_code == 403
    assert client.get("/collaboratives/T1/people/").status_code == 404
    assert not User.objects.filter(email="ada@example.org").exists()


class TestOperator:
    def test_roles_fit_the_place(self, world):
        client = as_(world, "operator")

        offered = {
            address: set(
                re.findall(
                    r'name="role" type="radio" required value="(\w+)"', client.get(address).content.decode()
                )
            )
            for address in (T1, "/collaboratives/C1/people/", "/england/people/")
        }

        assert offered[T1] == {
            "improvement_lead",
            "staff",
            "trust_analyst",
            "trust_admin",
            "sponsor",
            "family_partner",
        }
        assert offered["/collaboratives/C1/people/"] == {"psc_manager", "coach"}
        assert offered["/england/people/"] == {"national_programme", "platform_operator"}

    def test_who_can_see_it_names_those_who_can(self, world):
        client = as_(world, "operator")

        assert "Administrators of St Mary" in client.get(T1).content.decode()
        england = client.get("/england/people/").content.decode()
        assert "Platform operators." in england
        assert "Administrators of England" not in england  # there are none

    def test_people_are_all_they_reach(self, world):
        client = as_(world, "operator")

        answers = {part: client.get(f"/trusts/T1/{part}/").status_code
                   for part in ("upload", "submissions", "sign-off", "audit", "people")}  # fmt: skip

        assert answers == {"upload": 403, "submissions": 403, "sign-off": 403, "audit": 403, "people": 200}

    def test_a_coach_is_invited_with_a_caseload_which_is_changed_later(self, world):
        client, address = as_(world, "operator"), "/collaboratives/C1/people/"

        send(client, address, role="coach", trust=["T1"], others="t2; T3")
        ada = User.objects.get(email="ada@example.org")
        assert {"T1", "T2", "T3"} <= viewer_for(ada).inside
        answer = client.post(address, {"what": "caseload", "person": ada.pk, "trust": ["T2"]}, follow=True)
        assert "Ada Example looks after 1 trust now." in answer.content.decode()
        assert viewer_for(ada).caseload == {"T2", "S2"}

    @pytest.mark.parametrize("what", ["invite", "caseload"])
    def test_an_unknown_trust_is_said(self, world, what):
        coach = world.people["coach"]
        answer = send(
            as_(world, "operator"),
            "/collaboratives/C1/people/",
            what=what,
            role="coach",
            person=coach.pk,
            others="T1, C2",
        )

        assert answer.status_code == 422
        assert "No trust has the code C2" in answer.content.decode()
        assert viewer_for(coach).caseload == {"T1", "S1", "S1B", "T9"}


def test_who_may_finds_the_page_and_who_may_not_does_not(released):
    universe, _, _ = released
    for person, finds in (("analyst", True), ("lead", False)):
        client = as_(universe, person)
        for address in ("/trusts/T1/", "/home/", "/account/"):
            assert (f'href="{T1}"' in client.get(address).content.decode()) is finds


def test_a_full_list_asks_the_database_little(world, django_assert_max_num_queries):
    for number in range(30):
        actions.invite(email=f"p{number}@example.org", name=f"P {number}", role="coach",
                       organisation=world.organisation("C1"), caseload=[world.organisation("T1")], by=None)  # fmt: skip
    client = as_(world, "operator")

    with django_assert_max_num_queries(25):
        client.get("/collaboratives/C1/people/")
