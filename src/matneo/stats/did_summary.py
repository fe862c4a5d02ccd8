"""Group-time effects summarised: overall, by wave, by time since the start, by calendar; and the test of pre-trends."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats, Ints
from matneo.stats._inference import critical_value, estimate
from matneo.stats._panel import clustered_error
from matneo.stats.did import ATTTable
from matneo.stats.results import Columns, Estimate

Kind = Literal["simple", "group", "event", "calendar"]
Compat = Literal["", "did-2.1"]


@dataclass(frozen=True)
class ATTColumns(Columns):
    """One entry a wave, event time or calendar period (one only for "simple")."""

    key: Ints
    att: Floats
    se: Floats  # NaN at a universal base
    lower: Floats
    upper: Floats
    cells: Ints  # group-time cells behind it: a change of number is a change of who is looked at


@dataclass(frozen=True)
class Aggregation:
    """The answer of `aggregate_att`. Nothing identifiable: `overall` has NaN and `identifiable` is False."""

    kind: Kind
    by: ATTColumns
    overall: Estimate
    identifiable: bool
    method: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class PreTrendTest:
    """The answer of `pre_trend_test`. NaN, with the reason, where the cells cannot be tested together."""

    statistic: float  # Wald, W
    df: int  # cells tested
    p_value: float  # F with df and clusters - df degrees of freedom (Hotelling)
    p_value_chi2: float  # the large-sample one, as R did prints
    reason: str


def aggregate_att(table: ATTTable, kind: Kind = "event", *, compat: Compat = "") -> Aggregation:
    """Weighted means of identifiable cells, weights being the waves' shares of all units, with their own uncertainty.

    "simple": all cells from the start on. "group": each wave's mean over its periods; overall by the waves' size. "event": each
    time since the start, before it too; overall is the plain mean from 0 on. "calendar": each period; overall is their
    plain mean. Shares are estimated, and the influence functions say so.

    `compat="did-2.1"` repeats a slip of R did before its correction of 2025 in the standard error of the overall "group"
    mean: the uncertainty of the first waves' shares was looked up in the list of cells, so that it mostly stood for the first
    wave (an influence function whose mean is not zero). Only for comparing with figures made then.

    Formula: Σ wₖ ATTₖ, wₖ the share of cell k's wave among the waves summed (1/cells within a
    wave of "group", and over the parts of "event" and "calendar"); se from Σ wₖ IFₖ + Σ ATTₖ IF(wₖ).
    Source: Callaway and Sant'Anna 2021, section 3. Tested against R did 2.1.2 `aggte`.

    >>> from matneo.stats.did import group_time_att
    >>> table = group_time_att([5, 2, 5, 4, 5, 6], list("AABBCC"), [1, 2] * 3, [2, 2, 0, 0, 0, 0])
    >>> aggregate_att(table, "simple").overall.value  # -3 less the mean of -1 and 1
    -3.0
    """
    given.one_of(kind, "kind", Kind)
    given.one_of(compat, "compat", Compat)
    summary = _Summary(table, compat)
    cells = table.cells
    post = cells.event_time >= 0
    if kind == "simple":
        parts = [(0, *summary.pooled(post))] if summary.any(post) else []
    elif kind == "group":
        parts = [
            (key, *summary.plain(post & (cells.group == key))) for key in summary.keys(cells.group, post)
        ]
    elif kind == "event":
        every = np.ones_like(post)
        parts = [
            (key, *summary.pooled(cells.event_time == key)) for key in summary.keys(cells.event_time, every)
        ]
    else:
        parts = [
            (key, *summary.pooled(post & (cells.period == key))) for key in summary.keys(cells.period, post)
        ]
    return Aggregation(
        kind, summary.columns(parts), overall := summary.overall(kind, parts), bool(np.isfinite(overall.value)),
        "aggregate-att/1", table.parameters | {"kind": kind, "compat": compat, "of": table.method},
    )  # fmt: skip


def pre_trend_test(table: ATTTable) -> PreTrendTest:
    """Wald test that every effect before the start is zero, over the identifiable cells with event time below 0.

    V comes from the influence functions; it needs clearly more clusters than cells. W is compared with F, because chi-square
    rejects too often when clusters are few. NaN, with the reason in words, where the cells cannot be tested together. No
    rejection is no proof of parallel trends: look at the plot as well.

    Formula: W = a'V⁻¹a, F = (n - q)/(q(n - 1)) W on q and n - q degrees of freedom; n clusters, q cells.
    Source: Callaway and Sant'Anna 2021, J Econometrics 225:200, for W; Hotelling 1931, Annals of Mathematical Statistics
    2:360, for F.

    >>> from matneo.stats.did import group_time_att
    >>> y = [1, 2, 0, 1, 3, 1, 2, 2, 2, 1, 1, 1]
    >>> table = group_time_att(y, list("AAABBBCCCDDD"), [1, 2, 3] * 4, [3] * 6 + [0] * 6)
    >>> pre_trend_test(table).df
    1
    """
    from scipy.special import chdtrc, fdtrc

    cells = table.cells
    tested = np.flatnonzero((cells.event_time < 0) & np.isfinite(cells.se))
    clusters, number = int(table.df) + 1, len(tested)
    if not number or clusters <= number + 1:
        reason = "no cell before the start" if not number else f"{number} cells and only {clusters} clusters"
        return PreTrendTest(np.nan, number, np.nan, np.nan, reason)
    influence = table.influence[:, tested]
    sums = np.column_stack([np.bincount(table.unit_cluster, column) for column in influence.T])
    covariance = sums.T @ sums / len(influence) ** 2
    if np.linalg.matrix_rank(covariance, hermitian=True) < number:
        return PreTrendTest(np.nan, number, np.nan, np.nan, "the cells before the start repeat one another")
    effect = cells.att[tested]
    statistic = float(effect @ np.linalg.solve(covariance, effect))
    f = (clusters - number) / (number * (clusters - 1)) * statistic
    return PreTrendTest(
        statistic, number, float(fdtrc(number, clusters - number, f)), float(chdtrc(number, statistic)), ""
    )


class _Summary:
    """Weighted sums of cells with the influence function of the sum."""

    def __init__(self, table: ATTTable, compat: Compat):
        self.table, self.compat = table, compat
        self.ok = table.cells.identifiable
        self.mass = self._mass(table.cells.group)  # (units, cells)
        self.share = self.mass.mean(axis=0)

    def any(self, chosen: Any) -> bool:
        return bool((chosen & self.ok).any())

    def keys(self, values: Ints, chosen: Any) -> Ints:
        return np.unique(values[chosen & self.ok])

    def pooled(self, chosen: Any) -> tuple[float, Floats, int]:
        """Mean of cells by the share of their waves, which is itself estimated."""
        rows = np.flatnonzero(chosen & self.ok)
        return self._weighted(
            self.table.cells.att[rows], self.table.influence[:, rows], self.mass[:, rows], self.share[rows]
        )

    def plain(self, chosen: Any) -> tuple[float, Floats, int]:
        """Mean of cells that count alike."""
        rows = np.flatnonzero(chosen & self.ok)
        return float(self.table.cells.att[rows].mean()), self.table.influence[:, rows].mean(axis=1), len(rows)

    def _mass(self, waves: Ints) -> Floats:
        """The weight of each unit in each wave, zero outside it: (units, waves)."""
        return np.asarray(self.table.unit_weight[:, None] * (self.table.unit_group[:, None] == waves), float)

    @staticmethod
    def _weighted(att: Floats, influence: Floats, mass: Floats, share: Floats) -> tuple[float, Floats, int]:
        total = share.sum()
        weight = share / total
        off = mass - share  # influence of the shares
        of_weight = off / total - np.outer(off.sum(axis=1), share) / total**2
        return float(weight @ att), influence @ weight + of_weight @ att, len(att)

    def columns(self, parts: list[tuple[int, float, Floats, int]]) -> ATTColumns:
        key = np.array([part[0] for part in parts], np.int64)
        att = np.array([part[1] for part in parts], float)
        se = np.array([self.error(part[2]) for part in parts], float)
        half = critical_value(self.table.confidence, self.table.df) * se
        cells = np.array([part[3] for part in parts], np.int64)
        return ATTColumns(key, att, se, att - half, att + half, cells)

    def error(self, influence: Floats) -> float:
        """NaN where nothing was estimated, as at a universal base."""
        return clustered_error(influence, self.table.unit_cluster) if influence.any() else np.nan

    def overall(self, kind: Kind, parts: list[tuple[int, float, Floats, int]]) -> Estimate:
        chosen = [part for part in parts if kind != "event" or part[0] >= 0]
        if not chosen:
            nan = float("nan")
            return Estimate(nan, nan, nan, nan, nan, self.table.df, self.table.confidence, "not identifiable")
        att = np.array([part[1] for part in chosen])
        influence = np.column_stack([part[2] for part in chosen])
        if kind == "group":
            waves = np.array([part[0] for part in chosen])
            share = self._mass(waves).mean(axis=0)
            counted = self.table.cells.group[self.ok][: len(waves)] if self.compat else waves
            value, total, _ = self._weighted(att, influence, self._mass(counted), share)
        else:
            value, total = float(att.mean()), influence.mean(axis=1)
        return estimate(
            value, clustered_error(total, self.table.unit_cluster), self.table.df,
            confidence=self.table.confidence, method=f"{kind} mean",
        )  # fmt: skip
