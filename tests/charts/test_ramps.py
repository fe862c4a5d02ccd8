"""The strip of tests: bars, glyphs and lines stand where the months of the chart above stand."""

import xml.etree.ElementTree as ET
from datetime import date
from itertools import pairwise

import pytest

from matneo.charts import palette, ramps
from matneo.charts.axis import Axis
from matneo.charts.ramps import Cycle, Ramp

SVG = "{http://www.w3.org/2000/svg}"
# Ten months of 20 units each, from January: the first day of March stands at 52 + 2 × 20.
AXIS = Axis(52, 252, tuple(date(2024, month, 1) for month in range(1, 11)), "month")
RAMPS = (
    Ramp(
        "A breath test for all & <sundry>",
        (
            Cycle(date(2024, 3, 1), 1, "adapted", "Will it?"),
            Cycle(date(2024, 4, 1), 2, "adapted"),
            Cycle(date(2024, 5, 1), 4, "adopted"),
        ),
        "adopted",
        date(2024, 6, 1),
    ),
    Ramp(
        "Vouchers",
        (Cycle(date(2024, 6, 1), 1, "abandoned"), Cycle(date(2024, 9, 16), 3, "waiting")),
        "result due",
    ),
)


def drawn(given=RAMPS, axis=AXIS):
    return ET.fromstring(ramps.draw(given, axis, width=380, key="r").svg)


def bars(root):
    return [r for r in root.iter(f"{SVG}rect") if r.get("fill") == palette.REACH]


def test_a_day_stands_inside_its_month():
    assert AXIS.x(date(2024, 3, 1)) == 92
    assert AXIS.x(date(2024, 9, 16)) == 52 + 8 * 20 + 10
    assert AXIS.x(date(2020, 1, 1)) == 52
    assert AXIS.x(date(2030, 1, 1)) == 252


def test_a_mark_stands_before_the_first_whole_month():
    assert AXIS.edge(date(2024, 6, 1)) == AXIS.edge(date(2024, 5, 2)) == 152


def test_each_test_has_a_bar_as_tall_as_its_reach_under_its_month():
    found = bars(drawn())

    assert [float(bar.get("height")) for bar in found] == [8, 16, 32, 8, 24]
    assert [float(bar.get("x")) + 7 for bar in found] == [92, 112, 132, 152, 222]
    assert {bar.get("width") for bar in found} == {"14"}


def test_tests_of_one_week_stand_side_by_side_and_stay_on_the_axis():
    late = tuple(Cycle(date(2024, 10, 28 + day), 1, "adapted") for day in range(3))
    places = [float(bar.get("x")) + 7 for bar in bars(drawn((Ramp("Late", late, ""),)))]

    assert [later - before for before, later in pairwise(places)] == [17, 17]
    assert places[-1] <= 252 - 7


def test_for_everyone_is_a_dotted_line_down_the_whole_strip():
    lines = [e for e in drawn().iter(f"{SVG}path") if e.get("stroke-dasharray") == "1.5 3"]
    lines += [e for e in drawn().iter(f"{SVG}line") if e.get("stroke-dasharray") == "1.5 3"]

    assert len(lines) == 1


def test_every_outcome_has_a_shape_of_its_own_in_one_colour():
    shapes = {outcome: ramps.glyph(outcome, 10, 10) for outcome in ramps.OUTCOMES}

    assert len(set(shapes.values())) == 4
    assert all(palette.PUBLISHED in shape for shape in shapes.values())
    assert "stroke-dasharray" in shapes["waiting"]


def test_what_is_drawn_is_also_said_and_listed():
    chart = ramps.draw(RAMPS, AXIS, width=380, key="r")

    assert (
        chart.sentence
        == "5 tests of 2 ideas: 1 adopted, 2 adapted and tested again, 1 abandoned, 1 waiting for a result."
    )
    assert len(chart.table.rows) == 5
    assert chart.table.rows[0] == (
        "A breath test for all & <sundry>", "1 March 2024", "a few", "adapted and tested again", "Will it?",
    )  # fmt: skip
    titles = [t.text for t in ET.fromstring(chart.svg).iter(f"{SVG}title")]
    assert "Vouchers, 1 June 2024: a few, abandoned" in titles


def test_nothing_tested_is_a_sentence():
    assert ramps.sentence(()) == "Nothing was tested yet."


@pytest.mark.parametrize("outcome", ramps.OUTCOMES)
def test_a_legend_names_every_mark(outcome):
    assert ramps.OUTCOMES[outcome] in ramps.legend("k")
