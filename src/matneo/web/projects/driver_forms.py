"""The editor of a project's diagram: an outline with plain forms, one driver open at a time, and one step back."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404

from matneo.accounts.access import NotAllowed
from matneo.improvement.actions import drivers
from matneo.improvement.diagram import Diagram, Node
from matneo.improvement.local import diagram_of, package_of
from matneo.improvement.models import Project
from matneo.improvement.saying import Changed, Unsuitable
from matneo.utils.typed import digits
from matneo.web.projects.finding import address

SESSION = "driver_undo"
TOP = "new"  # the form that adds a primary driver


@dataclass(frozen=True)
class Answer:
    """What became of a form. `problem` stands beside `field` of driver `key`; `theirs` is what somebody else wrote
    meanwhile, beside what was `typed` here."""

    done: bool = False
    back: str = ""
    problem: str = ""
    field: str = ""
    key: str = ""
    what: str = ""
    typed: str = ""
    chosen: tuple[str, ...] = ()
    theirs: str = ""
    status: int = 200


@dataclass(frozen=True)
class Undo:
    """The last change of this person here, and the words of the button that takes it back."""

    words: str


@dataclass(frozen=True)
class Option:
    key: str
    words: str
    first: bool
    also: bool


@dataclass(frozen=True)
class Row:
    """One driver of the editor."""

    key: str
    name: str
    national: str
    differs: str
    version: int
    hidden: bool
    with_top: str  # that it is left out together with the driver that it stands under
    first: bool
    last: bool
    top: bool  # a primary driver
    open: bool
    href: str
    options: tuple[Option, ...]  # only of the open one


@dataclass(frozen=True)
class Group:
    """A primary driver and those under it; the last one may hold what lost its place, and says so in its heading."""

    heading: str
    rows: tuple[Row, ...]


def groups(project: Project, diagram: Diagram, editing: str) -> tuple[Group, ...]:
    """Every driver, hidden ones too, in reading order."""
    tops = [n for n in diagram.nodes if n.level == 1]
    made = []
    for top in tops:
        below = [n for n in diagram.nodes if n.level == 2 and n.home == top.key]
        made.append(
            Group(
                "",
                (
                    _row(project, diagram, top, tops, editing),
                    *(_row(project, diagram, n, below, editing) for n in below),
                ),
            )
        )
    known = {n.key for n in tops}
    lost = [n for n in diagram.nodes if n.level == 2 and n.home not in known]
    if lost:
        made.append(
            Group(
                "Without a place: choose what they serve",
                tuple(_row(project, diagram, n, lost, editing) for n in lost),
            )
        )
    return tuple(made)


def _row(project: Project, diagram: Diagram, node: Node, siblings: list[Node], editing: str) -> Row:
    opened = node.key == editing
    top = diagram.node(node.home) if node.level == 2 else None
    gone = top is not None and top.hidden and not node.hidden
    return Row(
        key=node.key,
        name=node.name,
        national=node.national_name if node.reworded else "",
        differs=node.differs,
        version=node.version,
        hidden=node.hidden,
        with_top=f"left out with {node.home}" if gone else "",
        first=siblings[0] is node,
        last=siblings[-1] is node,
        top=node.level == 1,
        open=opened,
        href=back_to(project, node.key),
        options=_options(project, diagram, node) if opened else (),
    )


def _options(project: Project, diagram: Diagram, node: Node) -> tuple[Option, ...]:
    aims = [(aim.id, f"Aim: {aim.short or aim.statement}") for aim in package_of(project).aims]
    others = [(n.key, n.short) for n in diagram.nodes if n.level == 1 and n.key != node.key]
    return tuple(
        Option(key, f"{words} ({key})", key == node.home, key in node.also) for key, words in (*aims, *others)
    )


def back_to(project: Project, key: str = "") -> str:
    said = urlencode({"view": "edit", **({"edit": key} if key else {})})
    return f"{address(project)}drivers/?{said}{f'#e-{key}' if key else ''}"


# --- What a form does ----------------------------------------------------------------------------------------------


def act(request, project: Project) -> Answer:
    """Do what was asked, or say why not; a stranger's key is only not there."""
    what, key = request.POST.get("what", ""), request.POST.get("key", "")[:24]
    if what == "undo":
        return _undo(request, project)
    deed = DEEDS.get(what)
    if deed is None:
        raise Http404
    before = diagram_of(project).node(key)
    if before is None and not (what == "add" and key == TOP):
        raise Http404
    try:
        inverse, said, place = deed(request, project, key, before)
    except Changed as changed:
        return _both(request, project, key, what, changed)
    except Unsuitable as wrong:
        return _refused(request, key, what, str(wrong), wrong.field)
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    _remember(request, project, inverse)
    messages.success(request, said)
    return Answer(done=True, back=back_to(project, place))


def _seen(request) -> int:
    """A version that nobody has makes the action look again."""
    number = digits(request.POST.get("seen", ""), most=9)
    return -1 if number is None else number


def _title(request) -> str:
    return request.POST.get("title", "")


