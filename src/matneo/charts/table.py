"""The same figures as a table, and as CSV that no spreadsheet runs as a formula."""

import csv
import io

from matneo.charts import sentences
from matneo.charts.model import Point, SpcChart, Table
from matneo.stats.intervals import wilson
from matneo.utils.sheets import safe_cell


def of_chart(model: SpcChart) -> Table:
    """Newest first, every period, with the reason where there is no value."""
    first = {"week": "Week", "month": "Month", "quarter": "Quarter"}.get(model.period_kind, "Year")
    share = "Share" if model.unit == "percent" else "Rate"
    range_words = "95% interval" if model.few else "Limits"
    headers: tuple[str, ...] = (first, "Counted", f"Of {model.counts}", share, range_words, "Signal")
    if any(point.source for point in model.points):
        headers = (*headers, "Came with")
    rows = tuple(
        (*_row(model, place), model.points[place].source)[: len(headers)]
        for place in reversed(range(len(model.points)))
    )
    return Table(f"{model.title}, {model.subject}", headers, rows)


def as_csv(table: Table) -> str:
    """The table as text with a byte-order mark, so that spreadsheets read it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(cell) for cell in table.headers])
    writer.writerows([[safe_cell(cell) for cell in row] for row in table.rows])
    return "\ufeff" + out.getvalue()


def _row(model: SpcChart, place: int) -> tuple[str, ...]:
    point = model.points[place]
    label = f"{point.label} (provisional)" if point.provisional and point.value is not None else point.label
    if point.value is None:
        return (label, "", "", sentences.STATES[point.state] or "no value", "", "")
    about = "about " if model.rounded else ""
    counts = tuple(
        f"{about}{count:,.0f}" if count is not None else "" for count in (point.numerator, point.denominator)
    )
    signal = (
        ""
        if point.signal == "common"
        else f"{sentences.VARIATION[point.signal]}: {sentences.RULES[point.reason].lower()}"
    )
    return (
        label,
        *counts,
        sentences.figure(point.value, model.unit, model.scale),
        _range(model, point),
        signal,
    )


def _range(model: SpcChart, point: Point) -> str:
    """The limits at a point; where there are too few points for limits, its 95 % interval."""
    lower, upper = point.lcl, point.ucl
    if model.few:
        if point.numerator is None or not point.denominator:
            return ""
        ends = wilson(point.numerator, point.denominator)
        lower, upper = float(ends.lower), float(ends.upper)
    return "" if lower is None or upper is None else sentences.interval(lower, upper, model.unit, model.scale)
