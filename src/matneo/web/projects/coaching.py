"""Notes of a project's coach: for the coach alone, or shared with the team."""

from dataclasses import dataclass

from matneo.improvement.actions import story
from matneo.improvement.models import CoachNote, Project
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
    serve,
)
from matneo.web.viewing import signed_in, viewer_of

ALONE, SHARED = "alone", "shared"


@dataclass(frozen=True)
class Note:
    text: str
    by: str
    at: object
    shared: bool


@dataclass(frozen=True, kw_only=True)
class NotesPage(FormPage):
    notes: tuple[Note, ...]
    may_coach: bool
    text: Field
    shared: Choice


@signed_in
def notes(request, pk: str):
    project = finding.find_to_work_or_coach(request, pk)
    return serve(
        request,
        "pages/projects/notes.jinja",
        {"note": lambda: _note(request, project)},
        lambda problem: _page(request, project, problem),
    )


def _note(request, project: Project) -> Done:
    shared = request.POST.get("shared") == SHARED
    text = request.POST.get("text", "")
    story.note(project=project, text=text, shared=shared, by=request.user, key=key_of(request))
    return Done("The note is shared with the team." if shared else "The note is kept, for you alone.")


def _page(request, project: Project, problem: Problem | None) -> NotesPage:
    rows = list(CoachNote.objects.visible_to(viewer_of(request)).filter(project=project))
    may_coach = finding.may(request, project).coach
    form = filled(request, problem, "note", shared=ALONE)
    return NotesPage(
        title="The coach's notes",
        crumbs=finding.crumbs(project),
        lead="What you agreed on a visit, and what you want to remember."
        if may_coach
        else "What your coach shared with you.",
        notes=tuple(Note(row.text, row.by_name, row.at, row.shared) for row in rows),
        may_coach=may_coach,
        text=form.field("text", "Your note", most=2000, rows=6, needed=True),
        shared=form.choice(
            "shared",
            "For whom",
            [
                Option(
                    ALONE, "For me alone", hint="People may ask what is kept about them: write what you could say."
                ),
                Option(SHARED, "For the team too"),
            ],
        ),
        visible_to="Shared notes: the trust's people and its coach. The others: the coach who wrote them, alone.",
        fresh="",
        **around(request, project, problem),
    )  # fmt: skip
