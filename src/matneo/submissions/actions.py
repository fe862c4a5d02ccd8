"""The only door for data: receive, look at, accept, put aside, take back, type in, sign off."""

import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db import transaction

from matneo.accounts.access import NotAllowed, need
from matneo.accounts.permissions import Permission
from matneo.audit import actions as audit
from matneo.measures import national
from matneo.measures.definitions import DIRECTIONS, FAMILIES, Definition
from matneo.measures.engine import connect, places
from matneo.measures.intake import rows
from matneo.measures.intake.findings import Refused
from matneo.measures.intake.identifiers import in_words
from matneo.measures.points import State as PointState
from matneo.measures.warehouse import Warehouse
from matneo.organisations.models import Organisation
from matneo.submissions import cells as grid
from matneo.submissions import parsing, permissions
from matneo.submissions.cells import Cell, Counted, InForce, Kept, NotKept, Rules, TypedIn, Unsaid
from matneo.submissions.known import definitions_for
from matneo.submissions.models import (
    ColumnMapping,
    Kind,
    LocalMeasure,
    SignOff,
    State,
    Submission,
    SubmissionEvent,
    Value,
)
from matneo.submissions.values import active_rows, active_values, in_force
from matneo.utils.typed import printable

PUBLISHED = ("msds_annual", "msds_exp_data", "msds_measures")


class SameFile(Refused):
    """The very same file counts already."""

    def __init__(self, message: str, submission: Submission) -> None:
        super().__init__(message)
        self.submission = submission


@dataclass(frozen=True)
class Change:
    """One value before and after."""

    measure: str
    organisation: str
    period: date
    period_kind: str
    before: tuple[float | None, float | None] | None
    after: tuple[float | None, float | None]
    signed: bool

    @property
    def size(self) -> float:
        """How far the share moves; a new value counts as its whole share."""
        return abs(_share(self.after) - (_share(self.before) if self.before else 0))


@dataclass(frozen=True)
class Preview:
    """What accepting would do."""

    added: int
    changed: int
    unchanged: int
    signed: int  # changes to months that are signed off
    largest: tuple[Change, ...]
    series: tuple[
        tuple[str, str], ...
    ]  # (measure, organisation) that would move, at most six for one organisation


def receive(
    *,
    file: Path,
    name: str,
    organisation: Organisation,
    by,
    mapping: dict[str, str] | None = None,
    measure: str = "",
    provisional_from: date | None = None,
) -> Submission:
    """Take a file in: recognise it, judge it, keep it untouched. Nothing counts before it is accepted.

    Raises Refused (and keeps nothing) for what cannot be read, SameFile for a file that is in force already, NotAllowed.
    A file with personal details is deleted at once; its hash, uploader, reason and positions stay.
    """
    name = Path(name).name[:200] or "file"
    need(by, permissions.to_send(organisation), organisation)
    digest = _digest(file)
    same = Submission.objects.filter(organisation=organisation, sha256=digest, state=State.ACCEPTED).first()
    if same is not None:
        raise SameFile(_same_words(name, same), same)
    parsed = parsing.parse(file, name, organisation, mapping, measure)
    if parsed.kind == "births":
        if settings.PROFILE == "hub":
            raise Refused(
                f"{name} holds rows about people. This installation keeps none: send counts, or use the trust's own node."
            )
        need(by, Permission.SUBMIT_ROWS, organisation)
    if parsed.kind not in PUBLISHED and organisation.kind == "england" and by is not None:
        raise Refused(
            f"{name} is no published national file. Counts and rows of a trust are sent in by the trust itself."
        )
    if parsed.kind in PUBLISHED and organisation.kind != "england":
        raise Refused(
            f"{name} is {parsed.guess.split(';')[0]}: the national team brings it in, for everybody at once."
        )
    return _keep(file, name, digest, organisation, by, parsed, provisional_from, measure)


def _same_words(name: str, same: Submission) -> str:
    before = f"is the same file as {same.file_name}," if name != same.file_name else "was sent in before and"
    return f"{name} {before} accepted on {same.received:%-d %B %Y}. Nothing was changed."


