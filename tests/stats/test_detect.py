"""Detection times and the chart they recommend, against the published table and by hand."""

import math

import numpy as np
import pytest

from matneo.stats._detectors import CHARTS
from matneo.stats.detect import recommend_chart, time_to_detection

THRIFTY = [chart for chart in CHARTS if chart != "bernoulli_cusum"]
NOT = None  # the chart is unusable there
# Mean months until a doubling is seen by charts of an in-control run length of at least 60 months.
DOUBLING = {
    0.2: (126, 25, 16, 15, 13.5),
    0.5: (12.5, 16, 16, 8.9, 8.5),
    1.0: (19, 7.6, 16, 6.0, 5.6),
    2.5: (4.2, 4.1, NOT, 3.4, 3.0),
    5.0: (2.4, 3.3, NOT, 2.1, 1.9),
    25.0: (1.0, 3.0, NOT, 1.0, 0.5),
}
# … and until half as much again is seen. The CUSUM of births is tuned to that change.
HALF_AS_MUCH_AGAIN = {
    0.2: (278, 48, 28, 26, 23.5),
    0.5: (25, 39, 28, 17, 16.6),
    1.0: (54, 18, 28, 13, 12),
    2.5: (12, 8.9, NOT, 7.6, 7.2),
    5.0: (7.3, 6.2, NOT, 5.0, 4.6),
}
# Months to detect a doubling, the share that is detected in 12, for run lengths of about 60; and false alarms in 12.
TRADE_OFF = {0.5: (8.9, 0.78), 1.0: (6.0, 0.92), 2.0: (4.0, 0.99)}


def quick(chart):
    """A larger risk a birth means fewer births to follow, and the same months (a test below says so)."""
    return {"risk": 0.01} if chart == "bernoulli_cusum" else {}


def near(value, table):
    """Within rounding of the table, or a tenth of a month, or 4 in 100 (a table entry of two figures): limits are whole numbers in some of it."""
    return value == pytest.approx(table, rel=0.04, abs=0.1)


def every(table):
    """Every chart at every size; CUSUMs of many events take longer to work out, and wait for the thorough run."""
    long = [
        (chart, expected)
        for chart in CHARTS
        for expected in table
        if chart.endswith("cusum") and expected > 0.5
    ]
    return [
        pytest.param(chart, expected, marks=[pytest.mark.slow] if (chart, expected) in long else [])
        for chart in CHARTS
        for expected in table
    ]


class TestTable:
    @pytest.mark.parametrize(("chart", "expected"), every(DOUBLING))
    def test_a_doubling(self, expected, chart):
        self.compare(time_to_detection(expected, 2.0, chart, horizon=1, **quick(chart)), DOUBLING[expected])

    @pytest.mark.parametrize(("chart", "expected"), every(HALF_AS_MUCH_AGAIN))
    def test_half_as_much_again(self, expected, chart):
        tuned = {"design_ratio": 1.5, **quick(chart)} if chart == "bernoulli_cusum" else {}
        if chart == "poisson_cusum":
            # The table mixes both tunings here; what is printed lies between the two, up to rounding.
            by_tuning = [
                time_to_detection(expected, 1.5, chart, design_ratio=ratio, horizon=1).mean_periods
                for ratio in (1.5, 2.0)
            ]
            assert min(by_tuning) - 0.5 <= HALF_AS_MUCH_AGAIN[expected][3] <= max(by_tuning) + 0.5
            return
        self.compare(
            time_to_detection(expected, 1.5, chart, horizon=1, **tuned), HALF_AS_MUCH_AGAIN[expected]
        )

    @staticmethod
    def compare(seen, row):
        wanted = row[list(CHARTS).index(seen.chart)]
        if wanted is NOT:
            assert not seen.usable
            assert seen.reason in ("limit_too_coarse", "no_limit")
            assert np.isnan(seen.mean_periods)
        else:
            assert seen.usable
            assert seen.arl_in_control >= 60 * (1 - 1e-3)
            assert near(seen.mean_periods, wanted)

    @pytest.mark.parametrize("expected", TRADE_OFF)
    def test_what_is_seen_within_a_year(self, expected):
        seen = time_to_detection(expected, 2.0, "poisson_cusum", horizon=12)

        assert (seen.mean_periods, seen.chance_within_horizon) == pytest.approx(TRADE_OFF[expected], abs=0.1)
        assert seen.chance_within_horizon == pytest.approx(TRADE_OFF[expected][1], abs=0.015)

    def test_false_alarms_within_a_year(self):
        assert time_to_detection(
            0.5, 1.0, "poisson_cusum", horizon=12
        ).chance_within_horizon == pytest.approx(0.15, abs=0.01)


