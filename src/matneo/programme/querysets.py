"""Reading the programme: who takes part is public, people are not."""

from django.db import models

from matneo.utils.viewer import Viewer


class PublicQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "PublicQuerySet":
        return self.all()


class OwnQuerySet(models.QuerySet):
    """Leads and their attendance: their own trust, its coach, and the national team."""

    def visible_to(self, viewer: Viewer) -> "OwnQuerySet":
        if viewer.national:
            return self.all()
        path = "enrolment" if self.model.__name__ == "ImprovementLead" else "lead__enrolment"
        return self.filter(**{f"{path}__organisation__code__in": viewer.organisations | viewer.caseload})
