"""What a chart's page says, in the order in which people read it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from matneo.accounts.permissions import Permission
from matneo.charts import icons, sentences, spc
from matneo.charts.model import SpcChart, Table
from matneo.measures.definitions import AREAS
from matneo.measures.periods import Period, label
from matneo.monitoring import phases, pictures, questions, series, sums, variants
from matneo.monitoring.beside import beside
from matneo.monitoring.series import Series
from matneo.monitoring.walls import WallEntry
from matneo.monitoring.ways import FEWEST
from matneo.web.lines import PLACES, missing_words, place_path, unanswered, value_of
from matneo.web.pages import Crumb, Page, Step
from matneo.web.reading.tried import Work

KINDS = {name: kind for kind, name in PLACES.items()}
VIEWS = ("full", "simple", "huddle", "xmr")
SHORT_TABLE = 8
PHONE_YEARS = 5
COUNTING = {
    "strict": "Missing counts as not done",
    "known": "Known answers only",
    "completeness": "How complete",
}
ORIGINS = {
    "calculated": "Counted from records",
    "collected": "Sent in as counts",
    "published": "As published",
}
FORMS = (
    ("Picture (PNG)", "png"),
    ("Drawing (SVG)", "svg"),
    ("Points (CSV)", "csv"),
    ("Points (JSON)", "json"),
    ("Vega-Lite", "vl.json"),
)


@dataclass(frozen=True)
class Choice:
    text: str
    href: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class ChartPage(Page):
    kicker: str
    sentence: str
    verdict: str
    rest: str
    value: str
    unit: str
    value_period: str
    value_counts: str
    interval: str
    england: str
    unanswered: str
    n_points: int
    variation_icon: str
    variation_words: tuple[str, str]
    assurance_icon: str
    assurance_words: tuple[str, str]
    way: str
    direction: str
    svg: str
    phone_svg: str
    phone_words: str
    phone_link: Step
    all_years: bool
    caption: str
    few: bool
    has_tests: bool
    simple: bool
    is_xmr: bool
    ways: tuple[Choice, ...]
    counting: tuple[Choice, ...]
    counting_words: str
    rules: tuple[sums.Rule, ...]
    n_fired: int
    sums: tuple[sums.Sum, ...]
    chance: str
    other_chart: Step
    table: Table
    newest: int
    columns: int  # without limits and signals where there are none
    periods: str
    gaps: str
    downloads: tuple[Step, ...]
    freshness: tuple[tuple[str, str], ...]
    who: str
    views: tuple[Step, ...]
    full_href: str
    work: tuple[Work, ...]  # the projects that follow this chart


@dataclass(frozen=True)
class Asked:
    """How the reader wants to see it; anything unknown in the address means the usual way."""

    view: str
    counting: str
    all_years: bool
    way: str = ""

    def href(self, **changes: str) -> str:
        given = {
            "view": self.view,
            "count": self.counting,
            "years": "all" if self.all_years else "",
            "from": self.way,
            **changes,
        }
        kept = {key: value for key, value in given.items() if value and value != "full"}
        return f"?{urlencode(kept)}" if kept else "?"


def asked(query) -> Asked:
    view, counting = query.get("view", "full"), query.get("count", "")
    return Asked(
        view if view in VIEWS else "full",
        counting if counting in variants.NAMES else "",
        query.get("years") == "all",
        query.get("from", "")[:40],
    )


def model_for(found: Series, wanted: Asked, key: str = "chart") -> SpcChart:
    """The chart in the way that was asked for."""
    if wanted.counting in variants.available(found):
        return variants.model_of(found, wanted.counting, key)
    if wanted.view == "xmr" and found.line["n_points"] >= 13:
        return variants.individuals(found, key)
    return pictures.model_of(found, key)


def page_of(
    found: Series,
    wanted: Asked,
    path: str,
    may: frozenset[Permission] = frozenset(),
    work: tuple[Work, ...] = (),
) -> ChartPage:
    model = model_for(found, wanted)
    drawn = spc.draw(model, "huddle" if wanted.view == "huddle" else "full")
    phone = spc.draw(model_for(found, wanted, "phone"), "full" if wanted.all_years else "phone")
    last, d = model.last, found.definition
    value, unit = value_of(last.value, model.unit, model.scale) if last else ("no figure yet", "")
    rules = () if wanted.view == "simple" else sums.rules_fired(model)
    interval, england, no_answer = _beside(found, model)
    verdict = _verdict(drawn.sentence)
    return ChartPage(
        title=d.name,
        section="measures",
        crumbs=_crumbs(found),
        kicker=_kicker(found),
        sentence=drawn.sentence,
        verdict=verdict,
        rest=drawn.sentence[len(verdict) + 1 :] if verdict else drawn.sentence,
        value=value,
        unit=unit,
        value_period=Period(found.period_kind, last.start).label() if last else "",
        value_counts=_counts(found, model),
        interval=interval,
        england=england,
        unanswered=no_answer,
        n_points=len(model.valued),
        variation_icon=icons.variation(model.variation, 52, key="vi"),
        variation_words=sentences.variation_words(model),
        assurance_icon=icons.assurance(model.assurance, 52, direction=model.direction, key="ai"),
        assurance_words=sentences.assurance_words(model),
        way=model.direction,
        direction=sentences.direction_words(model),
        svg=drawn.svg,
        phone_svg=phone.svg,
        phone_words=_phone_words(model, wanted),
        phone_link=_phone_link(model, wanted),
        all_years=wanted.all_years,
        caption=f"{_caption(found, model)} {drawn.notes}".strip(),
        few=model.few,
        has_tests=any(mark.kind == "test" for mark in model.marks),
        simple=wanted.view == "simple",
        is_xmr=model.chart == "xmr",
        ways=_ways(found, wanted),
        counting=_counting(found, wanted),
        counting_words=variants.WORDS[wanted.counting or d.headline] if variants.available(found) else "",
        rules=rules,
        n_fired=sum(rule.fired for rule in rules),
        sums=sums.show_the_sum(model) if model.chart != "xmr" else (),
        chance=sums.chance_words(model),
        other_chart=_other_chart(wanted, model),
        table=drawn.table,
        newest=SHORT_TABLE,
        columns=5 if model.few else 7,
        periods=f"{sentences.PLURAL.get(found.period_kind, 'periods')}",
        gaps=_gaps(model),
        downloads=tuple(Step(text, f"{path.rstrip('/')}.{kind}{_way_part(wanted)}") for text, kind in FORMS),
        freshness=_freshness(found),
        who=_who(found),
        views=_views(wanted),
        full_href=wanted.href(view="full"),
        work=work,
        visible_to=_who(found),
        fresh="",
        next_steps=(*_asked(found), *_own_steps(found, path, may), *_next(found, model)),
    )


def _asked(found: Series) -> tuple[Step, ...]:
    """What is still asked about a typed count that the sentence hangs on comes before anything else."""
    pair = (found.definition.id, found.subject.code)
    asked = questions.standing({pair: found}) if found.stays_inside else {}
    return tuple(Step(f"{words}: is it right?", "") for words in asked.values())


def _kicker(found: Series) -> str:
    words = found.definition.of_whom.rstrip(".")
    return f"{found.subject.short_name} · {words} · per {_one(found.period_kind)}"


def _one(kind: str) -> str:
    return kind.replace("_", " ")


def _verdict(sentence: str) -> str:
    """The first words up to the colon, where they are one of our verdicts."""
    first = sentence.partition(":")[0]
    return first if first in sentences.VARIATION.values() else ""


def _crumbs(found: Series) -> tuple[Crumb, ...]:
    subject, area = found.subject, found.definition.area
    middle = (
        Crumb("Measures", "/measures/")
        if area in ("MSD", "NAT") or area not in AREAS
        else Crumb(AREAS[area], f"/areas/{area.lower()}/")
    )
    return (Crumb(subject.short_name, place_path(subject.kind, subject.code)), middle)


def _counts(found: Series, model: SpcChart) -> str:
    last = model.last
    if last is None or last.numerator is None or last.denominator is None:
        return ""
    about = "about " if found.rounded else ""
    provisional = ", provisional" if last.provisional else ""
    return f"{about}{last.numerator:,.0f} of {last.denominator:,.0f} {model.counts}{provisional}"


def _beside(found: Series, model: SpcChart) -> tuple[str, str, str]:
    """Interval, England's figure and the missing answers, where there are too few points for limits."""
    if not model.few:
        return "", "", ""
    entry = WallEntry(
        found.definition, found.subject.code, found.subject.short_name, found.subject.kind, found.line
    )
    side = beside([entry], series.england_code())[0]
    interval = england = ""
    if side.lower is not None and side.upper is not None:
        interval = sentences.interval(side.lower, side.upper, model.unit, model.scale)
    if side.england is not None:
        england = sentences.figure(side.england, model.unit, model.scale)
    return interval, england, unanswered(entry)


