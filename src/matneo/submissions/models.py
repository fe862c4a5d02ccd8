"""What came in, and the counts it brought. Rows are added; nothing is edited or removed."""

import secrets

from django.db import models
from django.db.models import F, Q

from matneo.submissions.querysets import (
    LocalMeasureQuerySet,
    SignOffQuerySet,
    SubmissionQuerySet,
    SureCountQuerySet,
    ValueQuerySet,
)


def random_id() -> str:
    """A public identifier that is safe in a path and tells nothing."""
    return secrets.token_hex(8)


def random_measure_id() -> str:
    """The id of a local measure: it stands where a measure's id stands, and follows nothing."""
    return f"L-{secrets.token_hex(5).upper()}"


class State(models.TextChoices):
    RECEIVED = "received", "received"
    REFUSED = "refused", "refused"
    ACCEPTED = "accepted", "accepted"
    REJECTED = "rejected", "put aside"
    WITHDRAWN = "withdrawn", "withdrawn"


class Kind(models.TextChoices):
    BIRTHS = "births", "rows about births"
    COUNTS = "counts", "counts"
    TYPED = "typed", "typed counts"
    MSDS_ANNUAL = "msds_annual", "annual maternity statistics"
    MSDS_EXP_DATA = "msds_exp_data", "monthly maternity statistics, by dimension"
    MSDS_MEASURES = "msds_measures", "monthly maternity statistics, quality metrics"


PUBLISHED = (Kind.MSDS_ANNUAL, Kind.MSDS_EXP_DATA, Kind.MSDS_MEASURES)


class Submission(models.Model):
    """One file that came in. What happened to it stands in its events; `state` repeats the last one for queries."""

    id = models.CharField(primary_key=True, max_length=16, default=random_id, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="submissions"
    )
    uploader = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="submissions"
    )
    uploader_name = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    received = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    mapping = models.JSONField(default=dict)
    measure = models.CharField(
        max_length=40, blank=True
    )  # what a sheet speaks of that does not say it itself
    guess = models.CharField(max_length=300, blank=True)
    report = models.JSONField(default=dict)  # counts, findings (at most some hundred), what was left out
    provisional_from = models.DateField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        db_table = "submission"
        ordering = ["-received", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sha256"],
                condition=Q(state="accepted"),
                name="submission_once_accepted",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.id})"


class SubmissionEvent(models.Model):
    """A change of state: who, when, why."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="events")
    state = models.CharField(max_length=10, choices=State.choices)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        db_table = "submission_event"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.state}"


class Value(models.Model):
    """One count that a submission brought. It counts while its submission is accepted and no later one says otherwise."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="values")
    measure = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    organisation = models.CharField(max_length=20)
    period_kind = models.CharField(max_length=16)
    period = models.DateField()
    breakdown = models.CharField(max_length=40, blank=True)
    origin = models.CharField(max_length=10, choices=[("collected", "collected"), ("published", "published")])
    numerator = models.FloatField(null=True)
    known = models.FloatField(null=True)
    population = models.FloatField(null=True)
    state = models.CharField(max_length=16)
    provisional = models.BooleanField(default=False)
    rounded = models.BooleanField(default=False)
    as_of = models.DateField()
    at = models.DateTimeField()  # when it began to count: of two of the same day the later one counts

    objects = ValueQuerySet.as_manager()

    class Meta:
        db_table = "submission_value"
        indexes = [models.Index(fields=["measure", "organisation", "period"], name="value_series")]
        constraints = [
            models.CheckConstraint(
                condition=Q(numerator__isnull=True) | Q(known__isnull=True) | Q(numerator__lte=F("known")),
                name="value_numerator_of_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.organisation} {self.period}"


class SureCount(models.Model):
    """Somebody's word that a count which was asked about ("Is 0 right?") is right. Another count is asked about again."""

    value = models.OneToOneField(Value, on_delete=models.CASCADE, related_name="sure")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = SureCountQuerySet.as_manager()

    class Meta:
        db_table = "submission_value_sure"

    def __str__(self) -> str:
        return f"{self.value_id} is right"


class LocalMeasure(models.Model):
    """A measure of one organisation's own: words in place of predicates, counts that its teams type or send in."""

    id = models.CharField(primary_key=True, max_length=40, default=random_measure_id, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="local_measures"
    )
    name = models.CharField(max_length=80)
    counted = models.CharField(max_length=300)  # the numerator in words
    of = models.CharField(max_length=300)  # the denominator in words
    direction = models.CharField(max_length=10)
    family = models.CharField(max_length=12)
    unit = models.CharField(max_length=12, default="percent")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=200, blank=True)

    objects = LocalMeasureQuerySet.as_manager()

    class Meta:
        db_table = "local_measure"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(withdrawn__isnull=True),
                name="local_measure_named_once",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=["increase", "decrease", "neutral"]),
                name="local_measure_has_a_direction",
            ),
            models.CheckConstraint(
                condition=Q(family__in=["outcome", "process", "balancing", "experience"]),
                name="local_measure_has_a_family",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


class ColumnMapping(models.Model):
    """Which column held what, the last time this organisation sent such a sheet."""

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.CASCADE, related_name="column_mappings"
    )
    columns = models.CharField(max_length=64)  # hash of the header
    mapping = models.JSONField()
    at = models.DateTimeField()

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        db_table = "submission_mapping"
        constraints = [models.UniqueConstraint(fields=["organisation", "columns"], name="mapping_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.columns[:8]}"


class SignOff(models.Model):
    """A trust's word that its figures up to a month may be seen outside. The latest row counts."""

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="sign_offs"
    )
    through = models.DateField()  # first day of the last month
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)

    objects = SignOffQuerySet.as_manager()

    class Meta:
        db_table = "sign_off"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.organisation_id} through {self.through:%Y-%m}"
