"""Bernoulli CUSUM by hand, and what must stay true of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.bernoulli import cusum, judge


def one(events, **options):
    given = {"target": 0.1} | options
    return cusum(series=["A"] * len(events), order=np.arange(len(events)), event=events, **given)


def test_steps_are_log_likelihood_ratios():
    # Odds of 0.1 are 1/9; doubled 2/11 of all, halved 1/19.
    made = one([1, 0])

    assert (made.worse[0], made.better[0]) == pytest.approx((2 / 11, 1 / 19))
    assert made.step_up == pytest.approx(np.log([(2 / 11) / 0.1, (9 / 11) / 0.9]))
    assert made.step_down == pytest.approx(np.log([(1 / 19) / 0.1, (18 / 19) / 0.9]))


def test_the_upper_sum_never_falls_below_zero_and_starts_again_after_a_signal():
    made = one([0, 1, 1, 1, 0], limit=1.5)
    step = np.log(20 / 11)

    assert made.reached_up[:4] == pytest.approx([0, step, 2 * step, 3 * step])
    assert made.signal.tolist() == [0, 0, 0, 1, 0]
    assert made.up[3] == made.up[4] == 0


def test_the_lower_sum_signals_that_events_became_rarer():
    made = one([0] * 100, target=0.1, limit=3.5)
    needed = int(np.ceil(3.5 / np.log((18 / 19) / 0.9)))

    assert int(np.argmax(made.signal_down)) == needed - 1
    assert made.signal[needed - 1] == -1


def test_the_target_may_come_from_the_first_cases():
    made = one([1, 0, 0, 0, 1, 1], target=None, baseline_cases=4)

    assert made.target[0] == 0.25


def test_a_case_that_is_not_known_moves_nothing():
    made = one([1, np.nan, 1])

    assert made.up[1] == made.up[0]


def test_series_that_cannot_be_judged_are_named_and_the_others_go_on():
    answer = judge(
        series=["A", "A", "B", "B", "C", "C"], order=[1, 2] * 3, event=[0, 1, 0, 0, 0, 7], baseline_cases=2
    )

    assert [(error.code, str(error.series)) for error in answer.errors] == [
        ("not_binary", "C"),
        ("no_usual_rate", "B"),
    ]
    assert np.isfinite(answer.chart.up).tolist() == [True, True, False, False, False, False]


def test_rates_and_limits_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        one([0, 1], target=1.5)
    with pytest.raises(ValueError, match="above 1"):
        one([0, 1], odds_ratio=1.0)
    with pytest.raises(ValueError, match="not both"):
        one([0, 1], baseline_cases=2)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 1), min_size=1, max_size=40), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_one_call_equals_many_in_any_order_of_rows(several, chance):
    name = np.concatenate([[i] * len(events) for i, events in enumerate(several)])
    order = np.concatenate([np.arange(len(events)) for events in several])
    mixed = np.array(chance.sample(range(len(name)), len(name)))
    together = cusum(
        series=name[mixed], order=order[mixed], event=np.concatenate(several)[mixed], target=0.2, limit=2.0
    )

    for i, events in enumerate(several):
        rows = np.flatnonzero(name[mixed] == i)
        rows = rows[np.argsort(order[mixed][rows])]
        alone = one(events, target=0.2, limit=2.0)
        np.testing.assert_array_equal(together.up[rows], alone.up)
        assert together.signal[rows].tolist() == alone.signal.tolist()


@pytest.mark.slow
def test_steady_cases_rarely_signal_and_doubled_odds_soon():
    chance = np.random.default_rng(11)
    steady, worse = (
        cusum(
            series=np.repeat(np.arange(400), 500), order=np.tile(np.arange(500), 400),
            event=(chance.random(200_000) < rate).astype(float), target=0.05,
        ).signal_up.reshape(400, 500).any(axis=1).mean()
        for rate in (0.05, 2 * 0.05 / 1.05)
    )  # fmt: skip

    assert steady < 0.35
    assert worse > 0.85
