"""Counts as they stand, read on request: what a team types redraws at once, and only those inside see it.

A release holds what is counted from records and what was sent in for the same measures. What teams type for measures
that nobody calculates is never released: it is read here, judged as a release would judge it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.conf import settings

from matneo.measures import collected, national, readings, releases, requested
from matneo.measures.definitions import Definition
from matneo.measures.periods import Period, last_week
from matneo.monitoring import notes
from matneo.monitoring.current import current_release
from matneo.monitoring.shape import SMALL_KINDS, Freshness, Series, what_came
from matneo.monitoring.ways import Way, usual_first
from matneo.organisations.models import Organisation
from matneo.submissions import known, values
from matneo.submissions.models import SignOff
from matneo.utils.viewer import Viewer


def read(measure: str, code: str, viewer: Viewer, way: str = "") -> Series | None:
    """The series of one measure as `read_many` has it, or None."""
    return read_many([measure], code, viewer, way).get(measure)


def read_many(
    measures: Sequence[str], code: str, viewer: Viewer, way: str | Mapping[str, str] = ""
) -> dict[str, Series]:
    """The series of the counts that stand for one place, by measure; those without any count are left out. Nothing for
    people outside: these counts are not signed off. `way` chooses one of the ways of each (a mapping, of each its own), where it is there."""
    ways = dict.fromkeys(measures, way) if isinstance(way, str) else way
    if not viewer.sees_inside(code):
        return {}
    subject = Organisation.objects.visible_to(viewer).filter(code=code).first()
    wanted = _definitions(measures, code)
    if subject is None or not wanted:
        return {}
    points, came = values.with_origins([code], wanted)
    noted = notes.read(wanted.values(), subject, viewer)
    found = requested.judge(
        points,
        wanted,
        {code: subject.kind},
        national.last_month(settings.CLOCK.today()),
        [
            readings.Rebase(name, code, note.date)
            for name, listed in noted.items()
            for note in listed
            if note.kind == "rebase"
        ],
        last_week(settings.CLOCK.today()),
    )
    signed = _signed(subject) if found else None
    by_measure: dict[str, list[requested.Read]] = {}
    for one in found:
        by_measure.setdefault(one.measure, []).append(one)
    return {
        name: _series(wanted[name], subject, by_measure[name], noted[name], came, signed, ways.get(name, ""))
        for name in measures
        if name in by_measure
    }


def filled_in(measures: Collection[str], codes: Collection[str]) -> frozenset[tuple[str, str]]:
    """Pairs of measure and place whose series is calculated from records and has a value: nobody types into those."""
    release = current_release()
    if release is None:
        return frozenset()
    lines = releases.read_lines(
        settings.DATA_DIR.releases / release.pk,
        audience="inside",
        subjects=list(codes),
        measures=list(measures),
        origin="calculated",
    )
    return frozenset((line["measure"], line["subject"]) for line in lines if line["n_points"])


def _definitions(measures: Iterable[str], code: str) -> dict[str, Definition]:
    """Those of the measures that people count, and no query where none of them is an organisation's own."""
    ours = collected.known()
    local = {} if all(name in ours for name in measures) else known.local(code)
    everything = {**ours, **local}
    return {name: everything[name] for name in measures if name in everything}


def _series(
    definition: Definition,
    subject: Organisation,
    found: list[requested.Read],
    noted: tuple[notes.Note, ...],
    came: dict[tuple[str, str], values.Came],
    signed: SignOff | None,
    way: str,
) -> Series:
    by_key = {Way(one.line["origin"], one.line["period_kind"]).key: one for one in found}
    lines = usual_first([one.line for one in found])
    ways = tuple(Way(line["origin"], line["period_kind"]) for line in lines)
    one = by_key.get(way) or by_key[ways[0].key]
    columns = one.columns
    named = {name: came[definition.id, name] for name in columns["submission"] if name}
    valued = [p for p, v in zip(columns["period"], columns["value"], strict=True) if v is not None]
    latest = max(named.values(), key=lambda c: c.at, default=None)
    kind = one.line["period_kind"]
    return Series(
        definition=definition,
        subject=subject,
        audience="inside",
        origin=one.line["origin"],
        period_kind=kind,
        columns=columns,
        line=one.line,
        notes=noted,
        freshness=Freshness(
            data_to=Period(kind, valued[-1]).last if valued else None,
            received=latest.at if latest else None,
            signed_through=signed.through if signed else None,
            signed_at=signed.at if signed else None,
            signed_by=signed.by_name if signed else "",
            source=definition.source,
            file_name=what_came(latest, "inside") if latest else "",
        ),
        release_id="",
        england={},
        ways=ways,
        sources={name: f"{what_came(it, 'inside')}, {it.received:%-d %B %Y}" for name, it in named.items()},
    )


def _signed(subject: Organisation) -> SignOff | None:
    if subject.kind not in SMALL_KINDS:
        return None
    trust = subject.code.rsplit("-", 1)[0] if subject.kind == "site" else subject.code
    return SignOff.objects.filter(organisation__code__in=[subject.code, trust]).first()
