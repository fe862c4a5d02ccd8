"""Making releases, and saying things about series."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

import matneo
from matneo.accounts.access import NotAllowed, has_permission, need, viewer_for
from matneo.accounts.permissions import Permission
from matneo.audit import actions as audit
from matneo.measures import definitions, engine, increments, national, readings, releases
from matneo.measures.hierarchy import Membership
from matneo.measures.intake.identifiers import in_words
from matneo.monitoring.current import current_release, forget
from matneo.monitoring.models import Annotation, PointsRelease, Rebase, Signal
from matneo.organisations.models import Link, Organisation
from matneo.submissions import values
from matneo.submissions.models import SignOff, Submission
from matneo.utils.typed import printable


class Incomplete(Exception):
    """Something that must be said is missing; the message says what."""


@dataclass(frozen=True)
class Released:
    release: PointsRelease
    is_new: bool


@dataclass(frozen=True)
class Before:
    """The release that is current, with what made it and its points."""

    folder: Path
    inputs: dict[str, Any]
    points: Any  # a frame of points

    def same(self, inputs: dict[str, Any], *names: str) -> bool:
        return all(self.inputs.get(name) == inputs[name] for name in names)


def release(*, by, reason: str) -> Released:
    """Count and read what changed, keep it as a new release and make it current. With nothing new since the current
    release, that one is answered."""
    if by is not None and not _may_release(by):
        raise NotAllowed("Releases are made when figures are accepted, or by the national team.")
    inputs = _inputs()
    digest = hashlib.sha256(json.dumps(inputs, sort_keys=True, default=str).encode()).hexdigest()
    forget()  # what the page read at its beginning may have been followed by another
    current = current_release()
    if current is not None and current.inputs == digest:
        return Released(current, False)
    releases.sweep(settings.DATA_DIR.releases)
    made = PointsRelease(
        made=settings.CLOCK.now(), by_name=by.name if by else "MatNeo", reason=reason, inputs=digest
    )
    before = _before(current)
    months = _points(before, inputs)
    context = _context()
    judged = _judge(before, inputs, months, context)
    about = {
        "id": made.pk,
        "made": made.made.isoformat(),
        "reason": reason,
        "software": matneo.__version__,
        "last_month": context.last_month,
        "profile": readings.PROFILE,
        "inputs": inputs,
    }
    manifest = releases.write(
        settings.DATA_DIR.releases / made.pk,
        months,
        judged.readings,
        judged.lines,
        about,
        before=before.folder if before else None,
        unchanged=judged.unchanged,
    )
    made.manifest, made.data_to = manifest.digest, national.data_to(months, context.last_month)
    with transaction.atomic():
        PointsRelease.objects.filter(is_current=True).update(is_current=False)
        made.is_current = True
        made.save(force_insert=True)
        audit.record(by=by, action="monitoring.release", subject=reason, detail={"release": made.pk})
    forget()
    return Released(made, True)


def publish(*, by, reason: str) -> Released:
    """Make a release of what counts now, and keep what its charts say: the one step after every change of figures."""
    made = release(by=by, reason=reason)
    detect_signals(release=made.release)
    return made


def follow_the_calendar(*, by=None) -> Released | None:
    """A month that has ended begins to count: a new release, where the current one was made before the month was over.
    Doing it again makes nothing new; without a release there is nothing to follow."""
    current = current_release()
    if current is None:
        return None
    made_for = releases.manifest(settings.DATA_DIR.releases / current.pk).content["inputs"]["last_month"]
    last = national.last_month(settings.CLOCK.today())
    if made_for == str(last):
        return None
    return publish(by=by, reason=f"{last:%B %Y} is over")


@transaction.atomic
def detect_signals(*, release: PointsRelease, by=None) -> int:
    """Keep what the charts of a release say. Running it twice adds nothing; answers how many were new."""
    folder = settings.DATA_DIR.releases / release.pk
    found = releases.read_signals(folder)
    now = settings.CLOCK.now()
    rows = [
        Signal(
            measure=measure,
            organisation=subject,
            rule=rule,
            kind=kind,
            since=since,
            audience=audience,
            first_release=release,
            first_seen=now,
        )
        for audience, measure, subject, rule, since, kind in zip(*found.values(), strict=True)
    ]
    before = Signal.objects.count()
    Signal.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return Signal.objects.count() - before


@transaction.atomic
def rebase(*, measure: str, organisation: Organisation, start: date, reason: str, by) -> Rebase:
    """Begin a new phase of a series from a period on. A reason is needed: it stands on the chart."""
    need(by, Permission.REBASE, organisation)
    reason = _said(reason, 500)
    if not reason:
        raise Incomplete("Say why the process is a different one from here on; it stands on the chart.")
    row, _ = Rebase.objects.get_or_create(
        measure=measure,
        organisation=organisation.code,
        start=start,
        withdrawn=None,
        defaults={"reason": reason, "by_name": _name(by), "at": settings.CLOCK.now()},
    )
    audit.record(
        by=by,
        action="monitoring.rebase",
        organisation=organisation.code,
        subject=f"{measure} from {start}",
        detail={"reason": reason},
    )
    return row


@transaction.atomic
def withdraw_rebase(*, rebase: Rebase, organisation: Organisation, by) -> None:
    """Take a new phase back; the row stays with who and when."""
    need(by, Permission.REBASE, organisation)
    Rebase.objects.filter(pk=rebase.pk, withdrawn__isnull=True).update(
        withdrawn=settings.CLOCK.now(), withdrawn_by=_name(by)
    )
    audit.record(
        by=by, action="monitoring.withdraw_rebase", organisation=organisation.code, subject=str(rebase)
    )


@transaction.atomic
def annotate(
    *, organisation: Organisation, date: date, text: str, by, measure: str = "", kind: str = "note"
) -> Annotation:
    """Put a dated note on one chart of an organisation, or (without a measure) on all of them."""
    need(by, Permission.ANNOTATE, organisation)
    text = _said(text, 120)
    if not text:
        raise Incomplete("Write what happened; a few words are enough.")
    row = Annotation.objects.create(
        measure=measure,
        organisation=organisation.code,
        date=date,
        text=text,
        kind=kind,
        by_name=_name(by),
        at=settings.CLOCK.now(),
    )
    audit.record(by=by, action="monitoring.annotate", organisation=organisation.code, subject=text[:100])
    return row


@transaction.atomic
def withdraw_note(*, note: Annotation, organisation: Organisation, by) -> None:
    """Take a note off its charts; the row stays with who and when."""
    need(by, Permission.ANNOTATE, organisation)
    Annotation.objects.filter(pk=note.pk, withdrawn__isnull=True).update(withdrawn=settings.CLOCK.now())
    audit.record(
        by=by, action="monitoring.withdraw_note", organisation=organisation.code, subject=note.text[:100]
    )


def _said(text: str, most: int) -> str:
    """What somebody typed for a chart, which others read: a plain line without anything that could point at a person.
    Only what is kept is looked at."""
    said = printable(text)[:most]
    if found := in_words(said):
        raise Incomplete(
            f"This holds what looks like {found}. Say it without anything that could point at a person."
        )
    return said


def _inputs() -> dict[str, Any]:
    """Everything that a release is made of, as identifiers and hashes."""
    active = values.active_rows()
    files = {rows.submission: str(rows.provisional_from) for rows in active}
    counts = list(
        Submission.objects.exclude(kind__in=["births", "typed"]).active().values_list("pk", flat=True)
    )
    defined = {
        name: hashlib.sha256(repr(d).encode()).hexdigest()[:16] for name, d in definitions.load().items()
    }
    rebases = Rebase.objects.active().filter(measure__in=definitions.load()).order_by("pk")
    links = list(
        Link.objects.order_by("pk").values_list("pk", "source_id", "target_id", "kind", "start", "end")
    )
    return {
        "rows": files,
        "counts": counts,
        "typed": values.newest_typed(definitions.load()),
        "definitions": defined,
        "rebases": [[row.measure, row.organisation, str(row.start)] for row in rebases],
        "software": matneo.__version__,
        "links": hashlib.sha256(repr(links).encode()).hexdigest()[:16],
        "profile": readings.PROFILE,
        "signed": {code: str(through) for code, through in sorted(_signed().items())},
        "last_month": str(national.last_month(settings.CLOCK.today())),
    }


def _before(current: PointsRelease | None) -> Before | None:
    folder = settings.DATA_DIR.releases / current.pk if current is not None else None
    if folder is None or not folder.exists():
        return None
    return Before(folder, releases.manifest(folder).content["inputs"], releases.points(folder))


def _points(before: Before | None, inputs: dict[str, Any]) -> Any:
    """Points of every origin: only the months that new or withdrawn submissions touch are counted again."""
    counted, touched = None, None
    warehouse = engine.open_warehouse(settings.DATA_DIR.warehouse)
    if before is not None and before.same(inputs, "definitions", "links", "software"):
        changed = set(before.inputs["rows"].items()) ^ set(inputs["rows"].items())
        counted = before.points
        touched = sorted({month for name, _ in changed for month in warehouse.months(name)})
    again = national.recount(
        counted,
        touched,
        list(definitions.load().values()),
        warehouse,
        values.active_rows(),
        _memberships(),
        _successors(),
    )
    # What only teams type is never released: it is read as it stands (monitoring.live).
    return national.with_values(again, values.as_points(measures=definitions.load()))


def _judge(
    before: Before | None, inputs: dict[str, Any], months: Any, context: readings.Context
) -> increments.Judged:
    """Read what its points, a sign-off or a phase changed; everything where what is common to all changed."""
    common = ("definitions", "links", "software", "profile", "last_month")
    if before is None or not before.same(inputs, *common):
        return increments.everything(months, context)
    phases = {tuple(row) for row in before.inputs["rebases"]} ^ {tuple(row) for row in inputs["rebases"]}
    changed = increments.changed(
        before.points,
        months,
        subjects=_with_above(increments.moved(before.inputs["signed"], inputs["signed"])),
        pairs=[(measure, subject) for measure, subject, _ in phases],
    )
    measures = changed["measure"].unique().to_list()
    return increments.again(
        months, context, changed, releases.readings(before.folder, measures), releases.lines(before.folder)
    )


def _with_above(codes: list[str]) -> list[str]:
    """These, and the places whose sums they are part of."""
    above = {link.parent for link in _memberships() if link.child in set(codes)}
    return sorted({*codes, *above})


def _context() -> readings.Context:
    organisations = list(Organisation.objects.values_list("code", "kind"))
    rebases = [readings.Rebase(r.measure, r.organisation, r.start) for r in Rebase.objects.active()]
    return readings.Context(
        definitions.load(),
        dict(organisations),
        _signed(),
        national.last_month(settings.CLOCK.today()),
        tuple(rebases),
        frozenset(code for code, kind in organisations if kind == "england"),
        tuple(_memberships()),
    )


def _signed() -> dict[str, date]:
    """The last month that each trust has signed off; a site follows its trust."""
    signed = {code: row.through for code, row in SignOff.objects.latest().items()}
    for site, trust in Link.objects.filter(kind="site_of").values_list("source__code", "target__code"):
        if trust in signed and site not in signed:
            signed[site] = signed[trust]
    return signed


def _memberships() -> list[Membership]:
    kinds = ("in_england", "in_region", "in_icb", "in_lmns", "in_odn", "in_psc")
    rows = Link.objects.filter(kind__in=kinds, source__kind="trust").values_list(
        "source__code", "target__code", "start", "end"
    )
    return [Membership(*row) for row in rows]


def _successors() -> dict[str, str]:
    """Closed trust -> the one that carries on today. Splits stay where they are."""
    from matneo.organisations.lookup import Directory

    directory = Directory()
    found = {code: directory.resolve(code) for code in directory.successors}
    return {
        code: answer.organisation.code for code, answer in found.items() if answer.organisation is not None
    }


def _may_release(by) -> bool:
    viewer = viewer_for(by)
    return any(
        has_permission(viewer, p)
        for p in (Permission.RELEASE, Permission.UPLOAD, Permission.SIGN_OFF, Permission.REBASE)
    )


def _name(by) -> str:
    return by.name if by is not None else "MatNeo"
