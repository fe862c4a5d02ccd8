"""How much projects differ beyond chance (tau2): estimators, and an interval, for means and regressions alike.

Project i reports y_i with known variance v_i; y = X b + u + e, u_i with variance tau2, e_i with variance v_i. X is a
column of ones for one pooled mean. Everywhere w_i = 1/(v_i + t), and P_t is the weighted residual maker, so that
P_t y = w (y - X b_t) and the generalised Q(t) = y'P_t y = sum of w (y - X b_t)^2.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats._effects import Tau2Method, checked, tau2_of, where_q_is
from matneo.stats._inference import tail


@dataclass(frozen=True)
class Tau2Interval:
    """Ends of the confidence interval of tau2. `upper` is infinite where the data put no bound on it."""

    lower: float
    upper: float
    confidence: float
    method: str = "Q-profile"


def estimate_tau2(
    yi: ArrayLike, vi: ArrayLike, *, design: ArrayLike | None = None, method: Tau2Method = "REML"
) -> float:
    """The variance between projects, never below 0.

    `yi` effects and `vi` their variances (k each); `design` the k x p matrix X (default: ones). Methods:

    * DL (DerSimonian and Laird): moments, cut off at 0.
    * PM (Paule and Mandel): 0 where Q(0) is below k-p.
    * REML: restricted maximum likelihood. Its score can have several roots or none; every sign change on a grid is
      polished, and t = 0 is a candidate of its own.
    * SJ (Sidik and Jonkman): above 0 unless all y are equal.
    * fixed: 0.

    Raises ValueError for fewer than p + 1 projects, variances not above 0, or a design without full rank.

    Formula: DL max(0, (Q(0) - (k - p))/tr P₀); PM the t with Q(t) = k - p; REML the maximum of -½[Σ ln(v + t) + ln|X'WX| +
    Q(t)]; SJ t₀Q(t₀)/(k - p), t₀ = Σ(y - ȳ)²/k.
    Source: DerSimonian and Laird 1986, Controlled Clinical Trials 7:177; Paule and Mandel 1982, J Res Natl Bur Stand 87:377;
    Viechtbauer 2005, J Educ Behav Stat 30:261; Sidik and Jonkman 2005, JRSS C 54:367. Tested against R metafor 3.8-1.

    >>> round(estimate_tau2([0.1, 0.3, 0.5], [0.01, 0.01, 0.01]), 6)  # variance of y less the error's: 0.04 - 0.01
    0.03
    """
    return tau2_of(checked(yi, vi, design), method, "method")


def tau2_interval(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    design: ArrayLike | None = None,
    confidence: float = 0.95,
    at_most: float = np.inf,
    accuracy: float = 0.0,
) -> Tau2Interval:
    """The Q-profile interval of tau2: all t for which Q(t) is no unusual chi-square value with k-p df.

    Exact when the effects are normal and the variances known. Arguments and errors as `estimate_tau2`. Both ends are 0
    where even t = 0 leaves Q unusually small: the projects then agree better than chance alone would have them. With two
    projects the upper end is often in the hundreds and means "unknown".

    The ends are found to full precision. `at_most` ends the search there, and `accuracy` (on the scale of tau2) before
    every digit is right: 100 and 1.2e-4 are metafor's, and give its digits back.

    Formula: {t ≥ 0: χ²(α/2; k - p) ≤ Q(t) ≤ χ²(1 - α/2; k - p)}.
    Source: Viechtbauer 2007, Statistics in Medicine 26:37. Tested against R metafor 3.8-1.

    >>> found = tau2_interval([0.1, 0.3, 0.5], [0.01, 0.01, 0.01])
    >>> round(found.lower, 4), round(found.upper, 4)  # 0.08/7.3778 - 0.01 and 0.08/0.0506 - 0.01
    (0.0008, 1.5699)
    """
    from scipy.stats import chi2

    effects = checked(yi, vi, design)
    beyond = tail(confidence)
    levels = chi2.ppf([1 - beyond, beyond], effects.df)
    lower, upper = (where_q_is(effects, float(level), at_most, accuracy) for level in levels)
    return Tau2Interval(lower, upper, confidence)
