"""How alike two trusts are for somebody who looks for advice: four things that matter to the work, and nothing about how
good either is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles

# How much each thing counts. Size, neonatal unit and starting point shape the work alike; a project in the same area makes
# the talk easier, no more.
SAME_VOLUME, SAME_LEVEL, SAME_START, SAME_AREA = 3.0, 3.0, 3.0, 1.0
NEAR = 0.5  # of the starting point's weight: from here on a sentence says that it is near


@dataclass(frozen=True)
class Place:
    """A trust as the comparison knows it: `start` is the measure before it moved, from figures that everyone may see."""

    code: str
    name: str
    volume: str
    level: str
    start: float | None
    works_on_it: bool  # has a project in the same clinical area, as far as the viewer may know


@dataclass(frozen=True)
class Likeness:
    """How alike, and which of the four made it so."""

    place: Place
    weight: float
    same_volume: bool
    same_level: bool
    near_start: bool


def alike(own: Place, others: Iterable[Place]) -> tuple[Likeness, ...]:
    """The others, the most alike first and then by name; those that share nothing are left out."""
    listed = [other for other in others if other.code != own.code]
    width = _width([place.start for place in (own, *listed) if place.start is not None])
    found = [_likeness(own, other, width) for other in listed]
    return tuple(
        sorted((one for one in found if one.weight > 0), key=lambda one: (-one.weight, one.place.name))
    )


def _likeness(own: Place, other: Place, width: float) -> Likeness:
    volume = bool(own.volume) and own.volume == other.volume
    level = bool(own.level) and own.level == other.level
    near = _nearness(own.start, other.start, width)
    weight = SAME_VOLUME * volume + SAME_LEVEL * level + SAME_START * near + SAME_AREA * other.works_on_it
    return Likeness(other, weight, volume, level, near >= NEAR)


def _nearness(own: float | None, other: float | None, width: float) -> float:
    """1 where both began at the same value, 0 from `width` apart on or where one is not known."""
    if own is None or other is None:
        return 0.0
    if own == other:
        return 1.0
    return max(0.0, 1.0 - abs(own - other) / width) if width else 0.0


def _width(starts: Sequence[float]) -> float:
    """The middle half of all starting points is this wide: what counts as near differs from measure to measure."""
    if len(starts) < 2:
        return 0.0
    low, _, high = quantiles(starts, n=4, method="inclusive")
    return high - low
