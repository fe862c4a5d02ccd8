"""One model of an organisation, with typed and dated links: the hierarchies disagree, so it is no tree."""

import secrets

from django.db import models
from django.db.models import F, Q

from matneo.organisations.querysets import LinkQuerySet, OrganisationQuerySet


def random_id() -> str:
    """A public identifier that tells nothing and follows nothing."""
    return secrets.token_urlsafe(9)


class Kind(models.TextChoices):
    ENGLAND = "england", "England"
    REGION = "region", "Region"
    ICB = "icb", "Integrated care board"
    LMNS = "lmns", "Local maternity and neonatal system"
    ODN = "odn", "Neonatal network"
    PSC = "psc", "Collaborative"
    TRUST = "trust", "Trust"
    SITE = "site", "Site"
    UNIT = "unit", "Unit"


class LinkKind(models.TextChoices):
    IN_ENGLAND = "in_england", "in England"
    IN_REGION = "in_region", "in region"
    IN_ICB = "in_icb", "in integrated care board"
    IN_LMNS = "in_lmns", "in local system"
    IN_ODN = "in_odn", "in neonatal network"
    IN_PSC = "in_psc", "in collaborative"
    SITE_OF = "site_of", "site of"
    UNIT_OF = "unit_of", "unit of"
    SUCCESSOR_OF = "successor_of", "successor of"


class Organisation(models.Model):
    """England, a region, a collaborative, a trust, a site …; `code` stands in addresses, points and files."""

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices, db_index=True)
    opened = models.DateField(null=True, blank=True)
    closed = models.DateField(null=True, blank=True)
    is_invented = models.BooleanField(default=False)
    former_names = models.JSONField(default=list)  # [{"name", "until"}]
    search_text = models.CharField(
        max_length=600, db_index=False
    )  # names, initials and code, lower case, for search
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    neonatal_level = models.CharField(max_length=10, blank=True)
    volume_group = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)  # further facts, each with its source or confidence
    source = models.CharField(max_length=300, blank=True)
    confidence = models.CharField(max_length=120, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        db_table = "organisation"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed__isnull=True) | Q(opened__isnull=True) | Q(closed__gte=F("opened")),
                name="organisation_closes_after_it_opens",
            )
        ]

    def __str__(self) -> str:
        return f"{self.short_name} ({self.code})"


class Link(models.Model):
    """From `start` up to and without `end`, source stands to target as `kind` says."""

    source = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="links_from")
    target = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="links_to")
    kind = models.CharField(max_length=14, choices=LinkKind.choices)
    start = models.DateField(null=True, blank=True)  # empty: as long as we know
    end = models.DateField(null=True, blank=True)  # empty: still
    source_note = models.CharField(max_length=300, blank=True)
    confidence = models.CharField(max_length=120, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        db_table = "organisation_link"
        indexes = [models.Index(fields=["kind", "target"], name="organisation_link_members")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "kind"],
                condition=Q(end__isnull=True),
                name="organisation_link_once_open",
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="organisation_link_not_to_itself"),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(start__isnull=True) | Q(end__gte=F("start")),
                name="organisation_link_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"
