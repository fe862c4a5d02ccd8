"""A project on one page: its aim, the chart that the aim speaks of with what was tested under it, and all that belongs to it."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect

from matneo.accounts.access import NotAllowed
from matneo.improvement import local
from matneo.improvement.actions import projects, testing
from matneo.improvement.models import ChangeTest, Entry, Member, Project, ProjectIdea, Score
from matneo.improvement.saying import Unsuitable
from matneo.measures.definitions import AREAS
from matneo.measures.periods import add_months
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer
from matneo.web.lines import place_path
from matneo.web.pages import Crumb, Page, Step
from matneo.web.projects import (
    drivers_part,
    evidence,
    followed,
    layers,
    main_chart,
    measures_part,
    progress_part,
    story,
    strip,
    suggested,
    words,
)
from matneo.web.projects.drivers_part import DriversPart
from matneo.web.projects.finding import May, address, find, may
from matneo.web.projects.main_chart import Around, MainChart
from matneo.web.projects.measures_part import Group
from matneo.web.projects.progress_part import ProgressPart
from matneo.web.projects.story import Story
from matneo.web.projects.strip import Strip
from matneo.web.projects.suggested import IdeaOffer, MeasureOffer
from matneo.web.projects.version import VersionLine, version_line
from matneo.web.render import render
from matneo.web.viewing import viewer_of


@dataclass(frozen=True)
class AimPart:
    """One part of the aim; where it is not said yet, `words` ask for it."""

    words: str
    label: str
    said: bool


@dataclass(frozen=True)
class Person:
    name: str  # empty for whoever has not signed in: they read what people do
    part: str
    leads: bool


@dataclass(frozen=True)
class Beginning:
    """What a project that has just been started is offered."""

    measures: tuple[MeasureOffer, ...]
    ideas: tuple[IdeaOffer, ...]
    problem: str


@dataclass(frozen=True, kw_only=True)
class ProjectPage(Page):
    home: str  # its address
    area: str
    area_key: str
    state: str
    aim: str
    parts: tuple[AimPart, ...]
    ended: str
    learned: tuple[str, ...]
    may: May
    active: bool
    beginning: Beginning | None
    chart: MainChart | None
    no_chart: str
    strip: Strip
    drivers: DriversPart
    measures: tuple[Group, ...]
    progress: ProgressPart
    ladder: tuple[words.Step, ...]
    team: tuple[Person, ...]
    story: Story
    version: VersionLine | None  # a newer version of its change package, for those who may choose


def project(request, pk: str):
    found = find(request, pk)
    problem = ""
    if request.method == "POST":
        problem = _act(request, found)
        if not problem:
            return redirect(address(found))
    page = page_of(viewer_of(request), found, may(request, found), problem, layers.wanted(request.GET))
    return render(request, "pages/project.jinja", page, status=422 if problem else 200)


def _act(request, found: Project) -> str:
    """Take up what was offered; answers what is missing, or nothing."""
    act = {"follow": _follow, "take_up": _take_up}.get(request.POST.get("what", ""))
    if act is None:
        raise Http404
    if not may(request, found).work:
        raise PermissionDenied(
            f"You may read this project of {found.organisation.short_name}, not change it."
        )
    try:
        messages.success(request, act(request, found))
    except Unsuitable as reason:
        return str(reason)
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    return ""


def _follow(request, found: Project) -> str:
    offered = {offer.id: offer for offer in suggested.measures(found)}
    ticked = [offered[name] for name in request.POST.getlist("measure") if name in offered]
    if not ticked:
        raise Unsuitable("Tick at least one measure, or choose others on the page of measures.")
    for place, offer in enumerate(ticked):
        main = (
            place == 0 and offer.family != "balancing"
        )  # outcomes come first; an area may have none that months can show
        projects.follow(project=found, measure=offer.id, family=offer.family, main=main, by=request.user)
    return f"The project follows {words.counted(len(ticked), 'measure')} now."


def _take_up(request, found: Project) -> str:
    row = testing.take_up(project=found, idea=request.POST.get("idea", "")[:12] or "-", by=request.user)
    return f"Taken up: {row.name}. Plan its first test next."


def page_of(
    viewer: Viewer, found: Project, allowed: May, problem: str = "", on: frozenset[str] = layers.ALL
) -> ProjectPage:
    """All of it as this viewer reads it; `allowed` says what they are offered to do."""
    today, home = settings.CLOCK.today(), address(found)
    links = home if allowed.work else ""  # to the pages of tests, where somebody may write there
    members = list(Member.objects.visible_to(viewer).filter(project=found).current())
    ideas = list(ProjectIdea.objects.visible_to(viewer).filter(project=found))
    tests = _tests(viewer, found, ideas)
    measures = followed.read(found, viewer)
    scores = list(Score.objects.visible_to(viewer).filter(project=found))
    entries = Entry.objects.visible_to(viewer).filter(project=found).current()
    pauses, reports = story.pauses_and_reports(found, viewer)
    main = next((one for one in measures if one.row.main), None)
    around = Around(ideas, tests, pauses)
    chart = main_chart.of(main, found, around, on, today) if main else None
    places = _places(found, viewer, measures)
    inside = viewer.sees_inside(found.organisation.code)
    facts = evidence.facts(found, measures, (member.part for member in members), tests) if inside else None
    return ProjectPage(
        title=found.title,
        section="projects",
        crumbs=(Crumb("Projects", "/projects/"), _trust(found)),
        home=home,
        area=AREAS[found.area],
        area_key=found.area,
        state=found.state,
        aim=found.aim.rstrip("."),
        parts=_parts(found, allowed),
        ended=words.ended(found) if found.state == "closed" else "",
        learned=tuple(found.learned.splitlines()) if found.state == "closed" else (),
        may=allowed,
        active=found.state == "active",
        beginning=_beginning(found, measures, ideas, allowed, viewer, problem),
        chart=chart,
        no_chart=_no_chart(main, bool(measures)),
        strip=strip.of(ideas, tests, chart.axis if chart and not chart.few else None, today, links),
        drivers=drivers_part.of(found, local.diagram_of(found), ideas, tests, measures, places),
        measures=measures_part.groups(measures, places, viewer),
        progress=progress_part.of(facts, scores),
        ladder=words.ladder(found),
        team=_team(members, viewer),
        version=version_line(found) if allowed.work else None,
        story=story.of(found, entries, ideas, tests, scores, pauses, reports, today, links),
        visible_to=words.who_sees(found),
        fresh=f"Last touched on {found.touched:%-d %B %Y}.",
        next_steps=_next(found, allowed, home, any(one.row.rhythm == "week" for one in measures)),
    )


def _team(members: list[Member], viewer: Viewer) -> tuple[Person, ...]:
    """Names for people who have signed in; the public reads the parts, each once."""
    if viewer.signed_in:
        return tuple(Person(one.name, one.part, one.leads) for one in members)
    return tuple(dict.fromkeys(Person("", one.part or "team member", one.leads) for one in members))


def _tests(viewer, found: Project, ideas: list[ProjectIdea]) -> list[ChangeTest]:
    """With their ideas, which are read already."""
    by_key = {idea.pk: idea for idea in ideas}
    tests = list(ChangeTest.objects.visible_to(viewer).filter(project=found).current())
    for test in tests:
        test.idea = by_key[test.idea_id]
    return tests


def _trust(found: Project) -> Crumb:
    trust = found.organisation
    name = f"{trust.short_name}, {found.place.short_name}" if found.place else trust.short_name
    return Crumb(name, place_path("trust", trust.code))


def _parts(found: Project, allowed: May) -> tuple[AimPart, ...]:
    """The three parts and the place; what is not said yet asks for itself, of those who can say it."""
    rows = (
        (found.how_much, "how much", "Say how much"),
        (f"by {found.by_when:%B %Y}", "by when", ""),
        (_for(found.for_whom), "for whom", "Say for whom"),
        (found.where, "where", "Say where"),
    )
    return tuple(
        AimPart(said or asked, label, bool(said))
        for said, label, asked in rows
        if said or (allowed.work and found.state != "closed")
    )


def _for(whom: str) -> str:
    return f"for {whom}" if whom and not whom.lower().startswith("for ") else whom


def _no_chart(main, any_measure: bool) -> str:
    if main is not None:
        return f"{main.name}: there is no figure here for you to see yet. That is not a zero."
    if any_measure:
        return "No measure is chosen yet as the one that the aim speaks of."
    return "No measure is followed yet, so there is no chart."


def _beginning(found: Project, measures, ideas, allowed: May, viewer, problem: str) -> Beginning | None:
    if not allowed.work or found.state == "closed" or (measures and ideas):
        return None
    return Beginning(
        () if measures else suggested.measures(found),
        () if ideas else suggested.ideas(found, viewer),
        problem,
    )


def _places(found: Project, viewer, measures) -> dict[str, Organisation]:
    """The organisations that the measures speak of; nearly always the trust or the project's place, which are known."""
    known = {row.code: row for row in (found.organisation, found.place) if row is not None}
    missing = {one.row.subject for one in measures} - known.keys()
    rows = Organisation.objects.visible_to(viewer).filter(code__in=missing) if missing else ()
    return known | {row.code: row for row in rows}


