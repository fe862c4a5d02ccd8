"""A control chart as a chart of the office program itself: every point, line and colour can be edited there."""

from typing import Any

from matneo.charts import palette
from matneo.charts.document import LANGUAGE
from matneo.charts.model import SpcChart
from matneo.charts.office import shown
from matneo.charts.office.shown import Drawn

LOOK = {  # colour, width in points, dash
    "mean": (palette.MEAN, 1.75, None),
    "limit": (palette.STEADY, 1.25, "DASH"),
    "target": (palette.INK, 1.5, "DASH_DOT"),
    "england": (palette.INK, 1.5, "DASH_DOT"),
    "value": (palette.JOIN, 1.5, None),
}
SHORT = 30  # periods up to which the axis names quarters, not years


def rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour[1:].upper())


def data(chart: SpcChart) -> Any:
    """The numbers behind it, as they stand in its sheet."""
    from pptx.chart.data import CategoryChartData

    made = CategoryChartData(number_format="General")
    made.categories = list(shown.starts(chart))
    made.categories.number_format = "mmm yyyy"
    for line in shown.drawn(chart):
        made.add_series(line.name, line.values, number_format="0.0")
    return made


def dress(native: Any, chart: SpcChart, font: float) -> None:
    """Colours, dashes and marks of a chart that the library made from `data`."""
    from pptx.enum.chart import XL_LEGEND_POSITION
    from pptx.util import Pt

    native.has_title = False
    native.font.size, native.font.name = Pt(font), "Arial"
    native.font.color.rgb = rgb(palette.SECONDARY)
    native.has_legend = True
    native.legend.position, native.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _axes(native, chart)
    for line, series in zip(shown.drawn(chart), native.plots[0].series, strict=True):
        _line(line, series)
        if line.kind == "value":
            _points(series, chart, font)
        if line.kind == "mark":
            _numbers(series, chart, font)
    if chart.few:
        _whiskers(native, chart)
    for properties in native._chartSpace.iter(
        "{http://schemas.openxmlformats.org/drawingml/2006/main}defRPr"
    ):
        properties.set("lang", LANGUAGE)


def _axes(native: Any, chart: SpcChart) -> None:
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK
    from pptx.oxml import parse_xml

    across, up = native.category_axis, native.value_axis
    up.major_gridlines.format.line.color.rgb = rgb(palette.GRID)
    up.format.line.fill.background()
    up.tick_labels.number_format, up.tick_labels.number_format_is_linked = shown.number_format(chart), False
    values = [v for line in shown.drawn(chart) for v in line.values if v is not None]
    if values and min(values) < max(values) * 0.25:
        up.minimum_scale = 0.0
    if chart.unit == "percent" and values and max(values) <= 100:
        up.maximum_scale = 100.0 if max(values) > 85 else None
    across.format.line.color.rgb = rgb(palette.STEADY)
    across.major_tick_mark, across.tick_label_position = XL_TICK_MARK.OUTSIDE, XL_TICK_LABEL_POSITION.LOW
    is_short = len(chart.points) <= SHORT
    by_week = chart.period_kind == "week"
    across.tick_labels.number_format = "mmm yy" if is_short or by_week else "yyyy"
    across.tick_labels.number_format_is_linked = False
    months = {
        "week": 1 if is_short else 3,
        "month": 3 if is_short else 12,
        "quarter": 6 if is_short else 12,
    }.get(chart.period_kind, 12)
    name = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    axis = across._element
    for tag in ("baseTimeUnit", "majorUnit", "majorTimeUnit"):
        for old in axis.findall(f"{{{name}}}{tag}"):
            axis.remove(old)
    for tag, value in (
        ("baseTimeUnit", "days" if by_week else "months"),
        ("majorUnit", months),
        ("majorTimeUnit", "months"),
    ):
        axis.append(parse_xml(f'<c:{tag} xmlns:c="{name}" val="{value}"/>'))


def _line(line: Drawn, series: Any) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    series.smooth = False
    if line.kind == "mark" or (line.kind == "value" and len(line.values) == 1):
        series.format.line.fill.background()
    else:
        colour, width, dash = LOOK[line.kind]
        series.format.line.color.rgb, series.format.line.width = rgb(colour), Pt(width)
        if dash:
            series.format.line.dash_style = getattr(MSO_LINE, dash)
    if line.kind not in ("mark", "value"):
        series.marker.style = XL_MARKER_STYLE.NONE


def _points(series: Any, chart: SpcChart, font: float) -> None:
    """Shape and colour of each point; what is provisional is hollow."""
    size = max(5, round(font * (0.55 if len(chart.points) > 60 else 0.7)))
    _marker(series.marker, "common", size, hollow=False)
    for place, point in enumerate(chart.points):
        if point.value is not None and (point.signal != "common" or point.provisional):
            _marker(series.points[place].marker, point.signal, size + 1, hollow=point.provisional)


def _marker(marker: Any, signal: str, size: int, *, hollow: bool) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE

    marker.style, marker.size = getattr(XL_MARKER_STYLE, shown.MARKERS[signal].upper()), size
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = rgb(palette.WHITE if hollow else palette.SIGNALS[signal])
    marker.format.line.color.rgb = rgb(palette.SIGNALS[signal])


def _numbers(series: Any, chart: SpcChart, font: float) -> None:
    """Squares with the numbers of the tests; two of one period share a square."""
    from pptx.enum.chart import XL_LABEL_POSITION, XL_MARKER_STYLE
    from pptx.util import Pt

    series.marker.style, series.marker.size = XL_MARKER_STYLE.SQUARE, 6
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = rgb(palette.INK)
    series.marker.format.line.color.rgb = rgb(palette.INK)
    named: dict[int, list[str]] = {}
    for number, place in shown.tests(chart):
        named.setdefault(place, []).append(str(number))
    for place, numbers in named.items():
        label = series.points[place].data_label
        label.position = XL_LABEL_POSITION.ABOVE
        run = label.text_frame.paragraphs[0].add_run()
        run.text = ",".join(numbers)
        run.font.size, run.font.bold, run.font.color.rgb = Pt(font), True, rgb(palette.INK)


def _whiskers(native: Any, chart: SpcChart) -> None:
    """The 95 % interval of each value, as error bars with numbers of their own."""
    from pptx.oxml import parse_xml

    name = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    main = "http://schemas.openxmlformats.org/drawingml/2006/main"
    reach = shown.intervals(chart)
    sides = []
    for tag, side in (("plus", 1), ("minus", 0)):
        cells = "".join(
            f'<c:pt idx="{place}"><c:v>{found[side]}</c:v></c:pt>'
            for place, found in enumerate(reach)
            if found
        )
        sides.append(f'<c:{tag}><c:numLit><c:ptCount val="{len(reach)}"/>{cells}</c:numLit></c:{tag}>')
    bars = parse_xml(
        f'<c:errBars xmlns:c="{name}" xmlns:a="{main}"><c:errDir val="y"/><c:errBarType val="both"/>'
        f'<c:errValType val="cust"/><c:noEndCap val="0"/>{"".join(sides)}<c:spPr><a:ln w="19050"><a:solidFill>'
        f'<a:srgbClr val="{palette.MEAN[1:].upper()}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
    series = native.plots[0].series[0]._element
    series.find(f"{{{name}}}cat").addprevious(bars)
