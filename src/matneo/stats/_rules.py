"""Special-cause rules: for every row -1 (low or falling), 0, or +1 (high or rising). All series at once.

Sources: Making Data Count; NHSRplotthedots 0.2.2; Western Electric (1956); Nelson (1984); Provost and Murray (2011);
Anhøj and Olesen (2014) for runs. Which rules are asked, and how, is the profile's (`matneo.stats.profiles`).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matneo.stats import _patterns, _zones
from matneo.stats._arrays import Bools, Ints, Signed
from matneo.stats._limits import Limits
from matneo.stats._patterns import Chain, Runs
from matneo.stats._runs_analysis import RunsAnalysis, runs_analysis
from matneo.stats._segments import Layout
from matneo.stats.profiles import Profile

# Patterns that say "something is unusual" and not on which side: they are never an improvement or a concern.
WITHOUT_DIRECTION = frozenset({"alternating", "fifteen_inner", "eight_outer", "few_crossings", "run_count"})


@dataclass(frozen=True)
class Fired:
    """Per row and rule: -1, 0, +1; the winning rule (index into `names`, -1 for none) and its direction."""

    names: tuple[str, ...]
    columns: dict[str, Signed]
    winner: Ints
    side: Signed
    undirected: Bools  # the winning rule has no direction
    run_id: Ints
    run_length: Ints
    analysis: RunsAnalysis


@dataclass(frozen=True)
class _Sight:
    """What the rules look at: all sorted rows, and the chain of those that count."""

    layout: Layout
    limits: Limits
    profile: Profile
    chain: Chain
    side: Signed  # of the centre, per row of the chain
    runs: Runs
    analysis: RunsAnalysis

    def zone(self, name: str) -> _zones.Zone:
        take, limits = self.chain.take, self.limits
        lower, upper = getattr(limits, f"lower_{name}"), getattr(limits, f"upper_{name}")
        return _zones.Zone(take(limits.value), self.side, take(lower), take(upper))


def judge(
    layout: Layout,
    limits: Limits,
    profile: Profile,
    good: Ints,
    included: Bools,
    names: tuple[str, ...],
    *,
    runs_fair: bool,
) -> Fired:
    """Run the named rules; the first that fires gives the reason. `good` is which way is better; `included` rows take
    part in the analysis of runs, which may signal only where neighbours are independent (`runs_fair`)."""
    valued = np.isfinite(limits.value)
    every = side_of_centre(limits)
    chain = _patterns.chain_of(layout, valued, profile.missing)
    side = every if chain.whole else every[chain.rows]
    runs = _patterns.runs_about_centre(chain, side, profile.centre)
    analysis = runs_analysis(layout, every, included & valued, profile, fair=runs_fair)
    sight = _Sight(layout, limits, profile, chain, side, runs, analysis)
    columns = {name: _RULES[name](sight) for name in names}
    winner, direction = _winner(names, columns, profile, good)
    undirected = np.isin(winner, [index for index, name in enumerate(names) if name in WITHOUT_DIRECTION])
    number, length = _whole_runs(sight)
    return Fired(names, columns, winner, direction, undirected, number, length, analysis)


def side_of_centre(limits: Limits) -> Signed:
    """-1, 0 or +1; 0 where there is no value."""
    above, below = limits.value > limits.centre, limits.value < limits.centre
    return above.astype(np.int8) - below.astype(np.int8)


def outside(limits: Limits) -> Signed:
    """Strictly beyond a limit; an undefined limit is never crossed."""
    above = limits.value > limits.upper
    below = limits.value < limits.lower
    return above.astype(np.int8) - below.astype(np.int8)


def _winner(
    names: tuple[str, ...], columns: dict[str, Signed], profile: Profile, good: Ints
) -> tuple[Ints, Signed]:
    rows = len(good)
    winner = np.full(rows, -1, np.int64)
    side = np.zeros(rows, np.int8)
    for index, name in reversed(list(enumerate(names))):
        fired = columns[name] != 0
        winner[fired] = index
        side[fired] = columns[name][fired]
    if profile.conflict == "improvement":
        for index, name in reversed(list(enumerate(names))):
            better = columns[name] * good > 0
            winner[better] = index
            side[better] = columns[name][better]
    return winner, side


def _whole_runs(sight: _Sight) -> tuple[Ints, Ints]:
    """Run number and length of every row; rows outside the chain have a length of 0 and the number -1."""
    if sight.chain.whole:
        return sight.runs.number, sight.runs.length
    number, length = np.full(sight.layout.rows, -1), np.zeros(sight.layout.rows, np.int64)
    number[sight.chain.rows], length[sight.chain.rows] = sight.runs.number, sight.runs.length
    return number, length


def _back(sight: _Sight, found: Signed) -> Signed:
    return _patterns.expanded(sight.chain, found, sight.layout.rows)


def _shift(sight: _Sight) -> Signed:
    return _back(sight, _patterns.shift(sight.runs, sight.profile.shift, sight.profile.marks))


def _trend(sight: _Sight) -> Signed:
    value = sight.chain.take(sight.limits.value)
    profile = sight.profile
    return _back(sight, _patterns.trend(sight.chain, value, profile.trend, profile.ties, profile.marks))


def _two_three(sight: _Sight) -> Signed:
    profile = sight.profile
    leave_out = None
    if profile.two_in_three == "between":
        leave_out = sight.chain.take(outside(sight.limits) != 0)
    found = _zones.several_beyond(
        sight.chain, sight.zone("warning"), 2, 3,
        third=profile.third, marks=profile.marks, zone_marks=profile.zone_marks, leave_out=leave_out,
    )  # fmt: skip
    return _back(sight, found)


def _four_five(sight: _Sight) -> Signed:
    found = _zones.several_beyond(
        sight.chain, sight.zone("inner"), 4, 5,
        third=sight.profile.third, marks=sight.profile.marks, zone_marks=sight.profile.zone_marks,
    )  # fmt: skip
    return _back(sight, found)


def _inner_rule(
    pattern: Callable[[Chain, _zones.Zone, int, str], Signed], length: int
) -> Callable[[_Sight], Signed]:
    def rule(sight: _Sight) -> Signed:
        return _back(sight, pattern(sight.chain, sight.zone("inner"), length, sight.profile.marks))

    return rule


def _long_run(sight: _Sight) -> Signed:
    """The points of every run that is longer than chance gives a phase of that many points."""
    analysis = sight.analysis
    longest = np.where(analysis.long_run, analysis.longest_allowed, sight.layout.rows)
    allowed = sight.chain.take(sight.layout.spread(longest))
    return _back(sight, np.where(sight.runs.length > allowed, sight.runs.side, 0).astype(np.int8))


def _whole_phase(sight: _Sight, signal: Bools) -> Signed:
    """Every point off the centre in phases that signal, with its own side."""
    every: Signed = np.where(sight.layout.spread(signal), side_of_centre(sight.limits), 0).astype(np.int8)
    return every


_RULES: dict[str, Callable[[_Sight], Signed]] = {
    "outside": lambda sight: outside(sight.limits),
    "trend": _trend,
    "two_three": _two_three,
    "shift": _shift,
    "four_five": _four_five,
    "alternating": _inner_rule(_zones.alternating, 14),
    "fifteen_inner": _inner_rule(_zones.near_centre, 15),
    "eight_outer": _inner_rule(_zones.far_on_both_sides, 8),
    "long_run": _long_run,
    "few_crossings": lambda sight: _whole_phase(sight, sight.analysis.few_crossings),
    "run_count": lambda sight: _whole_phase(sight, sight.analysis.run_count_signal),
}
RULES = tuple(_RULES)

__all__ = ["RULES", "WITHOUT_DIRECTION", "Fired", "judge", "outside", "side_of_centre"]
