"""How often a steady process shows a signal: simulated, because rules that are read together have no formula.

`false_alarms` is the experiment; `matneo.stats.false_alarm_table` keeps what it found once for the published profiles,
and `python -m matneo.stats.false_alarms` writes that table anew.
"""

from dataclasses import dataclass

import numpy as np

from matneo.stats import _inputs as given
from matneo.stats import spc
from matneo.stats._arrays import Bools
from matneo.stats.profiles import Profile, profile_of

BATCH = 4000  # series simulated at a time: memory stays small
TABLE_SEED, TABLE_SERIES = 20251125, 40_000


@dataclass(frozen=True)
class FalseAlarms:
    """Shares of steady series. `standard_error` is that of `any_point`: sqrt(p (1 - p) / series)."""

    profile: str
    points: int
    series: int
    seed: int
    kind: str
    by_rule: dict[str, float]  # the rule marks some point
    last_by_rule: dict[str, float]  # the rule marks the last point
    any_point: float  # some rule marks some point
    last_point: float  # some rule marks the last point
    standard_error: float


def false_alarms(
    profile: str | Profile, points: int, series: int, seed: int, *, kind: str | None = None
) -> FalseAlarms:
    """Judge simulated steady series of independent normal values, with limits from the same points.

    `kind` is the chart (XmR, or a run chart for profiles that never ask for limits). The same arguments give the same
    answer on every machine. Raises ValueError for fewer than two points or no series.

    Method: draw `series` × `points` standard normal values, judge each series by `spc.chart`, and count the series with a
    mark; se = √(p(1 - p)/series).
    Source: ours; a simulation, because rules that are read together have no formula.

    >>> found = false_alarms("mdc-2023", points=24, series=2000, seed=1)
    >>> 0.15 < found.any_point < 0.24
    True
    """
    given.whole(points, "points", 2)
    given.whole(series, "series")
    rules = profile_of(profile)
    drawn_as = kind or usual_kind(rules)
    chance = np.random.default_rng(seed)
    some: dict[str, list[Bools]] = {name: [] for name in rules.rules}
    last: dict[str, list[Bools]] = {name: [] for name in rules.rules}
    for begin in range(0, series, BATCH):
        number = min(BATCH, series - begin)
        marked = _simulated(rules, drawn_as, chance, number, points)
        for name, column in marked.items():
            some[name].append(np.any(column, axis=1, keepdims=True)[:, 0])
            last[name].append(column[:, -1])
    everywhere = {name: np.concatenate(parts) for name, parts in some.items()}
    at_end = {name: np.concatenate(parts) for name, parts in last.items()}
    any_point = float(np.any(list(everywhere.values()), axis=0).mean())
    return FalseAlarms(
        rules.name,
        points,
        series,
        seed,
        drawn_as,
        {name: float(column.mean()) for name, column in everywhere.items()},
        {name: float(column.mean()) for name, column in at_end.items()},
        any_point,
        float(np.any(list(at_end.values()), axis=0).mean()),
        float(np.sqrt(any_point * (1 - any_point) / series)),
    )


def usual_kind(profile: Profile) -> str:
    """XmR, or a run chart for profiles that never ask for limits.

    Rule: "run" where all rules are among shift, trend and run_count, else "xmr".
    Source: ours; run charts have no limits, so rules that need none are read on them.

    >>> usual_kind(profile_of("mdc-2023")), usual_kind(profile_of("ihi-run"))
    ('xmr', 'run')
    """
    return "run" if set(profile.rules) <= {"shift", "trend", "run_count"} else "xmr"


def _simulated(
    profile: Profile, kind: str, chance: np.random.Generator, series: int, points: int
) -> dict[str, Bools]:
    """For each rule which points of which series it marks."""
    made = spc.chart(
        kind=kind,
        series=np.repeat(np.arange(series), points),
        period=np.tile(np.arange(points), series),
        value=chance.normal(size=series * points),
        profile=profile,
    )
    return {name: (column != 0).reshape(series, points) for name, column in made.points.rules.items()}


def _table(lengths: tuple[int, ...], series: int = TABLE_SERIES, seed: int = TABLE_SEED) -> str:
    """The module `false_alarm_table` as text: every published profile at every length."""
    from matneo.stats.profiles import PROFILES

    shares = {
        name: _columns([false_alarms(name, points, series, seed) for points in lengths]) for name in PROFILES
    }
    lines = [
        '"""False alarms of steady series, as simulated. Written by `python -m matneo.stats.false_alarms`; not by hand.',
        "",
        f"{series:,} series of independent normal values a length and profile, seed {seed}, limits from the same points:",
        f"a share of 20 % is known to ± {196 * np.sqrt(0.16 / series):.1f} percentage points.",
        '"""',
        "",
        "# fmt: off",
        f"LENGTHS: tuple[int, ...] = {lengths}",
        "SHARES: dict[str, dict[str, tuple[float, ...]]] = {",
    ]
    for name, columns in shares.items():
        lines.append(f'    "{name}": {{')
        lines += [f'        "{key}": {tuple(values)},' for key, values in columns.items()]
        lines.append("    },")
    return "\n".join([*lines, "}", ""])


def _columns(found: list[FalseAlarms]) -> dict[str, list[float]]:
    rules = {name: [one.by_rule[name] for one in found] for name in found[0].by_rule}
    whole = {"any": [one.any_point for one in found], "last": [one.last_point for one in found]}
    return {key: [round(value, 5) for value in values] for key, values in (rules | whole).items()}


if __name__ == "__main__":
    print(_table((10, 11, 12, 13, 15, 18, 20, 24, 30, 36, 48, 60, 80, 100, 120)), end="")
