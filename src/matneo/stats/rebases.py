"""Where a new phase might begin: shifts that came, stayed and settled. Suggested with their evidence, never applied.

Making Data Count asks for a reason before limits are redrawn (NHSRplotthedots issue 142): a person decides. What this
module says is which stretch would stand on its own, and what redrawing would change.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats import spc
from matneo.stats._arrays import Bools, Floats, Ints, Signed, Texts
from matneo.stats._rows import as_floats, as_periods
from matneo.stats._segments import Layout, lay_out, run_places
from matneo.stats.profiles import Profile, profile_of
from matneo.stats.results import Columns

ROUNDS = 50  # more new phases than this in one series are no phases


@dataclass(frozen=True)
class Suggestions(Columns):
    """One entry a shift that was found, in time order inside each series; series without one have none."""

    series: NDArray[Any]
    start: Ints  # period of the first point of the shift
    verdict: Texts  # suggested, too_few_points, came_back, not_settled
    points: Ints  # rows with a value from the start to the next suggestion, or the end
    side: Signed  # +1 above the centre before, -1 below
    before_centre: Floats  # at the first point of the shift
    after_centre: Floats
    before_width: Floats  # distance between the limits
    after_width: Floats
    marked_now: Ints  # points of the stretch that are marked as charts stand
    marked_then: Ints  # … and with every suggested phase
    variation_now: Texts  # icon of the series
    variation_then: Texts


@dataclass(frozen=True)
class _Data:
    """Sorted rows, ready to be asked of `spc.chart` with one phase column or another."""

    layout: Layout
    arguments: dict[str, Any]
    profile: Profile

    def chart(self, phase: Ints, points: int | None = None) -> spc.ControlChart:
        return spc.chart(**self.arguments, phase=phase, baseline_points=points, profile=self.profile)


def suggest(
    *,
    kind: str,
    series: ArrayLike,
    period: ArrayLike,
    value: ArrayLike | None = None,
    numerator: ArrayLike | None = None,
    denominator: ArrayLike | None = None,
    phase: ArrayLike | None = None,
    exclude: ArrayLike | None = None,
    direction: ArrayLike = "increase",
    step: int | None = None,
    profile: str | Profile = "mdc-2023",
    shift: int = 8,
    minimum: int = 12,
) -> Suggestions:
    """Stable shifts in the current phase of each series.

    Centre and limits of a phase come from its first `minimum` points. Behind them the first run of `shift` points on one side
    of the centre (points on it are passed over) is a shift, and: too_few_points if fewer than `minimum` points have come
    since its start; came_back if a run of `shift` on the other side of the old centre begins among those; not_settled if its
    own first `minimum` points, around their own centre, hold a point outside the limits or a run of `shift`; else suggested.
    The search goes on behind each suggestion. Nothing is applied: hand the starts to `spc.chart(rebase=...)` to see.

    Columns are those of `spc.chart`, one row a period. Raises ValueError where that does, and for lengths below two.
    Rule: suggested is the start of a run of `shift` points on one side, if `minimum` points have come since, the other side
    has no such run that begins among them, and their own first `minimum` have neither a point outside nor a run of `shift`.
    Source: the stable shift algorithm of autospc 0.0.0.9051, in our own reading.

    >>> months, steady = range(30), [10, 12, 11, 13, 12, 10] * 2
    >>> later = [20, 22, 21, 19, 23, 21] * 3
    >>> found = suggest(kind="xmr", series=["A"] * 30, period=months, value=steady + later)
    >>> str(found.verdict[0]), int(found.start[0]), int(found.marked_now[0]), int(found.marked_then[0])
    ('suggested', 12, 18, 0)
    """
    given.whole(shift, "shift", 2)
    given.whole(minimum, "minimum", 2)
    names, when = np.asarray(series), as_periods(period)
    phases = np.zeros(len(names), np.int64) if phase is None else np.asarray(phase, np.int64)
    layout = lay_out(names, when, phases, step)
    columns = {"value": value, "numerator": numerator, "denominator": denominator}
    arguments: dict[str, Any] = {
        name: layout.sort(as_floats(column, len(names)))
        for name, column in columns.items()
        if column is not None
    }
    if exclude is not None:
        arguments["exclude"] = layout.sort(np.asarray(exclude, bool))
    ways = np.broadcast_to(np.asarray(direction), (len(names),))
    arguments |= {"series": layout.sort(names), "period": layout.sort(when), "direction": layout.sort(ways)}
    data = _Data(layout, arguments | {"kind": kind, "step": step}, profile_of(profile))
    return _suggest(data, layout.sort(phases), shift, minimum)


def _suggest(data: _Data, phases: Ints, shift: int, minimum: int) -> Suggestions:
    current = data.layout.spread(data.layout.phase_of_segment)
    found: list[_Shifts] = []
    searching = np.ones(len(data.layout.series_start), bool)
    for _ in range(ROUNDS):
        shifts = _next_shifts(data, current, searching, shift, minimum)
        if not len(shifts.series):
            break
        found.append(shifts)
        accepted = shifts.verdict == "suggested"
        searching[:] = False
        searching[shifts.series[accepted]] = True
        current = current + _from_starts(data.layout, shifts.series[accepted], shifts.start[accepted])
        if not accepted.any():
            break
    return _table(data, phases, current, found)


@dataclass(frozen=True)
class _Shifts:
    """At most one shift a series: its row, and what was seen."""

    series: Ints
    start: Ints  # row
    side: Signed
    verdict: Texts
    before_centre: Floats
    after_centre: Floats
    before_width: Floats
    after_width: Floats


def _next_shifts(data: _Data, phase: Ints, searching: Bools, shift: int, minimum: int) -> _Shifts:
    layout = data.layout
    points = data.chart(phase, minimum).points
    valued = np.isfinite(points.value)
    behind = valued & _after_baseline(layout, phase, points.in_baseline) & searching[layout.series]
    side = np.sign(np.nan_to_num(points.value - points.centre)).astype(np.int8)
    useful = np.flatnonzero(behind & (side != 0))
    owner, sides = layout.series[useful], side[useful]
    complete = np.flatnonzero(run_places(_new_runs(owner, sides)) == shift)
    series, first = np.unique(owner[complete], return_index=True)
    start = useful[complete[first] - shift + 1]
    way = sides[complete[first]]
    back = _Runs(owner[complete], sides[complete], useful[complete - shift + 1])
    returned = _returned(layout, valued, back, series, start, way, minimum)
    trial = data.chart(phase + _from_starts(layout, series, start), minimum).points
    since = np.add.reduceat(valued & _from_starts(layout, series, start).astype(bool), layout.series_start)
    unsettled = _unsettled(layout, trial, _from_starts(layout, series, start).astype(bool), shift)
    verdict = np.select(
        [since[series] < minimum, returned, unsettled[series]],
        ["too_few_points", "came_back", "not_settled"],
        "suggested",
    )
    return _Shifts(
        series, start, way, verdict, points.centre[start], trial.centre[start],
        (points.ucl - points.lcl)[start], (trial.ucl - trial.lcl)[start],
    )  # fmt: skip


def _after_baseline(layout: Layout, phase: Ints, in_baseline: Bools) -> Bools:
    """Rows of the last phase of each series that lie behind its baseline."""
    rows = np.arange(layout.rows)
    if not layout.rows:
        return np.zeros(0, bool)
    last = np.repeat(np.maximum.reduceat(phase, layout.series_start), layout.series_size)
    end = np.maximum.reduceat(np.where(in_baseline & (phase == last), rows, -1), layout.series_start)
    behind: Bools = (phase == last) & (rows > np.repeat(end, layout.series_size))
    return behind


def _new_runs(owner: Ints, sides: Signed) -> Bools:
    breaks = np.ones(len(owner), bool)
    breaks[1:] = (owner[1:] != owner[:-1]) | (sides[1:] != sides[:-1])
    return breaks


@dataclass(frozen=True)
class _Runs:
    """Runs long enough to be a shift: their series, side and first row."""

    series: Ints
    side: Signed
    first: Ints


def _returned(
    layout: Layout, valued: Bools, runs: _Runs, series: Ints, start: Ints, way: Signed, minimum: int
) -> Bools:
    """Shifts that another run, on the other side, follows before they have lasted for a phase."""
    count = np.zeros(len(layout.series_start), np.int64)
    begun, ways = count.copy(), np.zeros(len(count), np.int8)
    begun[series], ways[series] = start, way
    seen: Ints = np.cumsum(valued)
    lasted = seen[runs.first] - seen[begun[runs.series]]
    back = np.zeros(len(count), bool)
    back[runs.series[(runs.side == -ways[runs.series]) & (lasted < minimum)]] = True
    found: Bools = back[series]
    return found


def _from_starts(layout: Layout, series: Ints, start: Ints) -> Ints:
    """1 from the start of each of the named series on, 0 elsewhere."""
    begins = np.full(len(layout.series_start), layout.rows)
    begins[series] = start
    return (np.arange(layout.rows) >= begins[layout.series]).astype(np.int64)


def _unsettled(layout: Layout, trial: spc.PointColumns, new: Bools, shift: int) -> Bools:
    """Series whose new phase does not stand on its own first points."""
    own = np.flatnonzero(new & trial.in_baseline)
    side = np.sign(np.nan_to_num(trial.value - trial.centre)).astype(np.int8)
    useful = own[side[own] != 0]
    longest = run_places(_new_runs(layout.series[useful], side[useful]))
    bad = np.zeros(len(layout.series_start), bool)
    bad[layout.series[useful[longest >= shift]]] = True
    bad[layout.series[own[trial.r_outside[own] != 0]]] = True
    return bad


def _table(data: _Data, phases: Ints, phase: Ints, found: list[_Shifts]) -> Suggestions:
    layout = data.layout
    now, then = data.chart(phases), data.chart(phase)

    def joined(name: str) -> NDArray[Any]:
        whole = [getattr(part, name) for part in found]
        return np.concatenate(whole)[order] if whole else np.zeros(0, np.int64)

    order: Ints = np.zeros(0, np.int64)
    if found:
        order = np.lexsort(
            (np.concatenate([part.start for part in found]), np.concatenate([part.series for part in found]))
        )
    owner, start = joined("series").astype(np.int64), joined("start").astype(np.int64)
    end = (layout.series_start + layout.series_size)[owner]
    same = owner[1:] == owner[:-1]
    end[:-1][same] = start[1:][same]

    def counted(where: Bools) -> Ints:
        total: Ints = np.concatenate([[0], np.cumsum(where)])
        inside: Ints = total[end] - total[start]
        return inside

    return Suggestions(
        layout.series_names[owner],
        now.points.period[start],
        joined("verdict").astype(str),
        counted(np.isfinite(now.points.value)),
        joined("side").astype(np.int8),
        joined("before_centre").astype(float),
        joined("after_centre").astype(float),
        joined("before_width").astype(float),
        joined("after_width").astype(float),
        counted(now.points.side != 0),
        counted(then.points.side != 0),
        now.series.variation[owner],
        then.series.variation[owner],
    )
