"""Reading submissions: the trust that sent them and those who help it; published files by the national team."""

from django.db import models
from django.db.models import Q

from matneo.utils.viewer import Viewer


def _codes(viewer: Viewer) -> list[str]:
    from matneo.accounts.access import has_permission
    from matneo.accounts.permissions import Permission

    candidates = viewer.organisations | viewer.caseload
    return [code for code in candidates if has_permission(viewer, Permission.VIEW_SUBMISSIONS, code)]


class SubmissionQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "SubmissionQuerySet":
        if not viewer.signed_in:
            return self.none()
        path = "submission__organisation" if self.model.__name__ == "SubmissionEvent" else "organisation"
        return self.filter(**{f"{path}__code__in": _codes(viewer)})

    def active(self) -> "SubmissionQuerySet":
        return self.filter(state="accepted").order_by("received", "id")


class ValueQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "ValueQuerySet":
        """Published values are public; typed counts are for those inside."""
        return self.filter(Q(origin="published") | Q(organisation__in=viewer.inside))


class SureCountQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "SureCountQuerySet":
        """Whoever sees the count sees that somebody is sure of it."""
        return self.filter(value__organisation__in=viewer.inside)


class LocalMeasureQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "LocalMeasureQuerySet":
        """An organisation's own measures are for those inside."""
        return self.filter(organisation__code__in=viewer.inside)

    def active(self) -> "LocalMeasureQuerySet":
        return self.filter(withdrawn__isnull=True)

    def of(self, *codes: str) -> "LocalMeasureQuerySet":
        """Those that organisations may use: their own and, of a site or unit, its trust's."""
        parts = self.model._meta.get_field("organisation").related_model.objects.filter(
            links_to__source__code__in=codes,
            links_to__kind__in=["site_of", "unit_of"],
            links_to__end__isnull=True,
        )
        return self.filter(Q(organisation__code__in=codes) | Q(organisation__in=parts.values("pk")))


class SignOffQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "SignOffQuerySet":
        return self.all()  # that figures were signed off, when and by whom is said on every public chart

    def latest(self) -> dict[str, "models.Model"]:
        """The sign-off in force for each organisation, by code."""
        found: dict[str, models.Model] = {}
        for row in self.select_related("organisation").order_by("at", "id"):
            found[row.organisation.code] = row
        return found
