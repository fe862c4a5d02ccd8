"""Forms of a project: what stands in the fields, and what came of what was sent. Nothing that was typed is lost."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from matneo.accounts.access import NotAllowed
from matneo.improvement.models import Project, State
from matneo.improvement.saying import Changed, Unsuitable
from matneo.web.pages import Page
from matneo.web.render import render
from matneo.web.viewing import viewer_of


@dataclass(frozen=True)
class Field:
    """One field for text or a day. `most` is how many characters fit; `rows` over 0 makes it a box of lines."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    problem: str = ""
    most: int = 0
    rows: int = 0
    needed: bool = False
    kind: str = "text"
    id: str = ""


@dataclass(frozen=True)
class Option:
    """One of several to choose from; `mark` names the drawing beside its words."""

    value: str
    name: str
    chosen: bool = False
    hint: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Choice:
    name: str
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    problem: str = ""
    needed: bool = True
    id: str = ""


@dataclass(frozen=True)
class Problem:
    """Why nothing was kept; `what` names the form that it belongs to, `now` is what somebody else wrote meanwhile."""

    message: str
    field: str = ""
    what: str = ""
    now: object = None

    @property
    def status(self) -> int:
        return 409 if self.now is not None else 422


@dataclass(frozen=True)
class Done:
    """What to tell, and where to go on; empty: the same page."""

    words: str
    href: str = ""


@dataclass(frozen=True)
class Filled:
    """What stands in the fields of one form: what was just sent where it could not be kept, else what is kept."""

    kept: Mapping[str, object] = field(default_factory=dict)
    sent: Mapping[str, str] | None = None
    problem: Problem | None = None

    def value(self, name: str) -> str:
        found = self.kept.get(name, "") if self.sent is None else self.sent.get(name, "")
        return found.isoformat() if isinstance(found, date) else "" if found is None else str(found)

    def field(self, name: str, label: str, **more) -> Field:
        return Field(name, label, self.value(name), problem=self.said(name), **more)

    def choice(self, name: str, label: str, options: Iterable[Option], **more) -> Choice:
        """The one that was chosen last is chosen."""
        chosen = self.value(name)
        marked = tuple(Option(o.value, o.name, o.value == chosen, o.hint, o.mark) for o in options)
        return Choice(name, label, marked, problem=self.said(name), **more)

    def said(self, name: str) -> str:
        return self.problem.message if self.problem and self.problem.field == name else ""


@dataclass(frozen=True, kw_only=True)
class FormPage(Page):
    """A page with forms. `key` makes a form that arrives twice one thing; `project` is the way back."""

    project: str
    back: str
    closed: bool
    key: str
    problem: Problem | None = None


def around(request: HttpRequest, project: Project, problem: Problem | None) -> dict:
    """What every form page of a project says of it."""
    return {
        "project": project.title,
        "back": f"/projects/{project.pk}/",
        "closed": project.state == State.CLOSED,
        "key": key_of(request) if problem else secrets.token_hex(12),
        "problem": problem,
        "section": "projects",
    }


def filled(request: HttpRequest, problem: Problem | None, what: str, **kept) -> Filled:
    """The fields of the form `what`: of several on a page only the one that was sent shows what was sent."""
    if problem is None or problem.what != what:
        return Filled(kept)
    return Filled(kept, request.POST, problem)


def serve(
    request: HttpRequest,
    template: str,
    acts: Mapping[str, Callable[[], Done]],
    page: Callable[[Problem | None], FormPage],
) -> HttpResponse:
    """Show the page; or do what was sent, or say beside the field what it lacks."""
    problem = None
    if request.method == "POST":
        done = _do(request.POST.get("what", ""), acts)
        if isinstance(done, Done):
            # The tag tells the browser which form has arrived, so that it forgets its draft.
            messages.success(request, done.words, extra_tags=key_of(request))
            return redirect(done.href or request.path)
        problem = done
    return render(request, template, page(problem), status=problem.status if problem else 200)


def _do(what: str, acts: Mapping[str, Callable[[], Done]]) -> Done | Problem:
    if what not in acts:
        raise Http404
    try:
        return acts[what]()
    except Unsuitable as reason:
        return Problem(str(reason), reason.field, what)
    except Changed as reason:
        return Problem(str(reason), "", what, reason.now)
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason


def open_to_readers(view):
    """A public project is read by everybody. Of any other, nothing is said before somebody has signed in, not even that
    it is there; and whoever wants to write signs in first."""

    @wraps(view)
    def guarded(request, pk, *args, **kwargs):
        viewer = viewer_of(request)
        public = Project.objects.visible_to(viewer).filter(pk=pk)
        if viewer.signed_in or (request.method in ("GET", "HEAD") and public.exists()):
            return view(request, pk, *args, **kwargs)
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")

    return guarded


def key_of(request: HttpRequest) -> str:
    key = request.POST.get("key", "")
    return key[:40] if key.isascii() and key.isalnum() else ""


def text_of(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in names}


def seen_of(request: HttpRequest) -> int:
    """The version that was before the person's eyes; a slip is none, and shows what stands there now."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else 0


def day_of(request: HttpRequest, name: str, words: str) -> date:
    """A day as a browser sends it, or as people write it."""
    text = request.POST.get(name, "").strip()
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    raise Unsuitable(f"Give {words} as a day, such as 17/11/2025.", name)
