"""A project of the small world, started by its lead."""

from datetime import date

import pytest

from matneo.improvement.actions import projects
from matneo.improvement.actions.projects import Aim
from matneo.utils.clock import Clock

AIM = Aim("Smoke-free at birth", "Fewer women smoking when their baby is born", date(2026, 3, 31))


@pytest.fixture
def world(universe, settings):
    settings.CLOCK = Clock(date(2025, 7, 15))
    return universe


@pytest.fixture
def project(world):
    return projects.start(organisation=world.organisation("T1"), area="SFP", aim=AIM, by=world.people["lead"])
