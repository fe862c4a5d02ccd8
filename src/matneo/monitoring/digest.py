"""The week in short: at most three things to do, then one calm line about everything else."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from matneo.accounts.access import has_permission, viewer_for
from matneo.accounts.models import User
from matneo.accounts.permissions import Permission
from matneo.measures import national
from matneo.monitoring import walls, wording
from matneo.monitoring.walls import WallEntry
from matneo.notifications import actions as notifications
from matneo.notifications.actions import Draft
from matneo.notifications.models import Notification
from matneo.organisations.lookup import only_sites, whole_of
from matneo.organisations.models import Organisation
from matneo.submissions.models import Kind, SignOff, State, Submission
from matneo.utils.viewer import Viewer

MOST = 3
RECENT = timedelta(days=400)
# So many points make each rule's signal on the day it is first seen (mdc-2023).
FIRST = {"outside": 1, "two_three": 3, "shift": 7, "trend": 7}


@dataclass(frozen=True)
class Task:
    """One of at most three things: what, why, by when, how long, and where."""

    kind: str  # data_due, signal, asked
    title: str
    why: str
    path: str
    due: date | None
    minutes: int
    button: str = "Open"


@dataclass(frozen=True)
class Week:
    tasks: tuple[Task, ...]
    news: tuple[WallEntry, ...]
    still: tuple[WallEntry, ...]

    @property
    def quiet(self) -> int:
        return len(self.still)


# What other rooms know of that a person should do: a test whose result is due, numbers to type, somebody who asks.
More = Callable[[Viewer], Iterable[Task]]


def _nothing(viewer: Viewer) -> Iterable[Task]:
    return ()


def week(viewer: Viewer, more: More = _nothing) -> Week:
    """What one person's week holds; a fourth thing waits for next week."""
    own = own_trusts(viewer)
    return week_of(viewer, charts(viewer, own), own, more(viewer))


def week_of(viewer: Viewer, entries: Sequence[WallEntry], own: list[str], more: Iterable[Task] = ()) -> Week:
    """The same of charts that were read already."""
    news = [entry for entry in entries if _is_news(entry)]
    still = [entry for entry in entries if not _is_news(entry)]
    looks = [_look(entry) for entry in news if entry.line["variation"] == "concern"]
    tasks = sorted(
        [*more, *_due(viewer, own, {entry.code for entry in entries}), *looks],
        key=lambda task: task.due or date.max,
    )
    return Week(tuple(tasks[:MOST]), tuple(news), tuple(still))


def own_trusts(viewer: Viewer) -> list[str]:
    """The trusts that somebody belongs to. One that merged is carried on by its successor."""
    trusts = Organisation.objects.filter(kind="trust", code__in=viewer.organisations, closed=None)
    return sorted(trusts.values_list("code", flat=True))


def charts(viewer: Viewer, own: Sequence[str], also: Iterable[str] = ()) -> list[WallEntry]:
    """The charts of one's own trust, else of the trusts one looks after, else of England; `also` names further places."""
    watched = own or sorted(viewer.caseload - only_sites() if viewer.caseload else ())
    if watched:
        return walls.wall(viewer, codes=sorted({*watched, *also}), origin="calculated")
    return walls.wall(viewer, kinds=["england"], origin="calculated")


def once(entries: Sequence[WallEntry]) -> list[WallEntry]:
    """Without charts of a trust's only site that say what the trust's chart says beside them: one signal is one thing to
    look at. A site with other figures than its trust keeps its chart."""
    if not any(entry.kind == "site" for entry in entries):
        return list(entries)
    whole = whole_of()
    trusts = {(entry.definition.id, entry.code): entry for entry in entries if entry.kind == "trust"}

    def doubled(entry: WallEntry) -> bool:
        other = trusts.get((entry.definition.id, whole.get(entry.code, "")))
        return other is not None and _figures(other) == _figures(entry)

    return [entry for entry in entries if not doubled(entry)]


def _figures(entry: WallEntry) -> tuple[object, ...]:
    names = ("period_kind", "last_period", "last_numerator", "last_denominator", "variation", "signal_since")
    return (*(entry.line[name] for name in names), list(entry.line["spark"]))


