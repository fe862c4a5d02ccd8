"""phi, tau and trimming: by hand, at the borders, and against theory."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.overdispersion import estimate_overdispersion, trimming_factor

TEN = np.array([-3.0, -1, -1, 0, 0, 0, 1, 1, 1, 2])
steady = settings(derandomize=True, deadline=None, max_examples=25)


def test_by_hand():
    # Squares add up to 9 + 5 + 4 = 18 over ten; w = 100 each: tau2 = (18 - 9)/(1000 - 100).
    made = estimate_overdispersion(TEN, np.full(10, 0.1), trim="none")

    assert made.phi == pytest.approx(1.8)
    assert made.tau2 == pytest.approx(0.01)
    assert made.threshold == pytest.approx(1 + 2 * np.sqrt(0.2))


def test_winsorising_pulls_the_ends_in_and_keeps_all():
    # Type-7 quantiles of ten values at 10 %: the place 0.9 between -3 and -1, -1.2; and 0.1 between 1 and 2, 1.1.
    made = estimate_overdispersion(TEN, np.full(10, 0.1), trim_by=0.1)

    assert made.z_trimmed == pytest.approx([-1.2, -1, -1, 0, 0, 0, 1, 1, 1, 1.1])
    assert made.n_used == 10


def test_truncating_leaves_out_the_first_and_last_part_by_rank():
    # Ranks 1 … 10, floor(rank x 10/11): 0, 1, … 9; parts 0 and 9 go.
    made = estimate_overdispersion(np.arange(10.0), np.full(10, 0.1), trim="truncate")

    assert np.flatnonzero(np.isnan(made.z_trimmed)).tolist() == [0, 9]
    assert (made.n_used, made.n_units) == (8, 10)


def test_tied_values_share_their_rank_and_their_fate():
    made = estimate_overdispersion([1, 1, 1, *range(2, 30)], np.full(31, 0.1), trim="truncate")

    assert np.isnan(made.z_trimmed[:3]).all()


def test_no_more_spread_than_chance_is_no_tau():
    made = estimate_overdispersion(TEN / 3, np.full(10, 0.1), trim="none")

    assert made.phi < 1
    assert made.tau2 == 0


@pytest.mark.parametrize(
    ("trim", "by", "kappa"), [("winsorise", 0.1, 0.679), ("truncate", 0.1, 0.438), ("none", 0.1, 1)]
)
def test_trimming_factors_are_the_mean_square_of_trimmed_normal_values(trim, by, kappa):
    assert trimming_factor(trim, by) == pytest.approx(kappa, abs=5e-4)

    from scipy.special import ndtri

    normal = ndtri((np.arange(100_000) + 0.5) / 100_000)
    made = estimate_overdispersion(normal, np.ones(100_000), trim=trim, trim_by=by)
    assert made.phi == pytest.approx(kappa, abs=2e-3)
    assert estimate_overdispersion(
        normal, np.ones(100_000), trim=trim, trim_by=by, consistent=True
    ).phi == pytest.approx(1, abs=3e-3)


@steady
@given(st.floats(0.1, 10), st.sampled_from(["winsorise", "truncate", "none"]))
def test_phi_grows_with_the_square_of_z_and_tau_with_s(scale, trim):
    rng = np.random.default_rng(3)
    z, s = 2 * rng.normal(size=40), rng.uniform(0.05, 0.3, 40)
    plain = estimate_overdispersion(z, s, trim=trim)

    assert estimate_overdispersion(z * scale, s, trim=trim).phi == pytest.approx(plain.phi * scale**2)
    assert estimate_overdispersion(z, s * scale, trim=trim).tau2 == pytest.approx(plain.tau2 * scale**2)


@steady
@given(st.permutations(range(12)), st.sampled_from(["winsorise", "truncate", "none"]))
def test_the_order_of_units_does_not_matter(order, trim):
    z, s = np.linspace(-2, 3, 12), np.linspace(0.1, 0.4, 12)
    order = list(order)

    assert estimate_overdispersion(z[order], s[order], trim=trim).tau2 == pytest.approx(
        estimate_overdispersion(z, s, trim=trim).tau2
    )


def test_units_without_a_value_take_no_part():
    with_gap = estimate_overdispersion([*TEN, np.nan], np.full(11, 0.1))

    assert with_gap.phi == estimate_overdispersion(TEN, np.full(10, 0.1)).phi
    assert np.isnan(with_gap.z_trimmed[10])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"trim": "hard"}, "not 'hard'"),
        ({"trim_by": 0.5}, "between 0 and 0.5, and is 0.5"),
    ],
)
def test_unknown_options_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        estimate_overdispersion(TEN, 0.1, **options)


def test_nothing_to_use_is_refused():
    with pytest.raises(ValueError, match="no unit with a value"):
        estimate_overdispersion([np.nan], 0.1)
