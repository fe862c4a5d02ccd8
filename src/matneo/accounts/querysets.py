"""Reading memberships: one's own, and those of the organisations one administers."""

from django.db import models
from django.db.models import Q

from matneo.utils.viewer import Viewer


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "MembershipQuerySet":
        if not viewer.signed_in:
            return self.none()
        administered = [code for role, code in viewer.grants if role == "trust_admin"]
        return self.filter(Q(user_id=viewer.user_id) | Q(organisation__code__in=administered))

    def on(self, day) -> "MembershipQuerySet":
        return self.filter(start__lte=day).filter(Q(end__isnull=True) | Q(end__gt=day))
