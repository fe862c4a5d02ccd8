"""The tree as a picture. Where it is opened and what is chosen stands in the address, so that every state has one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from matneo.charts import living
from matneo.charts.living import Box
from matneo.improvement.evidence import Standing
from matneo.web.drivers.tree import Door, Spot, Tree, counted, ideas_under

NOBODY = "none"  # every branch closed
FOUNDATIONS = "Foundations of all five"
CLOSED = "Ideas: open a driver to see them"
NO_IDEA = "no change idea yet"


@dataclass(frozen=True)
class Choice:
    """One part of a switch."""

    words: str
    href: str
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """What the address asks for; what is not known asks for nothing."""

    base: str
    view: str = "diagram"
    scope: str = "all"
    open: str = ""
    idea: str = ""
    panel: bool = True  # a chosen idea opens beside the picture, else it has a page

    def address(self, **changes: str) -> str:
        """The same page with something changed."""
        wanted = {"view": self.view, "scope": self.scope, "open": self.open, "idea": self.idea, **changes}
        plain = {"view": "diagram", "scope": "all", "open": "", "idea": ""}
        said = urlencode({key: value for key, value in wanted.items() if value != plain[key]})
        return f"{self.base}?{said}" if said else self.base


def views(now: Asked, offered: Sequence[tuple[str, str]]) -> tuple[Choice, ...]:
    """The switch between views, (key, words) each."""
    return tuple(Choice(words, now.address(view=key), now.view == key) for key, words in offered)


def asked(
    base: str,
    given,
    tree: Tree,
    scope: str = "all",
    views=("diagram", "outline"),
    panel: bool = True,
) -> Asked:
    """From an address: an idea opens its own branch; without a wish the branch is open where most is tested."""
    view = given.get("view") if given.get("view") in views else views[0]
    idea = tree.find(given.get("idea", "").upper())
    wanted = given.get("open", "")
    branch = tree.branch_of(idea.key) if idea is not None and idea.kind == "idea" else None
    if branch is None:
        branch = tree.branch_of(wanted.upper()) if wanted != NOBODY else None
    opened = branch.key if branch else NOBODY if wanted == NOBODY else _busiest(tree)
    chosen = idea.key if panel and idea is not None and idea.kind == "idea" else ""
    return Asked(base, view, scope, opened, chosen, panel)


def _busiest(tree: Tree) -> str:
    """The branch with most tests, then with most ideas; the first of those alike. A folded diagram has its ideas elsewhere."""
    if tree.folded or not tree.branches:
        return tree.branches[0].key if tree.branches else ""
    return max(tree.branches, key=lambda spot: (spot.counts.tests, len(ideas_under(spot)))).key


def draw(tree: Tree, now: Asked, *, key: str, title: str) -> str:
    aims = tuple(_box(spot, now, False) for spot in tree.aims)
    branches = tuple(_branch(spot, now, tree) for spot in tree.branches)
    words = "The same drivers, readings and tests stand in the outline on this page."
    return living.draw(
        living.Tree(aims, branches, _headings(tree, now), tree.folded),
        key=key,
        title=title,
        description=words,
    )


def _headings(tree: Tree, now: Asked) -> tuple[str, str, str, str]:
    """A foundation has no change package, and a folded diagram that is closed shows none: then the column has no heading.
    Where nothing stands in the column of ideas, its heading says why."""
    aim, primary, secondary, last = tree.headings
    if not last:  # no column of ideas
        return tree.headings
    opened = next((b for b in tree.branches if b.key == now.open), None)
    if tree.folded:
        return aim, primary, secondary, last if opened and opened.door else ""
    if opened is None:
        return aim, primary, secondary, CLOSED
    return aim, primary, secondary, last if ideas_under(opened) else f"{opened.label}: {NO_IDEA}"


def _branch(spot: Spot, now: Asked, tree: Tree) -> Box:
    opened = spot.key == now.open
    box = _box(spot, now, opened)
    first = next((b.key for b in tree.branches if b.elsewhere is not None), "")
    if spot.elsewhere is not None:
        box = replace(box, joined=False, above=FOUNDATIONS if spot.key == first else "")
    if tree.folded:
        box = replace(box, link=_opens(len(spot.below), "driver", opened))
    return replace(box, below=(*box.below, _door(spot.door, spot))) if spot.door and opened else box


def _opens(number: int, word: str, opened: bool) -> str:
    return f"{'Close ' if opened else ''}{counted(number, word)}" if number else ""


def _door(door: Door, spot: Spot) -> Box:
    return Box(
        key=door.key,
        kind="idea",
        label=door.key.partition(".")[2],
        name=door.name,
        says=f"{door.name}. {door.note}. {spot.tried}.",
        count=spot.teams,
        href=door.href,
        note=door.note,
        nobody=not spot.tested,
        state="open",
    )


def _box(spot: Spot, now: Asked, opened: bool) -> Box:
    ideas = len(ideas_under(spot))
    return Box(
        key=spot.key,
        kind=spot.kind,
        label=spot.label,
        name=spot.short,
        says=spot.says,
        count=spot.teams if spot.kind in ("idea", "aim") and spot.tested else spot.tests,
        href=_href(spot, now, opened),
        note=f"First test: {spot.text}" if spot.text else "",
        link=_opens(ideas, "idea", opened) if spot.kind == "primary" else "",
        spark=spot.reading.spark if spot.reading else "",
        icon=spot.reading.icon if spot.reading else "",
        missing=spot.missing,
        nobody=not spot.tested,
        solid=spot.solid,
        state="chosen" if now.idea and spot.key == now.idea else "open" if opened else "plain",
        also=spot.also,
        home=spot.home,
        mark=spot.differs,
        standings=standings_of(spot),
        below=tuple(_box(below, now, opened) for below in spot.below),
    )


def standings_of(spot: Spot) -> tuple[tuple[str, int], ...]:
    if spot.kind != "idea":
        return ()
    pairs = [(s.value, getattr(spot.counts, s.value)) for s in Standing]
    return tuple((standing, number) for standing, number in pairs if number)


def _href(spot: Spot, now: Asked, opened: bool) -> str:
    if spot.kind == "primary":
        address = now.address(open=NOBODY if opened else spot.key, idea="")
        return f"{address}#d-{spot.key}"
    if spot.kind == "idea" and now.panel:
        return f"{now.address(idea=spot.key)}#d-{spot.key}"
    return spot.page
