"""The tree on one sheet for print: every branch open, and in each box the words that the outline has."""

from collections.abc import Mapping

from django.http import HttpResponse

from matneo.charts import drivers_sheet, living
from matneo.charts.document import Stamp
from matneo.charts.drivers_sheet import Sheet
from matneo.charts.living import Box
from matneo.charts.svg import on_white
from matneo.web.drivers.picture import standings_of
from matneo.web.drivers.tree import Spot, Tree


def sheet(
    tree: Tree,
    serves: Mapping[str, str],
    *,
    title: str,
    lead: str,
    place: str,
    stamp: Stamp,
    notes: tuple[str, ...] = (),
) -> str:
    """The picture. `serves` says of a driver what it serves besides; `notes` what of the diagram is not drawn."""
    drawn = living.Tree(
        tuple(_box(spot, serves) for spot in tree.aims),
        tuple(_box(spot, serves) for spot in tree.branches),
        tree.headings,
    )
    first = f"As of {stamp.made:%-d %B %Y}: {place}."
    paper = Sheet(drawn, title, lead, (first, *stamp.lines, stamp.link), notes)
    said = " ".join((*(spot.says for spot in tree.spots()), *notes, first))
    return drivers_sheet.draw(paper, key="sheet", description=said)


def answer(picture: str) -> HttpResponse:
    return HttpResponse(on_white(picture), content_type="image/svg+xml")


def _box(spot: Spot, serves: Mapping[str, str]) -> Box:
    return Box(
        key=spot.key,
        kind=spot.kind,
        label=spot.label,
        name=spot.name,
        says=spot.says,
        count="",
        spark=spot.reading.spark if spot.reading else "",
        icon=spot.reading.icon if spot.reading else "",
        solid=spot.solid,
        home=spot.home,
        joined=spot.elsewhere is None,
        mark=spot.differs,
        standings=standings_of(spot),
        lines=_lines(spot, serves.get(spot.key, "")),
        below=tuple(_box(below, serves) for below in spot.below),
    )


def _lines(spot: Spot, serves: str) -> tuple[str, ...]:
    """Under the name, in the order of the outline."""
    if spot.kind == "idea":
        said = (f"First test: {spot.text}" if spot.text else "", spot.tried)
    else:
        national = f"In the national diagram: {spot.national}" if spot.national else ""
        tried = spot.tried if spot.tested or spot.kind != "aim" else ""
        said = (national, serves, spot.measured, tried)
    return tuple(f"{words.rstrip('.')}." for words in said if words)
