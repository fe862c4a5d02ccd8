"""A trust lets its figures be seen outside."""

from datetime import date

from django.conf import settings
from django.db import transaction

from matneo.accounts.access import NotAllowed, need
from matneo.accounts.permissions import Permission
from matneo.audit import actions as audit
from matneo.measures import national
from matneo.measures.intake.findings import Refused
from matneo.organisations.models import Organisation
from matneo.submissions.models import (
    SignOff,
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
