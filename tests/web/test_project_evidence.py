"""What the records of a project show: by hand, on small series."""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

import pytest

from matneo.improvement.models import ChangeTest, ProjectMeasure
from matneo.measures import definitions
from matneo.measures.periods import add_months
from matneo.web.projects import evidence, main_chart
from matneo.web.projects.followed import Followed

STARTED = date(2024, 6, 10)


@dataclass
class Chart:
    """Values a month from January 2024; `phases` are the means of the first and the second half."""

    values: list
    measure: str = "SFP-M01"  # lower is better, per cent
    family: str = "outcome"
    goal: float | None = 6.0
    main: bool = True
    variation: str = "common"
    since: date | None = None
    before: float | None = None
    now: float | None = None
    centres: tuple[float, float] = (0.11, 0.11)
    phases: tuple[int, int] = (0, 0)


def followed(chart: Chart) -> Followed:
    n = len(chart.values)
    half = n // 2
    columns = {
        "period": [add_months(date(2024, 1, 1), place) for place in range(n)],
        "value": chart.values,
        "centre": [chart.centres[place >= half] for place in range(n)],
        "phase": [chart.phases[place >= half] for place in range(n)],
        "denominator_shown": [40.0] * n,
    }
    line = {
        "variation": chart.variation, "signal_since": chart.since, "before_value": chart.before, "now_value": chart.now,
        "centre": chart.centres[1], "period_kind": "month",
    }  # fmt: skip
    row = ProjectMeasure(
        measure=chart.measure, subject="T1", family=chart.family, goal=chart.goal, main=chart.main
    )
    return Followed(row, definitions.load()[chart.measure], columns, line, series=SimpleNamespace())


FALLEN = Chart(
    [0.11] * 10 + [0.085] * 6, variation="improvement", since=date(2024, 11, 1), before=0.11, now=0.085
)


def test_the_way_from_11_to_6_percent_is_half_done_at_8_5():
    assert evidence.gap_closed(followed(FALLEN), STARTED) == pytest.approx(0.5)


class TestFromWhichStart:
    """The aim may be written from another start than the chart's: the sentence says which one it is counted from."""

    PROJECT = SimpleNamespace(started=STARTED, by_when=date(2025, 9, 30), state="active")

    def said(self, chart):
        return main_chart._way_done(followed(chart), self.PROJECT, date(2025, 4, 15))

    def test_after_a_signal_it_is_the_mean_before_it(self):
        assert self.said(FALLEN) == (
            "50% of the way from 11.0%, the mean before November 2024, to the aim of 6.0%, with five months to go."
        )

    def test_without_one_it_is_the_mean_when_the_project_began(self):
        assert self.said(Chart([0.11] * 16)) == (
            "The mean has not moved from 11.0%, the mean when the project began, towards the aim of 6.0% yet, with five "
            "months to go."
        )
        rebased = Chart([0.11] * 8 + [0.08] * 8, centres=(0.11, 0.08), phases=(0, 1))
        assert self.said(rebased).startswith("60% of the way from 11.0%, the mean when the project began, to")

    def test_where_it_is_reached_the_aim_is_named(self):
        reached = Chart(
            [0.11] * 10 + [0.05] * 6, variation="improvement", since=date(2024, 11, 1), before=0.11, now=0.05
        )

        assert self.said(reached) == "The mean has reached the aim of 6.0%, with five months to go."


def test_a_chart_that_went_the_other_way_has_closed_less_than_nothing():
    worse = Chart(
        [0.11] * 16,
        variation="concern",
        since=date(2024, 11, 1),
        before=0.11,
        now=0.12,
        centres=(0.11, 0.115),
    )

    assert evidence.gap_closed(followed(worse), STARTED) < 0
    assert not evidence.has_shifted(followed(worse), STARTED)


