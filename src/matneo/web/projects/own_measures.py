"""Measures of a trust's own: beginning one, following one that is there, taking one off."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localtime

from matneo.accounts.access import has_permission
from matneo.improvement.actions import filling, projects
from matneo.improvement.models import Project, ProjectMeasure, Rhythm
from matneo.improvement.saying import Unsuitable
from matneo.library.schema import DIRECTIONS, FAMILIES
from matneo.measures.intake.findings import Refused
from matneo.submissions import actions as submissions
from matneo.submissions import permissions
from matneo.submissions.models import LocalMeasure
from matneo.utils.typed import printable
from matneo.web.pages import Crumb
from matneo.web.projects import finding
from matneo.web.projects.following import FAMILY_WORDS, HOW_OFTEN
from matneo.web.projects.forms import Choice, Done, Field, FormPage, Option, Problem, around, filled, serve
from matneo.web.viewing import signed_in, viewer_of

# What the action says of a text, and the field that it is about.
TAKEN_OFF = 10  # the last ones are shown
FIELDS = (("The name", "name"), ("What is counted", "counted"), ("Out of what", "of"))


@dataclass(frozen=True)
class Own:
    """One measure of the trust's own."""

    pk: str
    name: str
    words: str
    begun: str
    followed: bool


@dataclass(frozen=True, kw_only=True)
class OwnPage(FormPage):
    may_begin: bool
    name: Field
    counted: Field
    of: Field
    direction: Choice
    family: Choice
    rhythm: Choice
    listed: tuple[Own, ...]
    taken_off: tuple[Own, ...]
    measures_href: str


@signed_in
def own_measures(request: HttpRequest, pk: str) -> HttpResponse:
    project = finding.find_to_work_on(request, pk)
    acts = {
        "begin": lambda: _begin(request, project),
        "follow": lambda: _follow(request, project),
        "withdraw": lambda: _withdraw(request, project),
        "restore": lambda: _restore(request, project),
    }
    return serve(
        request, "pages/projects/own_measures.jinja", acts, lambda problem: _page(request, project, problem)
    )


def _begin(request: HttpRequest, project: Project) -> Done:
    """Begin it, and follow it in this project: both or neither."""
    sent = request.POST
    try:
        with transaction.atomic():
            made = submissions.add_local_measure(
                organisation=project.organisation,
                name=sent.get("name", ""),
                counted=sent.get("counted", ""),
                of=sent.get("of", ""),
                direction=sent.get("direction", ""),
                family=sent.get("family", ""),
                by=request.user,
            )
            row = projects.follow(project=project, measure=made.pk, family=made.family, by=request.user)
            filling.count_by(row=row, rhythm=sent.get("rhythm", Rhythm.MONTH), by=request.user)
    except Refused as reason:
        raise Unsuitable(str(reason), _field(str(reason))) from reason
    return Done(
        f"“{made.name}” is begun, and followed here. Type its first numbers.",
        f"/projects/{project.pk}/measures/",
    )


def _field(words: str) -> str:
    """The field that a refusal speaks of; what is not about its words is about the name that is taken, or the choices."""
    found = next((field for begins, field in FIELDS if words.startswith(begins)), "")
    return found or ("name" if "already" in words else "direction" if words.startswith("Say which") else "")


def _follow(request: HttpRequest, project: Project) -> Done:
    found = _sent(request, project)
    projects.follow(project=project, measure=found.pk, family=found.family, by=request.user)
    return Done(f"“{found.name}” is followed.")


def _withdraw(request: HttpRequest, project: Project) -> Done:
    found = _sent(request, project)
    submissions.withdraw_local_measure(measure=found, by=request.user)
    return Done(
        f"“{found.name}” is taken off: nobody types into it any more. It can be brought back, with what was typed."
    )


def _restore(request: HttpRequest, project: Project) -> Done:
    found = _sent(request, project, _all(request, project))
    try:
        submissions.restore_local_measure(measure=found, by=request.user)
    except Refused as reason:
        raise Unsuitable(str(reason), "") from reason
    return Done(f"“{found.name}” is back, with what was typed into it.")


def _sent(request: HttpRequest, project: Project, among=None) -> LocalMeasure:
    rows = _theirs(request, project) if among is None else among
    found = rows.filter(pk=printable(request.POST.get("measure", ""))[:40]).first()
    if found is None:
        raise Http404
    return found


def _theirs(request: HttpRequest, project: Project):
    return _all(request, project).active()


def _all(request: HttpRequest, project: Project):
    rows = LocalMeasure.objects.visible_to(viewer_of(request)).filter(organisation=project.organisation)
    return rows.select_related("organisation")


def _page(request: HttpRequest, project: Project, problem: Problem | None) -> OwnPage:
    viewer, trust = viewer_of(request), project.organisation
    if not viewer.sees_inside(trust.code):
        raise PermissionDenied("A trust's own measures are for people inside it.")
    form = filled(request, problem, "begin", rhythm=Rhythm.MONTH)
    families = [Option(key, FAMILY_WORDS.get(key, key)) for key in FAMILIES]
    measures = f"/projects/{project.pk}/measures/"
    return OwnPage(
        title="A measure of your own",
        lead="For what the library does not have. Two numbers each time: how many, out of how many.",
        crumbs=(*finding.crumbs(project), Crumb("The measures", measures)),
        may_begin=has_permission(viewer, permissions.to_send(trust), trust.code),
        name=form.field(
            "name", "What it is called", most=80, needed=True, hint="Such as: Card explained at booking."
        ),
        counted=form.field(
            "counted",
            "What is counted",
            most=300,
            needed=True,
            hint="Such as: Women to whom the card was explained.",
        ),
        of=form.field(
            "of", "Out of what", most=300, needed=True, hint="Such as: Women booked in the week or month."
        ),
        direction=form.choice(
            "direction", "Which way is better", [Option(k, w) for k, w in DIRECTIONS.items()]
        ),
        family=form.choice("family", "What kind of measure it is", families),
        rhythm=form.choice("rhythm", HOW_OFTEN, [Option(v, w) for v, w in Rhythm.choices]),
        listed=_listed(request, project),
        taken_off=_taken_off(request, project),
        measures_href=measures,
        visible_to=f"People inside {trust.short_name}: its own measures and what is typed into them stay there.",
        fresh="",
        **around(request, project, problem),
    )


def _listed(request: HttpRequest, project: Project) -> tuple[Own, ...]:
    rows = ProjectMeasure.objects.visible_to(viewer_of(request)).current().filter(project=project)
    followed = set(rows.values_list("measure", flat=True))
    return tuple(
        Own(
            row.pk,
            row.name,
            f"{row.counted}, out of: {row.of}. {DIRECTIONS[row.direction]}.",
            f"Begun by {row.by_name} on {localtime(row.at):%-d %B %Y}",
            row.pk in followed,
        )
        for row in _theirs(request, project)
    )


def _taken_off(request: HttpRequest, project: Project) -> tuple[Own, ...]:
    """The last taken off first."""
    rows = _all(request, project).filter(withdrawn__isnull=False).order_by("-withdrawn", "id")[:TAKEN_OFF]
    return tuple(
        Own(
            row.pk,
            row.name,
            f"{row.counted}, out of: {row.of}. {DIRECTIONS[row.direction]}.",
            f"Taken off by {row.withdrawn_by} on {localtime(row.withdrawn):%-d %B %Y}",
            False,
        )
        for row in rows
        if row.withdrawn
    )
