"""Points become readings: limits, rules and icons of every series of a release, in a handful of vectorised calls.

Inside readings come from exact counts; outside readings from the disclosed ones (`disclosure.disclose`), so that nothing
that is shown outside was ever computed from a number that may not be shown.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from matneo.measures import disclosure
from matneo.measures.definitions import Definition
from matneo.measures.hierarchy import Membership, links_of, signed_sums
from matneo.measures.periods import FIRST_WEEK, SIZE, add_months, at_index, is_over, last_week
from matneo.measures.points import KEY, State
from matneo.stats import spc
from matneo.stats.profiles import profile_of

SERIES_KEY = ["measure", "subject", "breakdown", "origin", "period_kind"]
SPARK_POINTS = 24
# What `judge` answers: one row a plotted point, and one row a series; the same columns where there is nothing to read.
READINGS: dict[str, pl.DataType] = {
    **{name: pl.String() for name in ("audience", *SERIES_KEY)},
    "version": pl.Int32(),
    "period": pl.Date(),
    **{
        name: pl.Float64()
        for name in ("numerator", "known", "population", "numerator_shown", "denominator_shown")
    },
    "state": pl.String(),
    "provisional": pl.Boolean(),
    "as_of": pl.Date(),
    "submission": pl.String(),
    **{name: pl.Float64() for name in ("target", "value")},
    "phase": pl.Int64(),
    **{name: pl.Float64() for name in ("centre", "lcl", "ucl", "lwl", "uwl")},
    "signal": pl.String(),
    "reason": pl.String(),
    **{name: pl.Int8() for name in ("r_outside", "r_trend", "r_two_three", "r_shift")},
}
LINES: dict[str, pl.DataType] = {
    **{name: pl.String() for name in ("audience", *SERIES_KEY, "subject_kind", "chart")},
    "n_points": pl.Int64(),
    "first_period": pl.Date(),
    "last_period": pl.Date(),
    **{name: pl.Float64() for name in ("last_value", "last_numerator", "last_denominator")},
    "last_provisional": pl.Boolean(),
    "last_state": pl.String(),
    **{name: pl.String() for name in ("variation", "assurance", "limits_status")},
    **{name: pl.Float64() for name in ("centre", "lcl", "ucl", "target")},
    "signal_rule": pl.String(),
    "signal_since": pl.Date(),
    "signal_length": pl.Int64(),
    **{name: pl.Float64() for name in ("now_value", "before_value")},
    "last_signal_age": pl.Int64(),
    "false_alarm_last": pl.Float64(),
    "missing_share": pl.Float64(),
    "spark": pl.List(pl.Float64()),
    "spark_signal": pl.List(pl.String()),
}
PROFILE = "mdc-2023"


@dataclass(frozen=True)
class Rebase:
    """A new phase of one series begins with the period that holds `start`."""

    measure: str
    subject: str
    start: date


@dataclass(frozen=True)
class Context:
    """What the judge knows beyond the points. `kinds` gives each subject's kind of organisation; `signed` the last month
    each trust or site has signed off; `last_month` the last month that is over: later points are kept and not read."""

    definitions: dict[str, Definition]
    kinds: dict[str, str]
    signed: dict[str, date]
    last_month: date
    rebases: Sequence[Rebase] = ()
    exempt: frozenset[str] = frozenset()
    memberships: Sequence[Membership] = ()
    last_week: date | None = (
        None  # the Monday of the last week that is over; unsaid, the last one of `last_month`
    )

    @property
    def newest_week(self) -> date:
        return self.last_week or last_week(add_months(self.last_month, 1))

    @property
    def over(self) -> pl.Expr:
        return is_over(self.last_month, self.last_week)


def judge(
    months: pl.DataFrame, context: Context, pairs: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Readings (columns `READINGS`) and one line a series (`LINES`), for both audiences. With `pairs` (columns measure and
    subject) of those series alone; `months` holds all points still, because sums outside are made of the trusts' cells."""
    coded = _coded(months.filter(context.over), context)
    chosen = (
        coded if pairs is None else coded.join(_as_coded(pairs, coded), on=["measure", "subject"], how="semi")
    )
    # Each audience keeps one core busy for half its time; side by side they take two thirds as long.
    with ThreadPoolExecutor(2) as audiences:
        seen = {
            "inside": lambda: _inside(chosen, context),
            "outside": lambda: _outside(chosen, coded, context),
        }
        judged = audiences.map(lambda name: _judge_audience(seen[name](), context, name), seen)
        parts = [part for part in judged if part is not None]
    if not parts:
        return pl.DataFrame(schema=READINGS), pl.DataFrame(schema=LINES)
    readings, lines = (pl.concat(frames) for frames in zip(*parts, strict=True))
    # One audience follows the other, each with its series in order: what is left of `sort_readings` is a sixth of it.
    in_order = readings.sort("measure", maintain_order=True)
    return _in_form(in_order, READINGS), _in_form(sort_lines(lines), LINES)


