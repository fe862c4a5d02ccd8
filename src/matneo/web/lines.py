"""A wall entry as a card or a row prints it."""

from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from matneo.charts import icons, spark
from matneo.charts.sentences import UNITS, figure, interval, number
from matneo.measures.definitions import AREAS
from matneo.monitoring import wording
from matneo.monitoring.beside import Beside, beside
from matneo.monitoring.series import SMALL_KINDS, england_code
from matneo.monitoring.walls import WallEntry
from matneo.monitoring.ways import FEWEST

PLACES = {
    "trust": "trusts",
    "psc": "collaboratives",
    "region": "regions",
    "site": "sites",
    "unit": "units",
    "odn": "networks",
    "lmns": "systems",
    "icb": "boards",
}
NOTHING = Beside(None, None, None)
WORTH_SAYING = 0.01
SPARK_IN_ROW = 150  # a list's row has less room than a card


@dataclass(frozen=True)
class Line:
    """What a card says; every drawing has its words beside it."""

    title: str
    measure: str
    name: str
    code: str
    href: str
    value: str
    unit: str
    period: str
    verdict: str
    rest: str
    variation: str
    variation_words: str
    assurance_words: str
    spark: str
    variation_icon: str
    assurance_icon: str
    state: str
    area: str
    direction: str
    interval: str  # "84 to 91%", only where there are too few points for limits
    england: str
    counts: str
    missing: str
    unanswered: str  # "60% had no answer", where a share stands alone and leaves them out
    few: bool

    @property
    def sentence(self) -> str:
        return f"{self.verdict}:{self.rest}" if self.verdict else self.rest


DIRECTIONS = {
    "increase": "higher is better",
    "decrease": "lower is better",
    "neutral": "neither way is better",
}


def lines_of(entries: list[WallEntry], key: str = "w", width: int = 232) -> tuple[Line, ...]:
    """Cards for many entries; `key` keeps the names inside the drawings apart on a page."""
    few = [entry for entry in entries if entry.line["n_points"] < FEWEST]
    known = dict(zip(map(id, few), beside(few, england_code()), strict=True)) if few else {}
    return tuple(
        _line(entry, f"{key}{place}", known.get(id(entry), NOTHING), width)
        for place, entry in enumerate(entries)
    )


def line_of(entry: WallEntry, place: int = 0, width: int = 232) -> Line:
    return lines_of([entry], f"w{place}-", width)[0]


def _line(entry: WallEntry, key: str, side: Beside, width: int) -> Line:
    d, row = entry.definition, entry.line
    few, late = row["n_points"] < FEWEST, row["last_state"] == "not_yet_sent"
    sentence = wording.sentence(entry)
    verdict, colon, rest = sentence.partition(":")
    plain = few or not colon
    shown, unit = value_of(row["last_value"], d.unit, d.scale)
    return Line(
        title=d.short_name,
        measure=d.id,
        name=entry.name,
        code=entry.code,
        href=chart_path(entry.kind, entry.code, d.id),
        value=shown,
        unit=unit,
        period=wording.period(entry),
        verdict="" if plain else verdict,
        rest=sentence if plain else rest,
        variation=row["variation"],
        variation_words=wording.variation(entry),
        assurance_words=wording.assurance(entry),
        spark="" if few else _spark(entry, late, width),
        variation_icon="" if few else icons.variation(row["variation"], 32, key=f"{key}v"),
        assurance_icon=""
        if few
        else icons.assurance(row["assurance"], 32, direction=d.direction, key=f"{key}a"),
        state=_late_words(entry) if late else "",
        area=d.area,
        direction=DIRECTIONS[d.direction],
        interval=_interval(side, d.unit, d.scale),
        england=figure(side.england, d.unit, d.scale) if side.england is not None else "",
        counts=_counts(entry),
        missing=missing_words(row["missing_share"]),
        unanswered=unanswered(entry) if few else "",
        few=few,
    )


def value_of(value: float | None, unit: str, scale: float) -> tuple[str, str]:
    """The number and its unit apart, so that a page can set the unit smaller: ("85%", ""), ("3.9", "per 1,000")."""
    if value is None:
        return "no value", ""
    words = UNITS[unit]
    return (figure(value, unit, scale), "") if unit == "percent" else (number(value * scale), words.strip())


def _spark(entry: WallEntry, late: bool, width: int) -> str:
    row = entry.line
    return spark.draw(
        row["spark"],
        row["spark_signal"],
        centre=row["centre"],
        lcl=row["lcl"],
        ucl=row["ucl"],
        width=width,
        height=44,
        direction=entry.definition.direction,
        late=late,
    )


def _late_words(entry: WallEntry) -> str:
    """Outside, the newest figures of a trust may be there and not signed off, and those of a place wait for its trusts:
    we do not know, and must not say "not sent"."""
    return "newest not signed off yet" if entry.kind in SMALL_KINDS else "newest not here yet"


def _interval(side: Beside, unit: str, scale: float) -> str:
    if side.lower is None or side.upper is None:
        return ""
    return interval(side.lower, side.upper, unit, scale)


def _counts(entry: WallEntry) -> str:
    top, bottom = entry.line["last_numerator"], entry.line["last_denominator"]
    if top is None or bottom is None:
        return ""
    rounded = entry.line["origin"] == "published" or (
        entry.line["audience"] == "outside" and entry.kind != "england"
    )
    return f"{'about ' if rounded else ''}{top:,.0f} of {bottom:,.0f} {entry.definition.counts}"


def missing_words(share: float | None) -> str:
    """How many answers are missing; never "100%" while there are some."""
    if share is None:
        return "not known"
    if share < 0.0005:
        return "none"
    if 0.995 <= share < 1:
        return "over 99%"
    return f"{share:.1%}" if share < 0.1 else f"{share:.0%}"


def unanswered(entry: WallEntry) -> str:
    """Missing answers in words, where the share leaves them out and there are enough of them to matter."""
    share = entry.line["missing_share"]
    if entry.definition.headline != "known" or share is None or share < WORTH_SAYING:
        return ""
    return f"{missing_words(share)} had no answer"


def chart_path(kind: str, code: str, measure: str) -> str:
    if kind == "england":
        return reverse("england_chart", args=[measure])
    return reverse("chart", args=[PLACES[kind], code, measure])


def in_way(path: str, way: str) -> str:
    """The same chart in one of its ways (`monitoring.ways`); "" is the usual one."""
    return f"{path}?from={way}" if way else path


def place_path(kind: str, code: str) -> str:
    return reverse("england") if kind == "england" else reverse("place", args=[PLACES[kind], code])


def people_path(kind: str, code: str) -> str:
    return reverse("england_people") if kind == "england" else reverse("people", args=[PLACES[kind], code])


@dataclass(frozen=True)
class Group:
    title: str
    key: str
    lines: tuple[Line, ...]


def by_area(entries: list[WallEntry], key: str = "w") -> tuple[Group, ...]:
    lines = lines_of(entries, key)
    return tuple(
        Group(AREAS[area], area.lower(), tuple(group))
        for area, group in groupby(lines, key=lambda line: line.area)
    )
