"""The week in short: at most three things to do, then one calm line about everything else."""

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
from matneo.organisations.lookup import only_sites
from matneo.organisations.models import Organisation
from matneo.submissions.models import SignOff
from matneo.utils.viewer import Viewer

MOST = 3
RECENT = timedelta(days=400)


@dataclass(frozen=True)
class Task:
    """One of at most three things: what, why, by when, how long, and where."""

    kind: str  # data_due, signal, asked
    title: str
    why: str
    path: str
    due: date | None
    minutes: int


@dataclass(frozen=True)
class Week:
    tasks: tuple[Task, ...]
    news: tuple[WallEntry, ...]
    quiet: int


def week(viewer: Viewer) -> Week:
    """What one person's week holds; a fourth thing waits for next week."""
    own = sorted(
        viewer.organisations & set(Organisation.objects.filter(kind="trust").values_list("code", flat=True))
    )
    watched = own or sorted(viewer.caseload - only_sites())
    entries = (
        walls.wall(viewer, codes=watched, origin="calculated")
        if watched
        else walls.wall(viewer, kinds=["england"], origin="calculated")
    )
    news = [entry for entry in entries if _is_news(entry)]
    tasks = _due(viewer, own) + [_look(entry) for entry in news if entry.line["variation"] == "concern"]
    tasks.sort(key=lambda task: task.due or date.max)
    return Week(tuple(tasks[:MOST]), tuple(news), len(entries) - len(news))


def weekly(*, by=None) -> int:
    """Queue everybody's digest of this week; running it twice queues nothing new."""
    monday = settings.CLOCK.today() - timedelta(days=settings.CLOCK.today().weekday())
    drafts = []
    for user in User.objects.filter(is_active=True):
        viewer = viewer_for(user)
        found = week(viewer)
        text = _text(found)
        drafts.append(
            Draft(user, "digest", f"digest {monday}", f"Your week, {monday:%-d %B}", text, "/home/")
        )
    return notifications.queue(drafts=drafts)


def _is_news(entry: WallEntry) -> bool:
    line = entry.line
    since = line["signal_since"]
    return (
        line["variation"] in ("improvement", "concern")
        and since is not None
        and settings.CLOCK.today() - since <= RECENT
    )


def _due(viewer: Viewer, own: list[str]) -> list[Task]:
    """Months that are over and not signed off yet."""
    last = national.last_month(settings.CLOCK.today())
    signed = {code: row.through for code, row in SignOff.objects.latest().items()}
    tasks = []
    for code in own:
        if has_permission(viewer, Permission.SIGN_OFF, code) and signed.get(code, date.min) < last:
            due = settings.CLOCK.today().replace(day=28)
            tasks.append(
                Task(
                    "data_due",
                    f"Look at {last:%B} and sign it off",
                    "Outside viewers see nothing newer until you do.",
                    f"/trusts/{code}/sign-off/",
                    due,
                    5,
                )
            )
    return tasks


def _look(entry: WallEntry) -> Task:
    return Task(
        "signal",
        f"{entry.name}: {entry.definition.short_name} needs a look",
        wording.sentence(entry),
        f"/{_where(entry)}/measures/{entry.definition.id}/",
        None,
        3,
    )


def _where(entry: WallEntry) -> str:
    return "england" if entry.kind == "england" else f"{entry.kind}s/{entry.code}"


def _text(found: Week) -> str:
    lines = []
    for number, task in enumerate(found.tasks, 1):
        due = f" By {task.due:%-d %B}." if task.due else ""
        lines.append(
            f"{number}. {task.title}. {task.why}{due} About {task.minutes} minutes.\n   {settings.BASE_URL}{task.path}"
        )
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
