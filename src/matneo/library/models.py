"""Versions of change packages. A row is added and never changed: projects and citations stand on it."""

from django.db import models
from django.db.models import Q

from matneo.audit.querysets import AppendOnly
from matneo.library.querysets import VersionQuerySet


class Status(models.TextChoices):
    PUBLISHED = "published", "published"
    DRAFT = "draft", "draft"


class Source(models.TextChoices):
    """Through which of the two doors it came."""

    FILE = "file", "the software's files"
    APP = "app", "the page for editors"


class LibraryVersion(models.Model):
    """One version of a package: its text as it was read. What the package itself says of its state (draft, review …)
    stands in the text; `status` says whether this row is read by everybody or is an editor's draft."""

    package = models.CharField(max_length=3)  # SFP, PTO …
    version = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of the text
    text = models.TextField()
    effective_from = models.DateField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PUBLISHED)
    published_at = models.DateTimeField()  # of a draft: when it was kept
    by_name = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)  # what changed and why, by who published it
    source = models.CharField(max_length=4, choices=Source.choices)

    objects = VersionQuerySet.as_manager()

    class Meta:
        db_table = "library_version"
        ordering = ["package", "-version", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["package", "version"], condition=Q(status="published"), name="library_version_once"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="library_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.package} version {self.version}"

    def delete(self, *args, **kwargs):
        raise AppendOnly("A version of the library stays for ever.")
