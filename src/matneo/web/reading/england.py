"""England this month: the few charts that need a look, the waves, the map of collaboratives, every measure by area."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.conf import settings
from django.urls import reverse

from matneo.accounts.access import has_permission
from matneo.accounts.permissions import Permission
from matneo.charts import spark
from matneo.measures import definitions, national
from matneo.measures.periods import Period
from matneo.monitoring import series, walls, wording
from matneo.monitoring.walls import WallEntry
from matneo.organisations import register
from matneo.organisations.lookup import only_sites
from matneo.programme.models import Enrolment
from matneo.utils.viewer import Viewer
from matneo.web.lines import SPARK_IN_ROW, Group, Line, by_area, line_of, place_path
from matneo.web.pages import Page, Step
from matneo.web.reading.places import Named, fresh_words, look_words
from matneo.web.render import render
from matneo.web.viewing import viewer_of

USUAL_TILE = "PTO-M08"
ARRIVAL = "NAT-M06"  # every birth counts in it, so it says how far a trust's figures reach
LATE_MONTHS = 3
RECENT_DAYS = 730
ENTRIES = 5
SPARK_TILE = 112


@dataclass(frozen=True)
class Tile:
    """One collaborative at its rough place on the map; `column` and `row` count from 1, 0 where it has no place."""

    name: str
    label: str
    column: int
    row: int
    href: str
    value: str
    period: str  # said beside the value where the places do not all speak of the same one
    variation: str
    symbol: str
    words: str
    spark: str


@dataclass(frozen=True)
class WaveRow:
    """A collaborative's trusts by wave: for each wave how many have newest figures, and how many wait for theirs."""

    name: str
    href: str
    cells: tuple[tuple[int, int], ...]
    there: int
    total: int


@dataclass(frozen=True, kw_only=True)
class EnglandPage(Page):
    kicker: str
    headline: str
    rest: str
    needs_look: tuple[Line, ...]
    late: tuple[Named, ...]
    chance: str
    waves: tuple[WaveRow, ...]
    wave_names: tuple[str, ...]
    wave_totals: tuple[tuple[int, int], ...]
    tile_measure: str
    tile_lead: str
    tile_choices: tuple[tuple[str, str, bool], ...]
    tile_heading: str
    tile_symbols: tuple[tuple[str, str], ...]
    tiles: tuple[Tile, ...]
    groups: tuple[Group, ...]
    may: tuple[Step, ...]


def england(request):
    viewer = viewer_of(request)
    known = definitions.load()
    code = series.england_code()
    entries = walls.wall(viewer, codes=[code]) if code else []
    chosen = request.GET.get("measure", USUAL_TILE)
    chosen = chosen if chosen in known else USUAL_TILE
    tiles = walls.wall(viewer, kinds=["psc"], measures=[chosen])
    headline, rest = _lead(entries)
    period = _one_period(tiles)
    reach = _reach(viewer)
    names, rows = _waves(viewer, reach)
    page = EnglandPage(
        title="England this month",
        section="england",
        kicker=_kicker(entries),
        headline=headline,
        rest=rest,
        needs_look=_needs_look(viewer, entries),
        late=_late(reach),
        chance=_chance_words(*walls.chance(viewer)),
        waves=rows,
        wave_names=names,
        wave_totals=tuple(_sum(row.cells[place] for row in rows) for place in range(len(names))),
        tile_measure=known[chosen].name,
        tile_lead=_tile_lead(tiles),
        tile_choices=tuple(
            (d.id, d.short_name, d.id == chosen) for d in known.values() if d.table == "births"
        ),
        tile_heading=period or "Newest figure",
        tile_symbols=tuple(_key_entries(tiles)),
        tiles=tuple(_tile(entry, "" if period else wording.period(entry)) for entry in tiles),
        groups=by_area(entries),
        may=_may(viewer, code or ""),
        visible_to="Everyone.",
        fresh=fresh_words(),
    )
    return render(request, "pages/england.jinja", page)


def _may(viewer: Viewer, code: str) -> tuple[Step, ...]:
    """What the national team and the operator can do here; for everybody else there is nothing."""
    if not code:
        return ()
    steps = (
        (Permission.UPLOAD_PUBLISHED, Step("Bring a national file in", reverse("upload", args=[code]))),
        (Permission.VIEW_SUBMISSIONS, Step("What was sent in", reverse("submissions", args=[code]))),
        (Permission.VIEW_AUDIT, Step("Releases", reverse("releases"))),
        (Permission.VIEW_AUDIT, Step("What was done here", reverse("england_audit"))),
    )
    return tuple(step for permission, step in steps if has_permission(viewer, permission, code))


