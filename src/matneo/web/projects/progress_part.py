"""How far a project is: what team and coach say, and what the records show. It suggests; people set."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.timezone import localtime

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


def of(facts: Facts | None, scores: Iterable[Score]) -> ProgressPart:
    """`facts` are made of exact counts, for those inside. Whoever is outside (None) reads what people said, with its day
    and reason, and no suggestion: another one, made of rounded figures, would contradict the one that people had."""
    latest = {score.voice: score for score in scores}  # they come in the order of time
    found = suggest(facts) if facts is not None else None
    team, coach = (float(latest[voice].value) if voice in latest else None for voice in ("team", "coach"))
    suggested = float(found.value) if found else None
    said = [_said(latest[voice], found is not None) for voice in ("team", "coach") if voice in latest]
    if not said or found is not None:
        said.append(scale.sentence(None, None, suggested))
    gates = found.gates if found else ()
    ahead = min((gate.score for gate in gates if not gate.open), default=Decimal(5))
    near = [gate for gate in gates if ahead - 2 * AROUND <= gate.score <= ahead + AROUND]
    return ProgressPart(
        svg=scale.draw(team, coach, suggested, key="progress"),
        said=tuple(said),
        near=tuple(map(_row, near)),
        all=tuple(map(_row, gates)),
    )


def _said(score: Score, inside: bool) -> str:
    """What the records suggested was made of exact counts: for those inside alone."""
    differs = inside and score.value != score.suggested
    beside = f", where the records suggested {score.suggested:.1f}" if differs else ""
    reason = f": {score.reason.rstrip('.')}" if score.reason else ""
    day = localtime(score.at).date()
    return f"The {score.voice} said {score.value:.1f} on {day:%-d %B %Y}{beside}{reason}."


def _row(gate: Gate) -> GateRow:
    return GateRow(gate.words, f"needed for {gate.score:.1f}", gate.open)
