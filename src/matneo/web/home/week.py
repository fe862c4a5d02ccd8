"""My week: three things at most, the charts with news, the people, what comes, and nothing else."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from matneo.accounts.access import has_permission
from matneo.accounts.permissions import Permission
from matneo.emails.week import asked_for
from matneo.improvement import mine
from matneo.monitoring import digest
from matneo.monitoring.digest import Week
from matneo.monitoring.ways import FEWEST
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer
from matneo.web.home import coming, followed, people, projects, statements, words
from matneo.web.home.coming import Ahead
from matneo.web.home.followed import Row
from matneo.web.home.people import Person
from matneo.web.home.projects import Supported, Work
from matneo.web.home.statements import Statement
from matneo.web.lines import people_path, place_path
from matneo.web.pages import Page
from matneo.web.reading.places import Named, fresh_words
from matneo.web.render import render
from matneo.web.viewing import need, signed_in, viewer_of


@dataclass(frozen=True)
class Todo:
    title: str
    why: str
    when: str
    href: str
    button: str


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    greeting: str
    where: str  # "Monday 4 November · Ashcombe Valley"
    todos: tuple[Todo, ...]
    statements: tuple[Statement, ...]
    news_heading: str
    news: tuple[Row, ...]
    no_news: str
    more_news: str
    still_heading: str
    still: tuple[Row, ...]
    all_charts: str
    work_heading: str
    work: tuple[Work, ...]
    supported: Supported | None
    may_start: bool
    people: tuple[Person, ...]
    more_people: str
    coming: tuple[Ahead, ...]
    places: tuple[Named, ...]


@signed_in
def home(request):
    need(request, Permission.VIEW_HOME)
    return render(request, "pages/home.jinja", _page(viewer_of(request)))


def _page(viewer: Viewer) -> HomePage:
    today = settings.CLOCK.today()
    rows = _places(viewer)
    own = sorted(row.code for row in rows if row.kind == "trust" and row.code in viewer.organisations)
    theirs = mine.of(viewer)
    entries = followed.charts(viewer, own, theirs)
    week = digest.week_of(viewer, entries, own, asked_for(viewer, theirs))
    works = has_permission(viewer, Permission.WORK_ON_PROJECTS)
    work = projects.mine(theirs, today) if theirs or works else projects.of_trust(viewer, own, today)
    named = len({entry.code for entry in entries}) > 1
    team, more = people.of(viewer, own, theirs)
    where = _where(rows, viewer)
    # Of hundreds of charts five without a change say nothing.
    many = bool(viewer.caseload) and not own
    sponsor = "sponsor" in viewer.roles and not works
    return HomePage(
        title="My week",
        section="home",
        greeting=words.greeting(viewer.name, settings.CLOCK.now()),
        where=" · ".join(filter(None, [words.day(today), where])),
        lead=words.lead(len(week.tasks), len(week.news), len(entries)),
        todos=tuple(
            Todo(task.title, task.why, words.when(task), task.path, task.button) for task in week.tasks
        ),
        statements=statements.three(week, work) if sponsor else (),
        news_heading=_heading(viewer, own, works, where),
        news=followed.news(week.news, theirs, named),
        no_news=_no_news(entries),
        more_news=_more(len(week.news) - followed.MOST_NEWS),
        still_heading=_still_heading(week),
        still=() if many else followed.still(week.still, theirs, named),
        all_charts=_all(rows, own),
        work_heading="My projects" if theirs or works else "Projects here",
        work=work,
        supported=projects.supported(viewer, today) if viewer.caseload else None,
        may_start=works,
        people=team,
        more_people=f"{words.capital(words.number(more))} more on your teams." if more else "",
        coming=coming.up(
            viewer, own, theirs, today, any(has_permission(viewer, Permission.UPLOAD, c) for c in own)
        ),
        places=_links(viewer, rows),
        visible_to="Only you.",
        fresh=fresh_words(),
    )


def _places(viewer: Viewer) -> list[Organisation]:
    rows = Organisation.objects.visible_to(viewer).filter(
        code__in=viewer.organisations | viewer.caseload, kind__in=["trust", "psc", "england"], closed=None
    )
    return list(rows)


def _where(rows: list[Organisation], viewer: Viewer) -> str:
    """The trust that somebody belongs to, else the collaborative or England."""
    members = [row for row in rows if row.code in viewer.organisations]
    chosen = [row for row in members if row.kind == "trust"] or members
    return chosen[0].short_name if chosen else ""


def _heading(viewer: Viewer, own: list[str], works: bool, where: str) -> str:
    if own:
        return "What changed in my charts" if works else f"What changed at {where}"
    return "What changed where I support" if viewer.caseload else "What changed in England’s charts"


def _no_news(entries) -> str:
    if any(entry.line["n_points"] >= FEWEST for entry in entries):
        return "Nothing has changed. That is a good time to ask what to try next."
    return "No chart here has enough points yet to say whether something changed; 13 are needed."


def _more(rest: int) -> str:
    return f"{words.capital(words.counted(rest, 'more has', 'more have'))} news." if rest > 0 else ""


def _still_heading(week: Week) -> str:
    if not week.still:
        return ""
    asked = any(entry.asked for entry in week.still)  # of these it is not known
    return (
        f"No {'news' if asked else 'change'} in the other {words.number(week.quiet)}"
        if week.news
        else f"{words.capital(words.counted(week.quiet, 'chart', 'charts'))} without a change"
    )


def _all(rows: list[Organisation], own: list[str]) -> str:
    """Where all the charts are."""
    for kind in ("trust", "psc", "england"):
        for row in rows:
            if row.kind == kind and (kind != "trust" or row.code in own):
                return place_path(row.kind, row.code)
    return reverse("england")


def _kind_words(row: Organisation) -> str:
    words = row.get_kind_display()
    return "" if words == row.short_name else words


def _links(viewer: Viewer, rows: list[Organisation]) -> tuple[Named, ...]:
    pages = [Named(row.short_name, place_path(row.kind, row.code), _kind_words(row)) for row in rows]
    managed = [row for row in rows if has_permission(viewer, Permission.MANAGE_MEMBERS, row.code)]
    pages += [Named(f"People of {row.short_name}", people_path(row.kind, row.code)) for row in managed]
    return (*pages, Named("Messages to you", reverse("outbox")))
