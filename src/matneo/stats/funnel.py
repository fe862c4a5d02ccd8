"""Funnel plots: how far a unit may lie from the target by chance, and by the usual differences between units."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats, Signed
from matneo.stats._funnel_scales import Scale, scale_of
from matneo.stats._inference import critical_value, tail
from matneo.stats.funnel_results import FunnelCurve, FunnelLimits, FunnelPoints, FunnelResult
from matneo.stats.overdispersion import FEWEST_UNITS, Overdispersion, estimate_overdispersion

LIMITS = ("exact", "midp", "approximate")
ADJUSTMENTS = ("none", "additive", "multiplicative")
LEAVE_ONE_OUT = "leave_one_out"


def funnel_limits(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    kind: str = "proportion",
    transform: str = "log",
    target: float | str | None = None,
    levels: tuple[float, ...] = (0.95, 0.998),
    limits: str | None = None,
    overdispersion: str = "none",
    trim: str = "winsorise",
    trim_by: float = 0.1,
    consistent: bool = False,
    at: ArrayLike | None = None,
) -> FunnelResult:
    """Limits around a target within which a unit of its size would lie, and which units lie outside.

    `kind`: `proportion` (numerator of denominator), `standardised_ratio` (observed over expected), `rate` (events per
    birth or bed day: the same with the pooled rate as target), `count_ratio` (two counts of which neither is the other's
    denominator). A rate per births is no `count_ratio`: the births are known and not counted by chance.
    `target`: a number; by default sum(numerator)/sum(denominator), or 1 for standardised ratios; `leave_one_out` pools
    for each unit all the others. Units with a denominator of 0 or NaN are left out before.

    Limits at level c reach from the (1 - c)/2 to the (1 + c)/2 quantile of a unit at the target:
    * `exact` (default): interpolated quantiles of the binomial or Poisson distribution, floored at 0 and capped at 1. Where
      few are expected the upper line is crossed more often than it says (8 % and not 2.5 % for one event expected, 3.7 %
      over sizes of 3 to 10), and the lower one less.
    * `midp`: the same with half the probability of each count, so that a unit is outside exactly when its mid-p is
      beyond the level. Over units of many sizes nearest to what it says (2.4 % for 3 to 10 expected).
    * `approximate`: the inverse of t + z s on the transformed scale; the only one for `count_ratio`.
    A unit is flagged by the lines drawn and by nothing else: outside is flagged, on a line or inside is not. `midp` is
    the choice under which the mid-p columns say the same as the flags.

    Scales: proportions arcsine of the square root, s = 1/(2 sqrt n), the angle kept within 0 to pi/2; ratios and rates
    `transform` = `log`, s = 1/sqrt(E target), or `sqrt`, s = 1/(2 sqrt E), kept above 0; count ratios log with 1/2 added
    to both counts. A unit without events counts as half a one for z under `log` (warning `zero_events`).

    `overdispersion` widens the limits by differences between units that exist anyway: `additive` (s^2 + tau^2) or
    `multiplicative` (s sqrt(max(1, phi))); see `estimate_overdispersion` for trim, trim_by, consistent. Adjusted limits
    are always made on the transformed scale. With fewer than ten units phi is not estimated, and the limits stay
    unadjusted (warning `few_units`). `expected_outside` is the share of units that lie outside with nothing amiss:
    under chance alone, or, adjusted, if units differ as much as phi says once trimming is allowed for.

    Arrays are one entry a unit; `at` gives denominators for the lines to draw. Raises ValueError for impossible counts
    (negative, fractional, a numerator above its denominator), unknown options, no unit with cases, and a target of 0
    where the scale has no 0. `small_expected` warns of approximate limits where fewer than five events are expected.

    Formula: y = f(O/n), t = f(target), z = (y - t)/s; exact limits F⁻¹((1 ∓ c)/2)/n interpolated, approximate and adjusted
    ones f⁻¹(t ± z_c √(s² + τ²)) or f⁻¹(t ± z_c s √max(1, φ)).
    Source: Spiegelhalter 2005, Stat Med 24:1185, and QSHC 14:347 for over-dispersion; `midp` and `expected_outside` are ours.

    Twelve units of 100, 9 of them with 10 events, expect about 10 of 100 and no fewer than 4 (95 %):

    >>> f = funnel_limits([10] * 9 + [3, 12, 24], [100] * 12)
    >>> round(f.target, 4), f.limits[0.95].flag[-3:].tolist(), f.points.flag[-3:].tolist()
    (0.1075, [-1, 0, 1], [-1, 0, 2])
    >>> (f.limits[0.95].lower[0].round(4).item(), f.limits[0.95].upper[0].round(4).item())
    (0.0451, 0.1671)
    """
    scale = scale_of(kind, transform)
    how = _checked(kind, limits, overdispersion, levels)
    units = _units(numerator, denominator, scale)
    pooled, aim = _targets(target, units, 1.0 if kind == "standardised_ratio" else None)
    if at is not None and target == LEAVE_ONE_OUT:
        raise ValueError(
            "With a leave-one-out target each unit has limits of its own: there are no lines for `at`."
        )
    if scale.needs_positive_target and not (aim > 0).all():
        raise ValueError(
            "A target of 0 has no place on a log scale; give a target above 0, or use transform='sqrt'."
        )

    s = scale.s(units.o, units.n, aim)
    z = (scale.y(units.o, units.n) - scale.t(aim)) / s
    dispersion, honest = _dispersions(z, s, trim, trim_by, consistent)
    chance = _Lines(scale, how)
    drawn = chance.widened(overdispersion, dispersion)
    plain = {c: _limits(chance, c, units, aim) for c in levels}
    made = plain if drawn is chance else {c: _limits(drawn, c, units, aim) for c in levels}
    ends = np.asarray([] if at is None else at, float)
    return FunnelResult(
        target=pooled,
        points=_points(scale, units, aim, z, s, dispersion, drawn, [made[c].flag for c in levels]),
        limits=made,
        unadjusted=plain,
        curve={c: FunnelCurve(ends, *drawn.at(c, ends, pooled)) for c in levels},
        unadjusted_curve={c: FunnelCurve(ends, *chance.at(c, ends, pooled)) for c in levels},
        expected_outside={
            c: _expected_outside(drawn, chance.widened(overdispersion, honest), c, units, aim) for c in levels
        },
        overdispersion=dispersion,
        warnings=_warnings(scale, units, aim, drawn, dispersion is None and overdispersion != "none"),
        method="funnel/1",
        parameters={
            "kind": kind,
            "transform": scale.name,
            "target": target,
            "levels": tuple(levels),
            "limits": how,
            "overdispersion": overdispersion,
            "trim": trim,
            "trim_by": trim_by,
            "consistent": consistent,
        },
    )


@dataclass(frozen=True)
class _Units:
    """The units with cases, and where they stood among all."""

    o: Floats
    n: Floats
    used: Bools
    all_o: Floats
    all_n: Floats

    def placed(self, values: Floats) -> Floats:
        result = np.full(self.used.shape, np.nan)
        result[self.used] = values
        return result


@dataclass(frozen=True)
class _Lines:
    """How limits are drawn: by chance alone, or wider by what units usually differ."""

    scale: Scale
    how: str
    tau2: float = 0.0
    factor: float = 1.0

    def widened(self, by: str, dispersion: Overdispersion | None) -> "_Lines":
        if by == "none" or dispersion is None:
            return self
        if by == "additive":
            return _Lines(self.scale, "approximate", tau2=dispersion.tau2)
        return _Lines(self.scale, "approximate", factor=float(np.sqrt(max(1.0, dispersion.phi))))

    def spread(self, s: Floats) -> Floats:
        return self.factor * np.sqrt(s * s + self.tau2)

    def at(self, level: float, n: Floats, target: Floats | float) -> tuple[Floats, Floats]:
        aim = np.broadcast_to(np.asarray(target, float), n.shape)
        if self.how == "approximate":
            t, reach = self.scale.t(aim), critical_value(level) * self.spread(self.scale.s_target(n, aim))
            return self.scale.back(t - reach), self.scale.back(t + reach)
        counts = self.scale.counts(n, aim)
        assert counts is not None  # `_checked` refuses such limits
        tails = np.array([[tail(level)], [1 - tail(level)]])
        lower, upper = counts.quantile(tails, mid=self.how == "midp") / n
        return lower, upper


def _checked(kind: str, limits: str | None, overdispersion: str, levels: tuple[float, ...]) -> str:
    how = limits or ("approximate" if kind == "count_ratio" else "exact")
    given.one_of(how, "limits", LIMITS)
    given.one_of(overdispersion, "overdispersion", ADJUSTMENTS)
    if kind == "count_ratio" and how != "approximate":
        raise ValueError(f"A ratio of two counts has approximate limits only, and {how} ones were asked for.")
    if not levels or not all(0 < level < 1 for level in levels):
        raise ValueError(
            f"`levels` must lie between 0 and 1, and are {', '.join(map(str, levels)) or 'none'}."
        )
    return how


def _units(numerator: ArrayLike, denominator: ArrayLike, scale: Scale) -> _Units:
    top, bottom = np.broadcast_arrays(
        np.atleast_1d(np.asarray(numerator, float)), np.atleast_1d(np.asarray(denominator, float))
    )
    used = (bottom > 0) & ~np.isnan(top)
    (given.part if scale.part_of_whole else given.per)(top, bottom, "numerator", "denominator")
    given.refuse(
        np.isinf(top) | np.isinf(bottom), top, "numerator", "and its denominator are finite", of=bottom
    )
    given.refuse(used & (top != np.floor(top)), top, "numerator", "is a whole number")
    broken = used & (bottom != np.floor(bottom)) & scale.whole_denominator
    given.refuse(broken, bottom, "denominator", "is a whole number")
    if not used.any():
        raise ValueError("No unit has any cases, so there is no funnel to draw.")
    return _Units(top[used], bottom[used], used, top, bottom)


def _targets(target: float | str | None, units: _Units, usual: float | None) -> tuple[float, Floats]:
    """The target of the plot, and each unit's own."""
    events, size = units.o.sum(), units.n.sum()
    if isinstance(target, str):
        if target != LEAVE_ONE_OUT:
            raise ValueError(f"A target is a number or {LEAVE_ONE_OUT!r}, and it is {target!r}.")
        if len(units.o) < 2:
            raise ValueError("A leave-one-out target needs at least two units with cases.")
        return float(events / size), (events - units.o) / (size - units.n)
    if target is None:
        target = usual if usual is not None else float(events / size)
    return float(target), np.full(units.o.shape, float(target))


