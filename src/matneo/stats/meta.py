"""One change idea, many projects: the pooled effect, how far projects differ, and what the next one may expect.

Example:
    >>> from matneo.stats.meta import random_effects_meta
    >>> pooled = random_effects_meta([-0.55, -0.30, -0.29, 0.34, -0.24, -0.68], [0.11, 0.12, 0.16, 0.08, 0.07, 0.06])
    >>> round(pooled.estimate, 2), round(pooled.lower, 2), round(pooled.upper, 2), pooled.ci_method
    (-0.29, -0.68, 0.1, 'hk')

Effects and intervals stay on the scale they come in: log ratios are turned back with `numpy.exp` by whoever shows them.
Pool all registered projects of a change idea, those abandoned or without a change too: volunteers report success, and
that is the publication bias of improvement work. `registered` keeps their number beside the result.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._effects import Effects, Tau2Method, checked, tau2_of
from matneo.stats._inference import critical_value, significance
from matneo.stats.results import Columns

TestMethod = Literal["auto", "hk", "hk_adhoc", "z"]
Prediction = Literal["higgins", "test", "none"]
FEW = 4  # up to here the Hartung-Knapp factor must not make an interval narrower, and pooling is cautious


@dataclass(frozen=True)
class PooledEffect:
    """A pooled effect with everything that was decided on the way. NaN: not defined for so few projects."""

    estimate: float
    se: float
    lower: float
    upper: float
    statistic: float  # estimate / se
    df: float  # of its t distribution; infinite for z
    p_value: float
    tau2: float  # variance between projects
    i2: float  # share of variation beyond chance: tau2 / (tau2 + typical variance), as metafor
    i2_q: float  # the same by Higgins and Thompson: (Q - df) / Q, not below 0
    h2: float  # 1 / (1 - i2); Q / df for "fixed"
    q: float  # Cochran's Q, its degrees of freedom and p-value
    q_df: int
    q_p_value: float
    prediction_lower: float  # where the true effect of one more project may lie
    prediction_upper: float
    weights: Floats  # of each project, adding up to 1
    k: int  # projects pooled
    registered: int  # projects that should have been
    claim: str  # none (two projects: show both), cautious (three, four), pooled
    tau2_method: str
    ci_method: str
    prediction_method: str
    confidence: float


@dataclass(frozen=True)
class LeftOut(Columns):
    """The pooled effect without each project in turn, in the order given."""

    estimate: Floats
    se: Floats
    lower: Floats
    upper: Floats
    tau2: Floats


@dataclass(frozen=True)
class ProjectEffects(Columns):
    """Each project's effect drawn towards the pooled one (best linear unbiased prediction)."""

    estimate: Floats
    se: Floats
    lower: Floats
    upper: Floats
    own_weight: Floats  # tau2 / (tau2 + v): what the project's own result counts for


