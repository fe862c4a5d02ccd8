"""A series becomes a chart."""

from datetime import date

from matneo.charts import spc
from matneo.charts.model import Chart, Mark, Point, SpcChart
from matneo.measures.periods import label, short_label
from matneo.monitoring.series import Series


def model_of(series: Series, key: str = "chart") -> SpcChart:
    """The chart model of a series: words from its definition, figures from its readings."""
    definition, columns, line = series.definition, series.columns, series.line
    names = (
        "period",
        "value",
        "numerator_shown",
        "denominator_shown",
        "state",
        "provisional",
        "signal",
        "reason",
        "phase",
        "centre",
        "lcl",
        "ucl",
        "submission",
    )
    points = tuple(
        Point(
            start,
            short_label(series.period_kind, start),
            value,
            top,
            bottom,
            state,
            bool(provisional),
            signal,
            reason,
            phase,
            centre,
            lcl,
            ucl,
            series.sources.get(came or "", ""),
        )
        for start, value, top, bottom, state, provisional, signal, reason, phase, centre, lcl, ucl, came in zip(
            *(columns[name] for name in names), strict=True
        )
    )
    target = definition.target_on(points[-1].start) if points else None
    since = line["signal_since"]
    return SpcChart(
        key=key,
        title=definition.name,
        subject=series.subject.short_name,
        good_sentence=definition.good_sentence,
        counts=definition.counts,
        unit=definition.unit,
        scale=definition.scale,
        direction=definition.direction,
        period_kind=series.period_kind,
        points=points,
        target=target.value / definition.scale if target else None,
        target_words=target.source if target else "",
        marks=tuple(Mark(n.date, n.text, n.kind, n.until) for n in series.notes),
        variation=line["variation"],
        assurance=line["assurance"],
        limits_status=line["limits_status"],
        signal_since=since_words(series.period_kind, since) if since else "",
        signal_rule=line["signal_rule"] or "",
        signal_length=line["signal_length"],
        now=line["now_value"],
        before=line["before_value"],
        rounded=series.rounded,
        england=tuple(sorted(series.england.items())),
        chart=line["chart"],
    )


def chart_of(series: Series, size: str = "full", key: str = "chart") -> Chart:
    """Picture, table and sentence."""
    return spc.draw(model_of(series, key), size)


def since_words(kind: str, start: date) -> str:
    """A run is said to begin with the first month of its first period; by weeks, with the week."""
    if kind == "week":
        return f"the {label(kind, start)}"
    return label("month", start) if kind in ("month", "quarter") else label(kind, start)
