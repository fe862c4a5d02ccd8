"""The page of one month, or of one week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime

from matneo.improvement import burden, handing
from matneo.improvement.due import months_due
from matneo.improvement.models import Handover, MonthDone, Project, WeekDone
from matneo.improvement.months import kind_of
from matneo.measures.national import last_month
from matneo.measures.periods import Period, last_week
from matneo.monitoring import live, records
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer
from matneo.web.pages import Page, Step
from matneo.web.projects.finding import address, crumbs
from matneo.web.projects.grid import rows
from matneo.web.projects.grid.rows import Answered, Row
from matneo.web.projects.grid.sources import Gathered, Source

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class Part:
    """One part of the control that says what runs across: months or weeks."""

    words: str
    href: str
    chosen: bool


@dataclass(frozen=True)
class Held:
    """Rows that are with somebody: who, which, since when."""

    words: str
    names: str


@dataclass(frozen=True, kw_only=True)
class GridPage(Page):
    unit: str  # month or week
    name: str  # October, 17 to 23 Nov
    standing: str  # what stands under its name
    parts: tuple[Part, ...]  # months or weeks; none where the project counts nothing by week
    held: tuple[Held, ...]
    hand_href: str
    columns: tuple[tuple[str, str], ...]  # (whole name, short name) of the months or weeks before
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
        return progress(self.done, self.numbers)

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


def table(
    gathered: Gathered,
    span: Period,
    sources: Sequence[Source],
    viewer: Viewer,
    *,
    answered: Answered = rows.NOTHING_SENT,
    held: Sequence[Handover] = (),
) -> tuple[Row, ...]:
    """The rows alone: all that an answer to one typed cell draws anew."""
    words = {row: _with(one, viewer) for one in held for row in one.rows}
    return tuple(rows.rows(sources, span, _kinds(gathered.project, sources, viewer), answered, words))


def make(
    gathered: Gathered,
    span: Period,
    sources: Sequence[Source],
    viewer: Viewer,
    *,
    may_type: bool,
    answered: Answered = rows.NOTHING_SENT,
    problem: str = "",
) -> GridPage:
    project, held = gathered.project, handing.handed(gathered.project, span, viewer)
    made = table(gathered, span, sources, viewer, answered=answered, held=held)
    typed, filled = (tuple(row for row in made if row.typed is is_typed) for is_typed in (True, False))
    numbers, others = counted(made)
    done = sum(row.filled for row in typed)
    finished = _finished(project, span, viewer)
    whole, name = rows.column(span)
    words = f"{whole} {span.last.year}"
    newest = last_week if span.kind == "week" else last_month
    return GridPage(
        title=f"Fill in {words}" if may_type else words,
        lead=lead_of(made, span.kind),
        next_steps=_next(project, viewer) if finished else (),
        section="projects",
        crumbs=crumbs(project),
        unit=span.kind,
        name=whole if span.kind == "month" else name,
        standing=_standing(span, settings.CLOCK.today()),
        parts=_parts(gathered, span),
        held=_held(held, made, viewer),
        hand_href=f"{handing.path(project.pk, span)}hand/" if may_type and typed else "",
        columns=tuple(rows.column(one) for one in rows.before(span)),
        last=max((len(source.line["spark"]) for source in sources if source.line), default=0),
        typed=typed,
        filled=filled,
        received=_received(filled),
        may_type=may_type,
        why_not="" if may_type else _why_not(project),
        numbers=numbers,
        others=others,
        done=done,
        minutes=burden.minutes(numbers - done),
        minutes_words=minutes_words(burden.minutes(numbers - done)),
        burden=" ".join(filter(None, (_asks(gathered), _burden(project, viewer)))),
        saved="",
        problem=problem,
        earlier=handing.path(project.pk, rows.step(span, -1)),
        later=handing.path(project.pk, rows.step(span, 1))
        if span.start < newest(settings.CLOCK.today())
        else "",
        cells_href=f"{handing.path(project.pk, span)}cells/",
        upload_href=reverse("upload", args=[project.organisation.code]) if span.kind == "month" else "",
        finished=f"{name} was finished by {finished.by_name} on {localtime(finished.at):%-d %B %Y}. You can still change it."
        if finished
        else "",
        project_href=address(project),
        counters_href=reverse("project_counters", args=[project.pk]),
        action=handing.path(project.pk, span),
        visible_to=f"People inside {project.organisation.short_name}, and its coach and collaborative manager.",
        fresh="What was typed counts at once. What records fill in is as new as the last release."
        if span.kind == "month"
        else "What was typed counts at once. Weeks stay inside: no release holds them.",
    )


def progress(done: int, numbers: int) -> str:
    return f"{done} of {numbers} typed"


def counted(made: Sequence[Row]) -> tuple[int, int]:
    """Numbers to type, and numbers that nobody has to."""
    return sum(row.cells for row in made if row.typed), sum(row.locked_cells for row in made)


def _kinds(project: Project, sources: Sequence[Source], viewer: Viewer) -> Mapping[str, str]:
    """The kind of each place; asked for only where one is neither the trust nor the project's own place."""
    here = {row.code: row.kind for row in (project.organisation, project.place) if row is not None}
    codes = {source.subject for source in sources}
    if codes <= set(here):
        return here
    return dict(Organisation.objects.visible_to(viewer).filter(code__in=codes).values_list("code", "kind"))


