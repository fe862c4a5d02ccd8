"""Reading memberships and tokens: one's own, and memberships of the organisations one administers."""

import hashlib
from datetime import datetime

from django.db import models
from django.db.models import Q

from matneo.accounts.permissions import Permission
from matneo.accounts.roles import ROLES
from matneo.utils.viewer import Viewer


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "MembershipQuerySet":
        if not viewer.signed_in:
            return self.none()
        if any(Permission.MANAGE_MEMBERS in ROLES[role].everywhere for role, _ in viewer.grants):
            return self.all()
        administered = [
            code for role, code in viewer.grants if Permission.MANAGE_MEMBERS in ROLES[role].permissions
        ]
        return self.filter(Q(user_id=viewer.user_id) | Q(organisation__code__in=administered))

    def beside(self, viewer: Viewer) -> "MembershipQuerySet":
        """Roles at the organisations where this person has one too: colleagues know one another's names."""
        return self.filter(organisation__code__in=viewer.organisations) if viewer.signed_in else self.none()

    def on(self, day) -> "MembershipQuerySet":
        return self.filter(start__lte=day).filter(Q(end__isnull=True) | Q(end__gt=day))


class TokenQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> "TokenQuerySet":
        """One's own only."""
        return self.filter(user_id=viewer.user_id)

    def valid_at(self, moment: datetime) -> "TokenQuerySet":
        return self.filter(revoked__isnull=True, expires__gt=moment)

    def with_secret(self, secret: str) -> "TokenQuerySet":
        return self.filter(digest=digest(secret))


def digest(secret: str) -> str:
    """What is kept of a token: it cannot be turned back. The secret is long and random, so it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