def _kicker(entries: list[WallEntry]) -> str:
    ends = [
        Period(e.line["period_kind"], e.line["last_period"]).last for e in entries if e.line["last_period"]
    ]
    reaches = f" · data to {max(ends):%-d %B %Y}" if ends else ""
    return f"National board · {settings.CLOCK.today():%B %Y}{reaches}"


def _lead(entries: list[WallEntry]) -> tuple[str, str]:
    """The first words, set bold, and the rest of the sentence."""
    kinds = [e.line["variation"] for e in entries if e.line["variation"] != "too_few"]
    if not kinds:
        return few_words(entries)
    better, look = kinds.count("improvement"), kinds.count("concern")
    steady = len(kinds) - better - look
    stay = "is" if steady == 1 else "are"
    return (
        f"{better} of {len(kinds)} measures {'is' if better == 1 else 'are'} improving",
        f", {look_words(look)} a look and {steady} {stay} steady.",
    )


def few_words(entries: list[WallEntry]) -> tuple[str, str]:
    """Where there are figures and no chart yet: how many, and why nothing is said about change."""
    valued = [entry for entry in entries if entry.line["last_value"] is not None]
    if not valued:
        return "", "There are no figures yet."
    latest = max(valued, key=lambda entry: entry.line["last_period"])
    many = f"{len(valued)} measures have figures" if len(valued) > 1 else "One measure has figures"
    return many, (
        f", the newest for {wording.period(latest)}. From 13 points on a chart can say whether something "
        "changed; until then each value stands with its interval."
    )


def _needs_look(viewer: Viewer, entries: list[WallEntry]) -> tuple[Line, ...]:
    """At most five: England before the others, then the most surprising. The list is short on purpose."""
    since, twice = settings.CLOCK.today() - timedelta(days=RECENT_DAYS), only_sites()
    # Four thousand lines are looked through where they lie, not here.
    others = walls.wall(
        viewer, kinds=["trust", "site", "psc"], origin="calculated", variation="concern", since=since
    )
    england = [
        e
        for e in entries
        if e.line["variation"] == "concern" and e.line["signal_since"] and e.line["signal_since"] > since
    ]
    recent = [e for e in [*england, *others] if e.code not in twice]
    recent.sort(key=lambda e: (e.kind != "england", -_surprise(e), e.name))
    return tuple(line_of(entry, 500 + place, SPARK_IN_ROW) for place, entry in enumerate(recent[:ENTRIES]))


def _surprise(entry: WallEntry) -> float:
    """How far the stretch lies from what was before, in standard errors of the stretch: for the order only, never shown."""
    line = entry.line
    now, before = line["now_value"], line["before_value"]
    size = (line["last_denominator"] or 0) * max(line["signal_length"], 1)
    if now is None or before is None or not size or before in (0, 1):
        return 0.0
    return abs(now - before) / (abs(before * (1 - before)) / size) ** 0.5


def _reach(viewer: Viewer) -> dict[str, tuple[str, date | None]]:
    """Code -> name and last day of the newest figures that this viewer may see."""
    entries = walls.wall(viewer, kinds=["trust"], measures=[ARRIVAL], origin="calculated")
    return {
        e.code: (
            e.name,
            Period(e.line["period_kind"], e.line["last_period"]).last if e.line["last_period"] else None,
        )
        for e in entries
    }


def _is_late(reached: date | None) -> bool:
    last = national.last_month(settings.CLOCK.today())
    return reached is None or (last.year - reached.year) * 12 + last.month - reached.month >= LATE_MONTHS


def _late(reach: dict[str, tuple[str, date | None]]) -> tuple[Named, ...]:
    return tuple(
        Named(name, place_path("trust", code), f"nothing since {day:%B %Y}, which is not zero")
        for code, (name, day) in reach.items()
        if day is not None and _is_late(day)
    )