def _dispersions(
    z: Floats, s: Floats, trim: str, trim_by: float, consistent: bool
) -> tuple[Overdispersion | None, Overdispersion | None]:
    """Over-dispersion as asked for, and with trimming allowed for."""
    if len(z) < FEWEST_UNITS:
        return None, None
    asked = estimate_overdispersion(z, s, trim=trim, trim_by=trim_by, consistent=consistent)
    return asked, estimate_overdispersion(z, s, trim=trim, trim_by=trim_by, consistent=True)


def _limits(lines: _Lines, level: float, units: _Units, aim: Floats) -> FunnelLimits:
    lower, upper = lines.at(level, units.n, aim)
    rate = units.o / units.n
    flag = np.zeros(units.used.shape, np.int8)
    flag[units.used] = (rate > upper).astype(np.int8) - (rate < lower)
    return FunnelLimits(units.placed(lower), units.placed(upper), flag)


def _points(
    scale: Scale,
    units: _Units,
    aim: Floats,
    z: Floats,
    s: Floats,
    dispersion: Overdispersion | None,
    drawn: _Lines,
    flags: list[Signed],
) -> FunnelPoints:
    mid_p = scale.given(units.o, units.n, aim).mid_p(units.o)
    return FunnelPoints(
        numerator=units.all_o,
        denominator=units.all_n,
        rate=units.placed(units.o / units.n),
        target=units.placed(aim),
        y=units.placed(scale.y(units.o, units.n)),
        s=units.placed(s),
        s_target=units.placed(scale.s_target(units.n, aim)),
        z=units.placed(z),
        z_adjusted=units.placed(z * s / drawn.spread(s)),
        z_trimmed=units.placed(dispersion.z_trimmed if dispersion else np.full(z.shape, np.nan)),
        mid_p_below=units.placed(mid_p.below),
        mid_p_above=units.placed(mid_p.above),
        flag=np.sum(flags, axis=0, dtype=np.int8),
    )


