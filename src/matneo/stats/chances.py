"""How often a steady process shows a signal all the same: looked up, because rules read together have no formula."""

from dataclasses import dataclass

import numpy as np

from matneo.stats._arrays import Floats, Ints, Texts
from matneo.stats.false_alarm_table import LENGTHS, SHARES
from matneo.stats.profiles import PROFILES, Profile

ANY, LAST = "any", "last"


@dataclass(frozen=True)
class Chances:
    """Per series: share of steady series of its length with this signal somewhere, with any, and with a marked last point."""

    rule: Floats
    any: Floats
    last: Floats


def false_alarm_chances(profile: Profile, points: Ints, rule: Texts, kind: str = "xmr") -> Chances:
    """Shares from the table of simulated steady series (`matneo.stats.false_alarms`), straight lines between its lengths.

    `points` and `rule` (the rule that marks a series, or "") have one entry a series. They speak of independent, nearly
    normal values judged by limits from the same points; small counts and frozen limits differ somewhat. NaN for lengths
    outside the table (10 to 120), for profiles that were changed, for run charts judged by limits, and `rule` where there is
    no signal. `last` no longer grows in long series, and keeps its value there.

    Method: linear interpolation of the simulated share between the two lengths nearest.
    Source: ours; `false_alarms.false_alarms` with 40,000 series a length, kept in `false_alarm_table`.

    >>> from matneo.stats.profiles import profile_of
    >>> steady = false_alarm_chances(profile_of("mdc-2023"), np.array([24]), np.array(["shift"]))
    >>> steady.any.round(2).tolist(), steady.last.round(2).tolist()  # of steady series of two years of months
    ([0.19], [0.02])
    """
    known = PROFILES.get(profile.name) == profile and profile.name in SHARES
    unlimited = kind == "run" and "outside" in profile.rules
    if not known or unlimited:
        nothing = np.full(len(points), np.nan)
        return Chances(nothing, nothing, nothing)
    table = SHARES[profile.name]
    rules = np.full(len(points), np.nan)
    for name in profile.rules:
        mine = rule == name
        if mine.any():
            rules[mine] = _between(points[mine], table[name])
    return Chances(rules, _between(points, table[ANY]), _between(points, table[LAST], table[LAST][-1]))


def _between(points: Ints, shares: tuple[float, ...], beyond: float = np.nan) -> Floats:
    return np.interp(points, LENGTHS, shares, left=np.nan, right=beyond)
