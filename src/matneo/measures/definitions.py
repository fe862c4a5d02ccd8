"""Measure definitions: one schema, read from content files, refused with file, line and field."""

from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from matneo.utils.content import parse_yaml

AREAS = {
    "SFP": "Smoke-free pregnancy",
    "PTO": "Very preterm babies",
    "DIP": "Diabetes in pregnancy",
    "NHG": "Neonatal hypoglycaemia",
    "DET": "Deterioration",
    "NAT": "National outcomes",
    "MSD": "Published national statistics",
}
FAMILIES = ("outcome", "process", "balancing", "experience")
DIRECTIONS = ("increase", "decrease", "neutral")
UNITS = {"percent": 100.0, "per_1000": 1000.0, "per_100": 100.0, "count": 1.0, "days": 1.0}
VARIANTS = ("strict", "known", "completeness")
TABLES = ("births", "published", "counts")  # rows, somebody else's figures, counts that a team types
CHARTS = ("xmr", "run", "p", "p_prime", "u", "u_prime", "g", "t")


class ContentError(Exception):
    """A content file is not as the schema wants it; the sentence names file, line and field."""


@dataclass(frozen=True)
class Target:
    value: float  # on the scale of the unit
    since: date
    source: str
    confidence: str


@dataclass(frozen=True)
class Version:
    version: int
    valid_from: date
    change: str


@dataclass(frozen=True)
class Definition:
    """One measure. Everything a reader needs to repeat it, in words; predicates name what the engine counts."""

    id: str
    area: str
    name: str
    short_name: str
    family: str
    direction: str
    unit: str
    counts: str  # babies or women: the word in "46 of 54 babies"
    good_sentence: str  # "babies who arrive warm": what the share is of
    numerator_words: str
    denominator_words: str
    rationale: str
    source: str
    confidence: str
    limits_of_use: str
    table: str = "births"
    exclusions_words: str = "None beyond the standard ones."
    population: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    numerator: tuple[str, ...] = ()
    headline: str = "known"
    period: str = "month"
    chart: str = "p_prime"
    owner: str = "MatNeo measures group"
    review_by: date = date(2027, 11, 1)
    clinical_signoff: str = "none"
    aliases: tuple[str, ...] = ()
    rolling: int = (
        1  # months that each published point covers; over 1, points overlap and no run rule is fair
    )
    targets: tuple[Target, ...] = ()
    versions: tuple[Version, ...] = (Version(1, date(2015, 4, 1), "First version."),)

    @property
    def scale(self) -> float:
        """What a share is multiplied by to be shown."""
        return UNITS[self.unit]

    @property
    def of_whom(self) -> str:
        """The denominator's words inside a sentence: "all referrals"; what begins with capitals keeps them ("NEWTT2 …")."""
        words = self.denominator_words
        return words if words[1:2].isupper() else words[:1].lower() + words[1:]

    @property
    def version(self) -> int:
        return self.versions[-1].version

    def target_on(self, day: date) -> Target | None:
        """The target in force on a day: the last one that had begun."""
        begun = [target for target in self.targets if target.since <= day]
        return begun[-1] if begun else None


@lru_cache(maxsize=1)
def load() -> dict[str, Definition]:
    """Every definition of the package by id, sorted by area and id. Read once a process."""
    order = list(AREAS)
    found = [read(file) for file in files()]
    ordered = sorted(found, key=lambda definition: (order.index(definition.area), definition.id))
    ids = [definition.id for definition in ordered]
    twice = {name for name in ids if ids.count(name) > 1}
    if twice:
        raise ContentError(f"These measure ids stand in more than one file: {', '.join(sorted(twice))}.")
    return {definition.id: definition for definition in ordered}


def files() -> list[Traversable]:
    """The content files of all measures."""
    root = resources.files("matneo") / "content" / "measures"
    return [
        file
        for area in sorted(root.iterdir(), key=lambda f: f.name)
        if area.is_dir()
        for file in sorted(area.iterdir(), key=lambda f: f.name)
        if file.name.endswith(".yaml")
    ]


def read(file: Traversable) -> Definition:
    """One file as a definition, or a ContentError."""
    text = file.read_text("utf-8")
    try:
        raw = parse_yaml(text)
    except yaml.YAMLError as problem:
        raise ContentError(f"{file.name}: not readable as YAML ({problem}).") from problem
    return parse(raw, file.name, text)


def parse(raw: dict[str, Any], name: str, text: str = "") -> Definition:
    """Check every field; the first mistake is raised with its file, line and field."""
    known = {entry.name for entry in fields(Definition)}
    for key in raw:
        if key not in known:
            raise _wrong(name, text, key, "is no field of a measure")
    given = {key: _value(key, value) for key, value in raw.items()}
    missing = [entry.name for entry in fields(Definition) if entry.name not in given and _required(entry)]
    if missing:
        raise _wrong(name, text, missing[0], "is missing")
    return checked(Definition(**given), name, text)


def checked(definition: Definition, name: str, text: str = "") -> Definition:
    """The definition itself, where each choice is one there is; what rows or records answer needs its questions, what
    people count or publish has words in place of them."""
    choices = {
        "area": tuple(AREAS),
        "family": FAMILIES,
        "direction": DIRECTIONS,
        "unit": tuple(UNITS),
        "headline": VARIANTS,
        "chart": CHARTS,
        "table": TABLES,
        "period": ("month", "quarter", "financial_year"),
    }
    for key, allowed in choices.items():
        if getattr(definition, key) not in allowed:
            raise _wrong(name, text, key, f"is {getattr(definition, key)!r}; it may be {', '.join(allowed)}")
    if definition.table == "births" and not (definition.population and definition.numerator):
        raise _wrong(name, text, "population", "and numerator need at least one predicate each")
    return definition


def _required(entry: Any) -> bool:
    return entry.default is MISSING and entry.default_factory is MISSING


def _value(key: str, value: Any) -> Any:
    if key == "targets":
        return tuple(Target(float(t["value"]), t["since"], t["source"], t["confidence"]) for t in value)
    if key == "versions":
        return tuple(Version(v["version"], v["valid_from"], v["change"]) for v in value)
    if isinstance(value, list):
        return tuple(value)
    return " ".join(value.split()) if isinstance(value, str) else value


def _wrong(name: str, text: str, key: str, words: str) -> ContentError:
    line = next((i for i, row in enumerate(text.splitlines(), 1) if row.startswith(f"{key}:")), 1)
    return ContentError(f"{name} line {line}: {key} {words}.")


__all__ = [
    "AREAS",
    "ContentError",
    "Definition",
    "Target",
    "Version",
    "checked",
    "files",
    "load",
    "parse",
    "read",
]
