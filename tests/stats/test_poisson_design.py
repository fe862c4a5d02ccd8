"""Run lengths and designs of Poisson CUSUMs: by hand, by rule, and over the sizes of real sites."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats._count_chains import poisson_chances
from matneo.stats.cusum import poisson_cusum
from matneo.stats.poisson_design import count_cusum_arl, poisson_cusum_design

few = settings(derandomize=True, max_examples=6, deadline=None)


class TestByHand:
    def test_where_two_events_in_a_month_signal_the_run_length_is_geometric(self):
        # k = h = 1, mean 1: after a quiet month, or one event, the sum is 0; two events or more signal.
        assert count_cusum_arl(1, 1, mean=1.0).average == pytest.approx(1 / (1 - 2 / np.e))

    def test_two_states_are_solved_on_paper(self):
        # k = 1, h = 2, mean 1, a = P(0) = P(1) = 1/e, b = P(2) = a/2. From 0: E0 = 1 + 2a E0 + b E1;
        # from 1: E1 = 1 + a E0 + a E1 (three or more, or two from 1, signal).
        a = 1 / np.e
        both = np.linalg.solve([[1 - 2 * a, -a / 2], [-a, 1 - a]], [1, 1])

        assert count_cusum_arl(1, 2, mean=1.0).average == pytest.approx(both[0])
        assert count_cusum_arl(1, 2, mean=1.0, head_start=1).average == pytest.approx(both[1])

    def test_binomial_counts_have_their_own_chances(self):
        # Of 2 births with risk 1/2 both must have the event: 1/4.
        assert count_cusum_arl(1, 1, trials=2, probability=0.5).average == pytest.approx(4)

    def test_chances_add_up(self):
        for mean in (0.01, 1.0, 30.0, 800.0):
            assert poisson_chances(mean).sum() == pytest.approx(1, abs=1e-12)

    def test_the_reference_value_lies_between_both_means(self):
        design = poisson_cusum_design(1.0, 2.0, 60)

        assert design.k_unrounded == pytest.approx(1 / np.log(2))
        assert abs(design.k / design.k_unrounded - 1) <= 0.1


class TestMossLattice:
    """The lattice rule of CUSUMdesign 1.1.5, where the vectors do not go."""

    def test_a_reference_value_that_is_on_a_lattice_stays(self):
        # 0.45 / ln 2 = 0.649, to two decimals 0.65; no d to 10 makes it whole, and d = 3 misses by 0.95, d = 2 by 0.3 …
        # 0.65 x 3 = 1.95, x 6 = 3.9, x 8 = 5.2, x 9 = 5.85, x 10 = 6.5: from above the nearest is 0.65 x 8 - 5 = 0.2,
        # and 0.65 x 5 = 3.25, 0.65 x 2 = 1.3; 0.65 x 4 = 2.6, 0.65 x 7 = 4.55. So d = 8, k = floor(5.7) / 8 = 5/8.
        design = poisson_cusum_design(0.45, 0.9, 100, compat="moss")

        assert (design.steps_per_event, design.k) == (8, 5 / 8)

    def test_the_limit_is_the_first_whose_run_length_exceeds_the_target(self):
        design = poisson_cusum_design(0.45, 0.9, 100, compat="moss")

        assert (
            count_cusum_arl(design.k, design.limit - 1 / 8, mean=0.45).average <= 100 < design.arl_in_control
        )

    @pytest.mark.parametrize("mean", [0.001, 0.03, 0.05, 0.06, 0.065])
    def test_means_whose_reference_value_rounds_to_zero_are_refused(self, mean):
        with pytest.raises(ValueError, match=f"A mean of {mean:g} events a period is too small.*Pool sites"):
            poisson_cusum_design(mean, 2 * mean, 20, compat="moss")

    def test_the_first_mean_that_has_a_chart_has_one(self):
        assert poisson_cusum_design(0.07, 0.14, 20, compat="moss").k == 0.1

    def test_no_mean_of_a_real_site_breaks_the_rule(self):
        for mean in np.round(np.arange(0.07, 3.01, 0.07), 2):
            for arl in (20, 100):
                design = poisson_cusum_design(mean, 2 * mean, arl, compat="moss")
                assert design.arl_in_control > arl
                assert design.arl_out_of_control < design.arl_in_control


class TestExactDesign:
    def test_sites_of_any_size_come_closer_to_the_same_error_than_on_the_coarse_lattice(self):
        means = np.round(np.arange(0.1, 3.0, 0.4), 2)
        spread = {
            way: [poisson_cusum_design(m, 2 * m, 60, compat=way).arl_in_control / 60 for m in means]
            for way in ("exact", "moss")
        }

        assert min(spread["exact"]) >= 1
        assert max(spread["exact"]) < 1.16
        assert np.mean(spread["exact"]) < np.mean(spread["moss"])

    def test_the_lowest_sufficient_limit_is_taken(self):
        design = poisson_cusum_design(1.0, 2.0, 60)
        lower = count_cusum_arl(design.k, design.limit - 1 / design.steps_per_event, mean=1.0).average

        assert lower < 60 <= design.arl_in_control

    @settings(derandomize=True, max_examples=3, deadline=None)
    @given(st.floats(0.1, 4), st.sampled_from([24.0, 60.0]))
    def test_a_longer_run_length_asks_for_a_higher_limit_or_sees_later(self, mean, arl):
        here, there = poisson_cusum_design(mean, 2 * mean, arl), poisson_cusum_design(mean, 2 * mean, 2 * arl)

        assert there.arl_in_control >= 2 * arl
        assert there.arl_out_of_control > here.arl_out_of_control

    @few
    @given(st.floats(0.3, 5), st.integers(1, 8), st.integers(1, 6))
    def test_the_run_length_falls_with_the_mean_and_grows_with_the_limit(self, mean, k, limit):
        arls = [count_cusum_arl(k, limit, mean=mean * ratio).average for ratio in (0.8, 1, 1.5, 2)]

        assert arls == sorted(arls, reverse=True)
        assert count_cusum_arl(k, limit + 1, mean=mean).average >= arls[1]

    def test_a_run_length_of_ten_to_the_sixteen_keeps_its_digits(self):
        """A linear system of doubles answers -7e15 here. Fractions answer what is right."""
        mean = Fraction(5, 16)
        nothing = sum((-mean) ** n / math.factorial(n) for n in range(40))  # e to the -5/16
        chances = [nothing * mean**n / math.factorial(n) for n in range(60)]
        system = [[Fraction(int(i == j)) for j in range(7)] + [Fraction(1)] for i in range(7)]
        for i in range(7):
            for count, chance in enumerate(chances):
                if (after := max(0, i + count - 6)) < 7:
                    system[i][after] -= chance
        for i in range(6, 0, -1):  # eliminate from the last state down
            for row in system[:i]:
                part = row[i] / system[i][i]
                row[:] = [x - part * y for x, y in zip(row, system[i], strict=True)]
        exact = float(system[0][7] / system[0][0])

        assert exact > 3e16
        assert count_cusum_arl(6, 7, mean=0.3125).average == pytest.approx(exact, rel=1e-12)

    def test_a_reference_value_that_is_no_fraction_is_rounded_in_pairs(self):
        odd, near = (count_cusum_arl(k, 1, mean=1.0).average for k in (np.sqrt(2), 1.414))

        assert odd == pytest.approx(near, rel=5e-3)

    def test_a_limit_between_two_lattice_points_is_reached_at_the_next(self):
        assert count_cusum_arl(0.5, 2.3, mean=1.0).average == count_cusum_arl(0.5, 2.5, mean=1.0).average

    def test_answers_are_remembered(self):
        assert poisson_cusum_design(1.0, 2.0, 60) is poisson_cusum_design(1, 2, 60.0)

    @pytest.mark.parametrize(
        ("arguments", "options", "words"),
        [
            ((1, 1, 60), {}, "`mean_out` must be above `mean_in`"),
            ((0, 1, 60), {}, "`mean_in` must be above 0"),
            ((1, 2, 1), {}, "`target_arl` must be above 1"),
            ((1, 2, 60), {"compat": "guess"}, "not 'guess'"),
            ((0.01, 0.02, 60), {}, "A mean of 0.01 events a period is too small"),
        ],
    )
    def test_impossible_designs_get_a_sentence(self, arguments, options, words):
        with pytest.raises(ValueError, match=words):
            poisson_cusum_design(*arguments, **options)

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({}, "Give the `mean`"),
            ({"mean": 1, "trials": 3}, "Give the `mean`"),
            ({"trials": 3, "probability": 1.5}, "`probability` must lie between 0 and 1"),
            ({"mean": 1, "k": 0}, "`k` must be above 0"),
            ({"mean": 1, "head_start": 3}, "`head_start`"),
        ],
    )
    def test_impossible_counts_get_a_sentence(self, options, words):
        call = {"k": 1.0, "limit": 3.0} | options

        with pytest.raises(ValueError, match=words):
            count_cusum_arl(call.pop("k"), call.pop("limit"), **call)


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "truth"), [(0.5, 1), (0.5, 2), (2.0, 1), (2.0, 1.5)])
def test_simulated_months_between_signals_are_the_run_length(mean, truth):
    chance = np.random.default_rng(31)
    design = poisson_cusum_design(mean, 2 * mean, 60)
    path = poisson_cusum(chance.poisson(truth * mean, 600_000), k=design.k, limit=design.limit)
    gaps = np.diff(np.flatnonzero(path.points.signal))

    expected = count_cusum_arl(design.k, design.limit, mean=truth * mean).average

    assert abs(gaps.mean() - expected) < 4 * gaps.std() / np.sqrt(len(gaps))
