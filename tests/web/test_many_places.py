"""A lead whose teams type at the trust and at both of its sites: as many questions as at one place."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matneo.improvement.actions import projects
from matneo.improvement.actions.projects import Aim
from matneo.measures.periods import add_months
from matneo.submissions import actions as submissions
from matneo.submissions.cells import Cell

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
AIM = Aim("Smoke-free at birth", "Fewer women smoking when their baby is born", date(2026, 3, 31))
TYPED = ("SFP-M06", "SFP-M07", "SFP-M08")
PLACES = ("T1", "S1", "S1B")


def cells(measure, place):
    """Steady at 20 of 40, and up to 30 of 40 in the last eight months."""
    starts = [add_months(date(2025, 6, 1), number - 23) for number in range(24)]
    return [
        Cell(measure, place, "month", start, (30 if number >= 16 else 20) + number % 3, 40)
        for number, start in enumerate(starts)
    ]


@pytest.fixture
def world(released):
    universe, _, _ = released
    lead = universe.people["lead"]
    project = projects.start(organisation=universe.organisation("T1"), area="SFP", aim=AIM, by=lead)
    for place in PLACES:
        for measure in TYPED:
            projects.follow(project=project, measure=measure, family="process", subject=place, by=lead)
            answer = submissions.type_in(
                organisation=universe.organisation("T1"), cells=cells(measure, place), by=lead
            )
            assert answer.refused == ()
    return SimpleNamespace(universe=universe, project=project)


def signed_in(world, person):
    client = Client()
    client.force_login(world.universe.people[person], backend=BACKEND)
    return client


@pytest.mark.parametrize("person", ["lead", "coach"])
@pytest.mark.parametrize(
    "path", ["/home/", "/projects/{}/", "/projects/{}/months/2025-06/", "/projects/{}/packs/board.pptx"]
)
def test_a_page_of_three_places_costs_at_most_25_queries(world, person, path):
    client = signed_in(world, person)

    with CaptureQueriesContext(connection) as queries:
        assert client.get(path.format(world.project.pk)).status_code == 200

    asked = [query["sql"] for query in queries.captured_queries]
    assert len(asked) <= 25, "\n".join(sql[:120] for sql in asked)
    assert sum('"submission_value"' in sql for sql in asked) <= 3


def test_what_is_typed_at_each_place_stands_on_my_week(world):
    text = signed_in(world, "lead").get("/home/").content.decode()

    for path in ("trusts/T1", "sites/S1", "sites/S1B"):
        assert f'href="/{path}/measures/SFP-M0' in text
