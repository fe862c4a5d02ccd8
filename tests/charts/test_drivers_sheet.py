"""The sheet for print: everything is on it, nothing lies on anything, and the letters are as large as the paper allows."""

import itertools
import xml.etree.ElementTree as ET

import pytest

from matneo.charts import drivers_sheet, palette
from matneo.charts.drivers_sheet import Sheet
from matneo.charts.living import Box, Tree
from matneo.charts.sheet_layout import arrangements
from matneo.charts.svg import width_of

SVG = "{http://www.w3.org/2000/svg}"
LONG = "A sentence that is longer than any line of a box, so that it needs several of them to be read in full"


def box(key, kind="secondary", **changes):
    made = {"label": key, "name": f"Name of {key}", "says": f"{key} & <all>", "count": "", "lines": (LONG,)}
    return Box(key, kind, **{**made, **changes})


def tree(branches=5, secondary=3, ideas=2, **more):
    made = []
    for b in range(branches):
        below = tuple(
            box(f"S{b}.{s}", below=tuple(box(f"C{b}.{s}.{i}", "idea") for i in range(ideas)))
            for s in range(secondary)
        )
        made.append(box(f"P{b}", "primary", below=below))
    return Tree((box("A1", "aim"), box("A2", "aim")), tuple(made), **more)


def drawn(shown, **more):
    sheet = Sheet(shown, **{"title": "What drives it", "lead": LONG, "stamp": ("As of today.", LONG), **more})
    return ET.fromstring(drivers_sheet.draw(sheet, key="s", description="All of it."))


def frames(root):
    return [
        {k: float(r.get(k)) for k in ("x", "y", "width", "height")}
        for r in root.iter(f"{SVG}rect")
        if r.get("rx")
    ]


def words(root):
    return " ".join(t.text or "" for t in root.iter(f"{SVG}text"))


SHAPES = [(1, 0, 0), (1, 1, 1), (2, 9, 0), (5, 3, 2), (5, 4, 9), (10, 5, 0), (30, 2, 1), (60, 0, 0)]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_box_is_on_the_paper_and_none_lies_on_another(shape):
    root = drawn(tree(*shape))
    _, _, width, height = map(float, root.get("viewBox").split())
    made = frames(root)

    assert len(made) == 2 + shape[0] * (1 + shape[1] * (1 + shape[2]))
    for one, other in itertools.combinations(made, 2):
        apart = (
            one["x"] + one["width"] < other["x"]
            or other["x"] + other["width"] < one["x"]
            or one["y"] + one["height"] < other["y"]
            or other["y"] + other["height"] < one["y"]
        )
        assert apart, (one, other)
    assert max(b["x"] + b["width"] for b in made) < width
    assert max(b["y"] + b["height"] for b in made) < height


@pytest.mark.parametrize("shape", SHAPES)
def test_the_sheet_is_a3_landscape(shape):
    root = drawn(tree(*shape))
    _, _, width, height = map(float, root.get("viewBox").split())

    assert (root.get("width"), root.get("height")) == ("420mm", "297mm")
    assert width / height == pytest.approx(420 / 297, rel=1e-3)


def test_of_all_arrangements_the_one_with_the_largest_letters_is_taken():
    shown = tree(5, 3, 2)
    _, _, width, _ = map(float, drawn(shown).get("viewBox").split())
    sheet = Sheet(shown, "What drives it", LONG, ("As of today.", LONG))

    assert len(arrangements(shown)) > 4
    assert width == pytest.approx(min(drivers_sheet._page(sheet, one)[0] for one in arrangements(shown)), abs=0.01)  # fmt: skip


def test_all_words_are_there_and_stay_inside_their_box():
    root = drawn(tree(2, 2, 1))
    said = words(root)

    assert said.count("read in full") == 2 + 2 * (1 + 2 * 2) + 2, "every box, the lead and the stamp"
    for group in root.iter(f"{SVG}g"):
        frame = group.find(f"{SVG}rect")
        if frame is None or not frame.get("rx"):
            continue
        right = float(frame.get("x")) + float(frame.get("width"))
        bottom = float(frame.get("y")) + float(frame.get("height"))
        for t in group.findall(f"{SVG}text"):
            bold = t.get("font-weight") == "bold"
            long = width_of(t.text, float(t.get("font-size")), bold)
            assert float(t.get("x")) + long <= right, t.text
            assert float(t.get("y")) < bottom, t.text


def test_a_word_without_end_is_cut():
    root = drawn(Tree((), (box("P1", "primary", name="x" * 400, lines=("y" * 400,)),)))

    assert "xxx…" in words(root)
    assert "yyy…" in words(root)


def test_hollow_is_dashed_and_what_is_different_is_marked():
    root = drawn(Tree((), (box("P1", "primary", solid=False, mark="reworded"), box("P2", "primary"))))
    dashed = [r.get("fill") for r in root.iter(f"{SVG}rect") if r.get("rx") and r.get("stroke-dasharray")]
    (mark,) = [t for t in root.iter(f"{SVG}text") if t.text == "reworded"]

    assert dashed == [palette.BAND]
    assert mark.get("fill") == palette.LINK


def test_title_notes_and_stamp_frame_the_diagram():
    root = drawn(tree(), notes=("Left out: P9.",))
    at = {t.text: float(t.get("y")) for t in root.iter(f"{SVG}text")}
    height = float(root.get("viewBox").split()[3])

    assert at["What drives it"] < 80
    assert at["Left out: P9."] < at["As of today."] < height
    assert root.find(f"{SVG}title").text == "What drives it"
    assert root.find(f"{SVG}desc").text == "All of it."


def test_it_is_a_picture_without_links_and_nothing_in_it_is_markup():
    root = drawn(Tree((), (box("P1", "primary", name="<script>alert(1)</script>"),)), title="<b>", lead="&")

    assert root.get("role") == "img"
    assert not list(root.iter(f"{SVG}a"))
    assert not list(root.iter(f"{SVG}script"))
    assert not any("style" in e.attrib or "class" in e.attrib for e in root.iter())


def test_a_branch_of_a_later_panel_is_reached_over_the_panels_before_it():
    shown = tree(6, 3, 0)
    root = drawn(shown)
    boxes = {b["x"] for b in frames(root)}
    rails = [p for p in root.iter(f"{SVG}path") if p.get("stroke") == palette.CURVE and "C" not in p.get("d")]

    assert len(boxes) > 3, "several panels"
    assert rails
    top = min(b["y"] for b in frames(root))
    assert all(min(float(y) for y in rail.get("d").replace("M", "L").split("L")[1:] for y in [y.split()[1]]) < top for rail in rails)  # fmt: skip


def test_no_line_leads_where_it_would_say_nothing():
    joined = drawn(Tree((box("A1", "aim"),), (box("P1", "primary"),)))
    alone = drawn(Tree((box("A1", "aim"),), (box("P1", "primary", joined=False),)))

    assert sum(p.get("stroke") == palette.CURVE for p in joined.iter(f"{SVG}path")) == 1
    assert not [p for p in alone.iter(f"{SVG}path") if p.get("stroke") == palette.CURVE]


def test_an_empty_diagram_is_a_sheet_too():
    assert "As of today." in words(drawn(Tree((), ())))
