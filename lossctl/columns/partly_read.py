"""Columns of which some cells could not be read, as it is not known yet whether their rows are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lossctl.errors import DataError
from lossctl.lazy import np
from lossctl.record import record

if TYPE_CHECKING:
    from numpy.typing import NDArray


@record
class PartlyRead:
    """values: a column (n, ...), with what stands for a missing value in the rows that could not be read.

    errors: why a row could not be, a DataError, None where it could (n,).
    """

    values: Any
    errors: NDArray[Any]

    def __len__(self) -> int:
        return len(self.errors)

    def __getitem__(self, rows: Any) -> PartlyRead:
        """Some rows, by a slice or an array of places."""
        return PartlyRead(self.values[rows], self.errors[rows])


def partly_read(values: Any, unread: Mapping[int, DataError]) -> Any:
    """A column some of whose rows could not be read, as the errors by row say; where none are it is the column itself."""
    if not unread:
        return values
    errors = np.full(len(values), None)
    errors[list(unread)] = list(unread.values())
    return PartlyRead(values, errors)
