"""Sentences that several packs share."""

from collections.abc import Sequence

from matneo.charts import sentences
from matneo.charts.document import Line
from matneo.charts.model import SpcChart

MOST_LINES = 12
NAMED = 4


def statements(lines: Sequence[Line], more: Sequence[str] = ()) -> tuple[str, str, str]:
    """What is better, what needs a look, what needs the reader; each with the names of the measures."""
    better = [line.name for line in lines if line.variation == "improvement"]
    look = [line.name for line in lines if line.variation == "concern"]
    short = [line.name for line in lines if _not_expected(line)]
    needs = [
        *([f"the way the work is done now does not reach what was set for {names(short)}"] if short else []),
        *more,
    ]
    return (
        f"Better: {names(better)}." if better else "Better: no chart shows an improvement now.",
        f"Needs a look: {names(look)}." if look else "Needs a look: none.",
        f"Needs you: {'; '.join(needs)}." if needs else "Needs you: nothing on this page.",
    )


def question(lines: Sequence[Line], going_on: str = "") -> str:
    """One question to open with: of what needs a look, then of what is better, then of what is not reached."""
    look = next((line for line in lines if line.variation == "concern"), None)
    if look is not None:
        return f"What do the people who do the work say about {look.name} since {_since(look)}, and what would help them?"
    better = next((line for line in lines if line.variation == "improvement"), None)
    if better is not None:
        return f"What made the difference for {better.name} since {_since(better)}, and what will keep it?"
    short = next((line for line in lines if _not_expected(line)), None)
    if short is not None:
        return f"What would have to be different for {short.name} to reach what was set?"
    if going_on:
        return f"What is the next test in “{going_on}”, and what stands in its way?"
    return "Which of these would a mother or father ask about first?"


def names(listed: Sequence[str]) -> str:
    """ "A, B and 2 more" """
    shown = list(listed[:NAMED])
    if len(listed) > NAMED:
        return f"{', '.join(shown)} and {len(listed) - NAMED} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _not_expected(line: Line) -> bool:
    return not line.chart.few and line.chart.target is not None and line.chart.assurance == "fail"


def _since(line: Line) -> str:
    return line.chart.signal_since or line.period


def _amount(chart: SpcChart, value: float | None) -> str:
    return sentences.figure(value, chart.unit, chart.scale)
