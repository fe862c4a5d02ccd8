"""What somebody should hear. Three kinds may ask for something, an invitation opens the door; everything else
waits for the weekly digest."""

from django.db import models

from matneo.notifications.querysets import NotificationQuerySet


class Notification(models.Model):
    """One message to one person. State changes are marked with their time; nothing is removed."""

    KINDS = [
        ("data_due", "data are due"),
        ("signal", "a signal to look at"),
        ("asked", "someone asked you"),
        ("digest", "the week in short"),
        ("invited", "an invitation"),
    ]
    STATES = [
        ("queued", "queued"),
        ("sending", "being sent"),
        ("sent", "sent"),
        ("failed", "failed"),
        ("cancelled", "cancelled"),
    ]
    recipient = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=KINDS)
    key = models.CharField(max_length=120)  # what it says: the same thing is said once
    subject = models.CharField(max_length=200)
    text = models.TextField()
    path = models.CharField(max_length=200, blank=True)
    due = models.DateField(null=True, blank=True)
    created = models.DateTimeField()
    state = models.CharField(max_length=10, choices=STATES, default="queued")
    finished = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        db_table = "notification"
        ordering = ["-created", "-id"]
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="queued"), name="notification_queued")
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient_id}: {self.subject}"
