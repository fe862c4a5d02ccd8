"""The page of one month."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime

from matneo.improvement import burden
from matneo.improvement.due import months_due
from matneo.improvement.models import MonthDone, Project
from matneo.measures.national import last_month
from matneo.measures.periods import MONTHS, Period, add_months
from matneo.monitoring import live, records
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer
from matneo.web.pages import Page, Step
from matneo.web.projects.finding import address, crumbs
from matneo.web.projects.grid import rows
from matneo.web.projects.grid.rows import Answered, Row
from matneo.web.projects.grid.sources import Source

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, kw_only=True)
class GridPage(Page):
    month: str  # 2025-10
    name: str  # October
    standing: str  # what stands under the month's name
    columns: tuple[tuple[str, str], ...]  # (whole name, short name) of the months before
    last: int
    typed: tuple[Row, ...]
    filled: tuple[Row, ...]
    received: str
    may_type: bool
    why_not: str
    numbers: int
    others: int
    done: int
    minutes: int
    minutes_words: str
    burden: str
    saved: str
    problem: str
    earlier: str
    later: str
    cells_href: str
    upload_href: str
    finished: str
    project_href: str
    counters_href: str
    action: str

    @property
    def progress(self) -> str:
        return f"{self.done} of {self.numbers} typed"

    @property
    def segments(self) -> tuple[tuple[float, float, bool], ...]:
        """Where each number's segment begins, its width, and whether it is typed."""
        step = 160 / max(self.numbers, 1)
        width = max(step - 5, 1)
        return tuple((round(k * step + 1, 1), round(width, 1), k < self.done) for k in range(self.numbers))

    @property
    def wrong(self) -> tuple[Row, ...]:
        return tuple(row for row in self.typed if row.problem)

    @property
    def wrong_title(self) -> str:
        return "One row was not saved" if len(self.wrong) == 1 else f"{len(self.wrong)} rows were not saved"


def make(
    project: Project,
    month: date,
    sources: Sequence[Source],
    viewer: Viewer,
    *,
    may_type: bool,
    right: Collection[str],
    answered: Answered = rows.NOTHING_SENT,
    problem: str = "",
) -> GridPage:
    kinds = dict(
        Organisation.objects.visible_to(viewer)
        .filter(code__in={source.subject for source in sources})
        .values_list("code", "kind")
    )
    made = rows.rows(sources, month, kinds, right, answered)
    typed, filled = (tuple(row for row in made if row.typed is is_typed) for is_typed in (True, False))
    numbers, others = sum(row.cells for row in typed), sum(row.locked_cells for row in made)
    finished = MonthDone.objects.visible_to(viewer).filter(project=project, month=month).first()
    name = MONTHS[month.month - 1]
    return GridPage(
        title=f"Fill in {Period('month', month).label()}" if may_type else Period("month", month).label(),
        lead=_lead(numbers, others, bool(typed), bool(filled)),
        next_steps=_next(project, viewer) if finished else (),
        section="projects",
        crumbs=crumbs(project),
        month=f"{month:%Y-%m}",
        name=name,
        standing=_standing(month, settings.CLOCK.today()),
        columns=tuple((MONTHS[m.month - 1], MONTHS[m.month - 1][:3]) for m in rows.months_before(month)),
        last=max((len(source.line["spark"]) for source in sources if source.line), default=0),
        typed=typed,
        filled=filled,
        received=_received(filled),
        may_type=may_type,
        why_not="" if may_type else _why_not(project),
        numbers=numbers,
        others=others,
        done=sum(row.filled for row in typed),
        minutes=burden.minutes(numbers),
        minutes_words=minutes_words(burden.minutes(numbers)),
        burden=_burden(project, viewer),
        saved="",
        problem=problem,
        earlier=_other(project, add_months(month, -1)),
        later=_other(project, add_months(month, 1)) if month < last_month(settings.CLOCK.today()) else "",
        cells_href=reverse("project_cells", args=[project.pk, f"{month:%Y-%m}"]),
        upload_href=reverse("upload", args=[project.organisation.code]),
        finished=f"{name} was finished by {finished.by_name} on {localtime(finished.at):%-d %B %Y}. You can still change it."
        if finished
        else "",
        project_href=address(project),
        counters_href=reverse("project_counters", args=[project.pk]),
        action=_other(project, month),
        visible_to=f"People inside {project.organisation.short_name}, and its coach and collaborative manager.",
        fresh="What was typed counts at once. What records fill in is as new as the last release.",
    )


def _next(project: Project, viewer: Viewer) -> tuple[Step, ...]:
    """After a month is finished: the next project that waits for numbers, and the way back."""
    waiting = months_due(viewer, settings.CLOCK.today(), live.filled_in)
    rest = [due for due in waiting if due.project != project.pk]
    steps = [
        Step(
            f"Next: {due.month:%B} of {due.title}",
            reverse("project_month", args=[due.project, f"{due.month:%Y-%m}"]),
        )
        for due in rest[:1]
    ]
    return (*steps, Step("Back to my week", reverse("home")))


def minutes_words(number: int) -> str:
    return f"About {number} {'minute' if number == 1 else 'minutes'}." if number else "Nothing to do."


def _lead(numbers: int, others: int, any_typed: bool, any_filled: bool) -> str:
    if not any_typed and not any_filled:
        return "No measure is followed yet."
    if not numbers:
        return "Everything of this month is filled in from your records, or was not collected."
    words = f"{numbers} {'number' if numbers == 1 else 'numbers'} to type"
    if not others:
        return f"{words}."
    verb = "is" if others == 1 else "are"
    return f"{words}; the other {others} {verb} filled in from your records."


def _standing(month: date, today: date) -> str:
    last = Period("month", month).last
    if last >= today:
        return f"not over before {last:%-d %B}"
    return f"ended on {last:%-d %B}"


def _received(filled: Sequence[Row]) -> str:
    at: datetime | None = records.received() if filled else None
    return f"from maternity records received on {localtime(at):%A %-d %B %Y}" if at else ""


def _why_not(project: Project) -> str:
    if project.state == "closed":
        return "This project is closed: its months can be read, and nothing is typed any more."
    return (
        f"You can read this month. Numbers are typed by the people who send in figures for {project.organisation.short_name}: "
        "its improvement leads and analysts."
    )


def _burden(project: Project, viewer: Viewer) -> str:
    trust = project.organisation.code
    who = "Your trust" if trust in viewer.organisations else project.organisation.short_name
    codes = {code for code in viewer.inside if code == trust or (trust, code) in viewer.below}
    found = burden.of_trust(codes, viewer, settings.CLOCK.today())
    if not found.numbers:
        return f"The programme keeps typing under {burden.MOST_MINUTES} minutes a month."
    promise = f"The programme keeps this under {burden.MOST_MINUTES} minutes a month."
    several = f"{WORDS[found.projects] if found.projects < len(WORDS) else found.projects} "
    where = f", across {several}projects" if found.projects > 1 else ""
    spent = f"about {found.minutes} {'minute' if found.minutes == 1 else 'minutes'}"
    return f"{who} typed {found.numbers} numbers last month{where}: {spent}. {promise}"


def _other(project: Project, month: date) -> str:
    return reverse("project_month", args=[project.pk, f"{month:%Y-%m}"])
