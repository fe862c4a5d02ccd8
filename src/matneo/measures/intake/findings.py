"""What a check says of a cell, and the sheet that carries it back."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from matneo.utils.sheets import safe_cell

Severity = Literal["stop", "fix", "check"]


class Refused(Exception):
    """The file cannot be used as it is; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class Finding:
    """`stop`: the row cannot be placed; `fix`: the value is impossible; `check`: it is unusual and may be right.

    `row` is the row of the sheet as people count it (the header is row 1); 0 speaks of the whole file.
    """

    severity: Severity
    row: int
    column: str
    value: str
    rule: str
    sentence: str
    suggestion: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def report_as_sheet(
    columns: Sequence[str], rows: Sequence[Sequence[str]], findings: Sequence[Finding]
) -> str:
    """The same sheet as CSV with one more column that holds what was found in each row; what concerns the whole sheet
    or its header stands in the heading of that column."""
    by_row: dict[int, list[str]] = {}
    for finding in findings:
        by_row.setdefault(finding.row, []).append(
            f"{finding.severity}: {finding.sentence} {finding.suggestion}".strip()
        )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    whole = " | ".join(["What was found", *by_row.get(0, []), *by_row.get(1, [])])
    writer.writerow([*map(safe_cell, columns), whole])
    for number, cells in enumerate(rows, 2):
        writer.writerow([*map(safe_cell, cells), " | ".join(by_row.get(number, []))])
    return "\ufeff" + out.getvalue()


def report_as_list(findings: Sequence[Finding]) -> str:
    """One finding a line: for rows about births, whose cells are handed back to nobody."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["kind", "row", "column", "value", "what", "what to do"])
    for found in findings:
        cells = (
            found.severity,
            str(found.row or ""),
            found.column,
            found.value,
            found.sentence,
            found.suggestion,
        )
        writer.writerow(map(safe_cell, cells))
    return "\ufeff" + out.getvalue()
