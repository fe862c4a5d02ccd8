"""Files that come in: received, read again, accepted, put aside, taken back."""

import hashlib
import os
import shutil
from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from matneo.accounts.access import need
from matneo.accounts.permissions import Permission
from matneo.audit import actions as audit
from matneo.measures.engine import connect
from matneo.measures.intake import rows
from matneo.measures.intake.findings import Refused
from matneo.measures.intake.identifiers import in_words
from matneo.measures.warehouse import Warehouse
from matneo.organisations.models import Organisation
from matneo.submissions import parsing, permissions
from matneo.submissions.models import (
    PUBLISHED,
    ColumnMapping,
    Kind,
    State,
    Submission,
    Value,
)
from matneo.submissions.steps import add_step
from matneo.utils.typed import printable


class SameFile(Refused):
    """The very same file counts already."""

    def __init__(self, message: str, submission: Submission) -> None:
        super().__init__(message)
        self.submission = submission


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
        _put_earlier_looks_aside(submission, by)
        submission.save(force_insert=True)
        reason = "The file held personal details; it was deleted." if refused else ""
        add_step(submission, submission.state, by, reason)
        audit.record(
            by=by,
            action="submissions.refuse" if refused else "submissions.receive",
            organisation=organisation.code,
            subject=name,
            detail={"submission": submission.pk, "sha256": digest, "kind": parsed.kind},
        )
    return submission


def _put_earlier_looks_aside(newer: Submission, by) -> None:
    """Of the very same file one look waits, the last: two that wait would ask which of them counts."""
    waiting = Submission.objects.select_for_update().filter(
        organisation=newer.organisation, sha256=newer.sha256, state=State.RECEIVED
    )
    for earlier in waiting:
        _move(earlier, State.REJECTED, by, "The same file was looked at again; that look waits in its place.")
        audit.record(
            by=by,
            action="submissions.reject",
            organisation=newer.organisation.code,
            subject=earlier.file_name,
            detail={"submission": earlier.pk, "same_as": newer.pk},
        )
        if earlier.kind == Kind.BIRTHS:
            transaction.on_commit(partial(_forget, earlier.pk))


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
            raise _to_mend(submission, parsed.stoppers)
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
    """Put a received submission aside; it never counted. Rows about births are deleted, their findings stay on the list."""
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
        if current.kind == Kind.BIRTHS:
            transaction.on_commit(partial(_forget, current.pk))
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


def sweep(*, by=None) -> None:
    """Remove files that nothing needs: of no submission, or rows that were put aside; leavings of a process that was killed."""
    aside = Q(kind=Kind.BIRTHS, state=State.REJECTED)
    known = set(Submission.objects.exclude(aside).values_list("pk", flat=True))
    accepted = set(
        Submission.objects.filter(kind="births", state__in=[State.ACCEPTED, State.WITHDRAWN]).values_list(
            "pk", flat=True
        )
    )
    Warehouse(settings.DATA_DIR.warehouse).sweep(accepted)
    for folder in settings.DATA_DIR.submissions.glob("*"):
        if folder.name not in known:
            _forget(folder.name)


def _forget(name: str) -> None:
    shutil.rmtree(settings.DATA_DIR.submissions / name, ignore_errors=True)


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
        raise _to_mend(submission, found["stop"] + found["fix"])
    file, kept = parsing.stored_file(submission), Warehouse(settings.DATA_DIR.warehouse)
    shutil.rmtree(kept.folder(submission.pk), ignore_errors=True)  # a try that was killed before its row
    if rows.is_ready(file):
        kept.adopt(submission.pk, file)
        return
    with connect() as connection:
        parsing.births(file, submission.file_name, submission.organisation, connection, judge=False)
        kept.write(submission.pk, "births_checked", connection)


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


def _to_mend(submission: Submission, number: int) -> Refused:
    findings = "1 finding" if number == 1 else f"{number:,} findings"
    return Refused(f"{submission.file_name} has {findings} to mend first. Nothing was changed.")


def _move(submission: Submission, state: State, by, reason: str) -> None:
    submission.state = state
    Submission.objects.filter(pk=submission.pk).update(state=state)
    add_step(submission, state, by, reason)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
