"""How a team's predictions turned out: what it expected beside what happened, over all its tests."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """Numbers of tests with a result, by how they were beside what was expected."""

    as_expected: int
    better: int
    less: int
    other: int

    @property
    def tests(self) -> int:
        return self.as_expected + self.better + self.less + self.other

    @property
    def sentence(self) -> str:
        if not self.tests:
            return "No test has a result yet, so no prediction can be looked back at."
        rest = [
            f"{number} {words}"
            for number, words in (
                (self.better, "better"),
                (self.less, "less than expected"),
                (self.other, "in a way that nobody expected"),
            )
            if number
        ]
        said = f"{self.as_expected} of {self.tests} {'test' if self.tests == 1 else 'tests'} turned out about as expected"
        return f"{said}, {_listed(rest)}." if rest else f"{said}."


def record(compared: Iterable[str]) -> Record:
    """From the comparisons of the tests that have a result."""
    found = Counter(compared)
    return Record(*(found[value] for value in ("as_expected", "better", "less", "other")))


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
