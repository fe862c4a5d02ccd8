"""The living diagram, the forest and the shapes of standings: structure, positions, and nothing but presentation attributes."""

import itertools
import xml.etree.ElementTree as ET
from math import nan

import pytest

from matneo.charts import drivers_sheet, forest, living, palette, standings
from matneo.charts.forest import Pooled, Row
from matneo.charts.living import Box, Tree

SVG = "{http://www.w3.org/2000/svg}"
ROWS = [
    Row("Sep 2023", "adopted", estimate=12.0, lower=4.0, upper=20.0),
    Row("Your team", "adapted", True, 30.0, 22.0, 38.0),
    Row("Jan 2024", "abandoned"),
]


def box(key, kind="secondary", **changes):
    made = {"label": key, "name": f"Name of {key}", "says": f"{key} & <all>", "count": "3 tests", "href": f"?open={key}"}  # fmt: skip
    return Box(key, kind, **{**made, **changes})


def tree(state="open", ideas=2, **more):
    under = tuple(box(f"C{n}", "idea", note="First test: one") for n in range(ideas))
    first = box("P1", "primary", state=state, below=(box("S1", below=under, state=state), box("S2", also=("P2",))), link="2 ideas")  # fmt: skip
    second = box("P2", "primary", below=(), solid=False, missing="no measure", nobody=True, count="no tests")
    return Tree((box("A1", "aim"),), (first, second), **more)


def drawn(shown, **more):
    return ET.fromstring(living.draw(shown, key="d", title="Drivers", description="Beside.", **more))


def frames(root):
    return {
        (g.get("data-key") or g.find(f"{SVG}title").text.split(" ")[0]): g.find(f"{SVG}rect")
        for g in (*root.iter(f"{SVG}a"), *root.iter(f"{SVG}g"))
        if g.find(f"{SVG}rect") is not None and (g.get("data-key") or g.find(f"{SVG}title") is not None)
    }


def test_columns_are_where_the_design_has_them():
    at = {key: (float(r.get("x")), float(r.get("width"))) for key, r in frames(drawn(tree())).items()}

    assert at["A1"] == (1.5, 113)
    assert at["P1"] == (147.5, 191)
    assert at["S1"] == (371.5, 231)
    assert at["C0"] == (633.5, 243)


def test_ideas_are_there_only_where_the_branch_is_open_and_all_of_them_on_paper():
    assert "C0" in frames(drawn(tree()))
    assert "C0" not in frames(drawn(tree(state="plain")))
    sheet = drivers_sheet.Sheet(tree(state="plain"), "Drivers", "What they say.", ("As of today.",))
    paper = ET.fromstring(drivers_sheet.draw(sheet, key="s", description="Beside."))
    assert "C0" in {t.text for t in paper.iter(f"{SVG}text")}
    assert not list(paper.iter(f"{SVG}a"))
    assert paper.get("role") == "img"


def test_a_folded_diagram_shows_the_drivers_of_the_open_branch_alone():
    assert {"S1", "C0"} <= frames(drawn(tree(folded=True))).keys()
    assert set(frames(drawn(tree(state="plain", folded=True)))) == {"A1", "P1", "P2"}


def test_a_primary_driver_hangs_on_the_aim_that_it_serves_first_and_a_line_is_drawn_only_where_it_says_something():
    aims = (box("A1", "aim"), box("A2", "aim"))
    shown = Tree(
        aims,
        (box("P1", "primary", home="A2"), box("P2", "primary", home="P1", joined=False, above="Foundations")),
    )
    root = drawn(shown)
    homes = {a.get("data-key"): a.get("data-home") for a in root.iter(f"{SVG}a")}
    (line,) = [
        p for p in root.iter(f"{SVG}path") if p.get("fill") == "none" and p.get("stroke") == palette.CURVE
    ]
    frame = frames(root)["A2"]

    assert (homes["P1"], homes["P2"]) == ("A2", "A1")
    assert line.get("d").startswith(f"M116.0 {float(frame.get('y')) + float(frame.get('height')) / 2:.1f}")
    (over,) = [t for t in root.iter(f"{SVG}text") if t.text == "Foundations"]
    assert float(over.get("y")) < float(frames(root)["P2"].get("y"))


def test_a_node_is_a_link_that_says_everything_and_knows_where_it_hangs():
    nodes = {a.get("data-key"): a for a in drawn(tree()).iter(f"{SVG}a")}

    assert nodes["S1"].get("aria-label") == "S1 & <all>"
    assert nodes["S1"].get("href") == "?open=S1"
    assert (nodes["C1"].get("data-home"), nodes["S1"].get("data-home"), nodes["P1"].get("data-home")) == ("S1", "P1", "A1")  # fmt: skip
    assert list(nodes) == ["A1", "P1", "S1", "C0", "C1", "S2", "P2"], "the order of reading"


