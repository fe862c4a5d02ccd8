"""The small chart: round ends, every value, the aim with its words."""

import xml.etree.ElementTree as ET
from dataclasses import replace

from matneo.charts import small
from matneo.charts.small import SmallChart

SVG = "{http://www.w3.org/2000/svg}"
MODEL = SmallChart(
    title="Seen within a day", sentence="Steady.", values=(0.40, None, 0.50, 0.45), signals=("common",) * 4,
    centres=(0.45,) * 4, lower=(0.30,) * 4, upper=(0.60,) * 4, goal=0.95, first="Jan 2024", last="Apr 2024",
    unit="percent", scale=100.0, direction="increase",
)  # fmt: skip


def words(model):
    return [t.text for t in ET.fromstring(small.draw(model, key="s")).iter(f"{SVG}text")]


def test_the_axis_has_round_ends_that_hold_everything():
    assert words(MODEL)[:3] == ["0%", "50%", "100%"]


def test_the_aim_and_both_ends_of_time_are_named():
    assert {"aim 95%", "Jan 2024", "Apr 2024"} <= set(words(MODEL))
    assert not any("aim" in said for said in words(replace(MODEL, goal=None)))


def test_a_gap_breaks_the_line_and_draws_no_point():
    root = ET.fromstring(small.draw(MODEL, key="s"))

    assert len(list(root.iter(f"{SVG}circle"))) == 3
    joined = [p for p in root.iter(f"{SVG}path") if p.get("stroke") == "#aeb7bd"]
    assert len(joined) == 1


def test_nothing_but_gaps_is_drawn_all_the_same():
    empty = replace(
        MODEL, values=(None,) * 4, centres=(None,) * 4, lower=(None,) * 4, upper=(None,) * 4, goal=None
    )

    assert ET.fromstring(small.draw(empty, key="s")).find(f"{SVG}title").text == "Seen within a day"


def test_one_value_alone_has_an_axis():
    assert (
        len(
            words(
                replace(
                    MODEL,
                    values=(0.0,),
                    signals=("common",),
                    centres=(None,),
                    lower=(None,),
                    upper=(None,),
                    goal=None,
                )
            )
        )
        == 5
    )
