"""What changed between two versions of a package, in sentences with the old and the new words."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from matneo.library.schema import EFFORTS, STRENGTHS, Link, Package, Target

KINDS = {
    "aims": ("aim", "Aims"),
    "drivers": ("driver", "Drivers"),
    "ideas": ("change idea", "Change ideas"),
    "measures": ("measure", "Measures"),
    "evidence": ("finding", "Evidence"),
}
HOWS = ("added", "changed", "retired")
# Every version has another number and another day; that is no change of what it says.
NOT_SAID = {"id", "version", "effective_from", "retired"}
LABELS = {
    "statement": "Aim",
    "short": "Short name",
    "people": "Who benefits",
    "equity": "Fairness",
    "text": "What to do",
    "first_test": "First test",
    "concept": "Kind of change",
    "why": "Reason",
    "of": "Counted of",
    "lead": "First sentence",
    "national": "National aim",
    "package": "Own package",
    "in_full": "In full",
    "clinical_signoff": "Clinical sign-off",
    "status": "State",
    "latest": "Last known",
    "about": "Speaks to",
}


Names = dict[str, str]  # what each id of both versions is called


@dataclass(frozen=True)
class Change:
    """One thing that was added, changed or retired; `sentences` say what is different in it."""

    kind: str  # a key of KINDS, or "package"
    id: str
    name: str
    how: str  # one of HOWS
    sentences: tuple[str, ...] = ()


def between(before: Package, after: Package) -> tuple[Change, ...]:
    """Every change, in the order of the page; nothing where both say the same."""
    found = []
    names = {item.id: f"“{_name(item)}” ({item.id})" for p in (before, after) for item in p.items}
    if said := tuple(_fields(before, after, names)):
        found.append(Change("package", after.id, after.title, "changed", said))
    for kind in KINDS:
        found += _of_kind(kind, getattr(before, kind), getattr(after, kind), names)
    return tuple(found)


def summary(changes: tuple[Change, ...]) -> str:
    """In a few words, such as "2 drivers changed, 1 change idea added"; empty where nothing did."""
    words = ["the package's own words changed" for c in changes if c.kind == "package"]
    for kind, (name, _) in KINDS.items():
        for how in HOWS:
            if number := sum(c.kind == kind and c.how == how and bool(c.id) for c in changes):
                words.append(f"{number} {name}{'' if number == 1 else 's'} {how}")
        words += [f"the order of the {name}s changed" for c in changes if c.kind == kind and not c.id]
    return ", ".join(words)


def sentence(change: Change) -> str:
    """One change as one line, for lists that have no room for more."""
    if not change.id:
        return change.name
    if change.how == "added":
        return f"{change.id} is new: {change.name}"
    if change.how == "retired":
        return f"{change.id} is no longer there: {change.name}"
    return f"{change.id} {change.name}: {' '.join(change.sentences)}"


def _of_kind(kind: str, before: tuple[Any, ...], after: tuple[Any, ...], names: Names) -> Iterator[Change]:
    old, new = {item.id: item for item in before}, {item.id: item for item in after}
    for key, item in new.items():
        if key not in old:
            yield Change(kind, key, _name(item), "added")
        elif said := tuple(_fields(old[key], item, names)):
            yield Change(kind, key, _name(item), "changed", said)
    yield from (Change(kind, key, _name(item), "retired") for key, item in old.items() if key not in new)
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield Change(kind, "", f"The {KINDS[kind][1].lower()} stand in another order.", "changed")


def _name(item: Any) -> str:
    return str(
        getattr(item, "short", "")
        or getattr(item, "name", "")
        or getattr(item, "statement", "")
        or item.words
    )


def _fields(before: Any, after: Any, names: Names) -> Iterator[str]:
    apart = {*NOT_SAID, *KINDS} if isinstance(after, Package) else NOT_SAID
    for entry in fields(after):
        old, new = getattr(before, entry.name), getattr(after, entry.name)
        if entry.name not in apart and old != new:
            yield from _said(entry.name, old, new, names)


def _said(field: str, old: Any, new: Any, names: Names) -> Iterator[str]:
    label = LABELS.get(field, field.replace("_", " ").capitalize())
    if field == "serves":
        yield from _links({link.to: link for link in old}, {link.to: link for link in new}, names)
    elif isinstance(new, tuple):
        yield from _lists(label, *(tuple(names.get(w, _words(w)) for w in side) for side in (old, new)))
    elif not old:
        yield f"{label} added: “{_words(new)}”."
    elif not new and new is not False:
        yield f"{label} taken out, before “{_words(old)}”."
    else:
        yield f"{label}: “{_words(new, field)}”, before “{_words(old, field)}”."


def _links(old: dict[str, Link], new: dict[str, Link], names: Names) -> Iterator[str]:
    for to, link in new.items():
        if to not in old:
            yield f"Now serves {names[to]}, a {STRENGTHS[link.strength]} link: {link.why}"
        elif link != old[to]:
            yield from _one_link(old[to], link, names[to])
    yield from (f"No longer serves {names[to]}." for to in old if to not in new)
    if list(new) != list(old) and set(new) == set(old):
        first, before = next(iter(new)), next(iter(old))
        yield (
            f"Stands under {names[first]} now, before under {names[before]}."
            if first != before
            else "Serves the same in another order."
        )


def _one_link(old: Link, new: Link, to: str) -> Iterator[str]:
    if new.strength != old.strength:
        yield f"The link to {to} is {STRENGTHS[new.strength]}, before {STRENGTHS[old.strength]}."
    if new.why != old.why:
        yield f"Reason of the link to {to}: “{new.why}”, before “{old.why}”."
    if new.confidence != old.confidence:
        yield f"Confidence of the link to {to}: {new.confidence}, before {old.confidence}."


def _lists(label: str, old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[str]:
    more, less = [w for w in new if w not in old], [w for w in old if w not in new]
    if more:
        yield f"{label}: now also {', '.join(more)}."
    if less:
        yield f"{label}: no longer {', '.join(less)}."
    if not more and not less:
        yield f"{label}: {', '.join(new)}, before {', '.join(old)}."


def _words(value: Any, field: str = "") -> str:
    if isinstance(value, Target):
        return f"“{value.words}” ({', '.join((value.confidence, *value.sources))})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    return EFFORTS[value].partition(":")[0].lower() if field == "effort" else str(value)
