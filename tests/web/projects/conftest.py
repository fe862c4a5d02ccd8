"""A project of T1 with one test, and people who look at it."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client

from matneo.improvement.actions import projects, testing
from matneo.improvement.actions.projects import Aim
from matneo.improvement.actions.testing import Plan
from matneo.utils.clock import Clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
AIM = Aim("Smoke-free at birth", "Fewer women smoking when their baby is born", date(2026, 3, 31))
PLAN = Plan("Does a paper slip work?", "9 of 10 referred the same day", date(2025, 6, 2), date(2025, 6, 9), 1)


@pytest.fixture
def world(universe, settings):
    settings.CLOCK = Clock(date(2025, 7, 15))
    lead = universe.people["lead"]
    project = projects.start(
        organisation=universe.organisation("T1"), area="SFP", aim=AIM, by=lead, started=date(2025, 5, 1)
    )
    idea = testing.take_up(project=project, idea="SFP-C08", by=lead)
    test = testing.plan(idea=idea, plan=PLAN, by=lead)
    return SimpleNamespace(
        universe=universe, people=universe.people, project=project, idea=idea, test=test, home=f"/projects/{project.pk}/"
    )  # fmt: skip


@pytest.fixture
def as_person(world):
    def signed_in(person):
        client = Client()
        if person != "public":
            client.force_login(world.people[person], backend=BACKEND)
        return client

    return signed_in