def test_what_is_missing_is_dashed_and_said_and_the_open_branch_is_blue():
    root = drawn(tree())
    shown = frames(root)
    words = {t.text: t for t in root.iter(f"{SVG}text")}

    assert shown["P2"].get("stroke-dasharray")
    assert shown["P2"].get("fill") == palette.BAND
    assert words["no measure"].get("font-style") == words["no tests"].get("font-style") == "italic"
    assert shown["P1"].get("stroke") == shown["S1"].get("stroke") == palette.LINK
    assert shown["S2"].get("stroke") == palette.BOX


def test_a_second_link_is_dotted_and_said_in_the_box():
    root = drawn(tree())
    dotted = [p for p in root.iter(f"{SVG}path") if p.get("stroke-dasharray")]

    assert len(dotted) == 1
    assert "also P2" in [t.text for t in root.iter(f"{SVG}text")]


def test_boxes_of_a_column_never_lie_on_one_another_however_many():
    root = drawn(tree(ideas=30))
    at = sorted((float(r.get("x")), float(r.get("y")), float(r.get("height"))) for r in frames(root).values())

    for (x1, y1, tall), (x2, y2, _) in itertools.pairwise(at):
        assert x1 != x2 or y1 + tall < y2
    assert float(root.get("height")) > max(y + tall for _, y, tall in at)


@pytest.mark.parametrize("words", ["", "short", "wordy " * 60, "Donaudampfschifffahrtsgesellschaft" * 4])
def test_words_fit_or_end_with_an_ellipsis(words):
    lines = living.fitted(words, 200, 14.5, 2)

    assert len(lines) <= 2
    assert all(living.width_of(line, 14.5, True) <= 200 for line in lines)
    assert ("…" in "".join(lines)) == (len(words) > 10)


def test_an_empty_diagram_is_a_picture_too():
    assert drawn(Tree((), ())) is not None


def test_each_standing_has_a_shape_of_its_own_and_one_colour():
    shapes = {s: standings.glyph(s, 8, 8) for s in ("adopted", "adapted", "abandoned", "waiting")}

    assert len(set(shapes.values())) == 4
    assert all(palette.PUBLISHED in shape for shape in shapes.values())
    assert standings.row(["adopted"] * 30).count("<circle") == 30
    assert 'aria-hidden="true"' in standings.row([])


def forest_of(rows=ROWS, pooled=None):
    return ET.fromstring(
        forest.draw(rows, pooled, key="f", title="Forest", description="d", words=("fewer", "more"))
    )


def test_rows_keep_their_order_and_ones_own_is_bold_and_blue():
    root = forest_of()
    labels = [t for t in root.iter(f"{SVG}text") if t.text in {r.label for r in ROWS}]
    squares = list(root.iter(f"{SVG}rect"))

    assert [t.text for t in labels] == ["Sep 2023", "Your team", "Jan 2024"]
    assert [t.get("font-weight") for t in labels] == [None, "bold", None]
    assert [r.get("fill") for r in squares] == [palette.BOX, palette.LINK]
    assert "too few months yet" in [t.text for t in root.iter(f"{SVG}text")]
    assert float(squares[0].get("x")) < float(squares[1].get("x"))


def test_all_together_is_a_diamond_with_a_thin_line_where_one_may_predict():
    plain, with_line = (forest_of(pooled=Pooled(20, 10, 30, *ends)) for ends in ((nan, nan), (-10.0, 50.0)))

    for root in (plain, with_line):
        assert "All together" in [t.text for t in root.iter(f"{SVG}text")]
    thin = [
        sum(e.get("stroke") == palette.LINK for e in root.iter(f"{SVG}line")) for root in (plain, with_line)
    ]
    assert thin[1] == thin[0] + 1


@pytest.mark.parametrize("reach", [0.1, 3, 80, 99])
def test_everything_stays_on_the_paper(reach):
    root = forest_of([Row("Sep 2023", "adopted", estimate=0.0, lower=-reach, upper=reach)])
    ends = [float(e.get(k)) for e in root.iter(f"{SVG}line") for k in ("x1", "x2")]

    assert all(0 <= end <= forest.WIDTH for end in ends)
    assert not any("style" in e.attrib or "class" in e.attrib for e in root.iter())
