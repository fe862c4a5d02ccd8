"""How the cells of a table add up: constraints of lists with a total, of hierarchies, and of tables that cross them.

Example:
    >>> from matneo.stats.table_structure import crossed, hierarchy, totals
    >>> trusts = hierarchy([3, 3, 4, 5, 5, -1])  # two trusts of one collaborative, one of another, England
    >>> crossed(trusts, totals(6)).shape  # by five groups with their total
    (24, 36)

A structure is a matrix with one column a cell (in the order of `table.ravel()`) and one row a sum: 1 for each part, -1 for
the total, so that the matrix times the table is 0.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats._arrays import Floats


def totals(n: int) -> Floats:
    """The constraint of a list of n whose last entry is the total of the others, a matrix of one row.

    Formula: x₁ + … + xₙ₋₁ - xₙ = 0.
    Source: ours; a total is the sum of its parts.

    >>> totals(3).tolist()
    [[1.0, 1.0, -1.0]]
    """
    return np.array([[1.0] * (n - 1) + [-1.0]])


def hierarchy(parent: Sequence[int]) -> Floats:
    """The constraints of a tree: `parent` gives the place of each entry's parent, -1 for the top.

    One column an entry. Raises ValueError for a parent that is the entry itself or is not there.

    Formula: Σ children - parent = 0, one row for each parent.
    Source: ours; a total is the sum of its parts.

    >>> hierarchy([2, 2, -1]).tolist()  # two trusts of one collaborative
    [[1.0, 1.0, -1.0]]
    """
    above = np.asarray(parent, int)
    if (above >= len(above)).any() or (above == np.arange(len(above))).any():
        raise ValueError("A parent is the place of another entry, or -1.")
    heads = np.unique(above[above >= 0])
    rows: Floats = (above[None, :] == heads[:, None]).astype(np.float64)
    rows[np.arange(len(heads)), heads] -= 1
    return rows


def crossed(*axes: ArrayLike) -> Floats:
    """The constraints of a table from those of its axes; an axis without totals is `numpy.zeros((0, n))`.

    Formula: I ⊗ A ⊗ I for the constraints A of each axis, stacked; ⊗ is the Kronecker product.
    Source: ours; every line of a table along an axis adds up as that axis does.

    >>> crossed(totals(3), totals(2)).shape  # two rows for every column of totals, one for every row of them
    (5, 6)
    """
    matrices = [np.atleast_2d(np.asarray(axis, float)) for axis in axes]
    sizes = [matrix.shape[1] for matrix in matrices]
    blocks = []
    for place, matrix in enumerate(matrices):
        before, after = int(np.prod(sizes[:place])), int(np.prod(sizes[place + 1 :]))
        blocks.append(np.kron(np.kron(np.eye(before), matrix), np.eye(after)))
    return np.vstack(blocks)
