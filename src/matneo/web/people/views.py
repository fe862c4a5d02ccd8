"""The people of a trust, a collaborative or England: who has which role, inviting somebody, ending a role."""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect

from matneo.accounts import actions
from matneo.accounts.access import NotAllowed
from matneo.accounts.actions import Refused
from matneo.accounts.models import Caseload, Membership, User
from matneo.accounts.permissions import Permission
from matneo.accounts.roles import HELD_AT, ROLES, roles_of
from matneo.emails import invitations
from matneo.organisations.models import Organisation
from matneo.utils.typed import digits
from matneo.web.lines import place_path
from matneo.web.pages import Crumb, Page
from matneo.web.reading.charts import KINDS
from matneo.web.reading.places import Named
from matneo.web.render import render
from matneo.web.viewing import need, signed_in, viewer_of


@dataclass(frozen=True)
class Held:
    """A role of one person; `may_end` is False for the role that lets the viewer be here."""

    pk: int
    name: str
    since: str
    may_end: bool


@dataclass(frozen=True)
class Choice:
    value: str
    name: str
    chosen: bool
    hint: str = ""


@dataclass(frozen=True)
class Person:
    pk: int
    name: str
    email: str
    roles: tuple[Held, ...]
    last_sign_in: str
    has_caseload: bool
    trusts: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    place: str
    problem: str
    problem_field: str
    problem_title: str
    people: tuple[Person, ...]
    roles: tuple[Choice, ...]
    choices: tuple[Choice, ...]  # trusts for a caseload; none where roles have no caseload
    helpers: tuple[Named, ...]
    email: str
    name: str
    others: str


@signed_in
def people(request, places: str, code: str):
    return _people(request, KINDS[places], code.upper())


@signed_in
def england_people(request):
    return _people(request, "england")


def _people(request, kind: str, code: str = ""):
    rows = Organisation.objects.visible_to(viewer_of(request)).of_kind(kind)
    place = (rows.filter(code=code) if code else rows).first()
    if place is None:
        raise Http404
    need(request, Permission.MANAGE_MEMBERS, place.code)
    problem = None
    if request.method == "POST":
        problem = _act(request, place)
        if problem is None:
            return redirect(request.path)
    page = _page(request, place, problem)
    return render(request, "pages/people.jinja", page, status=422 if problem else 200)


def _act(request, place: Organisation) -> Refused | None:
    """Do what was asked; answers why it could not be done, or nothing."""
    act = {"invite": _invite, "end": _end, "caseload": _caseload}.get(request.POST.get("what", ""))
    if act is None:
        raise Http404
    try:
        messages.success(request, act(request, place))
    except Refused as reason:
        return reason
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    return None


def _invite(request, place: Organisation) -> str:
    made = actions.invite(
        email=request.POST.get("email", ""),
        name=request.POST.get("name", ""),
        role=request.POST.get("role", ""),
        organisation=place,
        caseload=_trusts(request) if _has_caseload(place) else (),
        by=request.user,
    )
    user, role = made.membership.user, ROLES[made.membership.role]
    if not made.is_new:
        return f"{made.called} has the role {role.name} here already. Nothing was changed."
    invitations.tell(made.membership, request.user)
    return (
        f"{made.called} has the role {role.name} from today. A message to {user.email} says how to sign in."
    )


def _end(request, place: Organisation) -> str:
    held = _current(request, place).filter(pk=digits(request.POST.get("pk", ""))).first()
    if held is None:  # a second press of the button, or a colleague was quicker
        return "That role has ended already."
    actions.end_membership(membership=held, end=settings.CLOCK.today(), by=request.user)
    return f"{held.user.name} no longer has the role {ROLES[held.role].name}. What they did here stays."


def _caseload(request, place: Organisation) -> str:
    held = _current(request, place).filter(user_id=digits(request.POST.get("person", ""))).first()
    if held is None or not _has_caseload(place):
        raise Http404
    trusts = _trusts(request)
    actions.set_caseload(user=held.user, organisations=trusts, start=settings.CLOCK.today(), by=request.user)
    return f"{held.user.name} looks after {_count(len(trusts))} now."


def _count(trusts: int) -> str:
    return "no trust" if not trusts else f"{trusts} trust{'' if trusts == 1 else 's'}"


def _trusts(request) -> list[Organisation]:
    """The ticked trusts, and those whose codes were typed."""
    typed = re.split(r"[\s,;]+", request.POST.get("others", "").upper())
    codes = dict.fromkeys(code for code in [*request.POST.getlist("trust"), *typed] if code)
    asked = [code for code in codes if re.fullmatch(r"[A-Z0-9-]{1,20}", code)]
    found = {
        row.code: row
        for row in Organisation.objects.visible_to(viewer_of(request)).of_kind("trust").filter(code__in=asked)
    }
    if unknown := [code[:20] for code in codes if code not in found]:
        raise Refused(f"No trust has the code {unknown[0]}. A trust's code stands on its page.", "others")
    return list(found.values())


