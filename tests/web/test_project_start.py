"""Starting a project: three fields, nothing typed is lost, and a form that is sent twice starts one."""

import pytest
from django.test import Client

from matneo.audit.models import AuditEvent
from matneo.improvement.models import Member, Project
from matneo.web.projects.start import people
from matneo.web.projects.words import shortened

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ADDRESS = "/projects/start/"
SAID = {
    "area": "SFP", "aim": "Fewer women smoking when their baby is born, from 11% to 6%, for every woman who gives birth with us",
    "by_when": "2026-12-31", "team": "Ama Boateng (midwife)\nJoan Price, Dan", "key": "k1",
}  # fmt: skip


@pytest.fixture
def signed_in(universe, settings):
    from datetime import date

    from matneo.utils.clock import Clock

    settings.CLOCK = Clock(date(2025, 7, 15))

    def as_person(person):
        client = Client()
        client.force_login(universe.people[person], backend=BACKEND)
        return client

    return as_person


def test_three_fields_start_a_project(signed_in):
    answer = signed_in("colleague").post(ADDRESS, SAID)
    project = Project.objects.get()

    assert answer.url == f"/projects/{project.pk}/"
    assert project.title == "Fewer women smoking when their baby is born, from 11% to…"
    assert project.aim == SAID["aim"]
    assert project.organisation.code == "T1"
    assert [(m.name, m.part, m.leads) for m in Member.objects.all()] == [
        ("Colleague", "", True), ("Ama Boateng", "midwife", False), ("Joan Price", "", False), ("Dan", "", False),
    ]  # fmt: skip
    assert AuditEvent.objects.filter(action="improvement.start").count() == 1


def test_a_form_that_is_sent_twice_starts_one(signed_in):
    lead = signed_in("lead")
    first, second = lead.post(ADDRESS, SAID), lead.post(ADDRESS, SAID)

    assert first.url == second.url
    assert Project.objects.count() == 1


def test_each_form_has_a_key_of_its_own(signed_in):
    lead = signed_in("lead")
    keys = {lead.get(ADDRESS).content.decode().split('name="key" value="')[1].split('"')[0] for _ in range(2)}

    assert len(keys) == 2
    assert all(len(key) > 15 for key in keys)


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"area": "XXX"}, "area", "Choose one of the five clinical areas."),
        ({"aim": " "}, "aim", "Say what you want to change"),
        ({"by_when": "soon"}, "by_when", "choose a day"),
        ({"by_when": "1999-01-01"}, "by_when", "give a day from"),
        ({"aim": "See 943 476 5919"}, "aim", "what looks like an NHS number"),
        ({"team": "Jo " * 60}, "team", "is the most that fits"),
    ],
)
def test_what_cannot_stand_gets_a_sentence_beside_its_field_and_nothing_is_lost(
    signed_in, wrong, field, sentence
):
    answer = signed_in("lead").post(ADDRESS, SAID | wrong)
    text = answer.content.decode()

    assert answer.status_code == 422
    assert f'id="{field}-problem"' in text
    assert sentence in text
    kept = SAID | wrong
    assert kept["by_when"] in text
    assert "Ama Boateng (midwife)" in text or field == "team"
    assert 'value="k1"' in text
    assert Project.objects.count() == 0


@pytest.mark.parametrize("person", ["sponsor", "family", "national", "coach"])
def test_others_start_none(signed_in, person):
    assert signed_in(person).post(ADDRESS, SAID).status_code == 403
    assert "Start a project" not in signed_in(person).get("/projects/").content.decode()


def test_the_public_is_asked_to_sign_in_and_comes_back():
    assert Client().get(ADDRESS).url == "/accounts/login/?next=%2Fprojects%2Fstart%2F"


def test_another_trust_cannot_be_chosen(signed_in):
    signed_in("lead").post(ADDRESS, SAID | {"trust": "T2"})

    assert Project.objects.get().organisation.code == "T1"


def test_an_area_can_be_in_the_address(signed_in):
    text = signed_in("lead").get(f"{ADDRESS}?area=pto").content.decode()

    assert 'value="PTO" required checked' in text


def test_names_come_on_lines_or_with_commas():
    found = people(" Ama (midwife)\n\nJoan, Dan ; (x)\n")

    assert [(p.name, p.part) for p in found] == [("Ama", "midwife"), ("Joan", ""), ("Dan", "")]


@pytest.mark.parametrize(
    ("words", "short"),
    [("Warm babies.", "Warm babies"), ("a " * 40, ("a " * 29).strip() + "…"), ("x" * 90, "x" * 59 + "…")],
)
def test_a_title_is_the_beginning_of_the_aim(words, short):
    assert shortened(words) == short
