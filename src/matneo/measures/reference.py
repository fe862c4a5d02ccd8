"""The engine's conscience: the same counts in plain Python, slow and obvious.

It walks the Ibis expression of a predicate for one row at a time, with SQL's three-valued logic (None is "not known"),
and adds up. No database, no compiler, no data frame.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import ibis.expr.operations as ops

from matneo.measures import predicates
from matneo.measures.definitions import Definition
from matneo.measures.hierarchy import Membership

Row = dict[str, Any]
Counts = dict[tuple[str, str, date], list[int]]  # (measure, subject, month) -> numerator, known, population


def calculate(
    definitions: Sequence[Definition],
    rows: Iterable[Row],
    *,
    memberships: Sequence[Membership] = (),
    successors: dict[str, str] | None = None,
) -> Counts:
    """Counts of every definition for sites, trusts and what they belong to."""
    table = predicates.table()
    questions = {
        d.id: [
            predicates.all_of(names, table).op()
            for names in (d.numerator, d.known or d.population, d.population)
        ]
        for d in definitions
    }
    counts: Counts = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        month = row["birth_date"].replace(day=1)
        trust = (successors or {}).get(row["trust"], row["trust"])
        trust = str(trust)
        subjects = [row["site"], trust, *_parents(trust, month, memberships)]
        for measure, parts in questions.items():
            answers = [holds(part, row) is True for part in parts]
            for subject in subjects:
                cell = counts[(measure, subject, month)]
                for place, yes in enumerate(answers):
                    cell[place] += yes
    return counts


def _parents(trust: str, month: date, memberships: Sequence[Membership]) -> list[str]:
    return [
        link.parent
        for link in memberships
        if link.child == trust
        and (link.start is None or link.start <= month)
        and (link.end is None or link.end > month)
    ]


def holds(node: Any, row: Row) -> Any:
    """The value of an expression for one row; None where SQL would say NULL."""
    match node:
        case ops.Field():
            return row.get(node.name)
        case ops.Literal():
            return node.value
        case ops.Cast():
            return holds(node.arg, row)
        case ops.And():
            left, right = holds(node.left, row), holds(node.right, row)
            return False if left is False or right is False else None if None in (left, right) else True
        case ops.Or():
            left, right = holds(node.left, row), holds(node.right, row)
            return True if left is True or right is True else None if None in (left, right) else False
        case ops.Not():
            value = holds(node.arg, row)
            return None if value is None else not value
        case ops.IsNull():
            return holds(node.arg, row) is None
        case ops.NotNull():
            return holds(node.arg, row) is not None
        case ops.Coalesce():
            return next((value for part in node.arg if (value := holds(part, row)) is not None), None)
        case ops.InValues():
            value = holds(node.value, row)
            return None if value is None else value in [holds(option, row) for option in node.options]
        case ops.Between():
            value = holds(node.arg, row)
            return (
                None
                if value is None
                else holds(node.lower_bound, row) <= value <= holds(node.upper_bound, row)
            )
        case ops.Comparison():
            left, right = holds(node.left, row), holds(node.right, row)
            return None if None in (left, right) else _compare(node, left, right)
    raise NotImplementedError(
        f"The reference does not know {type(node).__name__}; teach it, slowly and obviously."
    )


def _compare(node: Any, left: Any, right: Any) -> bool:
    match node:
        case ops.Equals():
            return bool(left == right)
        case ops.NotEquals():
            return bool(left != right)
        case ops.Greater():
            return bool(left > right)
        case ops.GreaterEqual():
            return bool(left >= right)
        case ops.Less():
            return bool(left < right)
        case ops.LessEqual():
            return bool(left <= right)
    raise NotImplementedError(type(node).__name__)
