"""The same points counted or judged another way: every question asked of the answers, and the plain individuals chart.

The headline of a measure stands in its release. These are worked out on request from the same points, as the viewer
may see them, so that nobody has to take the headline on trust.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from matneo.charts.model import Mark, Point, SpcChart
from matneo.measures.periods import at_index, began, index_of
from matneo.monitoring import pictures
from matneo.monitoring.series import Series
from matneo.stats import spc

NAMES = ("strict", "known", "completeness")
WORDS = {
    "strict": "Of everyone in question: a missing answer counts as not done.",
    "known": "Of those whose answer is known: missing answers are left out.",
    "completeness": "How many answers are known at all.",
}
_PARTS = {
    "strict": ("numerator", "population"),
    "known": ("numerator", "known"),
    "completeness": ("known", "population"),
}


def available(series: Series) -> tuple[str, ...]:
    """The ways of counting that differ here; none where no answer is missing or the counts are not known."""
    pairs = zip(series.columns["known"], series.columns["population"], strict=True)
    differ = any(
        known is not None and everyone is not None and known != everyone for known, everyone in pairs
    )
    return NAMES if differ else ()


def model_of(series: Series, name: str, key: str = "chart") -> SpcChart:
    """The chart of one way of counting; the headline's own where it is asked for."""
    if name == series.definition.headline or name not in NAMES:
        return pictures.model_of(series, key)
    tops, bottoms = (series.columns[column] for column in _PARTS[name])
    base = pictures.model_of(series, key)
    counts = series.definition.counts
    good = f"{counts} whose answer is known" if name == "completeness" else base.good_sentence
    direction = "increase" if name == "completeness" else base.direction
    plain = replace(base, good_sentence=good, direction=direction, target=None, target_words="", england=())
    points = tuple(
        replace(
            point,
            numerator=top,
            denominator=bottom,
            value=top / bottom if top is not None and bottom else None,
        )
        for point, top, bottom in zip(base.points, tops, bottoms, strict=True)
    )
    return _judged(series, replace(plain, points=points), series.line["chart"])


def individuals(series: Series, key: str = "chart") -> SpcChart:
    """The XmR chart of the same values: limits from how neighbours differ, whatever they are made of."""
    return _judged(series, pictures.model_of(series, key), "xmr")


def with_phase(series: Series, start: date, reason: str, key: str = "chart") -> SpcChart:
    """The chart as it would be with a new phase from a period on; nothing is kept."""
    model = pictures.model_of(series, key)
    marks = (*model.marks, Mark(start, reason or "A new phase", "rebase"))
    later = [period >= start for period in series.columns["period"]]
    phases = [phase + new for phase, new in zip(series.columns["phase"], later, strict=True)]
    return _judged(series, replace(model, marks=marks), series.line["chart"], phases)


def _judged(series: Series, model: SpcChart, kind: str, phases: list[int] | None = None) -> SpcChart:
    points = model.points
    counted = kind in {"p", "p_prime", "u", "u_prime"}
    made = spc.chart(
        kind=kind,
        series=np.repeat("one", len(points)),
        period=np.array([index_of(series.period_kind, point.start) for point in points]),
        step=1,
        phase=np.array([_number(value) for value in phases or series.columns["phase"]]),
        value=None if counted else np.array([_number(point.value) for point in points]),
        numerator=np.array([_number(point.numerator) for point in points]) if counted else None,
        denominator=np.array([_number(point.denominator) for point in points]) if counted else None,
        direction=model.direction,
        target=np.full(len(points), _number(model.target)),
    )
    found, line = made.points, made.series
    read = tuple(_point(point, found, place) for place, point in enumerate(points))
    since = int(line.signal_since[0])
    return replace(
        model,
        points=read,
        chart=kind,
        variation=str(line.variation[0]),
        assurance=str(line.assurance[0]),
        limits_status=str(line.limits_status[0]),
        signal_since=began(series.period_kind, at_index(series.period_kind, since)) if since >= 0 else "",
        signal_rule=str(line.signal_rule[0]),
        signal_length=int(line.signal_length[0]),
        now=_known(line.now_value[0]),
        before=_known(line.before_value[0]),
    )


def _point(point: Point, found: Any, place: int) -> Point:
    return replace(
        point,
        signal=str(found.signal[place]),
        reason=str(found.reason[place]),
        phase=int(found.phase[place]),
        centre=_known(found.centre[place]),
        lcl=_known(found.lcl[place]),
        ucl=_known(found.ucl[place]),
    )


def _number(value: Any) -> float:
    return np.nan if value is None else float(value)


def _known(value: Any) -> float | None:
    return None if not np.isfinite(value) else float(value)