def _caption(found: Series, model: SpcChart) -> str:
    sizes = [p.denominator for p in model.valued if p.denominator is not None]
    ends = list(dict.fromkeys(f"{end(sizes):,.0f}" for end in (min, max))) if sizes else []
    span = f" ({' to '.join(ends)} {model.counts})" if ends else ""
    broken = (
        " The line is broken where there is no value." if any(p.value is None for p in model.points) else ""
    )
    rounded = " Counts are rounded: 1 to 7 become 5, others go to the nearest 5." if found.rounded else ""
    return f"Each point is one {_one(found.period_kind)}{span}.{broken}{rounded}"


def _phone_words(model: SpcChart, wanted: Asked) -> str:
    if wanted.all_years or not model.points:
        return ""
    first, last = model.points[0].start, model.points[-1].start
    return "The last five years." if last.year - first.year > PHONE_YEARS else ""


def _phone_link(model: SpcChart, wanted: Asked) -> Step:
    year = model.points[0].start.year if model.points else ""
    return Step(f"Show all since {year}", wanted.href(years="all"))


def _counting(found: Series, wanted: Asked) -> tuple[Choice, ...]:
    headline = found.definition.headline
    return tuple(
        Choice(
            COUNTING[name],
            wanted.href(count="" if name == headline else name),
            name == (wanted.counting or headline),
        )
        for name in variants.available(found)
    )


