"""Which release is shown."""

from matneo.monitoring.models import PointsRelease


def current_release() -> PointsRelease | None:
    return PointsRelease.objects.filter(is_current=True).first()
