"""Signing in: by password, by a code, by a passkey, by one's organisation; never by following a link alone."""

import re

import pytest
from django.core import mail
from django.test import Client


@pytest.fixture
def lead(universe, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return universe.people["lead"]


def test_the_address_typed_on_the_front_page_is_carried_over(client, lead):
    text = client.get("/accounts/login/?login=lead%40example.org%22%3E%3Cscript%3E").content.decode()

    assert 'value="lead@example.org&quot;&gt;&lt;script&gt;"' in text


def test_a_password_signs_in_and_a_wrong_one_does_not(client, lead):
    wrong = client.post("/accounts/login/", {"login": lead.email, "password": "not this one"})
    assert "That did not work" in wrong.content.decode()

    right = client.post("/accounts/login/", {"login": lead.email, "password": "only for these tests"})
    assert (right.status_code, right.url) == (302, "/home/")


def test_after_five_wrong_passwords_the_right_one_waits_too(client, lead):
    for _ in range(5):
        client.post("/accounts/login/", {"login": lead.email, "password": "not this one"})
    answer = client.post("/accounts/login/", {"login": lead.email, "password": "only for these tests"})

    assert "Too many failed login attempts" in answer.content.decode()
    assert client.get("/home/").status_code == 302


def test_wrong_passwords_for_one_person_do_not_stop_a_colleague_at_the_same_address(client, universe):
    for _ in range(7):
        client.post("/accounts/login/", {"login": "colleague@example.org", "password": "not this one"})
    answer = client.post(
        "/accounts/login/", {"login": "lead@example.org", "password": "only for these tests"}
    )

    assert (answer.status_code, answer.url) == (302, "/home/")


def test_behind_a_proxy_people_are_told_apart_by_the_address_the_proxy_wrote(universe, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    wrong = {"password": "not this one"}
    for number in range(25):
        Client(headers={"x-forwarded-for": "10.0.0.1"}).post(
            "/accounts/login/", {"login": f"nobody{number}@example.org", **wrong}
        )
    mine = {"login": "lead@example.org", "password": "only for these tests"}

    assert Client(headers={"x-forwarded-for": "10.0.0.1"}).post("/accounts/login/", mine).status_code != 302
    assert Client(headers={"x-forwarded-for": "10.0.0.2"}).post("/accounts/login/", mine).status_code == 302


@pytest.mark.writes_mail
def test_a_code_signs_in_and_looking_at_the_page_uses_nothing_up(client, lead):
    client.post("/accounts/login/code/", {"email": lead.email})
    code = re.search(r"^([A-Z0-9-]{6,})\s*$", mail.outbox[0].body, re.MULTILINE)[1]

    asked = client.get("/accounts/login/code/confirm/")
    assert asked.status_code == 200
    assert "<h1>Type the code</h1>" in asked.content.decode()
    assert lead.email in asked.content.decode()
    assert client.get("/accounts/login/code/confirm/").status_code == 200
    answer = client.post("/accounts/login/code/confirm/", {"code": code})
    assert (answer.status_code, answer.url) == (302, "/home/")


@pytest.mark.writes_mail
def test_a_stranger_learns_nothing_about_who_has_an_account(client, lead):
    known = client.post("/accounts/login/code/", {"email": lead.email})
    unknown = Client().post("/accounts/login/code/", {"email": "nobody@example.org"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_nobody_signs_up_by_themselves(client, db):
    assert "closed" in client.get("/accounts/signup/", follow=True).content.decode().lower()


def test_a_passkey_can_be_used_and_an_organisation_s_own_sign_in_where_there_is_one(client, db, settings):
    assert "Use a passkey" in client.get("/accounts/login/").content.decode()
    assert "my organisation" not in client.get("/accounts/login/").content.decode()

    app = {"provider_id": "organisation", "name": "my organisation's sign-in", "client_id": "x", "secret": "y",
           "settings": {"server_url": "https://id.example.org"}}  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    assert "Use my organisation&#x27;s sign-in" in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    "address",
    ["email/", "confirm-email/", "confirm-email/x/", "password/reset/", "password/reset/key/1-x/", "3rdparty/",
     "3rdparty/signup/", "social/connections/", "phone/change/", ""],
)  # fmt: skip
def test_pages_of_allauth_that_are_not_used_do_not_exist(client, lead, address):
    assert client.get(f"/accounts/{address}").status_code == 404
    client.force_login(lead, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get(f"/accounts/{address}").status_code == 404
    given = {"email": "national@example.org", "action_add": "1"}
    assert client.post(f"/accounts/{address}", given).status_code == 404
    lead.refresh_from_db()
    assert lead.email == "lead@example.org"


@pytest.mark.parametrize("taken", ["national@example.org", "somebody.else@example.org"])
def test_even_a_form_of_allauth_takes_no_other_address(lead, rf, taken):
    from allauth.account.forms import AddEmailForm
    from allauth.core import context

    request = rf.post("/")
    request.user = lead
    with context.request_context(request):
        form = AddEmailForm(data={"email": taken}, user=lead)

        assert not form.is_valid()
        assert "the one you were invited to" in str(form.errors)


@pytest.mark.parametrize(
    "address",
    ["login/", "login/code/", "login/code/confirm/", "logout/", "inactive/", "signup/", "reauthenticate/", "password/change/",
     "password/set/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/", "2fa/webauthn/add/", "2fa/recovery-codes/generate/",
     "2fa/authenticate/", "2fa/reauthenticate/", "3rdparty/login/cancelled/", "3rdparty/login/error/"],
)  # fmt: skip
def test_pages_of_allauth_that_are_used_link_to_no_page_that_is_gone(lead, address):
    for person in (None, lead):
        client = Client()
        if person is not None:
            client.post("/accounts/login/", {"login": person.email, "password": "only for these tests"})
        answer = client.get(f"/accounts/{address}", follow=True)

        assert answer.status_code in (200, 401, 403), (address, person)
        assert "/accounts/email/" not in answer.content.decode()


@pytest.mark.writes_mail
def test_a_code_for_an_address_that_nobody_has_is_answered_like_any_other(client, lead):
    answer = client.post("/accounts/login/code/", {"email": "nobody@example.org"}, follow=True)

    assert answer.status_code == 200