def _serves(request) -> list[str]:
    """The first is where it is drawn; those ticked beside it follow."""
    home = request.POST.get("home", "")
    return [key for key in (home, *request.POST.getlist("also")) if key]


def _add(request, project: Project, key: str, _before):
    aims = [aim.id for aim in package_of(project).aims]
    row = drivers.add(
        project=project, title=_title(request), serves=aims[:1] if key == TOP else [key], by=request.user
    )
    inverse = {"what": "hide", "key": row.key, "seen": row.version, "words": f"adding {row.name}"}
    # The next one is typed in the same place: Enter adds, and the cursor stands ready for a sibling.
    return inverse, f"{row.name} was added.", key


def _reword(request, project: Project, key: str, before: Node):
    row = drivers.reword(
        project=project, key=key, title=_title(request), seen=_seen(request), by=request.user
    )
    was = "" if before.national and not before.reworded else before.name
    inverse = {"what": "reword", "title": was, "words": f"the new words of {key}"}
    return _with(inverse, row), f"{key} has its new words." if row.name else f"{key} has the national words again.", key  # fmt: skip


def _move(request, project: Project, key: str, before: Node):
    row = drivers.move(
        project=project, key=key, serves=_serves(request), seen=_seen(request), by=request.user
    )
    inverse = {"what": "move", "serves": list(before.serves), "words": f"moving {key}"}
    return _with(inverse, row), f"{key} was moved.", key


def _hide(request, project: Project, key: str, _before: Node):
    row = drivers.hide(project=project, key=key, hidden=True, seen=_seen(request), by=request.user)
    return _with({"what": "show", "words": f"hiding {key}"}, row), f"{key} is left out, with what hangs under it.", key  # fmt: skip


def _show(request, project: Project, key: str, _before: Node):
    row = drivers.hide(project=project, key=key, hidden=False, seen=_seen(request), by=request.user)
    return _with({"what": "hide", "words": f"showing {key}"}, row), f"{key} is shown again.", key


def _up(request, project: Project, key: str, _before: Node):
    drivers.order(project=project, key=key, up=True, by=request.user)
    return {"what": "down", "key": key, "words": f"moving {key} up"}, f"{key} is one place up.", key


def _down(request, project: Project, key: str, _before: Node):
    drivers.order(project=project, key=key, up=False, by=request.user)
    return {"what": "up", "key": key, "words": f"moving {key} down"}, f"{key} is one place down.", key


DEEDS = {
    "add": _add,
    "reword": _reword,
    "move": _move,
    "hide": _hide,
    "show": _show,
    "up": _up,
    "down": _down,
}


def _with(inverse: dict, row) -> dict:
    """The version that the change made: where somebody changes it again, the step back is refused, not forced."""
    return {**inverse, "key": row.key, "seen": row.version}


# --- One step back -------------------------------------------------------------------------------------------------


def undo_of(request, project: Project) -> Undo | None:
    kept = request.session.get(SESSION)
    return Undo(kept["words"]) if kept and kept.get("project") == project.pk else None


def _remember(request, project: Project, inverse: dict) -> None:
    request.session[SESSION] = {**inverse, "project": project.pk}


def _undo(request, project: Project) -> Answer:
    kept = request.session.pop(SESSION, None)
    if not kept or kept.get("project") != project.pk:
        return _refused(request, "", "undo", "There is nothing to take back.", "")
    key, seen, by = kept["key"], kept.get("seen", -1), request.user
    try:
        match kept["what"]:
            case "reword":
                drivers.reword(project=project, key=key, title=kept["title"], seen=seen, by=by)
            case "move":
                drivers.move(project=project, key=key, serves=kept["serves"], seen=seen, by=by)
            case "hide" | "show":
                drivers.hide(project=project, key=key, hidden=kept["what"] == "hide", seen=seen, by=by)
            case "up" | "down":
                drivers.order(project=project, key=key, up=kept["what"] == "up", by=by)
    except Changed as changed:
        return _refused(request, key, "undo", f"{changed} It was not taken back.", "")
    except Unsuitable as wrong:
        return _refused(request, key, "undo", str(wrong), wrong.field)
    messages.success(request, f"Taken back: {kept['words']}.")
    return Answer(done=True, back=back_to(project))


# --- What cannot stand ---------------------------------------------------------------------------------------------


def _refused(request, key: str, what: str, problem: str, field: str) -> Answer:
    return Answer(
        problem=problem,
        field=field,
        key=key,
        what=what,
        typed=_title(request)[:400],
        chosen=tuple(_serves(request)[:20]),
        status=422,
    )


def _both(request, project: Project, key: str, what: str, changed: Changed) -> Answer:
    """Theirs as it stands and ours as it was typed; saved again, ours counts."""
    node = diagram_of(project).node(key)
    names = [key] if node is None else [node.name, f"serves {', '.join(node.serves)}"]
    theirs = "; ".join([*names, *(["hidden"] if node is not None and node.hidden else [])])
    refused = _refused(request, key, what, str(changed), "title" if what == "reword" else "serves")
    return Answer(**{**refused.__dict__, "theirs": theirs, "status": 409})
