"""The same measure of the same place may be there in several ways: counted from records, sent in as counts, published."""

from dataclasses import dataclass
from typing import Any

FEWEST = 13  # points before a chart has limits and icons
ORIGINS = ("calculated", "collected", "published")
KINDS = ("month", "quarter", "week")


@dataclass(frozen=True)
class Way:
    """One way in which a measure is there: who counted, and by which period. Ways are never mixed in a line."""

    origin: str  # calculated, collected, published
    period_kind: str

    @property
    def key(self) -> str:
        return f"{self.origin}-{self.period_kind}"


def usual_first(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of one measure and organisation: enough points for a chart before too few, then what was counted from
    records, sent in, published; then the shorter period. Weeks come last: they are small counts of a few tests, and
    are shown where somebody asks for them or nothing else is there."""

    def rank(line: dict[str, Any]) -> tuple[bool, bool, int, int]:
        kind = line["period_kind"]
        return (
            kind == "week",
            line["n_points"] < FEWEST,
            ORIGINS.index(line["origin"]),
            KINDS.index(kind) if kind in KINDS else len(KINDS),
        )

    return sorted(lines, key=rank)


def usual(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each measure and organisation the usual line only, in the order given."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in lines:
        groups.setdefault((line["measure"], line["subject"]), []).append(line)
    return [usual_first(group)[0] for group in groups.values()]
