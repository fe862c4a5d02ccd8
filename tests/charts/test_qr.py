"""A QR code as a picture: every dark square once, an edge for the camera, a name, no styles."""

from xml.etree import ElementTree

from matneo.charts import qr

SQUARES = [[True, False, True], [False, False, False], [True, True, False]]
SVG = "{http://www.w3.org/2000/svg}"


def test_every_dark_square_stands_where_it_belongs():
    path = ElementTree.fromstring(qr.draw(SQUARES, "A code")).find(f"{SVG}path").get("d")

    assert path == "M4 4h1v1h-1zM6 4h1v1h-1zM4 6h1v1h-1zM5 6h1v1h-1z"


def test_it_has_the_quiet_edge_and_a_name():
    drawn = ElementTree.fromstring(qr.draw(SQUARES, "Where <it> leads"))

    assert drawn.get("viewBox") == "0 0 11 11"
    assert drawn.find(f"{SVG}title").text == "Where <it> leads"
    assert "style" not in qr.draw(SQUARES, "x")