def judge_inside(months: pl.DataFrame, context: Context) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The same for the inside audience alone, without the work of disclosing: for a few series while somebody waits."""
    coded = _coded(months.filter(context.over), context)
    judged = _judge_audience(_inside(coded, context), context, "inside")
    if judged is None:
        return pl.DataFrame(schema=READINGS), pl.DataFrame(schema=LINES)
    readings, lines = judged
    return _in_form(sort_readings(readings), READINGS), _in_form(sort_lines(lines), LINES)


def _coded(months: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The names that rows are joined and sorted by as numbers that sort as the names do: three times faster."""
    known = {
        "measure": set(context.definitions),
        "subject": {*context.kinds, *context.signed},
        "period_kind": {*SIZE, "week"},
    }
    return months.with_columns(
        pl.col(name).cast(pl.Enum(sorted(known.get(name, set()) | set(months[name].unique()))))
        for name in SERIES_KEY
    )


def _as_coded(frame: pl.DataFrame, coded: pl.DataFrame) -> pl.DataFrame:
    """Its names as the numbers that `coded` has for them; rows with a name that is nowhere in it are left out."""
    return frame.with_columns(
        pl.col(name).cast(coded.schema[name], strict=False) for name in frame.columns
    ).drop_nulls()


def _in_form(frame: pl.DataFrame, form: dict[str, pl.DataType]) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(kind) for name, kind in form.items())


def sort_readings(readings: pl.DataFrame) -> pl.DataFrame:
    """In the order in which one series is looked up."""
    return readings.sort("measure", "audience", *SERIES_KEY[1:], "period")


