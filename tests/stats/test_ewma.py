"""EWMA charts: by hand, exact variances, and run lengths."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matneo.stats.ewma import count_ewma, ewma, ewma_arl, ewma_width

proven = settings(derandomize=True, max_examples=6, deadline=None)
values = st.integers(1, 30).flatmap(
    lambda n: arrays(float, n, elements=st.integers(-20, 20).map(lambda x: x / 4))
)


class TestByHand:
    def test_average_and_limits(self):
        # l = 1/2: 0.5, 0.75, 2.375; var 1/4, 1/4 + 1/16, 1/4 + 5/64 = 21/64.
        points = ewma([1, 1, 4], smoothing=0.5, width=2).points

        assert points.average.tolist() == [0.5, 0.75, 2.375]
        assert points.sigma == pytest.approx(np.sqrt([1 / 4, 5 / 16, 21 / 64]))
        assert points.upper == pytest.approx(2 * np.sqrt([1 / 4, 5 / 16, 21 / 64]))
        assert points.signal.tolist() == [False, False, True]

    def test_a_missing_value_waits_and_its_limits_do_not_grow(self):
        points = ewma([1, np.nan, 1], smoothing=0.5).points

        assert points.average[[0, 2]].tolist() == [0.5, 0.75]
        assert np.isnan([points.average[1], points.upper[1]]).all()
        assert points.sigma[2] == pytest.approx(np.sqrt(5 / 16))
        assert not points.signal[1]

    def test_counts_are_standardised_by_what_was_expected(self):
        # (16 - 9) / 3 = 7/3; with dispersion 4 half of it.
        assert count_ewma([16], 9.0).points.value == pytest.approx([7 / 3])
        assert count_ewma([16], 9.0, dispersion=4.0).points.value == pytest.approx([7 / 6])

    def test_counts_below_five_a_period_are_refused(self):
        with pytest.raises(ValueError, match=r"`expected` must be at least 5 events.*row 1 has 4\.9"):
            count_ewma([5, 5], [5.0, 4.9])

    def test_without_memory_it_is_a_shewhart_chart(self):
        assert ewma_arl(1.0, 3.0).average == pytest.approx(370.398, abs=1e-3)
        assert ewma_arl(1.0, 3.0, shift=1.0).average == pytest.approx(43.895, abs=1e-3)

    def test_the_published_run_length(self):
        # Lucas and Saccucci 1990, table 3: l = 0.1, L = 2.814: 500 in control, 31.3 at half a standard deviation.
        assert ewma_arl(0.1, 2.814).average == pytest.approx(500, rel=2e-3)
        assert ewma_arl(0.1, 2.814, shift=0.5).average == pytest.approx(31.3, abs=0.1)

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"smoothing": 0}, "`smoothing` must be above 0"),
            ({"smoothing": 1.1}, "`smoothing` must be above 0 and at most 1"),
            ({"width": 0}, "`width` must be above 0"),
            ({"sigma": -1}, "`sigma` must be above 0"),
        ],
    )
    def test_impossible_input_gets_a_sentence(self, options, words):
        with pytest.raises(ValueError, match=words):
            ewma([1.0], **options)

    def test_an_infinite_value_is_refused(self):
        with pytest.raises(ValueError, match="`value` must be finite"):
            ewma([np.inf])


class TestProperties:
    @proven
    @given(values, st.sampled_from([0.05, 0.3, 1.0]))
    def test_the_variance_is_the_closed_formula(self, data, part):
        t = np.arange(1, len(data) + 1)
        closed = part / (2 - part) * (1 - (1 - part) ** (2 * t))

        assert ewma(data, smoothing=part).points.sigma ** 2 == pytest.approx(closed)

    @proven
    @given(values, values)
    def test_appending_never_changes_the_past(self, first, later):
        short, long = ewma(first).points, ewma(np.concatenate([first, later])).points

        assert long.average[: len(first)].tolist() == short.average.tolist()

    @proven
    @given(values, st.floats(0.5, 4), st.floats(-5, 5))
    def test_shift_and_scale_move_the_lines_and_keep_the_signals(self, data, by, shift):
        here = ewma(data).points
        there = ewma(data * by + shift, centre=shift, sigma=by).points

        np.testing.assert_allclose(there.average, here.average * by + shift, atol=1e-9)
        np.testing.assert_allclose(there.upper, here.upper * by + shift, atol=1e-9)

    @proven
    @given(values, values)
    def test_series_are_apart(self, one, other):
        names = ["A"] * len(one) + ["B"] * len(other)
        both = ewma(np.concatenate([one, other]), series=names).points

        assert both.average[len(one) :].tolist() == ewma(other).points.average.tolist()

    @proven
    @given(st.floats(0.03, 1), st.floats(1.5, 3.5))
    def test_a_larger_shift_is_seen_sooner_and_wider_limits_err_less(self, part, width):
        arls = [ewma_arl(part, width, shift=shift).average for shift in (0, 0.5, 1, 2)]

        assert arls == sorted(arls, reverse=True)
        assert ewma_arl(part, width + 0.1).average > arls[0]
        assert ewma_arl(part, width, shift=-1).average == pytest.approx(arls[2])

    @proven
    @given(st.floats(0.03, 1), st.floats(20, 2000))
    def test_the_width_for_a_run_length_has_it(self, part, target):
        assert ewma_arl(part, ewma_width(part, target)).average == pytest.approx(target, rel=1e-8)

    def test_a_run_length_no_width_gives_is_refused(self):
        with pytest.raises(ValueError, match="No width"):
            ewma_width(0.2, 1e14)


@pytest.mark.slow
def test_simulated_run_lengths_agree():
    chance = np.random.default_rng(51)
    runs, longest = 4000, 400
    wide = 2.5 * np.sqrt(0.2 / 1.8)
    average, alive, lengths = np.zeros(runs), np.ones(runs, bool), np.zeros(runs)
    for _ in range(longest):
        average = 0.8 * average + 0.2 * (chance.standard_normal(runs) + 0.5)
        lengths += alive
        alive &= np.abs(average) <= wide

    assert not alive.any()
    assert abs(lengths.mean() - ewma_arl(0.2, 2.5, shift=0.5).average) < 4 * lengths.std() / np.sqrt(runs)
