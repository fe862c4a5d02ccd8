"""The driver diagram as a picture: boxes by column, curves by strength, nothing but presentation attributes."""

import xml.etree.ElementTree as ET

from matneo.charts import drivers, palette
from matneo.charts.drivers import Arrow, Node

SVG = "{http://www.w3.org/2000/svg}"
COLUMNS = (("Aim", 0.0, 200.0), ("Primary", 300.0, 200.0), ("Secondary", 600.0, 200.0))
NODES = [
    Node("A1", 0, "An aim"),
    Node("P1", 1, "First"),
    Node("P2", 1, "Second", solid=False),
    Node("S1.1", 2, "One & <two>", "2 ideas"),
    Node("S1.2", 2, "A name that is far too long to stand on one line of its box"),
    Node("S2.1", 2, "Three"),
]
ARROWS = [
    Arrow("P1", "A1", 3),
    Arrow("P2", "A1", 1),
    Arrow("S1.1", "P1", 2),
    Arrow("S1.2", "P1", 2),
    Arrow("S2.1", "P2", 2),
    Arrow("S2.1", "P1", 1, home=False, dotted=True),
]


def drawn():
    return ET.fromstring(
        drivers.draw(COLUMNS, NODES, ARROWS, key="d", title="Drivers", description="In words beside.")
    )


def box_of(root, key):
    group = next(g for g in root.iter(f"{SVG}g") if key in [t.text for t in g.iter(f"{SVG}text")])
    frame = group.find(f"{SVG}rect")
    return {k: float(frame.get(k)) for k in ("x", "y", "width", "height")}, frame


def test_there_is_a_box_for_each_node_and_a_curve_for_each_arrow():
    root = drawn()

    assert len(list(root.iter(f"{SVG}rect"))) == len(NODES)
    assert len(list(root.iter(f"{SVG}path"))) == len(ARROWS)
    assert root.find(f"{SVG}title").text == "Drivers"


def test_a_stronger_link_is_thicker_and_a_second_one_dotted():
    curves = {p.find(f"{SVG}title").text: p for p in drawn().iter(f"{SVG}path")}
    width = {words: float(p.get("stroke-width")) for words, p in curves.items()}

    assert (
        width["P1 to A1, strength 3 of 3"]
        > width["S1.1 to P1, strength 2 of 3"]
        > width["P2 to A1, strength 1 of 3"]
    )
    assert [words for words, p in curves.items() if p.get("stroke-dasharray")] == [
        "S2.1 to P1, strength 1 of 3"
    ]


def test_a_box_stands_at_the_middle_of_what_leads_to_it():
    root = drawn()
    middle = {
        key: box_of(root, key)[0]["y"] + box_of(root, key)[0]["height"] / 2 for key in ("P1", "S1.1", "S1.2")
    }

    assert abs(middle["P1"] - (middle["S1.1"] + middle["S1.2"]) / 2) < 0.02


def test_what_has_no_chart_is_dashed_and_grey():
    root = drawn()

    assert box_of(root, "P2")[1].get("stroke-dasharray")
    assert box_of(root, "P2")[1].get("fill") == palette.BAND
    assert not box_of(root, "P1")[1].get("stroke-dasharray")


def test_words_are_wrapped_and_escaped():
    root = drawn()

    assert "One & <two>" in [t.text for t in root.iter(f"{SVG}text")]
    assert box_of(root, "S1.2")[0]["height"] > box_of(root, "S1.1")[0]["height"]
    assert all(
        drivers.width_of(line, drivers.NAME, bold=True) <= 150 for line in drivers.wrap(NODES[4].words, 150)
    )


def test_there_are_presentation_attributes_only():
    assert not any("style" in e.attrib or "class" in e.attrib for e in drawn().iter())
