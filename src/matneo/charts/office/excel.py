"""A workbook: a sheet about the document, and a sheet for each chart with its figures and a native chart of them."""

import io
from datetime import datetime
from typing import Any

from matneo.charts import palette, sentences
from matneo.charts.document import LANGUAGE, Bullets, Document, Figure, Heading, Lines, Paragraph, Section
from matneo.charts.model import Table
from matneo.charts.office import shown, tables, zips
from matneo.charts.office.shown import Drawn

FIRST = 3  # the row of the headers, after title and sentence
SIGNALS = {"improvement": "Improving", "concern": "Needs a look", "neutral": "Changed"}
MARKERS = {
    "Improving": ("triangle", palette.IMPROVEMENT),
    "Needs a look": ("diamond", palette.CONCERN),
    "Changed": ("square", palette.NEUTRAL),
}
DASHES = {"limit": "dash", "target": "dash_dot", "england": "dash_dot"}
COLOURS = {"mean": palette.MEAN, "limit": palette.STEADY, "target": palette.INK, "england": palette.INK}


def write(document: Document) -> bytes:
    """The file's bytes; the same document, the same bytes. Words are written as words: no cell can become a formula."""
    import xlsxwriter

    out, made = io.BytesIO(), document.stamp.made
    safe = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, safe)
    book.set_properties(
        {
            "title": document.title,
            "author": document.stamp.by,
            "subject": document.stamp.figures,
            "comments": f"Language {LANGUAGE}",
            "created": datetime(made.year, made.month, made.day),  # noqa: DTZ001  (a day, no time)
        }
    )
    pen = _Pen(book)
    _about(book.add_worksheet("About"), document, pen)
    names: set[str] = {"about"}
    for figure in document.figures or tuple(Figure(line.name, line.chart) for line in document.lines):
        _figure(book, book.add_worksheet(_sheet_name(figure.name, names)), figure, pen)
    book.close()
    return zips.settled(out.getvalue(), made)


class _Pen:
    """The few formats of the book, and words that stay words."""

    def __init__(self, book: Any) -> None:
        face = {"font_name": "Arial", "font_size": 11}
        self.plain = book.add_format(face)
        # The mark that Excel itself sets before words that look like a formula: they stay words when somebody edits the cell.
        self.quoted = book.add_format(face | {"quote_prefix": True})
        self.bold = book.add_format(face | {"bold": True})
        self.head = book.add_format(
            face | {"bold": True, "bg_color": palette.BAND, "text_wrap": True, "valign": "top"}
        )
        self.title = book.add_format(face | {"bold": True, "font_size": 16})
        self.day = book.add_format(face | {"num_format": "mmm yyyy", "align": "left"})
        self.number = book.add_format(face | {"num_format": "0.0"})
        self.count = book.add_format(face | {"num_format": "#,##0"})

    def words(self, sheet: Any, row: int, column: int, words: str, form: Any = None) -> None:
        looks_live = words[:1] in ("=", "+", "-", "@", "\t", "\r")
        sheet.write_string(row, column, words, self.quoted if looks_live else form or self.plain)


def _about(sheet: Any, document: Document, pen: _Pen) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 8, 28)
    pen.words(sheet, 0, 0, document.title, pen.title)
    row = 1
    for words in (document.lead, *document.stamp.lines):
        pen.words(sheet, row, 0, words)
        row += 1
    sheet.write_url(row, 0, document.stamp.link, string="Make this document again")
    row += 2
    for section in document.sections:
        row = _section(sheet, row, section, pen) + 1


def _section(sheet: Any, row: int, section: Section, pen: _Pen) -> int:
    pen.words(sheet, row, 0, section.heading, pen.bold)
    row += 1
    for part in section.parts:
        if isinstance(part, Lines | Table) and (table := tables.of(part)):
            row = _table(sheet, row, table, pen)
        elif isinstance(part, Figure):
            pen.words(sheet, row, 0, f"{part.name}: {part.sentence}")
            row += 1
        elif isinstance(part, Paragraph | Heading | Bullets):
            for words in part.items if isinstance(part, Bullets) else (part.text,):
                pen.words(sheet, row, 0, words)
                row += 1
    return row


def _table(sheet: Any, row: int, table: Table, pen: _Pen) -> int:
    for cells, form in ((table.headers, pen.head), *((row_, None) for row_ in table.rows)):
        for column, words in enumerate(cells):
            pen.words(sheet, row, column, words, form)
        row += 1
    return row


