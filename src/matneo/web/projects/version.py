"""The version of the change package that a project stands on: what a newer one changed, and the choice to follow it."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from matneo.accounts.access import NotAllowed
from matneo.improvement.actions import drivers
from matneo.improvement.ladder import NAMES, WHO, Rung
from matneo.improvement.local import News, news, package_of
from matneo.improvement.models import Project
from matneo.improvement.saying import Unsuitable
from matneo.library import catalogue
from matneo.library.schema import Package
from matneo.utils.typed import digits
from matneo.web.library.changes import NONE, Changes, changes_between
from matneo.web.library.rows import version_address
from matneo.web.pages import Page, Step
from matneo.web.projects.finding import address, crumbs, find, find_to_work_on, may
from matneo.web.render import render
from matneo.web.viewing import signed_in


@dataclass(frozen=True)
class VersionLine:
    """One quiet line, such as "2 drivers changed", with the way to the choice."""

    words: str
    href: str


def version_line(project: Project) -> VersionLine | None:
    """Nothing where the project stands on the current version, or its team chose to stay when that one came."""
    found = news(project)
    if found is None or found.settled:
        return None
    words = found.summary or "the order of its parts changed"
    return VersionLine(
        f"Version {found.current} of the change package is there: {words}.",
        reverse("project_version", args=[project.pk]),
    )


def standing_line(project: Project) -> VersionLine | None:
    """The way to the choice for who stays on an earlier version, and is told no more."""
    current = catalogue.load().packages[project.area].version
    if project.package_version >= current:
        return None
    return VersionLine(
        f"It stands on version {project.package_version} of the change package; version {current} is current.",
        reverse("project_version", args=[project.pk]),
    )


@dataclass(frozen=True, kw_only=True)
class VersionPage(Page):
    pinned: int
    pinned_href: str
    current: int
    current_href: str
    behind: bool
    settled: bool  # its team chose to stay when the current one came
    changes: Changes
    touched: tuple[str, ...]
    may_follow: bool
    problem: str
    project_href: str


@signed_in
def project_version(request, pk: str):
    if request.method != "POST":
        project = find(request, pk)
        return render(request, "pages/projects/version.jinja", _page(request, project))
    project = find_to_work_on(request, pk)
    what = request.POST.get("what")
    if what not in ("follow", "stay"):
        raise Http404
    act = _stay if what == "stay" else _follow
    try:
        words, way = act(request, project, digits(request.POST.get("version", "")))
    except Unsuitable as problem:
        page = _page(request, project, str(problem))
        return render(request, "pages/projects/version.jinja", page, status=422)
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    messages.success(request, words)
    return redirect(way)


def _follow(request, project: Project, number: int | None) -> tuple[str, str]:
    row = drivers.follow_version(project=project, version=number or 0, by=request.user)
    return f"The project stands on version {row.package_version} now.", request.path


def _stay(request, project: Project, number: int | None) -> tuple[str, str]:
    """Of the version that was on the screen: one that came meanwhile is announced."""
    number = number or catalogue.load().packages[project.area].version
    row = drivers.stay_on_version(project=project, version=number, by=request.user)
    words = (
        f"The project stays on version {row.package_version}. Version {number} is not announced again; its driver diagram "
        "leads to it, should you want it after all."
    )
    return words, address(project)


def _page(request, project: Project, problem: str = "") -> VersionPage:
    found, pinned = news(project), package_of(project)
    current = catalogue.load().packages[project.area]
    return VersionPage(
        title="Version of the change package",
        crumbs=crumbs(project),
        lead=_lead(found, pinned),
        pinned=pinned.version,
        pinned_href=version_address(pinned),
        current=current.version,
        current_href=version_address(current),
        behind=found is not None,
        settled=found is not None and found.settled,
        changes=changes_between(pinned, current) if found else NONE,
        touched=found.touched if found else (),
        may_follow=found is not None and project.state != "closed" and may(request, project).work,
        problem=problem,
        project_href=address(project),
        next_steps=(Step("Back to the project", address(project)),),
        visible_to=f"{NAMES[Rung(project.rung)].capitalize()}: {WHO[Rung(project.rung)]}.",
        fresh=f"Version {current.version} is in force from {current.effective_from:%-d %B %Y}.",
    )


def _lead(found: News | None, pinned: Package) -> str:
    if found is None:
        return f"This project stands on version {pinned.version} of {pinned.title}, which is the current one."
    stands = f"This project stands on version {found.pinned} of {pinned.title}; version {found.current} is current."
    if found.settled:
        return f"{stands} Your team chose to stay, and can take the new one whenever it suits you."
    return f"{stands} Both are good to work with: take the new one when it suits you, or stay."
