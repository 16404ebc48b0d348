"""The groups of rows, for all that is summed of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]


class Grouping:
    """The groups of n rows.

    codes: the group of each row (n,), of `count` groups. groups: those that have rows (m,); sizes: their numbers of rows (m,).
    """

    def __init__(self, codes: Integers, count: int, groups: Integers | None = None, sizes: Integers | None = None) -> None:
        """groups, sizes: where they are known."""
        self.codes, self.count = codes, count
        if groups is None or sizes is None:
            sizes = np.bincount(codes, minlength=count)
            groups = np.flatnonzero(sizes)
            sizes = sizes[groups]
        self.groups, self.sizes = groups, sizes

    def placed(self, places: Integers, count: int) -> Grouping:
        """The same rows where each group stands at another place, of `count`."""
        return Grouping(places[self.codes], count, places[self.groups], self.sizes)
