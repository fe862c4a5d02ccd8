"""A figure that is no control chart stands beside its interval and England's figure for the same span."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from matneo.measures import releases
from matneo.monitoring.current import current_release
from matneo.monitoring.walls import WallEntry
from matneo.stats.intervals import wilson

MONTHS_OF = {"quarter": 3, "year": 12}


@dataclass(frozen=True)
class Beside:
    """Shares between 0 and 1; None where there is nothing to say."""

    lower: float | None
    upper: float | None
    england: float | None


def beside(entries: list[WallEntry], england: str | None) -> list[Beside]:
    """What stands next to the last value of each entry."""
    release = current_release()
    folder = settings.DATA_DIR.releases / release.pk if release and england else None
    return [_one(entry, folder, england or "") for entry in entries]


def _one(entry: WallEntry, folder: Path | None, england: str) -> Beside:
    line = entry.line
    top, bottom = line["last_numerator"], line["last_denominator"]
    lower = upper = None
    if top is not None and bottom:
        interval = wilson(top, bottom)
        lower, upper = float(interval.lower), float(interval.upper)
    if folder is None or entry.kind == "england" or line["last_period"] is None:
        return Beside(lower, upper, None)
    known = whole(folder, entry.definition.id, england, line["origin"])
    return Beside(lower, upper, known.get((line["period_kind"], line["last_period"])))


@lru_cache(maxsize=1024)
def whole(folder: Path, measure: str, code: str, origin: str) -> Mapping[tuple[str, date], float]:
    """Public values of one organisation by kind and start of period: its own periods, and the quarters and years that
    its months fill. A release never changes, so the answer is kept."""
    columns = releases.read_series(folder, measure=measure, subject=code, audience="outside", origin=origin)
    found: dict[tuple[str, date], float] = {}
    cells: dict[tuple[str, date], list[tuple[float, float]]] = {}
    for kind, start, top, bottom, value in zip(
        *(
            columns[name]
            for name in ("period_kind", "period", "numerator_shown", "denominator_shown", "value")
        ),
        strict=True,
    ):
        if value is None:
            continue
        found[(kind, start)] = value
        if origin == "calculated" and top is not None and bottom:
            for larger in ("quarter", "year"):
                cells.setdefault((larger, _begin(larger, start)), []).append((top, bottom))
    parts = {"quarter": 3, "year": 12} if "month" in columns["period_kind"] else {"year": 4}
    for (larger, start), given in cells.items():
        if len(given) == parts.get(larger) and (larger, start) not in found:
            found[(larger, start)] = sum(top for top, _ in given) / sum(bottom for _, bottom in given)
    return found


def _begin(kind: str, start: date) -> date:
    size = MONTHS_OF[kind]
    return date(start.year, (start.month - 1) // size * size + 1, 1)