class TestByHand:
    def test_a_shewhart_chart_is_geometric(self):
        # Mean 0.2, limit 3: P(X >= 3 | 0.4) = 1 - e^-0.4 (1 + 0.4 + 0.08) = 0.00793.
        signals = 1 - math.exp(-0.4) * 1.48
        seen = time_to_detection(0.2, 2.0, "shewhart", horizon=10)

        assert seen.limit == 3
        assert seen.mean_periods == pytest.approx(1 / signals)
        assert seen.chance_within_horizon == pytest.approx(1 - (1 - signals) ** 10)

    def test_a_quarterly_chart_waits_for_quarters(self):
        # Mean 0.6 a quarter, limit 3; 1.2 after doubling.
        signals = 1 - math.exp(-1.2) * (1 + 1.2 + 0.72)
        seen = time_to_detection(0.2, 2.0, "shewhart_quarterly", horizon=11)

        assert seen.mean_periods == pytest.approx(3 / signals)
        assert seen.chance_within_horizon == pytest.approx(1 - (1 - signals) ** 3)

    def test_a_g_chart_signals_at_short_gaps(self):
        # 500 births a month, risk 0.002: at most 8 births apart has chance 1 - 0.998^8 = 0.0159 < 1/60.
        seen = time_to_detection(1.0, 2.0, "g")

        assert seen.limit == 8
        assert seen.arl_in_control == pytest.approx(1 / (1 - 0.998**8))
        assert seen.mean_periods == pytest.approx(0.5 / (1 - 0.996**8))

    @pytest.mark.slow
    def test_simulated_gaps_agree(self):
        chance, runs, births = np.random.default_rng(71), 4000, 1500
        seen = time_to_detection(1.0, 2.0, "g", horizon=3)
        events = chance.random((runs, births)) < 0.004
        found = 0
        for row in events:
            places = np.append(-1, np.flatnonzero(row))  # the first gap counts from the first birth
            found += bool((np.diff(places) <= seen.limit).any())

        expected = seen.chance_within_horizon
        assert abs(found / runs - expected) < 4 * np.sqrt(expected * (1 - expected) / runs)