def _keep(
    file: Path,
    name: str,
    digest: str,
    organisation: Organisation,
    by,
    parsed: parsing.Parsed,
    provisional_from,
    measure: str,
) -> Submission:
    refused = bool(parsed.identified)
    submission = Submission(
        kind=parsed.kind,
        organisation=organisation,
        uploader=by,
        uploader_name=by.name if by else "MatNeo",
        file_name=name,
        sha256=digest,
        size=file.stat().st_size,
        received=settings.CLOCK.now(),
        guess=parsed.guess[:300],
        mapping=parsed.mapping,
        measure=measure,
        state=State.REFUSED if refused else State.RECEIVED,
        provisional_from=provisional_from,
        report={"identified": [vars(place) for place in parsed.identified]} if refused else parsed.report(),
    )
    if not refused:
        _store(file, submission)
    with transaction.atomic():
        submission.save(force_insert=True)
        reason = "The file held personal details; it was deleted." if refused else ""
        _event(submission, submission.state, by, reason)
        audit.record(
            by=by,
            action="submissions.refuse" if refused else "submissions.receive",
            organisation=organisation.code,
            subject=name,
            detail={"submission": submission.pk, "sha256": digest, "kind": parsed.kind},
        )
    return submission


def read_again(*, submission: Submission, mapping: dict[str, str], measure: str, by) -> Submission:
    """Read a received sheet with other columns: `mapping` names the column of each thing, blank where none holds it.
    The file stays untouched, and nothing counts before it is accepted."""
    organisation = submission.organisation
    need(by, permissions.to_send(organisation), organisation)
    _need_sheet_to_read(submission)  # of what was refused there is no file
    parsed = parsing.parse(
        parsing.stored_file(submission), submission.file_name, organisation, mapping, measure
    )
    with transaction.atomic():
        current = Submission.objects.select_for_update().get(pk=submission.pk)
        _need_sheet_to_read(current)
        current.mapping, current.measure = parsed.mapping, measure
        current.guess, current.report = parsed.guess[:300], parsed.report()
        current.save(update_fields=["mapping", "measure", "guess", "report"])
        audit.record(
            by=by,
            action="submissions.read_again",
            organisation=organisation.code,
            subject=submission.file_name,
            detail={"submission": submission.pk, "mapping": parsed.mapping, "measure": measure},
        )
    return current


def preview(*, submission: Submission, by) -> Preview:
    """What accepting would change, without changing anything."""
    need(by, permissions.to_send(submission.organisation), submission.organisation)
    parsed = parsing.again(submission)
    if parsed.values is None:
        return Preview(parsed.rows_read, 0, 0, 0, (), ())
    changes, unchanged = _changes(submission, parsed.values)
    added = sum(change.before is None for change in changes)
    # What changes a figure that is there comes before what adds one; of the new ones the sender's own come first.
    own = submission.organisation.code
    largest = sorted(changes, key=lambda c: (c.before is None, c.organisation != own, -c.size))[:10]
    series = tuple(dict.fromkeys((change.measure, change.organisation) for change in changes))
    return Preview(
        added,
        len(changes) - added,
        unchanged,
        sum(change.signed for change in changes),
        tuple(largest),
        series[:6],
    )


def accept(*, submission: Submission, by) -> Submission:
    """Let a submission count: all of it, or nothing. Files come first under names nobody reads yet; the row that makes
    them count comes last, in one transaction."""
    organisation = submission.organisation
    need(by, permissions.to_send(organisation), organisation)
    _need_received(submission)  # of what was refused there is no file
    parsed = None
    if submission.kind == "births":
        _write_rows(submission)
    else:
        parsed = parsing.again(submission)
        if parsed.stoppers:
            raise Refused(
                f"{submission.file_name} has {parsed.stoppers} findings to mend first. Nothing was changed."
            )
    with transaction.atomic():
        current = Submission.objects.select_for_update().get(pk=submission.pk)
        _need_received(current)
        if parsed is not None and parsed.values is not None:
            Value.objects.bulk_create(_values(submission, parsed.values), batch_size=2000)
            _remember(organisation, parsed.mapping)
        _move(current, State.ACCEPTED, by, "")
        audit.record(
            by=by,
            action="submissions.accept",
            organisation=organisation.code,
            subject=submission.file_name,
            detail={"submission": submission.pk, "rows": submission.report["rows"]},
        )
    return current


def reject(*, submission: Submission, by, reason: str = "") -> Submission:
    """Put a received submission aside; it never counted."""
    need(by, permissions.to_send(submission.organisation), submission.organisation)
    with transaction.atomic():
        current = Submission.objects.select_for_update().get(pk=submission.pk)
        _need_received(current)
        _move(current, State.REJECTED, by, reason)
        audit.record(
            by=by,
            action="submissions.reject",
            organisation=submission.organisation.code,
            subject=submission.file_name,
            detail={"submission": submission.pk},
        )
    return current


