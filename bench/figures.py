"""What a benchmark reports, and the table that shows it."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured figure. `ratio` is ours against `against`; `met` says whether the budget holds (None: no budget)."""

    name: str
    value: float
    unit: str
    against: str
    ratio: float | None
    budget: str
    met: bool | None


def best_of(times: int, work: Callable[[], object]) -> float:
    """The shortest of several runs in seconds: the one least disturbed by the rest of the machine."""
    return min(_seconds(work) for _ in range(times))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def show(figures: list[Figure]) -> str:
    """The figures as a table in plain text."""
    head = ("what", "ours", "against", "ratio", "budget", "met")
    rows = [head] + [_row(figure) for figure in figures]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def write_json(figures: list[Figure], file: Path) -> None:
    file.write_text(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n", "utf-8")


def _row(figure: Figure) -> tuple[str, ...]:
    ratio = "" if figure.ratio is None else f"{figure.ratio:.3g}"
    met = {True: "yes", False: "NO", None: ""}[figure.met]
    return (figure.name, f"{figure.value:.4g} {figure.unit}", figure.against, ratio, figure.budget, met)
