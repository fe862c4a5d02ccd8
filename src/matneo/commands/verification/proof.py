"""How we know the numbers are right: one line for each method that an established program was asked too."""

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from matneo.commands.verification.runner import FileReport, verify


@dataclass(frozen=True)
class Line:
    """`bound` is a power of ten that no difference passes: |ours - theirs| over |theirs|, or over 1 where that is less."""

    file: str
    kind: str
    reference: str
    cases: int
    bound: float


def collect(folder: Path) -> list[Line]:
    """Run every vector file below a folder. Raises ValueError where a case failed or could not be asked: such a table
    would prove nothing."""
    lines = []
    for report in verify(folder):
        if report.failed or report.not_run:
            raise ValueError(f"{report.name}: {', '.join([*report.failed, *report.not_run])}")
        lines += _lines(report)
    return lines


def _lines(report: FileReport) -> list[Line]:
    if report.is_of_charts:
        largest = max(report.largest.values())
        return [Line(report.name, report.name, report.reference, report.passed, _bound(largest))]
    return [
        Line(report.name, kind, report.reference, cases, _bound(report.largest[kind]))
        for kind, cases in report.cases.items()
    ]


def as_content(lines: list[Line]) -> list[dict[str, Any]]:
    return [asdict(line) for line in lines]


def _bound(largest: float) -> float:
    """The next power of ten above, at least 1e-12: machines differ in their last digits, and nobody needs more."""
    return 1e-12 if largest <= 1e-12 else float(f"1e{math.ceil(math.log10(largest))}")
