"""Many series at a glance: one read of the release, one query for names."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings

from matneo.measures import definitions, releases
from matneo.measures.definitions import Definition
from matneo.monitoring.current import current_release
from matneo.monitoring.models import PointsRelease
from matneo.monitoring.ways import usual
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer


@dataclass(frozen=True)
class WallEntry:
    """One line of a wall."""

    definition: Definition
    code: str
    name: str
    kind: str
    line: dict[str, Any]
    asked: str = ""  # what is still asked about a count that it hangs on: until then it is no news


def wall(
    viewer: Viewer,
    *,
    measures: list[str] | None = None,
    codes: list[str] | None = None,
    kinds: list[str] | None = None,
    area: str | None = None,
    origin: str | None = None,
    variation: str | None = None,
    since: date | None = None,
    release: PointsRelease | None = None,
) -> list[WallEntry]:
    """Lines of the current release (or of `release`) that match every filter, by measure and then by name: never ranked by
    value. Each organisation is read as this viewer may see it. With `since`, those whose signal began after that day."""
    release = release or current_release()
    if release is None:
        return []
    known = definitions.load()
    wanted = (
        measures if measures is not None else [name for name, d in known.items() if area in (None, d.area)]
    )
    folder = settings.DATA_DIR.releases / release.pk
    inside = sorted(viewer.inside if codes is None else viewer.inside & set(codes))
    read = partial(
        releases.read_lines,
        folder,
        measures=wanted,
        kinds=kinds,
        origin=origin,
        variation=variation,
        since=since,
    )
    lines = [
        line for line in read(audience="outside", subjects=codes) if line["subject"] not in viewer.inside
    ]
    if inside:
        lines += read(audience="inside", subjects=inside)
    found = {line["subject"] for line in lines}
    rows = Organisation.objects.visible_to(viewer)
    rows = rows.filter(code__in=found) if len(found) < 400 else rows
    names = {row.code: row for row in rows}
    lines = lines if origin else usual(lines)
    entries = [
        WallEntry(
            known[line["measure"]],
            line["subject"],
            names[line["subject"]].short_name,
            names[line["subject"]].kind,
            line,
        )
        for line in lines
        if line["measure"] in known and line["subject"] in names
    ]
    order = {name: place for place, name in enumerate(known)}
    return sorted(entries, key=lambda entry: (order[entry.definition.id], entry.name))


def chance(viewer: Viewer) -> tuple[int, int, float]:
    """Charts with icons, how many are marked today, and how many would be by chance alone (docs/reference/statistics.md:
    the share of steady charts of each length whose last point is marked)."""
    release = current_release()
    if release is None:
        return 0, 0, 0.0
    return releases.count_signals(settings.DATA_DIR.releases / release.pk, audience="outside")
