"""Measures, areas, the wall."""

from dataclasses import dataclass

from django.http import Http404

from matneo.charts import sentences
from matneo.library import catalogue
from matneo.measures import collected, definitions, predicates
from matneo.measures.definitions import AREAS, Definition
from matneo.monitoring import series, walls
from matneo.organisations.models import Organisation
from matneo.programme.models import Enrolment
from matneo.submissions.known import definition_of
from matneo.submissions.models import LocalMeasure
from matneo.utils.typed import digits
from matneo.utils.viewer import Viewer
from matneo.web.lines import SPARK_IN_ROW, Line, line_of
from matneo.web.pages import Crumb, Page
from matneo.web.projects import cards
from matneo.web.reading.front import AREA_WORDS
from matneo.web.reading.places import Named, fresh_words
from matneo.web.render import render
from matneo.web.viewing import viewer_of

MOST_ON_A_WALL = 240


@dataclass(frozen=True)
class AreaList:
    key: str
    name: str
    words: str
    measures: tuple[Named, ...]
    package_href: str = ""


@dataclass(frozen=True, kw_only=True)
class AreasPage(Page):
    areas: tuple[AreaList, ...]


def _listed(key: str, with_package: bool = False) -> AreaList:
    mine = [d for d in definitions.load().values() if d.area == key]
    return AreaList(
        key.lower(),
        AREAS[key],
        AREA_WORDS.get(key, ""),
        tuple(Named(d.name, f"/measures/{d.id}/", d.family) for d in mine),
        f"/library/{key.lower()}/" if with_package else "",
    )


def areas(request):
    page = AreasPage(
        title="Five clinical areas",
        section="areas",
        areas=tuple(_listed(key, with_package=True) for key in AREA_WORDS),
        visible_to="Everyone.",
        fresh="",
        lead="Each has measures, and a change package with drivers and ideas to test. Clinical sign-off: none yet.",
    )
    return render(request, "pages/areas.jinja", page)


def measures(request):
    page = AreasPage(
        title="Measures",
        section="measures",
        areas=tuple(_listed(key) for key in AREAS),
        visible_to="Everyone.",
        fresh="",
        lead="Counted the same way everywhere, each with its definition in words.",
    )
    return render(request, "pages/areas.jinja", page)


@dataclass(frozen=True, kw_only=True)
class AreaPage(Page):
    lines: tuple[Line, ...]
    measures: tuple[Named, ...]
    published_href: str
    package_href: str
    package_words: str
    key: str
    projects: tuple[cards.ProjectRow, ...]


def area(request, key: str):
    if key.upper() not in AREAS:
        raise Http404
    code = series.england_code()
    entries = walls.wall(viewer_of(request), codes=[code], area=key.upper()) if code else []
    package = catalogue.load().packages.get(key.upper())
    page = AreaPage(
        title=AREAS[key.upper()],
        section="areas",
        crumbs=(Crumb("Areas", "/areas/"),),
        lead=AREA_WORDS.get(key.upper(), ""),
        lines=tuple(line_of(e, i) for i, e in enumerate(entries)),
        measures=_listed(key.upper()).measures,
        published_href="" if entries or not _has_published(viewer_of(request), code) else "/areas/msd/",
        package_href=f"/library/{package.id.lower()}/" if package else "",
        package_words=package.lead if package else "",
        key=key.upper(),
        projects=cards.in_area(key.upper(), viewer_of(request)) if package and package.ideas else (),
        visible_to="Everyone.",
        fresh=fresh_words(),
    )
    return render(request, "pages/area.jinja", page)


def _has_published(viewer: Viewer, code: str | None) -> bool:
    return bool(code and walls.wall(viewer, codes=[code], area="MSD"))


@dataclass(frozen=True, kw_only=True)
class MeasurePage(Page):
    definition: Definition
    area: str
    rules: tuple[tuple[str, tuple[str, ...]], ...]
    targets: tuple[tuple[str, str, str], ...]
    england: Line | None
    collaboratives: tuple[Line, ...]
    headline: str
    says: str  # what a chart's number is the share or number of; empty where it has only a name
    typed: bool
    ideas: tuple[Named, ...]