def _ways(found: Series, wanted: Asked) -> tuple[Choice, ...]:
    """Where the measure is there in several ways: one is looked at, the others are a link away."""
    if len(found.ways) < 2:
        return ()
    return tuple(
        Choice(
            f"{ORIGINS[way.origin]}, by {_one(way.period_kind)}",
            wanted.href(**{"from": way.key, "count": ""}),
            (way.origin, way.period_kind) == (found.origin, found.period_kind),
        )
        for way in found.ways
    )


def _way_part(wanted: Asked) -> str:
    return f"?{urlencode({'from': wanted.way})}" if wanted.way else ""


def _other_chart(wanted: Asked, model: SpcChart) -> Step:
    if model.chart == "xmr":
        return Step("Back to the chart of the shares", wanted.href(view="full"))
    return Step("Compare with the XmR chart", wanted.href(view="xmr", count=""))


def _gaps(model: SpcChart) -> str:
    """The first period without a value, in words, so that nobody reads a gap as a zero."""
    gaps = [point for point in model.points if point.value is None]
    if not gaps:
        return ""
    words = sentences.STATES[gaps[0].state] or "no value"
    more = f", and so {'is' if len(gaps) == 2 else 'are'} {len(gaps) - 1} more" if len(gaps) > 1 else ""
    return f"{gaps[0].label} is “{words}”, which is not zero{more}."