def _parts(gathered: Gathered, span: Period) -> tuple[Part, ...]:
    if not gathered.has_weeks and span.kind == "month":
        return ()
    pk = gathered.project.pk
    return (
        Part("Months", reverse("project_months", args=[pk]), span.kind == "month"),
        Part("Weeks", reverse("project_weeks", args=[pk]), span.kind == "week"),
    )


def _finished(project: Project, span: Period, viewer: Viewer):
    if span.kind == "week":
        return WeekDone.objects.visible_to(viewer).filter(project=project, week=span.start).first()
    return MonthDone.objects.visible_to(viewer).filter(project=project, month=span.start).first()


def _with(one: Handover, viewer: Viewer) -> str:
    first = one.to_name.split()[0]
    return f"{one.by_name.split()[0]} asks you" if one.to_id == viewer.user_id else f"with {first}"


def _held(held: Sequence[Handover], made: Sequence[Row], viewer: Viewer) -> tuple[Held, ...]:
    names = {row.pk: row.name for row in made}
    return tuple(
        Held(
            f"{one.by_name} asks you for these"
            if one.to_id == viewer.user_id
            else f"With {one.to_name} since {localtime(one.at):%-d %B}",
            "; ".join(names[row] for row in one.rows if row in names),
        )
        for one in held
    )


def _next(project: Project, viewer: Viewer) -> tuple[Step, ...]:
    """After a month or week is finished: the next project that waits for numbers, and the way back."""
    waiting = months_due(viewer, settings.CLOCK.today(), live.filled_in)
    rest = [due for due in waiting if due.project != project.pk]
    steps = [
        Step(f"Next: {handing.name_of(due.period)} of {due.title}", handing.path(due.project, due.period))
        for due in rest[:1]
    ]
    return (*steps, Step("Back to my week", reverse("home")))


def minutes_words(number: int) -> str:
    return f"About {number} {'minute' if number == 1 else 'minutes'}." if number else "Done."


def lead_of(made: Sequence[Row], unit: str) -> str:
    """What is left to type, as my week counts it; "3 of 8 typed" stands beside it."""
    numbers, others = counted(made)
    done = sum(row.filled for row in made if row.typed)
    if not made:
        return "No measure is followed yet." if unit == "month" else "No measure is counted by week."
    if not numbers and unit == "week":
        return "Nothing of this week is left to type."
    if not numbers:
        return "Everything of this month is filled in from your records, or was not collected."
    left = numbers - done
    words = f"{left or 'No'} {'number' if left == 1 else 'numbers'} {'left ' if done else ''}to type"
    if not others:
        return f"{words}."
    verb = "is" if others == 1 else "are"
    return f"{words}; the other {others} {verb} filled in from your records."


def _standing(span: Period, today: date) -> str:
    last = span.last
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


def _asks(gathered: Gathered) -> str:
    """What a project that counts by week asks for in a month: four or five weeks beside what comes once."""
    if not gathered.has_weeks:
        return ""
    typed = [
        row
        for row in gathered.rows
        if not gathered.is_locked(row) and gathered.known[row.measure].table != "published"
    ]
    numbers = burden.a_month(kind_of(row, gathered.known[row.measure]) for row in typed)
    minutes = burden.minutes(numbers)
    return (
        f"With its weeks this project asks for about {numbers} numbers a month: about {minutes} "
        f"{'minute' if minutes == 1 else 'minutes'}."
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