def test_without_a_goal_or_without_figures_no_way_can_be_said():
    assert evidence.gap_closed(followed(Chart([0.11] * 16, goal=None)), STARTED) is None
    row = ProjectMeasure(measure="SFP-M01", subject="T1", family="outcome", goal=6.0)
    assert evidence.gap_closed(Followed(row, definitions.load()["SFP-M01"]), STARTED) is None


def test_a_shift_that_began_before_the_project_is_not_its_doing():
    assert evidence.has_shifted(followed(FALLEN), STARTED)
    assert not evidence.has_shifted(followed(FALLEN), date(2025, 1, 6))


def test_a_new_phase_on_the_good_side_keeps_the_shift():
    rebased = Chart([0.11] * 8 + [0.08] * 8, centres=(0.11, 0.08), phases=(0, 1))
    risen = Chart([0.11] * 8 + [0.13] * 8, centres=(0.11, 0.13), phases=(0, 1))

    assert evidence.has_shifted(followed(rebased), STARTED)
    assert evidence.gap_closed(followed(rebased), STARTED) == pytest.approx(0.6)
    assert evidence.months_since_shift(followed(rebased), STARTED) == 8
    assert not evidence.has_shifted(followed(risen), STARTED)


def test_months_since_a_shift_count_those_with_figures():
    assert evidence.months_since_shift(followed(FALLEN), STARTED) == 6
    gap = Chart(
        [*FALLEN.values[:12], None, *FALLEN.values[13:]], variation="improvement", since=date(2024, 11, 1)
    )
    assert evidence.months_since_shift(followed(gap), STARTED) == 5


@pytest.mark.parametrize(("now", "met"), [(0.06, True), (0.059, True), (0.061, False)])
def test_a_goal_is_met_at_the_goal_itself(now, met):
    assert evidence.meets_goal(followed(Chart([0.1] * 16, now=now))) is met


def test_the_facts_of_a_project_by_hand(monkeypatch):
    monkeypatch.setattr(evidence.answers, "together", lambda project: SimpleNamespace(total=61.0, people=3))
    project = SimpleNamespace(aim="Fewer", by_when=date(2025, 6, 1), started=STARTED)
    process = Chart(
        [0.5] * 16, "SFP-M03", "process", 95.0, main=False, variation="improvement", since=date(2024, 8, 1)
    )
    balancing = Chart([0.07] * 16, "NAT-M06", "balancing", None, main=False)
    tests = [ChangeTest(start=date(2024, 7, 2), decision="adapt"), ChangeTest(start=date(2024, 9, 2))]

    facts = evidence.facts(
        project,
        [followed(c) for c in (FALLEN, process, balancing)],
        ["midwife", "Midwife ", "adviser", ""],
        tests,
    )

    assert facts.parts_on_team == 2
    assert (facts.measures, facts.balancing, facts.charted) == (3, 1, 3)
    assert facts.baseline_points == 6  # January to June: the first test was in July
    assert facts.tests_closed == 1
    assert (facts.process_shift, facts.outcome_shift, facts.months_since_shift) == (True, True, 6)
    assert facts.gap_closed == pytest.approx(0.5)
    assert (facts.goals, facts.goals_met) == (2, 0)
    assert facts.sustainability == 61.0


def test_the_power_sentence_names_number_change_and_months():
    steady = followed(Chart([0.11] * 16, "SFP-M03", "process", 60.0, centres=(0.4, 0.4)))
    unit = steady.definition.counts

    assert main_chart.power(steady) == (
        f"At about 40 {unit} a month, a change from 40% to 60% would show within about seven months, if it came at once."
    )


def test_no_power_is_said_of_a_chart_with_a_signal_or_at_its_goal():
    assert main_chart.power(followed(FALLEN)) == ""
    assert main_chart.power(followed(Chart([0.05] * 16, centres=(0.05, 0.05)))) == ""


def test_a_change_too_small_for_the_trust_is_said_to_take_long():
    small = followed(Chart([0.11] * 16, goal=10.5))

    assert "longer than 36 months" in main_chart.power(small)
