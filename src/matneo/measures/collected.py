"""Measures that teams count themselves: the library names them, and nothing here calculates them from records.

A library measure is one of three things, and a rule says which, never a list:

* calculated: content/measures has a file of its id;
* collected: a team can type it as two counts (how many, of how many) in the months or quarters of a grid;
* left out, with the reason that `left_out` gives: its unit is no share of anything (minutes, days, percentage points),
  its only charts compare places or overlap (funnel, rolling years), or it is only followed by year, survey round or wave.

The first chart that two counts can feed decides how it is read: shares (p) and events per exposure (u) as such, single
values as an XmR chart of the shares, a run chart as one. Cases or time between events (g, t) need the day of each event,
which counts do not hold: those measures are read as rates by quarter, as the calculated ones of rare events are.

What a chart says of them stands in content/library/sentences.yaml, written by hand: "given before birth" and "women in
preterm labour" are no sentence by themselves.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from matneo.measures import definitions
from matneo.measures.definitions import Definition
from matneo.utils.content import parse_yaml

TABLE = "counts"  # what stands in `Definition.table`: no rows, the counts themselves
SHARES = ("percent", "per_1000", "per_100")
READ_AS = {"p": "p_prime", "u": "u_prime", "individuals": "xmr", "run": "run"}
RARE = ("g", "t")
SHORT = 48  # characters of a short name: a grid's first column
SINCE = date(2015, 4, 1)
# What is counted, as the denominator's words have it first; the word in "46 of 54 babies".
NOUNS = (
    "women", "mothers", "babies", "parents", "staff", "people", "births", "bookings", "referrals", "contacts",
    "attendances", "escalations", "triggers", "sets", "reviews", "calls", "admissions", "readings", "tests", "smokers",
    "incidents", "projects", "elements", "drills", "maternities", "events", "places",
)  # fmt: skip
_TARGET = re.compile(r"(?:under |less than |at least )?(\d+(?:\.\d+)?)%(?! \()", re.IGNORECASE)
_FACT = re.compile(r"\b(?:19|20)\d\d\b|nationally")  # what was measured somewhere, which is no aim
_ENDING = re.compile(
    r"(?:,? (?:a|the|and|or|of|in|as|for|from|with|was|were))+$"
)  # no word to end a short name with
_SAME = re.compile(r"(?:As|See|Babies of) ([A-Z]{3}-M\d+)\b")


@dataclass(frozen=True)
class Entry:
    """One measure of a library file, with its package's facts."""

    raw: Mapping[str, Any]
    area: str

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    @property
    def charts(self) -> tuple[str, ...]:
        return tuple(self.raw["chart"])

    @property
    def periods(self) -> tuple[str, ...]:
        return tuple(self.raw["period"])


@lru_cache(maxsize=1)
def load() -> dict[str, Definition]:
    """The collected measures by id, in the order of the library. Read once a process."""
    entries = _entries()
    calculated = definitions.load()
    return {
        entry.id: _definition(entry, entries)
        for entry in entries.values()
        if entry.id not in calculated and not why_not(entry)
    }


@lru_cache(maxsize=1)
def known() -> dict[str, Definition]:
    """Every measure that has a definition: from its own file, or collected."""
    return {**definitions.load(), **load()}


@lru_cache(maxsize=1)
def sentences() -> dict[str, str]:
    """By id what the chart of a typed measure says: "smokers at booking who are referred within one working day"."""
    file = resources.files("matneo") / "content" / "library" / "sentences.yaml"
    return {str(name): _words(text) for name, text in parse_yaml(file.read_text("utf-8")).items()}


def same_denominator(measure: str) -> str:
    """The id of the measure that is counted out of the very same: where the library's words only name another one ("As
    PTO-M05") and add nothing. Equal words are not enough: two measures may say "Sets due" and mean other sets."""
    entry = _entries().get(measure)
    match = _SAME.fullmatch(_words(entry.raw["of"])) if entry else None
    return match[1] if match and match[0].startswith("As ") else ""


def left_out() -> dict[str, str]:
    """Library measures that are neither calculated nor collected, each with the reason."""
    calculated = definitions.load()
    reasons = {entry.id: why_not(entry) for entry in _entries().values() if entry.id not in calculated}
    return {name: reason for name, reason in reasons.items() if reason}


def why_not(entry: Entry) -> str:
    """Why nobody can type it as counts by month or quarter; empty where they can."""
    unit = str(entry.raw["unit"])
    if unit not in SHARES:
        return f"Its unit is {unit.replace('_', ' ')}: two counts of one place do not make it."
    if not {*READ_AS, *RARE} & set(entry.charts[:1]):
        return f"Its chart is {entry.charts[0]}: it compares places or overlapping years, not months."
    if not {"week", "month", "quarter"} & set(entry.periods):
        return f"It is followed by {' or '.join(entry.periods)} only: a grid of months has no place for it."
    return ""


