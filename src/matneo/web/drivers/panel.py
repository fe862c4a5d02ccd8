"""The chosen idea: who tried it, what became of it, what it did, why some left it, what one can do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matneo.accounts.access import has_permission
from matneo.accounts.permissions import Permission
from matneo.charts import standings
from matneo.improvement import doing
from matneo.improvement.evidence import Experience, Standing, Try, count
from matneo.improvement.models import Project
from matneo.library import catalogue
from matneo.library.schema import Driver, Idea, Package
from matneo.utils.viewer import Viewer
from matneo.web.drivers.effects import Effect, effect
from matneo.web.drivers.tree import address_of, counted, label_of, outcomes

MOST_REASONS, MOST_NAMED = 6, 6


@dataclass(frozen=True)
class Reader:
    """A project that one may read: whose it is, and where it stands with the idea."""

    words: str
    href: str
    standing: str
    icon: str


@dataclass(frozen=True)
class Tried:
    """What the teams did with an idea, on its own page and in the panel."""

    sentence: str
    dots: str
    reasons_heading: str
    reasons: tuple[str, ...]
    projects: tuple[Reader, ...]
    more: int
    effect: Effect | None
    limits: str  # whose counts and words these are


@dataclass(frozen=True)
class Panel:
    id: str
    name: str
    href: str
    serves: str
    concept: str
    concept_href: str
    text: str
    first_test: str
    tried: Tried
    test_href: str
    ask_href: str
    close_href: str


LIMITS = (
    "Sums over England hold every project that the programme knows of, for who has signed in; the public sees public "
    "projects. Words and names come from teams who share their project with you."
)
NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def panel(idea: Idea, tries: Sequence[Try], viewer: Viewer, close_href: str) -> Panel:
    own = _own_project(idea, viewer)
    return Panel(
        id=idea.id,
        name=idea.name,
        href=address_of(idea.id),
        serves=", ".join(label_of(key) for key in idea.drivers),
        concept=catalogue.load().concepts[idea.concept].name,
        concept_href=f"/library/?concept={idea.concept}",
        text=idea.text,
        first_test=idea.first_test,
        tried=tried(idea.name, idea.measures, tries, viewer),
        test_href=_begin(idea, viewer, own),
        ask_href=_ask(tries, own),
        close_href=close_href,
    )


def tried(name: str, measures: Sequence[str], tries: Sequence[Try], viewer: Viewer) -> Tried:
    counts = count(tries)
    words = f"Tested in {counted(counts.teams, 'team')}: {outcomes(counts)}." if tries else "No team has tested it yet."  # fmt: skip
    order = list(Standing)
    shapes = sorted((t.standing for t in tries), key=order.index)
    reasons = tuple(dict.fromkeys(t.why for t in tries if t.why))
    readable = readers(tries)
    return Tried(
        sentence=words,
        dots=standings.row([s.value for s in shapes]) if shapes else "",
        reasons_heading=_reasons_heading(counts.abandoned),
        reasons=reasons[:MOST_REASONS],
        projects=readable[:MOST_NAMED],
        more=max(0, len(readable) - MOST_NAMED),
        effect=effect(name, measures, tries, viewer),
        limits=LIMITS if tries else "",
    )


def tried_of_driver(package: Package, driver: Driver, found: Experience, viewer: Viewer) -> Tried:
    """Of everything that was tried for a driver and those under it; effects belong to single ideas."""
    branch = {d.id for d in catalogue.branch(package, driver)}
    tries = found.of_drivers(branch, {i.id for i in catalogue.ideas_of(package, driver)})
    counts = count(tries)
    words = f"{counted(counts.tests, 'test')} in {counted(counts.teams, 'team')}; of the ideas they tried: {outcomes(counts)}."
    made = tried(driver.name, (), tries, viewer)
    return replace(made, sentence=words if tries else "Nobody has tested anything for it yet.")


def _reasons_heading(abandoned: int) -> str:
    number = NUMBERS[abandoned] if abandoned < len(NUMBERS) else str(abandoned)
    return f"Why {number} abandoned it"


def readers(tries: Sequence[Try]) -> tuple[Reader, ...]:
    """Projects whose content the viewer sees, one line each, the newest first."""
    rows: dict[str, Reader] = {}
    for t in reversed([t for t in tries if t.team.seen]):
        words = f"{t.team.name}, {counted(t.tests, 'test')}"
        shape = standings.row([t.standing.value])
        rows.setdefault(
            t.team.project, Reader(words, f"/projects/{t.team.project}/", t.standing.value, shape)
        )
    return tuple(rows.values())


def test_href(idea: Idea, viewer: Viewer) -> str:
    """Where a team begins: a test in its own project of the area, or a new project; nothing for who cannot."""
    return _begin(idea, viewer, _own_project(idea, viewer))


def _begin(idea: Idea, viewer: Viewer, project: Project | None) -> str:
    if not has_permission(viewer, Permission.WORK_ON_PROJECTS):
        return ""
    if project is not None:
        return f"/projects/{project.pk}/tests/new/?take={idea.id}"
    return f"/projects/start/?area={idea.id.partition('-')[0]}&take={idea.id}"


def _ask(tries: Sequence[Try], project: Project | None) -> str:
    """From one's own project to trusts like it that may be asked, where some other team made the idea its own."""
    kept = any(t.standing == Standing.ADOPTED and not t.team.mine for t in tries)
    return f"/projects/{project.pk}/peers/" if project is not None and kept else ""


def _own_project(idea: Idea, viewer: Viewer) -> Project | None:
    if not has_permission(viewer, Permission.WORK_ON_PROJECTS):
        return None
    area = idea.id.partition("-")[0]
    mine = Project.objects.visible_to(viewer).filter(area=area, organisation__code__in=viewer.organisations)
    rows = mine.open().select_related("organisation")[:3]
    return next((project for project in rows if doing.may_work_on(viewer, project)), None)
