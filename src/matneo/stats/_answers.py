"""From sorted rows that have been judged to the three tables of a `ControlChart`."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matneo.stats._arrays import Bools, Floats, Ints, Signed, Texts
from matneo.stats._kinds import COUNTED
from matneo.stats._limits import Limits
from matneo.stats._rows import Rows
from matneo.stats._rules import Fired
from matneo.stats._segments import Layout
from matneo.stats._summary import SIGNALS, Judged, summarise
from matneo.stats._targets import Targets
from matneo.stats.profiles import Profile
from matneo.stats.spc_results import PhaseColumns, PointColumns, SeriesColumns

_STATUS = np.array(["ok", "constant", "screen_fallback", "undefined"])


@dataclass(frozen=True)
class Answer:
    """A judged batch: `judged` limits as computed, `scaled` the same on the scale shown, `shown` also kept inside bounds.
    `aims` are in the order given."""

    kind: str
    layout: Layout
    rows: Rows
    judged: Limits
    scaled: Limits
    shown: Limits
    fired: Fired
    good: Ints
    used: Bools
    excluded: Bools
    aims: Targets
    profile: Profile
    multiply: float

    @cached_property
    def signal(self) -> Signed:
        """Index into SIGNALS per sorted row."""
        side, agree = self.fired.side, self.fired.side * self.good
        agree = np.where(self.fired.undirected, 0, agree)
        code = np.select([side == 0, agree > 0, agree < 0, side > 0], [0, 1, 2, 3], 4)
        return code.astype(np.int8)

    @cached_property
    def limits_status(self) -> Texts:
        """Per segment: ok, trial, constant, screen_fallback, undefined, too_few."""
        n_used = self.layout.segment_count(self.used)
        status = _STATUS[self.judged.status] if self.layout.segments else np.zeros(0, _STATUS.dtype)
        status = np.where(n_used < 2, "too_few", status)
        return np.where((status == "ok") & (n_used < self.profile.minimum_points), "trial", status)

    @cached_property
    def limits_reason(self) -> Texts:
        """Per segment: why the status is not ok."""
        n_used = self.layout.segment_count(self.used)
        valued = self.layout.segment_count(np.isfinite(self.judged.value))
        status = self.limits_status
        exposed = np.nan_to_num(self.layout.sort(self.rows.denominator)) > 0
        nothing_below = (self.layout.segment_count(exposed) == 0) & (self.kind in COUNTED)
        return np.select(
            [
                nothing_below,
                valued == 0,
                n_used == 0,
                n_used < 2,
                status == "trial",
                status == "constant",
                status == "screen_fallback",
                status == "undefined",
            ],
            [
                "zero_denominator",
                "no_values",
                "all_excluded",
                "one_value",
                "few_points",
                "no_movement",
                "screening_left_nothing",
                "no_usual_range",
            ],
            "",
        )

    def points(self) -> PointColumns:
        layout, shown, fired = self.layout, self.shown, self.fired
        none = np.zeros(layout.rows, np.int8)
        back = layout.unsort
        reason = np.array([*fired.names, ""])[fired.winner]
        rules = {name: back(column) for name, column in fired.columns.items()}
        size = _first_known(self.rows.denominator, self.rows.size)
        return PointColumns(
            value=back(shown.value),
            centre=back(shown.centre),
            lcl=back(shown.lower),
            ucl=back(shown.upper),
            lwl=back(shown.lower_warning),
            uwl=back(shown.upper_warning),
            sigma=back(shown.sigma),
            moving_range=back(shown.moving_range),
            phase=back(layout.spread(layout.phase_of_segment)),
            in_baseline=back(self.used),
            gap_before=back(layout.gap_before),
            r_outside=rules.get("outside", none),
            r_trend=rules.get("trend", none),
            r_two_three=rules.get("two_three", none),
            r_shift=rules.get("shift", none),
            reason=back(reason),
            side=back(fired.side),
            signal=back(SIGNALS[self.signal]),
            run_id=back(fired.run_id),
            run_length=back(fired.run_length),
            target=self.aims.value * self.multiply,
            series=self.rows.series,
            period=self.rows.period,
            mean=back(shown.mean),
            lower_inner=back(shown.lower_inner),
            upper_inner=back(shown.upper_inner),
            size=size,
            included=back(~self.excluded),
            rules=rules,
        )

    def phases(self) -> PhaseColumns:
        layout, lines, runs = self.layout, self.scaled, self.fired.analysis
        start, end = layout.segment_start, layout.segment_end
        valued = np.isfinite(self.judged.value)
        when, names = layout.sort(self.rows.period), layout.sort(self.rows.series)
        n_rows = layout.segment_count(~self.excluded)
        return PhaseColumns(
            series=names[start],
            phase=layout.phase_of_segment,
            first_period=when[start],
            last_period=when[end],
            n=layout.segment_count(valued),
            n_used=layout.segment_count(self.used),
            centre=lines.centre[end],
            lcl=lines.lower[end],
            ucl=lines.upper[end],
            spread_factor=lines.spread_factor,
            screened=lines.screened,
            limits_status=self.limits_status,
            useful=runs.useful,
            longest_run=runs.longest_run,
            longest_run_max=runs.longest_run_max,
            crossings=runs.crossings,
            crossings_min=runs.crossings_min,
            runs_signal=runs.signal,
            limits_reason=self.limits_reason,
            n_rows=n_rows,
            short=layout.segment_size < self.profile.short_phase,
            long_run=runs.long_run,
            few_crossings=runs.few_crossings,
            run_count=runs.run_count,
            run_count_min=runs.run_count_min,
            run_count_max=runs.run_count_max,
            run_count_signal=runs.run_count_signal,
        )

    def series(self, last_period: int | None, step: int | None) -> SeriesColumns:
        sort = self.layout.sort
        judged = Judged(
            self.layout,
            self.scaled,
            self.signal,
            self.fired.winner,
            self.fired.names,
            self.fired.columns,
            self.fired.side,
            self.good,
            sort(self.aims.value) * self.multiply,
            sort(self.aims.unlisted),
            sort(self.rows.period),
            sort(self.rows.numerator) * self.multiply,
            sort(self.rows.denominator),
            self.kind in COUNTED,
            self.kind,
            self.limits_status,
            self.limits_reason,
            self.profile,
        )
        return summarise(judged, last_period, step)


def _first_known(first: Floats, second: Floats) -> Floats:
    return np.where(np.isnan(first), second, first)
