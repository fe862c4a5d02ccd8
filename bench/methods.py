"""The other statistics at the sizes of a country."""

import numpy as np

from bench.figures import Figure, best_of

BIRTHS, UNITS, SITES = 1_000_000, 65_000, 125


def measure() -> list[Figure]:
    from matneo.stats import cusum, funnel, shrinkage

    chance = np.random.default_rng(20251117)
    risk = np.full(BIRTHS, 0.002)
    deaths = (chance.random(BIRTHS) < risk).astype(float)
    weights = cusum.bernoulli_weights(deaths, risk, 2.0)
    path = best_of(3, lambda: cusum.bernoulli_cusum(deaths, risk, odds_ratio=2.0, limit=4.0))
    floor = best_of(3, lambda: np.cumsum(weights) - np.minimum.accumulate(np.cumsum(weights)))
    births = chance.integers(40, 6000, UNITS).astype(float)
    events = chance.binomial(births.astype(int), 0.08).astype(float)
    limits = best_of(2, lambda: funnel.funnel_limits(events, births, kind="proportion", limits="exact"))
    approximate = best_of(
        2, lambda: funnel.funnel_limits(events, births, kind="proportion", limits="approximate")
    )
    site_births = chance.integers(800, 8000, SITES).astype(float)
    true = 0.0035 * np.exp(chance.normal(0, 0.25, SITES))
    site_deaths = chance.binomial(site_births.astype(int), true).astype(float)
    names = np.arange(SITES)

    def stabilised(quadrature):
        fit = shrinkage.fit_random_intercept(site_deaths, site_births, names, quadrature=quadrature)
        return shrinkage.stabilised_rates(fit)

    laplace, quadrature = best_of(3, lambda: stabilised(1)), best_of(3, lambda: stabilised(10))
    return [
        Figure("CUSUM of a million births", path, "s", "two NumPy sums", path / floor, "", None),
        Figure(
            f"{UNITS:,} exact funnel points",
            limits,
            "s",
            "the approximate limits",
            limits / approximate,
            "",
            None,
        ),
        Figure(f"stabilised rates of {SITES} sites (Laplace)", laplace, "s", "", None, "", None),
        Figure(
            "the same by quadrature of 10 points", quadrature, "s", "Laplace", quadrature / laplace, "", None
        ),
    ]
