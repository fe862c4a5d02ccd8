"""Named yes-or-no questions about a birth. Each docstring is the definition in words."""

from collections.abc import Callable
from types import ModuleType

import ibis
import ibis.expr.types as ir

from matneo.measures.predicates import deterioration, diabetes, everyone, hypoglycaemia, preterm, smoking
from matneo.measures.tables import births

Predicate = Callable[[ir.Table], ir.BooleanValue]
_MODULES: tuple[ModuleType, ...] = (everyone, smoking, preterm, diabetes, hypoglycaemia, deterioration)


def _named() -> dict[str, Predicate]:
    found: dict[str, Predicate] = {}
    for module in _MODULES:
        for name, function in vars(module).items():
            if callable(function) and not name.startswith("_") and function.__module__ == module.__name__:
                assert name not in found, f"two predicates are called {name}"
                found[name] = function
    return found


PREDICATES = _named()


def table() -> ir.Table:
    """The births table without any rows behind it: what predicates are written about."""
    return ibis.table({c.name: births.IBIS_TYPES[c.kind] for c in births.COLUMNS}, name="births")


def words(name: str) -> str:
    """The definition in words."""
    return " ".join((PREDICATES[name].__doc__ or "").split())


def all_of(names: tuple[str, ...], rows: ir.Table) -> ir.BooleanValue:
    """Every one of these predicates holds."""
    expression = PREDICATES[names[0]](rows)
    for name in names[1:]:
        expression = expression & PREDICATES[name](rows)
    return expression
