"""What a control chart call answers: frozen dataclasses of arrays, aligned and named."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matneo.stats.segments import Bools, Floats, Ints

Texts = NDArray[np.str_]
Signed = NDArray[np.int8]


class Columns:
    """A frozen dataclass of equal-length arrays."""

    def columns(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, ready for a data frame of any kind."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True)
class PointColumns(Columns):
    """One entry a row, in the order the rows were given. NaN: no value."""

    value: Floats
    centre: Floats
    lcl: Floats  # lower and upper control limit (three sigma)
    ucl: Floats
    lwl: Floats  # lower and upper warning line (two sigma)
    uwl: Floats
    sigma: Floats
    moving_range: Floats
    phase: Ints  # 0, 1, … inside the series
    in_baseline: Bools  # this row helped to set centre and limits
    gap_before: Bools  # the calendar jumps before this row
    r_outside: Signed  # each rule: -1 low or falling, 0, +1 high or rising
    r_trend: Signed
    r_two_three: Signed
    r_shift: Signed
    reason: Texts  # the winning rule, "" for none
    side: Signed  # its direction
    signal: Texts  # common, improvement, concern, neutral_high, neutral_low
    run_id: Ints
    run_length: Ints
    target: Floats


@dataclass(frozen=True)
class PhaseColumns(Columns):
    """One entry a series and phase, in time order inside each series."""

    series: NDArray[Any]
    phase: Ints
    first_period: Ints
    last_period: Ints
    n: Ints
    n_used: Ints
    centre: Floats  # of the last row of the phase
    lcl: Floats
    ucl: Floats
    spread_factor: Floats  # sigma_z of p′ and u′
    screened: Ints
    limits_status: Texts  # ok, trial, constant, screen_fallback, undefined, too_few
    useful: Ints
    longest_run: Ints
    longest_run_max: Ints
    crossings: Ints
    crossings_min: Ints
    runs_signal: Bools


@dataclass(frozen=True)
class SeriesColumns(Columns):
    """One entry a series, sorted by series."""

    series: NDArray[Any]
    n_points: Ints
    first_period: Ints
    last_period: Ints  # of the last row with a value
    last_value: Floats
    variation: Texts  # improvement, concern, neutral_high, neutral_low, common, too_few
    assurance: Texts  # pass, fail, inconsistent, none, too_few
    limits_status: Texts  # of the current phase
    centre: Floats  # of the last row with a value
    lcl: Floats
    ucl: Floats
    target: Floats
    signal_rule: Texts  # why the last point is marked, "" if it is not
    signal_since: Ints  # period at which the present stretch of such points began; -1 for none
    signal_length: Ints
    now_value: Floats  # over that stretch (pooled where there is a denominator)
    before_value: Floats  # over the rows of the phase before it, or of the phase before
    last_signal_age: Ints  # rows with a value since the last marked one; -1 where none is marked


@dataclass(frozen=True)
class SeriesError:
    """Why a series, or one row of it, could not be used. `sentence` names series, period and value."""

    code: str
    series: Any
    period: int
    value: float
    sentence: str


@dataclass(frozen=True)
class ControlChart:
    """The answer of `spc.chart`: readings, the profile that made them, and what could not be read."""

    points: PointColumns
    phases: PhaseColumns
    series: SeriesColumns
    errors: tuple[SeriesError, ...]
    profile: str
    version: str
    parameters: dict[str, Any]
