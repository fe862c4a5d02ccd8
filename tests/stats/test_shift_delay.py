"""The wait until a better level shows: by hand, as a property, and against a simulation."""

import numpy as np
import pytest

from matneo.stats.shift_delay import months_to_shift


def test_a_certain_run_takes_as_many_months_as_it_is_long():
    assert months_to_shift(0.5, 1.0, 20) == 7
    assert months_to_shift(0.5, 1.0, 20, run=3) == 3


def test_one_a_month_by_hand():
    # One birth a month; 0 % before, 50 % after: a month lies above with p = 1/2, and a run of 2 takes (1 - 1/4) / (1/2 · 1/4).
    assert months_to_shift(0.0, 0.5, 1, run=2) == pytest.approx(6.0)


def test_both_ways_are_the_same():
    assert months_to_shift(0.4, 0.25, 41) == pytest.approx(months_to_shift(0.6, 0.75, 41))


def test_a_larger_change_and_a_larger_trust_show_it_sooner():
    waits = [months_to_shift(0.4, after, 40) for after in (0.45, 0.5, 0.6)]
    assert waits == sorted(waits, reverse=True)
    assert months_to_shift(0.4, 0.5, 200) < months_to_shift(0.4, 0.5, 40)


def test_a_simulation_takes_as_long():
    rng = np.random.default_rng(5)
    waits = []
    for _ in range(2000):
        run = month = 0
        while run < 7:
            month += 1
            run = run + 1 if rng.binomial(40, 0.5) > 40 * 0.4 else 0
        waits.append(month)

    assert months_to_shift(0.4, 0.5, 40) == pytest.approx(np.mean(waits), rel=0.05)


@pytest.mark.parametrize("wrong", [(-0.1, 0.5, 10), (0.5, 1.1, 10), (0.5, 0.6, 0)])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        months_to_shift(*wrong)
