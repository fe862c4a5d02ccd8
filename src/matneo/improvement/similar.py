"""How alike two trusts are for somebody who looks for advice: five things that matter to the work, and nothing about how
good either is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles

# How much each thing counts. Size, neonatal unit, case mix and starting point shape the work alike; a project in the same
# area makes the talk easier, no more.
SAME_VOLUME, SAME_LEVEL, SAME_MIX, SAME_START, SAME_AREA = 3.0, 3.0, 3.0, 3.0, 1.0
NEAR = (
    0.5  # of the weight of the case mix or the starting point: from here on a sentence says that it is near
)


@dataclass(frozen=True)
class Place:
    """A trust as the comparison knows it: `start` is the measure before it moved, `mix` what says whom it cares for (the
    same shares of every trust, in one order, None where one is not known); both from figures that everyone may see."""

    code: str
    name: str
    volume: str
    level: str
    start: float | None
    works_on_it: bool  # has a project in the same clinical area, as far as the viewer may know
    mix: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Likeness:
    """How alike, and which of the five made it so."""

    place: Place
    weight: float
    same_volume: bool
    same_level: bool
    near_mix: bool
    near_start: bool


def alike(own: Place, others: Iterable[Place]) -> tuple[Likeness, ...]:
    """The others, the most alike first and then by name; those that share nothing are left out."""
    listed = [other for other in others if other.code != own.code]
    everybody = (own, *listed)
    width = _width([place.start for place in everybody])
    widths = tuple(_width([_share(place, n) for place in everybody]) for n in range(len(own.mix)))
    found = [_likeness(own, other, width, widths) for other in listed]
    return tuple(
        sorted((one for one in found if one.weight > 0), key=lambda one: (-one.weight, one.place.name))
    )


def _likeness(own: Place, other: Place, width: float, widths: Sequence[float]) -> Likeness:
    volume = bool(own.volume) and own.volume == other.volume
    level = bool(own.level) and own.level == other.level
    near, mix = _nearness(own.start, other.start, width), _same_mix(own, other, widths)
    weight = SAME_VOLUME * volume + SAME_LEVEL * level + SAME_AREA * other.works_on_it
    weight += SAME_MIX * mix + SAME_START * near
    return Likeness(other, weight, volume, level, mix >= NEAR, near >= NEAR)


def _same_mix(own: Place, other: Place, widths: Sequence[float]) -> float:
    """The least near of its shares: two trusts that are alike in one thing alone care for different people."""
    near = [_nearness(_share(own, n), _share(other, n), width) for n, width in enumerate(widths)]
    return min(near, default=0.0)


def _share(place: Place, number: int) -> float | None:
    return place.mix[number] if number < len(place.mix) else None


def _nearness(own: float | None, other: float | None, width: float) -> float:
    """1 where both began at the same value, 0 from `width` apart on or where one is not known."""
    if own is None or other is None:
        return 0.0
    if own == other:
        return 1.0
    return max(0.0, 1.0 - abs(own - other) / width) if width else 0.0


def _width(values: Sequence[float | None]) -> float:
    """The middle half of all values is this wide: what counts as near differs from measure to measure."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return 0.0
    low, _, high = quantiles(known, n=4, method="inclusive")
    return high - low
