"""A document as one frozen model: PowerPoint, Word, PDF and Excel are renderings of it that say the same."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from matneo.charts import drivers, sentences
from matneo.charts.model import SpcChart, Table

LANGUAGE = "en-GB"
KEY_WORDS = (
    "Circle: usual. Triangle: better. Diamond: needs a look. Square: changed, neither way is better. Hollow: provisional. "
    "Solid line: mean. Dashed: limits. Dash and dot: target."
)


@dataclass(frozen=True)
class Stamp:
    """What a document says of itself: which figures, made when and by whom, for whom, and how to make it again."""

    release: str
    data_to: date | None
    made: date
    by: str
    audience: str
    link: str
    notes: tuple[str, ...] = ()

    @property
    def figures(self) -> str:
        if not self.release:
            return ""
        until = f", data to {self.data_to:%-d %B %Y}" if self.data_to else ", no figure yet"
        return f"Release {self.release}{until}"

    @property
    def line(self) -> str:
        """In one line, for the foot of a page."""
        return " · ".join(words for words in (self.figures, self._made, self.audience) if words)

    @property
    def lines(self) -> tuple[str, ...]:
        """In full, without the link."""
        said = (self.figures, self._made, self.audience, *self.notes)
        return tuple(f"{words.rstrip('.')}." for words in said if words)

    @property
    def _made(self) -> str:
        return f"Made on {self.made:%-d %B %Y} by {self.by}"


@dataclass(frozen=True)
class Heading:
    """Inside a section: level 3 or 4."""

    text: str
    level: int = 3


@dataclass(frozen=True)
class Paragraph:
    text: str
    kind: Literal["plain", "lead", "quiet", "quote"] = "plain"


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """A control chart; its sentence is its caption and its alternative text."""

    name: str  # in few words, for a sheet or a small heading
    chart: SpcChart
    small: bool = False

    @property
    def sentence(self) -> str:
        return sentences.sentence(self.chart)

    @property
    def alt(self) -> str:
        """What is said in place of the picture."""
        return f"Control chart of {self.name}, {self.chart.subject}. {self.sentence}"


@dataclass(frozen=True)
class Line:
    """One measure in one line: an icon, a spark and a few words."""

    name: str
    chart: SpcChart

    @property
    def value(self) -> str:
        last = self.chart.last
        return sentences.figure(last.value, self.chart.unit, self.chart.scale) if last else "no figure yet"

    @property
    def period(self) -> str:
        return self.chart.last.label if self.chart.last else ""

    @property
    def verdict(self) -> str:
        return sentences.VARIATION[self.variation]

    @property
    def variation(self) -> str:
        return "too_few" if self.chart.few else self.chart.variation

    @property
    def target(self) -> str:
        words = sentences.assurance_words(self.chart)[0]
        return words if not self.chart.few else "Too few points to say"


@dataclass(frozen=True)
class Lines:
    rows: tuple[Line, ...]


@dataclass(frozen=True)
class Drawing:
    """A driver diagram: shapes in PowerPoint, a picture on paper; `words` stand in its place for those who do not see it."""

    layout: drivers.Layout
    svg: str
    words: str


Part = Heading | Paragraph | Bullets | Figure | Lines | Table | Drawing


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it: one slide or more. On a poster `place` says in which column."""

    heading: str
    parts: tuple[Part, ...]
    notes: str = ""  # for whoever speaks
    place: Literal["main", "side", "small"] = "main"

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(part for part in self.parts if isinstance(part, Figure))


@dataclass(frozen=True)
class Document:
    title: str
    lead: str
    sections: tuple[Section, ...]
    stamp: Stamp
    kind: Literal["pages", "poster", "diagram"] = "pages"

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for section in self.sections for figure in section.figures)

    @property
    def lines(self) -> tuple[Line, ...]:
        parts = (part for section in self.sections for part in section.parts)
        return tuple(row for part in parts if isinstance(part, Lines) for row in part.rows)
