"""Who may do what: one function decides, and everything else asks it."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db.models import Q

from matneo.accounts.models import ApiToken, Caseload, Membership, User
from matneo.accounts.permissions import Permission
from matneo.accounts.roles import ROLES
from matneo.organisations.models import Link, Organisation
from matneo.organisations.querysets import on
from matneo.utils.viewer import ANONYMOUS, Viewer


class NotAllowed(Exception):
    """This person may not do that; the message says so kindly."""


def has_permission(viewer: Viewer, permission: Permission, organisation_code: str | None = None) -> bool:
    """Deny by default. A role's permissions hold for its own organisation (for the programme's roles that is England)
    or for the trusts of its caseload. Without an organisation: whether any of the person's roles holds it anywhere."""
    for key, code in viewer.grants:
        role = ROLES[key]
        if permission not in role.permissions:
            continue
        if permission in role.everywhere or organisation_code is None:
            return True
        if permission in (Permission.VIEW_HOME, Permission.VIEW_OUTBOX):
            return True
        if role.reach in ("own", "programme") and _belongs(viewer, organisation_code, code):
            return True
        if role.reach == "caseload" and organisation_code in viewer.caseload:
            return True
    return False


def need(by: User | None, permission: Permission, organisation: Organisation) -> None:
    """Raise NotAllowed where the one function says no. `by=None` is the system itself: a command on this machine, the
    worker, the demonstration's builder."""
    if by is not None and not has_permission(viewer_for(by), permission, organisation.code):
        raise NotAllowed(f"You may not {permission.value} for {organisation.short_name}.")


def viewer_for(user) -> Viewer:
    """The person as the reading rooms see them; three queries, or none where this very request asked already."""
    if (known := getattr(user, "asked_as", None)) is not None:
        return known
    if user is None or not getattr(user, "is_authenticated", False) or not user.is_active:
        return ANONYMOUS
    today = settings.CLOCK.today()
    memberships = Membership.objects.filter(user=user).on(today).select_related("organisation")
    grants = frozenset((row.role, row.organisation.code) for row in memberships)
    cases = Caseload.objects.filter(user=user).on(today).select_related("organisation")
    trusts = frozenset(row.organisation.code for row in cases)
    return _viewer(user.pk, user.name, grants, trusts, partial(_below, today=today))


NOBODY = 0  # no account has this key


def imagined(role: str, code: str, trusts: frozenset[str], by: Viewer) -> Viewer:
    """Somebody with this role at this organisation, and these trusts to look after, who has no account: for looking at
    something as such a person would see it, never for a sign-in. What belongs to the organisations is taken from what
    `by`, who looks, knows of their own."""
    below: dict[str, set[str]] = {}
    for parent, child in by.below:
        below.setdefault(parent, set()).add(child)
    return _viewer(NOBODY, "", frozenset({(role, code)}), trusts, lambda codes: below)


def _viewer(
    pk: int,
    name: str,
    grants: frozenset[tuple[str, str]],
    trusts: frozenset[str],
    below_of: Callable[[frozenset[str]], dict[str, set[str]]],
) -> Viewer:
    own = {
        code
        for key, code in grants
        if Permission.VIEW_INSIDE in ROLES[key].permissions and ROLES[key].reach == "own"
    }
    helped = trusts if any(ROLES[key].reach == "caseload" for key, _ in grants) else frozenset()
    members = frozenset(code for _, code in grants)
    below = below_of(own | helped | members)
    return Viewer(
        user_id=pk,
        name=name,
        roles=frozenset(key for key, _ in grants),
        organisations=members | _below_of(below, members),
        inside=frozenset(own) | helped | _below_of(below, own | helped),
        caseload=helped | _below_of(below, helped),
        national="national_programme" in {key for key, _ in grants},
        grants=grants,
        below=frozenset(
            (parent, child)
            for parent, children in below.items()
            if parent in own | helped | members
            for child in children
        ),
    )


def person_with_token(secret: str) -> User | None:
    """Whose program this is; None where the token is unknown, over or revoked, or its person has left."""
    tokens = ApiToken.objects.valid_at(settings.CLOCK.now()).with_secret(secret).select_related("user")
    token = tokens.first()
    return token.user if token is not None and token.user.is_active else None


def _below_of(below: dict[str, set[str]], codes) -> frozenset[str]:
    return frozenset(child for code in codes for child in below.get(code, ()))


def _below(codes, today) -> dict[str, set[str]]:
    """Sites and units of these trusts, and the predecessors whose series they carry on."""
    if not codes:
        return {}
    parts = Q(kind__in=["site_of", "unit_of"], target__code__in=codes) & on(today)
    before = Q(kind="successor_of", source__code__in=codes)
    found: dict[str, set[str]] = {}
    for source, target, kind in Link.objects.filter(parts | before).values_list(
        "source__code", "target__code", "kind"
    ):
        parent, child = (source, target) if kind == "successor_of" else (target, source)
        found.setdefault(parent, set()).add(child)
    return found


def _belongs(viewer: Viewer, asked: str, granted: str) -> bool:
    return asked == granted or (granted, asked) in viewer.below
