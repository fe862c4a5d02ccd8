"""Who can see a project: the six steps of the ladder, in words that say who that would be."""

from dataclasses import dataclass

from matneo.improvement.actions import projects
from matneo.improvement.ladder import LISTED_FROM, NAMES, SHARED_FROM, WHO, Rung
from matneo.improvement.models import Member, Project, ProjectMeasure
from matneo.improvement.saying import Unsuitable
from matneo.organisations.models import Link
from matneo.utils.typed import digits
from matneo.web.projects import finding, looking, opening
from matneo.web.projects.forms import Choice, Done, FormPage, Option, Problem, around, filled, serve
from matneo.web.projects.opening import Opening
from matneo.web.viewing import signed_in, viewer_of


@dataclass(frozen=True, kw_only=True)
class SharePage(FormPage):
    now: str
    steps: tuple[tuple[str, str, bool], ...]  # name, who that is, whether it stands there
    choice: Choice
    may_lead: bool
    listed: str
    balancing: str
    opening: Opening
    seen_by: str
    look: "Look | None"  # for those who decide
    undo: tuple[str, str] | None  # the step that it came from: value and name


@dataclass(frozen=True)
class Look:
    """Seeing it as somebody else: who, and on which step."""

    address: str
    who: Choice
    step: Choice


@signed_in
def share(request, pk: str):
    project = finding.find(request, pk)
    return serve(
        request,
        "pages/projects/share.jinja",
        {"share": lambda: _share(request, project)},
        lambda problem: _page(request, project, problem),
    )


def _share(request, project: Project) -> Done:
    asked = digits(request.POST.get("rung", ""), 1)
    if asked not in set(Rung):
        raise Unsuitable("Choose one of the six steps.", "rung")
    before = project.rung
    projects.share(project=project, rung=Rung(asked), by=request.user)
    return Done(f"From now on it is seen by {WHO[Rung(asked)]}.", f"{request.path}?from={before}")


def _page(request, project: Project, problem: Problem | None) -> SharePage:
    rung = Rung(project.rung)
    who = _who(request, project)
    form = filled(request, problem, "share", rung=rung.value)
    allowed = finding.may(request, project)
    opened = opening.of(project, viewer_of(request)) if rung < Rung.PUBLIC else opening.NOTHING
    options = [
        Option(str(step.value), NAMES[step], hint=f"{who[step]}{_read(opened, step > rung)}") for step in Rung
    ]
    came_from = digits(request.GET.get("from", ""), 1)
    undo = Rung(came_from) if came_from in set(Rung) and came_from != rung else None
    return SharePage(
        title="Who can see this",
        crumbs=finding.crumbs(project),
        lead=f"Now: {NAMES[rung]}. It is seen by {WHO[rung]}.",
        now=NAMES[rung],
        steps=tuple((NAMES[step], who[step], step == rung) for step in Rung),
        choice=form.choice("rung", "Who should see it", options),
        may_lead=allowed.lead,
        listed=_listed(rung),
        balancing=_balancing(request, project, rung),
        opening=opened,
        seen_by=WHO[rung],
        look=_look(request, project, rung) if allowed.lead else None,
        undo=(str(undo.value), NAMES[undo]) if undo is not None else None,
        visible_to=finding.who_sees(project),
        fresh="",
        **around(request, project, problem),
    )


def _read(opened: Opening, higher: bool) -> str:
    """What a step up opens, beside the step."""
    if not (higher and opened.words):
        return ""
    return f" {opened.words[:1].upper()}{opened.words[1:]} will be readable by them."


def _look(request, project: Project, rung: Rung) -> Look:
    now = {rung: f"{NAMES[rung]}, as now"}
    who = [
        Option(r.key, f"{r.name[:1].upper()}{r.name[1:]}")
        for r in looking.readers(project, viewer_of(request))
    ]
    steps = [Option(str(step.value), now.get(step, NAMES[step]), chosen=step == rung) for step in Rung]
    return Look(
        f"{finding.address(project)}share/look/",
        Choice("as", "Who looks", tuple(who), id="look-as"),
        Choice("step", "If it stood on the step", tuple(steps), id="look-step"),
    )


def _who(request, project: Project) -> dict[Rung, str]:
    """Each step in words, with the people and places that it means here."""
    trust = project.organisation.short_name
    rows = Member.objects.visible_to(viewer_of(request)).current().filter(project=project, user__isnull=False)
    people = ", ".join(row.name for row in rows) or "nobody yet"
    joined = Link.objects.visible_to(viewer_of(request)).filter(kind="in_psc", end__isnull=True)
    home = joined.filter(source=project.organisation).select_related("target").first()
    trusts = joined.filter(target=home.target).count() if home else 0
    number = f"{trusts} trusts" if trusts > 1 else "one trust"
    group = f"the {number} of {home.target.short_name}" if home else "its collaborative, once it has one"
    return {
        Rung.DRAFT: f"Still being written. The same people as Team: {people}.",
        Rung.TEAM: f"Those on its team who have an account: {people}.",
        Rung.TRUST: f"Everyone with a role at {trust}, and the coach and manager who look after it.",
        Rung.COLLABORATIVE: f"Also everyone with a role at {group}, and those who support them.",
        Rung.PROGRAMME: "Also everyone else in the programme who has signed in, the national team included.",
        Rung.PUBLIC: "Everyone, without signing in. Figures are rounded and pooled for them as everywhere.",
    }  # fmt: skip


def _listed(rung: Rung) -> str:
    if rung >= LISTED_FROM:
        return "Its title, area, state and dates are known to the whole programme, from the step Trust on."
    return "Below the step Trust nobody else knows that it is there."


def _balancing(request, project: Project, rung: Rung) -> str:
    """The rule, where it stands in the way; a fact, where it does not."""
    rows = ProjectMeasure.objects.visible_to(viewer_of(request)).current()
    if rows.filter(project=project, family="balancing").exists():
        return "It follows a balancing measure, so that others see whether the change does harm elsewhere."
    return (
        f"From the step {NAMES[SHARED_FROM]} on it needs a balancing measure: whoever takes the change up should see "
        "whether it does harm elsewhere. It follows none yet."
    )
