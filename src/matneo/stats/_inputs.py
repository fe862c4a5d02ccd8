"""What cannot be asked: one sentence that names the parameter, its rule, and the row (counted from 0) that breaks it."""

from collections.abc import Iterable
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats._arrays import Bools, Floats, Ints


def column(values: ArrayLike, name: str, rows: int | None = None) -> Floats:
    """A column of numbers; a single number is repeated when the number of rows is known. NaN: not known."""
    array = np.asarray(values, float)
    if array.ndim == 0 and rows is not None:
        return np.full(rows, float(array))
    return np.asarray(_shaped(array, name, rows), float)


def complete(values: ArrayLike, name: str, rows: int | None = None) -> Floats:
    """A column of finite numbers, one a row."""
    array = np.asarray(_shaped(np.asarray(values, float), name, rows), float)
    refuse(~np.isfinite(array), array, name, "needs a finite number in every row")
    return array


def labels(values: ArrayLike, name: str, rows: int) -> NDArray[Any]:
    """A column of anything that names things, one a row."""
    return _shaped(np.asarray(values), name, rows)


def groups(values: ArrayLike, name: str, rows: int) -> tuple[NDArray[Any], Ints]:
    """The different labels of a column, sorted, and the place of each row among them."""
    found, place = np.unique(labels(values, name, rows), return_inverse=True)
    return found, np.asarray(place, np.int64)


def _shaped(array: NDArray[Any], name: str, rows: int | None) -> NDArray[Any]:
    if array.ndim != 1 or (rows is not None and len(array) != rows):
        wanted = "one entry a row" if rows is None else f"{rows} entries, one a row"
        raise ValueError(f"`{name}` needs {wanted}, and has the shape {array.shape}.")
    return array


def refuse(wrong: Bools, values: Floats, name: str, rule: str, *, of: Floats | None = None) -> None:
    """Raise ValueError for the first value that breaks a rule, with its row (and what it was counted of)."""
    if np.any(wrong):
        row = int(np.argmax(wrong))
        total = "" if of is None else f" of {np.broadcast_to(of, np.shape(wrong)).flat[row]:g}"
        raise ValueError(
            f"`{name}` {rule}; row {row} has {np.broadcast_to(values, np.shape(wrong)).flat[row]:g}{total}."
        )


def risks(values: ArrayLike, name: str = "risk", rows: int | None = None) -> Floats:
    """Probabilities between 0 and 1, NaN where not known."""
    array = column(values, name, rows)
    refuse((array < 0) | (array > 1), array, name, "is a probability between 0 and 1")
    return array


def outcomes(values: ArrayLike, rows: int) -> Floats:
    """0 without the event, 1 with it, NaN where not known."""
    array = column(values, "outcome", rows)
    refuse(~((array == 0) | (array == 1) | np.isnan(array)), array, "outcome", "is 0 or 1")
    return array


def counts(values: ArrayLike, name: str = "counts", rows: int | None = None) -> Floats:
    """Numbers of events, NaN where not known."""
    array = column(values, name, rows)
    refuse((array < 0) | np.isinf(array), array, name, "is a number of events, never below zero")
    return array


def whole_counts(values: ArrayLike, name: str) -> Floats:
    """Whole numbers from 0 up in any shape, NaN where not known."""
    array = np.asarray(values, float)
    wrong = ~np.isnan(array) & (~np.isfinite(array) | (array < 0) | (array != np.round(array)))
    refuse(wrong, array, name, "is a whole number from 0 up")
    return array


def part(
    values: ArrayLike,
    total: ArrayLike,
    name: str = "numerator",
    of: str = "denominator",
) -> tuple[Floats, Floats]:
    """Those counted and those they were counted of, broadcast: never below 0, never more than there are. NaN: not known."""
    top, bottom = np.broadcast_arrays(np.asarray(values, float), np.asarray(total, float))
    wrong = (top < 0) | (bottom < 0) | (top > bottom)
    refuse(wrong, top, name, f"must lie between 0 and `{of}`", of=bottom)
    return top, bottom


def per(
    values: ArrayLike, exposure: ArrayLike, name: str = "count", of: str = "exposure"
) -> tuple[Floats, Floats]:
    """Events and the exposure they happened in, broadcast: neither below 0. NaN: not known."""
    events, time = np.broadcast_arrays(np.asarray(values, float), np.asarray(exposure, float))
    refuse((events < 0) | (time < 0), events, name, f"and `{of}` are never below zero", of=time)
    return events, time


