"""Predictions beside outcomes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.calibration import c_statistic, calibration, risk_table
from matneo.stats.casemix import fit_case_mix, numeric

steady = settings(derandomize=True, deadline=None, max_examples=25)


def sample(seed: int, rows: int = 200):
    rng = np.random.default_rng(seed)
    risk = rng.beta(2, 8, rows)
    return (rng.uniform(size=rows) < risk).astype(float), risk


class TestCStatistic:
    def test_by_hand(self):
        # Pairs of one with and one without: .9 > .8, .9 > .3, .3 < .8, .3 = .3: (1 + 1 + 0 + 1/2) of 4.
        assert c_statistic([1, 0, 1, 0], [0.9, 0.8, 0.3, 0.3]) == 2.5 / 4

    @steady
    @given(st.integers(0, 10**6))
    def test_it_is_the_share_of_pairs_in_the_right_order(self, seed):
        outcome, risk = sample(seed, 60)
        risk = np.round(risk, 1)  # ties
        with_it, without = risk[outcome == 1][:, None], risk[outcome == 0]
        pairs = (with_it > without) + 0.5 * (with_it == without)

        assert c_statistic(outcome, risk) == pytest.approx(pairs.mean()) or not pairs.size

    def test_only_the_order_of_risks_matters(self):
        outcome, risk = sample(2)

        assert c_statistic(outcome, risk**3) == c_statistic(outcome, risk)
        assert c_statistic(outcome, 1 - risk) == pytest.approx(1 - c_statistic(outcome, risk))

    def test_none_or_all_have_no_pairs(self):
        assert np.isnan(c_statistic([0, 0], [0.1, 0.2]))


class TestCalibration:
    def test_what_a_model_was_fitted_to_is_calibrated_by_construction(self):
        rng = np.random.default_rng(1)
        x = rng.normal(size=400)
        outcome = (rng.uniform(size=400) < 1 / (1 + np.exp(2 - x))).astype(float)
        made = calibration(outcome, fit_case_mix(outcome, numeric("x", x)).risk)

        assert made.slope == pytest.approx(1, abs=1e-6)
        assert made.intercept == pytest.approx(0, abs=1e-6)
        assert made.in_the_large == pytest.approx(0, abs=1e-6)

    def test_predictions_twice_as_extreme_have_half_the_slope(self):
        outcome, risk = sample(3, 400)
        extreme = 1 / (1 + ((1 - risk) / risk) ** 2)  # twice the log-odds

        assert calibration(outcome, extreme).slope == pytest.approx(calibration(outcome, risk).slope / 2)

    def test_more_events_than_predicted_lie_above_in_the_large(self):
        assert calibration([30, 20], [0.2, 0.1], trials=[100, 100]).in_the_large > 0.3

    def test_certain_or_equal_risks_are_refused(self):
        with pytest.raises(ValueError, match="exactly 0 or 1"):
            calibration([1, 0], [1.0, 0.2])
        with pytest.raises(ValueError, match="cannot tell log-odds of risk"):
            calibration([1, 0, 1], [0.2, 0.2, 0.2])


class TestRiskTable:
    def test_by_hand(self):
        made = risk_table([0, 1, 1, 1], [0.1, 0.2, 0.6, 0.9], parts=2)

        assert made.births.tolist() == [2, 2]
        assert made.observed.tolist() == [1, 2]
        assert made.expected == pytest.approx([0.3, 1.5])
        assert made.highest_risk.tolist() == [0.2, 0.9]

    @steady
    @given(st.integers(0, 10**6), st.integers(2, 12))
    def test_nothing_is_lost_and_equal_risks_stay_together(self, seed, parts):
        outcome, risk = sample(seed)
        risk = np.round(risk, 2)
        made = risk_table(outcome, risk, parts=parts)

        assert made.births.sum() == 200
        assert made.observed.sum() == outcome.sum()
        assert made.expected.sum() == pytest.approx(risk.sum())
        assert (made.lowest_risk[1:] > made.highest_risk[:-1]).all()
        assert len(made.part) <= parts

    def test_deciles_are_ten_equal_parts_without_ties(self):
        outcome, risk = sample(5, 1000)

        assert risk_table(outcome, risk).births.tolist() == [100] * 10

    def test_one_part_is_no_table(self):
        with pytest.raises(ValueError, match="`parts` must be a whole number of at least 2, and is 1"):
            risk_table([1, 0], [0.1, 0.2], parts=1)
