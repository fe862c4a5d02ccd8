"""What a team and its coach say about a project: story, scores, notes, the month's report. `key` makes a form that is
sent twice one row."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from matneo.improvement.doing import done, name, need_coach, need_work, once
from matneo.improvement.models import (
    CoachNote,
    Entry,
    Highlight,
    MonthDone,
    Project,
    Score,
    SustainabilityAnswer,
)
from matneo.improvement.progress import FACTORS, Suggestion
from matneo.improvement.saying import Changed, Unsuitable, lines
from matneo.improvement.written import entry_fields, score_fields


def tell(
    *, project: Project, date: date, title: str, by, text: str = "", kind: str = "note", key: str = ""
) -> Entry:
    """Put something into the story: a note, a milestone, what a mother or father said, a review."""
    need_work(by, project)

    def make() -> Entry:
        row = Entry.objects.create(
            project=project,
            by_name=name(by),
            at=settings.CLOCK.now(),
            **entry_fields(project, date, title, text, kind),
        )
        done("tell", project, by, row.title)
        return row

    return once(Entry, by, _sent(key, "tell", project.pk, date, title, text, kind), make)


@transaction.atomic
def take_out(*, entry: Entry, by) -> None:
    """Take an entry out of the story; the row stays."""
    need_work(by, entry.project)
    Entry.objects.filter(pk=entry.pk).update(withdrawn=settings.CLOCK.now())
    done("take_out", entry.project, by, entry.title)


@transaction.atomic
def put_back(*, entry: Entry, by) -> None:
    """Bring an entry back that was taken out."""
    need_work(by, entry.project)
    Entry.objects.filter(pk=entry.pk).update(withdrawn=None)
    done("put_back", entry.project, by, entry.title)


def score(
    *,
    project: Project,
    voice: str,
    value: Decimal,
    suggestion: Suggestion,
    by,
    reason: str = "",
    key: str = "",
) -> Score:
    """Say how far the project is, as its team or as its coach. Where it differs from what the records suggest, a reason
    is needed; nobody is held to the suggestion."""
    (need_coach if voice == "coach" else need_work)(by, project)

    def make() -> Score:
        row = Score.objects.create(
            project=project,
            by_name=name(by),
            at=settings.CLOCK.now(),
            **score_fields(voice, value, suggestion, reason),
        )
        done("score", project, by, f"{voice} {value:.1f}", reason=row.reason)
        return row

    return once(Score, by, _sent(key, "score", project.pk, voice, value, reason), make)


def answer_sustainability(
    *, project: Project, levels: Sequence[int], by, key: str = ""
) -> SustainabilityAnswer:
    """One person's ten answers, given alone; a later answer of the same person counts instead."""
    need_work(by, project)
    if len(levels) != len(FACTORS) or any(level not in (0, 1, 2, 3) for level in levels):
        raise Unsuitable(f"Answer each of the {len(FACTORS)} questions.", "levels")

    def make() -> SustainabilityAnswer:
        row = SustainabilityAnswer.objects.create(
            project=project, user=by, levels=list(levels), at=settings.CLOCK.now()
        )
        done("answer_sustainability", project, by, "")
        return row

    return once(SustainabilityAnswer, by, _sent(key, "holding", project.pk, *levels), make)


def note(*, project: Project, text: str, shared: bool, by, key: str = "") -> CoachNote:
    """A coach's note: shared with the team, or for the coach alone."""
    need_coach(by, project)

    def make() -> CoachNote:
        row = CoachNote.objects.create(
            project=project,
            user=by,
            by_name=name(by),
            text=lines(text, field="text", name="the note", most=2000, needed=True),
            shared=shared,
            at=settings.CLOCK.now(),
        )
        done("coach_note", project, by, "", alone=not shared)
        return row

    return once(CoachNote, by, _sent(key, "note", project.pk, text, shared), make)


def report(
    *, project: Project, month: date, text: str, by, seen: int | None = None, key: str = ""
) -> Highlight:
    """Keep the month's report as the person left it; what stood there before stays on record. `seen` is the key of the
    version that they had before them, 0 for none: where somebody kept another one meanwhile, Changed is raised."""
    need_work(by, project)

    def make() -> Highlight:
        Project.objects.select_for_update().get(pk=project.pk)  # two who keep one at once wait for each other
        latest = (
            Highlight.objects.filter(project=project, month=month.replace(day=1)).order_by("at", "pk").last()
        )
        if seen is not None and latest is not None and latest.pk != seen:
            raise Changed("the report", latest)
        row = Highlight.objects.create(
            project=project,
            month=month.replace(day=1),
            text=lines(text, field="text", name="the report", most=4000, needed=True),
            by_name=name(by),
            at=settings.CLOCK.now(),
        )
        done("report", project, by, f"{row.month:%B %Y}")
        return row

    return once(Highlight, by, _sent(key, "report", project.pk, month, text), make)


@transaction.atomic
def finish_month(*, project: Project, month: date, by) -> MonthDone:
    """Say that a month is filled in; doing it twice changes nothing. Cells can still be changed."""
    need_work(by, project)
    first = month.replace(day=1)
    if first > settings.CLOCK.today():
        raise Unsuitable(f"{first:%B %Y} has not begun yet.", "month")
    row, made = MonthDone.objects.get_or_create(
        project=project, month=first, defaults={"by_name": name(by), "at": settings.CLOCK.now()}
    )
    if made:
        done("finish_month", project, by, f"{first:%B %Y}")
    return row


def _sent(key: str, *said: object) -> str:
    """The key of a form together with what it says: forms of one page share its key, and whoever goes back in the
    browser and says something else has sent another form."""
    return sha256(repr((key, *map(str, said))).encode()).hexdigest()[:40] if key else ""
