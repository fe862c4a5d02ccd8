"""What was answered to one person is kept by nobody on the way."""

import pytest

from matneo.accounts import actions

SIGNED_IN = "allauth.account.auth_backends.AuthenticationBackend"
SERIES = "/trusts/T1/measures/SFP-M01"


@pytest.mark.parametrize(
    "address", ["/", "/home/", "/account/", f"{SERIES}/", f"{SERIES}.json", f"{SERIES}.csv", f"{SERIES}.svg", "/nothing/"]
)  # fmt: skip
def test_an_answer_to_a_person_is_not_kept(client, released, address):
    client.force_login(released[0].people["lead"], backend=SIGNED_IN)

    assert client.get(address)["Cache-Control"] == "private, no-store"


def test_a_fresh_token_is_not_kept(client, released):
    client.force_login(released[0].people["lead"], backend=SIGNED_IN)
    answer = client.post("/account/", {"what": "token", "name": "a program"})

    assert "mn_" in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"


def test_what_a_program_reads_is_not_kept(client, released):
    lead = released[0].people["lead"]
    _, secret = actions.create_token(user=lead, name="a program", by=lead)
    for token in (secret, "mn_wrong"):
        answer = client.get("/api/v1/series/SFP-M01/T1/", headers={"authorization": f"Bearer {token}"})

        assert answer["Cache-Control"] == "private, no-store"
        assert {"Cookie", "Authorization"} <= {name.strip() for name in answer["Vary"].split(",")}


@pytest.mark.parametrize("address", ["login/", "login/code/", "signup/", "email/"])
def test_pages_of_signing_in_are_not_kept(client, db, address):
    assert client.get(f"/accounts/{address}")["Cache-Control"] == "private, no-store"


def test_signing_out_is_not_kept(client, released):
    client.force_login(released[0].people["lead"], backend=SIGNED_IN)

    assert client.post("/account/sign-out/")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "address", ["/", f"{SERIES}/", f"{SERIES}.json", f"{SERIES}.svg", "/api/v1/series/SFP-M01/T1/"]
)
def test_what_the_public_reads_stays_as_it_is(client, released, address):
    answer = client.get(address)

    assert answer.status_code == 200
    assert "Cache-Control" not in answer


def test_the_api_tells_its_askers_apart_for_the_public_too(client, released):
    answer = client.get("/api/v1/series/SFP-M01/T1/")

    assert {"Cookie", "Authorization"} <= {name.strip() for name in answer["Vary"].split(",")}


def test_static_files_may_be_kept(client, db):
    answer = client.get("/static/app.css")
    answer.close()

    assert "no-store" not in answer["Cache-Control"]
