"""A time axis that several drawings share, so that what happened lies under the points of the same months."""

from dataclasses import dataclass
from datetime import date

from matneo.measures.periods import following


@dataclass(frozen=True)
class Axis:
    """From `left` to `right`; `starts` are the first days of its periods, each as wide as the others."""

    left: float
    right: float
    starts: tuple[date, ...]
    kind: str

    @property
    def step(self) -> float:
        return (self.right - self.left) / max(len(self.starts), 1)

    @property
    def end(self) -> date | None:
        """The first day after the axis."""
        return following(self.kind, self.starts[-1]) if self.starts else None

    def holds(self, day: date) -> bool:
        return self.end is not None and self.starts[0] <= day < self.end

    def edge(self, day: date) -> float:
        """Where a mark of the chart stands: at the left edge of the first whole period from that day on."""
        return self.left + sum(start < day for start in self.starts) * self.step

    def x(self, day: date) -> float:
        """Where a day falls inside its period: the first at its left edge, the last beside its right one."""
        if not self.starts:
            return self.left
        place = self._place(day)
        start = self.starts[place]
        share = (day - start).days / max((following(self.kind, start) - start).days, 1)
        return self.left + (place + min(max(share, 0.0), 1.0)) * self.step

    def _place(self, day: date) -> int:
        begun = sum(start <= day for start in self.starts)
        return min(max(begun - 1, 0), max(len(self.starts) - 1, 0))
