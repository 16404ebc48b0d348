"""What a column of n rows may be, and columns put one after the other.

Numbers are an array (n, ...) of float64, lists of unequal length `Ragged`, text `Words`. Each has a length, gives a column of
some of its rows for a slice or an array of places, and goes on where the other ends with `concat`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from lossctl.columns.partly_read import PartlyRead
from lossctl.columns.ragged import Ragged
from lossctl.columns.words import Words, concat_words
from lossctl.lazy import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[Any]
else:
    Numbers = Any

Column: TypeAlias = "Numbers | Ragged | Words"
C = TypeVar("C", bound="Numbers | Ragged | Words")


def concat(columns: Sequence[C]) -> C:
    """The rows of several columns of one kind, in order."""
    first: Any = columns[0]
    if len(columns) == 1:
        return columns[0]
    joined: Any
    if any(isinstance(column, PartlyRead) for column in columns):
        values, errors = zip(*map(_with_errors, columns), strict=True)
        joined = PartlyRead(concat(values), np.concatenate(errors))
    elif isinstance(first, Ragged):
        joined = Ragged.concat(columns)  # type: ignore[arg-type]  # all are as the first
    elif isinstance(first, Words):
        joined = concat_words(columns)  # type: ignore[arg-type]
    else:
        joined = np.concatenate(columns)  # type: ignore[arg-type]
    answer: C = joined
    return answer


def _with_errors(column: Any) -> tuple[Any, Numbers]:
    """The values of a column, and of each row why it could not be read."""
    return (column.values, column.errors) if isinstance(column, PartlyRead) else (column, np.full(len(column), None))
