"""Tables of a document: which parts are tables, how wide their columns are, and marks that stand in a cell."""

from matneo.charts import palette
from matneo.charts.document import Line, Lines, Part
from matneo.charts.model import Table
from matneo.charts.svg import width_of

SIZE = 12.0
# The shapes of the points as letters: shape and word say it, colour only helps.
MARKS = {
    "improvement": "▲",
    "concern": "◆",
    "neutral_high": "■",
    "neutral_low": "■",
    "common": "●",
    "too_few": "○",
}
COLOURS = {
    "▲": palette.IMPROVEMENT,
    "◆": palette.CONCERN,
    "■": palette.NEUTRAL,
    "●": palette.STEADY,
    "○": palette.STEADY,
}
HEADERS = ("Measure", "Latest", "What the chart says", "Against the target")


def of(part: Part) -> Table | None:
    """The part as a table, where it is one."""
    if isinstance(part, Table):
        return part
    if isinstance(part, Lines):
        return Table("Measures in one line each", HEADERS, tuple(_row(line) for line in part.rows))
    return None


def _row(line: Line) -> tuple[str, ...]:
    latest = f"{line.value}, {line.period}" if line.period else line.value
    return line.name, latest, f"{MARKS[line.variation]} {line.verdict}", line.target


def widths(table: Table, room: float) -> list[float]:
    """Columns by how much stands in them: none narrower than its longest word, the rest by the root of its words."""
    columns = list(zip(table.headers, *table.rows, strict=True))
    least = [max(_longest(words) for words in column) + 0.22 for column in columns]
    weight = [sum(len(words) for words in column) ** 0.5 for column in columns]
    spare = max(room - sum(least), 0.0)
    shares = [low + spare * part / sum(weight) for low, part in zip(least, weight, strict=True)]
    return [share * room / sum(shares) for share in shares]


def _longest(words: str) -> float:
    return max((width_of(word, SIZE, bold=True) for word in words.split()), default=0.0) / 72
