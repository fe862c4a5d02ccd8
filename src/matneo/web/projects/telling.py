"""The story of a project: what no other record tells."""

from dataclasses import dataclass

from django.conf import settings

from matneo.improvement.actions import story
from matneo.improvement.models import Entry, Project
from matneo.web.projects import finding
from matneo.web.projects.forms import (
    Choice,
    Done,
    Field,
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

KINDS = {
    "note": "Something that happened",
    "milestone": "A milestone",
    "voice": "What a mother, father or member of staff said",
    "review": "A review",
}


@dataclass(frozen=True)
class Told:
    pk: int
    date: object
    kind: str
    title: str
    text: str
    by: str


@dataclass(frozen=True, kw_only=True)
class StoryPage(FormPage):
    kind: Choice
    date: Field
    title_field: Field
    text: Field
    entries: tuple[Told, ...]
    gone: tuple[Told, ...]


@signed_in
def tell(request, pk: str):
    project = finding.find_to_work_on(request, pk)
    acts = {
        "tell": lambda: _tell(request, project),
        "out": lambda: _out(request, project),
        "back": lambda: _back(request, project),
    }
    return serve(
        request, "pages/projects/story.jinja", acts, lambda problem: _page(request, project, problem)
    )


def _tell(request, project: Project) -> Done:
    day = day_of(request, "date", "the day")
    row = story.tell(
        project=project,
        date=day,
        by=request.user,
        key=key_of(request),
        **text_of(request, "title", "text", "kind"),
    )
    return Done(f"“{row.title}” stands in the story.")


def _out(request, project: Project) -> Done:
    row = finding.part_sent(request, project, Entry)
    story.take_out(entry=row, by=request.user)
    return Done(f"“{row.title}” is taken out. You can put it back below.")


def _back(request, project: Project) -> Done:
    row = finding.part_sent(request, project, Entry)
    story.put_back(entry=row, by=request.user)
    return Done(f"“{row.title}” is back.")


def _page(request, project: Project, problem: Problem | None) -> StoryPage:
    rows = list(Entry.objects.visible_to(viewer_of(request)).filter(project=project).order_by("-date", "-id"))
    form = filled(request, problem, "tell", date=settings.CLOCK.today(), kind="note")
    return StoryPage(
        title="The story",
        crumbs=finding.crumbs(project),
        lead="Tests, ideas and scores tell themselves. Add what only you know: a visit, a setback, a sentence somebody said.",
        kind=form.choice("kind", "What is it?", [Option(key, words) for key, words in KINDS.items()]),
        date=form.field("date", "When", kind="date", needed=True),
        title_field=form.field("title", "In a few words", most=80, needed=True),
        text=form.field(
            "text",
            "More, if there is more to say",
            most=600,
            rows=4,
            hint="What families say without names, and only what they agreed to.",
        ),
        entries=tuple(_told(row) for row in rows if row.withdrawn is None),
        gone=tuple(_told(row) for row in rows if row.withdrawn),
        visible_to=finding.who_sees(project),
        fresh="",
        **around(request, project, problem),
    )


def _told(row: Entry) -> Told:
    return Told(row.pk, row.date, KINDS.get(row.kind, ""), row.title, row.text, row.by_name)
