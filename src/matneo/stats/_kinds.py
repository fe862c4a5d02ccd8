"""The chart kinds by name, and what each takes."""

from collections.abc import Callable

from matneo.stats import _counts, _individuals, _subgroup_limits
from matneo.stats._limits import Given, Limits
from matneo.stats._segments import Layout
from matneo.stats.profiles import Profile

_KINDS: dict[str, Callable[[Layout, Given, Profile], Limits]] = {
    "xmr": _individuals.xmr,
    "run": _individuals.run,
    "p": _counts.p,
    "p_prime": _counts.p_prime,
    "u": _counts.u,
    "u_prime": _counts.u_prime,
    "g": _counts.g,
    "t": _individuals.t,
    "c": _counts.c,
    "mr": _individuals.mr,
    "xbar": _subgroup_limits.xbar,
    "s": _subgroup_limits.s,
    "i_prime": _individuals.i_prime,
    "i_m": _individuals.i_m,
    "i_mm": _individuals.i_mm,
    "p_exact": _counts.p_exact,
    "u_exact": _counts.u_exact,
    "c_exact": _counts.c_exact,
}
KINDS = tuple(_KINDS)
PROPORTIONS = frozenset({"p", "p_prime", "p_exact"})
RATES = frozenset({"u", "u_prime", "u_exact"})
COUNTED = PROPORTIONS | RATES  # numerator and denominator, pooled over a stretch
WEIGHTED = COUNTED | {"i_prime"}  # need a denominator
WHOLE = frozenset({"c", "c_exact", "g"})  # counts, never below zero
SUBGROUPED = frozenset({"xbar", "s"})


def compute(kind: str, layout: Layout, given: Given, profile: Profile) -> Limits:
    """Centre and lines of one chart kind for every segment."""
    return _KINDS[kind](layout, given, profile)
