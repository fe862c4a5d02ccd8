"""Inviting people, giving roles and taking them away; tokens for their programs."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from matneo.accounts.access import NotAllowed, has_permission, need, viewer_for
from matneo.accounts.models import ApiToken, Caseload, Membership, User
from matneo.accounts.permissions import Permission
from matneo.accounts.querysets import digest
from matneo.accounts.roles import ROLES, roles_of
from matneo.audit import actions as audit
from matneo.audit.models import AuditEvent
from matneo.organisations.models import Organisation

INVITATIONS_A_DAY = 60  # of one person: a trust's whole team, and no more than that for a stolen session


class Refused(Exception):
    """What was asked cannot be done; the message says why and what to do, `field` where."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Invitation:
    membership: Membership
    is_new: bool  # False: the person had this role already
    called: (
        str  # what whoever invites may call the person: a name is told only where the person belonged before
    )


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    role: str,
    organisation: Organisation,
    by,
    caseload: Collection[Organisation] = (),
) -> Invitation:
    """Give a role from today on to the person with this address, who is added if nobody has it yet.

    `caseload` is added to the trusts that a coach or collaborative manager looks after. Doing it twice changes nothing.
    """
    need(by, Permission.MANAGE_MEMBERS, organisation)
    # The button pressed twice: on PostgreSQL the second press waits here for the first, and finds the person.
    Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk).first()
    address, called = _address(email), _called(name)
    _need_fitting(role, organisation)
    user = User.objects.filter(email__iexact=address).first()
    _need_somebody_else(user, by)
    _need_nobody_of_the_programme(user, by)
    _need_few_today(by)
    if user is None:
        user = create_user(email=address, name=called, by=by)
    today = settings.CLOCK.today()
    if Membership.objects.filter(user=user, organisation=organisation).on(today).exists():
        called = user.name
    if not user.is_active:
        raise Refused(f"The account of {address} is closed. Ask the operator to open it again.", "email")
    held = Membership.objects.filter(user=user, organisation=organisation, role=role, end__isnull=True)
    is_new = not held.exists()
    membership = add_membership(user=user, organisation=organisation, role=role, start=today, by=by)
    if caseload:
        if ROLES[role].reach != "caseload":
            raise Refused("Only coaches and collaborative managers have a caseload.", "caseload")
        before = Organisation.objects.filter(coaches__user=user, coaches__end__isnull=True)
        set_caseload(user=user, organisations=[*{*before, *caseload}], start=today, by=by)
    return Invitation(membership, is_new, called)


def _address(text: str) -> str:
    address = text.strip().lower()
    if not address:
        raise Refused("Type the person's work e-mail address.", "email")
    try:
        validate_email(address)
    except ValidationError:
        raise Refused(
            f"{address[:80]} is not an e-mail address. It needs to look like ada@example.org.", "email"
        ) from None
    if len(address) > 254:
        raise Refused("An e-mail address has at most 254 letters.", "email")
    return address


def _called(text: str) -> str:
    name = " ".join(text.split())
    if not name or not name.isprintable():
        raise Refused("Type the person's name, as colleagues know it.", "name")
    if len(name) > 200:
        raise Refused("A name has at most 200 letters.", "name")
    return name


def _need_fitting(role: str, organisation: Organisation) -> None:
    name, fitting = organisation.short_name, roles_of(organisation.kind)
    if organisation.closed is not None and organisation.closed <= settings.CLOCK.today():
        raise Refused(f"{name} is closed. Invite people to the organisation that followed it.")
    if not fitting:
        raise Refused(
            f"Nobody has a role at {name}: people belong to a trust, to a collaborative or to England."
        )
    if role in fitting:
        return
    offered = ", ".join(f"{one.name} ({key})" for key, one in fitting.items())
    if not role:
        raise Refused("Choose a role.", "role")
    given = f"{ROLES[role].name} is not a role" if role in ROLES else f"There is no role {role[:40]}"
    raise Refused(f"{given} at {name}. The roles here are: {offered}.", "role")


def _need_somebody_else(user: User | None, by) -> None:
    """Who gives roles gives them to others: an operator who sees no content must not open it to themselves."""
    if by is not None and user is not None and user.pk == by.pk:
        raise Refused("This is your own address. Somebody else has to give you a role.", "email")


def _need_nobody_of_the_programme(user: User | None, by) -> None:
    """A trust's role opens the trust to its holder, and its list tells the holder's name: of those who work for the
    whole programme only who gives the programme's roles decides that."""
    if user is None or by is None:
        return
    viewer = viewer_for(by)
    for held in (
        Membership.objects.filter(user=user).on(settings.CLOCK.today()).select_related("organisation")
    ):
        if ROLES[held.role].reach == "programme" and not has_permission(
            viewer, Permission.MANAGE_MEMBERS, held.organisation.code
        ):
            raise Refused("This person works for the whole programme; ask them, or the operator.", "email")


def _need_few_today(by) -> None:
    if by is None:
        return
    since = settings.CLOCK.now() - timedelta(days=1)
    done = AuditEvent.objects.filter(actor_id=by.pk, action="accounts.add_membership", at__gt=since).count()
    if done >= INVITATIONS_A_DAY:
        raise Refused(f"You have given {done} roles within a day, which is the most. Go on tomorrow.")


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
    need(by, Permission.MANAGE_MEMBERS, organisation)
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
        subject=f"person {user.pk} as {ROLES[role].name}",
    )
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, end: date, by) -> None:
    """Take a role away from a day on; the row stays. With the last role that has a caseload goes the caseload."""
    need(by, Permission.MANAGE_MEMBERS, membership.organisation)
    if is_last_key(membership=membership, by=by):
        raise Refused(
            f"This role is what lets you invite people at {membership.organisation.short_name}. "
            "Ask another administrator, or the operator, to end it."
        )
    if not Membership.objects.filter(pk=membership.pk, end__isnull=True).update(end=end):
        return
    audit.record(
        by=by,
        action="accounts.end_membership",
        organisation=membership.organisation.code,
        subject=f"person {membership.user_id} as {ROLES[membership.role].name}",
    )
    left = Membership.objects.filter(user=membership.user_id, end__isnull=True).values_list("role", flat=True)
    if ROLES[membership.role].reach == "caseload" and not any(ROLES[r].reach == "caseload" for r in left):
        set_caseload(user=membership.user, organisations=[], start=end, by=by)


def is_last_key(*, membership: Membership, by) -> bool:
    """Whether `by` could not manage these people any more without this role of their own."""
    if by is None or by.pk != membership.user_id:
        return False
    viewer, code = viewer_for(by), membership.organisation.code
    without = replace(viewer, grants=viewer.grants - {(membership.role, code)})
    return not has_permission(without, Permission.MANAGE_MEMBERS, code)


@transaction.atomic
def set_caseload(*, user: User, organisations: list[Organisation], start: date, by) -> None:
    """These trusts and no others are the person's caseload from a day on."""
    current = {
        row.organisation_id: row
        for row in Caseload.objects.filter(user=user, end__isnull=True).select_related("organisation")
    }
    wanted = {row.pk: row for row in organisations}
    for row in organisations:
        if row.kind != "trust":
            raise Refused(
                f"{row.short_name} ({row.code}) is not a trust; a caseload holds trusts.", "caseload"
            )
    gone = [row for key, row in current.items() if key not in wanted]
    for trust in [
        *(row.organisation for row in gone),
        *(w for key, w in wanted.items() if key not in current),
    ]:
        need(by, Permission.MANAGE_MEMBERS, trust)
    Caseload.objects.filter(pk__in=[row.pk for row in gone]).update(end=start)
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
