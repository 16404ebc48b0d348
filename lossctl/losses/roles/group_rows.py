"""The rows of groups, those of a group next to each other, as the kernels of losses of groups see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lossctl.lazy import np
from lossctl.losses.roles.block import Array, each_run

if TYPE_CHECKING:
    from numpy.typing import NDArray


class GroupRows:
    """Where the rows of g groups lie. starts: the first row of each (g,); counts: how many it has (g,).

    of_rows: the group of each row (n,), numbered from 0.
    """

    def __init__(self, of_rows: NDArray[Any]) -> None:
        self.of_rows: NDArray[np.int64] = of_rows.astype(np.int64, copy=False)
        self.counts: NDArray[np.int64] = np.bincount(self.of_rows)
        self.starts: NDArray[np.int64] = np.cumsum(self.counts) - self.counts

    def __len__(self) -> int:
        return len(self.counts)

    def each(self, judge: Callable[..., float], *columns: Array) -> Array:
        """What a function gives for the rows of each group (g,); it gets the group's rows of some columns."""
        return each_run(judge, self.counts, *columns)
