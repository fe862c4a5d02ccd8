"""Projects and what belongs to them. What somebody wrote is kept; what is over has an end, and stays."""

import secrets

from django.db import models
from django.db.models import F, Q

from matneo.improvement.ladder import NAMES, Rung
from matneo.improvement.querysets import (
    AskQuerySet,
    CounterQuerySet,
    HandoverQuerySet,
    MeasureQuerySet,
    OfProjectQuerySet,
    ProjectQuerySet,
    SentQuerySet,
    TapQuerySet,
    TestQuerySet,
)
from matneo.measures.periods import Period


def random_id() -> str:
    """A public identifier that is safe in a path and tells nothing."""
    return secrets.token_hex(8)


class State(models.TextChoices):
    ACTIVE = "active", "active"
    PAUSED = "paused", "paused"
    CLOSED = "closed", "closed"


class Result(models.TextChoices):
    """How a project ended, in words without blame."""

    REACHED = "reached", "the aim was reached"
    PARTLY = "partly", "part of the way"
    NO_CHANGE = "no_change", "no change was seen"
    STOPPED = "stopped", "stopped early"


class Project(models.Model):
    """One piece of improvement work of a trust, or of one of its sites or units. `version` counts its edits."""

    id = models.CharField(primary_key=True, max_length=16, default=random_id, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="projects"
    )
    place = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the site or unit that its figures speak of; empty: the whole trust
    area = models.CharField(max_length=3, db_index=True)
    package_version = models.PositiveSmallIntegerField()  # the change package that its diagram stands on
    stayed_at = models.PositiveSmallIntegerField(
        default=0
    )  # the newest version that its team chose not to take
    title = models.CharField(max_length=80)
    aim = models.CharField(max_length=200)  # what should be different, in one phrase
    how_much = models.CharField(max_length=80, blank=True)
    by_when = models.DateField()
    for_whom = models.CharField(max_length=120, blank=True)
    where = models.CharField(max_length=120, blank=True)
    rung = models.PositiveSmallIntegerField(choices=[(r.value, NAMES[r]) for r in Rung], default=Rung.TRUST)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    started = models.DateField()
    touched = models.DateTimeField()  # when anybody last did anything in it
    paused_from = models.DateField(null=True, blank=True)
    closed = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=10, choices=Result.choices, blank=True)
    learned = models.TextField(blank=True)
    copied_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies"
    )
    version = models.PositiveIntegerField(default=1)
    edited_by = models.CharField(max_length=200, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        db_table = "project"
        ordering = ["-touched", "id"]
        indexes = [models.Index(fields=["organisation", "state"], name="project_of_trust")]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(aim=""), name="project_says_what"),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed__isnull=False) & ~Q(learned="")),
                name="project_closes_with_what_was_learned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.id})"


class Pause(models.Model):
    """A time in which a project stood still, and why. `end` is empty while it lasts."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="pauses")
    start = models.DateField()
    end = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        db_table = "project_pause"
        ordering = ["start", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(end__isnull=True), name="project_pause_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="project_pause_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.start:%Y-%m-%d}"


class Member(models.Model):
    """Somebody on the team: with an account, or by name and part alone."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="projects")
    name = models.CharField(max_length=80)
    part = models.CharField(max_length=60)  # midwife, neonatal nurse, voices partner …
    leads = models.BooleanField(default=False)
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        db_table = "project_member"
        ordering = ["-leads", "id"]

    def __str__(self) -> str:
        return f"{self.name}, {self.part}"


class Rhythm(models.TextChoices):
    """How often a team counts a measure that it types in. Weeks and months never share a line."""

    MONTH = "month", "every month"
    WEEK = "week", "every week"


class ProjectMeasure(models.Model):
    """A measure that the team follows: a link to a definition and a subject, never a copy of either."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="measures")
    measure = models.CharField(max_length=40)
    subject = models.CharField(max_length=20)
    family = models.CharField(max_length=12)
    goal = models.FloatField(null=True, blank=True)  # on the scale of the measure's unit
    main = models.BooleanField(default=False)  # the one that the aim speaks of
    rhythm = models.CharField(max_length=5, choices=Rhythm.choices, default=Rhythm.MONTH)
    order = models.PositiveSmallIntegerField(default=0)
    added = models.DateField()
    removed = models.DateField(null=True, blank=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        db_table = "project_measure"
        ordering = ["-main", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "measure", "subject"],
                condition=Q(removed__isnull=True),
                name="project_measure_once",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(main=True, removed__isnull=True),
                name="project_measure_one_main",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.subject}"

    @property
    def way(self) -> str:
        """The key of the way (`monitoring.ways`) that this project looks at; "" is the usual one."""
        return "collected-week" if self.rhythm == Rhythm.WEEK else ""


class LocalDriver(models.Model):
    """How a team's diagram differs from the national one: a driver of its own, or other words, another place or no place
    for a national one. Where nothing differs there is no row."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="drivers")
    key = models.CharField(max_length=24)  # the national id, or L1, L2 … for an own one
    name = models.CharField(max_length=160, blank=True)  # empty: the national words
    serves = models.JSONField(null=True)  # keys of what it serves; null: as in the national diagram
    hidden = models.BooleanField(default=False)
    order = models.IntegerField(null=True)  # its place among its siblings; null: the national one
    version = models.PositiveIntegerField(default=1)
    edited_by = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        db_table = "project_driver"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="project_driver_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"


