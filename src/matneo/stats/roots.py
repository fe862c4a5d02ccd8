"""Where functions of arrays cross, all entries at once."""

from collections.abc import Callable

import numpy as np

from matneo.stats.segments import Bools, Floats


def where_it_crosses(still: Callable[[Floats], Bools], left: Floats, right: Floats) -> Floats:
    """By halving: the point between left and right up to which `still` holds, one an entry.

    >>> where_it_crosses(lambda x: x * x < np.array([2.0, 9.0]), np.zeros(2), np.full(2, 4.0)).round(6).tolist()
    [1.414214, 3.0]
    """
    left, right = np.array(left, float), np.array(right, float)
    for _ in range(60):  # 2^-60 of the width: as near as floats get
        middle = (left + right) / 2
        holds = still(middle)
        left, right = np.where(holds, middle, left), np.where(holds, right, middle)
    return (left + right) / 2
