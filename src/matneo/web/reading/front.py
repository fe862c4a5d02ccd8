"""The public front page: what this is, the ambition, the five areas."""

from dataclasses import dataclass

from matneo.charts.ambition import Ambition, draw
from matneo.measures import definitions
from matneo.measures.definitions import AREAS
from matneo.monitoring import ambition
from matneo.stats.intervals import garwood
from matneo.web.pages import Page
from matneo.web.reading import lessons
from matneo.web.reading.lessons import Lesson
from matneo.web.render import render
from matneo.web.viewing import viewer_of

AREA_WORDS = {
    "SFP": "Every smoker found early, offered treatment, and supported to stay smoke-free.",
    "PTO": "The right place, the right medicines, and a calm, warm, complete first hour.",
    "DIP": "Joint care early, glucose in range, and a test after birth.",
    "NHG": "Warm, fed and together: fewer babies parted from their mothers.",
    "DET": "Getting worse is seen early, said clearly and answered in time.",
}


@dataclass(frozen=True)
class Card:
    key: str
    name: str
    unit: str
    change: str
    sentence: str
    svg: str
    source: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Area:
    key: str
    name: str
    words: str
    measures: int


@dataclass(frozen=True, kw_only=True)
class FrontPage(Page):
    verdict: str  # bold: was any of the four harms halved
    verdict_rest: str
    cards: tuple[Card, ...]
    fifth: Card  # preterm birth: promised to fall, not to halve
    areas: tuple[Area, ...]
    lessons: tuple[Lesson, ...]


def front(request):
    known = definitions.load().values()
    areas = tuple(
        Area(key.lower(), AREAS[key], words, sum(d.area == key for d in known))
        for key, words in AREA_WORDS.items()
    )
    first, _, rest = ambition.verdict().partition(". ")
    cards = tuple(_card(harm) for harm in ambition.harms())
    page = FrontPage(
        title="Safer care for mothers and babies, learned together",
        verdict=f"{first}.".replace("..", "."),
        verdict_rest=rest,
        areas=areas,
        lessons=lessons.newest(viewer_of(request)),
        cards=cards[:4],
        fifth=cards[4],
        visible_to="Everyone.",
        fresh="National figures as published; the latest year stands on each card.",
    )
    return render(request, "pages/front.jinja", page)


def _card(harm: ambition.Harm) -> Card:
    first, last = harm.baseline, harm.latest
    moved = round(harm.change * 100)
    ends = _ends(harm)
    interval = f" ({ends[0]:.1f} to {ends[1]:.1f})" if ends else ""
    sentence = (
        f"{_verdict(harm, moved)}. {_n(last.value)} in {last.label}{interval}, from {_n(first.value)} in {first.label}"
        f"{_remark(harm)}."
    )
    aims = sorted({promise.value for promise in harm.promises})
    aim_words = " or ".join(f"{aim:.1f}" if aim == round(aim, 1) else f"{aim:g}" for aim in aims)
    svg = draw(
        Ambition(
            harm.key,
            f"{harm.name}, {harm.unit}",
            sentence,
            [(f.year, f.value, f.checked) for f in harm.figures],
            (2025, min(aims)),
            aim_words,
            _n(first.value),
            f"{_n(last.value)} in {last.label}" if not harm.overlapping else _n(last.value),
            ends,
        )
    )
    rows = tuple(
        (f.label, _n(f.value), "checked at its source" if f.checked else "not yet checked by us")
        for f in harm.figures
    )
    change = f"{'Down' if moved < 0 else 'Up'} {abs(moved)}%"
    return Card(
        harm.key, harm.name, harm.unit, change, sentence, svg, _source(harm, aim_words, bool(ends)), rows
    )


def _verdict(harm: ambition.Harm, moved: int) -> str:
    if harm.key == "preterm_birth_rate":
        return "Reached" if harm.met else "Not reached"
    if harm.met:
        return "Halved"
    if abs(moved) <= 5:
        return "Almost unchanged"
    return "Higher, not halved" if moved > 0 else "Not halved"


def _ends(harm: ambition.Harm) -> tuple[float, float] | None:
    """The 95% interval of a rate of few deaths in three years together."""
    last = harm.latest
    if not (harm.overlapping and last.numerator and last.denominator):
        return None
    interval = garwood(last.numerator, last.denominator / 100_000)
    return float(interval.lower), float(interval.upper)


def _remark(harm: ambition.Harm) -> str:
    """When most of a fall came, where enough years are known to say so; else how old the latest figure is."""
    first, last = harm.baseline, harm.latest
    middle = next((f for f in harm.figures if f.year == 2020), None)
    if harm.change < -0.1 and middle is not None:
        early = (first.value - middle.value) / (first.value - last.value)
        if early >= 1:
            return ", and no lower than in 2020"
        if early > 0.75:
            return "; most of the fall came before 2020"
    return ", the latest year we hold" if last.year < 2021 else ""


def _source(harm: ambition.Harm, aim_words: str, barred: bool) -> str:
    promise = harm.promises[0]
    aim = "" if promise.inferred else f" Promise of {aim_words}: {promise.source}."
    bar = " The bar is our 95% interval." if barred else ""
    return f"Source: {harm.latest.source}.{aim} {harm.note}{bar}".replace("  ", " ").strip()


def _n(value: float) -> str:
    return f"{value:.1f}"
