"""How much more units differ than chance alone would have them: phi, tau and what trimming does to both."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats

TRIMS = ("winsorise", "truncate", "none")
FEWEST_UNITS = 10  # with fewer, phi says more about two or three of them than about all


@dataclass(frozen=True)
class Overdispersion:
    """Over-dispersion of standardised values of units.

    `phi` is their mean square after trimming (1 if nothing but chance), `tau2` the variance between units that explains
    it on the scale of the standard errors, `threshold` the phi that chance alone exceeds about once in forty times.
    """

    phi: float
    tau2: float
    threshold: float
    n_units: int
    n_used: int  # fewer than n_units when trimming drops some
    kappa: (
        float  # what trimming makes of the mean square of standard normal values; divided out if `consistent`
    )
    z_trimmed: Floats  # NaN where dropped

    @property
    def overdispersed(self) -> bool:
        """Whether phi is beyond what chance alone would make of so many units."""
        return self.phi > self.threshold


def estimate_overdispersion(
    z: ArrayLike,
    standard_error: ArrayLike,
    *,
    trim: str = "winsorise",
    trim_by: float = 0.1,
    consistent: bool = False,
) -> Overdispersion:
    """phi and tau^2 from standardised values z = (y - target)/s and their standard errors s, one entry a unit.

    `winsorise` pulls values beyond the `trim_by` quantiles (type 7) of each end to them; `truncate` leaves out the first
    and last of 1/trim_by parts by rank, as England's SHMI does; `none` keeps all.

    Trimming makes phi too small: trimmed squares of normal values have the mean kappa < 1 (.679 at 10 %). The published
    method leaves it so; `consistent` divides by it.

    NaN entries are units without a value. Raises ValueError for unknown trims, shares outside 0 to 0.5, and nothing to use.

    Formula: φ = Σz²/n over the trimmed z; τ² = max(0, (nφ - (n - 1))/(Σw - Σw²/Σw)), w = 1/s².
    Source: Spiegelhalter 2005, QSHC 14:347; DerSimonian and Laird 1986, Controlled Clinical Trials 7:177; `truncate` as R
    FunnelPlotR 0.6.0 does it; `consistent` is ours.

    >>> od = estimate_overdispersion([-3, -1, -1, 0, 0, 0, 1, 1, 1, 2], [0.1] * 10, trim="none")  # (9 + 5 + 4)/10
    >>> round(od.phi, 3), round(od.tau2, 3), od.n_used, od.overdispersed
    (1.8, 0.01, 10, False)
    """
    values, s = np.broadcast_arrays(np.asarray(z, float), np.asarray(standard_error, float))
    known = np.isfinite(values)
    given.one_of(trim, "trim", TRIMS)
    if trim != "none" and not 0 < trim_by < 0.5:
        raise ValueError(f"`trim_by` must lie between 0 and 0.5, and is {trim_by:g}.")
    if not known.any():
        raise ValueError(
            "There is no unit with a value, so there is nothing to estimate over-dispersion from."
        )
    trimmed = _trimmed(values, known, trim, trim_by)
    used = np.isfinite(trimmed)
    n, units = int(used.sum()), int(known.sum())
    kappa = trimming_factor(trim, trim_by)
    phi = float(np.mean(trimmed[used] ** 2)) / (kappa if consistent else 1.0)
    threshold = float(1 + 2 * np.sqrt(2 / units))
    return Overdispersion(phi, _tau2(phi, s[used]), threshold, units, n, kappa, trimmed)


def trimming_factor(trim: str, trim_by: float) -> float:
    """The mean square of standard normal values after trimming: 1 for none.

    What `estimate_overdispersion` divides by where it is to be `consistent`.

    Formula: winsorise (1 - 2q) - 2c f(c) + 2q c²; truncate ((1 - 2q) - 2c f(c))/(1 - 2q); q = `trim_by`, c the normal
    quantile of 1 - q, f its density.
    Source: ours; the integral of z² over the normal density from -c to c.

    >>> round(trimming_factor("winsorise", 0.1), 3), round(trimming_factor("truncate", 0.1), 3)
    (0.679, 0.438)
    """
    from scipy.special import ndtri

    if trim == "none":
        return 1.0
    c = float(ndtri(1 - trim_by))
    inside = 1 - 2 * trim_by - 2 * c * np.exp(-c * c / 2) / np.sqrt(2 * np.pi)
    return float(inside + 2 * trim_by * c * c if trim == "winsorise" else inside / (1 - 2 * trim_by))


def _trimmed(z: Floats, known: Bools, trim: str, by: float) -> Floats:
    if trim == "none":
        return np.where(known, z, np.nan)
    if trim == "winsorise":
        low, high = np.quantile(z[known], [by, 1 - by])  # NumPy's default is type 7
        return np.where(known, np.clip(z, low, high), np.nan)
    parts = 1 / by
    place = np.floor(_ranks(z[known]) * parts / (known.sum() + 1))
    result = np.full(z.shape, np.nan)
    result[known] = np.where((place > 0) & (place < parts - 1), z[known], np.nan)
    return result


def _ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share their mean rank."""
    _, which, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - (count - 1) / 2)[which]


def _tau2(phi: float, s: Floats) -> float:
    n, w = len(s), 1 / s**2
    spare = w.sum() - (w**2).sum() / w.sum()
    if n * phi < n - 1 or spare <= 0:
        return 0.0
    return float((n * phi - (n - 1)) / spare)
