"""One series as one viewer may see it: the audience is applied here, once."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from matneo.measures import definitions, releases
from matneo.measures.definitions import Definition
from matneo.monitoring.beside import whole
from matneo.monitoring.current import current_release
from matneo.monitoring.models import Annotation, PointsRelease, Rebase
from matneo.monitoring.ways import Way, usual_first
from matneo.organisations.models import Link, Organisation
from matneo.programme.models import Pause
from matneo.submissions.models import SignOff, Submission
from matneo.utils.viewer import Viewer

SMALL_KINDS = ("trust", "site", "unit")


@dataclass(frozen=True)
class Note:
    """Something dated that stands on the chart."""

    date: date
    text: str
    kind: str  # note, test, pause, definition, join, rebase
    until: date | None = None


@dataclass(frozen=True)
class Freshness:
    """How new the figures are, and where they come from."""

    data_to: date | None
    received: datetime | None
    signed_through: date | None
    signed_at: datetime | None
    signed_by: str
    source: str
    file_name: str


@dataclass(frozen=True)
class Series:
    """The readings of one measure and organisation (columns of `readings.parquet`) with all that a chart says."""

    definition: Definition
    subject: Organisation
    audience: str
    origin: str
    period_kind: str
    columns: dict[str, list[Any]]
    line: dict[str, Any]
    notes: tuple[Note, ...]
    freshness: Freshness
    release_id: str
    england: dict[date, float]  # England's value by period, for charts of few points
    ways: tuple[Way, ...]  # every way in which this viewer may see the measure here, the usual one first
    sources: dict[
        str, str
    ]  # submission -> "counts.csv, 3 November 2025"; outside "counts sent in, 3 November 2025"

    @property
    def rounded(self) -> bool:
        return self.origin == "published" or (self.audience == "outside" and self.subject.kind != "england")


def read(
    measure: str, code: str, viewer: Viewer, way: str = "", release: PointsRelease | None = None
) -> Series | None:
    """The current release's series, or None where there is none; with `release` that one's. Inside viewers get exact
    counts, others what is released, signed off and disclosed. `way` is the key of one of its ways; anything else means
    the usual one. Notes and names are as of now."""
    definition = definitions.load().get(measure)
    subject = Organisation.objects.visible_to(viewer).filter(code=code).first()
    release = release or current_release()
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
    return Series(
        definition=definition,
        subject=subject,
        audience=audience,
        origin=line["origin"],
        period_kind=line["period_kind"],
        columns=columns,
        line=line,
        notes=tuple(_notes(definition, subject, viewer)),
        freshness=_freshness(definition, subject, columns, audience),
        release_id=release.pk,
        england=_england(folder, measure, subject, columns),
        ways=ways,
        sources=_sources(columns, audience),
    )


# Whoever sent it named the file, and nobody read that name: outside it is said what came, in our words.
_CAME = {"births": "rows about births", "counts": "counts sent in"}


def _sources(columns: dict[str, list[Any]], audience: str) -> dict[str, str]:
    rows = Submission.objects.filter(pk__in={name for name in columns["submission"] if name})
    return {row.pk: f"{_what_came(row, audience)}, {row.received:%-d %B %Y}" for row in rows}


def _what_came(row: Submission, audience: str) -> str:
    """The name of a published file is public, as the file is."""
    return row.file_name if audience == "inside" else _CAME.get(row.kind, row.file_name)


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


def _notes(definition: Definition, subject: Organisation, viewer: Viewer) -> list[Note]:
    notes = [Note(v.valid_from, f"Definition {v.version}", "definition") for v in definition.versions[1:]]
    own = Annotation.objects.visible_to(viewer).filter(
        organisation=subject.code, measure__in=["", definition.id]
    )
    notes += [Note(row.date, row.text, row.kind) for row in own]
    phases = Rebase.objects.visible_to(viewer).filter(organisation=subject.code, measure=definition.id)
    notes += [Note(row.start, row.reason, "rebase") for row in phases]
    if subject.kind == "trust":
        joins = Link.objects.filter(kind="successor_of", source=subject).select_related("target")
        notes += [Note(row.start, f"{row.target.short_name} joined", "join") for row in joins if row.start]
    if definition.owner and definition.table == "births":
        notes += [Note(row.start, row.reason, "pause", row.end) for row in Pause.objects.all()]
    return sorted(notes, key=lambda note: note.date)


def _freshness(
    definition: Definition, subject: Organisation, columns: dict[str, list[Any]], audience: str
) -> Freshness:
    valued = [p for p, v in zip(columns["period"], columns["value"], strict=True) if v is not None]
    kind = columns["period_kind"][0]
    named = next((name for name in reversed(columns["submission"]) if name), None)
    submissions = (
        Submission.objects.filter(pk=named)
        if named
        else Submission.objects.filter(kind="births", state="accepted")
    )
    submission = submissions.order_by("-received").first()
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
        file_name=_what_came(submission, audience) if submission else "",
    )
