"""Looking at a project as somebody else would see it, on the step where it stands or on one that is thought about.

Nobody signs in as anybody: the reader is a made-up one, without an account and without a name. They are shown the page
that every reader gets, read by the same code, and nothing in it acts.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from django.core.exceptions import PermissionDenied
from django.views.decorators.http import require_safe

from matneo.accounts.access import imagined
from matneo.improvement.ladder import Rung
from matneo.improvement.models import Project
from matneo.organisations.models import Link, Organisation
from matneo.utils.typed import digits
from matneo.utils.viewer import ANONYMOUS, Viewer
from matneo.web.pages import Page
from matneo.web.projects import finding
from matneo.web.projects.cards import ProjectRow, rows_of
from matneo.web.projects.finding import May
from matneo.web.projects.page import ProjectPage, page_of
from matneo.web.render import render
from matneo.web.viewing import signed_in, viewer_of

NO_TRUSTS: frozenset[str] = frozenset()
LOOKING_ONLY = May(False, False, False)
SHARED = {
    Rung.DRAFT: "kept as a draft",
    Rung.TEAM: "shared with its team alone",
    Rung.TRUST: "shared with the trust",
    Rung.COLLABORATIVE: "shared with the collaborative",
    Rung.PROGRAMME: "shared with the whole programme",
    Rung.PUBLIC: "shared with everyone",
}


@dataclass(frozen=True)
class Reader:
    """A kind of reader: `name` says who that is, never a person. `viewer` makes one up."""

    key: str
    name: str
    viewer: Callable[[], Viewer]


@dataclass(frozen=True)
class Looking:
    """What the strip over a preview says, and the way back."""

    words: str
    back: str


@dataclass(frozen=True, kw_only=True)
class SeenPage(ProjectPage):
    looking: Looking


@dataclass(frozen=True, kw_only=True)
class UnseenPage(Page):
    """For a reader who would not open the project: its card, where they know that it is there."""

    looking: Looking
    card: ProjectRow | None


def readers(project: Project, viewer: Viewer) -> tuple[Reader, ...]:
    """Who can be looked for, the nearest first; those of a collaborative where the trust has one."""
    trust = project.organisation
    joined = Link.objects.visible_to(viewer).filter(kind="in_psc", end__isnull=True)
    home = joined.filter(source=trust).select_related("target").first()
    return (
        Reader(
            "colleague",
            f"a colleague at {trust.short_name}",
            partial(imagined, "staff", trust.code, NO_TRUSTS, viewer),
        ),
        *(_around(trust, home.target, viewer) if home else ()),
        Reader(
            "national", "the national team", partial(imagined, "national_programme", "", NO_TRUSTS, viewer)
        ),
        Reader("public", "the public", lambda: ANONYMOUS),
    )


def _around(trust: Organisation, psc: Organisation, viewer: Viewer) -> tuple[Reader, Reader]:
    helps = partial(imagined, "coach", psc.code, frozenset({trust.code}), viewer)
    # The ladder asks to which collaborative a reader belongs, and no other trust has to be named for that.
    near = partial(imagined, "staff", psc.code, NO_TRUSTS, viewer)
    return (
        Reader("support", f"a coach or manager who looks after {trust.short_name}", helps),
        Reader("neighbour", f"a reader in another trust of {psc.short_name}", near),
    )


@signed_in
@require_safe
def look(request, pk: str):
    """The page of the project as `as` would see it on the step `step`; for those who decide about sharing."""
    project = finding.find(request, pk)
    if not finding.may(request, project).lead:
        raise PermissionDenied("Those who lead the trust's projects look at them as others would see them.")
    mine = viewer_of(request)
    known = {reader.key: reader for reader in readers(project, mine)}
    reader = known.get(request.GET.get("as", ""), known["public"])
    rung = _step(request.GET.get("step", ""), Rung(project.rung))
    looking = Looking(_words(reader, rung, Rung(project.rung)), f"{finding.address(project)}share/#look")
    return _shown(request, project, rung, _narrowed(reader.viewer(), mine, project, rung), looking)


def _step(asked: str, now: Rung) -> Rung:
    step = digits(asked, 1)
    return Rung(step) if step in set(Rung) else now


def _narrowed(reader: Viewer, mine: Viewer, project: Project, rung: Rung) -> Viewer:
    """One project, and never an exact count that the person who looks may not see themself."""
    return replace(reader, inside=reader.inside & mine.inside, supposing=(project.pk, rung.value))


def _words(reader: Reader, rung: Rung, now: Rung) -> str:
    if rung == now:
        return f"You are looking at this project as {reader.name} would see it today, while it is {SHARED[rung]}."
    return f"You are looking at this project as {reader.name} would see it, if it were {SHARED[rung]}."


def _shown(request, project: Project, rung: Rung, reader: Viewer, looking: Looking):
    if not Project.objects.visible_to(reader).filter(pk=project.pk).exists():
        return render(request, "pages/projects/unseen.jinja", _unseen(project, reader, looking))
    project.rung = rung.value  # in this request alone: nothing here is saved
    page = page_of(reader, project, LOOKING_ONLY)
    return render(request, "pages/projects/seen.jinja", SeenPage(**vars(page), looking=looking))


def _unseen(project: Project, reader: Viewer, looking: Looking) -> UnseenPage:
    listed = Project.objects.listed_to(reader).filter(pk=project.pk).select_related("organisation")
    rows = rows_of(listed, reader)
    return UnseenPage(
        title="This project for others",
        crumbs=finding.crumbs(project),
        section="projects",
        lead="They know that it is there, and read this much in the list of projects."
        if rows
        else "They would not know that it is there. Its address would answer that there is no such page.",
        looking=looking,
        card=rows[0] if rows else None,
        visible_to="",
        fresh="",
    )
