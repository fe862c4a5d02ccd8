"""Reading notifications: one's own, and nobody else's."""

from django.db import models

from matneo.utils.viewer import Viewer


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "NotificationQuerySet":
        return self.filter(recipient_id=viewer.user_id) if viewer.signed_in else self.none()
