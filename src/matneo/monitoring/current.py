"""Which release is shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

from matneo.monitoring.models import PointsRelease
from matneo.utils.viewer import Viewer

_held: ContextVar[list[PointsRelease | None] | None] = ContextVar("held_release", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Inside, which release is current is asked once, however many ask: a page shows one release from top to bottom."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def forget() -> None:
    """Ask again: another release may be current by now."""
    known = _held.get()
    if known is not None:
        known.clear()


def current_release() -> PointsRelease | None:
    known = _held.get()
    if known:
        return known[0]
    found = PointsRelease.objects.filter(is_current=True).first()
    if known is not None:
        known.append(found)
    return found


def named_release(name: str, viewer: Viewer) -> PointsRelease | None:
    """A release by its id, as long as its folder is there. Earlier ones are for people who have signed in: what was taken
    back since is not handed to everybody again."""
    found = PointsRelease.objects.visible_to(viewer).filter(pk=name[:16]).first()
    if found is None or not (found.is_current or viewer.signed_in):
        return None
    return found if (settings.DATA_DIR.releases / found.pk).is_dir() else None