def _expected_outside(drawn: _Lines, usual: _Lines, level: float, units: _Units, aim: Floats) -> float:
    """The share of these units beyond the lines if nothing is amiss: every unit differs from the target by no more
    than chance (and, for widened lines, by the usual differences between units, `usual`)."""
    from scipy.special import ndtr

    scale = drawn.scale
    counts = scale.counts(units.n, aim)
    if drawn.tau2 == 0 and drawn.factor == 1 and usual.tau2 == 0 and usual.factor == 1 and counts is not None:
        lower, upper = drawn.at(level, units.n, aim)
        low, high = np.ceil(lower * units.n) - 1, np.floor(upper * units.n)
        return float(np.mean(counts.at_most(low) + counts.more_than(high)))
    s = scale.s_target(units.n, aim)
    return float(np.mean(2 * ndtr(-critical_value(level) * drawn.spread(s) / usual.spread(s))))


def _warnings(scale: Scale, units: _Units, aim: Floats, drawn: _Lines, few: bool) -> tuple[str, ...]:
    small = drawn.how == "approximate" and scale.fewest_expected(units.n, aim).min() < 5
    found = {
        "no_cases": not units.used.all(),
        "zero_events": bool(scale.halved(units.o).any()),
        "few_units": few,
        "small_expected": bool(small),
    }
    return tuple(code for code, holds in found.items() if holds)
