"""When something goes wrong: a sentence for the person, a traceback for whoever runs the server."""

import logging

import pytest
from django.test import Client
from django.urls import path

from matneo.config import urls


def _breaks(request):
    raise RuntimeError("planted for this test")


class WithABrokenPage:
    handler500 = urls.handler500
    urlpatterns = [path("broken/", _breaks)]


def test_an_unknown_host_is_refused_in_a_sentence(client, db):
    answer = client.get("/", headers={"host": "evil.example.com"})

    assert answer.status_code == 400
    assert "does not answer under that name" in answer.content.decode()


def test_a_slip_of_ours_is_told_to_the_log_with_its_traceback(settings, caplog):
    settings.ROOT_URLCONF = WithABrokenPage
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/broken/")

    assert answer.status_code == 500
    assert "It is our slip" in answer.content.decode()
    assert any(record.exc_info and "planted" in str(record.exc_info[1]) for record in caplog.records)


def test_the_log_s_words_reach_the_console(settings):
    handlers = {
        name: settings.LOGGING["loggers"][name].get("handlers", []) for name in settings.LOGGING["loggers"]
    }

    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert not any(handlers.values()), "a logger with a handler of its own would say everything twice"


@pytest.mark.django_db
def test_a_program_without_a_token_is_asked_to_sign_in_whatever_the_form_token():
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/api/v1/trusts/T1/submissions/", data={})

    assert answer.status_code == 401
    assert "Authorization: Bearer" in answer.json()["problem"]


def test_a_browser_s_session_without_the_form_token_changes_nothing(universe):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(universe.people["lead"])
    answer = strict.post("/api/v1/trusts/T1/submissions/", data={})

    assert answer.status_code == 403
    assert "X-CSRFToken" in answer.json()["problem"]


@pytest.mark.parametrize("address", ["/wall/?measure=SFP-M01&wave=²", "/wall/?wave=٣"])
def test_a_digit_that_is_no_number_is_not_our_slip(client, universe, address):
    assert client.get(address).status_code == 200


def test_a_token_or_note_of_no_number_is_not_there(released):
    universe, _, _ = released
    lead = Client()
    lead.force_login(universe.people["lead"], backend="allauth.account.auth_backends.AuthenticationBackend")

    for address, what in (("/account/", "revoke"), ("/trusts/T1/measures/SFP-M01/notes/", "unnote")):
        assert lead.post(address, {"what": what, "pk": "²"}).status_code == 404
