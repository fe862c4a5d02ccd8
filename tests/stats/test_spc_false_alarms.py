"""Steady series: what was simulated once is found again, and agrees with what others published."""

from dataclasses import replace

import numpy as np
import pytest

from matneo.stats.false_alarm_table import LENGTHS, SHARES
from matneo.stats.false_alarms import TABLE_SERIES, false_alarms
from matneo.stats.profiles import PROFILES

SERIES = 8000


def near(share, expected, series=SERIES, rounding=0.005):
    """Within four standard errors of both simulations, and what a printed whole percentage leaves open."""
    together = (share * series + expected * 40_000) / (series + 40_000)
    error = np.sqrt(together * (1 - together) * (1 / series + 1 / 40_000))
    return abs(share - expected) <= 4 * error + rounding


def test_the_same_seed_gives_the_same_answer_and_another_one_another():
    first, again, other = (false_alarms("mdc-2023", 12, 300, seed) for seed in (1, 1, 2))

    assert first == again
    assert first.by_rule != other.by_rule


def test_impossible_experiments_are_refused():
    with pytest.raises(ValueError, match="`points` must be a whole number of at least 2, and is 1"):
        false_alarms("mdc-2023", 1, 10, 1)


def test_the_table_has_every_published_profile_and_rule():
    assert set(SHARES) == set(PROFILES)
    for name, columns in SHARES.items():
        assert set(columns) == {*PROFILES[name].rules, "any", "last"}
        assert {len(column) for column in columns.values()} == {len(LENGTHS)}


def test_any_rule_is_at_least_the_likeliest_and_at_most_all_together():
    for columns in SHARES.values():
        rules = np.array([column for name, column in columns.items() if name not in ("any", "last")])
        assert (np.array(columns["any"]) >= rules.max(axis=0)).all()
        assert (np.array(columns["any"]) <= rules.sum(axis=0) + 1e-9).all()


# Share of 40,000 steady series with any flag, as found by an independent program (points: 7/7 screened, the same not
# screened, 6/6, last point flagged, Anhøj's signal, Anhøj's or outside).
PUBLISHED = {
    12: (0.07, 0.05, 0.11, 0.014, 0.02, 0.06),
    24: (0.19, 0.16, 0.31, 0.016, 0.04, 0.12),
    36: (0.29, 0.26, 0.46, 0.017, 0.06, 0.17),
    60: (0.47, 0.44, 0.68, 0.018, 0.05, 0.23),
}


@pytest.mark.slow
@pytest.mark.parametrize("points", PUBLISHED)
def test_false_alarms_are_as_often_as_published(points):
    screened, whole, shorter, last, runs, runs_or_outside = PUBLISHED[points]
    mdc = PROFILES["mdc-2023"]
    found = false_alarms(mdc, points, SERIES, seed=points)
    anhoej = false_alarms("anhoej", points, SERIES, seed=points)
    only_runs = false_alarms(
        replace(PROFILES["anhoej"], rules=("long_run", "few_crossings")), points, SERIES, points, kind="xmr"
    )

    assert near(found.any_point, screened)
    assert near(found.last_point, last, rounding=0.0005)
    assert near(false_alarms(replace(mdc, screen=False), points, SERIES, points).any_point, whole)
    assert near(false_alarms(replace(mdc, shift=6, trend=6), points, SERIES, points).any_point, shorter)
    assert near(only_runs.any_point, runs)
    assert near(anhoej.any_point, runs_or_outside)


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["nhsr-0.2.2", "western-electric", "nelson", "ihi-run", "powerbi"])
@pytest.mark.parametrize("points", [13, 36])
def test_the_table_is_what_the_experiment_gives(profile, points):
    found = false_alarms(profile, points, SERIES, seed=7)
    place = LENGTHS.index(points)

    for name, share in found.by_rule.items():
        assert near(share, SHARES[profile][name][place], rounding=1 / TABLE_SERIES), name
    assert near(found.any_point, SHARES[profile]["any"][place], rounding=0)
    assert near(found.last_point, SHARES[profile]["last"][place], rounding=0)


@pytest.mark.slow
def test_known_limits_give_the_textbook_share():
    # Points beyond three sigma of a known normal process: 0.0027. Eight in a row on one side end at a given point: 2 / 2**8.
    from matneo.stats import spc

    values = np.random.default_rng(5).normal(size=400_000)
    points = spc.chart(
        kind="xmr", series=np.repeat(np.arange(4000), 100), period=np.tile(np.arange(100), 4000), value=values,
        centre=0.0, sigma=1.0, profile="western-electric",
    ).points  # fmt: skip
    eighth = points.rules["shift"].reshape(4000, 100)[:, 7:]

    assert (points.r_outside != 0).mean() == pytest.approx(0.0027, abs=4 * np.sqrt(0.0027 / 400_000))
    assert (eighth != 0).mean() == pytest.approx(2 / 2**8, abs=0.0006)
