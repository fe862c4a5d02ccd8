"""Collaboratives, regions, trusts, sites and the lists of them."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.urls import reverse

from matneo.accounts.access import has_permission
from matneo.accounts.permissions import Permission
from matneo.accounts.roles import HELD_AT
from matneo.monitoring import walls, wording
from matneo.monitoring.walls import WallEntry
from matneo.organisations.lookup import resolve
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer
from matneo.web.lines import Group, Line, by_area, line_of, people_path, place_path
from matneo.web.pages import Crumb, Page, Step
from matneo.web.projects import cards
from matneo.web.reading.charts import KINDS
from matneo.web.render import render
from matneo.web.viewing import viewer_of

NAMES = {
    "trusts": "Trusts",
    "collaboratives": "Collaboratives",
    "regions": "Regions",
    "sites": "Sites",
    "units": "Units",
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


@dataclass(frozen=True)
class Named:
    name: str
    href: str
    note: str = ""


def fresh_words() -> str:
    from matneo.monitoring.current import current_release

    release = current_release()
    if release is None:
        return "No figures have been released yet."
    return (
        f"Release {release.pk} of {release.made:%-d %B %Y}, data to {release.data_to:%-d %B %Y}."
        if release.data_to
        else f"Release {release.pk}."
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
    rows = rows.order_by("short_name")  # the name that the list shows
    items = tuple(Named(row.short_name, place_path(row.kind, row.code), _place_note(row)) for row in rows)
    page = PlacesPage(
        title=NAMES[places],
        section="trusts" if places == "trusts" else "",
        search=text,
        items=items,
        total=len(items),
        searchable=places in ("trusts", "sites"),
        visible_to="Those inside each trust." if places == "units" else "Everyone.",
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
    projects: tuple[cards.OfArea, ...]


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
        crumbs=_crumbs(row, places),
        name=row.name,
        kind=row.get_kind_display(),
        code=row.code,
        lead=_place_lead(charted, published, row),
        facts=_facts(row),
        belongs=_belongs(row),
        members=_members(row),
        members_title="Sites" if row.kind == "trust" else "Trusts",
        notes=_notes(row),
        groups=by_area(charted),
        published=tuple(line_of(entry, 700 + i) for i, entry in enumerate(published)),
        inside=inside,
        projects=cards.at_trust(row.code, viewer) if row.kind == "trust" else (),
        visible_to=_who(inside, row, bool(charted)),
        fresh=fresh_words(),
        next_steps=_steps(request, row),
    )
    return render(request, "pages/place.jinja", page)


def _crumbs(row: Organisation, places: str) -> tuple[Crumb, ...]:
    """A site is found by way of its trust."""
    link = row.links_from.filter(kind="site_of", end__isnull=True).select_related("target").first()
    if row.kind != "site" or link is None:
        return (Crumb(NAMES[places], reverse("places", args=[places])),)
    trust = link.target
    return (
        Crumb(NAMES["trusts"], reverse("places", args=["trusts"])),
        Crumb(trust.short_name, place_path(trust.kind, trust.code)),
    )


def _place_lead(entries: list[WallEntry], published: list[WallEntry], row: Organisation) -> str:
    if row.closed:
        found = resolve(row.code)
        return f"{row.short_name} closed on {row.closed:%-d %B %Y}. {found.note}"
    kinds = [entry.line["variation"] for entry in entries if entry.line["n_points"] >= 13]
    if not kinds:
        return _few_lead(entries, published, row)
    better, look = kinds.count("improvement"), kinds.count("concern")
    return f"{better} of {len(kinds)} charts {'is' if better == 1 else 'are'} improving, {look_words(look)} a look."


def _few_lead(entries: list[WallEntry], published: list[WallEntry], row: Organisation) -> str:
    """What can be said before there is a chart with enough points."""
    if entries:
        return "Its own figures are here; from 13 points on a chart can say whether something changed."
    kind = row.get_kind_display().lower()
    if published:
        newest = max(published, key=lambda entry: entry.line["last_period"] or date.min)
        return (
            f"Published figures for {wording.period(newest)} are here, with England's beside them. "
            f"This {kind} has sent in none of its own yet."
        )
    more = " Those of its trusts stand on their pages." if row.kind not in ("trust", "site", "unit") else ""
    return f"No figures are released for this {kind} yet; that is not a zero.{more}"


def _who(inside: bool, row: Organisation, has_own: bool) -> str:
    if inside:
        return (
            "Exact counts, because you work with this trust. Everyone else sees signed-off, rounded figures."
        )
    if row.kind in ("trust", "site") and has_own:
        return "Everyone: what the trust has signed off, rounded and pooled."
    return "Everyone."


def look_words(look: int) -> str:
    """ "none needs", "1 needs", "3 need" """
    return "none needs" if not look else f"{look} {'needs' if look == 1 else 'need'}"


def _facts(row: Organisation) -> tuple[tuple[str, str], ...]:
    facts = [("Code", row.code)]
    facts += [("Neonatal unit", row.neonatal_level)] if row.neonatal_level else []
    # MBRRACE-UK's groups: the largest units by the level of their neonatal unit, the others by their births.
    facts += [("Comparison group", row.volume_group)] if row.volume_group else []
    facts += (
        [("Source", f"{row.source}; how sure: {row.confidence}" if row.confidence else row.source)]
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
        (link.source for link in links if link.source.kind in ("trust", "site")),
        key=lambda one: one.short_name,
    )
    return tuple(Named(one.short_name, place_path(one.kind, one.code), one.neonatal_level) for one in rows)


def _notes(row: Organisation) -> tuple[str, ...]:
    joined = row.links_from.filter(kind="successor_of").select_related("target")
    return tuple(
        f"{link.target.short_name} joined on {link.start:%-d %B %Y}. Its figures are counted here, those from before that day too."
        for link in joined
        if link.start
    )


def _steps(request, row: Organisation) -> tuple[Step, ...]:
    viewer, steps = viewer_of(request), []
    if row.closed:
        found = resolve(row.code).organisation
        return (Step(f"Go to {found.short_name}", place_path(found.kind, found.code)),) if found else ()
    if row.kind == "trust":
        steps += _figures(viewer, row)
    if row.kind in HELD_AT.values() and has_permission(viewer, Permission.MANAGE_MEMBERS, row.code):
        steps.append(Step("People", people_path(row.kind, row.code)))
    return tuple(steps)


def _figures(viewer: Viewer, row: Organisation) -> list[Step]:
    steps = []
    if has_permission(viewer, Permission.UPLOAD, row.code):
        steps.append(Step("Send figures in", reverse("upload", args=[row.code])))
    if has_permission(viewer, Permission.SIGN_OFF, row.code):
        steps.append(Step("Sign figures off", reverse("sign_off", args=[row.code])))
    if has_permission(viewer, Permission.VIEW_SUBMISSIONS, row.code):
        steps.append(Step("What was sent in", reverse("submissions", args=[row.code])))
    if has_permission(viewer, Permission.VIEW_AUDIT, row.code):
        steps.append(Step("What was done here", reverse("audit", args=[row.code])))
    steps.append(Step("A page for the board (PowerPoint)", reverse("trust_pack", args=[row.code, "pptx"])))
    steps.append(Step("A page for the board (PDF)", reverse("trust_pack", args=[row.code, "pdf"])))
    return steps
