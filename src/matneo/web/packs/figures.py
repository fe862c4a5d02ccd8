"""The charts of a document, as this viewer may see them, of one release. The one place where packs ask for figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from django.conf import settings

from matneo.charts.model import SpcChart
from matneo.measures import definitions, releases
from matneo.measures.definitions import Definition
from matneo.measures.periods import Period
from matneo.monitoring import live, pictures, series
from matneo.monitoring.models import PointsRelease
from matneo.monitoring.series import Freshness, Series
from matneo.monitoring.ways import FEWEST, Way, usual
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer

Pair = tuple[str, str]  # measure, code of the place


@dataclass(frozen=True)
class Shown:
    definition: Definition
    chart: SpcChart
    data_to: date | None

    @property
    def name(self) -> str:
        return self.definition.short_name


def read(
    pairs: Sequence[Pair],
    viewer: Viewer,
    release: PointsRelease | None,
    noted: Pair | None = None,
    ways: Mapping[Pair, str] = MappingProxyType({}),
) -> dict[Pair, Shown]:
    """What there is of these series; one that is not there is left out. `noted` comes with the notes of its chart, which
    cost queries; the others come without. `ways` names those that are counted by week, which no release holds."""
    if release is None or not pairs:
        return {}
    by_week = {pair for pair in pairs if ways.get(pair)} if release.is_current else set()
    found = _many([pair for pair in pairs if pair != noted and pair not in by_week], viewer, release)
    if release.is_current:
        # What people inside typed, which no release holds: as it stands now.
        found |= live.read_many([pair for pair in pairs if pair not in found], viewer, ways)
    if (
        noted is not None
        and noted not in by_week
        and (one := series.read(*noted, viewer, release=release)) is not None
    ):
        found[noted] = one
    return {
        pair: Shown(
            found[pair].definition, pictures.model_of(found[pair], f"p{place}"), found[pair].freshness.data_to
        )
        for place, pair in enumerate(pairs)
        if pair in found
    }


def with_goal(shown: Shown, goal: float | None) -> Shown:
    """The team's goal in place of a national target; the limits of the latest point say whether it is reached."""
    if goal is None:
        return shown
    target = goal / shown.definition.scale
    made = replace(
        shown.chart, target=target, target_words="the team's aim", assurance=_reached(shown.chart, target)
    )
    return replace(shown, chart=made)


def _reached(chart: SpcChart, target: float) -> str:
    last = chart.last
    here = [point for point in chart.valued if last and point.phase == last.phase]
    if last is None or len(here) < FEWEST or last.lcl is None or last.ucl is None:
        return "too_few"
    if chart.direction == "neutral":
        return "none"
    low, high = (last.lcl, last.ucl) if chart.direction == "increase" else (-last.ucl, -last.lcl)
    wanted = target if chart.direction == "increase" else -target
    return "pass" if low >= wanted else "fail" if high < wanted else "inconsistent"


def _many(pairs: Sequence[Pair], viewer: Viewer, release: PointsRelease) -> dict[Pair, Series]:
    """One query for the places, one read of the release for each."""
    known, folder = definitions.load(), settings.DATA_DIR.releases / release.pk
    places = {
        row.code: row
        for row in Organisation.objects.visible_to(viewer).filter(code__in={c for _, c in pairs})
    }
    found: dict[Pair, Series] = {}
    for code, subject in places.items():
        names = [measure for measure, where in pairs if where == code and measure in known]
        audience = viewer.audience(code)
        for line in usual(releases.read_lines(folder, audience=audience, subjects=[code], measures=names)):
            columns = releases.read_series(
                folder,
                measure=line["measure"],
                subject=code,
                audience=audience,
                origin=line["origin"],
                period_kind=line["period_kind"],
            )
            found[(line["measure"], code)] = _series(
                known[line["measure"]], subject, audience, columns, line, release
            )
    return found


def _series(
    definition: Definition,
    subject: Organisation,
    audience: str,
    columns: dict,
    line: dict,
    release: PointsRelease,
) -> Series:
    kind = line["period_kind"]
    valued = [p for p, v in zip(columns["period"], columns["value"], strict=True) if v is not None]
    until = Period(kind, valued[-1]).last if valued else None
    return Series(
        definition=definition,
        subject=subject,
        audience=audience,
        origin=line["origin"],
        period_kind=kind,
        columns=columns,
        line=line,
        notes=(),
        freshness=Freshness(until, None, None, None, "", definition.source, ""),
        release_id=release.pk,
        england={},
        ways=(Way(line["origin"], kind),),
        sources={},
    )
