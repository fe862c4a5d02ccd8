"""Effects of a programme that came in waves: group-time average treatment effects after Callaway and Sant'Anna."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats, Ints
from matneo.stats._inference import critical_value
from matneo.stats._panel import Panel, lay_out_panel
from matneo.stats.results import Columns

METHOD = "group-time-att/1"
Control = Literal["not_yet", "never"]
Base = Literal["varying", "universal"]


@dataclass(frozen=True)
class ATTCells(Columns):
    """One entry a wave and period. `att` and `se` are NaN where `identifiable` is False; `reason` says why."""

    group: Ints  # first treated period of the wave
    period: Ints
    event_time: Ints  # period - group: below 0 before the start
    base: Ints  # the period compared with; -1 where there is none
    att: Floats
    se: Floats  # NaN at the base itself
    lower: Floats
    upper: Floats
    treated: Ints  # units of the wave
    controls: Ints  # units compared with
    identifiable: Bools
    reason: NDArray[np.str_]  # "", or why there is no number


@dataclass(frozen=True)
class ATTTable:
    """The answer of `group_time_att`; `did_summary.aggregate_att` and `did_summary.pre_trend_test` read it."""

    cells: ATTCells
    influence: Floats  # (units, cells); zero where a cell has no number
    units: NDArray[Any]
    unit_group: Ints  # first treated period of each unit; 0: stays untreated
    unit_weight: Floats  # mean one
    unit_cluster: Ints
    dropped: tuple[Any, ...]  # units not observed in every period, or treated from the first period on
    df: float  # clusters - 1
    confidence: float
    method: str
    parameters: dict[str, Any]


def group_time_att(
    y: ArrayLike,
    unit: ArrayLike,
    period: ArrayLike,
    first_treated: ArrayLike,
    *,
    control: Control = "not_yet",
    base: Base = "varying",
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ATTTable:
    """ATT(g, t): the change in wave g up to period t less the same change in units not yet treated, one cell a wave and period.

    One row a unit and period (all arrays have its length); `first_treated` is the wave's first period, constant in a unit, 0
    for never; a start after the last period counts as never. `base`: the period before g ("universal": always; "varying":
    before the start the period before t, so that each pre-period is a placebo of its own). `control`: "not_yet" compares with
    units that start after both periods, "never" with untreated ones only. `weights` (such as births) are averaged over a
    unit's periods, so that a change in births is no effect.

    Standard errors from influence functions: se² = Σᵤ IFᵤ²/n², over clusters Σ_c(Σ_{u∈c} IFᵤ)²/n² with `cluster` (constant in a
    unit); t with clusters - 1 degrees of freedom. A unit that is not seen in every period is dropped and named.

    No number where none can be had: when nobody stays untreated, the last wave is the comparison of all others; it has no
    effects of its own, and nobody has any from its start on. Those cells say `identifiable = False`, never a figure.
    ValueError: a unit twice in a period, a unit in two waves, missing or infinite input, fewer than two units or periods.

    Formula: ATT(g, t) = mean(yₜ - y_base | g) - mean(yₜ - y_base | controls).
    Source: Callaway and Sant'Anna 2021, J Econometrics 225:200. Tested against R did 2.1.2.

    >>> table = group_time_att([5, 2, 5, 4], ["A", "A", "B", "B"], [1, 2, 1, 2], [2, 2, 0, 0])
    >>> table.cells.att.tolist()  # (2 - 5) - (4 - 5)
    [-2.0]
    """
    given.one_of(control, "control", Control)
    given.one_of(base, "base", Base)
    panel = lay_out_panel(y, unit, period, first_treated, weights=weights, cluster=cluster)
    columns: list[Floats] = []
    rows: list[tuple[Any, ...]] = []
    for group in np.unique(panel.group[panel.group > 0]):
        for place in range(len(panel.periods)):
            cell = _cell(panel, int(group), place, control, base)
            if cell is not None:
                rows.append(cell[0])
                columns.append(cell[1])
    return _table(panel, rows, columns, control, base, confidence)


def _cell(
    panel: Panel, group: int, place: int, control: Control, base: Base
) -> tuple[tuple[Any, ...], Floats] | None:
    """One cell and its influence function; None for the first period of a varying base, which has nothing before it."""
    now = panel.periods[place]
    before = int(np.searchsorted(panel.periods, group)) - 1  # the last period before the start
    from_place = before if base == "universal" or now >= group else place - 1
    if from_place < 0:
        return None
    treated = panel.group == group
    compared = _controls(panel, group, max(place, from_place), control)
    head = (group, now, now - group, panel.periods[from_place])
    counts = (int(treated.sum()), int(compared.sum()))
    nothing = np.zeros(len(treated))
    if reason := _why_not(panel, group, int(now), compared, control):
        return (*head, np.nan, np.nan, *counts, False, reason), nothing
    if place == from_place:
        return (*head, 0.0, np.nan, *counts, True, ""), nothing
    change = panel.y[:, place] - panel.y[:, from_place]
    rise, influence = _mean(change, treated, panel.weight)
    usual, influence_usual = _mean(change, compared, panel.weight)
    difference = influence - influence_usual
    return (*head, rise - usual, panel.standard_error(difference), *counts, True, ""), difference


def _controls(panel: Panel, group: int, place: int, control: Control) -> Bools:
    later = (panel.group > panel.periods[place]) & (panel.group != group) & (control == "not_yet")
    return np.asarray((panel.group == 0) | later, bool)


def _why_not(panel: Panel, group: int, now: int, compared: Bools, control: Control) -> str:
    """Why a cell has no number; "" where it has one."""
    if (panel.group == 0).any():
        return ""
    if control == "never":
        return "no unit stays untreated"
    last = panel.group.max()
    if now >= last:
        return "nobody is untreated any more"
    if group == last:
        return "the last wave is the comparison of the others"
    return "" if compared.any() else "nobody to compare with"


def _mean(change: Floats, members: Bools, weight: Floats) -> tuple[float, Floats]:
    """The weighted mean of the members, and what each unit of all adds to it (influence function)."""
    share = weight * members
    mean = float(share @ change / share.sum())
    return mean, share * (change - mean) / share.mean()


def _table(
    panel: Panel,
    rows: list[tuple[Any, ...]],
    columns: list[Floats],
    control: str,
    base: str,
    confidence: float,
) -> ATTTable:
    if not rows:
        raise ValueError(
            "No unit is treated between the second and the last period, so there is no effect to estimate."
        )
    group, period, event, start, att, se, treated, controls, identifiable, reason = zip(*rows, strict=True)
    half = critical_value(confidence, panel.df) * np.array(se)
    cells = ATTCells(
        np.array(group, np.int64), np.array(period, np.int64), np.array(event, np.int64), np.array(start, np.int64),
        np.array(att), np.array(se), np.array(att) - half, np.array(att) + half,
        np.array(treated, np.int64), np.array(controls, np.int64), np.array(identifiable), np.array(reason),
    )  # fmt: skip
    return ATTTable(
        cells, np.column_stack(columns), panel.units, panel.group, panel.weight, panel.cluster, panel.dropped,
        panel.df, confidence, METHOD, {"control": control, "base": base, "weighted": panel.weighted, "clustered": panel.clustered},
    )  # fmt: skip
