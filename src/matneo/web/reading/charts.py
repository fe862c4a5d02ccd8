"""The chart page, and its other forms after the address."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse, JsonResponse

from matneo.charts import icons, png, sentences, spc, table, vega
from matneo.charts.model import SpcChart, Table
from matneo.measures.periods import Period
from matneo.monitoring import payload, pictures, series, sums
from matneo.monitoring.series import Series
from matneo.web.lines import PLACES, place_path
from matneo.web.pages import Crumb, Page, Step
from matneo.web.render import render
from matneo.web.viewing import viewer_of

KINDS = {name: kind for kind, name in PLACES.items()}


@dataclass(frozen=True)
class Download:
    text: str
    href: str


@dataclass(frozen=True, kw_only=True)
class ChartPage(Page):
    kicker: str
    sentence: str
    verdict: str
    rest: str
    value: str
    value_period: str
    value_counts: str
    variation_icon: str
    variation_words: tuple[str, str]
    assurance_icon: str
    assurance_words: tuple[str, str]
    direction: str
    direction_arrow: str
    svg: str
    phone_svg: str
    caption: str
    few: bool
    rules: tuple[sums.Rule, ...]
    sums: tuple[sums.Sum, ...]
    chance: str
    table: Table
    newest: int
    downloads: tuple[Download, ...]
    freshness: tuple[tuple[str, str], ...]
    who: str
    huddle: bool
    views: tuple[Step, ...]
    definition_href: str


def chart(request, places: str, code: str, measure: str):
    found = find(request, places, code, measure)
    return render(
        request,
        "pages/huddle.jinja" if request.GET.get("view") == "huddle" else "pages/chart.jinja",
        _page(request, found),
    )


def england_chart(request, measure: str):
    return chart(request, "england", series.england_code() or "", measure)


def find(request, places: str, code: str, measure: str) -> Series:
    found = series.read(measure, code.upper(), viewer_of(request))
    if found is None or (places != "england" and found.subject.kind != KINDS.get(places)):
        raise Http404
    return found


def form(request, places: str, code: str, measure: str, kind: str):
    """The same chart as .svg, .png, .csv, .json or .vl.json."""
    found = find(request, places, code or series.england_code() or "", measure)
    model = pictures.model_of(found)
    if kind == "svg":
        return HttpResponse(spc.draw(model).svg, content_type="image/svg+xml")
    if kind == "png":
        try:
            return HttpResponse(png.from_svg(spc.draw(model).svg), content_type="image/png")
        except png.NoPictures as reason:
            return HttpResponse(str(reason), status=501, content_type="text/plain")
    if kind == "csv":
        answer = HttpResponse(table.as_csv(spc.draw(model).table), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{found.subject.code}-{measure}.csv"'
        return answer
    if kind == "vl.json":
        return JsonResponse(vega.dictionary(model), json_dumps_params={"indent": 1})
    return JsonResponse(payload.as_json(found), json_dumps_params={"indent": 1})


def england_form(request, measure: str, kind: str):
    return form(request, "england", "", measure, kind)


def _page(request, found: Series) -> ChartPage:
    view = request.GET.get("view", "")
    model = pictures.model_of(found)
    drawn = spc.draw(model, "huddle" if view == "huddle" else "full")
    phone = pictures.model_of(found, key="phone")
    last, d, subject = model.last, found.definition, found.subject
    about = "about " if found.rounded else ""
    counts = (
        f"{about}{last.numerator:,.0f} of {last.denominator:,.0f} {d.counts}"
        if last and last.numerator is not None and last.denominator is not None
        else ""
    )
    if last and last.provisional:
        counts += ", provisional"
    return ChartPage(
        title=d.name,
        section="measures",
        crumbs=_crumbs(found),
        kicker=f"{subject.short_name} · {d.denominator_words[0].lower() + d.denominator_words[1:]} · per {found.period_kind.replace('_', ' ')}",
        sentence=drawn.sentence,
        verdict=_verdict(drawn.sentence),
        rest=drawn.sentence.partition(":")[2],
        value=sentences.figure(last.value, d.unit, d.scale) if last else "no figure yet",
        value_period=Period(found.period_kind, last.start).label() if last else "",
        value_counts=counts,
        variation_icon=icons.variation(model.variation, 52, key="vi"),
        variation_words=sentences.variation_words(model),
        assurance_icon=icons.assurance(model.assurance, 52, direction=d.direction, key="ai"),
        assurance_words=sentences.assurance_words(model),
        direction=sentences.direction_words(model),
        direction_arrow={"increase": "↑", "decrease": "↓", "neutral": "↔"}[d.direction],
        svg=drawn.svg,
        phone_svg=spc.draw(phone, "phone").svg,
        caption=_caption(found, model),
        few=model.few,
        rules=sums.rules_fired(model),
        sums=sums.show_the_sum(model),
        chance=sums.chance_words(model),
        table=drawn.table,
        newest=12,
        downloads=_downloads(request),
        freshness=_freshness(found),
        who=_who(found),
        huddle=view == "huddle",
        views=(Step("Huddle view", "?view=huddle"), Step("Definition in words", f"/measures/{d.id}/")),
        definition_href=f"/measures/{d.id}/",
        visible_to=_who(found),
        fresh="",
        next_steps=_next(found, model),
    )


def _verdict(sentence: str) -> str:
    """The first words up to the colon, where they are one of our verdicts."""
    first = sentence.partition(":")[0]
    return first if first in sentences.VARIATION.values() or first.startswith("Changed") else ""


def _crumbs(found: Series) -> tuple[Crumb, ...]:
    subject, d = found.subject, found.definition
    first = Crumb(subject.short_name, place_path(subject.kind, subject.code))
    return (
        (first, Crumb("Measures", "/measures/"))
        if d.area == "MSD"
        else (first, Crumb(_area(d.area), f"/areas/{d.area.lower()}/"))
    )


def _area(key: str) -> str:
    from matneo.measures.definitions import AREAS

    return AREAS[key]


def _caption(found: Series, model: SpcChart) -> str:
    sizes = [p.denominator for p in model.valued if p.denominator is not None]
    span = f" ({min(sizes):,.0f} to {max(sizes):,.0f} {model.counts})" if sizes else ""
    broken = (
        " The line is broken where there is no value." if any(p.value is None for p in model.points) else ""
    )
    rounded = " Counts are rounded: 1 to 7 become 5, others go to the nearest 5." if found.rounded else ""
    return f"Each point is one {found.period_kind.replace('_', ' ')}{span}.{broken}{rounded}"


def _downloads(request) -> tuple[Download, ...]:
    base = request.path.rstrip("/")
    forms = (
        ("Picture (PNG)", "png"),
        ("Drawing (SVG)", "svg"),
        ("Points (CSV)", "csv"),
        ("Points (JSON)", "json"),
        ("Vega-Lite", "vl.json"),
    )
    return tuple(Download(text, f"{base}.{kind}") for text, kind in forms)


def _freshness(found: Series) -> tuple[tuple[str, str], ...]:
    f, d = found.freshness, found.definition
    rows = [("Data to", f"{f.data_to:%-d %B %Y}" if f.data_to else "no figure yet")]
    if f.received:
        rows.append(("Arrived", f"{f.received:%-d %B %Y}"))
    if found.subject.kind in series.SMALL_KINDS and found.origin != "published":
        rows.append(
            (
                "Signed off by the trust",
                f"to {f.signed_through:%B %Y}, on {f.signed_at:%-d %B %Y}"
                if f.signed_through and f.signed_at
                else "not yet",
            )
        )
    share = found.line["missing_share"]
    known = d.headline != "strict"
    if share is not None and share > 0.0005:
        words = "left out of the share" if known else "counted as not done"
        rows.append(
            (
                "Missing answers",
                f"{share:.0%} in the last year shown; {words}"
                if found.period_kind in ("month", "quarter")
                else f"{share:.0%}; {words}",
            )
        )
    rows.append(
        ("Source", d.source + (f" ({f.file_name})" if f.file_name and found.origin == "published" else ""))
    )
    rows.append(("Definition", f"version {d.version}; clinical sign-off: {d.clinical_signoff}"))
    rows.append(("Release", found.release_id))
    return tuple(rows)


def _who(found: Series) -> str:
    if found.audience == "inside":
        return f"Exact counts: people of {found.subject.short_name}, its coach and its collaborative. Everyone else sees signed-off, rounded figures."
    if found.subject.kind == "england" or found.origin == "published":
        return "Everyone."
    return "Everyone: these figures are signed off, rounded and pooled until nobody can be known by them."


def _next(found: Series, model: SpcChart) -> tuple[Step, ...]:
    steps = []
    if model.variation == "concern":
        steps.append(Step("Look at what changed just before, with the team that knows the work.", ""))
    if model.variation == "improvement":
        steps.append(Step("Ask what helped, and tell your collaborative.", ""))
    if model.few:
        steps.append(
            Step("Come back when there are 13 points; until then read the value with its interval.", "")
        )
    steps.append(Step("See the same measure everywhere", f"/wall/?measure={found.definition.id}"))
    steps.append(Step("Read the definition", f"/measures/{found.definition.id}/"))
    return tuple(steps)
