"""What is marked on a project's chart, layer by layer."""

from datetime import date

import pytest
from django.http import QueryDict
from tests.web.test_project_page import page, world  # noqa: F401  (a fixture)

from matneo.improvement.actions import projects
from matneo.monitoring import actions as monitoring
from matneo.utils.clock import Clock
from matneo.web.projects import layers


@pytest.mark.parametrize(
    ("query", "on"),
    [
        ("", {"notes", "ideas", "pauses"}),
        ("layers=&layers=notes", {"notes"}),
        ("layers=", set()),
        ("layers=notes&layers=<script>&layers=limits", {"notes"}),
    ],
)
def test_an_address_asks_for_layers_and_means_all_where_it_says_nothing(query, on):
    assert layers.wanted(QueryDict(query)) == on


@pytest.fixture
def marked(world, settings):  # noqa: F811
    """A note, an idea for everyone since March 2025, a pause in May 2025, and a phase since January 2025."""
    universe, project = world
    place, lead = universe.organisation("T1"), universe.people["lead"]
    monitoring.annotate(
        organisation=place, date=date(2024, 11, 4), text="New CO monitors", measure="SFP-M01", by=lead
    )
    monitoring.rebase(
        measure="SFP-M01", organisation=place, start=date(2025, 1, 1), reason="Adviser on the ward", by=lead
    )
    monitoring.publish(by=None, reason="a phase")
    today, settings.CLOCK = settings.CLOCK, Clock(date(2025, 5, 6))
    projects.pause(project=project, reason="The clinic moved", by=lead)
    settings.CLOCK = today
    return universe, project


def figure(universe, project, address=""):
    from django.test import Client

    client = Client()
    client.force_login(universe.people["lead"], backend="allauth.account.auth_backends.AuthenticationBackend")
    shown = client.get(f"/projects/{project.pk}/{address}").content.decode()
    return shown.split("<figure", 1)[1].split("</details>", 1)[0]


def test_all_of_them_stand_on_the_chart_and_in_words(marked):
    shown = figure(*marked)

    for words in (
        "New CO monitors",
        "for everyone",
        "Paused: The clinic moved, May 2025 to July 2025",
        "Adviser on the ward",
    ):
        assert words in shown, words
    for words in ("Notes (1)", "Ideas for everyone (1)", "Pauses (1)"):
        assert words in shown, words
    assert layers.BREAKS in shown


def test_a_layer_is_taken_off_and_a_phase_never(marked):
    shown = figure(*marked, "?layers=&layers=notes")

    assert "New CO monitors" in shown
    assert "for everyone, March 2025" not in shown
    assert "Paused:" not in shown
    assert "Adviser on the ward" in shown
    assert "Pauses (1)" in shown  # it can be put back
