"""My account, its tokens for programs, signing out, and the role switcher of a demonstration. Sign-in itself is
allauth's, in our layout."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from matneo.accounts import actions
from matneo.accounts.actions import persona_user
from matneo.accounts.models import ApiToken, Membership
from matneo.accounts.permissions import Permission
from matneo.accounts.roles import ROLES
from matneo.utils.typed import digits
from matneo.web.lines import people_path
from matneo.web.pages import Page
from matneo.web.render import render
from matneo.web.viewing import signed_in, viewer_of


@dataclass(frozen=True)
class HeldRole:
    name: str
    place: str
    since: str
    description: str
    people: str  # where this role invites people; "" for roles that do not


@dataclass(frozen=True)
class HeldToken:
    pk: int
    name: str
    created: datetime
    expires: datetime


@dataclass(frozen=True, kw_only=True)
class AccountPage(Page):
    email: str
    roles: tuple[HeldRole, ...]
    tokens: tuple[HeldToken, ...]
    secret: str  # of a token just made; shown this once
    token_days: int


@signed_in
def account(request):
    """What is known of me, and the tokens of my programs."""
    if request.method == "POST":
        if request.POST.get("what") == "token":
            _, secret = actions.create_token(
                user=request.user, name=request.POST.get("name", ""), by=request.user
            )
            return render(request, "pages/account.jinja", _account_page(request, secret))
        _revoke(request)
        return redirect("account")
    return render(request, "pages/account.jinja", _account_page(request))


def _revoke(request) -> None:
    tokens = ApiToken.objects.visible_to(viewer_of(request))
    token = tokens.filter(pk=digits(request.POST.get("pk", ""))).first()
    if token is None:
        raise Http404
    actions.revoke_token(token=token, by=request.user)
    messages.success(request, f"{token.name} opens nothing any more.")


def _account_page(request, secret: str = "") -> AccountPage:
    viewer, now = viewer_of(request), settings.CLOCK.now()
    held = Membership.objects.visible_to(viewer).filter(user=request.user).on(settings.CLOCK.today())
    return AccountPage(
        title="My account",
        email=request.user.email,
        roles=tuple(
            HeldRole(
                ROLES[row.role].name,
                row.organisation.short_name,
                f"{row.start:%-d %B %Y}",
                ROLES[row.role].description,
                _people(row),
            )
            for row in held.select_related("organisation").order_by("start", "id")
        ),
        tokens=tuple(
            HeldToken(row.pk, row.name, row.created, row.expires)
            for row in ApiToken.objects.visible_to(viewer).valid_at(now)
        ),
        secret=secret,
        token_days=settings.TOKEN_DAYS,
        lead="Who you are here, how you sign in, and what your programs may ask in your name.",
        visible_to="Only you. Your organisation's administrator sees your name, address and roles.",
        fresh="",
    )


def _people(held: Membership) -> str:
    invites = Permission.MANAGE_MEMBERS in ROLES[held.role].permissions
    return people_path(held.organisation.kind, held.organisation.code) if invites else ""


@require_POST
def sign_out(request):
    logout(request)
    return redirect("front")


@require_POST
def switch_persona(request):
    """Only with invented data, only on this machine: elsewhere this address does not exist."""
    if not settings.ROLE_SWITCHER or request.META.get("REMOTE_ADDR") not in ("127.0.0.1", "::1", ""):
        raise Http404
    key = request.POST.get("persona", "")
    logout(request)
    if key != "public":
        user = persona_user(key=key, by=None)
        if user is None:
            raise Http404
        login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    following = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()})
    return redirect(following if safe and not following.startswith("/account/") else "front")
