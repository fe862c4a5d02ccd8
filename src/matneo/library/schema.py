"""One schema for each kind of content. A field's `one_of` says which values it may have."""

from dataclasses import dataclass, field
from datetime import date

EFFORTS = {
    "S": "Small: a shift or a clinic, with what is already there",
    "M": "Medium: a few weeks, with one other team or some kit",
    "L": "Large: months, with money, posts or another organisation",
}
FAMILIES = ("outcome", "process", "balancing", "experience")
DIRECTIONS = {
    "increase": "Higher is better",
    "decrease": "Lower is better",
    "neutral": "Neither way is better",
}
UNITS = {
    "percent": "percent",
    "per_1000": "per 1,000",
    "per_100000": "per 100,000",
    "per_100": "per 100",
    "points": "percentage points",
    "minutes": "minutes",
    "days": "days",
}
CHARTS = {
    "p": "shares (p)",
    "u": "events per exposure (u)",
    "individuals": "single values (XmR)",
    "subgroups": "means of subgroups",
    "g": "cases between events (g)",
    "t": "time between events (t)",
    "run": "run chart",
    "funnel": "funnel",
    "rolling": "rolling years, national only",
}
PERIODS = ("week", "month", "quarter", "year", "round", "wave")
CONFIDENCES = {
    "seen": "read in the source named",
    "general knowledge": "known in the field, not checked again",
    "uncertain": "sources disagree or were not found: adjustable, never a fact",
    "our design": "our own wording or arithmetic",
}
STRENGTHS = {1: "weak", 2: "moderate", 3: "strong"}
STATUSES = ("draft", "review", "published", "retired")


def one_of(*values: object) -> dict[str, tuple[object, ...]]:
    return {"one_of": values}


@dataclass(frozen=True)
class Concept:
    """A general kind of change, such as making the right thing the default."""

    id: str
    name: str
    words: str


@dataclass(frozen=True)
class Source:
    """Something public that a figure was read in."""

    id: str
    words: str


@dataclass(frozen=True)
class Link:
    """One arrow of the graph, from a driver to what it serves."""

    to: str
    strength: int = field(metadata=one_of(*STRENGTHS))
    why: str
    confidence: str = field(default="our design", metadata=one_of(*CONFIDENCES))


@dataclass(frozen=True)
class Aim:
    """How much better, by when, for whom. A blank in a trust's own aim is for the trust to fill in."""

    id: str
    statement: str
    national: bool
    confidence: str = field(metadata=one_of(*CONFIDENCES))
    sources: tuple[str, ...] = ()
    short: str = ""
    baseline: str = ""
    target: str = ""
    by: str = ""
    latest: str = ""
    measures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Driver:
    """Something that must be right for the aim to be reached; primary (P) or secondary (S) by its id."""

    id: str
    name: str
    serves: tuple[Link, ...]
    short: str = ""  # for the picture, where the name is long
    people: str = ""  # who benefits; a secondary driver has its first parent's where it says nothing
    measures: tuple[str, ...] = ()
    package: str = ""  # the change package that a driver of the national diagram owns
    in_full: str = (
        ""  # the primary driver of a change package that says in full what the national diagram says here
    )
    equity: str = ""

    @property
    def primary(self) -> bool:
        return self.id.partition("-")[2].startswith("P")

    @property
    def label(self) -> str:
        return self.short or self.name


@dataclass(frozen=True)
class Idea:
    """One thing a team can test, with the smallest test worth doing first."""

    id: str
    name: str
    text: str
    drivers: tuple[str, ...]
    concept: str
    effort: str = field(metadata=one_of(*EFFORTS))
    first_test: str
    measures: tuple[str, ...]
    equity: str = ""


@dataclass(frozen=True)
class Target:
    words: str
    confidence: str = field(metadata=one_of(*CONFIDENCES))
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """A measure that a package asks for. Where content/measures has the same id, the product counts it."""

    id: str
    family: str = field(metadata=one_of(*FAMILIES))
    name: str
    why: str
    counted: str
    of: str
    unit: str = field(metadata=one_of(*UNITS))
    direction: str = field(metadata=one_of(*DIRECTIONS))
    chart: tuple[str, ...] = field(metadata=one_of(*CHARTS))
    period: tuple[str, ...] = field(metadata=one_of(*PERIODS))
    source: str
    left_out: str = ""
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """One finding in our words, with where it was read and how sure we are."""

    id: str
    words: str
    about: tuple[str, ...]  # the aims, drivers, ideas or measures it speaks to
    confidence: str = field(metadata=one_of(*CONFIDENCES))
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Package:
    """The content of one clinical area, or of the national diagram (NAT)."""

    id: str
    title: str
    lead: str
    version: int
    effective_from: date
    status: str = field(metadata=one_of(*STATUSES))
    licence: str
    aims: tuple[Aim, ...]
    drivers: tuple[Driver, ...]
    measures: tuple[Measure, ...]
    evidence: tuple[Evidence, ...]
    clinical_signoff: str = "none"
    ideas: tuple[Idea, ...] = ()
    note: str = ""
    retired: tuple[
        str, ...
    ] = ()  # ids of earlier versions that are no longer there; never used for anything else

    @property
    def items(self) -> tuple[Aim | Driver | Idea | Measure | Evidence, ...]:
        """Everything that has an id, in the order of the page."""
        return (*self.aims, *self.drivers, *self.ideas, *self.measures, *self.evidence)
