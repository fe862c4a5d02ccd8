"""How far a project is, as its team and its coach say; and the ten questions about holding the gains."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied

from matneo.improvement import answers
from matneo.improvement.actions import story
from matneo.improvement.models import Project, Score
from matneo.improvement.progress import FACTORS, HOPEFUL, LOW, Suggestion, Sustainability, suggest
from matneo.improvement.saying import Unsuitable
from matneo.utils.typed import digits
from matneo.web.projects import finding
from matneo.web.projects.facts import facts_of
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
    serve,
)
from matneo.web.viewing import signed_in, viewer_of

STEPS = {
    "0.5": "Started",
    "1.0": "Aim and team",
    "1.5": "Planned: drivers and measures",
    "2.0": "A baseline; no change yet",
    "2.5": "Changes are tested",
    "3.0": "A little better",
    "3.5": "Better: a process has moved",
    "4.0": "As hoped in large part",
    "4.5": "The gains hold",
    "5.0": "All goals met, and it spreads",
}


@dataclass(frozen=True)
class ScoreForm:
    """The form of one voice: the team's, or the coach's."""

    voice: str
    value: Choice
    reason: Field


@dataclass(frozen=True)
class GateRow:
    words: str
    needed: str
    open: bool


@dataclass(frozen=True)
class Said:
    voice: str
    value: str
    reason: str
    by: str
    at: object


@dataclass(frozen=True)
class FactorRow:
    name: str
    share: str
    apart: str


@dataclass(frozen=True)
class Holding:
    """What the answers say together."""

    sentence: str
    rows: tuple[FactorRow, ...]


@dataclass(frozen=True, kw_only=True)
class ProgressPage(FormPage):
    suggested: str
    gates: tuple[GateRow, ...]
    forms: tuple[ScoreForm, ...]
    said: tuple[Said, ...]
    holding: Holding
    questions: tuple[Choice, ...]  # empty for whoever is not on the team's side
    answering: bool


@signed_in
def progress(request, pk: str):
    project = finding.find_to_work_or_coach(request, pk)
    may = finding.may(request, project)
    if request.method == "POST" and not (may.coach if request.POST.get("what") == "coach" else may.work):
        raise PermissionDenied("The team speaks for the team, and its coach for the coach.")
    suggestion = suggest(facts_of(project, viewer_of(request)))
    acts = {
        "team": lambda: _score(request, project, "team", suggestion),
        "coach": lambda: _score(request, project, "coach", suggestion),
        "holding": lambda: _answer(request, project),
    }
    return serve(
        request,
        "pages/projects/progress.jinja",
        acts,
        lambda problem: _page(request, project, suggestion, problem),
    )


def _score(request, project: Project, voice: str, suggestion: Suggestion) -> Done:
    value = request.POST.get("value", "")
    try:
        if value not in STEPS:
            raise Unsuitable("Choose a score from 0.5 to 5.", "value")
        story.score(
            project=project,
            voice=voice,
            value=Decimal(value),
            suggestion=suggestion,
            reason=request.POST.get("reason", ""),
            by=request.user,
            key=key_of(request),
        )
    except Unsuitable as reason:  # two forms alike: each has ids of its own
        field = {"value": f"{voice}-value", "reason": f"{voice}-reason"}.get(reason.field, "")
        raise Unsuitable(str(reason), field) from reason
    return Done(f"Kept: the {voice} says {value}.")


def _answer(request, project: Project) -> Done:
    levels = [digits(request.POST.get(f"q{place}", ""), 1) for place in range(len(FACTORS))]
    missing = next((place for place, level in enumerate(levels) if level not in (0, 1, 2, 3)), None)
    if missing is not None:
        raise Unsuitable(f"Answer “{FACTORS[missing].name}” too; each of the ten counts.", f"q{missing}")
    given = [level for level in levels if level is not None]
    story.answer_sustainability(project=project, levels=given, by=request.user, key=key_of(request))
    return Done("Thank you. Your answers are kept; only the average of everybody's is shown.")


def _page(request, project: Project, suggestion: Suggestion, problem: Problem | None) -> ProgressPage:
    may = finding.may(request, project)
    scores = list(Score.objects.visible_to(viewer_of(request)).filter(project=project))
    voices = [voice for voice, allowed in (("team", may.work), ("coach", may.coach)) if allowed]
    return ProgressPage(
        title="How far we are",
        crumbs=finding.crumbs(project),
        lead=_lead(scores, suggestion),
        suggested=f"{suggestion.value:.1f}",
        gates=tuple(GateRow(g.words, f"needed for {g.score:.1f}", g.open) for g in suggestion.gates),
        forms=tuple(_form(request, voice, suggestion, problem) for voice in voices),
        said=tuple(Said(s.voice, f"{s.value:.1f}", s.reason, s.by_name, s.at) for s in reversed(scores)),
        holding=_holding(answers.together(project)),
        questions=_questions(request, problem) if may.work else (),
        answering=problem is not None and problem.what == "holding",
        visible_to="Scores: whoever sees the project. Your ten answers: nobody; only their average is shown.",
        fresh="",
        **around(request, project, problem),
    )


def _lead(scores: list[Score], suggestion: Suggestion) -> str:
    latest = {score.voice: score for score in scores}
    said = [f"the {voice} says {latest[voice].value:.1f}" for voice in ("team", "coach") if voice in latest]
    begin = f"{' and '.join(said).capitalize()}. " if said else "Nobody has said yet. "
    return f"{begin}The records suggest {suggestion.value:.1f}."


def _form(request, voice: str, suggestion: Suggestion, problem: Problem | None) -> ScoreForm:
    form = filled(request, problem, voice, value=f"{suggestion.value:.1f}")
    options = tuple(
        Option(value, f"{value} {words}", value == form.value("value")) for value, words in STEPS.items()
    )
    return ScoreForm(
        voice=voice,
        value=Choice(
            "value", f"As the {voice}, we say", options, problem=form.said(f"{voice}-value"), id=f"{voice}-value"
        ),
        reason=Field(
            "reason",
            f"Why, where it is not {suggestion.value:.1f}",
            form.value("reason"),
            problem=form.said(f"{voice}-reason"),
            most=300,
            id=f"{voice}-reason",
        ),
    )  # fmt: skip


def _questions(request, problem: Problem | None) -> tuple[Choice, ...]:
    form = filled(request, problem, "holding")
    return tuple(
        form.choice(
            f"q{place}",
            f"{place + 1}. {factor.name}",
            [Option(str(level), words) for level, words in enumerate(factor.levels)],
        )
        for place, factor in enumerate(FACTORS)
    )


def _holding(together: Sustainability | None) -> Holding:
    people = together.people if together else 0
    if together is None or people < answers.FEWEST:
        count = {0: "Nobody has answered yet", 1: "One person has answered", 2: "Two people have answered"}[
            people
        ]
        return Holding(
            f"{count}. The average is shown from {answers.FEWEST} on, so that nobody's own answers can be seen.",
            (),
        )
    rows = tuple(FactorRow(f.name, f"{share:.0%}", _apart(apart)) for f, share, apart in together.factors)
    lowest = " and ".join(f"“{factor.name}”" for factor in together.lowest)
    return Holding(
        f"{people} people answered: {together.total:.0f} of 100. {_reading(together.total)} Work first on {lowest}.", rows
    )  # fmt: skip


def _reading(total: float) -> str:
    if total >= HOPEFUL:
        return "That is hopeful."
    return "That is little to build on." if total < LOW else "That is in between."


def _apart(levels: int) -> str:
    return ("of one mind", "nearly of one mind", "apart", "far apart")[levels]