def _current(request, place: Organisation):
    rows = Membership.objects.visible_to(viewer_of(request)).on(settings.CLOCK.today())
    return rows.filter(organisation=place).select_related("user", "organisation")


def _has_caseload(place: Organisation) -> bool:
    return place.kind == HELD_AT["caseload"]


def _page(request, place: Organisation, problem: Refused | None) -> PeoplePage:
    given = request.POST if problem and request.POST.get("what") == "invite" else {}
    field = problem.field if problem and given else ""
    return PeoplePage(
        title=f"People of {place.short_name}",
        crumbs=(Crumb(place.short_name, place_path(place.kind, place.code)),),
        lead="Who has a role here, and what each role opens. You can invite people and end roles.",
        place=place.short_name,
        problem=str(problem or ""),
        problem_field=field,
        problem_title="Nobody was invited" if given else "Nothing was changed",
        people=_persons(request, place),
        roles=tuple(
            Choice(key, role.name, key == given.get("role"), role.description)
            for key, role in roles_of(place.kind).items()
        ),
        choices=_choices(_own_trusts(request, place), set(request.POST.getlist("trust")) if given else set()),
        helpers=_helpers(request, place),
        email=given.get("email", ""),
        name=given.get("name", ""),
        others=given.get("others", ""),
        visible_to=_who(place),
        fresh="",
    )


def _who(place: Organisation) -> str:
    if place.kind == "trust":
        return f"Administrators of {place.short_name} and the platform operator."
    return "Platform operators."


def _persons(request, place: Organisation) -> tuple[Person, ...]:
    rows = sorted(_current(request, place), key=lambda row: (row.user.name.lower(), row.user_id, row.start))
    trusts = _caseloads(request, {row.user_id for row in rows}) if _has_caseload(place) else {}
    own = _own_trusts(request, place)
    return tuple(
        _person(request, user, list(held), own, trusts.get(user.pk, []))
        for user, held in groupby(rows, key=lambda row: row.user)
    )


def _person(
    request, user: User, held: list[Membership], own: list[Organisation], trusts: list[Organisation]
) -> Person:
    return Person(
        pk=user.pk,
        name=user.name,
        email=user.email,
        roles=tuple(
            Held(
                row.pk,
                ROLES[row.role].name,
                f"{row.start:%-d %B %Y}",
                not actions.is_last_key(membership=row, by=request.user),
            )
            for row in held
        ),
        last_sign_in=_last(user.last_login),
        has_caseload=any(ROLES[row.role].reach == "caseload" for row in held),
        trusts=", ".join(row.short_name for row in trusts) or "no trust yet",
        choices=_choices([*own, *(row for row in trusts if row not in own)], {row.code for row in trusts}),
    )


def _last(moment: datetime | None) -> str:
    if moment is None:
        return "not yet"
    # In a demonstration the day stands still, and sign-ins go on.
    return f"{min(moment, settings.CLOCK.now()):%-d %B %Y}"


def _caseloads(request, people: set[int]) -> dict[int, list[Organisation]]:
    rows = Caseload.objects.visible_to(viewer_of(request)).on(settings.CLOCK.today()).filter(user__in=people)
    found: dict[int, list[Organisation]] = {}
    for row in rows.select_related("organisation").order_by("organisation__short_name"):
        found.setdefault(row.user_id, []).append(row.organisation)
    return found


def _own_trusts(request, place: Organisation) -> list[Organisation]:
    if not _has_caseload(place):
        return []
    rows = Organisation.objects.visible_to(viewer_of(request)).of_kind("trust")
    day = settings.CLOCK.today()
    return list(rows.open_on(day).members_of(place, "in_psc", day).order_by("short_name"))


def _choices(trusts: list[Organisation], chosen: set[str]) -> tuple[Choice, ...]:
    return tuple(Choice(row.code, row.short_name, row.code in chosen) for row in trusts)


def _helpers(request, place: Organisation) -> tuple[Named, ...]:
    """Who from outside sees a trust's exact counts: its administrator should know."""
    rows = Caseload.objects.visible_to(viewer_of(request)).on(settings.CLOCK.today())
    rows = rows.filter(organisation=place).select_related("user").order_by("user__name")
    return tuple(Named(row.user.name, "", f"{row.start:%-d %B %Y}") for row in rows)
