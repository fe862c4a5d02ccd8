"""My account: roles in words, and tokens for programs that open just what their person may see."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SHEET = b"measure,month,numerator,denominator\nSFP-M01,2024-01,4,50\n"


@pytest.fixture
def lead(released):
    universe, _, _ = released
    client = Client()
    client.force_login(universe.people["lead"], backend=BACKEND)
    return client


@pytest.fixture
def secret(lead):
    text = lead.post("/account/", {"what": "token", "name": "night job"}).content.decode()
    return re.search(r"mn_[\w-]{40,}", text)[0]


def program(secret):
    return Client(headers={"Authorization": f"Bearer {secret}"}, enforce_csrf_checks=True)


def test_it_says_what_one_may_do_and_where(lead):
    text = lead.get("/account/").content.decode()

    assert "Improvement lead</strong>, St Mary&#39;s Vale" in text
    assert "lead@example.org" in text


def test_a_token_is_shown_once(lead, secret):
    again = lead.get("/account/").content.decode()

    assert secret not in again
    assert "night job" in again


def test_a_program_sees_what_its_person_sees(secret, released):
    exact = program(secret).get("/api/v1/series/SFP-M01/T1/").json()
    public = Client().get("/api/v1/series/SFP-M01/T1/").json()

    assert (exact["audience"], public["audience"]) == ("inside", "outside")


def test_a_program_goes_the_whole_way_of_a_file(secret, released):
    send = program(secret)
    made = send.post("/api/v1/trusts/T1/submissions/", {"file": SimpleUploadedFile("a.csv", SHEET)}).json()
    address = f"/api/v1/submissions/{made['id']}"

    preview = send.get(f"{address}/preview/").json()
    assert (preview["added"], preview["changed"]) == (1, 0)
    assert preview["charts"][0]["after"]
    assert send.post(f"{address}/accept/").json()["state"] == "accepted"
    taken_back = send.post(f"{address}/withdraw/", {"reason": "a try"}, content_type="application/json")
    assert taken_back.json()["state"] == "withdrawn"


def test_a_bad_token_is_refused_and_never_taken_for_the_public(released):
    answer = program("mn_wrong").get("/api/v1/series/SFP-M01/T1/")

    assert answer.status_code == 401
    assert "token" in answer.json()["problem"]


def test_a_browser_needs_its_csrf_token_and_a_program_does_not(released, secret):
    universe, _, _ = released
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(universe.people["lead"], backend=BACKEND)
    sheet = SimpleUploadedFile("b.csv", SHEET)

    assert browser.post("/api/v1/trusts/T1/submissions/", {"file": sheet}).status_code == 403


def test_a_revoked_token_opens_nothing(lead, secret, released):
    pk = re.search(r'name="pk" value="(\d+)"', lead.get("/account/").content.decode())[1]
    lead.post("/account/", {"what": "revoke", "pk": pk})

    assert program(secret).get("/api/v1/measures/").status_code == 401


def test_a_token_of_somebody_else_cannot_be_revoked(lead, secret, released):
    universe, _, _ = released
    pk = re.search(r'name="pk" value="(\d+)"', lead.get("/account/").content.decode())[1]
    other = Client()
    other.force_login(universe.people["outsider"], backend=BACKEND)

    assert other.post("/account/", {"what": "revoke", "pk": pk}).status_code == 404


def test_a_runaway_loop_is_slowed_down(released, settings):
    from django.core.cache import cache

    cache.clear()
    codes = [Client().get("/api/v1/organisations/?kind=psc").status_code for _ in range(40)]
    cache.clear()

    assert codes[0] == 200
    assert 429 in codes
