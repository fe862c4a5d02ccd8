"""The chart kinds by name, and what each takes."""

from collections.abc import Callable

from matneo.stats import counts, individuals, subgroup_limits
from matneo.stats.limits import Given, Limits
from matneo.stats.profiles import Profile
from matneo.stats.segments import Layout

_KINDS: dict[str, Callable[[Layout, Given, Profile], Limits]] = {
    "xmr": individuals.xmr,
    "run": individuals.run,
    "p": counts.p,
    "p_prime": counts.p_prime,
    "u": counts.u,
    "u_prime": counts.u_prime,
    "g": counts.g,
    "t": individuals.t,
    "c": counts.c,
    "mr": individuals.mr,
    "xbar": subgroup_limits.xbar,
    "s": subgroup_limits.s,
    "i_prime": individuals.i_prime,
    "i_m": individuals.i_m,
    "i_mm": individuals.i_mm,
    "p_exact": counts.p_exact,
    "u_exact": counts.u_exact,
    "c_exact": counts.c_exact,
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
