"""The message to somebody who was given a role: by whom, which, and how to sign in. Its link holds no secret."""

from django.conf import settings
from django.urls import reverse

from matneo.accounts.models import Membership, User
from matneo.accounts.roles import ROLES
from matneo.notifications import actions as notifications
from matneo.notifications.actions import Draft


def tell(membership: Membership, by: User) -> None:
    """Queue the message; the worker sends it. The same role is told once."""
    place, role = membership.organisation, ROLES[membership.role]
    text = "\n\n".join(
        [
            f"{by.name} invited you to {settings.BRAND_NAME} as {role.name.lower()} of {place.short_name}.",
            role.description,
            f"To sign in, open {settings.BASE_URL}{reverse('account_request_login_code')} and type this address: "
            f"{membership.user.email}. A code is sent to it; you need no password.",
            "If you did not expect this, you need not do anything.",
        ]
    )
    draft = Draft(
        membership.user,
        "invited",
        f"invited {membership.pk}",
        f"You are invited to {settings.BRAND_NAME}: {place.short_name}",
        text,
        "/home/",
    )
    notifications.queue(drafts=[draft], by=by)
