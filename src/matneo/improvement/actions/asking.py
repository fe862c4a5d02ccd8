"""A team asks another trust for twenty minutes, and is answered in words."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from matneo.accounts.access import NotAllowed, has_permission, viewer_for
from matneo.accounts.models import Membership, User
from matneo.accounts.permissions import Permission
from matneo.audit import actions as audit
from matneo.improvement.doing import done, name, need_work
from matneo.improvement.models import Ask, Project
from matneo.improvement.saying import Unsuitable, line, lines
from matneo.measures.definitions import AREAS
from matneo.notifications import actions as notifications
from matneo.notifications.actions import Draft
from matneo.organisations.models import Organisation

# Once in this time from one trust to another: being asked must stay a pleasure.
PAUSE = timedelta(days=14)
ANSWER_WITHIN = timedelta(days=14)


@transaction.atomic
def ask(*, project: Project, of: Organisation, text: str, by) -> Ask:
    """Ask those who lead improvement at another trust for twenty minutes; they hear it at once."""
    need_work(by, project)
    said = line(text, field="text", name="what you would like to talk about", most=300, needed=True)
    if of.pk == project.organisation_id:
        raise Unsuitable("This is your own trust. Choose another one.", "text")
    # Two of the team who ask at once wait for each other: the second one is told of the first.
    Organisation.objects.select_for_update().get(pk=project.organisation_id)
    _not_asked_lately(project, of)
    leads = leads_of(of)
    if not leads:
        raise Unsuitable(f"Nobody leads improvement work at {of.short_name} here yet.", "text")
    row = Ask.objects.create(
        project=project, of=of, text=said, by=by, by_name=name(by), at=settings.CLOCK.now()
    )
    _tell(row, leads, by)
    done("ask", project, by, of.short_name)
    _record("ask", of.code, f"{project.organisation.short_name} asks for 20 minutes", row, by)
    return row


@transaction.atomic
def answer(*, ask: Ask, text: str, by) -> Ask:
    """Answer in words; whoever asked hears it. One answer is enough: a second person is told who wrote it."""
    if by is not None and not has_permission(viewer_for(by), Permission.LEAD_PROJECTS, ask.of.code):
        raise NotAllowed(f"Those who lead improvement work at {ask.of.short_name} answer this.")
    now = Ask.objects.select_for_update().get(pk=ask.pk)
    if now.answered_at:
        raise Unsuitable(f"{now.answered_by} has answered already; both of you can read it below.", "text")
    said = lines(text, field="text", name="your answer", most=1000, needed=True)
    now.answer, now.answered_by, now.answered_at = said, name(by), settings.CLOCK.now()
    now.save(update_fields=["answer", "answered_by", "answered_at"])
    _tell_back(now, by)
    asker, asked = now.project.organisation, now.of
    _record("answer_ask", asked.code, f"{asker.short_name} asked for 20 minutes", now, by)
    _record("answer_ask", asker.code, f"{asked.short_name} answered", now, by)
    return now


def leads_of(trust: Organisation) -> list[User]:
    """Who is asked: the people who lead improvement work there today."""
    rows = Membership.objects.on(settings.CLOCK.today()).filter(
        organisation=trust, role="improvement_lead", user__is_active=True
    )
    return [row.user for row in rows.select_related("user").order_by("user_id")]


def _not_asked_lately(project: Project, of: Organisation) -> None:
    since = settings.CLOCK.now() - PAUSE
    last = Ask.objects.filter(project__organisation=project.organisation, of=of, at__gt=since).first()
    if last is not None:
        raise Unsuitable(
            f"{last.by_name} asked {of.short_name} on {last.at:%-d %B}. One ask in two weeks is enough; you can ask again "
            f"from {last.at + PAUSE:%-d %B}.",
            "text",
        )


def _tell(row: Ask, leads: list[User], by) -> None:
    place, area = row.project.organisation.short_name, AREAS[row.project.area]
    # The project's own title stays at home: it may not be shared yet.
    text = (
        f"{row.by_name} works on {area[:1].lower()}{area[1:]} at {place} and writes:\n\n“{row.text}”\n\n"
        f"Answer in a few words: {settings.BASE_URL}{path(row)}"
    )
    due = settings.CLOCK.today() + ANSWER_WITHIN
    notifications.queue(
        drafts=[
            Draft(lead, "asked", f"asked {row.pk}", f"{asks_words(row)} for 20 minutes", text, path(row), due)
            for lead in leads
        ],
        by=by,
    )


def _tell_back(row: Ask, by) -> None:
    if row.by is None:
        return
    subject = f"{row.answered_by} of {row.of.short_name} answered you"
    text = f"You asked: “{row.text}”\n\n{row.answer}\n\n{settings.BASE_URL}{path(row)}"
    notifications.queue(
        drafts=[Draft(row.by, "asked", f"answered {row.pk}", subject, text, path(row))], by=by
    )


def asks_words(row: Ask) -> str:
    """ "Ruth Ellery of Larkworth asks" """
    return f"{row.by_name} of {row.project.organisation.short_name} asks"


def path(row: Ask) -> str:
    return f"/home/asks/{row.pk}/"


def _record(action: str, code: str, subject: str, row: Ask, by) -> None:
    audit.record(
        by=by,
        action="improvement.ask" if action == "ask" else "improvement.answer_ask",
        organisation=code,
        subject=subject,
        detail={"ask": row.pk},
    )
