"""Where a new phase of one series might begin, each with its evidence. A person decides, with a reason; nothing is applied."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from matneo.monitoring.notes import Note
from matneo.monitoring.shape import Series
from matneo.stats import rebases

SHIFT, MINIMUM = 8, 12  # points: of a shift, and of a phase that stands on its own
NEARBY = timedelta(days=62)
COUNTED, MEASURED = {"p", "p_prime", "u", "u_prime"}, {"xmr"}


@dataclass(frozen=True)
class Shift:
    """A shift of the current phase. `verdict`: suggested, too_few_points, came_back or not_settled, as
    `stats.rebases.suggest` tells them apart. `points` are those from the start on, to the next shift here or the end, and
    `before` and `after` the means on both sides of the start; `marked_now` of them stand out as the chart is, `marked_then`
    with every suggested phase. `nearby` is what
    stands dated on the chart within two months of the start."""

    start: date
    verdict: str
    points: int
    before: float
    after: float
    marked_now: int
    marked_then: int
    nearby: tuple[Note, ...]

    @property
    def missing(self) -> int:
        """Points until it can be judged."""
        return max(MINIMUM - self.points, 0)


def shifts(found: Series) -> tuple[Shift, ...]:
    """Those of the series' current phase, oldest first. None of run charts, which have no limits to draw anew, and none of
    rolling figures, whose points are not independent. What is suggested shows on the chart as it stands: at least half of
    its points are marked there. A first year alone finds shifts that the whole chart does not bear out."""
    columns, kind = found.columns, found.line["chart"]
    if found.definition.rolling > 1 or kind not in COUNTED | MEASURED:
        return ()
    counted = kind in COUNTED
    answer = rebases.suggest(
        kind=kind,
        series=np.repeat("one", len(columns["period"])),
        period=np.arange(len(columns["period"])),  # every period has its row
        value=None if counted else _floats(columns["value"]),
        numerator=_floats(columns["numerator_shown"]) if counted else None,
        denominator=_floats(columns["denominator_shown"]) if counted else None,
        phase=np.array(columns["phase"], np.int64),
        direction=found.definition.direction,
        step=1,
        shift=SHIFT,
        minimum=MINIMUM,
    )
    kept = [
        place
        for place, verdict in enumerate(answer.verdict)
        if verdict != "suggested" or 2 * answer.marked_now[place] >= answer.points[place]
    ]
    begun = columns["phase"].index(columns["phase"][-1])
    edges = [begun, *(int(answer.start[place]) for place in kept), len(columns["period"])]
    return tuple(_shift(found, answer, place, edges[n : n + 3]) for n, place in enumerate(kept))


def _shift(found: Series, answer: rebases.Suggestions, place: int, edges: list[int]) -> Shift:
    begins, starts, ends = edges
    start = found.columns["period"][starts]
    return Shift(
        start=start,
        verdict=str(answer.verdict[place]),
        points=sum(value is not None for value in found.columns["value"][starts:ends]),
        before=_mean(found, begins, starts),
        after=_mean(found, starts, ends),
        marked_now=sum(signal != "common" for signal in found.columns["signal"][starts:ends]),
        marked_then=int(answer.marked_then[place]),
        nearby=tuple(note for note in found.notes if abs(note.date - start) <= NEARBY),
    )


def _mean(found: Series, first: int, end: int) -> float:
    """As the chart draws its mean: counts added up, or values averaged."""
    if found.line["chart"] not in COUNTED:
        return float(np.nanmean(_floats(found.columns["value"][first:end])))
    tops, bottoms = (
        _floats(found.columns[name][first:end]) for name in ("numerator_shown", "denominator_shown")
    )
    both = np.isfinite(tops) & np.isfinite(bottoms)
    return float(tops[both].sum() / bottoms[both].sum())


def _floats(values: list) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], float)
