"""Releases, and what people say about series: rebases, notes, signals."""

import secrets

from django.db import models
from django.db.models import Q

from matneo.monitoring.querysets import AnnotationQuerySet, ReleaseQuerySet, SignalQuerySet


def random_id() -> str:
    return secrets.token_hex(8)


class PointsRelease(models.Model):
    """An immutable folder of figures. Exactly one is current, switched in one update."""

    id = models.CharField(primary_key=True, max_length=16, default=random_id, editable=False)
    made = models.DateTimeField()
    by_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)
    inputs = models.CharField(
        max_length=64
    )  # hash of everything that went in: the same inputs make no new release
    manifest = models.CharField(max_length=64)
    is_current = models.BooleanField(default=False)
    data_to = models.DateField(null=True)  # the last day that any value in it speaks of

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        db_table = "points_release"
        ordering = ["-made", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="release_one_current"
            )
        ]

    def __str__(self) -> str:
        return f"Release {self.id}"


class Rebase(models.Model):
    """A new phase of one series, begun by a person with a reason. `withdrawn` ends it; the row stays."""

    measure = models.CharField(max_length=40)
    organisation = models.CharField(max_length=20)
    start = models.DateField()
    reason = models.CharField(max_length=500)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=200, blank=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        db_table = "rebase"
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "organisation", "start"],
                condition=Q(withdrawn__isnull=True),
                name="rebase_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="rebase_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.organisation} from {self.start}"


class Annotation(models.Model):
    """A dated note on a chart. An empty measure speaks of every chart of the organisation."""

    KINDS = [(k, k) for k in ("note", "test", "pause", "definition", "join")]
    measure = models.CharField(max_length=40, blank=True)
    organisation = models.CharField(max_length=20)
    date = models.DateField()
    text = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=KINDS, default="note")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True, blank=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        db_table = "annotation"
        ordering = ["date", "id"]

    def __str__(self) -> str:
        return self.text


class Signal(models.Model):
    """Something a chart says, once: the same rule on the same series since the same period is one signal."""

    measure = models.CharField(max_length=40)
    organisation = models.CharField(max_length=20)
    rule = models.CharField(max_length=20)
    kind = models.CharField(max_length=16)  # improvement, concern, neutral_high, neutral_low
    since = models.DateField()
    audience = models.CharField(max_length=8)
    first_release = models.ForeignKey(PointsRelease, on_delete=models.PROTECT, related_name="signals")
    first_seen = models.DateTimeField()

    objects = SignalQuerySet.as_manager()

    class Meta:
        db_table = "signal"
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "organisation", "rule", "kind", "since", "audience"], name="signal_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.organisation} {self.kind} since {self.since}"