def withdraw(*, submission: Submission, by, reason: str) -> Submission:
    """Undo an accepted submission within 30 days: a new row; what it brought stays on record and counts no more."""
    need(by, permissions.to_take_back(submission.organisation), submission.organisation)
    reason = printable(reason)[:300]
    if not reason:
        raise Refused("Say in a few words why it is taken back; it stands in the record.")
    if found := in_words(reason):
        raise Refused(
            f"The reason holds what looks like {found}. Say it without anything that could point at a person."
        )
    with transaction.atomic():
        current = Submission.objects.select_for_update().get(pk=submission.pk)
        if current.state != State.ACCEPTED:
            raise Refused(
                f"{submission.file_name} is {current.get_state_display()}; only an accepted submission can be taken back."
            )
        if settings.CLOCK.now() - current.received > timedelta(days=settings.UNDO_DAYS):
            raise Refused(
                f"{submission.file_name} came in more than {settings.UNDO_DAYS} days ago. Send corrected figures instead."
            )
        _move(current, State.WITHDRAWN, by, reason)
        audit.record(
            by=by,
            action="submissions.withdraw",
            organisation=submission.organisation.code,
            subject=submission.file_name,
            detail={"submission": submission.pk, "reason": reason},
        )
    return current


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
    known = definitions_for(organisation.code)
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
    row = LocalMeasure.objects.create(
        organisation=organisation,
        name=name,
        counted=counted,
        of=of,
        direction=direction,
        family=family,
        by_name=by.name if by else "MatNeo",
        at=settings.CLOCK.now(),
    )
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
    LocalMeasure.objects.filter(pk=measure.pk, withdrawn__isnull=True).update(
        withdrawn=settings.CLOCK.now(), withdrawn_by=by.name if by else "MatNeo"
    )
    audit.record(
        by=by,
        action="submissions.withdraw_local_measure",
        organisation=measure.organisation.code,
        subject=measure.name,
        detail={"measure": measure.pk},
    )


@transaction.atomic
def sign_off(*, organisation: Organisation, through: date, by) -> SignOff:
    """Let figures up to and with a month be seen outside, released and disclosed. An earlier month takes some back."""
    need(by, Permission.SIGN_OFF, organisation)
    month = through.replace(day=1)
    if month > national.last_month(settings.CLOCK.today()):
        raise Refused(f"{month:%B %Y} is not over yet; sign off a month that is over.")
    row = SignOff.objects.create(
        organisation=organisation, through=month, at=settings.CLOCK.now(), by_name=by.name if by else "MatNeo"
    )
    audit.record(
        by=by, action="submissions.sign_off", organisation=organisation.code, subject=f"through {month:%B %Y}"
    )
    return row


@transaction.atomic
def sign_off_many(*, through: dict[str, date], by) -> None:
    """The demonstration's trusts sign off together; each has its row."""
    if by is not None:
        raise NotAllowed("Each trust signs its own figures off.")
    organisations = {row.code: row for row in Organisation.objects.filter(code__in=list(through))}
    now = settings.CLOCK.now()
    SignOff.objects.bulk_create(
        SignOff(organisation=organisations[c], through=m, at=now, by_name="MatNeo")
        for c, m in through.items()
    )
    audit.record(by=None, action="submissions.sign_off", subject=f"{len(through)} organisations")


def sweep(*, by=None) -> None:
    """Remove files that no submission names: leavings of a process that was killed."""
    known = set(Submission.objects.values_list("pk", flat=True))
    accepted = set(
        Submission.objects.filter(kind="births", state__in=[State.ACCEPTED, State.WITHDRAWN]).values_list(
            "pk", flat=True
        )
    )
    _warehouse().sweep(accepted)
    for folder in settings.DATA_DIR.submissions.glob("*"):
        if folder.name not in known:
            shutil.rmtree(folder, ignore_errors=True)


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
    _event(row, State.ACCEPTED, by, "")
    return row


def _locked(cells: Sequence[Cell], known: dict[str, Definition]) -> set[tuple[str, str]]:
    """Counted measures of places whose records are here."""
    pairs = {
        (c.measure, c.subject) for c in cells if c.measure in known and known[c.measure].table == "births"
    }
    sent = places(_warehouse(), active_rows()) if pairs else frozenset()
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
    plain = name.casefold()
    for d in definitions_for(organisation.code).values():
        if plain in (d.id.casefold(), d.name.casefold(), d.short_name.casefold()):
            where = f"in the library ({d.id})" if d.area else "among your own measures"
            raise Refused(
                f"{name} is a measure {where} already. Type your counts there, or give it another name."
            )


