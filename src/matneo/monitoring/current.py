"""Which release is shown."""

from django.conf import settings

from matneo.monitoring.models import PointsRelease
from matneo.utils.viewer import Viewer


def current_release() -> PointsRelease | None:
    return PointsRelease.objects.filter(is_current=True).first()


def named_release(name: str, viewer: Viewer) -> PointsRelease | None:
    """A release by its id, as long as its folder is there. Earlier ones are for people who have signed in: what was taken
    back since is not handed to everybody again."""
    found = PointsRelease.objects.visible_to(viewer).filter(pk=name[:16]).first()
    if found is None or not (found.is_current or viewer.signed_in):
        return None
    return found if (settings.DATA_DIR.releases / found.pk).is_dir() else None
