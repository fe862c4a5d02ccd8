"""All versions of a change package, and one of them as it was."""

from dataclasses import dataclass, replace
from datetime import date

from django.http import Http404
from django.urls import reverse

from matneo.accounts.access import has_permission
from matneo.accounts.permissions import Permission
from matneo.library import catalogue
from matneo.library.models import LibraryVersion
from matneo.library.schema import Package
from matneo.utils.viewer import ANONYMOUS
from matneo.web.library import package as current
from matneo.web.library.changes import NONE, Changes, changes_between
from matneo.web.library.rows import EVERYONE, package_address, version_address
from matneo.web.pages import Crumb, Page, Step
from matneo.web.render import render
from matneo.web.viewing import viewer_of


@dataclass(frozen=True)
class VersionRow:
    number: int
    href: str
    current: bool
    effective_from: date
    published: date | None  # empty: it is read from the software's files
    by_name: str
    note: str
    changes: Changes
    first: bool


@dataclass(frozen=True, kw_only=True)
class VersionsPage(Page):
    versions: tuple[VersionRow, ...]
    edit_href: str


def package_versions(request, key: str):
    found = find(key)
    rows = LibraryVersion.objects.visible_to(ANONYMOUS).filter(package=found.id)
    may_edit = has_permission(viewer_of(request), Permission.EDIT_LIBRARY)
    edit = reverse("package_edit", args=[key.lower()]) if may_edit else ""
    page = VersionsPage(
        title=f"Versions of {found.title}",
        section="library",
        crumbs=(Crumb("Library", "/library/"), Crumb(found.title, package_address(found))),
        lead="A version stays as it was published. Projects and citations name the one they stand on.",
        versions=_rows(found, list(rows)),
        edit_href=edit,
        next_steps=(Step("Read the current version", package_address(found)),),
        visible_to=EVERYONE,
        fresh=f"Version {found.version} is current.",
    )
    return render(request, "pages/package_versions.jinja", page)


def find(key: str) -> Package:
    found = catalogue.load().packages.get(key.upper())
    if found is None:
        raise Http404
    return found


def _rows(found: Package, rows: list[LibraryVersion]) -> tuple[VersionRow, ...]:
    """Newest first, each beside the one before it."""
    if not rows:
        return (_row(found, found, None, NONE, True),)
    texts = [catalogue.parsed(row.text, row.package) for row in rows]
    before = [*texts[1:], None]
    return tuple(
        _row(found, text, row, changes_between(old, text) if old else NONE, old is None)
        for text, row, old in zip(texts, rows, before, strict=True)
    )


def _row(
    found: Package, text: Package, row: LibraryVersion | None, changes: Changes, first: bool
) -> VersionRow:
    return VersionRow(
        number=text.version,
        href=version_address(text),
        current=text.version == found.version,
        effective_from=text.effective_from,
        published=row.published_at.date() if row else None,
        by_name=row.by_name if row else "",
        note=row.note if row else "As it came with the software.",
        changes=changes,
        first=first,
    )


def package_version(request, key: str, number: int):
    found = find(key)
    asked = catalogue.version(found.id, number)
    if asked is None:
        raise Http404
    page = current.page_of(request, current.found_of(request, asked), version_address(asked))
    crumbs = (
        Crumb("Library", "/library/"),
        Crumb(found.title, package_address(found)),
        Crumb("Versions", reverse("package_versions", args=[key.lower()])),
    )
    page = replace(
        page,
        title=f"{asked.title}, version {asked.version}",
        crumbs=crumbs,
        standing=_standing(asked, found),
        standing_href=package_address(found),
        next_steps=(
            Step("What changed from version to version", reverse("package_versions", args=[key.lower()])),
        ),
    )
    return render(request, "pages/package.jinja", page)


def _standing(asked: Package, found: Package) -> str:
    if asked.version == found.version:
        return "This is the current version, at the address that stays when a newer one is published."
    return (
        f"This is an earlier version, kept as it was. Version {found.version} is current. Links from this page to drivers "
        "and change ideas lead to what is current."
    )
