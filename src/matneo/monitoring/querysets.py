"""Reading releases, notes and signals."""

from django.db import models
from django.db.models import Q

from matneo.utils.viewer import Viewer


class ReleaseQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "ReleaseQuerySet":
        return self.all()  # that a release was made is public; what it holds is decided by audience


class AnnotationQuerySet(models.QuerySet):
    """Notes and rebases of national series are public; a trust's are for those inside."""

    def visible_to(self, viewer: Viewer) -> "AnnotationQuerySet":
        public = Q(organisation__startswith="DEMO-ENG") | Q(organisation="ENG") | Q(organisation="")
        return self.filter(withdrawn__isnull=True).filter(public | Q(organisation__in=viewer.inside))

    def active(self) -> "AnnotationQuerySet":
        return self.filter(withdrawn__isnull=True)


class SignalQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "SignalQuerySet":
        """Outside signals are public, as the figures are; inside ones are for those inside."""
        return self.filter(Q(audience="outside") | Q(organisation__in=viewer.inside))
