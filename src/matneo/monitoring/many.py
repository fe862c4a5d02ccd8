"""Counts of one measure at several places, each as this viewer may have them: for pooling, not for a chart."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import nan

from django.conf import settings

from matneo.measures import releases
from matneo.measures.periods import month_index
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
    lines = []
    for audience in ("inside", "outside"):
        mine = [code for code in wanted if viewer.audience(code) == audience]
        if mine:
            lines += releases.read_lines(folder, audience=audience, subjects=mine, measures=[measure])
    found = {}
    for line in usual(lines):
        columns = releases.read_series(
            folder,
            measure=measure,
            subject=line["subject"],
            audience=line["audience"],
            origin=line["origin"],
            period_kind=line["period_kind"],
        )
        if line["period_kind"] in LENGTHS:
            found[line["subject"]] = _counted(columns, LENGTHS[line["period_kind"]])
    return found


def _counted(columns: dict[str, list], length: int) -> Counted:
    """Rounding may leave a numerator one step above its denominator: the share is then the whole."""
    pairs = [
        (n, d) if v is not None and n is not None and d is not None else (nan, nan)
        for v, n, d in zip(
            columns["value"], columns["numerator_shown"], columns["denominator_shown"], strict=True
        )
    ]
    return Counted(
        tuple(month_index(day) for day in columns["period"]),
        tuple(min(n, d) for n, d in pairs),
        tuple(d for _, d in pairs),
        length,
    )
