"""The programme: waves of trusts, improvement leads, learning days, visits, and times when it stood still."""

from django.db import models
from django.db.models import F, Q

from matneo.programme.querysets import OwnQuerySet, PublicQuerySet


class Wave(models.Model):
    """One annual intake of trusts."""

    number = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=80)
    start = models.DateField()
    end = models.DateField()

    objects = PublicQuerySet.as_manager()

    class Meta:
        db_table = "wave"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="wave_ends_after_it_starts")
        ]

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """A trust takes part in a wave, as the trust it was then: a later merger does not rewrite it."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="enrolments")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="enrolments"
    )
    start = models.DateField()

    objects = PublicQuerySet.as_manager()

    class Meta:
        db_table = "wave_enrolment"
        constraints = [models.UniqueConstraint(fields=["organisation", "wave"], name="enrolment_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} in wave {self.wave_id}"


class ImprovementLead(models.Model):
    """The member of staff a trust names for a wave."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="leads")
    user = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL)
    name = models.CharField(max_length=200)
    profession = models.CharField(max_length=80, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        db_table = "improvement_lead"

    def __str__(self) -> str:
        return self.name


class LearningDay(models.Model):
    """One of the nine taught days of a wave: three sets of three."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="days")
    number = models.PositiveSmallIntegerField()
    held_on = models.DateField()
    place = models.CharField(max_length=80)
    theme = models.CharField(max_length=160)

    objects = PublicQuerySet.as_manager()

    class Meta:
        db_table = "learning_day"
        ordering = ["wave_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "number"], name="learning_day_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=9), name="learning_day_one_to_nine"
            ),
        ]

    def __str__(self) -> str:
        return f"Day {self.number} of wave {self.wave_id}"


class Attendance(models.Model):
    """A lead was there on a learning day."""

    lead = models.ForeignKey(ImprovementLead, on_delete=models.CASCADE, related_name="attendance")
    day = models.ForeignKey(LearningDay, on_delete=models.CASCADE, related_name="attendance")

    objects = OwnQuerySet.as_manager()

    class Meta:
        db_table = "learning_attendance"
        constraints = [models.UniqueConstraint(fields=["lead", "day"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.lead_id} on {self.day_id}"


class Pause(models.Model):
    """A time when the programme or a collection stood still: no value in it is a zero."""

    start = models.DateField()
    end = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    what_continues = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=300, blank=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        db_table = "programme_pause"

    def __str__(self) -> str:
        return f"Pause from {self.start}"