def _warehouse() -> Warehouse:
    return Warehouse(settings.DATA_DIR.warehouse)


def _store(file: Path, submission: Submission) -> None:
    """Keep the untouched file: complete and flushed before any row speaks of it."""
    target = parsing.stored_file(submission)
    target.parent.mkdir(parents=True, exist_ok=True)
    building = target.with_name(".building")
    try:
        os.link(file, building)  # the same disk: no copy of a large file
    except OSError:
        shutil.copyfile(file, building)
    with building.open("rb") as stream:
        os.fsync(stream.fileno())
    building.replace(target)


def _write_rows(submission: Submission) -> None:
    found = submission.report["findings"]  # the file is the one that was judged: its name is its hash
    if found["stop"] + found["fix"]:
        raise Refused(
            f"{submission.file_name} has {found['stop'] + found['fix']} findings to mend first. Nothing was changed."
        )
    file, warehouse = parsing.stored_file(submission), _warehouse()
    shutil.rmtree(warehouse.folder(submission.pk), ignore_errors=True)  # a try that was killed before its row
    if rows.is_ready(file):
        warehouse.adopt(submission.pk, file)
        return
    with connect() as connection:
        parsing.births(file, submission.file_name, submission.organisation, connection, judge=False)
        warehouse.write(submission.pk, "births_checked", connection)


def _values(submission: Submission, frame: pl.DataFrame) -> Iterable[Value]:
    published, now = submission.kind in PUBLISHED, settings.CLOCK.now()
    for row in frame.iter_rows(named=True):
        yield Value(
            submission=submission,
            measure=row["measure"],
            version=row["version"],
            organisation=row["subject"],
            period_kind=row["period_kind"],
            period=row["period"],
            origin="published" if published else "collected",
            numerator=row["numerator"],
            known=row["known"],
            population=row["population"],
            state=row["state"],
            rounded=published,
            as_of=settings.CLOCK.today(),
            at=now,
        )


def _changes(submission: Submission, frame: pl.DataFrame) -> tuple[list[Change], int]:
    origin = "published" if submission.kind in PUBLISHED else "collected"
    now = {
        (v.measure, v.organisation, v.period_kind, v.period): v
        for v in active_values(origin, frame["subject"].unique().to_list())
    }
    signed = {code: row.through for code, row in SignOff.objects.latest().items()}
    changes, unchanged = [], 0
    for row in frame.iter_rows(named=True):
        before = now.get((row["measure"], row["subject"], row["period_kind"], row["period"]))
        if before and (before.numerator, before.known, before.state) == (
            row["numerator"],
            row["known"],
            row["state"],
        ):
            unchanged += 1
            continue
        through = signed.get(row["subject"])
        changes.append(
            Change(
                row["measure"],
                row["subject"],
                row["period"],
                row["period_kind"],
                (before.numerator, before.known) if before else None,
                (row["numerator"], row["known"]),
                signed=bool(before and through and row["period"] <= through),
            )
        )
    return changes, unchanged


def _share(pair: tuple[float | None, float | None]) -> float:
    top, bottom = pair
    return top / bottom if top is not None and bottom else 0.0


def _remember(organisation: Organisation, mapping: dict[str, str]) -> None:
    if not mapping:
        return
    columns = parsing.header_hash(tuple(sorted(mapping.values())))
    ColumnMapping.objects.update_or_create(
        organisation=organisation, columns=columns, defaults={"mapping": mapping, "at": settings.CLOCK.now()}
    )


def _need_received(submission: Submission) -> None:
    if submission.state != State.RECEIVED:
        raise Refused(
            f"{submission.file_name} was {submission.get_state_display()} before. Nothing was changed."
        )


def _need_sheet_to_read(submission: Submission) -> None:
    if submission.state != State.RECEIVED or submission.kind != "counts":
        raise Refused(
            f"{submission.file_name} is {submission.get_state_display()}: only a received sheet of counts is read again."
        )


def _move(submission: Submission, state: State, by, reason: str) -> None:
    submission.state = state
    Submission.objects.filter(pk=submission.pk).update(state=state)
    _event(submission, state, by, reason)


def _event(submission: Submission, state: str, by, reason: str) -> None:
    SubmissionEvent.objects.create(
        submission=submission,
        state=state,
        at=settings.CLOCK.now(),
        by_name=by.name if by else "MatNeo",
        reason=reason,
    )


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
