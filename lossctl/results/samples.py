"""The costs of single rows as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from lossctl.columns.column import concat
from lossctl.columns.words import WordList, Words
from lossctl.lazy import np
from lossctl.record import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Kept: TypeAlias = "NDArray[Any] | Words"  # a cell for each of n rows


@record(kw_only=True)
class SampleTable:
    """The cost of each of n used rows.

    row: numbers of the rows in the run (n,), int64. id: their keys, where they have any. keep: the columns kept along, numbers
    (n,) or Words. values: the costs (n,), float64, by the losses' canonical texts.
    """

    row: NDArray[np.int64]
    id: Words | None
    keep: Mapping[str, Kept]
    values: Mapping[str, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.row)

    def __getitem__(self, rows: Any) -> SampleTable:
        """Some rows, by a slice of step 1 or an array of places."""
        return SampleTable(
            row=self.row[rows],
            id=None if self.id is None else self.id[rows],
            keep={name: column[rows] for name, column in self.keep.items()},
            values={loss: values[rows] for loss, values in self.values.items()},
        )

    @staticmethod
    def concat(tables: Sequence[SampleTable]) -> SampleTable:
        """The rows of several tables of the same columns, in order."""
        first = tables[0]
        keys = [table.id for table in tables if table.id is not None]
        return SampleTable(
            row=concat([table.row for table in tables]),
            id=concat(keys) if keys else None,
            keep={name: concat([table.keep[name] for table in tables]) for name in first.keep},
            values={loss: concat([table.values[loss] for table in tables]) for loss in first.values},
        )


def as_column(values: Any) -> Kept:
    """Values as readers give them, arrays of texts or numbers of any width, as a column."""
    if isinstance(values, Words) or values.dtype == object:
        return as_words(values)
    wide = {"f": "f8", "i": "i8", "u": "u8", "b": "?"}[values.dtype.kind]
    column: Kept = values.astype(wide, copy=False)
    return column


def as_words(values: Any) -> Words:
    """Words, or an array of texts as such."""
    return values if isinstance(values, Words) else WordList(values.tolist())
