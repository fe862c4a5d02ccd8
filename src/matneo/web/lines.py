"""A wall entry as a card or a row prints it."""

from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from matneo.charts import icons, spark
from matneo.measures.definitions import AREAS
from matneo.monitoring import wording
from matneo.monitoring.walls import WallEntry

PLACES = {
    "trust": "trusts",
    "psc": "collaboratives",
    "region": "regions",
    "site": "sites",
    "odn": "networks",
    "lmns": "systems",
    "icb": "boards",
}


@dataclass(frozen=True)
class Line:
    """What a card says; every drawing has its words beside it."""

    title: str
    name: str
    href: str
    value: str
    period: str
    sentence: str
    variation: str
    variation_words: str
    assurance_words: str
    spark: str
    variation_icon: str
    assurance_icon: str
    state: str
    area: str
    direction: str


DIRECTIONS = {
    "increase": "higher is better",
    "decrease": "lower is better",
    "neutral": "neither way is better",
}


def line_of(entry: WallEntry, place: int = 0) -> Line:
    d, row = entry.definition, entry.line
    late = row["last_state"] == "not_yet_sent"
    picture = spark.draw(
        row["spark"],
        row["spark_signal"],
        centre=row["centre"],
        lcl=row["lcl"],
        ucl=row["ucl"],
        direction=d.direction,
        late=late,
    )
    few = row["n_points"] < 13
    return Line(
        title=d.short_name,
        name=entry.name,
        href=chart_path(entry.kind, entry.code, d.id),
        value=wording.value(entry),
        period=wording.period(entry),
        sentence=wording.sentence(entry),
        variation=row["variation"],
        variation_words=wording.variation(entry),
        assurance_words=wording.assurance(entry),
        spark="" if few else picture,
        variation_icon="" if few else icons.variation(row["variation"], 32, key=f"v{place}"),
        assurance_icon=""
        if few
        else icons.assurance(row["assurance"], 32, direction=d.direction, key=f"a{place}"),
        state="not yet sent" if late else "",
        area=d.area,
        direction=DIRECTIONS[d.direction],
    )


def chart_path(kind: str, code: str, measure: str) -> str:
    if kind == "england":
        return reverse("england_chart", args=[measure])
    return reverse("chart", args=[PLACES[kind], code, measure])


def place_path(kind: str, code: str) -> str:
    return reverse("england") if kind == "england" else reverse("place", args=[PLACES[kind], code])


@dataclass(frozen=True)
class Group:
    title: str
    key: str
    lines: tuple[Line, ...]


def by_area(entries: list[WallEntry]) -> tuple[Group, ...]:
    lines = [line_of(entry, place) for place, entry in enumerate(entries)]
    return tuple(
        Group(AREAS[key], key.lower(), tuple(group))
        for key, group in groupby(lines, key=lambda line: line.area)
    )
