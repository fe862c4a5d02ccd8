"""One test: its plan, what happened beside what was expected, what was learned and what follows."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404

from matneo.improvement.actions import testing
from matneo.improvement.actions.testing import Study
from matneo.improvement.models import ChangeTest, Compared, Decision, Project, Scale
from matneo.web.pages import Crumb
from matneo.web.projects import finding
from matneo.web.projects.forms import (
    Choice,
    Done,
    Field,
    FormPage,
    Option,
    Problem,
    around,
    filled,
    key_of,
    open_to_readers,
    seen_of,
    serve,
    text_of,
)
from matneo.web.projects.testing import PlanFields, plan_fields, plan_of, test_path
from matneo.web.viewing import viewer_of

DECISIONS = {
    Decision.ADOPT: "Adopt: do it like this from now on, or with more people",
    Decision.ADAPT: "Adapt: change it and test again",
    Decision.ABANDON: "Abandon: this is not the way; you know more now",
}
COMPARED = {
    Compared.AS_EXPECTED: "About as we expected",
    Compared.BETTER: "Better than we expected",
    Compared.LESS: "Less than we expected",
    Compared.OTHER: "Something else happened",
}
DECIDED = {Decision.ADOPT: "adopted", Decision.ADAPT: "adapted", Decision.ABANDON: "abandoned"}
WAITING = "waiting for a result"


@dataclass(frozen=True)
class Result:
    """What somebody wrote after a test."""

    happened: str
    compared: str
    learned: str
    decision: str
    mark: str
    next_step: str
    by: str
    at: object


@dataclass(frozen=True)
class TestCard:
    """One test as a reader sees it."""

    href: str
    idea: str
    number: int
    question: str
    prediction: str
    scale: str
    start: object
    end: object
    who: str
    planned_by: str
    planned_at: object
    state: str
    mark: str
    result: Result | None

    __test__ = False


@dataclass(frozen=True, kw_only=True)
class TestPage(FormPage):
    card: TestCard
    due: bool
    to_come: bool  # its day has not come: its plan comes first, and the form for its result is folded
    withdrawn: bool
    may_work: bool
    seen: int
    happened: Field
    learned: Field
    next_step: Field
    compared: Choice
    decision: Choice
    plan: PlanFields
    theirs: Result | None  # what somebody else wrote meanwhile
    their_plan: TestCard | None
    next_href: str

    __test__ = False


@open_to_readers
def one_test(request, pk: str, test: str):
    project = finding.find(request, pk)
    may_work = finding.may(request, project).work
    row = _find(request, project, test, may_work)
    if request.method == "POST" and not may_work:
        raise PermissionDenied("You may read this test, not change it.")
    acts = {
        "study": lambda: _study(request, row),
        "plan": lambda: _change(request, row),
        "withdraw": lambda: _withdraw(request, row),
        "restore": lambda: _restore(request, row),
    }
    return serve(
        request,
        "pages/projects/test.jinja",
        acts,
        lambda problem: _page(request, project, row, may_work, problem),
    )


def _find(request, project: Project, test: str, may_work: bool) -> ChangeTest:
    rows = ChangeTest.objects.visible_to(viewer_of(request)).filter(project=project, pk=test)
    row = (rows if may_work else rows.current()).select_related("idea", "project__organisation").first()
    if row is None:
        raise Http404
    return row


def _study(request, row: ChangeTest) -> Done:
    made = testing.study(
        test=row,
        study=Study(**text_of(request, "happened", "compared", "decision", "learned", "next_step")),
        seen=seen_of(request),
        by=request.user,
        key=key_of(request),
    )
    return Done(f"Kept. Test {made.number} of “{row.idea.name}”: {DECIDED[made.decision]}.")


def _change(request, row: ChangeTest) -> Done:
    testing.change_plan(test=row, plan=plan_of(request), seen=seen_of(request), by=request.user)
    return Done("The plan is changed.")


def _withdraw(request, row: ChangeTest) -> Done:
    testing.withdraw(test=row, by=request.user)
    return Done("The test is taken back. You can bring it back below.")


def _restore(request, row: ChangeTest) -> Done:
    testing.restore(test=row, by=request.user)
    return Done("The test is back.")


def _page(request, project: Project, row: ChangeTest, may_work: bool, problem: Problem | None) -> TestPage:
    today = settings.CLOCK.today()
    study = filled(
        request, problem, "study", **_kept(row, "happened", "compared", "learned", "decision", "next_step")
    )
    plan = filled(
        request, problem, "plan", **_kept(row, "question", "prediction", "scale", "start", "end", "who")
    )
    now = problem.now if problem and isinstance(problem.now, ChangeTest) else None
    names = viewer_of(request).signed_in
    card = card_of(row, names)
    return TestPage(
        title=f"{row.idea.name}, test {row.number}",
        crumbs=(*finding.crumbs(project), Crumb("Tests", f"/projects/{project.pk}/tests/")),
        lead=_lead(row, today),
        card=card,
        due=not row.decision and row.end < today,
        to_come=not row.decision and row.start > today,
        withdrawn=row.withdrawn is not None,
        may_work=may_work,
        seen=now.version if now else row.version,
        happened=study.field(
            "happened",
            "What happened?",
            most=1000,
            rows=4,
            needed=True,
            hint="What you saw or counted. No names of women or families.",
        ),
        compared=study.choice(
            "compared",
            "Beside what you expected",
            [Option(key.value, words) for key, words in COMPARED.items()],
        ),
        learned=study.field("learned", "What did you learn?", most=1000, rows=3),
        decision=study.choice(
            "decision",
            "What do you do with it?",
            [Option(key.value, words, mark=key.value) for key, words in DECISIONS.items()],
        ),
        next_step=study.field(
            "next_step", "What comes next?", most=200, hint="It stands ready in the plan of the next test."
        ),
        plan=plan_fields(plan),
        theirs=result_of(now, names) if now and now.decision else None,
        their_plan=card_of(now, names) if now and not now.decision else None,
        next_href=f"/projects/{project.pk}/tests/new/?after={row.pk}&idea={row.idea_id}",
        visible_to=finding.who_sees(project),
        fresh="",
        **around(request, project, problem),
    )


def _kept(row: ChangeTest, *names: str) -> dict:
    return {name: getattr(row, name) for name in names}


def _lead(row: ChangeTest, today) -> str:
    if row.withdrawn:
        return "This test was taken back. Its plan is kept."
    if row.decision:
        return f"{DECIDED[row.decision].capitalize()}. {COMPARED[row.compared].replace('we', 'the team')}."
    if row.start > today:
        year = f" {row.start:%Y}" if row.start.year != today.year else ""
        return f"It is planned for {row.start:%-d %B}{year}. When it has run, write what happened."
    if row.end < today:
        return f"It ended on {row.end:%-d %B %Y}. What happened? A minute is enough."
    return f"Being tested now, until {row.end:%-d %B %Y}."


def card_of(row: ChangeTest, names: bool) -> TestCard:
    """`names`: whether the reader has signed in. The public reads what was done, and no member of staff's name."""
    return TestCard(
        href=test_path(row),
        idea=row.idea.name,
        number=row.number,
        question=row.question,
        prediction=row.prediction,
        scale=Scale(row.scale).label,
        start=row.start,
        end=row.end,
        who=row.who if names else "",
        planned_by=row.planned_by if names else "",
        planned_at=row.planned_at,
        state=DECIDED[row.decision] if row.decision else WAITING,
        mark=row.decision or "waiting",
        result=result_of(row, names) if row.decision else None,
    )


def result_of(row: ChangeTest, names: bool) -> Result:
    return Result(
        happened=row.happened,
        compared=COMPARED[row.compared],
        learned=row.learned,
        decision=DECIDED[row.decision],
        mark=row.decision,
        next_step=row.next_step,
        by=row.studied_by if names else "",
        at=row.studied_at,
    )
