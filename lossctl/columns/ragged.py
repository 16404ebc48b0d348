"""Lists of numbers of unequal length, one a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lossctl.lazy import np
from lossctl.record import record

if TYPE_CHECKING:
    from numpy.typing import NDArray


@record(frozen=False)
class Ragged:
    """Row i holds values[offsets[i] : offsets[i + 1]]. values: float64 (m,) or (m, c); offsets: int64 (n + 1,), from 0 to m.

    missing: the rows that hold no list, not even an empty one (n,); None where every row has one.
    """

    values: NDArray[Any]
    offsets: NDArray[np.int64]
    missing: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, rows: Any) -> Ragged:
        """Some rows, by a slice of step 1 or an array of places."""
        missing = None if self.missing is None else self.missing[rows]
        if isinstance(rows, slice):
            start, stop, _ = rows.indices(len(self))
            offsets = self.offsets[start : max(start, stop) + 1]
            return Ragged(self.values[offsets[0] : offsets[-1]], offsets - offsets[0], missing)
        starts, counts = self.offsets[:-1][rows], self.counts[rows]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        places = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], counts)
        return Ragged(self.values[places], offsets, missing)

    @property
    def counts(self) -> NDArray[np.int64]:
        """The length of each row's list (n,)."""
        return np.diff(self.offsets)

    @staticmethod
    def concat(columns: Sequence[Ragged]) -> Ragged:
        """The rows of several columns, in order."""
        counts = np.concatenate([column.counts for column in columns])
        missing = None
        if any(column.missing is not None for column in columns):
            missing = np.concatenate([np.zeros(len(part), bool) if part.missing is None else part.missing for part in columns])
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return Ragged(np.concatenate([column.values for column in columns]), offsets, missing)