class ProjectIdea(models.Model):
    """A change idea that the team took up: a national one by its id, or one of its own in words."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="ideas")
    idea = models.CharField(max_length=12, blank=True, db_index=True)  # the national id
    name = models.CharField(max_length=120)
    text = models.CharField(max_length=400, blank=True)
    first_test = models.CharField(max_length=200, blank=True)
    driver = models.CharField(max_length=24, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    for_everyone_from = models.DateField(null=True, blank=True)  # when it became the usual way
    dropped = models.DateField(null=True, blank=True)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        db_table = "project_idea"
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "idea"], condition=~Q(idea=""), name="project_idea_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.idea} {self.name}".strip()


class Scale(models.IntegerChoices):
    FEW = 1, "a few women or babies"
    CLINIC = 2, "one clinic or shift"
    TEAM = 3, "one team or ward"
    EVERYONE = 4, "everyone"


class Compared(models.TextChoices):
    AS_EXPECTED = "as_expected", "about as expected"
    BETTER = "better", "better than expected"
    LESS = "less", "less than expected"
    OTHER = "other", "something else happened"


class Decision(models.TextChoices):
    ADOPT = "adopt", "adopt"
    ADAPT = "adapt", "adapt"
    ABANDON = "abandon", "abandon"


class ChangeTest(models.Model):
    """One plan-do-study-act cycle of an idea. The prediction is written before the result and stays as it was written."""

    id = models.CharField(primary_key=True, max_length=16, default=random_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tests")
    idea = models.ForeignKey(ProjectIdea, on_delete=models.PROTECT, related_name="tests")
    number = models.PositiveSmallIntegerField()  # in its ramp
    question = models.CharField(max_length=200)
    prediction = models.CharField(max_length=200)
    scale = models.PositiveSmallIntegerField(choices=Scale.choices, default=Scale.FEW)
    start = models.DateField()
    end = models.DateField()
    who = models.CharField(max_length=80, blank=True)
    happened = models.TextField(blank=True)
    compared = models.CharField(max_length=12, choices=Compared.choices, blank=True)
    learned = models.TextField(blank=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    next_step = models.CharField(max_length=200, blank=True)
    planned_at = models.DateTimeField()
    planned_by = models.CharField(max_length=200)
    studied_at = models.DateTimeField(null=True, blank=True)
    studied_by = models.CharField(max_length=200, blank=True)
    withdrawn = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    edited_by = models.CharField(max_length=200, blank=True)

    objects = TestQuerySet.as_manager()

    class Meta:
        db_table = "change_test"
        ordering = ["start", "number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["idea", "number"], name="change_test_number_once"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="change_test_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(decision="") | (Q(studied_at__isnull=False) & ~Q(happened="")),
                name="change_test_decided_on_what_happened",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id} test {self.number}"


class Entry(models.Model):
    """Something that belongs in the story of a project and that no other row tells."""

    KINDS = [(k, k) for k in ("note", "milestone", "voice", "review")]
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="entries")
    date = models.DateField()
    kind = models.CharField(max_length=10, choices=KINDS, default="note")
    title = models.CharField(max_length=80)
    text = models.CharField(max_length=600, blank=True)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True, blank=True)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        db_table = "project_entry"
        ordering = ["date", "id"]

    def __str__(self) -> str:
        return self.title


class Score(models.Model):
    """How far the team, or its coach, says the project is. Rows are added; the latest of each voice counts."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="scores")
    voice = models.CharField(max_length=5, choices=[("team", "team"), ("coach", "coach")])
    value = models.DecimalField(max_digits=2, decimal_places=1)
    suggested = models.DecimalField(max_digits=2, decimal_places=1)
    reason = models.CharField(max_length=300, blank=True)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        db_table = "project_score"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0.5, value__lte=5), name="project_score_in_range"),
            models.CheckConstraint(
                condition=Q(value=F("suggested")) | ~Q(reason=""), name="project_score_differs_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voice} {self.value}"


class SustainabilityAnswer(models.Model):
    """One person's ten answers (0 is the fullest level, 3 the emptiest). Answered alone; averaged later."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sustainability")
    user = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    levels = models.JSONField()
    at = models.DateTimeField()

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        db_table = "project_sustainability"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.project_id} {self.at:%Y-%m-%d}"


class CoachNote(models.Model):
    """What a coach noted: for themself alone, or shared with the team."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="coach_notes")
    user = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=200)
    text = models.TextField()
    shared = models.BooleanField(default=False)
    at = models.DateTimeField()

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        db_table = "project_coach_note"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.by_name} {self.at:%Y-%m-%d}"


