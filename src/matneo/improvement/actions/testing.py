"""Change ideas and their tests: plan with a prediction, then what happened, what was learned, and what follows."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from matneo.improvement.doing import done, name, need_work, once
from matneo.improvement.local import idea_of
from matneo.improvement.models import ChangeTest, Project, ProjectIdea
from matneo.improvement.saying import Changed, Unsuitable, between, line
from matneo.improvement.written import Plan, Study, idea_fields, plan_fields, study_fields

MOST_IDEAS, MOST_TESTS = 60, 60


@transaction.atomic
def take_up(
    *,
    project: Project,
    by,
    idea: str = "",
    title: str = "",
    text: str = "",
    first_test: str = "",
    driver: str = "",
) -> ProjectIdea:
    """Take up a national change idea by its id, or one of the team's own by its title. Doing it twice answers the same
    idea; one that was dropped comes back."""
    need_work(by, project)
    # Looked for under the project's lock: two at once take up one idea.
    Project.objects.select_for_update().get(pk=project.pk)
    if idea:
        words = idea_fields(idea_of(project, idea), idea, driver)
        there = ProjectIdea.objects.filter(project=project, idea=idea).first()
    else:
        words = {
            "name": line(title, field="title", name="what the idea is called", most=120, needed=True),
            "text": line(text, field="text", name="the idea", most=400),
            "first_test": line(first_test, field="first_test", name="the first test", most=200),
            "driver": line(driver, field="driver", name="the driver", most=24),
        }
        there = ProjectIdea.objects.filter(project=project, idea="", name__iexact=words["name"]).first()
    if there is not None:
        if there.dropped:
            ProjectIdea.objects.filter(pk=there.pk).update(dropped=None)
            there.dropped = None
            done("take_up", project, by, there.name, idea=idea)
        return there
    if ProjectIdea.objects.filter(project=project).count() >= MOST_IDEAS:
        raise Unsuitable(f"The project has {MOST_IDEAS} ideas; that is the most.", "idea")
    row = ProjectIdea.objects.create(project=project, idea=idea, order=_next_order(project), **words)
    done("take_up", project, by, row.name, idea=idea)
    return row


@transaction.atomic
def drop(*, idea: ProjectIdea, by) -> None:
    """Follow an idea no further; its tests stay."""
    need_work(by, idea.project)
    ProjectIdea.objects.filter(pk=idea.pk).update(dropped=settings.CLOCK.today())
    done("drop", idea.project, by, idea.name)


@transaction.atomic
def for_everyone(*, idea: ProjectIdea, since: date, by) -> None:
    """The idea is the usual way from a day on; the chart shows it."""
    project = idea.project
    need_work(by, project)
    between(since, project.started, settings.CLOCK.today(), field="since", name="the day")
    ProjectIdea.objects.filter(pk=idea.pk).update(for_everyone_from=since)
    idea.for_everyone_from = since
    done("for_everyone", project, by, idea.name, since=str(since))


@transaction.atomic
def no_longer_usual(*, idea: ProjectIdea, by) -> None:
    """It was said too early, or did not last: the idea goes on as one that is tested."""
    need_work(by, idea.project)
    ProjectIdea.objects.filter(pk=idea.pk).update(for_everyone_from=None)
    done("no_longer_usual", idea.project, by, idea.name)


def plan(*, idea: ProjectIdea, plan: Plan, by, key: str = "") -> ChangeTest:
    """Write a test down before it is done. `key` makes a form that is sent twice one test."""
    project = idea.project
    need_work(by, project)

    def make() -> ChangeTest:
        # Numbers are given under the project's lock: two phones at once get two numbers.
        Project.objects.select_for_update().get(pk=project.pk)
        last = ChangeTest.objects.filter(idea=idea).aggregate(last=Max("number"))["last"] or 0
        if last >= MOST_TESTS:
            raise Unsuitable(f"The idea has {MOST_TESTS} tests; that is the most.", "question")
        row = ChangeTest(
            project=project,
            idea=idea,
            number=last + 1,
            planned_at=settings.CLOCK.now(),
            planned_by=name(by),
            edited_by=name(by),
            **plan_fields(plan, project),
        )
        row.save(force_insert=True)
        done("plan_test", project, by, f"{idea.name}, test {row.number}", test=row.pk)
        return row

    return once(ChangeTest, by, key, make)


@transaction.atomic
def change_plan(*, test: ChangeTest, plan: Plan, seen: int, by) -> ChangeTest:
    """Change a plan that has no result yet. Once something happened, the prediction stays as it was written."""
    need_work(by, test.project)
    current = _current(test, seen)
    if current.decision:
        raise Unsuitable(
            "What happened is written already; the plan stays as it was. Plan a next test instead."
        )
    for field, value in plan_fields(plan, current.project).items():
        setattr(current, field, value)
    _keep(current, by)
    done("change_test", current.project, by, f"{current.idea.name}, test {current.number}", test=current.pk)
    return current


def study(
    *, test: ChangeTest, study: Study, seen: int, by, key: str = "", on: date | None = None
) -> ChangeTest:
    """Write what happened, and what follows. `seen` is the version before the person's eyes: where somebody wrote
    meanwhile, Changed is raised and both texts can be looked at. Written again, the earlier words stay in the audit."""
    need_work(by, test.project)

    def make() -> ChangeTest:
        current = _current(test, seen)
        said = study_fields(study)
        before = {field: getattr(current, field) for field in said} if current.decision else {}
        for field, value in said.items():
            setattr(current, field, value)
        current.studied_at = settings.CLOCK.now()
        current.studied_by = name(by)
        _keep(current, by)
        words = f"{current.idea.name}, test {current.number}: {current.decision}"
        done("study_test", current.project, by, words, test=current.pk, before=before)
        return current

    return once(ChangeTest, by, key, make)


@transaction.atomic
def withdraw(*, test: ChangeTest, by) -> None:
    """Take a test back that was never done, or written twice; the row stays, and `restore` brings it back."""
    need_work(by, test.project)
    if test.decision:
        raise Unsuitable("What happened is written: the test stays, so that others can learn from it.")
    ChangeTest.objects.filter(pk=test.pk).update(withdrawn=settings.CLOCK.now())
    done("withdraw_test", test.project, by, f"{test.idea.name}, test {test.number}", test=test.pk)


@transaction.atomic
def restore(*, test: ChangeTest, by) -> None:
    need_work(by, test.project)
    ChangeTest.objects.filter(pk=test.pk).update(withdrawn=None)
    done("restore_test", test.project, by, f"{test.idea.name}, test {test.number}", test=test.pk)


def _next_order(project: Project) -> int:
    """The place behind all ideas of a project."""
    return (ProjectIdea.objects.filter(project=project).aggregate(last=Max("order"))["last"] or 0) + 1


def _current(test: ChangeTest, seen: int) -> ChangeTest:
    current = (
        ChangeTest.objects.select_for_update(of=("self",))
        .select_related("project__organisation", "idea")
        .get(pk=test.pk)
    )
    if current.version != seen:
        raise Changed("this test", current)
    return current


def _keep(current: ChangeTest, by) -> None:
    current.version += 1
    current.edited_by = name(by)
    current.save()