def random_effects_meta(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    tau2: Tau2Method = "REML",
    ci: TestMethod = "auto",
    prediction: Prediction = "higgins",
    confidence: float = 0.95,
    registered: int | None = None,
) -> PooledEffect:
    """Pool the effects `yi` of k >= 2 projects with variances `vi` (log ratios, differences of shares or of means).

    The estimators of tau2 are those of `heterogeneity.estimate_tau2`. `ci`:

    * z: se^2 = 1/sum(w), normal. Too narrow for few projects.
    * hk (Hartung and Knapp): se^2 = sum(w (y-mu)^2) / ((k-1) sum(w)), t with k-1.
    * hk_adhoc: the same, its factor sum(w (y-mu)^2)/(k-1) not below 1, so that chance agreement of a few projects never
      gives a smaller standard error than z.
    * auto: z for "fixed", hk_adhoc for up to four projects, else hk.

    `prediction`: higgins, mu +- t(k-2) sqrt(tau2 + se^2) (NaN for two projects), or test, with the quantile of `ci` (as
    metafor). Both promise more than they keep where projects are few and differ little: with eight, 95 % are about 88 in
    simulation. `claim` says how much may be made of the result: with two projects show both and claim nothing; with three or
    four prefer `meta_bayes.bayesian_meta`.

    Raises ValueError for fewer than two projects, unequal lengths, values not finite, or variances not above 0.

    Formula: μ = Σwy/Σw, w = 1/(v + τ²); I² = τ²/(τ² + s²), H² = 1 + τ²/s², s² = (k - 1)Σu/((Σu)² - Σu²), u = 1/v; Q = Σu(y -
    ȳ)², ȳ weighted by u (fixed: I² = max(0, (Q - k + 1)/Q), H² = Q/(k - 1)).
    Source: Hartung and Knapp 2001, Statistics in Medicine 20:3875; Higgins, Thompson and Spiegelhalter 2009, JRSS A 172:137;
    Higgins and Thompson 2002, Statistics in Medicine 21:1539, for I² and H². Tested against R metafor 3.8-1.

    >>> pooled = random_effects_meta([0.1, 0.3], [0.02, 0.02], tau2="fixed")
    >>> round(pooled.estimate, 3), round(pooled.se, 3), pooled.claim  # 1/sqrt(1/0.02 + 1/0.02)
    (0.2, 0.1, 'none')
    """
    effects = checked(yi, vi)
    return _pooled(effects, tau2, ci, prediction, confidence, registered)


def leave_one_out(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    tau2: Tau2Method = "REML",
    ci: TestMethod = "auto",
    confidence: float = 0.95,
) -> LeftOut:
    """The pooled effect without each project in turn: does one carry the claim?

    With two projects what is left is the other one as it stands (tau2 0, normal interval). Arguments and errors as for
    `random_effects_meta`.

    Formula: `random_effects_meta` of the k - 1 others, once for each project.
    Source: R metafor 3.8-1, `leave1out`.

    >>> leave_one_out([0.1, 0.3], [0.02, 0.02]).estimate.tolist()
    [0.3, 0.1]
    """
    effects = checked(yi, vi)
    rows = [_without(effects, place, tau2, ci, confidence) for place in range(len(effects.y))]
    return LeftOut(*np.array(rows, float).T)


def blups(
    yi: ArrayLike, vi: ArrayLike, *, tau2: Tau2Method = "REML", confidence: float = 0.95
) -> ProjectEffects:
    """Each project's effect, drawn towards the pooled one as far as its own variance asks for.

    The uncertainty of tau2 itself is left out: `meta_bayes.bayesian_meta` has it. At tau2 = 0 all are mu. Arguments and
    errors as for `random_effects_meta`.

    Formula: b = τ²/(τ² + v); effect = b y + (1 - b)μ, se² = b v + (1 - b)²/Σw, normal.
    Source: Robinson 1991, Statistical Science 6:15. Tested against R metafor 3.8-1, `blup`.

    >>> drawn = blups([0.1, 0.3, 0.5], [0.01, 0.01, 0.01])  # tau2 0.03: three quarters its own, one of the mean
    >>> drawn.estimate.round(3).tolist()
    [0.15, 0.3, 0.45]
    """
    effects = checked(yi, vi)
    variance = tau2_of(effects, tau2)
    mean, weights = _weighted_mean(effects, variance)
    own = variance / (variance + effects.v)
    drawn = own * effects.y + (1 - own) * mean
    se = np.sqrt(own * effects.v + (1 - own) ** 2 / weights.sum())
    reach = critical_value(confidence) * se
    return ProjectEffects(drawn, se, drawn - reach, drawn + reach, own)


