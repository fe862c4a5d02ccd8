"""How far a project is: what team and coach say, and what the records show. It suggests; people set."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from matneo.charts import score as scale
from matneo.improvement.models import Score
from matneo.improvement.progress import Facts, Gate, suggest

AROUND = Decimal("0.5")  # what lies further ahead or behind is folded


@dataclass(frozen=True)
class GateRow:
    words: str
    needed: str
    open: bool


@dataclass(frozen=True)
class ProgressPart:
    svg: str
    said: tuple[str, ...]
    near: tuple[GateRow, ...]
    all: tuple[GateRow, ...]


def of(facts: Facts, scores: Iterable[Score], inside: bool) -> ProgressPart:
    latest = {score.voice: score for score in scores}  # they come in the order of time
    suggestion = suggest(facts)
    team, coach = (float(latest[voice].value) if voice in latest else None for voice in ("team", "coach"))
    ahead = min((gate.score for gate in suggestion.gates if not gate.open), default=Decimal(5))
    near = [gate for gate in suggestion.gates if ahead - 2 * AROUND <= gate.score <= ahead + AROUND]
    return ProgressPart(
        svg=scale.draw(team, coach, float(suggestion.value), key="progress"),
        said=tuple(
            _said(latest[voice], inside)
            for voice in ("team", "coach")
            if voice in latest and latest[voice].reason
        )
        or (scale.sentence(team, coach, float(suggestion.value)),),
        near=tuple(map(_row, near)),
        all=tuple(map(_row, suggestion.gates)),
    )


def _said(score: Score, inside: bool) -> str:
    """What the records suggested was made of exact counts: for those inside alone."""
    beside = f", where the records suggested {score.suggested:.1f}" if inside else ""
    return f"The {score.voice} says {score.value:.1f}{beside}: {score.reason.rstrip('.')}."


def _row(gate: Gate) -> GateRow:
    return GateRow(gate.words, f"needed for {gate.score:.1f}", gate.open)