class Highlight(models.Model):
    """What a month's report says, as a person left it. The latest of a month counts."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="highlights")
    month = models.DateField()
    text = models.TextField()
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        db_table = "project_highlight"
        ordering = ["month", "at", "id"]

    def __str__(self) -> str:
        return f"{self.project_id} {self.month:%Y-%m}"


class MonthDone(models.Model):
    """The team's word that a month is filled in."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="months_done")
    month = models.DateField()
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        db_table = "project_month_done"
        ordering = ["month", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "month"], name="project_month_done_once")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.month:%Y-%m}"


class WeekDone(models.Model):
    """The team's word that the numbers of a week are in."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="weeks_done")
    week = models.DateField()  # its Monday
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        db_table = "project_week_done"
        ordering = ["week", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "week"], name="project_week_done_once")]

    def __str__(self) -> str:
        return f"{self.project_id} week of {self.week}"


class Handover(models.Model):
    """Somebody who is away asks a colleague of the team to type some rows of a month or a week. Taken back it stays, and
    asks nobody any more."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="handovers")
    period_kind = models.CharField(max_length=5, choices=Rhythm.choices)
    period = models.DateField()  # its first day
    rows = models.JSONField()  # ids of the project's measures
    to = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="handed")
    to_name = models.CharField(max_length=200)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        db_table = "project_handover"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.project_id} {self.period:%Y-%m-%d} to {self.to_id}"

    @property
    def span(self) -> Period:
        return Period(self.period_kind, self.period)


class Sent(models.Model):
    """A form that has arrived: its key comes again when a phone sends twice, and the answer is the same."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)
    answer = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects = SentQuerySet.as_manager()

    class Meta:
        db_table = "project_sent"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="project_sent_once")]

    def __str__(self) -> str:
        return self.key


class TapCounter(models.Model):
    """A page behind a poster's code on which anybody taps yes or no, case by case. The code holds a token; only its digest
    is kept, so nobody reads a working address out of the database."""

    id = models.CharField(primary_key=True, max_length=16, default=random_id, editable=False)
    project_measure = models.ForeignKey(ProjectMeasure, on_delete=models.CASCADE, related_name="counters")
    digest = models.CharField(max_length=64, unique=True)
    yes = models.CharField(max_length=60)  # what stands on the two buttons
    no = models.CharField(max_length=60)
    first = models.DateField()
    last = models.DateField()  # the last day on which it counts
    created = models.DateTimeField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=200)
    revoked = models.DateTimeField(null=True, blank=True)

    objects = CounterQuerySet.as_manager()

    class Meta:
        db_table = "tap_counter"
        ordering = ["-created", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="tap_counter_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_measure_id} {self.first:%Y-%m-%d}"


class Tap(models.Model):
    """One case: yes or no, and nothing else about it. Taken back it stays, and counts no more."""

    counter = models.ForeignKey(TapCounter, on_delete=models.CASCADE, related_name="taps")
    at = models.DateTimeField()
    yes = models.BooleanField()
    key = models.CharField(max_length=40)  # of the form: what a phone sends twice is one tap
    undone = models.DateTimeField(null=True, blank=True)

    objects = TapQuerySet.as_manager()

    class Meta:
        db_table = "tap"
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["counter", "key"], name="tap_once")]

    def __str__(self) -> str:
        return f"{self.counter_id} {'yes' if self.yes else 'no'}"


class Ask(models.Model):
    """A team asks another trust for twenty minutes: one ask, and one answer from whoever leads there."""

    id = models.CharField(primary_key=True, max_length=16, default=random_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="asks")
    of = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="asked")
    text = models.CharField(max_length=300)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = AskQuerySet.as_manager()

    class Meta:
        db_table = "project_ask"
        ordering = ["-at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="project_ask_answered_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} asks {self.of_id}"
