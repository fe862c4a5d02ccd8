"""Designs of regressions: their columns by name, and those that say nothing of their own."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats._arrays import Floats

ALIASED = 1e-9  # what is left of a column (of length 1) when the ones before it are taken out


def checked_design(design: ArrayLike, terms: Sequence[str] | None) -> tuple[Floats, tuple[str, ...]]:
    """The design as floats with the names of its columns; a column that says nothing of its own is named and refused."""
    x = np.asarray(design, float)
    if x.ndim != 2 or not x.size:
        raise ValueError(f"A design has rows and columns; this one has the shape {x.shape}.")
    names = tuple(terms) if terms is not None else tuple(f"x{place}" for place in range(x.shape[1]))
    if len(names) != x.shape[1]:
        raise ValueError(f"The design has {x.shape[1]} columns and {len(names)} names.")
    if not np.isfinite(x).all():
        row, column = (int(place) for place in np.argwhere(~np.isfinite(x))[0])
        raise ValueError(f"Row {row} of the design has {x[row, column]:g} for {names[column]}.")
    if len(x) <= x.shape[1]:
        raise ValueError(f"{len(x)} points cannot carry {x.shape[1]} terms ({', '.join(names)}).")
    refuse_aliased(x, names)
    return x, names


def refuse_aliased(x: Floats, names: Sequence[str]) -> None:
    """Raise ValueError that names the columns which are sums of the columns before them."""
    if alike := aliased(x, names):
        raise ValueError(f"These points cannot tell {', '.join(alike)} from the terms before.")


def aliased(x: Floats, names: Sequence[str]) -> list[str]:
    """The columns that are sums of the columns before them (or nothing but zeros)."""
    length = np.sqrt(np.sum(x**2, axis=0))
    left = np.abs(np.diag(np.linalg.qr(x / np.where(length > 0, length, 1.0), mode="r")))
    return [name for name, rest in zip(names, left, strict=True) if rest < ALIASED]
