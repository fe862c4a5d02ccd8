"""What stands dated on charts: notes, phases, pauses, mergers, new definitions. One query for them all."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, DateField, F, QuerySet, Value
from django.db.models.functions import Cast

from matneo.measures.definitions import Definition
from matneo.monitoring.models import Annotation, Rebase
from matneo.organisations.models import Link, Organisation
from matneo.programme.models import Pause
from matneo.utils.viewer import Viewer

# What a row of the one query is; a note's own kind stands beside it.
NOTE, PHASE, PAUSE, JOIN = "note", "rebase", "pause", "join"


@dataclass(frozen=True)
class Note:
    """Something dated that stands on the chart."""

    date: date
    text: str
    kind: str  # note, test, pause, definition, join, rebase
    until: date | None = None


def read(
    asked: Collection[tuple[Definition, Organisation]], viewer: Viewer
) -> dict[tuple[str, str], tuple[Note, ...]]:
    """By measure and code the notes of each of these charts, as this viewer may see them, the oldest first."""
    rows: dict[str, list[tuple]] = {}
    for code, *row in _rows({d.id for d, _ in asked}, {place for _, place in asked}, viewer):
        rows.setdefault(code, []).append(tuple(row))
    everywhere = rows.get("", [])
    return {
        (d.id, place.code): tuple(
            sorted(_of(d, [*everywhere, *rows.get(place.code, [])]), key=lambda note: note.date)
        )
        for d, place in asked
    }


def _of(d: Definition, rows: list[tuple]) -> Iterator[Note]:
    for version in d.versions[1:]:
        yield Note(version.valid_from, f"Definition {version.version}", "definition")
    for what, measure, day, text, kind, until in rows:
        if measure not in ("", d.id) or (what == PAUSE and d.table != "births"):
            continue
        yield Note(day, f"{text} joined" if what == JOIN else text, kind, until)


def _rows(ids: Collection[str], places: Collection[Organisation], viewer: Viewer) -> QuerySet:
    codes = [place.code for place in places]
    notes = Annotation.objects.visible_to(viewer).filter(organisation__in=codes, measure__in=["", *ids])
    phases = Rebase.objects.visible_to(viewer).filter(organisation__in=codes, measure__in=ids)
    parts = [
        _as_rows(phases, PHASE, "start", F("reason")),
        _as_rows(
            Pause.objects.all(),
            PAUSE,
            "start",
            F("reason"),
            measure=Value(""),
            until=F("end"),
            place=Value(""),
        ),
    ]
    trusts = [place.pk for place in places if place.kind == "trust"]
    if trusts:
        joins = Link.objects.filter(kind="successor_of", source__in=trusts, start__isnull=False)
        parts.append(
            _as_rows(
                joins,
                JOIN,
                "start",
                F("target__short_name"),
                measure=Value(""),
                place=F("source__code"),
            )
        )
    return _as_rows(notes, NOTE, "date", F("text"), kind=F("kind")).union(*parts, all=True)


def _as_rows(rows: QuerySet, what: str, day: str, text: F, **more) -> QuerySet:
    given = {
        "place": F("organisation"),
        "measure": F("measure"),
        "kind": Value(what),
        "until": Value(None),
        **more,
    }
    return (
        rows.order_by()
        .annotate(
            r_place=Cast(given["place"], CharField()),
            r_what=Cast(Value(what), CharField()),
            r_measure=Cast(given["measure"], CharField()),
            r_day=Cast(F(day), DateField()),
            r_text=Cast(text, CharField()),
            r_kind=Cast(given["kind"], CharField()),
            r_until=Cast(given["until"], DateField()),
        )
        .values_list("r_place", "r_what", "r_measure", "r_day", "r_text", "r_kind", "r_until")
    )