def _report(found: Project, home: str) -> Step:
    """Of the last month that is over, or of the project's first."""
    month = max(add_months(settings.CLOCK.today().replace(day=1), -1), found.started.replace(day=1))
    return Step(f"The report of {month:%B}", f"{home}report/{month:%Y-%m}/")


def _next(found: Project, allowed: May, home: str, by_week: bool) -> tuple[Step, ...]:
    """What those on it may do here, the next step first."""
    steps = []
    if allowed.work and found.state != "closed":
        steps += [
            Step("Add a test", f"{home}tests/new/"),
            Step("Fill in a month", f"{home}months/"),
            *([Step("Fill in a week", f"{home}weeks/")] if by_week else []),
            _report(found, home),
            Step("Edit the aim", f"{home}aim/"),
            Step("Measures", f"{home}measures/"),
            Step("Ideas", f"{home}ideas/"),
            Step("Team", f"{home}team/"),
            Step("Trusts like ours that moved this", f"{home}peers/"),
        ]
    if allowed.coach:
        steps.append(Step("Coach's notes", f"{home}notes/"))
    steps.append(Step("Slides, Word, PDF or a poster", f"{home}packs/"))
    if allowed.lead:
        steps.append(Step("Pause, close or open again", f"{home}end/"))
    return tuple(steps)