def weekly(*, by=None, more: More = _nothing) -> int:
    """Queue everybody's digest of this week; running it twice queues nothing new, and reads nothing for those who have
    theirs: the worker asks every half a minute, all Monday."""
    monday = settings.CLOCK.today() - timedelta(days=settings.CLOCK.today().weekday())
    key = f"digest {monday}"
    have = Notification.objects.filter(key=key).values("recipient")
    drafts = []
    for user in User.objects.filter(is_active=True).exclude(pk__in=have):
        found = week(viewer_for(user), more)
        text = _text(found)
        drafts.append(Draft(user, "digest", key, f"Your week, {monday:%-d %B}", text, "/home/"))
    return notifications.queue(drafts=drafts)


def by_when(due: date) -> str:
    """When something is wanted, without reproach where that day is over."""
    today = settings.CLOCK.today()
    if due == today:
        return "By today"
    return f"{'By' if due > today else 'Waiting since'} {due:%A %-d %B}"


def is_new(entry: WallEntry) -> bool:
    """Whether the newest point alone made the signal: the one before it was still within its rule."""
    line = entry.line
    return (line["signal_length"] or 0) <= FIRST.get(line["signal_rule"] or "", 0)


def _is_news(entry: WallEntry) -> bool:
    line = entry.line
    since = line["signal_since"]
    return (
        not entry.asked
        and line["variation"] in ("improvement", "concern")
        and since is not None
        and settings.CLOCK.today() - since <= RECENT
    )


def _due(viewer: Viewer, own: list[str], charted: set[str]) -> list[Task]:
    """Months that are over and not signed off yet, of trusts that have something to sign off."""
    last = national.last_month(settings.CLOCK.today())
    may = [code for code in own if has_permission(viewer, Permission.SIGN_OFF, code)]
    signing = _with_figures(may, charted)
    if not signing:
        return [_first_figures(code) for code in may]
    signed = {code: row.through for code, row in SignOff.objects.latest().items()}
    tasks = []
    for code in signing:
        if signed.get(code, date.min) < last:
            due = settings.CLOCK.today().replace(day=28)
            tasks.append(
                Task(
                    "data_due",
                    f"Look at {last:%B} and sign it off",
                    "Outside viewers see nothing newer until you do.",
                    f"/trusts/{code}/sign-off/",
                    due,
                    5,
                    "Look and sign off",
                )
            )
    return tasks


def _first_figures(code: str) -> Task:
    """Where nothing was ever sent in, that is what comes first; there is no day for it."""
    return Task(
        "data_due",
        "Send figures in",
        "Nothing was sent in for your trust yet, so it has no charts. A file is looked at before it counts.",
        f"/trusts/{code}/upload/",
        None,
        5,
        "Send figures in",
    )


def _with_figures(codes: list[str], charted: set[str]) -> list[str]:
    """Those with charts of their own, or with counts that they sent in."""
    rest = [code for code in codes if code not in charted]
    if not rest:
        return codes
    sent = Submission.objects.filter(organisation__code__in=rest, state=State.ACCEPTED).exclude(
        kind=Kind.TYPED
    )
    return [
        code for code in codes if code in charted | set(sent.values_list("organisation__code", flat=True))
    ]


def _look(entry: WallEntry) -> Task:
    return Task(
        "signal",
        f"{entry.name}: {entry.definition.short_name} needs a look",
        wording.sentence(entry),
        f"/{_where(entry)}/measures/{entry.definition.id}/",
        _friday() if is_new(entry) else None,
        3,
        "Open the chart",
    )


def _friday() -> date:
    """A signal is looked at in the week in which it is first seen; one that stands has no day."""
    today = settings.CLOCK.today()
    return today + timedelta(days=(4 - today.weekday()) % 7)


def _where(entry: WallEntry) -> str:
    return "england" if entry.kind == "england" else f"{entry.kind}s/{entry.code}"


def _text(found: Week) -> str:
    lines = []
    for number, task in enumerate(found.tasks, 1):
        due = f" {by_when(task.due)}." if task.due else ""
        about = f"About {task.minutes} {'minute' if task.minutes == 1 else 'minutes'}."
        lines.append(f"{number}. {task.title}. {task.why}{due} {about}\n   {settings.BASE_URL}{task.path}")
    if not lines:
        lines.append("Nothing needs you this week.")
    good = [entry for entry in found.news if entry.line["variation"] == "improvement"]
    if good:
        lines.append("Good news:")
        lines += [
            f"- {entry.definition.short_name}, {entry.name}. {wording.sentence(entry)}"
            for entry in good[:MOST]
        ]
    lines.append(f"No change in the other {found.quiet}.")
    return "\n\n".join(lines)
