"""Counts that are typed in, and the measures that an organisation begins of its own."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from matneo.accounts.access import need
from matneo.audit import actions as audit
from matneo.measures import collected
from matneo.measures.definitions import DIRECTIONS, FAMILIES, Definition
from matneo.measures.engine import places
from matneo.measures.intake.findings import Refused
from matneo.measures.intake.identifiers import in_words
from matneo.measures.periods import Period
from matneo.measures.points import State as PointState
from matneo.measures.warehouse import Warehouse
from matneo.organisations.models import Organisation
from matneo.submissions import cells as grid
from matneo.submissions import parsing, permissions
from matneo.submissions.cells import Cell, Counted, InForce, Kept, NotKept, Rules, TypedIn, Unsaid
from matneo.submissions.known import definitions_for
from matneo.submissions.models import (
    Kind,
    LocalMeasure,
    SignOff,
    State,
    Submission,
    SureCount,
    Value,
)
from matneo.submissions.steps import add_step
from matneo.submissions.values import active_rows, in_force
from matneo.utils.typed import printable


def type_in(
    *,
    organisation: Organisation,
    cells: Sequence[Cell],
    by,
    locked: Collection[tuple[str, str]] | None = None,
) -> TypedIn:
    """Keep typed cells: rows are added, nothing is edited. What cannot be kept is answered with a sentence, and the good
    cells beside it are kept all the same. The same counts as stand there add nothing. A cell that somebody else changed
    since it was seen is left as it is, and the answer holds theirs.

    `locked` names the pairs of measure and place that are filled in from records (`monitoring.live.filled_in` knows
    those that have a value); unsaid, it is every counted measure of a place that records were sent in for.
    """
    need(by, permissions.to_send(organisation), organisation)
    known = _definitions(organisation, cells)
    rules = Rules(
        known,
        parsing.own_places(organisation),
        _locked(cells, known) if locked is None else locked,
        settings.CLOCK.today(),
    )
    with transaction.atomic():
        # Two who type at once come one after the other; otherwise neither would see what the other changed.
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        return _type_in(organisation, cells, by, rules)


@transaction.atomic
def confirm(*, value: int, organisation: Organisation, by) -> SureCount | None:
    """Say that a count in force that was asked about is right; saying it twice is once. None where no such count of the
    organisation stands any more: what replaced it is asked about by itself."""
    need(by, permissions.to_send(organisation), organisation)
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # nobody types while somebody says yes
    row = Value.objects.filter(pk=value, organisation__in=parsing.own_places(organisation)).first()
    if row is None or not _is_in_force(row):
        return None
    sure, made = SureCount.objects.get_or_create(
        value=row, defaults={"by_name": by.name if by else "MatNeo", "at": settings.CLOCK.now()}
    )
    if made:
        audit.record(
            by=by,
            action="submissions.confirm",
            organisation=organisation.code,
            subject=f"{row.measure}, {Period(row.period_kind, row.period).label()}",
            detail={"value": row.pk, "place": row.organisation},
        )
    return sure


@transaction.atomic
def add_local_measure(
    *, organisation: Organisation, name: str, counted: str, of: str, direction: str, family: str, by
) -> LocalMeasure:
    """Begin a measure of an organisation's own: what is counted, and of what, in words; a share in percent by month."""
    need(by, permissions.to_send(organisation), organisation)
    name, counted, of = (printable(text) for text in (name, counted, of))
    _need_words(organisation, name, counted, of)
    if direction not in DIRECTIONS or family not in FAMILIES:
        raise Refused(
            f"Say which way is better ({', '.join(DIRECTIONS)}) and what kind of measure it is ({', '.join(FAMILIES)})."
        )
    row = LocalMeasure(
        organisation=organisation,
        name=name,
        counted=counted,
        of=of,
        direction=direction,
        family=family,
        by_name=by.name if by else "MatNeo",
        at=settings.CLOCK.now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # somebody began the same between the question and the answer
        raise _taken(name, "among your own measures") from None
    audit.record(
        by=by,
        action="submissions.add_local_measure",
        organisation=organisation.code,
        subject=name,
        detail={"measure": row.pk, "counted": counted, "of": of},
    )
    return row


@transaction.atomic
def withdraw_local_measure(*, measure: LocalMeasure, by) -> None:
    """Take a local measure off: nobody types into it any more. It stays on record, and so does what was typed."""
    need(by, permissions.to_send(measure.organisation), measure.organisation)
    if not LocalMeasure.objects.filter(pk=measure.pk, withdrawn__isnull=True).update(
        withdrawn=settings.CLOCK.now(), withdrawn_by=by.name if by else "MatNeo"
    ):
        return  # somebody took it off meanwhile
    audit.record(
        by=by,
        action="submissions.withdraw_local_measure",
        organisation=measure.organisation.code,
        subject=measure.name,
        detail={"measure": measure.pk},
    )


@transaction.atomic
def restore_local_measure(*, measure: LocalMeasure, by) -> None:
    """Bring back a local measure that was taken off: it is typed again where it was followed. One that stands already
    stays as it is."""
    need(by, permissions.to_send(measure.organisation), measure.organisation)
    row = LocalMeasure.objects.select_for_update().get(pk=measure.pk)
    if row.withdrawn is None:
        return
    _need_free(row.name, measure.organisation)
    row.withdrawn, row.withdrawn_by = None, ""
    row.save(update_fields=["withdrawn", "withdrawn_by"])
    audit.record(
        by=by,
        action="submissions.restore_local_measure",
        organisation=measure.organisation.code,
        subject=measure.name,
        detail={"measure": measure.pk},
    )


def _is_in_force(row: Value) -> bool:
    now = in_force([row.measure], [row.organisation]).get(
        (row.measure, row.organisation, row.period_kind, row.period)
    )
    return now is not None and now.value == row.pk


def _type_in(organisation: Organisation, cells: Sequence[Cell], by, rules: Rules) -> TypedIn:
    standing = in_force({c.measure for c in cells}, {c.subject for c in cells} & set(rules.subjects))
    read = [grid.read(cell, rules) for cell in cells]
    last = {cell.key: place for place, cell in enumerate(cells) if not isinstance(read[place], str)}
    refused: list[NotKept] = []
    changes: list[tuple[int, Cell, Counted]] = []
    kept: dict[int, Kept] = {}
    latest = SignOff.objects.filter(organisation=organisation).order_by("-at", "-id").first()
    for place, (cell, found) in enumerate(zip(cells, read, strict=True)):
        now = standing.get(cell.key)
        if isinstance(found, str):
            refused.append(NotKept(cell, found))
        elif last[cell.key] != place:
            refused.append(NotKept(cell, grid.twice(cell, rules)))
        elif _stands(now, found):
            kept[place] = Kept(cell, now.value if now else None, changed=False)
        elif now is not None and _is_other(cell, now, by):
            refused.append(NotKept(cell, grid.conflict(cell, now, rules), now))
        else:
            changes.append((place, cell, found))
    rows = _add_typed(organisation, [(cell, found) for _, cell, found in changes], by, rules)
    for (place, cell, _), row in zip(changes, rows, strict=True):
        words = grid.note(cell, rules, latest.through if latest else None)
        kept[place] = Kept(cell, row.pk, changed=True, note=words)
    return TypedIn(tuple(kept[place] for place in sorted(kept)), tuple(refused))


def _stands(now: InForce | None, found: Counted) -> bool:
    """Whether the cell says this already; an empty cell and a cleared one say the same."""
    if now is None:
        return found.state == PointState.NOT_YET_SENT
    return (now.numerator, now.denominator, now.state) == (found.numerator, found.denominator, found.state)


def _is_other(cell: Cell, now: InForce, by) -> bool:
    """Whether what stands there is not what this person saw, and was brought by somebody else."""
    if isinstance(cell.seen, Unsaid) or cell.seen == now.value:
        return False
    return now.by is None or by is None or now.by != by.pk


def _add_typed(
    organisation: Organisation, changes: Sequence[tuple[Cell, Counted]], by, rules: Rules
) -> list[Value]:
    if not changes:
        return []
    submission, at = _typed_submission(organisation, by), settings.CLOCK.now()
    rows = Value.objects.bulk_create(
        (
            Value(
                submission=submission,
                measure=cell.measure,
                version=rules.definitions[cell.measure].version,
                organisation=cell.subject,
                period_kind=cell.period_kind,
                period=cell.period,
                origin="collected",
                numerator=found.numerator,
                known=found.denominator,
                population=found.denominator,
                state=found.state,
                as_of=rules.today,
                at=at,
            )
            for cell, found in changes
        ),
        batch_size=2000,
    )
    audit.record(
        by=by,
        action="submissions.type_in",
        organisation=organisation.code,
        subject=f"{len(rows)} typed {'count' if len(rows) == 1 else 'counts'}",
        detail={
            "submission": submission.pk,
            "cells": len(rows),
            "measures": sorted({cell.measure for cell, _ in changes}),
        },
    )
    return rows


def _typed_submission(organisation: Organisation, by) -> Submission:
    """What one person types for one organisation in a day is one submission: accepted, and taken back as a whole."""
    now = settings.CLOCK.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    of_today = Submission.objects.filter(received__gte=midnight, received__lt=midnight + timedelta(days=1))
    row = of_today.filter(
        kind=Kind.TYPED, organisation=organisation, uploader=by, state=State.ACCEPTED
    ).first()
    if row is not None:
        return row
    row = Submission(
        kind=Kind.TYPED,
        organisation=organisation,
        uploader=by,
        uploader_name=by.name if by else "MatNeo",
        file_name="typed in",
        size=0,
        received=now,
        state=State.ACCEPTED,
        report=parsing.NOTHING_READ.report(),
    )
    row.sha256 = hashlib.sha256(row.pk.encode()).hexdigest()  # no file: the same counts may come again
    row.save(force_insert=True)
    add_step(row, State.ACCEPTED, by, "")
    return row


def _definitions(organisation: Organisation, cells: Sequence[Cell]) -> dict[str, Definition]:
    """Those of the product; the organisation's own only where one of them is typed into, which is one more question."""
    ours = collected.known()
    return ours if all(cell.measure in ours for cell in cells) else definitions_for(organisation.code)


def _locked(cells: Sequence[Cell], known: dict[str, Definition]) -> set[tuple[str, str]]:
    """Counted measures of places whose records are here."""
    pairs = {
        (c.measure, c.subject) for c in cells if c.measure in known and known[c.measure].table == "births"
    }
    sent = places(Warehouse(settings.DATA_DIR.warehouse), active_rows()) if pairs else frozenset()
    return {pair for pair in pairs if pair[1] in sent}


def _need_words(organisation: Organisation, name: str, counted: str, of: str) -> None:
    if organisation.kind not in ("trust", "site", "unit"):
        raise Refused("A measure of one's own belongs to a trust, a site or a unit.")
    longest = {"The name": (name, 80), "What is counted": (counted, 300), "Out of what": (of, 300)}
    for what, (text, most) in longest.items():
        if len(text) < 3:
            raise Refused(f"{what} is missing. Say it in a few words.")
        if len(text) > most:
            raise Refused(f"{what} has {len(text)} characters. Say it in at most {most}.")
        if found := in_words(text):
            raise Refused(
                f"{what} holds what looks like {found}. Say it without anything that could point at a person."
            )
    _need_free(name, organisation)


def _need_free(name: str, organisation: Organisation) -> None:
    plain = name.casefold()
    for d in definitions_for(organisation.code).values():
        if plain in (d.id.casefold(), d.name.casefold(), d.short_name.casefold()):
            where = f"in the library ({d.id})" if d.area else "among your own measures"
            raise _taken(name, where)


def _taken(name: str, where: str) -> Refused:
    return Refused(f"{name} is a measure {where} already. Type your counts there, or give it another name.")
