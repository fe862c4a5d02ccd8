"""The same figures as a table, and as CSV that no spreadsheet runs as a formula."""

import csv
import io

from matneo.charts import sentences
from matneo.charts.model import SpcChart, Table


def of_chart(model: SpcChart) -> Table:
    """Newest first, every period, with the reason where there is no value."""
    first = {"month": "Month", "quarter": "Quarter"}.get(model.period_kind, "Year")
    share = "Share" if model.unit == "percent" else "Rate"
    headers: tuple[str, ...] = (first, "Counted", f"Of {model.counts}", share, "Limits", "Signal")
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
    writer.writerow([_safe(cell) for cell in table.headers])
    writer.writerows([[_safe(cell) for cell in row] for row in table.rows])
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
    limits = ""
    if point.lcl is not None and point.ucl is not None and not model.few:
        limits = f"{sentences.number(point.lcl * model.scale)} to {sentences.figure(point.ucl, model.unit, model.scale)}"
    signal = (
        ""
        if point.signal == "common"
        else f"{sentences.VARIATION[point.signal]}: {sentences.RULES[point.reason].lower()}"
    )
    return (label, *counts, sentences.figure(point.value, model.unit, model.scale), limits, signal)


def _safe(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell
