"""The page for national editors: change the text of a package, look at what would change, publish it."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from matneo.accounts.access import NotAllowed
from matneo.accounts.permissions import Permission
from matneo.library import actions, catalogue, guard, judging, reading
from matneo.library.actions import MOST_NOTE, Unready
from matneo.library.drafting import next_text, tidy
from matneo.library.models import LibraryVersion
from matneo.library.schema import Package
from matneo.measures.definitions import ContentError
from matneo.utils.typed import digits
from matneo.utils.viewer import ANONYMOUS
from matneo.web.library.changes import NONE, Changes, changes_between
from matneo.web.library.rows import package_address
from matneo.web.library.versions import find
from matneo.web.pages import Crumb, Page, Step
from matneo.web.render import render
from matneo.web.viewing import need, signed_in, viewer_of


@dataclass(frozen=True)
class Problem:
    """What has to be mended, in which field, and how the line of the text reads that it names."""

    field: str
    words: str
    line: str = ""


@dataclass(frozen=True)
class DraftRow:
    href: str
    by_name: str
    at: date
    note: str


@dataclass(frozen=True, kw_only=True)
class EditPage(Page):
    text: str
    note: str
    rows: int
    most_note: int
    problem: Problem | None
    looked: bool
    changes: Changes
    next_number: int
    drafts: tuple[DraftRow, ...]
    versions_href: str
    files: str


@signed_in
def package_edit(request, key: str):
    need(request, Permission.EDIT_LIBRARY)
    found = find(key)
    if request.method != "POST":
        text, note = _begin(request, found)
        return _answer(request, found, text, note)
    note, what = request.POST.get("note", ""), request.POST.get("what", "")
    if what not in ("look", "publish", "keep"):
        raise Http404
    text = tidy(request.POST.get("text", ""))
    try:
        text = _given(request, text)
        if what == "look":
            return _answer(request, found, text, note, looked=_read(found, text))
        _act(request, found, what, text, note)
    except ContentError as problem:
        wrong = Problem("text", str(problem), guard.line_in(problem, text))
        return _answer(request, found, text, note, problem=wrong)
    except Unready as problem:
        return _answer(request, found, text, note, problem=Problem(problem.field, str(problem)))
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    return redirect("package_edit" if what == "keep" else "package_versions", key.lower())


def _given(request, text: str) -> str:
    """The text of the file, where one was chosen; else what stands in the box."""
    file = request.FILES.get("file")
    if file is None:
        return text
    if file.size > guard.MOST_BYTES:
        raise Unready(
            f"{file.name[:80]} is larger than {guard.MOST_BYTES // 1000} KB; a package is a tenth of that.",
            "file",
        )
    try:
        return tidy(file.read().decode("utf-8"))
    except UnicodeDecodeError:
        raise Unready(
            f"{file.name[:80]} is no plain text. Save it as UTF-8 and choose it again.", "file"
        ) from None


def _read(found: Package, text: str) -> Package:
    """The same questions that publishing asks."""
    asked = judging.read(text, catalogue.load())
    _of_this_page(found, asked)
    judging.next_of(found, asked, text, settings.CLOCK.today(), _publisher(found))
    return asked


def _of_this_page(found: Package, asked: Package) -> None:
    if asked.id != found.id:
        raise ContentError(f"This page is for {found.id}, and the text is of {asked.id}.")


def _publisher(found: Package) -> str:
    rows = LibraryVersion.objects.visible_to(ANONYMOUS).filter(package=found.id, version=found.version)
    return rows.values_list("by_name", flat=True).first() or ""


def _act(request, found: Package, what: str, text: str, note: str) -> None:
    if what == "keep":
        actions.keep(package=found.id, text=text, note=note, by=request.user)
        messages.success(request, "The draft is kept. It stands below, for you and the other editors.")
        return
    _of_this_page(found, judging.read(text, catalogue.load()))
    row = actions.publish(text=text, note=note, by=request.user)
    messages.success(request, f"Version {row.version} is published and current.")


def _begin(request, found: Package) -> tuple[str, str]:
    """A draft where one is asked for, else the current text with the number raised."""
    if asked := digits(request.GET.get("draft", "")):
        draft = _drafts(request, found).filter(pk=asked).first()
        if draft is None:
            raise Http404
        return draft.text, draft.note
    return next_text(_text_of(found), found.version + 1, settings.CLOCK.today()), ""


def _text_of(found: Package) -> str:
    rows = LibraryVersion.objects.visible_to(ANONYMOUS).filter(package=found.id, version=found.version)
    text = rows.values_list("text", flat=True).first()
    return text or (reading.folder() / f"{found.id}.yaml").read_text("utf-8")


def _drafts(request, found: Package):
    return LibraryVersion.objects.visible_to(viewer_of(request)).filter(package=found.id, status="draft")


def _answer(
    request,
    found: Package,
    text: str,
    note: str,
    problem: Problem | None = None,
    looked: Package | None = None,
):
    here, key = reverse("package_edit", args=[found.id.lower()]), found.id.lower()
    drafts = _drafts(request, found).filter(version__gt=found.version).order_by("-id")[:5]
    page = EditPage(
        title=f"Edit {found.title}",
        section="library",
        crumbs=(Crumb("Library", "/library/"), Crumb(found.title, package_address(found))),
        lead=f"Version {found.version} stays as it is. What you write here becomes version {found.version + 1}, for "
        "everybody, when you publish it.",
        text=text,
        note=note,
        rows=30,
        most_note=MOST_NOTE,
        problem=problem,
        looked=looked is not None,
        changes=changes_between(found, looked) if looked else NONE,
        next_number=found.version + 1,
        drafts=tuple(
            DraftRow(f"{here}?draft={d.pk}", d.by_name, d.published_at.date(), d.note) for d in drafts
        ),
        versions_href=reverse("package_versions", args=[key]),
        files=f"{guard.MOST_BYTES // 1000} KB",
        next_steps=(Step("What changed from version to version", reverse("package_versions", args=[key])),),
        visible_to="National editors. A version that is published is for everyone.",
        fresh=f"Version {found.version} is current.",
    )
    return render(request, "pages/package_edit.jinja", page, status=422 if problem else 200)
