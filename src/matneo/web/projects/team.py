"""The team of a project: who is on it, who joins, who leaves, who leads."""

from dataclasses import dataclass

from django.conf import settings

from matneo.accounts.colleagues import who_may
from matneo.accounts.models import User
from matneo.accounts.permissions import Permission
from matneo.improvement.actions import projects
from matneo.improvement.actions.projects import Person
from matneo.improvement.ladder import Rung
from matneo.improvement.models import Member, Project
from matneo.improvement.saying import Unsuitable
from matneo.utils.typed import digits
from matneo.web.projects import finding
from matneo.web.projects.forms import Choice, Done, Field, FormPage, Option, Problem, around, filled, serve
from matneo.web.viewing import signed_in, viewer_of


@dataclass(frozen=True)
class OnTeam:
    pk: int
    name: str
    part: str
    leads: bool
    since: object
    account: bool


@dataclass(frozen=True, kw_only=True)
class TeamPage(FormPage):
    members: tuple[OnTeam, ...]
    name: Field
    part: Field
    colleague: Choice
    colleague_part: Field
    to: Choice
    may_lead: bool


@signed_in
def team(request, pk: str):
    project = finding.find_to_work_on(request, pk)
    acts = {
        "name": lambda: _add(request, project, None),
        "colleague": lambda: _add(request, project, _chosen(request, project, "colleague")),
        "remove": lambda: _remove(request, project),
        "lead": lambda: _hand_over(request, project),
    }
    return serve(request, "pages/projects/team.jinja", acts, lambda problem: _page(request, project, problem))


def _add(request, project: Project, user: User | None) -> Done:
    name = user.name if user else request.POST.get("name", "")
    part = request.POST.get("colleague_part" if user else "part", "")
    try:
        row = projects.add_member(project=project, person=Person(name, part, user), by=request.user)
    except Unsuitable as reason:
        raise Unsuitable(str(reason), "colleague_part" if user else "name") from reason
    return Done(f"{row.name} is on the team.")


def _remove(request, project: Project) -> Done:
    row = finding.part_sent(request, project, Member)
    if row.end is None:  # a second press finds it done
        projects.remove_member(member=row, by=request.user)
    hidden = row.user_id == request.user.pk and project.rung < Rung.TRUST
    return Done(f"{row.name} has left the team. What they did stays.", "/projects/" if hidden else "")


def _hand_over(request, project: Project) -> Done:
    row = projects.hand_over(project=project, to=_chosen(request, project, "to"), by=request.user)
    return Done(f"{row.name} leads the project from today.")


def _chosen(request, project: Project, field: str) -> User:
    asked = digits(request.POST.get(field, ""))
    found = next((user for user in _colleagues(request, project) if user.pk == asked), None)
    if found is None:
        raise Unsuitable("Choose a colleague who has a role at the trust.", field)
    return found


def _colleagues(request, project: Project) -> list[User]:
    viewer, today = viewer_of(request), settings.CLOCK.today()
    return who_may(Permission.WORK_ON_PROJECTS, project.organisation, today, viewer)


def _page(request, project: Project, problem: Problem | None) -> TeamPage:
    rows = list(Member.objects.visible_to(viewer_of(request)).current().filter(project=project))
    there = {row.user_id for row in rows}
    leads = {row.user_id for row in rows if row.leads}
    people = _colleagues(request, project)
    by_name, by_account, lead = (filled(request, problem, what) for what in ("name", "colleague", "lead"))
    first = Option("", "Choose")
    return TeamPage(
        title="The team",
        crumbs=finding.crumbs(project),
        lead="Different parts of the pathway, and somebody who has been through it. Three or more is a good beginning.",
        members=tuple(
            OnTeam(row.pk, row.name, row.part, row.leads, row.start, row.user_id is not None) for row in rows
        ),
        name=by_name.field("name", "Name", most=80, needed=True),
        part=by_name.field("part", "What they do", most=60, hint="Midwife, neonatal nurse, voices partner …"),
        colleague=by_account.choice(
            "colleague",
            "Colleague",
            [first, *(Option(str(u.pk), u.name) for u in people if u.pk not in there)],
            hint="Everybody here has a role at the trust.",
        ),
        colleague_part=by_account.field("colleague_part", "What they do", most=60),
        to=lead.choice(
            "to",
            "Who leads from today",
            [first, *(Option(str(u.pk), u.name) for u in people if u.pk not in leads)],
        ),
        may_lead=finding.may(request, project).lead,
        visible_to=finding.who_sees(project),
        fresh="",
        **around(request, project, problem),
    )