def _pooled(
    effects: Effects,
    tau2: Tau2Method,
    ci: TestMethod,
    prediction: Prediction,
    confidence: float,
    registered: int | None,
) -> PooledEffect:
    from scipy.special import chdtrc

    k = len(effects.y)
    test = _test(ci, tau2, k)
    variance = tau2_of(effects, tau2)
    mean, weights = _weighted_mean(effects, variance)
    se, df = _standard_error(effects, mean, weights, test)
    q, typical = _cochran_q(effects), _typical_variance(effects)
    reach = critical_value(confidence, df) * se
    statistic, p_value = significance(mean, se, df)
    beyond = _prediction(prediction, k, df, variance, se, confidence)
    return PooledEffect(
        estimate=mean,
        se=se,
        lower=mean - reach,
        upper=mean + reach,
        statistic=statistic,
        df=df,
        p_value=p_value,
        tau2=variance,
        i2=_i2_q(q, k) if tau2 == "fixed" else variance / (variance + typical),
        i2_q=_i2_q(q, k),
        h2=q / (k - 1) if tau2 == "fixed" else 1 + variance / typical,
        q=q,
        q_df=k - 1,
        q_p_value=float(chdtrc(k - 1, q)),
        prediction_lower=mean - beyond,
        prediction_upper=mean + beyond,
        weights=weights / weights.sum(),
        k=k,
        registered=_registered(registered, k),
        claim="none" if k == 2 else "cautious" if k <= FEW else "pooled",
        tau2_method=tau2,
        ci_method=test,
        prediction_method=prediction,
        confidence=confidence,
    )


def _without(
    effects: Effects, place: int, tau2: Tau2Method, ci: TestMethod, confidence: float
) -> tuple[float, float, float, float, float]:
    y, v = np.delete(effects.y, place), np.delete(effects.v, place)
    if len(y) == 1:
        reach = critical_value(confidence) * float(np.sqrt(v[0]))
        return float(y[0]), float(np.sqrt(v[0])), float(y[0]) - reach, float(y[0]) + reach, 0.0
    rest = _pooled(checked(y, v), tau2, ci, "none", confidence, None)
    return rest.estimate, rest.se, rest.lower, rest.upper, rest.tau2


def _test(ci: TestMethod, tau2: Tau2Method, k: int) -> TestMethod:
    given.one_of(ci, "ci", TestMethod)
    if ci != "auto":
        return ci
    return "z" if tau2 == "fixed" else "hk_adhoc" if k <= FEW else "hk"


def _weighted_mean(effects: Effects, tau2: float) -> tuple[float, Floats]:
    weights = 1 / (effects.v + tau2)
    return float(weights @ effects.y / weights.sum()), weights


def _standard_error(effects: Effects, mean: float, weights: Floats, test: TestMethod) -> tuple[float, float]:
    """The standard error and the degrees of freedom that go with it."""
    plain = 1 / float(weights.sum())
    if test == "z":
        return float(np.sqrt(plain)), np.inf
    df = len(effects.y) - 1
    factor = float(weights @ (effects.y - mean) ** 2) / df
    return float(np.sqrt(plain * (max(1.0, factor) if test == "hk_adhoc" else factor))), float(df)


def _cochran_q(effects: Effects) -> float:
    mean, weights = _weighted_mean(effects, 0.0)
    return float(weights @ (effects.y - mean) ** 2)


def _i2_q(q: float, k: int) -> float:
    return max(0.0, (q - (k - 1)) / q) if q > 0 else 0.0


def _typical_variance(effects: Effects) -> float:
    """The s^2 of Higgins and Thompson (2002), that makes I^2 = tau2 / (tau2 + s^2)."""
    w = 1 / effects.v
    others = (1 - np.eye(len(w))) @ w  # not sum(w) - w, which loses small weights beside a very large one
    return float((len(w) - 1) * w.sum() / (w @ others))


def _prediction(method: Prediction, k: int, df: float, tau2: float, se: float, confidence: float) -> float:
    """Half the width of the prediction interval."""
    given.one_of(method, "prediction", Prediction)
    freedom = {"higgins": float(k - 2), "test": df, "none": 0.0}[method]
    return critical_value(confidence, freedom) * float(np.sqrt(tau2 + se**2)) if freedom > 0 else np.nan


def _registered(registered: int | None, k: int) -> int:
    if registered is not None and registered < k:
        raise ValueError(f"{k} projects have results, so {registered} cannot be all that were registered.")
    return k if registered is None else registered
