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
    """One quiet line for the project's page, such as "2 drivers changed"."""

    words: str
    href: str


def version_line(project: Project) -> VersionLine | None:
    """Nothing where the project stands on the current version."""
    found = news(project)
    if found is None:
        return None
    words = found.summary or "the order of its parts changed"
    return VersionLine(
        f"Version {found.current} of the change package is there: {words}.",
        reverse("project_version", args=[project.pk]),
    )


@dataclass(frozen=True, kw_only=True)
class VersionPage(Page):
    pinned: int
    pinned_href: str
    current: int
    current_href: str
    behind: bool
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
    if request.POST.get("what") not in ("follow", "stay"):
        raise Http404
    if request.POST["what"] == "stay":
        messages.success(request, f"The project stays on version {project.package_version}.")
        return redirect(address(project))
    try:
        number = digits(request.POST.get("version", "")) or 0
        row = drivers.follow_version(project=project, version=number, by=request.user)
    except Unsuitable as problem:
        page = _page(request, project, str(problem))
        return render(request, "pages/projects/version.jinja", page, status=422)
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    messages.success(request, f"The project stands on version {row.package_version} now.")
    return redirect(request.path)


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
    return (
        f"This project stands on version {found.pinned} of {pinned.title}; version {found.current} is current. Both are "
        "good to work with: take the new one when it suits you, or stay."
    )
