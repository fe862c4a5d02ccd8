"""Who coaches the trusts that somebody belongs to."""

from collections.abc import Iterable

from django.conf import settings

from matneo.accounts.models import Caseload
from matneo.utils.viewer import Viewer


def coaches_of(viewer: Viewer, codes: Iterable[str]) -> dict[int, str]:
    """Their names by the person's key, of those of these trusts where this viewer has a role; never oneself."""
    rows = Caseload.objects.beside(viewer).on(settings.CLOCK.today())
    rows = rows.filter(organisation__code__in=list(codes), user__is_active=True).exclude(
        user_id=viewer.user_id
    )
    return {row.user_id: row.user.name for row in rows.select_related("user").order_by("id")}
