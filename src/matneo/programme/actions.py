"""Writing the programme: waves, enrolments, leads, learning days, pauses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from matneo.audit import actions as audit
from matneo.organisations.models import Organisation
from matneo.programme.models import Attendance, Enrolment, ImprovementLead, LearningDay, Pause, Wave


@dataclass(frozen=True)
class Day:
    number: int
    held_on: date
    place: str
    theme: str


@dataclass(frozen=True)
class Lead:
    organisation: str  # the trust's code
    name: str
    profession: str
    days: tuple[int, ...]  # numbers of the learning days attended


@transaction.atomic
def add_wave(*, number: int, name: str, start: date, end: date, days: Iterable[Day], by) -> Wave:
    """A wave with its learning days."""
    wave = Wave.objects.create(number=number, name=name, start=start, end=end)
    LearningDay.objects.bulk_create(
        LearningDay(wave=wave, number=day.number, held_on=day.held_on, place=day.place, theme=day.theme)
        for day in days
    )
    audit.record(by=by, action="programme.add_wave", subject=name)
    return wave


@transaction.atomic
def enrol(*, wave: Wave, codes: Iterable[str], start: date, by) -> None:
    """These trusts take part in the wave from a day on."""
    organisations = Organisation.objects.filter(code__in=list(codes), kind="trust")
    Enrolment.objects.bulk_create(
        [Enrolment(wave=wave, organisation=row, start=start) for row in organisations], ignore_conflicts=True
    )
    audit.record(by=by, action="programme.enrol", subject=wave.name, detail={"trusts": len(organisations)})


@transaction.atomic
def name_leads(*, wave: Wave, leads: Iterable[Lead], by) -> None:
    """The leads of a wave and the learning days they attended."""
    enrolments = {row.organisation.code: row for row in wave.enrolments.select_related("organisation")}
    days = {row.number: row for row in wave.days.all()}
    given = [lead for lead in leads if lead.organisation in enrolments]
    rows = ImprovementLead.objects.bulk_create(
        ImprovementLead(enrolment=enrolments[lead.organisation], name=lead.name, profession=lead.profession)
        for lead in given
    )
    Attendance.objects.bulk_create(
        Attendance(lead=row, day=days[number])
        for row, lead in zip(rows, given, strict=True)
        for number in lead.days
    )
    audit.record(by=by, action="programme.name_leads", subject=wave.name, detail={"leads": len(rows)})


@transaction.atomic
def add_pause(*, start: date, end: date | None, reason: str, what_continues: str, source: str, by) -> Pause:
    """The programme or a collection stands still."""
    pause = Pause.objects.create(
        start=start, end=end, reason=reason, what_continues=what_continues, source=source
    )
    audit.record(by=by, action="programme.add_pause", subject=reason)
    return pause