def two_parts(
    numerator: ArrayLike,
    denominator: ArrayLike,
    reference_numerator: ArrayLike,
    reference_denominator: ArrayLike,
) -> tuple[Floats, Floats, Floats, Floats]:
    """`part` of a group and of its reference, all four broadcast together."""
    a, n, b, m = _together(numerator, denominator, reference_numerator, reference_denominator)
    part(a, n)
    part(b, m, "reference_numerator", "reference_denominator")
    return a, n, b, m


def two_rates(
    count: ArrayLike, exposure: ArrayLike, reference_count: ArrayLike, reference_exposure: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    """`per` of a group and of its reference, all four broadcast together."""
    a, t, b, u = _together(count, exposure, reference_count, reference_exposure)
    per(a, t)
    per(b, u, "reference_count", "reference_exposure")
    return a, t, b, u


def _together(*values: ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    a, b, c, d = np.broadcast_arrays(*(np.asarray(value, float) for value in values))
    return a, b, c, d


def in_groups(events: ArrayLike, population: ArrayLike, *, within: bool = True) -> tuple[Floats, Floats]:
    """Events and people of each of several groups, none of them empty; `within`: nobody has two events."""
    count = complete(events, "events")
    people = complete(population, "population", len(count))
    refuse(people <= 0, people, "population", "must be above zero (leave empty groups out)")
    return (part if within else per)(count, people, "events", "population")


def births(outcome: ArrayLike, trials: ArrayLike | None) -> tuple[Floats, Floats]:
    """Outcomes and births of each row; ValueError for what cannot be."""
    y = complete(np.atleast_1d(np.asarray(outcome, float)), "outcome")
    n = np.ones(len(y)) if trials is None else column(trials, "trials", len(y))
    refuse(~np.isfinite(n), n, "trials", "needs a finite number in every row")
    y, n = part(y, n, "outcome", "trials")
    if n.sum() == 0:
        raise ValueError("There are no births.")
    return y, n


def known_risks(risk: ArrayLike, rows: int) -> Floats:
    """Probabilities, one a row; ValueError outside 0 to 1."""
    p = risks(risk, rows=rows)
    refuse(np.isnan(p), p, "risk", "must be known in every row")
    return p


def answers(values: ArrayLike, *, low: int = 1, high: int = 5) -> Floats:
    """Answers as a matrix of whole numbers on the scale, NaN for none; ValueError names the first that is not."""
    matrix = np.asarray(values, float)
    if matrix.ndim != 2 or matrix.shape[1] == 0:
        raise ValueError(
            f"`answers` are a matrix, one row a respondent and one column an item, and have the shape {matrix.shape}."
        )
    wrong = ~np.isnan(matrix) & ((matrix < low) | (matrix > high) | (matrix != np.round(matrix)))
    for row, item in np.argwhere(wrong):
        raise ValueError(
            f"`answers` are {low} to {high}; row {row} has {matrix[row, item]:g} for item {item}."
        )
    return matrix


def weights(values: ArrayLike | None, rows: int) -> Floats:
    """Weights above zero; None weighs every row alike."""
    if values is None:
        return np.ones(rows)
    array = complete(values, "weights", rows)
    refuse(array <= 0, array, "weights", "must be above zero")
    return array


def above(value: float, name: str, floor: float = 0.0) -> float:
    """One finite number above a floor."""
    if not (np.isfinite(value) and value > floor):
        raise ValueError(f"`{name}` must be above {floor:g}, and is {value:g}.")
    return float(value)


def share(value: float, name: str) -> float:
    """One number strictly between 0 and 1."""
    if not 0 < value < 1:
        raise ValueError(f"`{name}` must lie between 0 and 1, and is {value:g}.")
    return float(value)


def whole(value: float, name: str, least: int = 1) -> int:
    """A whole number of at least `least`."""
    if not np.isfinite(value) or value != int(value) or value < least:
        raise ValueError(f"`{name}` must be a whole number of at least {least}, and is {value:g}.")
    return int(value)


def one_of(value: object, name: str, choices: object) -> None:
    """One of a few words, given as a Literal or as any iterable of them."""
    words = get_args(choices) or tuple(choices if isinstance(choices, Iterable) else ())
    if value not in words:
        raise ValueError(f"`{name}` is one of {', '.join(map(repr, words))}, and not {value!r}.")


def odds_ratio_to_look_for(value: float) -> float:
    """The odds ratio a chart is tuned to: above 0, and not 1, because nothing can be told from no change."""
    if above(value, "odds_ratio") == 1:
        raise ValueError("`odds_ratio` must differ from 1: a chart cannot look for no change.")
    return float(value)


def head_start(value: float, limit: float) -> float:
    """Where a CUSUM begins: from 0 to just below its limit."""
    if not 0 <= value < limit:
        raise ValueError(f"`head_start` must lie between 0 and the limit, and is {value:g}.")
    return float(value)
