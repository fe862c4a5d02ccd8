"""The addresses of packs."""

from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from matneo.improvement.ladder import WHO, Rung
from matneo.improvement.models import Project
from matneo.library import catalogue
from matneo.library.schema import Package
from matneo.monitoring.current import current_release, named_release
from matneo.monitoring.models import PointsRelease
from matneo.organisations.models import Organisation
from matneo.web import stamping
from matneo.web.library import package as living
from matneo.web.packs import board, diagrams, gathered, giving, poster, story
from matneo.web.packs import package as packages
from matneo.web.pages import Page, Step
from matneo.web.projects import finding
from matneo.web.render import render
from matneo.web.viewing import viewer_of

FORMS = {
    "story": ("pptx", "docx", "pdf", "xlsx"),
    "board": ("pptx", "docx", "pdf", "xlsx"),
    "poster": ("pdf", "pptx"),
}
TITLES = {"story": "The story", "board": "A page for the board", "poster": "A poster, A3"}
HOLDS = {
    "story": "The main chart with its tests, what was tried and decided, what was learned, the other measures, who.",
    "board": "What is better, what needs a look, what needs the board; at most twelve lines; one question to ask.",
    "poster": "The aim and the chart large, what was tried and learned beside it, and a square that a phone can read.",
}


@dataclass(frozen=True)
class Kind:
    title: str
    holds: str
    forms: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class PacksPage(Page):
    kinds: tuple[Kind, ...]
    stamp: tuple[str, ...]
    link: str


class NeedsSignIn(Exception):
    """An earlier release was asked for by somebody who has not signed in."""


def _with_release(view):
    """An earlier release asks for a sign-in first; the way back is kept."""

    @wraps(view)
    def asked(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except NeedsSignIn:
            way = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('account_login')}?{way}")

    return asked


@_with_release
def packs(request, pk: str):
    project = finding.find(request, pk)
    release = _release(request)
    path = reverse("project_packs", args=[project.pk])
    until = (release.data_to if release else None,)
    stamp = stamping.of_project(project, viewer_of(request), release, until, path)
    page = PacksPage(
        title="Packs",
        crumbs=finding.crumbs(project),
        lead="One click makes a document of this project, ready to change, send or print. Charts stay charts.",
        kinds=tuple(_kind(project, kind, request.GET.get("release", "")) for kind in FORMS),
        stamp=stamp.lines,
        link=stamp.link,
        visible_to=f"The project: {WHO[Rung(project.rung)]}. Each document holds the figures that the person who makes it may see.",
        fresh=f"{stamp.figures or 'No figure is released yet'}. A document never changes; make a new one for newer figures.",
        next_steps=(Step("Back to the project", finding.address(project)),),
    )  # fmt: skip
    return render(request, "pages/packs.jinja", page)


@_with_release
def pack(request, pk: str, kind: str, form: str):
    project = finding.find(request, pk)
    if form not in FORMS[kind]:
        raise Http404
    release = _release(request)
    viewer = viewer_of(request)
    found = gathered.gather(project, viewer, release)
    path = reverse("project_pack", args=[project.pk, kind, form])
    stamp = stamping.of_project(project, viewer, release, found.until, path)
    if kind == "board":
        made = board.of_project(found, stamp, settings.CLOCK.today())
    else:
        made = (story if kind == "story" else poster).document(found, viewer, stamp)
    return giving.give(made, form, f"{project.title} {kind}")


@_with_release
def trust_pack(request, code: str, form: str):
    rows = Organisation.objects.visible_to(viewer_of(request))
    trust = rows.filter(code=code.upper(), kind="trust").first()
    if trust is None:
        raise Http404
    release = _release(request)
    # Not the path that was asked for: each spelling of the code would be another document to make and to keep.
    path = reverse("trust_pack", args=[trust.code, form])
    made = board.of_trust(trust, viewer_of(request), release, path)
    return giving.give(made, form, f"{trust.short_name} board")


def package_document(request, key: str, form: str):
    package = _package(key)
    made = packages.document(package, viewer_of(request))
    return giving.give(made, form, f"change package {package.title}")


def package_slides(request, key: str):
    """The living diagram at a place as shapes: the same words as its page, and the same who may see what."""
    found = living.find(request, key)
    stamp = living.stamp(request, found, reverse("package_slides", args=[key.lower()]))
    made = diagrams.of_package(found.package, found.tree, stamp, found.scope.name)
    return giving.give(made, "pptx", f"driver diagram {found.package.title}")


def _kind(project: Project, kind: str, release: str) -> Kind:
    named = f"?{urlencode({'release': release})}" if release else ""
    forms = tuple(
        Step(giving.NAMES[form], reverse("project_pack", args=[project.pk, kind, form]) + named)
        for form in FORMS[kind]
    )
    return Kind(TITLES[kind], HOLDS[kind], forms)


def _package(key: str) -> Package:
    found = catalogue.load().packages.get(key.upper())
    if found is None:
        raise Http404
    return found


def _release(request) -> PointsRelease | None:
    """The release that the address names, or the current one."""
    name = request.GET.get("release", "")
    if not name:
        return current_release()
    viewer = viewer_of(request)
    found = named_release(name, viewer)
    if found is None and not viewer.signed_in:
        raise NeedsSignIn
    if found is None:
        raise Http404
    return found
