"""What we say beside what the reference said: differences are collected, with the largest one kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Null = Literal["skip", "undefined"]


class NotRun(Exception):
    """This kind of case is not known here. It is reported, and never counted as passed."""


@dataclass
class Answer:
    """The comparison of one case. `rtol` and `atol` are the file's; a call may give its own.

    A reference without a value is null: with `null="skip"` nothing is compared there, with "undefined" ours must be
    NaN too.
    """

    rtol: float
    atol: float
    null: Null = "skip"
    differences: list[str] = field(default_factory=list)
    compared: int = 0
    largest: float = 0.0  # |ours - theirs| / max(|theirs|, 1), over every number compared

    @property
    def passed(self) -> bool:
        """Nothing differs, and something was compared at all."""
        return not self.differences and self.compared > 0

    def close(
        self, name: str, ours: Any, theirs: Any, *, rtol: float | None = None, atol: float | None = None
    ) -> None:
        """Numbers agree: |ours - theirs| <= atol + rtol * |theirs|, position by position."""
        if theirs is None and self.null == "skip":
            return
        want = _floats(theirs)
        got = np.atleast_1d(np.asarray(ours, float))
        if got.shape != want.shape:
            self.differences.append(f"{name}: {got.shape} values where {want.shape} were expected")
            return
        known = np.isfinite(want)
        if self.null == "undefined":
            self._strange(name, np.isfinite(got) != known, got, want)
        elif (lost := known & ~np.isfinite(got)).any():
            self._strange(name, lost, got, want)
            return
        both = known & np.isfinite(got)
        self.compared += int(both.sum()) + (int((~known).sum()) if self.null == "undefined" else 0)
        off = np.abs(got - want)
        allowed = (self.atol if atol is None else atol) + (self.rtol if rtol is None else rtol) * np.abs(want)
        with np.errstate(invalid="ignore"):
            self._strange(name, both & (off > allowed), got, want)
        if both.any():
            self.largest = max(self.largest, float(np.max(off[both] / np.maximum(np.abs(want[both]), 1))))

    def equal(self, name: str, ours: Any, theirs: Any) -> None:
        """Labels, whole numbers and truths agree exactly; a null of the reference follows `null`."""
        got, want = _listed(ours), _listed(theirs)
        if len(got) != len(want):
            self.differences.append(f"{name}: {len(got)} values where {len(want)} were expected")
            return
        for place, (one, other) in enumerate(zip(got, want, strict=True)):
            if other is None and self.null == "skip":
                continue
            self.compared += 1
            if one != other:
                self.differences.append(f"{name}[{place}]: {one!r} where {other!r} was expected")

    def refused(self, name: str, sentence: str) -> None:
        """The reference refuses, and so do we, with a sentence."""
        self.compared += 1
        if not sentence:
            self.differences.append(f"{name}: it was expected to be refused")

    def _strange(self, name: str, where: np.ndarray, got: np.ndarray, want: np.ndarray) -> None:
        for place in np.argwhere(where)[:5]:
            at = tuple(place)
            self.differences.append(
                f"{name}{list(map(int, at))}: {got[at]:.12g} where {want[at]:.12g} was expected"
            )


def _floats(values: Any) -> np.ndarray:
    """Numbers with NaN where the reference has null, whatever the nesting."""
    if isinstance(values, (list, tuple)):
        return np.array(
            [_floats(value) if isinstance(value, (list, tuple)) else _one(value) for value in values], float
        )
    return np.array([_one(values)], float)


def _one(value: Any) -> float:
    return np.nan if value is None else float(value)


def _listed(values: Any) -> Sequence[Any]:
    if isinstance(values, np.ndarray):
        return list(values.tolist())
    return values if isinstance(values, (list, tuple)) else [values]
