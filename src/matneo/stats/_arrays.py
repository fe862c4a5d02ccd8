"""Arrays by what they hold, and the one division that knows what nothing is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Signed = NDArray[np.int8]  # -1, 0, +1
Texts = NDArray[np.str_]


def ratio(top: NDArray[Any], bottom: NDArray[Any]) -> Floats:
    """top / bottom; divided by nothing is no value (NaN)."""
    result: Floats = np.full(np.broadcast(top, bottom).shape, np.nan)
    np.divide(top, bottom, out=result, where=np.asarray(bottom) != 0)
    return result
