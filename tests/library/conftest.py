"""The package of smoke-free pregnancy as published, and texts of its next version."""

from datetime import date

import pytest

from matneo.library import actions, reading
from matneo.library.drafting import next_text
from matneo.utils.clock import Clock


@pytest.fixture
def shelf(universe, settings):
    """The small world with the files loaded."""
    settings.CLOCK = Clock(date(2025, 12, 1))
    actions.load(by=None)
    return universe


@pytest.fixture
def text():
    """Version 2 as an editor begins it: its words are still those of version 1."""
    first = (reading.folder() / "SFP.yaml").read_text("utf-8")
    return next_text(first, 2, date(2025, 12, 1))