def measure(request, measure: str):
    viewer, code = viewer_of(request), series.england_code()
    d = _definition(measure.upper(), viewer)
    if d is None:
        raise Http404
    own = walls.wall(viewer, codes=[code], measures=[d.id]) if code else []
    others = walls.wall(
        viewer, kinds=["psc", "region"] if d.table == "published" else ["psc"], measures=[d.id]
    )
    rules = tuple(
        (heading, tuple(predicates.words(name) for name in names))
        for heading, names in (
            ("Everyone in question", d.population),
            ("Answer known", d.known),
            ("Counted", d.numerator),
        )
        if names
    )
    headline = {
        "known": "of those whose answer is known; missing answers are left out, and how many there are is said",
        "strict": "of everyone in question; a missing answer counts as not done",
    }.get(d.headline, d.headline)
    if d.table == "counts":
        headline = "of what the team counted: how many, out of how many"
    page = MeasurePage(
        title=d.name,
        section="measures",
        crumbs=(Crumb("Measures", "/measures/"),),
        lead=d.rationale,
        definition=d,
        area=AREAS.get(d.area, "A measure of one's own"),
        typed=d.table == "counts",
        rules=rules,
        targets=tuple(
            (
                f"{t.value:g}{'%' if d.unit == 'percent' else ' per 1,000'} from {t.since:%B %Y}",
                t.source,
                t.confidence,
            )
            for t in d.targets
        ),
        england=line_of(own[0], width=SPARK_IN_ROW) if own else None,
        collaboratives=tuple(line_of(e, 10 + i) for i, e in enumerate(others)),
        headline=headline,
        says=sentences.share_words(d.unit, d.good_sentence),
        ideas=tuple(
            Named(idea.name, f"/library/ideas/{idea.id}/", f"First test: {idea.first_test}")
            for idea in catalogue.ideas_moving(d.id)
        ),
        visible_to="Everyone." if d.area else "People of the organisation whose measure it is.",
        fresh=TYPED if d.table == "counts" else fresh_words(),
    )
    return render(request, "pages/measure.jinja", page)


TYPED = "Typed in by teams; not calculated."


def _definition(measure: str, viewer: Viewer) -> Definition | None:
    """Calculated, published or collected; an organisation's own for those inside."""
    found = collected.known().get(measure)
    row = None if found else LocalMeasure.objects.visible_to(viewer).filter(pk=measure).first()
    return definition_of(row) if row else found


@dataclass(frozen=True, kw_only=True)
class WallPage(Page):
    lines: tuple[Line, ...]
    count_words: str
    measure: str
    area: str
    kind: str
    wave: str
    collaborative: str
    measures: tuple[tuple[str, str], ...]
    areas: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    collaboratives: tuple[tuple[str, str], ...]
    cut: int


def wall(request):
    viewer, known = viewer_of(request), definitions.load()
    chosen = request.GET.get("measure", "")
    area_key = request.GET.get("area", "").upper()
    kind = request.GET.get("kind", "trust")
    wave, collaborative = request.GET.get("wave", ""), request.GET.get("collaborative", "")
    if chosen not in known and area_key not in AREAS:
        chosen = _usual(viewer)
    kind = kind if kind in ("england", "psc", "region", "trust", "site") else "trust"
    codes = _codes(viewer, wave, collaborative, kind)
    entries = walls.wall(
        viewer,
        measures=[chosen] if chosen in known else None,
        area=area_key if area_key in AREAS and chosen not in known else None,
        kinds=[kind],
        codes=codes,
    )
    psc = (
        Organisation.objects.visible_to(viewer)
        .of_kind("psc")
        .order_by("short_name")
        .values_list("code", "short_name")
    )
    page = WallPage(
        title="Chart wall",
        section="england",
        crumbs=(Crumb("England", "/england/"),),
        lead=f"{known[chosen].name}, everywhere." if chosen in known else f"{AREAS[area_key]}, everywhere.",
        lines=tuple(line_of(entry, i) for i, entry in enumerate(entries[:MOST_ON_A_WALL])),
        cut=max(0, len(entries) - MOST_ON_A_WALL),
        count_words=_count_words(len(entries)),
        measure=chosen,
        area=area_key,
        kind=kind,
        wave=wave,
        collaborative=collaborative,
        measures=tuple((d.id, d.short_name) for d in known.values()),
        areas=tuple((k, v) for k, v in AREAS.items()),
        kinds=(
            ("england", "England"),
            ("psc", "Collaboratives"),
            ("region", "Regions"),
            ("trust", "Trusts"),
            ("site", "Sites"),
        ),
        collaboratives=tuple(psc),
        visible_to="Everyone. Trusts that you work with are shown with exact counts.",
        fresh=fresh_words(),
    )
    return render(request, "pages/wall.jinja", page)


USUAL = "PTO-M08"


def _usual(viewer: Viewer) -> str:
    """The measure that the wall begins with: one that has figures."""
    if walls.wall(viewer, measures=[USUAL], kinds=["trust"]):
        return USUAL
    code = series.england_code()
    there = walls.wall(viewer, codes=[code]) if code else []
    return there[0].definition.id if there else USUAL


def _count_words(count: int) -> str:
    many = {0: "No chart", 1: "One chart"}.get(count, f"{count} charts")
    return f"{many}, in alphabetical order" if count > 1 else many


def _codes(viewer, wave: str, collaborative: str, kind: str) -> list[str] | None:
    """Trusts of a wave or collaborative; None where neither is asked for."""
    if kind not in ("trust",) or not (wave or collaborative):
        return None
    rows = Organisation.objects.visible_to(viewer).of_kind("trust")
    if (number := digits(wave, most=4)) is not None:
        rows = rows.filter(
            pk__in=Enrolment.objects.visible_to(viewer).filter(wave__number=number).values("organisation")
        )
    if collaborative:
        rows = rows.filter(links_from__kind="in_psc", links_from__target__code=collaborative)
    return list(rows.values_list("code", flat=True))
