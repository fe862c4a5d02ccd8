"""Writing organisations: history is added to, never edited."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from matneo.audit import actions as audit
from matneo.organisations.models import Link, Organisation
from matneo.organisations.querysets import search_text


@dataclass(frozen=True)
class Record:
    """An organisation as a register gives it."""

    code: str
    name: str
    short_name: str
    kind: str
    opened: date | None = None
    closed: date | None = None
    is_invented: bool = False
    latitude: float | None = None
    longitude: float | None = None
    neonatal_level: str = ""
    volume_group: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class Edge:
    """A link as a register gives it."""

    source: str
    target: str
    kind: str
    start: date | None = None
    end: date | None = None
    source_note: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    added: int
    renamed: int
    updated: int
    links_added: int
    links_closed: int

    @property
    def changed(self) -> bool:
        return any(asdict(self).values())


# Where a register gives another target for one of these, the organisation moved: the old link ends.
EXCLUSIVE = frozenset({"in_region", "in_icb", "in_lmns", "in_odn", "in_psc", "in_england", "site_of"})
_FACTS = (
    "latitude",
    "longitude",
    "neonatal_level",
    "volume_group",
    "facts",
    "source",
    "confidence",
    "closed",
    "opened",
)


@transaction.atomic
def load(*, records: Iterable[Record], links: Iterable[Edge], on: date, by) -> Loaded:
    """Bring the register up to date with what is given; loading the same twice changes nothing.

    A new name keeps the old one as a former name until `on`; a move ends the old link on `on` and opens a new one.
    """
    known = {row.code: row for row in Organisation.objects.all()}
    new, renamed, updated = [], [], []
    for record in records:
        row = known.get(record.code)
        if row is None:
            new.append(_row(record))
        elif _rename(row, record, on):
            renamed.append(row)
        elif _correct(row, record):
            updated.append(row)
    Organisation.objects.bulk_create(new)
    Organisation.objects.bulk_update(
        renamed + updated, ["name", "short_name", "former_names", "search_text", *_FACTS], batch_size=200
    )
    added, closed = _load_links(links, on)
    loaded = Loaded(len(new), len(renamed), len(updated), added, closed)
    if loaded.changed:
        audit.record(by=by, action="organisations.load", subject="register", detail=asdict(loaded))
    return loaded


@transaction.atomic
def merge(*, predecessor: str, successor: str, on: date, by, note: str = "") -> None:
    """Close one organisation into another from a day on; its code still answers and its series join."""
    closed = Organisation.objects.get(code=predecessor)
    if closed.closed is None:
        closed.closed = on
        Organisation.objects.bulk_update([closed], ["closed"])
    _load_links([Edge(successor, predecessor, "successor_of", start=on, source_note=note)], on)
    audit.record(
        by=by, action="organisations.merge", organisation=successor, subject=f"{predecessor} into {successor}"
    )


def _row(record: Record) -> Organisation:
    return Organisation(
        **asdict(record), search_text=search_text(record.code, [record.name, record.short_name])
    )


def _rename(row: Organisation, record: Record, on: date) -> bool:
    if row.name == record.name:
        return False
    row.former_names = [*row.former_names, {"name": row.name, "until": on.isoformat()}]
    row.name, row.short_name = record.name, record.short_name
    names = [record.name, record.short_name, *(entry["name"] for entry in row.former_names)]
    row.search_text = search_text(row.code, names)
    _correct(row, record)
    return True


def _correct(row: Organisation, record: Record) -> bool:
    """Facts about an organisation (position, level) are corrected in place: they are not history."""
    before = [getattr(row, name) for name in _FACTS]
    for name in _FACTS:
        setattr(row, name, getattr(record, name))
    return before != [getattr(row, name) for name in _FACTS]


def _load_links(edges: Iterable[Edge], on: date) -> tuple[int, int]:
    ids = dict(Organisation.objects.values_list("code", "pk"))
    open_now = {
        (link.source_id, link.target_id, link.kind): link for link in Link.objects.filter(end__isnull=True)
    }
    ever = set(Link.objects.values_list("source_id", "target_id", "kind", "start", "end"))
    wanted = [(ids[edge.source], ids[edge.target], edge) for edge in edges]
    keys = {(source, target, edge.kind) for source, target, edge in wanted}
    moved = {
        (source, edge.kind) for source, target, edge in wanted if edge.kind in EXCLUSIVE and edge.end is None
    }
    closing = [
        link
        for key, link in open_now.items()
        if key not in keys and (key[0], key[2]) in moved and _from_here(link, on)
    ]
    for link in closing:
        link.end = on
    Link.objects.bulk_update(closing, ["end"])
    new = [
        Link(
            source_id=source,
            target_id=target,
            kind=edge.kind,
            end=edge.end,
            confidence=edge.confidence,
            start=on if _follows(source, edge, closing) else edge.start,
            source_note=edge.source_note,
        )
        for source, target, edge in wanted
        if (source, target, edge.kind) not in open_now
        and (source, target, edge.kind, edge.start, edge.end) not in ever
    ]
    Link.objects.bulk_create(new)
    return len(new), len(closing)


def _from_here(link: Link, on: date) -> bool:
    return link.start is None or link.start <= on


def _follows(source: int, edge: Edge, closing: list[Link]) -> bool:
    return any(link.source_id == source and link.kind == edge.kind for link in closing)
