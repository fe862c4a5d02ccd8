"""Planning a test of a change idea: the question, and what is expected, before anything is done."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from matneo.improvement.actions import testing
from matneo.improvement.actions.testing import Plan
from matneo.improvement.models import ChangeTest, Project, ProjectIdea, Scale
from matneo.improvement.saying import Unsuitable
from matneo.improvement.written import LONGEST
from matneo.library import catalogue
from matneo.utils.typed import digits
from matneo.web.projects import finding
from matneo.web.projects.forms import (
    Choice,
    Done,
    Field,
    Filled,
    FormPage,
    Option,
    Problem,
    around,
    day_of,
    filled,
    key_of,
    serve,
    text_of,
)
from matneo.web.viewing import signed_in, viewer_of

OWN, TAKE = "own", "take-"
USUAL_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class PlanPage(FormPage):
    idea: Choice
    own: Field
    plan: "PlanFields"


@dataclass(frozen=True)
class PlanFields:
    """The fields of a plan, for a new one and for one that is changed."""

    question: Field
    prediction: Field
    scale: Choice
    start: Field
    end: Field
    who: Field


@signed_in
def new_test(request, pk: str):
    project = finding.find_to_work_on(request, pk)

    def page(problem: Problem | None) -> PlanPage:
        form = filled(request, problem, "plan", **_begin(request, project))
        return PlanPage(
            title="Plan a test",
            crumbs=finding.crumbs(project),
            lead="Small and soon. What you expect stays as you write it, so that the result can surprise you.",
            idea=form.choice("idea", "Which idea do you test?", _ideas(request, project, form)),
            own=form.field("title", "What your idea is called", most=120),
            plan=plan_fields(form),
            visible_to=finding.who_sees(project),
            fresh="",
            **around(request, project, problem),
        )

    return serve(request, "pages/projects/plan.jinja", {"plan": lambda: _plan(request, project)}, page)


@transaction.atomic
def _plan(request, project: Project) -> Done:
    """An idea that is taken up along with a test stays only where the test does."""
    idea = _idea(request, project)
    made = testing.plan(idea=idea, plan=plan_of(request), by=request.user, key=key_of(request))
    words = f"Test {made.number} of “{made.idea.name}” is planned. It ends on {made.end:%-d %B}; then write what happened."
    return Done(words, test_path(made))


def plan_of(request) -> Plan:
    return Plan(
        **text_of(request, "question", "prediction", "who"),
        start=day_of(request, "start", "the day the test begins"),
        end=day_of(request, "end", "the day the test ends"),
        scale=digits(request.POST.get("scale", ""), 1) or 0,
    )


def plan_fields(form: Filled) -> PlanFields:
    return PlanFields(
        question=form.field("question", "What do you want to find out?", most=200, rows=2, needed=True),
        prediction=form.field(
            "prediction",
            "What do you expect?",
            most=200,
            rows=2,
            needed=True,
            hint="A number if you can: “9 of 10 are referred the same day”.",
        ),
        scale=form.choice(
            "scale",
            "With how many?",
            [Option(str(s.value), s.label[:1].upper() + s.label[1:]) for s in Scale],
        ),
        start=form.field("start", "Begins", kind="date", needed=True),
        end=form.field("end", "Ends", kind="date", needed=True),
        who=form.field("who", "Who does it", most=80, hint="Of the team. No names of women or families."),
    )


def test_path(test: ChangeTest) -> str:
    return f"/projects/{test.project_id}/tests/{test.pk}/"


def _begin(request, project: Project) -> dict:
    """What a new plan begins with: today, a week, oneself; and the next step of the test that it follows."""
    start = _month(request.GET.get("month", ""), project) or settings.CLOCK.today()
    begin = {
        "scale": Scale.FEW.value,
        "start": start,
        "end": start + timedelta(days=USUAL_DAYS),
        "who": request.user.name[:80],
        "idea": request.GET.get("idea", ""),
    }
    if take := _taken(request):
        there = _current_ideas(request, project).filter(idea=take.id).first()
        begin["idea"] = there.pk if there else TAKE + take.id
    rows = ChangeTest.objects.visible_to(viewer_of(request)).filter(project=project)
    if before := rows.filter(pk=request.GET.get("after", "")).first():
        begin |= {"idea": before.idea_id, "question": before.next_step, "scale": before.scale}
    return begin


def _month(asked: str, project: Project) -> date | None:
    """The first day of the month that the address names, such as 2025-10; of this month, and of one that no test of the
    project can be in, nothing."""
    today = settings.CLOCK.today()
    try:
        first = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return None
    if first == today.replace(day=1):
        return None
    return first if project.started.replace(day=1) <= first <= today + LONGEST else None


def _ideas(request, project: Project, form: Filled) -> list[Option]:
    """The team's ideas, the one that was chosen in the library, and one of their own."""
    rows = _current_ideas(request, project)
    options = [Option(str(row.pk), row.name, hint=_first(row)) for row in rows]
    take = _named(form.value("idea"))
    if take and take.id not in {row.idea for row in rows}:
        options.append(Option(TAKE + take.id, take.name, hint=_first(take)))
    return [*options, Option(OWN, "An idea of our own", hint="Say what it is called below.")]


def _first(idea) -> str:
    return f"Smallest first test: {idea.first_test}" if idea.first_test else ""


def _current_ideas(request, project: Project):
    return ProjectIdea.objects.visible_to(viewer_of(request)).current().filter(project=project)


def _taken(request):
    """The idea of the library that the address names."""
    return catalogue.load().idea(request.GET.get("take", "").upper()[:12])


def _named(value: str):
    return catalogue.load().idea(value.removeprefix(TAKE)) if value.startswith(TAKE) else None


def _idea(request, project: Project) -> ProjectIdea:
    value = request.POST.get("idea", "")
    if value == OWN:
        return testing.take_up(project=project, title=request.POST.get("title", ""), by=request.user)
    if value.startswith(TAKE):
        return testing.take_up(project=project, idea=value.removeprefix(TAKE)[:12], by=request.user)
    found = _current_ideas(request, project).filter(pk=digits(value)).first()
    if found is None:
        raise Unsuitable("Choose the idea that you test.", "idea")
    return found
