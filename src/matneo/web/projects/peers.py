"""Trusts like ours whose chart moved, what they tested, and a way to ask them for twenty minutes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect

from matneo.accounts.access import NotAllowed
from matneo.improvement import asks, similar
from matneo.improvement.actions import asking
from matneo.improvement.models import Ask, Decision, Project, ProjectIdea
from matneo.improvement.saying import Unsuitable
from matneo.improvement.similar import Likeness, Place
from matneo.monitoring import outside
from matneo.monitoring.current import current_release
from matneo.monitoring.walls import WallEntry
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer
from matneo.web.lines import Line, line_of, value_of
from matneo.web.pages import Page
from matneo.web.projects.finding import address, crumbs, find, may
from matneo.web.render import render
from matneo.web.viewing import signed_in, viewer_of

STEP, MOST = 3, 30
TESTED = 5  # ideas in one list
# Whom a trust cares for, as far as its records say: how many smoke when they book, and how many births come early.
CASE_MIX = ("SFP-M03", "NAT-M06")


@dataclass(frozen=True)
class Peer:
    code: str
    name: str
    like: str
    line: Line
    work: str  # one sentence about their work
    href: str  # to a project that the viewer may read
    ideas: tuple[str, ...]
    may_ask: bool
    why_not: str
    typed: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class PeersPage(Page):
    peers: tuple[Peer, ...]
    more_href: str
    empty: str
    problem: str
    problem_at: str
    back: str


@signed_in
def peers(request: HttpRequest, pk: str):
    project = find(request, pk)
    rights = may(request, project)
    if not (rights.work or rights.coach):
        raise PermissionDenied("Those who work on this project, and their coach, look for others like them.")
    refused = None
    if request.method == "POST":
        if not rights.work:
            raise PermissionDenied("Those who work on this project ask for it.")
        refused = _ask(request, project)
        if refused is None:
            return redirect(request.get_full_path())
    page = _page(request, project, rights.work and project.state != "closed", refused)
    return render(request, "pages/peers.jinja", page, status=422 if refused else 200)


def _ask(request: HttpRequest, project: Project) -> str | None:
    """Ask; answers what is in the way."""
    trusts = Organisation.objects.visible_to(viewer_of(request)).filter(kind="trust", closed=None)
    of = trusts.filter(code=request.POST.get("of", "")).first()
    if of is None:
        return "Choose whom you would like to ask."
    try:
        asking.ask(project=project, of=of, text=request.POST.get("text", ""), by=request.user)
    except Unsuitable as reason:
        return str(reason)
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    messages.success(
        request, f"{of.short_name} has your message. You hear of the answer here and in your messages."
    )
    return None


def _page(request: HttpRequest, project: Project, may_ask: bool, refused: str | None) -> PeersPage:
    viewer, trust = viewer_of(request), project.organisation
    main = project.measures.filter(removed=None, main=True).first()
    entries = outside.of_trusts(main.measure) if main else {}
    shown = _shown(request)
    found = _telling_first(project, viewer, _moved(project, viewer, entries))
    listed = _peers(request, project, found[:shown], entries, may_ask, refused)
    at = next((peer.code for peer in listed if peer.problem), "")
    measure = next(iter(entries.values())).definition.name if entries else ""
    return PeersPage(
        title="Trusts like yours",
        crumbs=crumbs(project),
        section="projects",
        lead=f"Their chart of “{measure}” improved, and they are like {trust.short_name} in size, neonatal unit, case mix "
        "or where the chart began. Those that share their work or can be asked come first."
        if measure
        else "Others who try the same, to learn from.",
        peers=listed,
        more_href=f"?show={shown + STEP}" if len(found) > shown else "",
        empty="" if listed else _empty(project, main is not None, bool(entries)),
        problem=refused or "",
        problem_at=at,
        back=address(project),
        visible_to="Those who work on this project, and their coach. The figures are the ones that everyone may see.",
        fresh=_fresh(),
    )


def _shown(request: HttpRequest) -> int:
    asked = request.GET.get("show", "")
    return (
        min(max(STEP, int(asked)), MOST) if asked.isascii() and asked.isdigit() and len(asked) < 4 else STEP
    )


def _empty(project: Project, has_main: bool, has_figures: bool) -> str:
    if not has_main:
        return "Choose the measure that your aim speaks of; then those whose chart of it moved can be found."
    if not has_figures:
        return "No trust has released figures of your main measure yet, so nobody can be found by it."
    return "No trust like yours shows an improvement of this measure yet. You may be the first."


def _moved(project: Project, viewer: Viewer, entries: dict[str, WallEntry]) -> tuple[Likeness, ...]:
    """Those that improved, the most alike first."""
    own = project.organisation
    moved = [code for code, entry in entries.items() if entry.line["variation"] == "improvement"]
    rows = {
        row.code: row for row in Organisation.objects.visible_to(viewer).filter(code__in=[*moved, own.code])
    }
    working, mixes = _working(project, viewer, moved), outside.usual(CASE_MIX)

    def place(code: str) -> Place:
        row, entry = rows[code], entries.get(code)
        start, mix = _start(entry) if entry else None, mixes.get(code, ())
        return Place(code, row.short_name, row.volume_group, row.neonatal_level, start, code in working, mix)

    return similar.alike(place(own.code), [place(code) for code in moved if code != own.code])


def _telling_first(project: Project, viewer: Viewer, found: Sequence[Likeness]) -> tuple[Likeness, ...]:
    """Where there is work to read or somebody to ask before where there is neither; among each the most alike first."""
    codes = [one.place.code for one in found]
    tells = asks.reachable(codes) | set(_works(project, viewer, codes))
    return tuple(sorted(found, key=lambda one: one.place.code not in tells))


def _working(project: Project, viewer: Viewer, codes: list[str]) -> set[str]:
    rows = Project.objects.listed_to(viewer).filter(area=project.area, organisation__code__in=codes)
    return set(rows.values_list("organisation__code", flat=True))


def _start(entry: WallEntry) -> float | None:
    """Where the chart stood before it moved."""
    before = entry.line["before_value"]
    return before if before is not None else entry.line["centre"]


def _peers(
    request: HttpRequest,
    project: Project,
    found: Sequence[Likeness],
    entries: dict[str, WallEntry],
    may_ask: bool,
    refused: str | None,
) -> tuple[Peer, ...]:
    viewer, codes = viewer_of(request), [one.place.code for one in found]
    works, reach, asked = (
        _works(project, viewer, codes),
        asks.reachable(codes),
        asks.lately(project.organisation, codes),
    )
    tried = _tried(works, viewer)
    own = entries.get(project.organisation.code)
    peers = []
    for place, one in enumerate(found):
        code = one.place.code
        mine = refused is not None and request.POST.get("of") == code
        row = works.get(code)
        why = _why_not(code, asked, reach)
        peers.append(
            Peer(
                code=code,
                name=one.place.name,
                like=_like(one, own, entries[code]),
                line=line_of(entries[code], place, 232),
                work=_work(row, one.place.works_on_it, one.place.name),
                href=address(row) if row else "",
                ideas=tuple(tried.get(row.pk, ())) if row else (),
                may_ask=may_ask and not why,
                why_not=why if may_ask else "",
                typed=request.POST.get("text", "") if mine else "",
                problem=refused if mine else "",
            )
        )
    return tuple(peers)


def _works(project: Project, viewer: Viewer, codes: list[str]) -> dict[str, Project]:
    """Of each trust the project in this area whose content the viewer may read, the last touched."""
    rows = Project.objects.visible_to(viewer).filter(area=project.area, organisation__code__in=codes)
    return {row.organisation.code: row for row in rows.select_related("organisation").order_by("touched")}


def _tried(works: dict[str, Project], viewer: Viewer) -> dict[str, list[str]]:
    """The ideas that each project made its usual way, or decided to adopt after a test."""
    rows = ProjectIdea.objects.visible_to(viewer).filter(project__in=works.values()).prefetch_related("tests")
    found: dict[str, list[str]] = {}
    for row in rows:
        adopted = any(test.decision == Decision.ADOPT and not test.withdrawn for test in row.tests.all())
        names = found.setdefault(row.project_id, [])
        if (row.for_everyone_from or adopted) and len(names) < TESTED:
            names.append(row.name)
    return found


def _why_not(code: str, asked: dict[str, Ask], reach: frozenset[str]) -> str:
    if code in asked:
        return asks.again_words(asked[code])
    if code in reach:
        return ""
    return "Nobody who leads improvement work there is here yet. Your coach may know whom to call."


def _like(one: Likeness, own: WallEntry | None, theirs: WallEntry) -> str:
    """ "Like yours: as many births (4,000 or more), the same neonatal unit (LNU), and it began at 64%; yours at 66%." """
    parts = []
    if one.same_volume:
        parts.append(f"the same size ({one.place.volume})")
    if one.same_level:
        parts.append(f"the same kind of neonatal unit ({one.place.level})")
    if one.near_mix:
        smoke, early = (f"{share:.0%}" for share in one.place.mix if share is not None)
        parts.append(
            f"much the same case mix ({smoke} smoke when they book, {early} of births come before 37 weeks)"
        )
    if one.near_start and own is not None:
        parts.append(f"a chart that began at {_said(theirs)}, where yours began at {_said(own)}")
    if one.place.works_on_it:
        parts.append("a project in the same area")
    return f"Like yours: {_listed(parts)}." if parts else "Somewhat like yours in where its chart began."


def _said(entry: WallEntry) -> str:
    value, unit = value_of(_start(entry), entry.definition.unit, entry.definition.scale)
    return f"{value} {unit}".strip()


def _work(row: Project | None, works_on_it: bool, name: str) -> str:
    if row is not None:
        return f"Their project: {row.title}."
    if works_on_it:
        return "Their work is not shared with you; you can ask."
    return f"{name} has no project about this here that you can see; what changed their chart, they may tell you."


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def _fresh() -> str:
    release = current_release()
    return f"The release of {release.made:%-d %B %Y}." if release else ""
