"""The public front page: what this is, the ambition, the five areas."""

from dataclasses import dataclass

from matneo.charts.ambition import Ambition, draw
from matneo.measures import definitions
from matneo.measures.definitions import AREAS
from matneo.monitoring import ambition
from matneo.stats.intervals import garwood
from matneo.web.pages import Page
from matneo.web.render import render

AREA_WORDS = {
    "SFP": "Every smoker found early, offered treatment, and supported to stay smoke-free.",
    "PTO": "The right place, the right medicines, and a calm, warm, complete first hour.",
    "DIP": "Joint care early, glucose in range, and a test after birth.",
    "NHG": "Warm, fed and together: fewer babies parted from their mothers.",
    "DET": "Getting worse is seen early, said clearly and answered in time.",
}


@dataclass(frozen=True)
class Card:
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
    verdict: str
    cards: tuple[Card, ...]
    areas: tuple[Area, ...]


def front(request):
    known = definitions.load().values()
    areas = tuple(
        Area(key.lower(), AREAS[key], words, sum(d.area == key for d in known))
        for key, words in AREA_WORDS.items()
    )
    page = FrontPage(
        title="Safer care for mothers and babies, learned together",
        verdict=ambition.verdict(),
        areas=areas,
        cards=tuple(_card(harm) for harm in ambition.harms()),
        visible_to="Everyone.",
        fresh="National figures as published; the latest year stands on each card.",
    )
    return render(request, "pages/front.jinja", page)


def _card(harm: ambition.Harm) -> Card:
    first, last = harm.baseline, harm.latest
    moved = round(harm.change * 100)
    change = f"{'Down' if moved < 0 else 'Up'} {abs(moved)}%"
    verdict = (
        "Halved"
        if harm.met
        else "Higher, not halved"
        if moved > 5
        else "Almost unchanged"
        if abs(moved) <= 5
        else "Not halved"
    )
    if harm.key == "preterm_birth_rate":
        verdict = "Reached" if harm.met else "Not reached"
    ends = None
    if harm.overlapping and last.numerator and last.denominator:
        interval = garwood(last.numerator, last.denominator / 100_000)
        ends = (float(interval.lower), float(interval.upper))
    interval_words = f" ({ends[0]:.1f} to {ends[1]:.1f})" if ends else ""
    sentence = f"{verdict}. {_n(last.value)} in {last.label}{interval_words}, from {_n(first.value)} in {first.label}."
    aims = sorted({promise.value for promise in harm.promises})
    aim_words = " or ".join(f"{aim:g}" for aim in aims)
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
    source = f"Source: {last.source}. Aim of {aim_words}: {harm.promises[0].source}. {harm.note}".strip()
    rows = tuple(
        (f.label, _n(f.value), "checked at its source" if f.checked else "not yet checked by us")
        for f in harm.figures
    )
    return Card(harm.name, harm.unit, change, sentence, svg, source, rows)


def _n(value: float) -> str:
    return f"{value:.1f}"
