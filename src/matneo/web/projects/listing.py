"""The list of projects: what others do and did, as much of each as this viewer may know."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q

from matneo.improvement.actions.projects import AREAS as OPEN_AREAS
from matneo.improvement.models import Project
from matneo.measures.definitions import AREAS
from matneo.utils.viewer import Viewer
from matneo.web.pages import Page
from matneo.web.projects.cards import ProjectRow, rows_of
from matneo.web.projects.start import trusts_of
from matneo.web.render import render
from matneo.web.viewing import viewer_of

A_PAGE = 50
STATES = (
    ("open", "Active and paused"),
    ("active", "Active"),
    ("paused", "Paused"),
    ("closed", "Closed"),
    ("all", "All"),
)
WHOSE = (("", "All England"), ("trust", "My trust"), ("collaborative", "My collaborative"))


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what is not known asks for nothing."""

    words: str
    area: str
    state: str
    whose: str

    def query(self, **more: object) -> str:
        given = {"q": self.words, "area": self.area, "state": self.state, "whose": self.whose, **more}
        return f"?{urlencode({key: value for key, value in given.items() if value})}"


@dataclass(frozen=True, kw_only=True)
class ProjectsPage(Page):
    rows: tuple[ProjectRow, ...]
    heading: str
    wanted: Wanted
    areas: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    whose: tuple[tuple[str, str], ...]
    may_start: bool
    filtered: bool
    before: str
    after: str


def projects(request):
    viewer = viewer_of(request)
    wanted = asked(request.GET)
    found = matching(wanted, viewer).select_related("organisation")
    shown = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    page = ProjectsPage(
        title="Projects",
        section="projects",
        lead="What teams try, what they measure and what they learned, also where nothing changed.",
        rows=rows_of(shown, viewer),
        heading=_heading(shown.paginator.count),
        wanted=wanted,
        areas=tuple((key, AREAS[key]) for key in OPEN_AREAS),
        states=STATES,
        whose=WHOSE if viewer.signed_in else WHOSE[:1],
        may_start=viewer.signed_in and bool(trusts_of(viewer)),
        filtered=bool(request.GET),
        before=wanted.query(page=shown.previous_page_number()) if shown.has_previous() else "",
        after=wanted.query(page=shown.next_page_number()) if shown.has_next() else "",
        visible_to="Each project is seen by those with whom its trust shares it. Whoever has signed in knows the title, area "
        "and dates of most; without signing in, only public projects are listed.",
        fresh="",
    )
    return render(request, "pages/projects.jinja", page)


def asked(query) -> Wanted:
    """A search looks through what is closed too, unless it says otherwise."""
    said = query.get("q", "").strip()[:100]
    area, state, whose = query.get("area", "").upper(), query.get("state", ""), query.get("whose", "")
    return Wanted(
        words=said,
        area=area if area in OPEN_AREAS else "",
        state=state if state in dict(STATES) else "all" if said else "open",
        whose=whose if whose in dict(WHOSE) else "",
    )


def matching(wanted: Wanted, viewer: Viewer):
    """Projects that may be known and that match, the last touched first. Only the titles of the others are searched: a hit
    in an aim would tell what it says."""
    rows = Project.objects.listed_to(viewer)
    if wanted.area:
        rows = rows.filter(area=wanted.area)
    if wanted.state == "open":
        rows = rows.open()
    elif wanted.state != "all":
        rows = rows.filter(state=wanted.state)
    if wanted.whose and viewer.signed_in:
        rows = rows.at_own(viewer) if wanted.whose == "trust" else rows.near(viewer)
    for word in wanted.words.split()[:8]:
        rows = rows.filter(_holds(word, viewer))
    return rows


def _holds(word: str, viewer: Viewer) -> Q:
    inside = Q(aim__icontains=word) | Q(learned__icontains=word) | Q(ideas__name__icontains=word)
    content = Project.objects.visible_to(viewer).filter(inside).values("pk")
    return Q(title__icontains=word) | Q(organisation__name__icontains=word) | Q(pk__in=content)


def _heading(number: int) -> str:
    return "No project matches" if not number else f"{number:,} project{'' if number == 1 else 's'}"
