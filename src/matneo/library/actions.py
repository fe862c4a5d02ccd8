"""Writing versions. Files and the page for editors are two doors to the same rows; no row is ever changed."""

from dataclasses import dataclass, field
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction

from matneo.accounts.access import NotAllowed, has_permission, viewer_for
from matneo.accounts.permissions import Permission
from matneo.audit import actions as audit
from matneo.library import catalogue, checks, differences, judging, reading
from matneo.library.drafting import tidy
from matneo.library.guard import MOST_BYTES
from matneo.library.models import LibraryVersion, Source, Status
from matneo.library.schema import Package
from matneo.measures.definitions import ContentError
from matneo.measures.intake.identifiers import in_words
from matneo.utils.typed import printable

MOST_NOTE = 300


class Unready(Exception):
    """Something beside the text that has to be mended first; `field` names it."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass
class Loaded:
    """What became of each file; `left_out` holds a sentence for each that could not follow."""

    added: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@transaction.atomic
def load(*, by) -> Loaded:
    """Bring the software's files in as versions; twice is once. A file that says something else under a number that is
    taken is left out and named: nothing is overwritten, and a start is never stopped by it."""
    _need(by)
    found = Loaded()
    rows = {row.package: row for row in LibraryVersion.objects.newest()}
    for file in reading.files():
        package = checks.read_checked(file)
        _bring_in(package, file.read_text("utf-8"), file.name, rows.get(package.id), found, by)
    if found.added:
        audit.record(by=by, action="library.load", subject=", ".join(found.added))
        catalogue.forget()
    return found


def _bring_in(
    package: Package, text: str, name: str, newest: LibraryVersion | None, found: Loaded, by
) -> None:
    said = f"{package.id} version {package.version}"
    if newest is not None and package.version <= newest.version:
        known = LibraryVersion.objects.published().filter(package=package.id, version=package.version).first()
        if known is None or known.digest == _digest(text):
            found.same.append(said)
            return
        found.left_out.append(
            f"{name}: version {package.version} was published on {known.published_at:%-d %B %Y} by {known.by_name} and "
            f"says something else. Raise the file's version to {newest.version + 1} to bring it in."
        )
        return
    if newest is not None:
        try:
            checks.follows(catalogue.parsed(newest.text, package.id), package, text, name)
        except ContentError as problem:
            found.left_out.append(str(problem))
            return
    _add(package, text, by, "As it came with the software.", Source.FILE)
    found.added.append(said)


def publish(*, text: str, note: str, by) -> LibraryVersion:
    """The next version of a package, current from now on. Raises ContentError (file, line, field), Unready, NotAllowed."""
    _need(by)
    text, note = tidy(text), _note(note)
    package = judging.read(text, catalogue.load())
    try:
        with transaction.atomic():
            before = LibraryVersion.objects.newest().filter(package=package.id).first()
            old = (
                catalogue.parsed(before.text, package.id) if before else catalogue.load().packages[package.id]
            )
            judging.next_of(old, package, text, settings.CLOCK.today(), before.by_name if before else "")
            row = _add(package, text, by, note, Source.APP)
            audit.record(
                by=by,
                action="library.publish",
                subject=f"{package.id} version {package.version}: {note}"[:300],
                detail={
                    "package": package.id,
                    "version": package.version,
                    "digest": row.digest,
                    "changes": differences.summary(differences.between(old, package)),
                },
            )
    except IntegrityError:  # somebody else published this number between the look and the row
        raise judging.overtaken(package, text, "Somebody else") from None
    catalogue.forget()
    return row


@transaction.atomic
def keep(*, package: str, text: str, note: str, by) -> LibraryVersion:
    """Keep a draft as it is, whole or not; each time a row of its own, so nothing that was written is lost."""
    _need(by)
    text, note = tidy(text), printable(note)[:MOST_NOTE]
    current = catalogue.load().packages.get(package)
    if current is None:
        raise Unready("There is no such package.", "text")
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise Unready(f"A draft of more than {MOST_BYTES // 1000} KB is not kept.", "text")
    _without_people(text, "text")
    row = LibraryVersion.objects.create(
        package=package,
        version=current.version + 1,
        digest=_digest(text),
        text=text,
        effective_from=settings.CLOCK.today(),
        status=Status.DRAFT,
        published_at=settings.CLOCK.now(),
        by_name=_name(by),
        note=note,
        source=Source.APP,
    )
    audit.record(by=by, action="library.keep", subject=f"{package} version {row.version}")
    return row


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8")).hexdigest()


def _add(package: Package, text: str, by, note: str, source: Source) -> LibraryVersion:
    return LibraryVersion.objects.create(
        package=package.id,
        version=package.version,
        digest=_digest(text),
        text=text,
        effective_from=package.effective_from,
        published_at=settings.CLOCK.now(),
        by_name=_name(by),
        note=note,
        source=source,
    )


def _note(note: str) -> str:
    said = printable(note)
    if not said:
        raise Unready("Say in a sentence what changed and why; it stands beside the version.", "note")
    if len(said) > MOST_NOTE:
        raise Unready(f"The note has {len(said)} letters; {MOST_NOTE} is the most that fits.", "note")
    _without_people(said, "note")
    return said


def _without_people(text: str, field: str) -> None:
    if found := in_words(text):
        raise Unready(f"This holds what looks like {found}. A package is public: take it out.", field)


def _need(by) -> None:
    """`by=None` is the system itself: a command on this machine, the demonstration's builder."""
    if by is not None and not has_permission(viewer_for(by), Permission.EDIT_LIBRARY):
        raise NotAllowed(f"You may not {Permission.EDIT_LIBRARY.value}.")


def _name(by) -> str:
    return by.name if by is not None else "MatNeo"