def define(
    *,
    id: str,
    area: str,
    name: str,
    counted: str,
    of: str,
    family: str,
    direction: str,
    unit: str = "percent",
    says: str = "",
    **more: Any,
) -> Definition:
    """A definition without predicates: words in place of them. `says` is what a chart says in a sentence ("women who …");
    without it the chart names the measure, as no rule makes a sentence of two phrases that a team wrote."""
    return Definition(
        id=id,
        area=area,
        name=name,
        short_name=short(name),
        family=family,
        direction=direction,
        unit=unit,
        counts=counts_of(of),
        good_sentence=says or f"“{name}”",
        numerator_words=counted,
        denominator_words=of,
        table=TABLE,
        **{
            "rationale": "",
            "exclusions_words": "Nothing.",
            "source": "Counted and typed in by the team",
            "confidence": "our design",
            "limits_of_use": "Typed in by teams; not calculated: it is as good as the counting behind it.",
            "versions": (definitions.Version(1, SINCE, "First version."),),
            **more,
        },
    )


def short(name: str) -> str:
    """A name that fits a grid's first column: what stands before a comma, else as many whole words as fit."""
    if len(name) <= SHORT:
        return name
    before = name.partition(",")[0]
    if len(before) <= SHORT:
        return before
    return _ENDING.sub("", name[:SHORT].rpartition(" ")[0]) + "…"


def counts_of(of: str) -> str:
    """The plain word for what a denominator counts: the first that is known, else "cases"."""
    words = re.findall(r"[a-z]+", of.lower())
    return next((word for word in words if word in NOUNS), "cases")


def _definition(entry: Entry, entries: Mapping[str, Entry]) -> Definition:
    raw = entry.raw
    chart, period = _read_as(entry)
    found = define(
        id=entry.id,
        area=entry.area,
        name=_words(raw["name"]),
        counted=_resolved("counted", entry, entries),
        of=_of(entry, entries),
        family=raw["family"],
        direction=raw["direction"],
        unit=raw["unit"],
        says=sentences().get(entry.id, ""),
        rationale=_words(raw["why"]),
        source=_resolved("source", entry, entries),
        chart=chart,
        period=period,
        targets=tuple(_targets(raw)),
    )
    left = _resolved("left_out", entry, entries) if raw.get("left_out") else ""
    return definitions.checked(
        replace(found, exclusions_words=left) if left else found, f"{entry.area}.yaml, {entry.id}"
    )


def _read_as(entry: Entry) -> tuple[str, str]:
    """(chart, period): the library's first chart that counts can feed. Where every chart is for rare events, rates by
    quarter, and so it is where the library asks for nothing shorter."""
    chart = next((READ_AS[name] for name in entry.charts if name in READ_AS), "")
    if not chart:
        return "u_prime", "quarter"
    return chart, "month" if {"week", "month"} & set(entry.periods) else "quarter"


def _of(entry: Entry, entries: Mapping[str, Entry]) -> str:
    """The denominator in words; of "100 births" it is the births that are typed."""
    plain = re.sub(r"^[\d,]+ ", "", _resolved("of", entry, entries))
    return plain[:1].upper() + plain[1:]


def _resolved(field: str, entry: Entry, entries: Mapping[str, Entry]) -> str:
    """Its words; where they only name another measure, that one's, with what is said beyond."""
    words = _words(entry.raw[field])
    match = _SAME.match(words)
    other = entries.get(match[1]) if match else None
    if match is None or other is None:
        return words
    return _words(other.raw[field]) + words[match.end() :]


def _targets(raw: Mapping[str, Any]) -> Iterator[definitions.Target]:
    """The first aim that is said in percent. What was measured somewhere in a year is a fact, and no aim. The library
    gives no day from which an aim holds: it holds as long as the definition does."""
    if raw["unit"] != "percent":
        return
    for target in raw.get("targets", ()):
        words = _words(target["words"])
        match = _TARGET.match(words)
        if match and not _FACT.search(words):
            yield definitions.Target(
                float(match[1]), SINCE, f"Change package: {words}", str(target["confidence"])
            )
            return


def _words(text: Any) -> str:
    return " ".join(str(text).split())


@lru_cache(maxsize=1)
def _entries() -> dict[str, Entry]:
    """Every measure of the library's files, in the order of the areas."""
    root = resources.files("matneo") / "content" / "library"
    found: dict[str, Entry] = {}
    for area in definitions.AREAS:
        file = root / f"{area}.yaml"
        if file.is_file():
            for raw in parse_yaml(file.read_text("utf-8"))["measures"]:
                found[str(raw["id"])] = Entry(raw, area)
    return found
