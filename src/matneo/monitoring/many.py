"""Counts of one measure at several places, each as this viewer may have them: for pooling, not for a chart."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import nan
from typing import Any

from django.conf import settings

from matneo.measures import releases
from matneo.measures.periods import month_index
from matneo.measures.releases import Columns
from matneo.monitoring.current import current_release
from matneo.monitoring.ways import usual
from matneo.utils.viewer import Viewer

LENGTHS = {"month": 1, "quarter": 3, "year": 12, "financial_year": 12}


@dataclass(frozen=True)
class Counted:
    """Numerators and denominators as they are shown to this viewer, by period; NaN where there is no value. `month` is the
    first month of each period since 1970, `length` how many months a period has."""

    month: tuple[int, ...]
    numerator: tuple[float, ...]
    denominator: tuple[float, ...]
    length: int


def read(measure: str, codes: Iterable[str], viewer: Viewer) -> dict[str, Counted]:
    """By place, in the usual way of each; one query, whatever the number of places. Where exact counts are not theirs to
    see a viewer gets what is released, signed off and disclosed."""
    release = current_release()
    wanted = sorted(set(codes))
    if release is None or not wanted:
        return {}
    folder = settings.DATA_DIR.releases / release.pk
    found: dict[str, Counted] = {}
    for audience in ("inside", "outside"):
        mine = [code for code in wanted if viewer.audience(code) == audience]
        if mine:
            lines = usual(releases.read_lines(folder, audience=audience, subjects=mine, measures=[measure]))
            columns = releases.read_subjects(folder, measure=measure, subjects=mine, audience=audience)
            found |= _by_place(columns, lines)
    return found


def _by_place(columns: Columns, lines: list[dict[str, Any]]) -> dict[str, Counted]:
    """Of each place the readings of its usual line."""
    ways = {
        (line["subject"], line["origin"], line["period_kind"]): line["subject"]
        for line in lines
        if line["period_kind"] in LENGTHS
    }
    names = ("period", "value", "numerator_shown", "denominator_shown")
    rows: dict[str, list[tuple[Any, ...]]] = {}
    kinds: dict[str, str] = {}
    keys = zip(columns["subject"], columns["origin"], columns["period_kind"], strict=True)
    for key, row in zip(keys, zip(*(columns[name] for name in names), strict=True), strict=True):
        if key in ways:
            rows.setdefault(ways[key], []).append(row)
            kinds[ways[key]] = key[2]
    return {code: _counted(listed, LENGTHS[kinds[code]]) for code, listed in rows.items()}


def _counted(rows: list[tuple[Any, ...]], length: int) -> Counted:
    """Rounding may leave a numerator one step above its denominator: the share is then the whole."""
    pairs = [(nan, nan) if None in row[1:] else (min(row[2], row[3]), row[3]) for row in rows]
    return Counted(
        tuple(month_index(row[0]) for row in rows),
        tuple(n for n, _ in pairs),
        tuple(d for _, d in pairs),
        length,
    )
