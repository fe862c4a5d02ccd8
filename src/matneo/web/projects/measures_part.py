"""The other measures on a project's page: outcome, process, balancing and experience, each with sentence and small chart."""

from collections.abc import Iterable
from dataclasses import dataclass

from matneo.charts import icons, small
from matneo.charts.small import SmallChart
from matneo.measures import collected
from matneo.measures.periods import short_label
from matneo.monitoring import wording
from matneo.monitoring.walls import WallEntry
from matneo.monitoring.ways import FEWEST
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer
from matneo.web.lines import DIRECTIONS, chart_path, in_way
from matneo.web.projects.followed import Followed

POINTS = 31
GROUPS = (
    ("Outcome", ("outcome",)),
    ("Process", ("process",)),
    ("Balancing and experience", ("balancing", "experience")),
)


@dataclass(frozen=True)
class Card:
    name: str
    href: str
    icon: str
    sentence: str
    svg: str
    way: str
    direction: str


@dataclass(frozen=True)
class Group:
    title: str
    cards: tuple[Card, ...]


def groups(
    followed: Iterable[Followed], places: dict[str, Organisation], viewer: Viewer
) -> tuple[Group, ...]:
    """Groups without a measure are left out. `places` are the organisations that the figures speak of, by code."""
    listed = [one for one in followed if not one.row.main]
    found = (
        Group(title, tuple(_card(one, places, viewer) for one in listed if one.row.family in families))
        for title, families in GROUPS
    )
    return tuple(group for group in found if group.cards)


def _card(one: Followed, places: dict[str, Organisation], viewer: Viewer) -> Card:
    key, place = f"m{one.row.pk}", places.get(one.row.subject)
    if one.definition is None or one.line is None or place is None or not one.points:
        return Card(
            one.name,
            "",
            icons.variation("too_few", 40, key=f"{key}-v"),
            _why_none(one, viewer),
            "",
            "",
            "",
        )
    d, line = one.definition, one.line
    said = wording.sentence(WallEntry(d, place.code, place.short_name, place.kind, line))
    variation = "too_few" if line["n_points"] < FEWEST else line["variation"]
    return Card(
        name=one.name,
        href=in_way(
            chart_path(place.kind, place.code, d.id), one.row.way if line["period_kind"] == "week" else ""
        ),
        icon=icons.variation(variation, 40, key=f"{key}-v"),
        sentence=said,
        svg=small.draw(_model(one, said), key=f"{key}-c"),
        way=d.direction,
        direction=DIRECTIONS[d.direction],
    )


def _why_none(one: Followed, viewer: Viewer) -> str:
    """To those outside "no figure" would be untrue of what a team types: they are not shown it."""
    if viewer.sees_inside(one.row.subject):
        return "No figure yet; that is not a zero."
    if one.definition is not None and one.definition.table != collected.TABLE:
        return "Nothing of it is signed off yet; that is not a zero."
    return "The team counts it, and its figures stay inside the trust."


def _model(one: Followed, sentence: str) -> SmallChart:
    assert one.columns is not None
    assert one.line is not None
    assert one.definition is not None
    shown = {name: values[-POINTS:] for name, values in one.columns.items()}
    enough = one.line["n_points"] >= FEWEST
    nothing = (None,) * len(shown["value"])
    kind = one.line["period_kind"]
    return SmallChart(
        title=one.definition.name,
        sentence=sentence,
        values=tuple(shown["value"]),
        # Of too few points none is marked: there is no line that it could have crossed.
        signals=tuple(shown["signal"]) if enough else ("common",) * len(shown["value"]),
        centres=tuple(shown["centre"]) if enough else nothing,
        lower=tuple(shown["lcl"]) if enough else nothing,
        upper=tuple(shown["ucl"]) if enough else nothing,
        goal=one.goal,
        first=short_label(kind, shown["period"][0]),
        last=short_label(kind, shown["period"][-1]),
        unit=one.definition.unit,
        scale=one.definition.scale,
        direction=one.definition.direction,
        provisional=bool(one.line["last_provisional"]),
    )
