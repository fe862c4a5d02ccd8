"""Counts as they stand, read on request: what a team types redraws at once, and only those inside see it.

A release holds what is counted from records and what was sent in for the same measures. What teams type for measures
that nobody calculates is never released: it is read here, judged as a release would judge it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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

Pair = tuple[str, str]  # measure, code of the place


@dataclass(frozen=True)
class AtHand:
    """What whoever asks has read already, so that it is not read again: own measures by id, and places that the viewer may
    see. Without `signs` nobody asks who signed off: of small charts that is not said."""

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    places: Mapping[str, Organisation] = field(default_factory=dict)
    signs: bool = True


def read(measure: str, code: str, viewer: Viewer, way: str = "") -> Series | None:
    """The series of one measure as `read_many` has it, or None."""
    return read_many([(measure, code)], viewer, way).get((measure, code))


def read_many(
    pairs: Collection[Pair],
    viewer: Viewer,
    way: str | Mapping[Pair, str] = "",
    at_hand: AtHand = AtHand(),
) -> dict[Pair, Series]:
    """The series of the counts that stand, in the order of `pairs`; those without any count are left out. Nothing for
    people outside: these counts are not signed off. `way` chooses one of the ways of each (a mapping: of each its own),
    where it is there. However many places there are, they are asked for and judged together: as many queries as for one."""
    ways = dict.fromkeys(pairs, way) if isinstance(way, str) else way
    inside = [pair for pair in pairs if viewer.sees_inside(pair[1])]
    wanted = _definitions(inside, at_hand)
    places = _places({code for measure, code in inside if measure in wanted}, viewer, at_hand)
    asked = [(name, code) for name, code in inside if name in wanted and code in places]
    if not asked:
        return {}
    points, came = values.with_origins(sorted(places), wanted)
    noted = notes.read([(wanted[name], places[code]) for name, code in asked], viewer)
    found = _judged(points, asked, wanted, places, noted)
    signed = _signed(places[code] for _, code in found) if at_hand.signs else {}
    return {
        pair: _series(
            wanted[pair[0]], places[pair[1]], found[pair], noted[pair], came, signed, ways.get(pair, "")
        )
        for pair in asked
        if pair in found
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


def _definitions(pairs: Sequence[Pair], at_hand: AtHand) -> dict[str, Definition]:
    """Those of the measures that people count, and no query where none of them is an organisation's own."""
    ours = {**at_hand.definitions, **collected.known()}
    own = {code for name, code in pairs if name not in ours}
    everything = {**ours, **(known.local(*own) if own else {})}
    return {name: everything[name] for name, _ in pairs if name in everything}


def _places(codes: Collection[str], viewer: Viewer, at_hand: AtHand) -> dict[str, Organisation]:
    known = {code: at_hand.places[code] for code in codes if code in at_hand.places}
    missing = [code for code in codes if code not in known]
    rows = Organisation.objects.visible_to(viewer).filter(code__in=missing) if missing else ()
    return known | {row.code: row for row in rows}


def _judged(
    points: Any,
    asked: Sequence[Pair],
    wanted: Mapping[str, Definition],
    places: Mapping[str, Organisation],
    noted: Mapping[Pair, tuple[notes.Note, ...]],
) -> dict[Pair, list[requested.Read]]:
    """Every way of every series, in one pass over them all."""
    phases = [
        readings.Rebase(*pair, note.date)
        for pair, listed in noted.items()
        for note in listed
        if note.kind == "rebase"
    ]
    kinds = {code: place.kind for code, place in places.items()}
    today = settings.CLOCK.today()
    found: dict[Pair, list[requested.Read]] = {}
    for one in requested.judge(
        points, wanted, kinds, national.last_month(today), phases, asked, last_week(today)
    ):
        found.setdefault((one.measure, one.subject), []).append(one)
    return found


def _series(
    definition: Definition,
    subject: Organisation,
    found: list[requested.Read],
    noted: tuple[notes.Note, ...],
    came: Mapping[tuple[str, str, str], values.Came],
    signed_off: Mapping[str, SignOff],
    way: str,
) -> Series:
    by_key = {Way(one.line["origin"], one.line["period_kind"]).key: one for one in found}
    lines = usual_first([one.line for one in found])
    ways = tuple(Way(line["origin"], line["period_kind"]) for line in lines)
    one = by_key.get(way) or by_key[ways[0].key]
    columns = one.columns
    named = {name: came[definition.id, subject.code, name] for name in columns["submission"] if name}
    valued = [p for p, v in zip(columns["period"], columns["value"], strict=True) if v is not None]
    latest = max(named.values(), key=lambda c: c.at, default=None)
    signed = signed_off.get(subject.code)
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


def _signed(places: Iterable[Organisation]) -> dict[str, SignOff]:
    """By place the newest sign-off that holds for it: a site's is its trust's too."""
    holds = {place.code: _signers(place) for place in places if place.kind in SMALL_KINDS}
    if not holds:
        return {}
    wanted = {code for signers in holds.values() for code in signers}
    rows = list(SignOff.objects.filter(organisation__code__in=wanted).select_related("organisation"))
    newest = {
        code: next((row for row in rows if row.organisation.code in signers), None)
        for code, signers in holds.items()
    }
    return {code: row for code, row in newest.items() if row is not None}


def _signers(place: Organisation) -> set[str]:
    return {place.code, place.code.rsplit("-", 1)[0]} if place.kind == "site" else {place.code}
