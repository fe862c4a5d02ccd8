"""What a CUSUM cannot be asked: one clear sentence that names the parameter and its value."""

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats.segments import Bools, Floats


def column(values: ArrayLike, name: str, rows: int | None = None) -> Floats:
    """A column of numbers; a single number is repeated when the number of rows is known."""
    array = np.asarray(values, np.float64)
    if array.ndim == 0 and rows is not None:
        return np.full(rows, float(array))
    if array.ndim != 1 or (rows is not None and len(array) != rows):
        wanted = "one entry a row" if rows is None else f"{rows} entries, one a row"
        raise ValueError(f"`{name}` needs {wanted}, and has the shape {array.shape}.")
    return array


def refuse(wrong: Bools, values: Floats, name: str, rule: str) -> None:
    """Raise ValueError for the first value that breaks the rule, with its row."""
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(f"`{name}` {rule}; row {row} has {values[row]:g}.")


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


def above(value: float, name: str, floor: float = 0.0) -> float:
    """One finite number above a floor."""
    if not (np.isfinite(value) and value > floor):
        raise ValueError(f"`{name}` must be above {floor:g}, and is {value:g}.")
    return float(value)


def odds_ratio_to_look_for(value: float) -> float:
    """The odds ratio a chart is tuned to: above 0, and not 1, because nothing can be told from no change."""
    if above(value, "odds_ratio") == 1:
        raise ValueError("`odds_ratio` must differ from 1: a chart cannot look for no change.")
    return float(value)


def share(value: float, name: str) -> float:
    """One number strictly between 0 and 1."""
    if not 0 < value < 1:
        raise ValueError(f"`{name}` must lie between 0 and 1, and is {value:g}.")
    return float(value)


def whole(value: int, name: str, least: int = 1) -> int:
    """A whole number of at least `least`."""
    if value != int(value) or value < least:
        raise ValueError(f"`{name}` must be a whole number of at least {least}, and is {value:g}.")
    return int(value)
