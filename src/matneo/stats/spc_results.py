"""What a control chart call answers: frozen dataclasses of arrays, aligned and named."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matneo.stats._arrays import Bools, Floats, Ints, Signed, Texts, ratio
from matneo.stats.results import Columns, SeriesError


@dataclass(frozen=True)
class PointColumns(Columns):
    """One entry a row, in the order the rows were given; one a subgroup, sorted, where rows were put together. NaN: no
    value. `.columns()` also holds `z` and an `r_<name>` for every rule of the profile."""

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
    r_outside: (
        Signed  # each rule: -1 low or falling, 0, +1 high or rising; 0 throughout if the profile has it not
    )
    r_trend: Signed
    r_two_three: Signed
    r_shift: Signed
    reason: Texts  # the winning rule, "" for none
    side: Signed  # its direction
    signal: Texts  # common, improvement, concern, neutral_high, neutral_low
    run_id: Ints
    run_length: Ints
    target: Floats
    series: NDArray[Any]
    period: Ints
    mean: Floats  # the centre; on g charts the mean beside the median shown
    lower_inner: Floats  # one-sigma lines
    upper_inner: Floats
    size: Floats  # denominator or observations of the row; NaN where there is neither
    included: Bools  # False: left out on purpose
    rules: dict[str, Signed]  # every rule of the profile by name

    @property
    def z(self) -> Floats:
        """Distance from the mean in sigmas; NaN where sigma is zero or unknown."""
        return ratio(self.value - self.mean, np.nan_to_num(self.sigma))

    def columns(self) -> dict[str, NDArray[Any]]:
        """The arrays by name: each rule as a column of its own (`r_shift`, …), and `z`."""
        named = super().columns()
        del named["rules"]
        return named | {f"r_{name}": column for name, column in self.rules.items()} | {"z": self.z}


@dataclass(frozen=True)
class PhaseColumns(Columns):
    """One entry a series and phase, in time order inside each series."""

    series: NDArray[Any]
    phase: Ints
    first_period: Ints
    last_period: Ints
    n: Ints  # rows with a value
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
    limits_reason: Texts  # why the status is not ok; "" where it is
    n_rows: Ints  # rows of the phase, missing ones too, those left out on purpose not
    short: Bools  # fewer rows than the profile wants of a phase
    long_run: Bools  # which half of the runs analysis signals
    few_crossings: Bools
    run_count: Ints  # number of runs and what is usual; zero where the profile does not ask
    run_count_min: Ints
    run_count_max: Ints
    run_count_signal: Bools


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
    signal_since: Ints  # period of the first point of the run that fired and is still in force; -1 for none
    signal_length: Ints
    now_value: Floats  # over that run (pooled where there is a denominator)
    before_value: Floats  # over the rows of the phase before it, or of the phase before
    last_signal_age: Ints  # rows with a value since the last marked one; -1 where none is marked
    signal_side: Signed  # of the last point: -1 low or falling, +1 high or rising, 0 for none
    direction: Texts  # which way is better: increase, decrease, neutral
    phase_points: Ints  # rows with a value in the current phase
    limits_reason: Texts
    staleness: Ints  # periods from the last value to the last period asked about; -1 where none was
    false_alarm_rule: Floats  # share of steady series of this length that show this signal somewhere
    false_alarm_last: Floats  # share whose last point is marked, by any rule
    false_alarm_any: Floats  # share with any marked point


@dataclass(frozen=True)
class ControlChart:
    """The answer of `spc.chart`: readings, the profile that made them, and what could not be read.

    Series in `errors` have no reading; `warnings` name what was passed over. `changes` says in what the profile differs
    from the published one of its name.
    """

    points: PointColumns
    phases: PhaseColumns
    series: SeriesColumns
    errors: tuple[SeriesError, ...]
    profile: str
    version: str
    parameters: dict[str, Any]
    warnings: tuple[SeriesError, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that stand for profile, version and every parameter: equal ones, equal rules."""
        said = json.dumps([self.profile, self.version, self.parameters], sort_keys=True, default=str)
        return hashlib.sha256(said.encode()).hexdigest()[:16]
