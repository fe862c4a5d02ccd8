"""A team asks another trust for twenty minutes, and is answered in words."""

from django.conf import settings
from django.db import transaction

from matneo.accounts.access import NotAllowed, has_permission, viewer_for
from matneo.accounts.models import User
from matneo.accounts.permissions import Permission
from matneo.audit import actions as audit
from matneo.improvement.asks import ANSWER_WITHIN, again_words, asks_words, lately, leads_of, path
from matneo.improvement.doing import done, name, need_work
from matneo.improvement.models import Ask, Project
from matneo.improvement.saying import Unsuitable, line, lines
from matneo.measures.definitions import AREAS
from matneo.notifications import actions as notifications
from matneo.notifications.actions import Draft
from matneo.organisations.models import Organisation


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
    _record(row, of.code, f"{project.organisation.short_name} asks for 20 minutes", by)
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
    _record(now, asked.code, f"{asker.short_name} asked for 20 minutes", by)
    _record(now, asker.code, f"{asked.short_name} answered", by)
    return now


def _not_asked_lately(project: Project, of: Organisation) -> None:
    last = lately(project.organisation, [of.code]).get(of.code)
    if last is not None:
        raise Unsuitable(f"One ask in two weeks is enough. {again_words(last)}", "text")


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


def _record(row: Ask, code: str, subject: str, by) -> None:
    audit.record(
        by=by,
        action="improvement.answer_ask" if row.answered_at else "improvement.ask",
        organisation=code,
        subject=subject,
        detail={"ask": row.pk},
    )
