"""What was done, by whom, when. Rows are added and never changed."""

from django.db import models

from matneo.audit.querysets import AppendOnly, AuditQuerySet


class AuditEvent(models.Model):
    """One thing that somebody did. It points at nothing, so nothing it speaks of can take it away."""

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True)  # empty: the system itself
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=80)
    organisation = models.CharField(max_length=40, blank=True, db_index=True)
    subject = models.CharField(max_length=300, blank=True)
    detail = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        db_table = "audit_event"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.subject}"

    def delete(self, *args, **kwargs):
        raise AppendOnly("An audit event stays for ever.")
