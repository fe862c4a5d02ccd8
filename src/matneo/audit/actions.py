"""The only writer of audit events."""

from typing import Any

from django.conf import settings

from matneo.audit.models import AuditEvent


def record(
    *, by: Any, action: str, organisation: str = "", subject: str = "", detail: dict[str, Any] | None = None
) -> AuditEvent:
    """Add one event. `by` is a person, or None for the system itself; `organisation` a code, "" for none.

    Called inside the transaction of the action it records, so that neither exists without the other.
    """
    return AuditEvent.objects.create(
        at=settings.CLOCK.now(),
        actor_id=by.pk if by is not None else None,
        actor_name=by.name if by is not None else "MatNeo",
        action=action,
        organisation=organisation,
        subject=subject,
        detail=detail or {},
    )
