"""One series as one viewer may see it: the audience is applied here, once."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings

from matneo.measures import definitions, releases
from matneo.measures.definitions import Definition
from matneo.monitoring import live, notes
from matneo.monitoring.beside import whole
from matneo.monitoring.current import current_release
from matneo.monitoring.models import PointsRelease
from matneo.monitoring.shape import SMALL_KINDS, Freshness, Series, what_came
from matneo.monitoring.ways import Way, usual_first
from matneo.organisations.models import Organisation
from matneo.submissions import values
from matneo.submissions.models import SignOff, Submission
from matneo.utils.viewer import Viewer


def read(
    measure: str,
    code: str,
    viewer: Viewer,
    way: str = "",
    release: PointsRelease | None = None,
    subject: Organisation | None = None,
) -> Series | None:
    """The current release's series; for those inside with counts that came since, and where it holds none with what
    their teams typed; or None. With `release` that one's alone, with notes and names as of now.
    Inside viewers get exact counts, others what is released, signed off and disclosed. `way` is the key of one of its
    ways; anything else means the usual one. Weeks are in no release: they are read as they stand. `subject` is the place,
    where whoever asks has read it already."""
    if release is None and way.endswith("-week"):
        by_week = live.read(measure, code, viewer, way)
        if by_week is not None and by_week.period_kind == "week":
            return by_week
    found = _released(measure, code, viewer, way, release, subject)
    if release is not None:
        return found
    if found is None:
        return live.read(measure, code, viewer, way)
    return _with_newer(found, viewer) if found.audience == "inside" and found.origin == "collected" else found


def _with_newer(found: Series, viewer: Viewer) -> Series:
    """Inside, counts that came after the release are drawn at once."""
    measure, code, release = found.definition.id, found.subject.code, current_release()
    if release is None or not values.came_after(release.made, measure, code):
        return found
    newer = live.read(measure, code, viewer, f"{found.origin}-{found.period_kind}")
    return replace(newer, ways=found.ways, england=found.england) if newer else found


def _released(
    measure: str,
    code: str,
    viewer: Viewer,
    way: str,
    release: PointsRelease | None,
    subject: Organisation | None = None,
) -> Series | None:
    definition = definitions.load().get(measure)
    if subject is None or (subject.kind == "unit" and not viewer.sees_inside(code)):
        subject = Organisation.objects.visible_to(viewer).filter(code=code).first()
    release = release or (current_release() if definition else None)
    if definition is None or subject is None or release is None:
        return None
    audience = viewer.audience(code)
    folder = settings.DATA_DIR.releases / release.pk
    lines = usual_first(releases.read_lines(folder, audience=audience, subjects=[code], measures=[measure]))
    if not lines:
        return None
    ways = tuple(Way(line["origin"], line["period_kind"]) for line in lines)
    line = next((line for line, one in zip(lines, ways, strict=True) if one.key == way), lines[0])
    columns = releases.read_series(
        folder,
        measure=measure,
        subject=code,
        audience=audience,
        origin=line["origin"],
        period_kind=line["period_kind"],
    )
    came = _came(columns)
    return Series(
        definition=definition,
        subject=subject,
        audience=audience,
        origin=line["origin"],
        period_kind=line["period_kind"],
        columns=columns,
        line=line,
        notes=notes.read([(definition, subject)], viewer)[definition.id, code],
        freshness=_freshness(definition, subject, columns, audience, came),
        release_id=release.pk,
        england=_england(folder, measure, subject, columns),
        ways=ways,
        sources=_sources(came, audience),
    )


def _came(columns: dict[str, list[Any]]) -> dict[str, Submission]:
    """The submissions that the counts came with, by id."""
    rows = Submission.objects.filter(pk__in={name for name in columns["submission"] if name})
    return {row.pk: row for row in rows}


def _sources(came: dict[str, Submission], audience: str) -> dict[str, str]:
    return {pk: f"{what_came(row, audience)}, {row.received:%-d %B %Y}" for pk, row in came.items()}


def _england(
    folder: Any, measure: str, subject: Organisation, columns: dict[str, list[Any]]
) -> dict[date, float]:
    """England beside it, only where the chart has too few points for limits."""
    if subject.kind == "england" or len([v for v in columns["value"] if v is not None]) >= 13:
        return {}
    code = england_code()
    if code is None:
        return {}
    # The same span of time, never a quarter of England beside a year of a trust: both begin in January.
    values = whole(folder, measure, code, columns["origin"][0])
    return {start: value for (kind, start), value in values.items() if kind == columns["period_kind"][0]}


def england_code() -> str | None:
    return Organisation.objects.filter(kind="england").values_list("code", flat=True).first()


def _freshness(
    definition: Definition,
    subject: Organisation,
    columns: dict[str, list[Any]],
    audience: str,
    came: dict[str, Submission],
) -> Freshness:
    valued = [p for p, v in zip(columns["period"], columns["value"], strict=True) if v is not None]
    kind = columns["period_kind"][0]
    named = next((name for name in reversed(columns["submission"]) if name), None)
    submission = (
        came.get(named)
        if named
        else Submission.objects.filter(kind="births", state="accepted").order_by("-received").first()
    )
    trust = subject.code.rsplit("-", 1)[0] if subject.kind == "site" else subject.code
    signed = (
        SignOff.objects.filter(organisation__code__in=[subject.code, trust]).first()
        if subject.kind in SMALL_KINDS
        else None
    )
    from matneo.measures.periods import Period

    return Freshness(
        data_to=Period(kind, valued[-1]).last if valued else None,
        received=submission.received if submission else None,
        signed_through=signed.through if signed else None,
        signed_at=signed.at if signed else None,
        signed_by=signed.by_name if signed else "",
        source=definition.source,
        file_name=what_came(submission, audience) if submission else "",
    )
