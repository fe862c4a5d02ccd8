"""Events among the people of groups, and options by name: what every comparison of groups checks first."""

from typing import get_args

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats.segments import Floats


def checked_groups(events: ArrayLike, population: ArrayLike, family: str) -> tuple[Floats, Floats]:
    """Events and people of every group; ValueError names the first that cannot be."""
    count, people = np.asarray(events, float), np.asarray(population, float)
    if count.ndim != 1 or count.shape != people.shape:
        raise ValueError(
            f"Events and population are two lists of one length, not {count.shape} and {people.shape}."
        )
    for place in np.flatnonzero(~(np.isfinite(people) & (people > 0))):
        raise ValueError(f"Group {place + 1} has a population of {people[place]:g}; leave empty groups out.")
    wrong = ~(np.isfinite(count) & (count >= 0)) | ((count > people) & (family == "binomial"))
    for place in np.flatnonzero(wrong):
        raise ValueError(f"Group {place + 1} has {count[place]:g} events among {people[place]:g} people.")
    return count, people


def one_of(name: str, value: str, choices: object) -> None:
    """ValueError unless a value is one of a Literal's."""
    if value not in get_args(choices):
        raise ValueError(f"There is no {name} {value!r}; there are {', '.join(get_args(choices))}.")