def _figure(book: Any, sheet: Any, figure: Figure, pen: _Pen) -> None:
    chart = figure.chart
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 20, 13)
    sheet.freeze_panes(FIRST + 1, 1)
    pen.words(sheet, 0, 0, f"{chart.title}, {chart.subject}", pen.title)
    pen.words(sheet, 1, 0, figure.sentence)
    lines = [line for line in shown.drawn(chart) if line.kind != "mark"]
    headers = (
        "Period begins",
        "Counted",
        f"Of {chart.counts}",
        *(line.name for line in lines),
        *SIGNALS.values(),
        "In words",
    )
    for column, words in enumerate(headers):
        pen.words(sheet, FIRST, column, words, pen.head)
    for place, point in enumerate(chart.points):
        row = FIRST + 1 + place
        sheet.write_datetime(row, 0, datetime(point.start.year, point.start.month, point.start.day), pen.day)  # noqa: DTZ001
        for column, count in enumerate((point.numerator, point.denominator), 1):
            if count is not None:
                sheet.write_number(row, column, count, pen.count)
        pen.words(sheet, row, len(headers) - 1, sentences.point_words(chart, point))
    columns = [*lines, *(_signalled(figure, code, name) for code, name in SIGNALS.items())]
    for column, line in enumerate(columns, 3):
        for place, value in enumerate(line.values):
            if value is not None:
                sheet.write_number(FIRST + 1 + place, column, value, pen.number)
    _draw(book, sheet, figure, columns, len(headers))


def _signalled(figure: Figure, code: str, name: str) -> Drawn:
    chart = figure.chart
    values = tuple(shown.scaled(chart, p.value) if p.signal.startswith(code) else None for p in chart.points)
    return Drawn(name, "signal", values)


def _draw(book: Any, sheet: Any, figure: Figure, columns: list[Drawn], beside: int) -> None:
    made = book.add_chart({"type": "line"})
    last = FIRST + len(figure.chart.points)
    for column, line in enumerate(columns, 3):
        if all(value is None for value in line.values):
            continue
        made.add_series(
            {
                "name": [sheet.name, FIRST, column],
                "categories": [sheet.name, FIRST + 1, 0, last, 0],
                "values": [sheet.name, FIRST + 1, column, last, column],
                **_look(line),
            }
        )
    made.set_title({"name": figure.name, "name_font": {"name": "Arial", "size": 12}})
    made.set_x_axis(
        {"date_axis": True, "num_format": "mmm yyyy", "label_position": "low", "major_tick_mark": "outside"}
    )
    grid = {"visible": True, "line": {"color": palette.GRID}}
    made.set_y_axis(
        {
            "num_format": shown.number_format(figure.chart),
            "major_gridlines": grid,
            "line": {"none": True},
        }
    )
    made.set_legend({"position": "bottom"})
    made.show_blanks_as("gap")
    made.set_size({"width": 960, "height": 440})
    sheet.insert_chart(FIRST, beside + 1, made, {"description": figure.alt, "object_position": 2})


def _look(line: Drawn) -> dict[str, Any]:
    if line.kind == "signal":
        shape, colour = MARKERS[line.name]
        return {"line": {"none": True}, "marker": {"type": shape, "size": 8, "fill": {"color": colour}, "border": {"color": colour}}}  # fmt: skip
    if line.kind == "value":
        grey = {"color": palette.STEADY}
        return {"line": {"color": palette.JOIN, "width": 1.5}, "marker": {"type": "circle", "size": 5, "fill": grey, "border": grey}}  # fmt: skip
    look = {"color": COLOURS[line.kind], "width": 1.5}
    if line.kind in DASHES:
        look["dash_type"] = DASHES[line.kind]
    return {"line": look, "marker": {"type": "none"}}


def _sheet_name(words: str, taken: set[str]) -> str:
    """At most 31 letters, none that Excel refuses, and each once."""
    plain = (
        "".join(" " if letter in "[]:*?/\\'" else letter for letter in words).strip()[:31].strip() or "Chart"
    )
    name, number = plain, 2
    while name.lower() in taken:
        name, number = f"{plain[:27].strip()} {number}", number + 1
    taken.add(name.lower())
    return name
