"""A group and its reference: known answers, what turns round with them, and how often intervals hold the truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.comparisons import (
    exact_rate_ratio,
    fisher_test,
    katz,
    newcombe,
    rate_test,
    square_and_add,
    wald_rate_ratio,
)
from matneo.stats.distributions import Binomial
from matneo.stats.results import Interval

counts_of = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def ends(interval) -> tuple[float, float]:
    return float(interval.lower), float(interval.upper)


def test_newcombe_gives_the_textbook_answers():
    # Newcombe (1998), Statistics in Medicine 17:873, table II, method 10: 56/70 - 48/80 and 10/10 - 0/10.
    assert ends(newcombe(56, 70, 48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert ends(newcombe(10, 10, 0, 10)) == pytest.approx((0.6075, 1.0), abs=5e-5)


def test_the_exact_rate_ratio_by_hand():
    # 3 events against 1 in equal time: of 4, a share p; p^4 + 4 p^3 (1-p) = .025 is p = .1941 and so on.
    lower, upper = ends(exact_rate_ratio(3, 1, 1, 1))
    p, q = lower / (1 + lower), upper / (1 + upper)

    assert p**4 + 4 * p**3 * (1 - p) == pytest.approx(0.025)
    assert 1 - q**4 == pytest.approx(0.025)


@settings(derandomize=True, deadline=None, max_examples=20)
@given(counts_of, counts_of)
def test_a_difference_turns_round_with_its_groups(one, other):
    there, back = newcombe(*one, *other), newcombe(*other, *one)

    assert ends(there) == pytest.approx((-float(back.upper), -float(back.lower)))
    assert -1 <= there.lower <= one[0] / one[1] - other[0] / other[1] <= there.upper <= 1


@settings(derandomize=True, deadline=None, max_examples=20)
@given(st.integers(1, 200), st.integers(1, 200), st.floats(0.1, 50))
def test_a_rate_ratio_turns_round_with_its_groups(a, b, exposure):
    there, back = exact_rate_ratio(a, exposure, b, 1.0), exact_rate_ratio(b, 1.0, a, exposure)

    assert ends(there) == pytest.approx((1 / float(back.upper), 1 / float(back.lower)))
    assert there.lower < a / exposure / b < there.upper


def test_a_risk_ratio_of_none_has_no_logarithm():
    assert np.isnan(ends(katz(0, 10, 3, 10))).all()
    assert np.isnan(ends(katz(3, 10, 0, 10))).all()


def test_an_exact_rate_ratio_knows_none():
    assert ends(exact_rate_ratio(0, 10, 3, 10))[0] == 0
    assert ends(exact_rate_ratio(3, 10, 0, 10))[1] == np.inf
    assert np.isnan(ends(exact_rate_ratio(0, 10, 0, 10))).all()
    assert np.isnan(ends(exact_rate_ratio(1, 0, 1, 10))).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("p", "n", "q", "m"),
    [(0.02, 150, 0.05, 90), (0.3, 40, 0.25, 60), (0.9, 25, 0.97, 35), (0.5, 12, 0.5, 12)],
)
def test_two_groups(p, n, q, m):
    # All pairs of counts with their probabilities: nothing is drawn, so nothing is uncertain.
    x, y = np.meshgrid(np.arange(n + 1), np.arange(m + 1), indexing="ij")
    chance = Binomial(n, p).probability(x) * Binomial(m, q).probability(y)
    made = newcombe(x, n, y, m)
    covered = float((chance * ((made.lower <= p - q) & (p - q <= made.upper))).sum())

    assert 0.93 < covered < 0.99


@pytest.mark.slow
def test_ratios():
    rng = np.random.default_rng(20250101)
    a, b = rng.poisson(9, 20000), rng.poisson(20, 20000)
    exact = exact_rate_ratio(a, 3.0, b, 5.0)
    truth = (9 / 3) / (20 / 5)
    covered = np.mean((exact.lower <= truth) & (truth <= exact.upper))
    x, y = rng.binomial(400, 0.1, 20000), rng.binomial(900, 0.06, 20000)
    log = katz(x, 400, y, 900)

    assert 0.95 <= covered <= 0.98  # exact: never less
    assert np.mean((log.lower <= 0.1 / 0.06) & (log.upper >= 0.1 / 0.06)) == pytest.approx(0.95, abs=0.006)


def test_the_log_interval_of_a_rate_ratio_by_hand():
    # 30 in 1000 against 20 in 2000: 3; its logarithm has the variance 1/30 + 1/20.
    lower, upper = ends(wald_rate_ratio(30, 1000, 20, 2000))

    assert upper == pytest.approx(3 * np.exp(1.959964 * np.sqrt(1 / 30 + 1 / 20)))
    assert lower * upper == pytest.approx(9)


def test_squares_are_added_on_each_side_apart():
    # 0.5 (0.2 to 0.9) less 0.1 (0.0 to 0.5): 0.4 - sqrt(0.09 + 0.16) and 0.4 + sqrt(0.16 + 0.01).
    one, other = (Interval(np.array(low), np.array(high)) for low, high in ((0.2, 0.9), (0.0, 0.5)))

    assert ends(square_and_add(0.5, one, 0.1, other)) == pytest.approx((-0.1, 0.4 + np.sqrt(0.17)))


def test_tests_of_counts_that_anybody_can_list():
    # The tea tasting: 34 of 70 tables are as rare as 3 of 4 and 1 of 4. Five coins: all heads or all tails is 2 of 32.
    assert float(fisher_test(3, 4, 1, 4)) == pytest.approx(34 / 70)
    assert float(rate_test(5, 100, 0, 100)) == pytest.approx(2 / 32)
    assert float(rate_test(0, 100, 0, 100)) == 1


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (
            lambda: newcombe(11, 10, 1, 10),
            "`numerator` must lie between 0 and `denominator`; row 0 has 11 of 10",
        ),
        (lambda: katz(1, 10, 11, 10), "`reference_numerator` must lie between 0 and .*; row 0 has 11 of 10"),
        (lambda: exact_rate_ratio(1, -1, 1, 1), "`exposure` are never below zero; row 0 has 1 of -1"),
        (lambda: fisher_test(1, 2, 3, 2), "`reference_numerator` must lie between"),
        (lambda: rate_test(1, 1, -1, 1), "`reference_count` and .* never below zero; row 0 has -1 of 1"),
    ],
)
def test_counts_that_cannot_be_are_named(ask, words):
    with pytest.raises(ValueError, match=words):
        ask()


@pytest.mark.parametrize("test", [fisher_test, rate_test])
def test_an_exact_test_of_a_missing_count_is_missing(test):
    found = test([3, np.nan, 3], [4, 4, 4], [1, 1, np.nan], [4, 4, 4])

    assert np.isnan(found).tolist() == [False, True, True]
    assert found[0] == test(3, 4, 1, 4)


def test_rates_without_exposure_have_no_test():
    assert np.isnan(rate_test([3, 0, 3], [0, 5, 0], [1, 3, 1], [5, 0, 0])).all()


@pytest.mark.parametrize("test", [fisher_test, rate_test])
def test_exact_tests_want_whole_counts(test):
    with pytest.raises(ValueError, match=r"whole number from 0 up; row 1 has 2\.5"):
        test([3, 2.5], [4, 4], [1, 1], [4, 4])
