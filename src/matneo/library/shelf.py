"""Published versions as they stand in the database, for `catalogue` to read."""

from collections.abc import Sequence

from matneo.library.catalogue import Edition
from matneo.library.models import LibraryVersion
from matneo.utils.viewer import ANONYMOUS

FIELDS = ("package", "version", "digest")


def newest() -> Sequence[Edition]:
    """One small query: no text is read that is known already."""
    rows = LibraryVersion.objects.visible_to(ANONYMOUS).newest().order_by("package")
    return [Edition(*row) for row in rows.values_list(*FIELDS)]


def find(package: str, version: int) -> Edition | None:
    rows = LibraryVersion.objects.visible_to(ANONYMOUS).filter(package=package, version=version)
    row = rows.values_list(*FIELDS).first()
    return Edition(*row) if row else None


def text(edition: Edition) -> str:
    rows = LibraryVersion.objects.visible_to(ANONYMOUS)
    return rows.values_list("text", flat=True).get(package=edition.package, version=edition.version)