class TestProperties:
    @pytest.mark.parametrize("chart", [*THRIFTY, pytest.param("bernoulli_cusum", marks=pytest.mark.slow)])
    def test_a_larger_change_is_seen_sooner_and_surer(self, chart):
        seen = [time_to_detection(0.5, ratio, chart, **quick(chart)) for ratio in (1, 1.5, 2, 3)]

        assert [one.mean_periods for one in seen] == sorted((one.mean_periods for one in seen), reverse=True)
        assert [one.chance_within_horizon for one in seen] == sorted(
            one.chance_within_horizon for one in seen
        )
        assert seen[0].mean_periods == pytest.approx(seen[0].arl_in_control, rel=1e-6)

    @pytest.mark.parametrize("chart", [*THRIFTY, pytest.param("bernoulli_cusum", marks=pytest.mark.slow)])
    def test_rarer_false_alarms_cost_time(self, chart):
        often, seldom = (
            time_to_detection(0.5, 2.0, chart, target_arl=arl0, **quick(chart)).mean_periods
            for arl0 in (24, 120)
        )

        assert often < seldom

    @pytest.mark.parametrize(
        "expected", [0.2, *(pytest.param(more, marks=pytest.mark.slow) for more in (0.5, 1.0))]
    )
    def test_no_chart_sees_a_doubling_sooner_than_the_cusum_of_births(self, expected):
        compared = recommend_chart(expected).compared

        assert compared.chart[np.nanargmin(compared.mean_periods)] == "bernoulli_cusum"

    @pytest.mark.slow
    def test_the_risk_a_birth_hardly_matters(self):
        rare, common = (
            time_to_detection(0.5, 2.0, "bernoulli_cusum", risk=risk).mean_periods for risk in (0.001, 0.01)
        )

        assert rare == pytest.approx(common, rel=0.02)

    @pytest.mark.parametrize(
        ("arguments", "options", "words"),
        [
            ((1, 2, "tea_leaves"), {}, "`chart` is one of 'shewhart', .*not 'tea_leaves'"),
            ((0, 2, "g"), {}, "`expected_per_period` must be above 0"),
            ((1, 0, "g"), {}, "`rate_ratio` must be above 0"),
            ((1, 2, "g"), {"target_arl": 1}, "`target_arl` must be above 1"),
            ((1, 2, "g"), {"horizon": 0}, "`horizon` must be a whole number"),
            ((1, 2, "g"), {"risk": 0.6}, "must stay below 1"),
            ((1, 2, "g"), {"design_ratio": 1}, "`design_ratio` must be above 1"),
        ],
    )
    def test_impossible_questions_get_a_sentence(self, arguments, options, words):
        with pytest.raises(ValueError, match=words):
            time_to_detection(*arguments, **options)


class TestAdvice:
    @pytest.mark.parametrize(
        ("expected", "chart", "picture", "reason"),
        [
            (0.099, "pool", "", "too_rare"),
            (0.1, "bernoulli_cusum", "g", "rare"),
            (1.0, "bernoulli_cusum", "g", "rare"),
            pytest.param(1.01, "bernoulli_cusum", "p_quarterly", "scarce", marks=pytest.mark.slow),
            pytest.param(5.0, "bernoulli_cusum", "p_quarterly", "scarce", marks=pytest.mark.slow),
            (5.01, "p", "", "enough"),
        ],
    )
    def test_the_rule(self, expected, chart, picture, reason):
        advice = recommend_chart(expected, risk=0.01)

        assert (advice.chart, advice.picture, advice.reason) == (chart, picture, reason)

    def test_without_records_of_births_months_are_all_there_is(self):
        advice = recommend_chart(0.5, each_birth=False)

        assert advice.chart == "poisson_cusum"
        assert set(advice.compared.chart.tolist()) == {"shewhart", "shewhart_quarterly", "poisson_cusum"}

    def test_rates_have_a_u_chart(self):
        assert recommend_chart(8, proportion=False, risk=0.01).chart == "u"
        assert recommend_chart(2, proportion=False, each_birth=False).picture == "u_quarterly"

    @pytest.mark.slow
    def test_below_a_tenth_even_the_best_cusum_misses_a_doubling_one_time_in_three(self):
        for expected in (0.05, 0.09):
            advice = recommend_chart(expected)
            assert 0.26 <= advice.missed_within_horizon <= 0.36
            assert 18 < advice.mean_periods < 24.5

    def test_the_figures_are_those_of_the_chart_recommended(self):
        advice = recommend_chart(0.5)
        seen = time_to_detection(0.5, 2.0, "bernoulli_cusum")

        assert advice.mean_periods == seen.mean_periods
        assert advice.missed_within_horizon == pytest.approx(1 - seen.chance_within_horizon)
        assert advice.parameters["change"] == 2

    def test_it_is_not_asked_for_improvement(self):
        with pytest.raises(ValueError, match="`change` must be above 1"):
            recommend_chart(0.5, change=0.5)
