"""A NUL character, which PostgreSQL does not take, is answered in a sentence wherever it comes in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

ADDRESSES = (
    "/projects/%00/",
    "/projects/?q=%00",
    "/projects/?%00=q",
    "/api/v1/series/%00/%00/",
    "/api/v1/series/?x=a%00b",
    "/static/%00",
    "/a%00b",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_with_a_nul_makes_no_sense(client, db, address):
    answer = client.get(address)

    assert answer.status_code == 400
    assert "does not make sense" in answer.content.decode()


def test_a_cookie_with_a_nul_is_refused(client, db):
    client.cookies["sessionid"] = "abcdefgh\x00"  # written as "\000", which is read as a NUL

    assert client.get("/").status_code == 400


def test_an_escaped_percent_sign_is_no_nul(client, db):
    assert client.get("/projects/?q=%2500").status_code == 200


@pytest.mark.parametrize("file", [None, SimpleUploadedFile("a.csv", b"a,b\n")])
def test_a_form_with_a_nul_is_refused_on_a_page(client, db, file):
    form = {"login": "a\x00b", "password": "x"}
    answer = client.post("/accounts/login/", {**form, "file": file} if file else form)

    assert answer.status_code == 400
    assert "cannot be kept" in answer.content.decode()


def test_a_form_in_an_address_s_writing_is_refused_too(client, db):
    answer = client.post("/accounts/login/", "login=a%00b", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400


def test_a_file_may_hold_what_it_will(client, db):
    file = SimpleUploadedFile("a.bin", b"\x00\x00")

    assert client.post("/accounts/login/", {"login": "a", "file": file}).status_code == 200
