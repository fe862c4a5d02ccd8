"""The thread from a chart to what was tested before it moved."""

from datetime import date

import pytest

from matneo.improvement.actions import projects, testing
from matneo.improvement.actions.projects import Aim
from matneo.improvement.ladder import Rung

CHART = "/trusts/T1/measures/SFP-M04/"


@pytest.fixture
def project(released):
    """The lead's project follows how often a breath test is recorded; one of its two ideas is the usual way."""
    universe = released[0]
    lead = universe.people["lead"]
    aim = Aim("Tested at booking", "Every woman has a breath test at booking", date(2026, 3, 31))
    made = projects.start(
        organisation=universe.organisation("T1"), area="SFP", aim=aim, by=lead, started=date(2025, 1, 6)
    )
    projects.follow(project=made, measure="SFP-M04", family="process", by=lead, main=True)
    idea = testing.take_up(project=made, idea="SFP-C01", by=lead)
    testing.take_up(project=made, idea="SFP-C06", by=lead)
    testing.for_everyone(idea=idea, since=date(2025, 4, 7), by=lead)
    return made


def read(client, universe, person):
    client.force_login(universe.people[person], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(CHART).text


def test_the_chart_marks_what_became_usual_and_leads_to_the_project(client, released, project):
    text = read(client, released[0], "lead")

    assert "for everyone</text>" in text
    assert "the usual way since 7 April 2025" in text
    assert "being tested" in text
    assert f'href="/projects/{project.pk}/"' in text


@pytest.mark.parametrize("person", ["outsider", "national"])
def test_who_may_not_read_the_project_sees_nothing_of_it(client, released, project, person):
    text = read(client, released[0], person)

    assert "for everyone</text>" not in text
    assert project.pk not in text


def test_a_project_shared_with_all_is_on_the_public_chart(client, released, project):
    projects.follow(project=project, measure="SFP-M16", family="balancing", by=released[0].people["lead"])
    projects.share(project=project, rung=Rung.PUBLIC, by=released[0].people["lead"])

    assert f'href="/projects/{project.pk}/"' in client.get(CHART).text


def test_another_chart_of_the_trust_says_nothing_of_it(client, released, project):
    client.force_login(
        released[0].people["lead"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )

    assert "What was tested here" not in client.get("/trusts/T1/measures/SFP-M01/").text
