"""Reading versions: what is published is everybody's, a draft is seen by those who may publish. Rows are added only."""

from django.db import models
from django.db.models import Exists, OuterRef

from matneo.accounts.access import has_permission
from matneo.accounts.permissions import Permission
from matneo.audit.querysets import AppendOnly
from matneo.utils.viewer import Viewer


class VersionQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "VersionQuerySet":
        if has_permission(viewer, Permission.EDIT_LIBRARY):
            return self.all()
        return self.published()

    def published(self) -> "VersionQuerySet":
        return self.filter(status="published")

    def newest(self) -> "VersionQuerySet":
        """Of each package the published version with the highest number."""
        later = self.model.objects.filter(
            package=OuterRef("package"), status="published", version__gt=OuterRef("version")
        )
        return self.published().filter(~Exists(later))

    def update(self, **kwargs):
        self._refuse()

    def delete(self):
        self._refuse()

    def bulk_update(self, *args, **kwargs):
        self._refuse()

    def _refuse(self):
        raise AppendOnly("A version of the library stays as it is; publish the next one.")
