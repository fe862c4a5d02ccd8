"""What is marked on a project's chart: notes, ideas for everyone, pauses. A reader may take a layer off; where limits begin
anew is never hidden."""

from dataclasses import dataclass, replace

from matneo.charts.model import Mark, SpcChart

LAYERS = (("notes", "Notes"), ("ideas", "Ideas for everyone"), ("pauses", "Pauses"))
ALL = frozenset(key for key, _ in LAYERS)
OF_KIND = {"note": "notes", "test": "notes", "idea": "ideas", "pause": "pauses", "still": "pauses"}
BREAKS = "New phases and new definitions always stand on the chart: its limits change there."


@dataclass(frozen=True)
class Layer:
    key: str
    words: str  # "Notes (2)"
    shown: bool


@dataclass(frozen=True)
class Layers:
    """`all` are those that the chart has; none where nothing is marked on it."""

    all: tuple[Layer, ...]
    breaks: str  # why some marks cannot be taken off, where there are such

    @property
    def some_off(self) -> bool:
        return any(not layer.shown for layer in self.all)


def wanted(query) -> frozenset[str]:
    """The layers that an address asks for: all of them, where it says nothing."""
    return ALL & frozenset(query.getlist("layers")) if "layers" in query else ALL


def of(model: SpcChart, on: frozenset[str]) -> Layers:
    """What there is in the stretch that is drawn."""
    there = [OF_KIND.get(mark.kind, "") for mark in model.marks if _in_sight(model, mark)]
    made = tuple(
        Layer(key, f"{name} ({there.count(key)})", key in on) for key, name in LAYERS if key in there
    )
    return Layers(made, BREAKS if made and "" in there else "")


def shown(model: SpcChart, on: frozenset[str]) -> SpcChart:
    """The chart without the layers that were taken off."""
    kept = (mark for mark in model.marks if OF_KIND.get(mark.kind, "") in {"", *on})
    return replace(model, marks=tuple(kept))


def _in_sight(model: SpcChart, mark: Mark) -> bool:
    return bool(model.points) and model.points[0].start <= mark.date <= model.points[-1].start