def sort_lines(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.sort("audience", "measure", "subject", "origin", "period_kind", "breakdown")


def _inside(months: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Every series at its measure's own period; figures that come in other periods stay as they came."""
    by_month = months.filter(pl.col("period_kind") == "month")
    other = months.filter(pl.col("period_kind") != "month")
    pooled = [
        disclosure.pool(by_month.filter(pl.col("measure").is_in(names)), kind).select(months.columns)
        for kind, names in _by_period(context).items()
    ]
    return pl.concat([_but(pl.concat(pooled), other), other])


def _but(pooled: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """Periods added up from months, except those that came whole."""
    return pooled.join(given, on=KEY, how="anti")


def _outside(months: pl.DataFrame, everything: pl.DataFrame, context: Context) -> pl.DataFrame:
    """What was signed off, disclosed. Places above trusts are summed anew from the signed cells in `everything`."""
    signed = pl.DataFrame(
        {"subject": list(context.signed), "through": list(context.signed.values())},
        schema={"subject": pl.String, "through": pl.Date},
    )
    signed = signed.cast({"subject": months.schema["subject"]})
    own = [code for code, kind in context.kinds.items() if kind in {"trust", "site", "unit"}]
    by_month = months.filter((pl.col("period_kind") == "month") & (pl.col("origin") != "published"))
    theirs = by_month.filter(pl.col("subject").is_in(own)).join(signed, on="subject", how="left")
    above = by_month.filter(~pl.col("subject").is_in(own))
    agreed = pl.concat(
        [
            theirs.filter(pl.col("period") <= pl.col("through")).select(months.columns),
            above.filter(pl.col("origin") != "calculated"),
            _sums_of_signed(above, everything, signed, context),
        ]
    )
    shortest = {name: kind for kind, names in _by_period(context).items() for name in names}
    shown = disclosure.disclose(agreed, shortest, set(context.exempt))
    published = months.filter(pl.col("origin") == "published")  # disclosed by its publisher already
    quarters = disclosure.hide(_agreed_quarters(months, signed, own), "quarter").select(months.columns)
    return pl.concat([_but(shown, quarters), quarters, published])


def _sums_of_signed(
    above: pl.DataFrame, everything: pl.DataFrame, signed: pl.DataFrame, context: Context
) -> pl.DataFrame:
    """For the calculated series in `above`, their months made of signed cells."""
    wanted = above.filter(pl.col("origin") == "calculated").select("measure", "subject").unique()
    trusts = [code for code, kind in context.kinds.items() if kind == "trust"]
    cells = everything.filter(
        pl.col("measure").is_in(wanted["measure"].unique().to_list())
        & pl.col("subject").is_in(trusts)
        & (pl.col("period_kind") == "month")
        & (pl.col("origin") == "calculated")
    )
    marked = (
        cells.join(signed, on="subject", how="left")
        .with_columns(signed=(pl.col("period") <= pl.col("through")).fill_null(False))
        .drop("through")
    )
    links = links_of(context.memberships)
    coded = links.with_columns(
        pl.col("subject", "parent").cast(everything.schema["subject"], strict=False)
    ).drop_nulls(["subject", "parent"])
    sums = signed_sums(marked, coded, context.exempt)
    return sums.join(wanted, on=["measure", "subject"], how="semi").select(
        pl.col(name).cast(kind) for name, kind in above.schema.items()
    )


def _agreed_quarters(months: pl.DataFrame, signed: pl.DataFrame, own: list[str]) -> pl.DataFrame:
    """Quarters that came whole, where the trust has signed their last month off."""
    whole = months.filter((pl.col("period_kind") == "quarter") & (pl.col("origin") == "collected"))
    last = pl.col("period").dt.offset_by("2mo")
    agreed = ~pl.col("subject").is_in(own) | (last <= pl.col("through"))
    return whole.join(signed, on="subject", how="left").filter(agreed).select(months.columns)


def _by_period(context: Context) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {"month": [], "quarter": []}
    for definition in context.definitions.values():
        if definition.table != "published":
            kinds[definition.period].append(definition.id)
    return kinds


def _judge_audience(
    points: pl.DataFrame, context: Context, audience: str
) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """Readings and lines of one audience; None where it sees nothing."""
    if points.is_empty():
        return None
    table = _with_phases(_on_calendar(points, context), context)
    readings, series = [], []
    for (chart,), rows in table.group_by(["chart"], maintain_order=True):
        one, line = _read(rows, str(chart), context)
        readings.append(one)
        series.append(line)
    labelled = pl.lit(audience).alias("audience")
    return pl.concat(readings).with_columns(labelled), pl.concat(series).with_columns(labelled)


def _on_calendar(points: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Every period from the first to the last that could be there: what is missing gets a row that says so. In the order
    of charts and series, with what the measure's definition says, and the numerator and denominator that are shown."""
    span = points.group_by(SERIES_KEY).agg(first=pl.col("period").min(), last=pl.col("period").max())
    frames = []
    for (kind,), rows in span.group_by(["period_kind"], maintain_order=True):
        step = "1w" if kind == "week" else f"{SIZE.get(str(kind), 12)}mo"
        end = pl.lit(_last_whole(str(kind), context))
        until = pl.max_horizontal("last", end) if kind in ("week", "month", "quarter") else pl.col("last")
        frames.append(rows.with_columns(period=pl.date_ranges(pl.col("first"), until, interval=step)))
    # Defined and sorted while each series is one row, and joined in that order: a million rows need no sorting then.
    series = _with_definitions(pl.concat(frames), context).sort("chart", *SERIES_KEY)
    calendar = series.drop("first").explode("period")
    joined = calendar.join(points, on=[*SERIES_KEY, "period"], how="left", maintain_order="left")
    # Of published figures we know only that no file with that period is here.
    absent = (
        pl.when((pl.col("period") > pl.col("last")) | (pl.col("origin") == "published"))
        .then(pl.lit(State.NOT_YET_SENT.value))
        .otherwise(pl.lit(State.NOT_COLLECTED.value))
    )
    strict = pl.col("headline") == "strict"
    return joined.with_columns(
        state=pl.col("state").fill_null(absent),
        provisional=pl.col("provisional").fill_null(False),
        numerator_shown=pl.col("numerator"),
        denominator_shown=pl.when(strict).then(pl.col("population")).otherwise(pl.col("known")),
    )


def _last_whole(kind: str, context: Context) -> date:
    """The first day of the last period that is over by the end of the last month; of weeks, the last that is over."""
    if kind == "week":
        return context.newest_week
    if kind != "quarter":
        return context.last_month
    following = add_months(context.last_month, 1)
    quarter = following.replace(month=(following.month - 1) // 3 * 3 + 1)
    return add_months(quarter, -3)


def _with_definitions(series: pl.DataFrame, context: Context) -> pl.DataFrame:
    """What each measure's definition says, beside its series."""
    used = [context.definitions[name] for name in series["measure"].unique() if name in context.definitions]
    rows = [
        {
            "measure": d.id,
            "chart": d.chart,
            "direction": d.direction,
            "headline": d.headline,
            "rolling": d.rolling,
            "target": target.value / d.scale if (target := d.target_on(context.last_month)) else None,
        }
        for d in used
    ]
    facts = pl.DataFrame(
        rows,
        schema={
            "measure": pl.String,
            "chart": pl.String,
            "direction": pl.Enum(list(spc.DIRECTIONS)),
            "headline": pl.String,
            "rolling": pl.Int64,
            "target": pl.Float64,
        },
    )
    return series.join(facts.cast({"measure": series.schema["measure"]}), on="measure")


def _with_phases(table: pl.DataFrame, context: Context) -> pl.DataFrame:
    """0, 1, … from rebases (one series) and from new versions of a definition (every series of the measure)."""
    versions = [(d.id, v.valid_from) for d in context.definitions.values() for v in d.versions[1:]]
    rebases = [(r.measure, r.subject, r.start) for r in context.rebases]
    given = _begun(table, versions, ["measure"], "versions_begun")
    given = _begun(given, rebases, ["measure", "subject"], "rebases_begun")
    return given.with_columns(phase_given=pl.col("versions_begun") + pl.col("rebases_begun")).drop(
        "versions_begun", "rebases_begun"
    )


def _begun(
    table: pl.DataFrame, starts: Sequence[tuple[object, ...]], by: list[str], name: str
) -> pl.DataFrame:
    """How many of the starts of its series had come by the period of each row."""
    if not starts:
        return table.with_columns(pl.lit(0, pl.Int64).alias(name))
    schema = {**dict.fromkeys(by, pl.String), "start": pl.Date}
    counted = (
        pl.DataFrame(starts, schema=schema, orient="row")
        .cast({name: table.schema[name] for name in by})
        .sort("start")
        .with_columns(pl.col("start").cum_count().over(by).cast(pl.Int64).alias(name))
    )
    found = (
        table.select(*by, "period")
        .with_row_index("row")
        .sort("period")
        .join_asof(counted, left_on="period", right_on="start", by=by, check_sortedness=False)
        .sort("row")
    )
    return table.with_columns(found[name].fill_null(0))


def _read(rows: pl.DataFrame, chart: str, context: Context) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One call of the statistics for all series of one chart kind."""
    code = (
        rows.select(pl.struct(SERIES_KEY).rle_id()).to_series().to_numpy().astype(np.int64)
    )  # rows are sorted
    top, bottom = (rows[name].to_numpy() for name in ("numerator_shown", "denominator_shown"))
    counted = chart in {"p", "p_prime", "u", "u_prime"}
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(bottom > 0, top / bottom, np.nan)
    made = spc.chart(
        kind=chart,
        series=code,
        period=_places(rows),
        step=1,
        phase=rows["phase_given"].to_numpy(),
        value=None if counted else value,
        numerator=top if counted else None,
        denominator=bottom if counted else None,
        direction=np.array(list(spc.DIRECTIONS))[rows["direction"].to_physical().to_numpy()],
        target=rows["target"].to_numpy(),
        profile=PROFILE,
    )
    p = made.points
    # Points that overlap their neighbours are not independent: no rule is fair to them.
    overlapping = (rows["rolling"] > 1).to_numpy()
    p = replace(
        p, signal=np.where(overlapping, "common", p.signal), reason=np.where(overlapping, "", p.reason)
    )
    columns: dict[str, np.ndarray] = {
        "value": p.value,
        "phase": p.phase,
        "centre": p.centre,
        "lcl": p.lcl,
        "ucl": p.ucl,
        "lwl": p.lwl,
        "uwl": p.uwl,
        "r_outside": p.r_outside,
        "r_trend": p.r_trend,
        "r_two_three": p.r_two_three,
        "r_shift": p.r_shift,
    }
    kept = rows.select(
        *SERIES_KEY,
        "version",
        "period",
        "numerator",
        "known",
        "population",
        "numerator_shown",
        "denominator_shown",
        "state",
        "provisional",
        "as_of",
        "submission",
        "target",
    )
    readings = kept.with_columns(
        [
            pl.Series(name, values).fill_nan(None) if values.dtype.kind == "f" else pl.Series(name, values)
            for name, values in columns.items()
        ],
        signal=_texts(p.signal),
        reason=_texts(p.reason),
    )
    return readings, _lines(readings, made.series, code, chart, context, overlapping)


def _places(rows: pl.DataFrame) -> np.ndarray:
    """Where each period stands in the row of all of its kind, as `periods.index_of` counts them."""
    days = rows["period"]
    months = (days.dt.year().to_numpy().astype(np.int64) - 1970) * 12 + days.dt.month().to_numpy() - 1
    size = rows["period_kind"].replace_strict(SIZE, default=12, return_dtype=pl.Int64).to_numpy()
    weeks = (days - FIRST_WEEK).dt.total_days().to_numpy() // 7
    places: np.ndarray = np.where((rows["period_kind"] == "week").to_numpy(), weeks, months // size)
    return places


def _texts(column: np.ndarray) -> pl.Series:
    """A column of texts for Polars, one text a run of equal ones: to make each of them takes ten times as long."""
    begins = np.flatnonzero(np.append(True, column[1:] != column[:-1]))
    lengths = np.diff(begins, append=len(column))
    return pl.Series(column[begins]).gather(np.repeat(np.arange(len(begins)), lengths))


def _lines(
    readings: pl.DataFrame,
    series: spc.SeriesColumns,
    code: np.ndarray,
    chart: str,
    context: Context,
    overlapping: np.ndarray,
) -> pl.DataFrame:
    """One row a series: icons, last value, since when, and the spark."""
    keyed = readings.with_columns(code=pl.Series(code))
    valued = pl.col("value").is_not_null()
    # Beside one value with its interval stands the share that is missing from that value, not from those before it.
    spoken_of = pl.when(valued.sum() < profile_of(PROFILE).minimum_points).then(1).otherwise(12)
    known, everyone = (pl.col(name).filter(valued).tail(spoken_of).sum() for name in ("known", "population"))
    lines = keyed.group_by("code", maintain_order=True).agg(
        *[pl.col(name).first() for name in SERIES_KEY],
        pl.col("period").filter(valued).first().alias("first_period"),
        pl.col("period").filter(valued).last().alias("last_period"),
        pl.col("numerator_shown").filter(valued).last().alias("last_numerator"),
        pl.col("denominator_shown").filter(valued).last().alias("last_denominator"),
        pl.col("provisional").filter(valued).last().alias("last_provisional"),
        pl.col("state").last().alias("last_state"),
        pl.col("value").tail(SPARK_POINTS).alias("spark"),
        pl.col("signal").tail(SPARK_POINTS).alias("spark_signal"),
        missing_share=(1 - known / everyone).fill_nan(None),  # of nobody no share is missing
    )
    columns = series.columns()
    rolling = np.isin(lines["code"].to_numpy(), np.unique(code[overlapping]))
    columns["variation"] = np.where(rolling, "too_few", columns["variation"])
    names = [
        "n_points",
        "variation",
        "assurance",
        "limits_status",
        "centre",
        "lcl",
        "ucl",
        "last_value",
        "target",
        "signal_rule",
        "signal_length",
        "now_value",
        "before_value",
        "last_signal_age",
        "false_alarm_last",
    ]
    # The statistics answer sorted by series code, and so do the lines.
    extra = [
        pl.Series(name, columns[name]).fill_nan(None)
        if columns[name].dtype.kind == "f"
        else pl.Series(name, columns[name])
        for name in names
    ]
    starts = [
        None if index < 0 else at_index(str(kind), int(index))
        for kind, index in zip(lines["period_kind"], columns["signal_since"], strict=True)
    ]
    kinds = lines["subject"].cast(pl.String).replace_strict(context.kinds, default="", return_dtype=pl.String)
    return lines.with_columns(
        *extra, pl.Series("signal_since", starts, dtype=pl.Date), chart=pl.lit(chart), subject_kind=kinds
    ).drop("code")
