"""England, collaboratives, regions, trusts and sites."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404
from django.urls import reverse

from matneo.charts.sentences import VARIATION
from matneo.measures import definitions, national
from matneo.monitoring import series, walls
from matneo.monitoring.walls import WallEntry
from matneo.organisations.lookup import resolve
from matneo.organisations.models import Organisation
from matneo.programme.models import Enrolment
from matneo.web.lines import Group, Line, by_area, line_of, place_path
from matneo.web.pages import Crumb, Page, Step
from matneo.web.reading.charts import KINDS
from matneo.web.render import render
from matneo.web.viewing import viewer_of

NAMES = {
    "trusts": "Trusts",
    "collaboratives": "Collaboratives",
    "regions": "Regions",
    "sites": "Sites",
    "networks": "Neonatal networks",
    "systems": "Local systems",
    "boards": "Integrated care boards",
}
LINKS = {
    "psc": "in_psc",
    "region": "in_region",
    "odn": "in_odn",
    "lmns": "in_lmns",
    "icb": "in_icb",
    "trust": "site_of",
}
TILE_ORDER = 15


@dataclass(frozen=True)
class Named:
    name: str
    href: str
    note: str = ""


@dataclass(frozen=True)
class Tile:
    name: str
    href: str
    value: str
    words: str
    code: str
    spark: str
    sentence: str


@dataclass(frozen=True)
class WaveRow:
    name: str
    href: str
    cells: tuple[int, int, int]
    total: int


@dataclass(frozen=True, kw_only=True)
class EnglandPage(Page):
    needs_look: tuple[Line, ...]
    late: tuple[Named, ...]
    chance: str
    waves: tuple[WaveRow, ...]
    wave_totals: tuple[int, ...]
    tile_measure: str
    tile_choices: tuple[tuple[str, str, bool], ...]
    tiles: tuple[Tile, ...]
    groups: tuple[Group, ...]


def england(request):
    viewer = viewer_of(request)
    known = definitions.load()
    code = series.england_code()
    entries = walls.wall(viewer, codes=[code]) if code else []
    chosen = request.GET.get("measure", "PTO-M08")
    chosen = chosen if chosen in known else "PTO-M08"
    tiles = walls.wall(viewer, kinds=["psc"], measures=[chosen])
    total, marked, expected = walls.chance(viewer)
    counted = [e for e in entries if e.line["variation"] != "too_few"]
    page = EnglandPage(
        title="England this month",
        section="england",
        lead=_england_lead(counted),
        needs_look=_needs_look(viewer, entries),
        late=_late(viewer),
        chance=_chance_words(total, marked, expected),
        waves=(rows := _waves(viewer)),
        wave_totals=tuple(sum(row.cells[i] for row in rows) for i in range(3)),
        tile_measure=known[chosen].name,
        tile_choices=tuple(
            (d.id, d.short_name, d.id == chosen) for d in known.values() if d.table == "births"
        ),
        tiles=tuple(_tile(entry) for entry in tiles),
        groups=by_area(entries),
        visible_to="Everyone.",
        fresh=fresh_words(),
    )
    return render(request, "pages/england.jinja", page)


def fresh_words() -> str:
    from matneo.monitoring.current import current_release

    release = current_release()
    if release is None:
        return "No figures have been released yet."
    return (
        f"Release {release.pk} of {release.made:%-d %B %Y}, data to {release.last_month:%B %Y}."
        if release.last_month
        else f"Release {release.pk}."
    )


def _england_lead(entries: list[WallEntry]) -> str:
    if not entries:
        return "There is no chart with enough points yet."
    kinds = [entry.line["variation"] for entry in entries]
    better, look = kinds.count("improvement"), kinds.count("concern")
    rest = len(kinds) - better - look
    looks, stay = ("needs" if look == 1 else "need"), ("is" if rest == 1 else "are")
    return f"{better} of {len(kinds)} measures are improving, {look} {looks} a look and {rest} {stay} steady."


def _needs_look(viewer, entries: list[WallEntry]) -> tuple[Line, ...]:
    """At most five: newest first, England before the others. The list is short on purpose."""
    others = walls.wall(viewer, kinds=["trust", "site", "psc"], origin="calculated")
    today = settings.CLOCK.today()
    recent = [
        e
        for e in [*entries, *others]
        if e.line["variation"] == "concern"
        and e.line["signal_since"]
        and (today - e.line["signal_since"]).days < 730
    ]
    recent.sort(key=lambda e: (e.kind != "england", -_surprise(e), e.name))
    return tuple(line_of(entry, 500 + place) for place, entry in enumerate(recent[:5]))


def _surprise(entry: WallEntry) -> float:
    """How far the stretch lies from what was before, in standard errors of the stretch: for the order only, never shown."""
    line = entry.line
    now, before, n = (
        line["now_value"],
        line["before_value"],
        (line["last_denominator"] or 0) * max(line["signal_length"], 1),
    )
    if now is None or before is None or not n or before in (0, 1):
        return 0.0
    return abs(now - before) / (abs(before * (1 - before)) / n) ** 0.5


def _late(viewer) -> tuple[Named, ...]:
    """Trusts whose newest month is not there."""
    last = national.last_month(settings.CLOCK.today())
    entries = walls.wall(viewer, kinds=["trust"], measures=["NAT-M06"])
    found = []
    for entry in entries:
        seen = entry.line["last_period"]
        months = (
            (last.year - seen.year) * 12 + last.month - seen.month
            if seen and entry.line["period_kind"] == "month"
            else 0
        )
        if months >= 3:
            found.append(
                Named(
                    entry.name,
                    place_path("trust", entry.code),
                    f"nothing since {seen:%B %Y}, which is not zero",
                )
            )
    return tuple(found)


def _chance_words(total: int, marked: int, expected: float) -> str:
    return (
        f"Behind this page are {total:,} charts with enough points. If nothing had changed anywhere, about {expected:,.0f} would still show a "
        f"signal today; {marked:,} do. The list above holds five at most; everything else can wait for its own team."
    )


def _waves(viewer) -> tuple[WaveRow, ...]:
    """Collaboratives by name; how many trusts of each wave. Never in an order of merit."""
    rows = Enrolment.objects.visible_to(viewer).filter(
        organisation__links_from__kind="in_psc", organisation__closed__isnull=True
    )
    pairs = rows.values_list(
        "organisation__links_from__target__short_name",
        "organisation__links_from__target__code",
        "wave__number",
    )
    found: dict[tuple[str, str], list[int]] = {}
    for name, code, wave in pairs:
        if name and code:
            found.setdefault((name, code), [0, 0, 0])[wave - 1] += 1
    return tuple(
        WaveRow(name, place_path("psc", code), tuple(cells), sum(cells))
        for (name, code), cells in sorted(found.items())
    )


def _tile(entry: WallEntry) -> Tile:
    line = line_of(entry, hash(entry.code) % 1000)
    return Tile(
        entry.name,
        line.href,
        line.value,
        VARIATION[line.variation],
        line.variation,
        line.spark,
        line.sentence,
    )


@dataclass(frozen=True, kw_only=True)
class PlacesPage(Page):
    search: str
    items: tuple[Named, ...]
    searchable: bool
    total: int


def places(request, places: str):
    if places not in KINDS:
        raise Http404
    viewer, text = viewer_of(request), request.GET.get("q", "").strip()[:80]
    rows = Organisation.objects.visible_to(viewer).of_kind(KINDS[places])
    rows = rows.search(text) if text else rows.filter(closed__isnull=True)
    items = tuple(Named(row.short_name, place_path(row.kind, row.code), _place_note(row)) for row in rows)
    page = PlacesPage(
        title=NAMES[places],
        section="trusts" if places == "trusts" else "",
        search=text,
        items=items,
        total=len(items),
        searchable=places in ("trusts", "sites"),
        visible_to="Everyone.",
        fresh="",
        lead={"collaboratives": "Fifteen regional collaboratives support the trusts of England."}.get(
            places, ""
        ),
    )
    return render(request, "pages/places.jinja", page)


def _place_note(row: Organisation) -> str:
    if row.closed:
        return f"{row.code}, closed {row.closed:%-d %B %Y}"
    return " · ".join(part for part in (row.code, row.neonatal_level, row.volume_group) if part)


@dataclass(frozen=True, kw_only=True)
class PlacePage(Page):
    name: str
    kind: str
    code: str
    facts: tuple[tuple[str, str], ...]
    belongs: tuple[Named, ...]
    members: tuple[Named, ...]
    members_title: str
    notes: tuple[str, ...]
    groups: tuple[Group, ...]
    published: tuple[Line, ...]
    inside: bool


def place(request, places: str, code: str):
    viewer = viewer_of(request)
    row = (
        Organisation.objects.visible_to(viewer).filter(code=code.upper(), kind=KINDS.get(places, "")).first()
    )
    if row is None:
        raise Http404
    entries = walls.wall(viewer, codes=[row.code])
    charted = [
        entry for entry in entries if entry.line["n_points"] >= 13 or entry.line["origin"] != "published"
    ]
    published = [entry for entry in entries if entry not in charted]
    inside = viewer.sees_inside(row.code)
    page = PlacePage(
        title=row.short_name,
        section="trusts" if row.kind == "trust" else "",
        crumbs=(Crumb(NAMES[places], reverse("places", args=[places])),),
        name=row.name,
        kind=row.get_kind_display(),
        code=row.code,
        lead=_place_lead(charted, row),
        facts=_facts(row),
        belongs=_belongs(row),
        members=_members(row),
        members_title="Sites" if row.kind == "trust" else "Trusts",
        notes=_notes(row),
        groups=by_area(charted),
        published=tuple(line_of(entry, 700 + i) for i, entry in enumerate(published)),
        inside=inside,
        visible_to="Exact counts, because you work with this trust. Everyone else sees signed-off, rounded figures."
        if inside
        else "Everyone: what the trust has signed off, rounded and pooled."
        if row.kind in ("trust", "site")
        else "Everyone.",
        fresh=fresh_words(),
        next_steps=_trust_steps(request, row),
    )
    return render(request, "pages/place.jinja", page)


def _place_lead(entries: list[WallEntry], row: Organisation) -> str:
    if row.closed:
        found = resolve(row.code)
        return f"{row.short_name} closed on {row.closed:%-d %B %Y}. {found.note}"
    kinds = [entry.line["variation"] for entry in entries if entry.line["n_points"] >= 13]
    if not kinds:
        return ""
    better, look = kinds.count("improvement"), kinds.count("concern")
    return (
        f"{better} of {len(kinds)} charts are improving and {look} {'needs' if look == 1 else 'need'} a look."
    )


def _facts(row: Organisation) -> tuple[tuple[str, str], ...]:
    facts = [("Code", row.code), ("Kind", row.get_kind_display())]
    facts += [("Neonatal unit", row.neonatal_level)] if row.neonatal_level else []
    facts += [("Size", row.volume_group)] if row.volume_group else []
    facts += (
        [("Source", f"{row.source} ({row.confidence})" if row.confidence else row.source)]
        if row.source
        else []
    )
    facts += [("Earlier name", f"{entry['name']}, until {entry['until']}") for entry in row.former_names]
    return tuple(facts)


def _belongs(row: Organisation) -> tuple[Named, ...]:
    links = (
        row.links_from.filter(end__isnull=True)
        .exclude(kind__in=["in_england", "successor_of"])
        .select_related("target")
    )
    return tuple(
        Named(link.target.short_name, place_path(link.target.kind, link.target.code), link.get_kind_display())
        for link in links
    )


def _members(row: Organisation) -> tuple[Named, ...]:
    kind = LINKS.get(row.kind)
    if kind is None:
        return ()
    links = (
        row.links_to.filter(kind=kind, end__isnull=True, source__closed__isnull=True)
        .exclude(source__kind="icb")
        .select_related("source")
    )
    rows = sorted(
        (link.source for link in links if link.source.kind in ("trust", "site")), key=lambda one: one.name
    )
    return tuple(Named(one.short_name, place_path(one.kind, one.code), one.neonatal_level) for one in rows)


def _notes(row: Organisation) -> tuple[str, ...]:
    joined = row.links_from.filter(kind="successor_of").select_related("target")
    return tuple(
        f"{link.target.short_name} joined on {link.start:%-d %B %Y}: its figures are part of these from then and before."
        for link in joined
        if link.start
    )


def _trust_steps(request, row: Organisation) -> tuple[Step, ...]:
    from matneo.accounts.access import has_permission
    from matneo.accounts.permissions import Permission

    viewer, steps = viewer_of(request), []
    if row.closed:
        found = resolve(row.code).organisation
        return (Step(f"Go to {found.short_name}", place_path(found.kind, found.code)),) if found else ()
    if row.kind != "trust":
        return ()
    if has_permission(viewer, Permission.UPLOAD, row.code):
        steps.append(Step("Send figures in", reverse("upload", args=[row.code])))
    if has_permission(viewer, Permission.SIGN_OFF, row.code):
        steps.append(Step("Sign figures off", reverse("sign_off", args=[row.code])))
    if has_permission(viewer, Permission.VIEW_SUBMISSIONS, row.code):
        steps.append(Step("What was sent in", reverse("submissions", args=[row.code])))
    if has_permission(viewer, Permission.VIEW_AUDIT, row.code):
        steps.append(Step("What was done here", reverse("audit", args=[row.code])))
    return tuple(steps)
