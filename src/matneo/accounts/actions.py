"""Inviting people and giving roles."""

import secrets
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from matneo.accounts.access import NotAllowed
from matneo.accounts.models import ApiToken, Caseload, Membership, User
from matneo.accounts.querysets import digest
from matneo.audit import actions as audit
from matneo.organisations.models import Organisation


@transaction.atomic
def create_user(*, email: str, name: str, by, password: str | None = None, is_invented: bool = False) -> User:
    """A new person. Without a password they sign in with a code sent by e-mail."""
    user = User(email=email.lower(), name=name, is_invented=is_invented, created=settings.CLOCK.now())
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    audit.record(by=by, action="accounts.create_user", subject=f"person {user.pk}")
    return user


@transaction.atomic
def add_membership(*, user: User, organisation: Organisation, role: str, start: date, by) -> Membership:
    """Give a role from a day on; giving it twice changes nothing."""
    found = Membership.objects.filter(
        user=user, organisation=organisation, role=role, end__isnull=True
    ).first()
    if found is not None:
        return found
    membership = Membership.objects.create(user=user, organisation=organisation, role=role, start=start)
    audit.record(
        by=by,
        action="accounts.add_membership",
        organisation=organisation.code,
        subject=f"person {user.pk} as {role}",
    )
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, end: date, by) -> None:
    """Take a role away from a day on; the row stays."""
    Membership.objects.filter(pk=membership.pk, end__isnull=True).update(end=end)
    audit.record(
        by=by,
        action="accounts.end_membership",
        organisation=membership.organisation.code,
        subject=f"person {membership.user_id} as {membership.role}",
    )


@transaction.atomic
def set_caseload(*, user: User, organisations: list[Organisation], start: date, by) -> None:
    """These trusts and no others are the person's caseload from a day on."""
    current = {row.organisation_id: row for row in Caseload.objects.filter(user=user, end__isnull=True)}
    wanted = {row.pk: row for row in organisations}
    gone = [row.pk for key, row in current.items() if key not in wanted]
    Caseload.objects.filter(pk__in=gone).update(end=start)
    Caseload.objects.bulk_create(
        Caseload(user=user, organisation=row, start=start)
        for key, row in wanted.items()
        if key not in current
    )
    audit.record(
        by=by,
        action="accounts.set_caseload",
        subject=f"person {user.pk}",
        detail={"trusts": sorted(row.code for row in organisations)},
    )


@transaction.atomic
def create_token(*, user: User, name: str, by) -> tuple[ApiToken, str]:
    """A token for a program of one's own; the secret is answered once and kept nowhere."""
    _need_self(user, by)
    secret = f"mn_{secrets.token_urlsafe(32)}"
    now = settings.CLOCK.now()
    token = ApiToken.objects.create(
        user=user,
        name=name.strip()[:80] or "a program",
        digest=digest(secret),
        created=now,
        expires=now + timedelta(days=settings.TOKEN_DAYS),
    )
    audit.record(by=by, action="accounts.create_token", subject=token.name)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by) -> None:
    """From now on the token opens nothing; the row stays."""
    _need_self(token.user, by)
    ApiToken.objects.filter(pk=token.pk, revoked__isnull=True).update(revoked=settings.CLOCK.now())
    audit.record(by=by, action="accounts.revoke_token", subject=token.name)


def _need_self(user: User, by) -> None:
    if by is not None and by.pk != user.pk:
        raise NotAllowed("A token is made and revoked by the person whose programs use it.")


def persona_user(*, key: str, by) -> User | None:
    """One of the demonstration's people; None where there is no such person or no demonstration."""
    if not settings.ROLE_SWITCHER:
        return None
    return User.objects.filter(email=f"{key}@example.org", is_invented=True, is_active=True).first()
