"""Case mix: what a site's births would have led to elsewhere, and whether the model that says so can be trusted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats, ratio
from matneo.stats._likelihood import Logit, fit_linear
from matneo.stats.calibration import c_statistic
from matneo.stats.ratios import standardised_ratio
from matneo.stats.regression import Fit
from matneo.stats.results import Columns, Comparison

SEPARATED = (
    10.0  # a log-odds ratio known no better than this is not known: a level has none, or all, of the outcome
)
MISSING = "missing"


@dataclass(frozen=True)
class Terms:
    """Columns of a model, with their names."""

    names: tuple[str, ...]
    matrix: Floats  # one row a birth (or covariate pattern), one column a name

    def __add__(self, other: "Terms") -> "Terms":
        return Terms(self.names + other.names, np.column_stack([self.matrix, other.matrix]))


@dataclass(frozen=True)
class CaseMixFit(Fit):
    """A logistic model of an outcome. `coef` are log-odds ratios, but for the intercept, which comes first."""

    risk: Floats  # fitted probability of each row
    loglik: float
    deviance: float
    c_statistic: float
    separated: tuple[str, ...]  # terms with |se| > 10: pool their levels (`pool_levels`) and fit again
    converged: bool
    iterations: int

    def predict(self, terms: Terms) -> Floats:
        """The risk of other births; their terms must be the same, in the same order."""
        from scipy.special import expit

        if ("intercept", *terms.names) != self.terms:
            raise ValueError(
                f"The model has the terms {', '.join(self.terms[1:])}; it was given {', '.join(terms.names)}."
            )
        return np.asarray(expit(self.coef[0] + terms.matrix @ self.coef[1:]), float)


@dataclass(frozen=True)
class SiteColumns(Columns):
    """One entry a site, sorted: observed beside expected."""

    group: NDArray[Any]
    births: Floats
    observed: Floats
    expected: Floats
    variance: Floats  # of the observed number, if each birth had its fitted risk: sum of p(1 - p)
    ratio: Floats
    lower: Floats  # exact Poisson interval of the ratio, the expected number taken as known
    upper: Floats
    z: Floats  # (observed - expected) / sqrt(variance)
    adjusted_rate: Floats  # ratio x overall rate, per `per`


def numeric(name: str, values: ArrayLike) -> Terms:
    """One column of numbers, such as age less 30. Raises ValueError for missing ones: decide what they mean first.

    Rule: the values as given, one column.
    Source: ours; a column of a design matrix.

    >>> numeric("age_c", [28 - 30, 31 - 30]).matrix.tolist()
    [[-2.0], [1.0]]
    """
    column = np.asarray(values, float)
    if (bad := ~np.isfinite(column)).any():
        raise ValueError(
            f"The term {name!r} has {int(bad.sum())} missing or infinite values; make it a factor."
        )
    return Terms((name,), column[:, None])


def factor(name: str, values: ArrayLike, *, reference: object = None) -> Terms:
    """One column of 0 and 1 a level except the reference (by default the first). NaN, None and "" are a level `missing`.

    A term is named after factor and level. Raises ValueError if the reference does not occur.

    Rule: the column of a level is 1 where the value is that level, else 0; the reference has no column.
    Source: treatment coding as in R 4.2 (`contr.treatment`, and its names); `missing` as a level is ours.

    >>> t = factor("eth", ["W", "A", "", "W"], reference="W")
    >>> t.names, t.matrix.tolist()
    (('ethA', 'ethmissing'), [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    """
    labels = _labels(values)
    levels = [str(level) for level in np.unique(labels)]
    base = levels[0] if reference is None else _label(reference)
    if base not in levels:
        raise ValueError(f"The factor {name!r} has no level {base!r}; it has {', '.join(levels)}.")
    others = [level for level in levels if level != base]
    columns = [labels == level for level in others]
    matrix = np.column_stack(columns).astype(float) if columns else np.zeros((len(labels), 0))
    return Terms(tuple(f"{name}{level}" for level in others), matrix)


def pool_levels(values: ArrayLike, levels: tuple[object, ...], *, into: object = "other") -> NDArray[np.str_]:
    """The same factor with some levels under one name: what to do with levels that are `separated`.

    Pool them with one that has births and events enough, such as a level "other", or with the reference.

    Rule: a value among `levels` becomes `into`; every other stays, written as `factor` writes it.
    Source: ours; the usual remedy where a level separates the outcome.

    >>> pool_levels(["W", "A", "C", "W"], ("A", "C")).tolist()
    ['W', 'other', 'other', 'W']
    """
    labels = _labels(values)
    return np.where(np.isin(labels, [_label(level) for level in levels]), _label(into), labels)


def fit_case_mix(outcome: ArrayLike, terms: Terms, *, trials: ArrayLike | None = None) -> CaseMixFit:
    """Logistic regression of an outcome on case mix, by Newton's method with QR; an intercept is always included.

    `outcome`: 0 or 1 a birth, or with `trials` the number of births with the outcome of each covariate pattern (exactly
    the same estimates, and quicker). Do not adjust for what care causes: no gestation for stillbirth, when preventing
    preterm birth is the aim.

    A level of which no birth (or every birth) has the outcome has no finite coefficient: its standard error explodes, and
    the term is listed in `separated`. Raises ValueError for impossible outcomes, for none or all with the outcome, for
    terms that are sums of others.

    Formula: logit(p) = b₀ + Xb, b maximises Σ y ln p + (n - y) ln(1 - p), covariance (X'WX)⁻¹ with W = n p(1 - p).
    Source: McCullagh and Nelder 1989, Generalized Linear Models, chapter 4.

    30 of 100 with and 10 of 100 without: the odds ratio is (30/70)/(10/90) = 3.857.

    >>> fit = fit_case_mix([30, 10], factor("smoker", [1, 0]), trials=[100, 100])
    >>> fit.terms, round(float(np.exp(fit.coef[1])), 3), fit.risk.round(6).tolist()
    (('intercept', 'smoker1'), 3.857, [0.3, 0.1])
    """
    y, n = given.births(outcome, trials)
    if terms.matrix.shape[0] != len(y):
        raise ValueError(f"There are {len(y)} outcomes and {terms.matrix.shape[0]} rows of terms.")
    if y.sum() in (0, n.sum()):
        raise ValueError(
            f"{y.sum():g} of {n.sum():g} have the outcome; a model needs some with it and some without."
        )
    names = ("intercept", *terms.names)
    design = np.column_stack([np.ones(len(y)), terms.matrix])
    family = Logit()
    made = fit_linear(family, y, n, design, np.zeros(len(y)), names)
    risk = family.moments(np.ones(len(y)), made.eta).mean
    return CaseMixFit(
        terms=names,
        coef=made.coef,
        covariance=made.covariance,
        df=np.inf,
        method="case-mix/1",
        parameters={"link": "logit", "separated_above": SEPARATED},
        risk=risk,
        loglik=made.loglik,
        deviance=made.deviance,
        c_statistic=c_statistic(y, risk, trials=n),
        separated=tuple(np.array(names)[np.abs(made.se) > SEPARATED].tolist()),
        converged=made.converged,
        iterations=made.iterations,
    )


def observed_expected(
    outcome: ArrayLike,
    risk: ArrayLike,
    group: ArrayLike,
    *,
    trials: ArrayLike | None = None,
    confidence: float = 0.95,
    overall_rate: float | None = None,
    per: float = 1.0,
) -> SiteColumns:
    """Observed and expected outcomes of each site (`group`), the expected number being the sum of its births' risks.

    `outcome`, `risk` and `group` have one entry a row; sites come sorted. `overall_rate` is by default that of all these
    births. Raises ValueError for risks outside 0 to 1.

    Formula: O = Σ y, E = Σ n p, ratio O/E with the exact Poisson interval, variance Σ n p(1 - p), z = (O - E)/√variance,
    adjusted_rate = O/E × overall_rate × per.
    Source: indirect standardisation with expected numbers from a model, as `ratios.standardised_ratio`; the variance is that
    of a sum of independent births.

    >>> t = observed_expected([1, 0, 0, 0], [0.5, 0.3, 0.1, 0.1], ["A", "A", "B", "B"])
    >>> t.observed.tolist(), t.expected.round(3).tolist(), t.ratio.round(3).tolist()
    ([1.0, 0.0], [0.8, 0.2], [1.25, 0.0])
    """
    y, n = given.births(outcome, trials)
    p = given.known_risks(risk, len(y))
    names, index = given.groups(group, "group", len(y))

    def added(values: Floats) -> Floats:
        return np.bincount(index, values, len(names)).astype(float)

    observed, expected, variance = added(y), added(n * p), added(n * p * (1 - p))
    made = standardised_ratio(observed, expected, confidence=confidence)
    rate = float(y.sum() / n.sum()) if overall_rate is None else overall_rate
    return SiteColumns(
        group=names,
        births=added(n),
        observed=observed,
        expected=expected,
        variance=variance,
        ratio=made.ratio,
        lower=made.lower,
        upper=made.upper,
        z=ratio(observed - expected, np.sqrt(variance)),
        adjusted_rate=made.ratio * rate * per,
    )


def odds_ratios(fit: CaseMixFit, *, confidence: float = 0.95) -> Comparison:
    """The odds ratio of each term but the intercept, with Wald's interval and p-value.

    Formula: exp(b), from exp(b - z se) to exp(b + z se), p-value 2Φ(-|b/se|).
    Source: as `fit_case_mix`; Wald's interval on the log scale.

    >>> fit = fit_case_mix([30, 10], factor("smoker", [1, 0]), trials=[100, 100])
    >>> made = odds_ratios(fit)
    >>> made.estimate.round(2).tolist(), made.lower.round(2).tolist(), made.upper.round(2).tolist()
    ([3.86], [1.77], [8.42])
    """
    table = fit.coefficients(confidence)
    ratio, lower, upper = (np.exp(column[1:]) for column in (table.estimate, table.lower, table.upper))
    return Comparison(ratio, lower, upper, table.p_value[1:])


def _labels(values: ArrayLike) -> NDArray[np.str_]:
    return np.array([_label(value) for value in np.asarray(values, dtype=object)], dtype=np.str_)


def _label(value: object) -> str:
    """How a level is named: 3 and 3.0 are the same one; nothing is `missing`."""
    if value is None or value == "" or (isinstance(value, float) and np.isnan(value)):
        return MISSING
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)
