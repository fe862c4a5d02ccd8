"""Reading organisations. Units are seen inside their trust only; everything else is public."""

import re
from datetime import date

from django.db import models
from django.db.models import Q

from matneo.utils.viewer import Viewer


def on(day: date, start: str = "start", end: str = "end") -> Q:
    """Rows that hold on a day: from `start` up to and without `end`, either of which may be open."""
    started = Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": day})
    going = Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": day})
    return started & going


def plain(text: str) -> str:
    """Lower case, letters and digits only, single spaces: what names are compared by."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower().replace("'", "").replace("\u2019", "")).split())


def search_text(code: str, names: list[str]) -> str:
    """Everything a person may type to find this organisation."""
    plain_names = [plain(name) for name in names if name]
    small = {"and", "of", "the", "nhs", "trust", "foundation"}
    initials = ["".join(word[0] for word in name.split()) for name in plain_names]
    initials += ["".join(word[0] for word in name.split() if word not in small) for name in plain_names]
    return f" {code.lower()} {' '.join(dict.fromkeys(plain_names + initials))}"[:600]


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "OrganisationQuerySet":
        return self.filter(~Q(kind="unit") | Q(code__in=viewer.inside))

    def of_kind(self, *kinds: str) -> "OrganisationQuerySet":
        return self.filter(kind__in=kinds)

    def open_on(self, day: date) -> "OrganisationQuerySet":
        return self.filter(on(day, "opened", "closed"))

    def search(self, text: str) -> "OrganisationQuerySet":
        """Every word typed begins a word of the name, a former name, the initials or the code."""
        found = self
        for word in plain(text).split():
            found = found.filter(search_text__contains=f" {word}")
        return found

    def members_of(self, organisation, kind: str, day: date) -> "OrganisationQuerySet":
        """Organisations that stand to `organisation` as the link kind says on that day."""
        links = self.model.links_from.rel.related_model._default_manager.filter(
            on(day), kind=kind, target=organisation
        )
        return self.filter(pk__in=links.values("source"))


class LinkQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "LinkQuerySet":
        return self.exclude(kind="unit_of") if not viewer.inside else self

    def on(self, day: date) -> "LinkQuerySet":
        return self.filter(on(day))
