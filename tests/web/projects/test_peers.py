"""Trusts like ours: whose chart moved, what they tested as far as we may see it, and a message."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matneo.improvement.actions import projects, testing
from matneo.improvement.actions.projects import Aim
from matneo.improvement.models import Ask
from matneo.monitoring import outside, walls
from matneo.organisations.models import Organisation

MOVED = {
    "variation": "improvement",
    "signal_since": date(2024, 9, 1),
    "signal_rule": "shift",
    "signal_length": 9,
}


@pytest.fixture
def moved(world, released, monkeypatch):
    """T2 and T3 improved; the project follows the measure."""
    projects.follow(
        project=world.project, measure="SFP-M01", family="outcome", main=True, by=world.people["lead"]
    )
    Organisation.objects.filter(code__in=["T1", "T2"]).update(volume_group="2,000 to 3,999 births")
    Organisation.objects.filter(code__in=["T1", "T2", "T3"]).update(neonatal_level="LNU")
    entries = walls.wall(
        world.universe.viewer("national"), measures=["SFP-M01"], codes=["T1", "T2", "T3"], origin="calculated"
    )
    lines = {
        e.code: e
        if e.code == "T1"
        else replace(e, line={**e.line, **MOVED, "before_value": 0.4, "now_value": 0.3})
        for e in entries
    }
    monkeypatch.setattr(outside, "of_trusts", lambda measure: lines)
    return world


@pytest.fixture
def address(world):
    return f"{world.home}peers/"


def theirs(world, rung):
    by = world.people["outsider"]
    aim = Aim("Vouchers", "Fewer women smoking", date(2026, 3, 31))
    row = projects.start(organisation=world.universe.organisation("T2"), area="SFP", aim=aim, by=by)
    idea = testing.take_up(project=row, idea="SFP-C18", by=by)
    testing.for_everyone(idea=idea, since=row.started, by=by)
    row.__class__.objects.filter(pk=row.pk).update(rung=rung)
    return row, idea


def test_each_says_why_it_is_like_ours_and_how_its_chart_moved(moved, as_person, address):
    text = as_person("lead").get(address).content.decode()

    assert text.index(">Beacon<") < text.index(">Harbour<")  # the same size comes first
    assert (
        "Like yours: the same size (2,000 to 3,999 births) and the same kind of neonatal unit (LNU)." in text
    )
    assert "down from 40%" in text


def test_a_trust_that_cares_for_much_the_same_people_says_so(moved, as_person, address, monkeypatch):
    monkeypatch.setattr(
        outside, "usual", lambda measures: {"T1": (0.12, 0.08), "T2": (0.3, 0.08), "T3": (0.12, 0.08)}
    )
    text = as_person("lead").get(address).content.decode()

    said = "much the same case mix (12% smoke when they book, 8% of births come before 37 weeks)"
    assert said in text.split(">Harbour<")[1].split(">Beacon<")[0]
    assert text.count("much the same case mix") == 1


def test_the_ideas_of_a_project_that_we_may_read_and_of_no_other(moved, as_person, address):
    row, idea = theirs(moved, rung=4)
    text = as_person("lead").get(address).content.decode()
    assert idea.name in text
    assert f'href="/projects/{row.pk}/"' in text

    row.__class__.objects.filter(pk=row.pk).update(rung=2)
    text = as_person("lead").get(address).content.decode()
    assert idea.name not in text
    assert row.pk not in text
    assert "Their work is not shared with you; you can ask." in text

    row.__class__.objects.filter(pk=row.pk).update(rung=1)
    text = as_person("lead").get(address).content.decode()
    assert "has no project about this here that you can see" in text


def test_asking_sends_a_message_once_and_keeps_what_was_typed(moved, as_person, address):
    client = as_person("lead")
    answer = client.post(address, {"of": "T2", "text": "How did you begin?"})
    assert answer.status_code == 302
    assert Ask.objects.get().of.code == "T2"
    again = client.get(address).content.decode()
    assert "Beacon has your message" in again
    assert "Lead asked Beacon on 15 July" in again

    twice = client.post(address, {"of": "T2", "text": "And the night shift?"})
    assert twice.status_code == 422
    text = twice.content.decode()
    assert "One ask in two weeks is enough" in text
    assert "And the night shift?" in text


def test_an_identifier_is_refused_beside_its_field(moved, as_person, address):
    answer = as_person("lead").post(address, {"of": "T2", "text": "About 943 476 5919"})

    assert answer.status_code == 422
    assert 'id="error-T2"' in answer.content.decode()
    assert not Ask.objects.exists()


@pytest.mark.parametrize("of", ["", "T1", "T9", "nobody", "C1"])
def test_nobody_that_is_no_other_open_trust_is_asked(moved, as_person, address, of):
    answer = as_person("lead").post(address, {"of": of, "text": "Hello, may I ask?"})

    assert answer.status_code == 422
    assert not Ask.objects.exists()


def test_the_team_and_the_coach_look_and_only_the_team_asks(moved, as_person, address):
    for person, status in {
        "colleague": 200,
        "coach": 200,
        "sponsor": 403,
        "family": 403,
        "outsider": 404,
    }.items():
        assert as_person(person).get(address).status_code == status, person
    assert "Ask for 20 minutes" not in as_person("coach").get(address).content.decode()
    assert as_person("coach").post(address, {"of": "T2", "text": "Hello, may I?"}).status_code == 403


@pytest.mark.parametrize("show", ["6", "0", "-3", "999", "x", "٣", ""])
def test_however_many_are_asked_for_it_answers(moved, as_person, address, show):
    assert as_person("lead").get(address, {"show": show}).status_code == 200


def test_without_a_main_measure_or_figures_it_says_what_to_do(world, as_person, address):
    assert "Choose the measure that your aim speaks of" in as_person("lead").get(address).content.decode()
    projects.follow(
        project=world.project, measure="SFP-M01", family="outcome", main=True, by=world.people["lead"]
    )
    assert "No trust has released figures" in as_person("lead").get(address).content.decode()


def test_it_asks_the_database_25_times_at_most(moved, as_person, address):
    theirs(moved, rung=4)
    client = as_person("lead")
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= 25


def test_an_ask_is_answered_on_its_own_page(moved, as_person, address):
    as_person("lead").post(address, {"of": "T2", "text": "How did you begin?"})
    path = f"/home/asks/{Ask.objects.get().pk}/"
    client = as_person("outsider")
    assert "How did you begin?" in client.get(path).content.decode()
    empty = client.post(path, {"text": " "})
    assert empty.status_code == 422
    assert "Say your answer" in empty.content.decode()

    assert client.post(path, {"text": "On Thursday at ten."}).status_code == 302
    assert "On Thursday at ten." in as_person("lead").get(path).content.decode()
    late = client.post(path, {"text": "Or Friday?"})
    assert late.status_code == 422
    assert "Or Friday?" in late.content.decode()
    for person, status in {"colleague": 404, "coach": 404, "family": 404}.items():
        assert as_person(person).get(path).status_code == status
    assert as_person("lead").post(path, {"text": "Hello there"}).status_code == 403
