"""Error rates and coverage of the evaluation methods, simulated with fixed seeds and compared within Monte-Carlo error."""

import numpy as np
import pytest

from matneo.stats.ar1 import gls_ar1
from matneo.stats.did import group_time_att
from matneo.stats.did_summary import aggregate_att, pre_trend_test
from matneo.stats.hac import newey_west
from matneo.stats.interruption import segmented_design
from matneo.stats.its import segmented_regression
from matneo.stats.projection import project_to_target
from matneo.stats.regression import ols
from matneo.stats.stepped_wedge import hussey_hughes

pytestmark = pytest.mark.slow


def error(share, times):
    """Three standard errors of a simulated share."""
    return 3 * np.sqrt(share * (1 - share) / times)


def correlated(rng, times, n, rho):
    noise = rng.normal(size=(times, n))
    noise[:, 0] /= np.sqrt(1 - rho**2)
    for place in range(1, n):
        noise[:, place] += rho * noise[:, place - 1]
    return noise


@pytest.mark.parametrize(
    ("n", "rho", "least_squares", "adjusted", "reml"),
    [
        (24, 0.0, 0.06, 0.20, 0.08),
        (24, 0.4, 0.14, 0.24, 0.06),
        (48, 0.0, 0.05, 0.13, 0.06),
        (48, 0.4, 0.17, 0.17, 0.05),
        (96, 0.4, 0.20, 0.14, 0.06),
        (96, 0.6, 0.32, 0.20, 0.06),
    ],
)
def test_type_one_error_of_the_level_change(n, rho, least_squares, adjusted, reml):
    """Of 5 % meant: OLS ignores correlation, Newey-West (lag 3, n/(n - k), t) is too sure in short series, REML holds."""
    times = 1000
    design = segmented_design(np.arange(n), n // 2).design
    found = np.zeros((times, 3))
    for place, y in enumerate(correlated(np.random.default_rng(n), times, n, rho)):
        plain = ols(y, design)
        fits = (plain, newey_west(plain, lag=3), gls_ar1(y, design))
        found[place] = [fit.coefficients().p_value[2] < 0.05 for fit in fits]

    # The table's own figures come from 1,500 series and are rounded to a hundredth.
    for share, want in zip(found.mean(axis=0), (least_squares, adjusted, reml), strict=True):
        assert share == pytest.approx(want, abs=error(want, times) + error(want, 1500) / 3 + 0.005)
    if n >= 48:
        assert found[:, 2].mean() < min(found[:, 1].mean(), 0.09)


@pytest.mark.parametrize("family", ["binomial", "poisson"])
def test_coverage_of_a_real_effect_on_counts(family):
    """Independent months, 60 events a month falling to 40: level, share at the end, events prevented."""
    rng, times, n = np.random.default_rng(5), 300, 48
    time = np.arange(n)
    eta = np.log(0.15) - 0.4 * (time >= 24) - 0.005 * np.maximum(time - 23, 0)
    births = rng.integers(350, 450, n)
    share = np.exp(eta) if family == "poisson" else 1 / (1 + np.exp(-eta))
    plain = np.exp(np.log(0.15)) if family == "poisson" else 0.15 / 1.15
    truth = (-0.4, share[-1] - plain, float(((share - plain) * births)[24:].sum()))
    covered, level = np.zeros(3), []
    for _ in range(times):
        events = rng.poisson(births * share) if family == "poisson" else rng.binomial(births, share)
        change = segmented_regression(events, births, 24, family=family)
        got = (change.level, change.effect_at_end.difference, change.cumulative_effect)
        covered += [one.lower <= true <= one.upper for one, true in zip(got, truth, strict=True)]
        level.append(change.level.value)

    assert (covered / times > 0.95 - error(0.95, times)).all()
    assert np.mean(level) == pytest.approx(-0.4, abs=4 * np.std(level) / np.sqrt(times))


def test_rare_counts_keep_the_whole_effect():
    """Three events a month falling to 1.5: the linearised fit finds it all; a regression of log(y + ½) would lose some."""
    rng, times = np.random.default_rng(6), 300
    mean = np.where(np.arange(60) < 30, 3.0, 1.5)
    design = segmented_design(np.arange(60), 30).design
    found, logged = [], []
    for _ in range(times):
        events = rng.poisson(mean)
        change = segmented_regression(events, None, 30, family="poisson")
        found.append(change.level.value + 15 * change.trend.value)  # half-way through
        line = ols(np.log(events + 0.5), design).coef
        logged.append(line[2] + 15 * line[3])

    assert np.mean(found) == pytest.approx(-np.log(2), abs=0.08)
    assert np.mean(logged) > np.mean(found) + 0.04


def test_correlated_counts_hold_their_level():
    """Months with a shared disturbance (ρ .5 on the logit scale): the default holds, no allowance does not."""
    rng, times, n = np.random.default_rng(7), 300, 60
    births = np.full(n, 400)
    false = np.zeros(2)
    for noise in correlated(rng, times, n, 0.6) * 0.15:
        events = rng.binomial(births, 1 / (1 + np.exp(2 - noise)))
        change = segmented_regression(events, births, 30, family="binomial")
        false += change.sensitivity.level_p[[0, 2]] < 0.05

    assert false[0] / times < 0.08 + error(0.05, times)
    assert false[1] > false[0]


def waves(rng, size=20, effect=-0.5):
    """Three waves in 8 periods, units with their own level and noise that lasts; the last wave starts in period 7."""
    units, periods = 3 * size, 8
    first = np.repeat([3, 5, 7], size)
    y = rng.normal(size=(units, 1)) + 0.2 * np.arange(8) + correlated(rng, units, periods, 0.3) * 0.5
    y += effect * (np.arange(1, 9) >= first[:, None])
    return (
        y.ravel(),
        np.repeat(np.arange(units), periods),
        np.tile(np.arange(1, 9), units),
        np.repeat(first, periods),
    )


def test_coverage_of_wave_effects():
    rng, times = np.random.default_rng(8), 400
    kinds = ("simple", "group", "event", "calendar")
    covered, values, errors, rejected = np.zeros(4), [], [], 0
    for _ in range(times):
        table = group_time_att(*waves(rng))
        overall = [aggregate_att(table, kind).overall for kind in kinds]
        covered += [one.lower <= -0.5 <= one.upper for one in overall]
        values.append([one.value for one in overall])
        errors.append([one.se for one in overall])
        rejected += pre_trend_test(table).p_value < 0.05

    assert covered / times == pytest.approx(np.full(4, 0.95), abs=error(0.95, times))
    assert np.mean(errors, axis=0) == pytest.approx(np.std(values, axis=0), rel=0.12)
    assert rejected / times == pytest.approx(0.05, abs=error(0.05, times) + 0.01)


def test_clusters_of_units_need_the_cluster_option():
    """Twelve collaboratives share their disturbances: errors by unit are far too small, by collaborative about right."""
    rng, times = np.random.default_rng(9), 300
    covered = np.zeros(2)
    for _ in range(times):
        y, unit, period, first = waves(rng)
        collaborative = unit % 4 + 4 * (unit // 20)  # four in each wave
        y = y + rng.normal(size=(12, 9))[collaborative, period] * 0.4
        for place, cluster in enumerate((None, collaborative)):
            overall = aggregate_att(group_time_att(y, unit, period, first, cluster=cluster), "simple").overall
            covered[place] += overall.lower <= -0.5 <= overall.upper

    assert covered[0] / times < 0.85
    assert covered[1] / times > 0.88


def test_coverage_of_a_stepped_wedge():
    rng, times = np.random.default_rng(10), 400
    cluster, period = np.repeat(np.arange(15), 6), np.tile(np.arange(6), 15)
    treated = (period > cluster % 5).astype(float)
    covered, values, errors = 0, [], []
    for _ in range(times):
        y = rng.normal(size=15)[cluster] + 0.2 * period - 0.5 * treated + rng.normal(size=90)
        effect = hussey_hughes(y, cluster, period, treated).effect
        covered += effect.lower <= -0.5 <= effect.upper
        values.append(effect.value)
        errors.append(effect.se)

    assert covered / times == pytest.approx(
        0.95, abs=error(0.95, times) + 0.015
    )  # clusters - 2 is a little cautious
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.1)
    assert np.mean(values) == pytest.approx(-0.5, abs=4 * np.std(values) / np.sqrt(times))


@pytest.mark.parametrize(("n", "phi"), [(6, 4.0), (8, 3.0), (12, 2.0)])
def test_the_fan_holds_what_comes(n, phi):
    """Counts scattered more than chance: the 95 % and 80 % fans hold at least what they say; a fixed dispersion less."""
    rng, times = np.random.default_rng(11), 400
    mean = 500 * 0.97 ** np.arange(n + 3)
    held, fixed = np.zeros(2), 0
    for seed in range(times):
        events = rng.negative_binomial(mean / (phi - 1), 1 / phi)
        rows = (events[:n], [1e5] * n, np.arange(2010, 2010 + n))
        options = {"target": 0.003, "target_year": 2012 + n, "draws": 1000, "seed": seed}
        fan = project_to_target(*rows, **options).fan
        seen = events[-1] / 1e5
        held += (fan.lower_95[-1] <= seen <= fan.upper_95[-1], fan.lower_80[-1] <= seen <= fan.upper_80[-1])
        narrow = project_to_target(*rows, **options, fixed_dispersion=True).fan
        fixed += narrow.lower_95[-1] <= seen <= narrow.upper_95[-1]

    assert held[0] / times > 0.95 - error(0.95, times)
    assert held[1] / times > 0.80 - error(0.80, times)
    assert held[0] / times < 0.95 + 0.04
    assert fixed < held[0]


def test_the_chance_to_meet_a_target_is_honest():
    """Of all projections that say 40 to 60 %, about half come true; of those that say under 10 %, few do."""
    rng, said, came = np.random.default_rng(12), [], []
    for seed in range(600):
        slope = rng.uniform(0.93, 1.0)
        mean = 400 * slope ** np.arange(12)
        events = rng.negative_binomial(mean / 1.5, 1 / 2.5)
        answer = project_to_target(
            events[:9],
            [1e5] * 9,
            np.arange(2010, 2019),
            target=0.0027,
            target_year=2021,
            seed=seed,
            draws=500,
        )
        said.append(answer.p_meet_target)
        came.append(events[-1] / 1e5 <= 0.0027)

    said, came = np.array(said), np.array(came)
    middle, low, high = (said > 0.35) & (said < 0.65), said < 0.1, said > 0.9
    assert came[middle].mean() == pytest.approx(0.5, abs=error(0.5, middle.sum()))
    assert came[low].mean() < 0.1
    assert came[high].mean() > 0.9
