"""Where a new phase might begin: the evidence of one series, by hand."""

from datetime import date

import pytest
from django.test import Client
from tests.monitoring.test_live import months, type_in

from matneo.monitoring import actions, live, phases
from matneo.monitoring.models import Rebase
from matneo.submissions.cells import Cell
from matneo.utils.clock import Clock

MEASURE, ADDRESS = "SFP-M07", "/trusts/T1/measures/SFP-M07/"


@pytest.fixture(autouse=True)
def _today(settings):
    settings.CLOCK = Clock(date(2025, 7, 15))


def series_of(universe, levels):
    """Forty referrals a month; 20, 21, 22, 20 … of them in time at level 20."""
    starts = months(len(levels))
    cells = [
        Cell(MEASURE, "T1", "month", start, level + place % 3, 40)
        for place, (start, level) in enumerate(zip(starts, levels, strict=True))
    ]
    type_in(universe, *cells)
    return live.read(MEASURE, "T1", universe.viewer("lead"))


def test_a_shift_that_lasted_for_a_year_is_suggested_with_its_evidence(universe):
    (shift,) = phases.shifts(series_of(universe, [20] * 12 + [30] * 12))

    # 12 × 21 of 480 before, 12 × 31 of 480 since July 2024; all twelve stand out from limits of the first year.
    assert (shift.start, shift.verdict, shift.points) == (date(2024, 7, 1), "suggested", 12)
    assert (shift.before, shift.after) == (pytest.approx(21 / 40), pytest.approx(31 / 40))
    assert (shift.marked_now > 0, shift.marked_then, shift.missing) == (True, 0, 0)


def test_a_short_one_says_how_many_points_are_missing(universe):
    (shift,) = phases.shifts(series_of(universe, [20] * 16 + [30] * 8))

    assert (shift.verdict, shift.points, shift.missing) == ("too_few_points", 8, 4)


def test_a_steady_series_and_one_that_has_its_phase_suggest_nothing(universe):
    assert phases.shifts(series_of(universe, [20] * 24)) == ()


def test_what_the_whole_chart_does_not_bear_out_is_not_suggested(universe):
    """A first year that happened to be even makes a shift of one in forty; the limits of the whole do not know it."""
    even, later = [20] * 12, [21, 20, 22, 21] * 6

    assert [
        shift for shift in phases.shifts(series_of(universe, even + later)) if shift.verdict == "suggested"
    ] == []


def test_what_was_decided_is_not_suggested_again(universe):
    series_of(universe, [20] * 12 + [30] * 12)
    actions.rebase(
        measure=MEASURE,
        organisation=universe.organisation("T1"),
        start=date(2024, 7, 1),
        reason="A tobacco adviser on the ward",
        by=universe.people["lead"],
    )

    assert phases.shifts(live.read(MEASURE, "T1", universe.viewer("lead"))) == ()


def test_what_was_written_around_that_time_is_part_of_it(universe):
    series_of(universe, [20] * 12 + [30] * 12)
    for day, text in ((date(2024, 6, 10), "Adviser started"), (date(2023, 9, 1), "New clinic")):
        actions.annotate(
            organisation=universe.organisation("T1"),
            date=day,
            text=text,
            measure=MEASURE,
            by=universe.people["lead"],
        )

    (shift,) = phases.shifts(live.read(MEASURE, "T1", universe.viewer("lead")))
    assert [note.text for note in shift.nearby] == ["Adviser started"]


def _client(universe, person):
    client = Client()
    client.force_login(universe.people[person], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_page_shows_the_evidence_and_decides_nothing(universe):
    series_of(universe, [20] * 12 + [30] * 12)
    lead = _client(universe, "lead")

    shown = lead.get(f"{ADDRESS}notes/").content.decode()
    assert "A new phase might begin in July 2024" in shown
    assert "Before it the mean was 52%; since then it is 78%, over 12 months." in shown
    assert "Nothing is written on the chart around that time." in shown
    assert "?start=2024-07-01#phase" in shown
    assert "Decide whether a new phase begins in July 2024" in lead.get(ADDRESS).content.decode()
    assert Rebase.objects.count() == 0


def test_nobody_else_is_told_to_decide(universe):
    series_of(universe, [20] * 12 + [30] * 12)

    assert "Decide whether" not in _client(universe, "colleague").get(ADDRESS).content.decode()


def test_the_page_says_why_it_is_too_early(universe):
    series_of(universe, [20] * 16 + [30] * 8)

    shown = _client(universe, "lead").get(f"{ADDRESS}notes/").content.decode()
    assert "Too early to say: a shift began in November 2024" in shown
    assert "4 months more are needed before anybody can tell whether it stays: 12 in all." in shown
