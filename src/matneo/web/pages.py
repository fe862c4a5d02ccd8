"""Page objects: everything a template prints, frozen."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Crumb:
    text: str
    href: str


@dataclass(frozen=True)
class Step:
    """One thing to do next."""

    text: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every page answers: what it says, who can see it, how fresh it is, what next."""

    title: str
    lead: str = ""
    crumbs: tuple[Crumb, ...] = ()
    visible_to: str
    fresh: str
    next_steps: tuple[Step, ...] = ()
    section: str = ""  # which entry of the navigation is the current one
    extra: dict = field(default_factory=dict)