def _chance_words(total: int, marked: int, expected: float) -> str:
    if not total:
        return ""
    return (
        f"Behind this page are {total:,} charts with enough points. If nothing had changed anywhere, about {expected:,.0f} would still show a "
        f"signal today; {marked:,} do. The list above holds five at most."
    )


def _waves(
    viewer: Viewer, reach: dict[str, tuple[str, date | None]]
) -> tuple[tuple[str, ...], tuple[WaveRow, ...]]:
    """Collaboratives by name and their trusts by wave. Never in an order of merit."""
    rows = Enrolment.objects.visible_to(viewer).filter(
        organisation__links_from__kind="in_psc", organisation__closed__isnull=True
    )
    found: dict[tuple[str, str], dict[int, list[int]]] = {}
    titles: dict[int, str] = {}
    for trust, name, code, wave, start, end in rows.values_list(
        "organisation__code",
        "organisation__links_from__target__short_name",
        "organisation__links_from__target__code",
        "wave__number",
        "wave__start",
        "wave__end",
    ):
        titles[wave] = f"Wave {wave}, {start.year} to {end.year}"
        cell = found.setdefault((name, code), {}).setdefault(wave, [0, 0])
        cell[_is_late(reach[trust][1] if trust in reach else None)] += 1
    waves = sorted(titles)
    return tuple(titles[wave] for wave in waves), tuple(
        _wave_row(name, code, [cells.get(wave, [0, 0]) for wave in waves])
        for (name, code), cells in sorted(found.items())
    )


def _wave_row(name: str, code: str, cells: list[list[int]]) -> WaveRow:
    there = sum(cell[0] for cell in cells)
    total = there + sum(cell[1] for cell in cells)
    return WaveRow(name, place_path("psc", code), tuple((a, b) for a, b in cells), there, total)


def _sum(cells) -> tuple[int, int]:
    pairs = list(cells)
    return sum(a for a, _ in pairs), sum(a + b for a, b in pairs)


def _tile_lead(entries: list[WallEntry]) -> str:
    kinds = [entry.line["variation"] for entry in entries]
    better, look, few = (kinds.count(kind) for kind in ("improvement", "concern", "too_few"))
    steady = len(kinds) - better - look - few
    unsaid = f", {few} with too few points to say" if few else ""
    return (
        f"{better} improving, {look_words(look)} a look, {steady} steady{unsaid}. "
        "Tiles sit roughly where the places are; every tile is the same size."
    )


def _one_period(entries: list[WallEntry]) -> str:
    """The period that every place speaks of; blank where small places are shown by the year and others by the quarter."""
    found = {wording.period(entry) for entry in entries}
    return found.pop() if len(found) == 1 else ""


def _key_entries(entries: list[WallEntry]) -> list[tuple[str, str]]:
    shapes = [("improvement", "improving"), ("concern", "needs a look"), ("steady", "steady")]
    few = any(entry.line["variation"] == "too_few" for entry in entries)
    return [*shapes, ("hollow", "too few points to say")] if few else shapes


@cache
def _positions() -> dict[str, tuple[str, int, int]]:
    """Code and demonstration name -> label, column and row on the map."""
    rows = register.rows("tiles.csv")
    places = {row["psc_id"]: (row["label"], int(row["column"]), int(row["row"])) for row in rows}
    return places | {row["place"]: places[row["psc_id"]] for row in rows}


def _tile(entry: WallEntry, period: str) -> Tile:
    line, row = line_of(entry, 0), entry.line
    unplaced = (entry.name, 0, 0)
    label, column, rank = _positions().get(entry.code) or _positions().get(entry.name, unplaced)
    return Tile(
        name=entry.name,
        label=label,
        column=column,
        row=rank,
        href=line.href,
        value=line.value,
        period=period,
        variation=line.variation,
        symbol=_symbol(line.variation, entry.definition.direction),
        words=wording.reading(entry),
        spark=spark.draw(
            row["spark"],
            row["spark_signal"],
            centre=row["centre"],
            lcl=row["lcl"],
            ucl=row["ucl"],
            width=SPARK_TILE,
            height=26,
            direction=entry.definition.direction,
        ),
    )


def _symbol(variation: str, direction: str) -> str:
    if variation == "improvement":
        return "improvement" if direction == "increase" else "improvement_down"
    return {
        "concern": "concern",
        "too_few": "hollow",
        "neutral_high": "changed",
        "neutral_low": "changed",
    }.get(variation, "steady")
