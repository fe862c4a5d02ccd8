"""Differences between two versions as pages list them."""

from dataclasses import dataclass

from matneo.library import differences
from matneo.library.differences import HOWS, KINDS, Change
from matneo.library.schema import Package

WORDS = {"added": "New", "changed": "Changed", "retired": "Retired"}


@dataclass(frozen=True)
class Group:
    """The changes of one kind, such as all drivers."""

    title: str
    changes: tuple["Row", ...]


@dataclass(frozen=True)
class Row:
    id: str
    name: str
    how: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """`summary` is empty where both versions say the same."""

    summary: str
    groups: tuple[Group, ...]


def changes_between(before: Package, after: Package) -> Changes:
    found = differences.between(before, after)
    titles = {"package": "The package's own words", **{kind: title for kind, (_, title) in KINDS.items()}}
    groups = (Group(title, tuple(_row(c) for c in found if c.kind == kind)) for kind, title in titles.items())
    words = differences.summary(found)
    return (
        Changes(f"{words[:1].upper()}{words[1:]}.", tuple(g for g in groups if g.changes)) if found else NONE
    )


NONE = Changes("", ())


def _row(change: Change) -> Row:
    assert change.how in HOWS
    return Row(change.id, change.name, WORDS[change.how] if change.id else "", change.sentences)
