"""Who works beside whom: the names that a person may choose from at their own organisation."""

from datetime import date

from matneo.accounts.models import Membership, User
from matneo.accounts.permissions import Permission
from matneo.accounts.roles import ROLES
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer


def who_may(permission: Permission, organisation: Organisation, day: date, viewer: Viewer) -> list[User]:
    """Those with a role there that has the permission, by name; nobody, where the viewer has no role there."""
    roles = [key for key, role in ROLES.items() if permission in role.permissions]
    rows = Membership.objects.beside(viewer).on(day)
    rows = rows.filter(organisation=organisation, role__in=roles, user__is_active=True)
    people = {row.user_id: row.user for row in rows.select_related("user")}
    return sorted(people.values(), key=lambda user: (user.name.lower(), user.pk))
