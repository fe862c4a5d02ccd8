"""What the actions share: who may, once only, and the mark that something was done."""

from django.conf import settings
from django.db import IntegrityError, transaction

from matneo.accounts.access import NotAllowed, has_permission, viewer_for
from matneo.accounts.permissions import Permission
from matneo.audit import actions as audit
from matneo.improvement.ladder import Rung
from matneo.improvement.models import Project, Sent, State
from matneo.improvement.saying import Unsuitable
from matneo.utils.viewer import Viewer


def may_work_on(viewer: Viewer, project: Project) -> bool:
    """Its team; and from the trust's step on everyone at the trust who works on projects."""
    if not viewer.signed_in or not has_permission(
        viewer, Permission.WORK_ON_PROJECTS, project.organisation.code
    ):
        return False
    return project.rung >= Rung.TRUST or project.members.filter(user_id=viewer.user_id, end=None).exists()


def may_lead(viewer: Viewer, project: Project) -> bool:
    """Those who lead the trust's projects, and this project's own lead."""
    if not may_work_on(viewer, project):
        return False
    if has_permission(viewer, Permission.LEAD_PROJECTS, project.organisation.code):
        return True
    return project.members.filter(user_id=viewer.user_id, leads=True, end=None).exists()


def may_coach(viewer: Viewer, project: Project) -> bool:
    """The coach of the trust, of what has left the team's own step."""
    allowed = has_permission(viewer, Permission.COACH_PROJECTS, project.organisation.code)
    return allowed and project.rung >= Rung.TRUST


def need_work(by, project: Project) -> None:
    _need(by, project, may_work_on, "work on")
    if project.state == State.CLOSED:
        raise Unsuitable("This project is closed. Open it again first, or start a new one from it.")


def need_lead(by, project: Project) -> None:
    _need(by, project, may_lead, "lead")


def need_coach(by, project: Project) -> None:
    _need(by, project, may_coach, "coach")


def need_sight(by, project: Project) -> None:
    """Also of what is closed: whoever may read a project may begin from it."""
    if by is not None and not Project.objects.visible_to(viewer_for(by)).filter(pk=project.pk).exists():
        raise NotAllowed("You may not see this project.")


def _need(by, project: Project, rule, verb: str) -> None:
    """`by=None` is the system itself: the demonstration's builder."""
    if by is not None and not rule(viewer_for(by), project):
        raise NotAllowed(f"You may not {verb} this project of {project.organisation.short_name}.")


def name(by) -> str:
    return by.name if by is not None else "MatNeo"


def done(action: str, project: Project, by, subject: str, *, alone: bool = False, **detail) -> None:
    """Mark the project as touched, and add the event. Of what a team keeps to itself the trust's list says that something
    was done, and not what; what somebody does for themself `alone` is in no trust's list."""
    now = settings.CLOCK.now()
    Project.objects.filter(pk=project.pk).update(touched=now)
    project.touched = now
    audit.record(
        by=by,
        action=f"improvement.{action}",
        organisation="" if alone else project.organisation.code,
        subject="" if alone else _called(project, subject),
        detail={"project": project.pk, **detail},
    )


def _called(project: Project, subject: str) -> str:
    if project.rung < Rung.TRUST:
        return "a project that its team keeps to itself"
    return f"{project.title}: {subject}"[:300] if subject else project.title


def answered(by, key: str) -> str | None:
    """The answer that this very form got before, where a phone sends it again."""
    if by is None or not key:
        return None
    return Sent.objects.filter(user=by, key=key[:40]).values_list("answer", flat=True).first()


def answer(by, key: str, said: str) -> None:
    """Keep the answer to a form, inside the transaction of its action. Two that arrive together: the second one's
    transaction is undone by the constraint, and `once` answers with the first one's."""
    if by is not None and key:
        Sent.objects.create(user=by, key=key[:40], answer=said, at=settings.CLOCK.now())


def once(model, by, key: str, make):
    """Do it, or answer with what it made the first time: a form that is sent twice does one thing. A key of another kind
    of form means nothing here."""
    key = f"{model.__name__}:{key}" if key else ""
    before = answered(by, key)
    if before is None:
        try:
            with transaction.atomic():
                made = make()
                answer(by, key, str(made.pk))
                return made
        except IntegrityError:
            before = answered(by, key)
            if before is None:
                raise
    return model.objects.get(pk=before)
