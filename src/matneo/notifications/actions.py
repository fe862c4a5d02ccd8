"""Queueing, claiming and finishing notifications."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from matneo.accounts.models import User
from matneo.notifications.models import Notification


@dataclass(frozen=True)
class Draft:
    """A message to queue; `key` is what it says, so that it is said once."""

    recipient: User
    kind: str
    key: str
    subject: str
    text: str
    path: str = ""
    due: date | None = None


@transaction.atomic
def queue(*, drafts: Iterable[Draft], by=None) -> int:
    """Queue what has not been said before; answers how many were new."""
    rows = [
        Notification(
            recipient=d.recipient,
            kind=d.kind,
            key=d.key,
            subject=d.subject,
            text=d.text,
            path=d.path,
            due=d.due,
            created=settings.CLOCK.now(),
        )
        for d in drafts
    ]
    before = Notification.objects.count()
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return Notification.objects.count() - before


def claim(*, by=None) -> Notification | None:
    """Take the oldest queued message; two workers never take the same one."""
    for row in Notification.objects.filter(state="queued").order_by("id")[:20]:
        if Notification.objects.filter(pk=row.pk, state="queued").update(state="sending"):
            return row
    return None


def finish(*, notification: Notification, error: str = "", permanent: bool = False, by=None) -> None:
    """Mark a claimed message as sent, as failed for good, or queue it again."""
    state = "sent" if not error else "failed" if permanent else "queued"
    Notification.objects.filter(pk=notification.pk).update(
        state=state, error=error[:300], finished=settings.CLOCK.now()
    )
