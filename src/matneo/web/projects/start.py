"""Starting a project: an area, what to change and by when, and who is with you."""

import re
import secrets
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

from matneo.accounts.access import NotAllowed, has_permission
from matneo.accounts.permissions import Permission
from matneo.improvement.actions import projects
from matneo.improvement.actions.projects import AREAS as OPEN_AREAS
from matneo.improvement.actions.projects import Aim, Person
from matneo.improvement.models import Project
from matneo.improvement.saying import Unsuitable
from matneo.library import catalogue
from matneo.measures.definitions import AREAS
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer
from matneo.web.pages import Crumb, Page
from matneo.web.projects.finding import address
from matneo.web.projects.words import shortened
from matneo.web.render import render
from matneo.web.viewing import need, signed_in, viewer_of


@dataclass(frozen=True)
class AreaChoice:
    key: str
    name: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class Choice:
    value: str
    name: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class StartPage(Page):
    areas: tuple[AreaChoice, ...]
    aim: str
    by_when: str
    team: str
    trusts: tuple[Choice, ...]  # only where there is a choice
    key: str
    problem: str
    problem_field: str


@signed_in
def start(request):
    need(request, Permission.WORK_ON_PROJECTS)
    trusts = trusts_of(viewer_of(request))
    if not trusts:
        raise PermissionDenied("A project belongs to a trust, and you work with none.")
    problem = Unsuitable("")
    if request.method == "POST":
        try:
            made = _start(request, trusts)
        except Unsuitable as reason:
            # The title is the beginning of the aim: what is wrong with it stands in that field.
            problem = Unsuitable(str(reason), "aim" if reason.field == "title" else reason.field)
        except NotAllowed as reason:
            raise PermissionDenied(str(reason)) from reason
        else:
            messages.success(
                request, f"“{made.title}” is started. Everything else can come later, a step at a time."
            )
            return redirect(address(made))
    return render(
        request,
        "pages/project_start.jinja",
        _page(request, trusts, problem),
        status=422 if str(problem) else 200,
    )


def trusts_of(viewer: Viewer) -> list[Organisation]:
    """Where this person may start a project."""
    rows = Organisation.objects.visible_to(viewer).filter(
        code__in=viewer.organisations, kind="trust", closed__isnull=True
    )
    return [row for row in rows if has_permission(viewer, Permission.WORK_ON_PROJECTS, row.code)]


def people(text: str) -> tuple[Person, ...]:
    """Names with a line each or commas between them; what somebody does stands in brackets: Ama Boateng (midwife)."""
    found = []
    for one in re.split(r"[\n,;]", text):
        name, _, part = one.strip().partition("(")
        if name.strip():
            found.append(Person(name.strip(), part.strip().rstrip(")").strip()))
    return tuple(found)


def _start(request, trusts: list[Organisation]) -> Project:
    said = " ".join(request.POST.get("aim", "").split())
    trust = next((row for row in trusts if row.code == request.POST.get("trust", "")), trusts[0])
    if request.POST.get("area", "") not in OPEN_AREAS:
        raise Unsuitable("Choose one of the five clinical areas.", "area")
    if not said:
        raise Unsuitable("Say what you want to change; a few words are enough.", "aim")
    return projects.start(
        organisation=trust,
        area=request.POST["area"],
        aim=Aim(shortened(said), said, _day(request.POST.get("by_when", ""))),
        team=people(request.POST.get("team", "")),
        by=request.user,
        key=request.POST.get("key", "")[:40],
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Unsuitable("Say by when: choose a day. It can be changed later.", "by_when") from None


def _page(request, trusts: list[Organisation], problem: Unsuitable) -> StartPage:
    given = request.POST if request.method == "POST" else request.GET
    area = given.get("area", "").upper()
    packages = catalogue.load().packages
    return StartPage(
        title="Start a project",
        section="projects",
        crumbs=(Crumb("Projects", "/projects/"),),
        lead="Three things are enough. Measures, ideas and the rest can come later, and all of it can be changed.",
        areas=tuple(
            AreaChoice(key, AREAS[key], _area_words(packages[key]), key == area) for key in OPEN_AREAS
        ),
        aim=given.get("aim", "")[:400],
        by_when=given.get("by_when", "")[:20],
        team=given.get("team", "")[:4000],
        trusts=tuple(Choice(row.code, row.short_name, row.code == given.get("trust")) for row in trusts)
        if len(trusts) > 1
        else (),
        key=given.get("key", "")[:40] or secrets.token_urlsafe(16),
        problem=str(problem),
        problem_field=problem.field,
        visible_to=f"Everyone at {trusts[0].short_name}, and its coach. The rest of the programme sees its title, area and "
        "dates. You can change that at any time.",
        fresh="",
    )


def _area_words(package) -> str:
    """One example aim, so that nobody faces an empty box."""
    aim = package.aims[0]
    return aim.short or shortened(aim.statement, 70)