def _freshness(found: Series) -> tuple[tuple[str, str], ...]:
    f, d = found.freshness, found.definition
    rows = [("Data to", f"{f.data_to:%-d %B %Y}" if f.data_to else "no figure yet")]
    if f.received:
        rows.append(("Arrived", f"{f.received:%-d %B %Y}"))
    if found.subject.kind in series.SMALL_KINDS and found.origin != "published" and not found.stays_inside:
        signed = (
            f"to {f.signed_through:%B %Y}, on {f.signed_at:%-d %B %Y}"
            if f.signed_through and f.signed_at
            else "not yet"
        )
        rows.append(("Signed off by the trust", signed))
    rows += _missing(found)
    file = f" ({f.file_name})" if f.file_name and found.origin == "published" else ""
    rows.append(("Source", f"{d.source}{file}"))
    rows.append(("Definition", f"version {d.version}; clinical sign-off: {d.clinical_signoff}"))
    rows.append(("Release", found.release_id or "none: counts that teams type are read as they stand"))
    return tuple(rows)


def _missing(found: Series) -> list[tuple[str, str]]:
    share = found.line["missing_share"]
    if share is None or share <= 0.0005:
        return []
    words = "counted as not done" if found.definition.headline == "strict" else "left out of the share"
    newest = found.line["last_period"]
    span = (
        f" in {Period(found.period_kind, newest).label()}"
        if found.line["n_points"] < FEWEST and newest
        else " in the last periods shown"
    )
    return [("Missing answers", f"{missing_words(share)}{span}; {words}")]


def _who(found: Series) -> str:
    if found.stays_inside:
        return f"Typed counts: people of {found.subject.short_name}, its coach and its collaborative. Nobody else sees them."
    if found.audience == "inside":
        return (
            f"Exact counts: people of {found.subject.short_name}, its coach and its collaborative. "
            "Everyone else sees signed-off, rounded figures."
        )
    if found.subject.kind == "england" or found.origin == "published":
        return "Everyone."
    return "Everyone: these figures are signed off, rounded and pooled until nobody can be known by them."


def _views(wanted: Asked) -> tuple[Step, ...]:
    every = (
        ("Full page", "full"),
        ("Simple page, for a board paper", "simple"),
        ("Huddle view, for a screen on the wall", "huddle"),
    )
    return tuple(Step(text, wanted.href(view=name)) for text, name in every if name != wanted.view)


def _own_steps(found: Series, path: str, may: frozenset[Permission]) -> tuple[Step, ...]:
    """What people of the place may do with this chart."""
    steps, notes = [], f"{path.rstrip('/')}/notes/"
    if Permission.REBASE in may:
        suggested = [shift.start for shift in phases.shifts(found) if shift.verdict == "suggested"]
        steps += [
            Step(
                f"Decide whether a new phase begins in {label(found.period_kind, start)}: see the evidence",
                f"{notes}?start={start}#phase",
            )
            for start in suggested[-1:]  # the newest is the one that people remember
        ]
    if Permission.ANNOTATE in may:
        steps.append(Step("Put a note on this chart", notes))
    return tuple(steps)


def _next(found: Series, model: SpcChart) -> tuple[Step, ...]:
    steps = []
    if model.few:
        words = f"Read the value with its interval. From 13 {sentences.PLURAL.get(found.period_kind, 'periods')} on there are limits."
        steps.append(Step(words, ""))
    elif model.variation == "concern":
        steps.append(Step("Look at what changed just before, with the team that knows the work.", ""))
    elif model.variation == "improvement":
        steps.append(Step("Ask what helped, and tell your collaborative.", ""))
    else:
        steps.append(
            Step("Nothing needs you here. To move a steady process, change how the work is done.", "")
        )
    if not found.stays_inside:
        steps.append(Step("See the same measure everywhere", f"/wall/?measure={found.definition.id}"))
    steps.append(Step("Read the definition in words", f"/measures/{found.definition.id}/"))
    return tuple(steps)
