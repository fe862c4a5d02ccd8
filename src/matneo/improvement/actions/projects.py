"""Starting a project, its aim and team, who may see it, its measures, and how it ends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest

from matneo.accounts.access import need
from matneo.accounts.models import User
from matneo.accounts.permissions import Permission
from matneo.improvement.doing import done, name, need_lead, need_sight, need_work, once
from matneo.improvement.ladder import NAMES, SHARED_FROM, WHO, Rung
from matneo.improvement.models import (
    Member,
    Pause,
    Project,
    ProjectMeasure,
    Result,
    State,
)
from matneo.improvement.saying import Changed, Unsuitable, choice, line, lines
from matneo.improvement.written import Aim, Person, aim_fields, new_member, part_of
from matneo.library import catalogue
from matneo.measures.definitions import FAMILIES
from matneo.organisations.models import Organisation

AREAS = ("SFP", "PTO", "DIP", "NHG", "DET")
MOST_MEMBERS, MOST_MEASURES = 60, 24


def start(
    *,
    organisation: Organisation,
    area: str,
    aim: Aim,
    by,
    team: Sequence[Person] = (),
    place: Organisation | None = None,
    rung: Rung = Rung.TRUST,
    started: date | None = None,
    key: str = "",
) -> Project:
    """Start a project with an area, an aim and a team; everything else grows later. Whoever starts it leads it.
    `key` makes a form that is sent twice one project. Raises Unsuitable with the field, NotAllowed."""
    need(by, Permission.WORK_ON_PROJECTS, organisation)
    if organisation.kind != "trust":
        raise Unsuitable("A project belongs to a trust.")

    def make() -> Project:
        today = started or settings.CLOCK.today()
        project = Project(
            organisation=organisation,
            place=part_of(organisation, place),
            area=choice(area, AREAS, field="area", name="one of the five clinical areas"),
            package_version=catalogue.load().packages[area].version,
            rung=rung,
            started=today,
            touched=settings.CLOCK.now(),
            edited_by=name(by),
            **aim_fields(aim, today),
        )
        project.save(force_insert=True)
        people = list(team)
        if by is not None:
            mine = next((p for p in people if p.user == by), Person(by.name, user=by))
            people = [replace(mine, leads=True), *(p for p in people if p.user != by)]
        Member.objects.bulk_create(new_member(project, person, today) for person in people[:MOST_MEMBERS])
        done("start", project, by, "", area=area)
        return project

    return once(Project, by, key, make)


@transaction.atomic
def set_aim(*, project: Project, aim: Aim, seen: int, by) -> Project:
    """Change the aim. `seen` is the version that the person had before them: where somebody changed it meanwhile,
    Changed is raised and nothing is overwritten."""
    need_work(by, project)
    current = Project.objects.select_for_update().get(pk=project.pk)
    if current.version != seen:
        raise Changed("the aim", current)
    for field, value in aim_fields(aim, current.started).items():
        setattr(current, field, value)
    current.version += 1
    current.edited_by = name(by)
    current.save()
    done("set_aim", current, by, "the aim", aim=current.aim, by_when=str(current.by_when))
    return current


@transaction.atomic
def add_member(*, project: Project, person: Person, by) -> Member:
    """Put somebody on the team. Somebody who is on it already stays as they are."""
    need_work(by, project)
    _lock(project)
    there = Member.objects.filter(project=project, end=None)
    same = there.filter(user=person.user) if person.user else there.filter(name__iexact=person.name.strip())
    if found := same.first():
        return found
    if there.count() >= MOST_MEMBERS:
        raise Unsuitable(f"The team has {MOST_MEMBERS} people; that is the most.", "team")
    row = new_member(project, person, settings.CLOCK.today())
    row.save()
    done("add_member", project, by, f"{row.name} joined")
    return row


@transaction.atomic
def remove_member(*, member: Member, by) -> None:
    """Somebody leaves the team; that they were on it stays. The last lead cannot leave: hand over first."""
    project = member.project
    need_work(by, project)
    _lock(project)
    leads = Member.objects.filter(project=project, end=None, leads=True)
    if member.leads and leads.count() == 1:
        raise Unsuitable(f"{member.name} is the only lead. Hand the project over first.", "team")
    Member.objects.filter(pk=member.pk).update(end=settings.CLOCK.today())
    done("remove_member", project, by, f"{member.name} left")


@transaction.atomic
def hand_over(*, project: Project, to: User, by) -> Member:
    """Another person at the trust leads from here on; whoever led before stays on the team."""
    need_lead(by, project)
    Member.objects.filter(project=project, end=None).update(leads=False)
    row, _ = Member.objects.get_or_create(
        project=project, user=to, end=None, defaults={"name": to.name, "start": settings.CLOCK.today()}
    )
    Member.objects.filter(pk=row.pk).update(leads=True)
    row.leads = True
    done("hand_over", project, by, f"to {to.name}")
    return row


@transaction.atomic
def share(*, project: Project, rung: Rung, by) -> Project:
    """Let others see it, or fewer. Sharing beyond the trust asks for a balancing measure: a change that helps here may
    do harm elsewhere, and whoever takes it up should see both."""
    need_lead(by, project)
    _lock(project)
    if rung >= SHARED_FROM > project.rung:
        families = set(project.measures.filter(removed=None).values_list("family", flat=True))
        if "balancing" not in families:
            raise Unsuitable(
                "Add at least one balancing measure first: it shows whether the change does harm elsewhere.",
                "rung",
            )
    if rung < Rung.TRUST and not project.members.filter(end=None).exists():
        raise Unsuitable("Nobody would see it any more: put somebody on its team first.", "rung")
    if by is not None and rung < Rung.TRUST and not project.members.filter(end=None, user=by).exists():
        raise Unsuitable("You are not on its team, so you would not see it any more: join it first.", "rung")
    before = Rung(project.rung)
    Project.objects.filter(pk=project.pk).update(rung=rung)
    project.rung = rung
    done("share", project, by, f"{NAMES[before]} to {NAMES[rung]}", who=WHO[rung])
    return project


@transaction.atomic
def follow(
    *,
    project: Project,
    measure: str,
    family: str,
    by,
    subject: str = "",
    goal: float | None = None,
    main: bool = False,
) -> ProjectMeasure:
    """Follow a measure, of the project's place unless another part of the trust is named. A main measure is the one that
    the aim speaks of; an earlier main one steps back. Following one twice changes its goal."""
    need_work(by, project)
    choice(family, FAMILIES, field="family", name="outcome, process, balancing or experience")
    code = subject or (project.place or project.organisation).code
    there = ProjectMeasure.objects.filter(project=project, removed=None)
    if there.count() >= MOST_MEASURES:
        raise Unsuitable(f"The project follows {MOST_MEASURES} measures; that is the most.", "measure")
    if main:
        there.filter(main=True).update(main=False)
    row, made = ProjectMeasure.objects.get_or_create(
        project=project,
        measure=measure,
        subject=code,
        removed=None,
        defaults={
            "family": family,
            "goal": goal,
            "main": main,
            "order": there.count(),
            "added": settings.CLOCK.today(),
        },
    )
    if not made:
        row.goal, row.family, row.main = goal, family, main or row.main
        row.save(update_fields=["goal", "family", "main"])
    done("follow", project, by, measure, goal=goal)
    return row


@transaction.atomic
def unfollow(*, row: ProjectMeasure, by) -> None:
    """Follow a measure no longer. Its figures stay where they are. The last balancing measure of a shared project stays."""
    project = row.project
    need_work(by, project)
    _lock(project)
    others = ProjectMeasure.objects.filter(project=project, removed=None, family="balancing").exclude(
        pk=row.pk
    )
    if row.family == "balancing" and project.rung >= SHARED_FROM and not others.exists():
        raise Unsuitable(
            "This is its only balancing measure, and the project is shared. Add another one first.", "measure"
        )
    ProjectMeasure.objects.filter(pk=row.pk).update(removed=settings.CLOCK.today(), main=False)
    done("unfollow", project, by, row.measure)


@transaction.atomic
def pause(*, project: Project, reason: str, by) -> Project:
    """Stand still without reproach: reminders stop, everything stays readable."""
    need_work(by, project)
    if project.state != State.ACTIVE:
        raise Unsuitable(f"The project is {project.get_state_display()} already.")
    why = line(reason, field="reason", name="why it pauses", most=200, needed=True)
    today = settings.CLOCK.today()
    _lock(project)
    if Pause.objects.filter(project=project, end=None).exists():
        raise Unsuitable("The project is paused already.")
    Pause.objects.create(project=project, start=today, reason=why)
    Project.objects.filter(pk=project.pk).update(state=State.PAUSED, paused_from=today)
    project.state, project.paused_from = State.PAUSED, today
    done("pause", project, by, why)
    return project


@transaction.atomic
def resume(*, project: Project, by) -> Project:
    """Go on after a pause, or open a closed project again; what was learned stays."""
    need_lead(by, project)
    if project.state == State.ACTIVE:
        raise Unsuitable("The project is active already.")
    Pause.objects.filter(project=project, end=None).update(end=settings.CLOCK.today())
    Project.objects.filter(pk=project.pk).update(state=State.ACTIVE, paused_from=None, closed=None)
    project.state, project.paused_from, project.closed = State.ACTIVE, None, None
    done("resume", project, by, "goes on")
    return project


@transaction.atomic
def close(*, project: Project, result: str, learned: str, by, on: date | None = None) -> Project:
    """End the work with what was learned, also where nothing changed: it stays findable for whoever comes next."""
    need_lead(by, project)
    if project.state == State.CLOSED:
        raise Unsuitable("The project is closed already.")
    choice(result, Result.values, field="result", name="how it ended")
    said = lines(learned, field="learned", name="what you learned", most=2000, needed=True)
    day = on or settings.CLOCK.today()
    Pause.objects.filter(project=project, end=None).update(end=Greatest("start", Value(day)))
    Project.objects.filter(pk=project.pk).update(
        state=State.CLOSED, closed=day, result=result, learned=said, paused_from=None
    )
    project.state, project.closed, project.result, project.learned = State.CLOSED, day, result, said
    done("close", project, by, Result(result).label)
    return project


def duplicate(
    *, project: Project, title: str, by_when: date, by, place: Organisation | None = None, key: str = ""
) -> Project:
    """The same work in another ward: aim, local drivers, ideas and measures come along; tests, figures and story do not."""
    need(by, Permission.WORK_ON_PROJECTS, project.organisation)
    need_sight(by, project)

    def make() -> Project:
        made = start(
            organisation=project.organisation,
            area=project.area,
            aim=Aim(title, project.aim, by_when, project.how_much, project.for_whom),
            place=place,
            by=by,
            rung=Rung(min(project.rung, Rung.TRUST)),  # a copy is never seen by more than what it was made of
        )
        Project.objects.filter(pk=made.pk).update(
            copied_from=project, package_version=project.package_version
        )
        made.copied_from = project
        _copy(project, made)
        done("duplicate", made, by, f"from {project.title}")
        return made

    return once(Project, by, key, make)


def _lock(project: Project) -> None:
    """Two who change the same project at once wait for each other: what must be left of it is counted by one."""
    Project.objects.select_for_update().get(pk=project.pk)


def _copy(source: Project, target: Project) -> None:
    code = (target.place or target.organisation).code
    for row in source.drivers.all():
        row.pk, row.project = None, target
        row.save(force_insert=True)
    for row in source.measures.filter(removed=None):
        row.pk, row.project, row.added = None, target, target.started
        row.subject = code
        row.save(force_insert=True)
    for row in source.ideas.filter(dropped=None):
        row.pk, row.project, row.for_everyone_from = None, target, None
        row.save(force_insert=True)
