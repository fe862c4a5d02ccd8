"""Reading the audit: the trust it concerns, and national events for the national team."""

from django.db import models

from matneo.utils.viewer import Viewer

READERS = frozenset(
    {"trust_admin", "trust_analyst", "improvement_lead", "national_programme", "platform_operator"}
)


class AppendOnly(Exception):
    """Somebody tried to change history."""


class AuditQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "AuditQuerySet":
        """Events of the organisation where this person has such a role (England for the national team and the operator);
        events of no organisation for those two."""
        codes = [code for role, code in viewer.grants if role in READERS]
        visible = models.Q(organisation__in=codes)
        if viewer.national or "platform_operator" in viewer.roles:
            visible |= models.Q(organisation="")
        if not viewer.signed_in:
            return self.none()
        return self.filter(visible)

    def update(self, **kwargs):
        self._refuse()

    def delete(self):
        self._refuse()

    def bulk_update(self, *args, **kwargs):
        self._refuse()

    def _refuse(self):
        raise AppendOnly("Audit events are added, never changed or removed.")
