"""The costs of single rows as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from lossctl.columns.column import concat
from lossctl.columns.words import Words
from lossctl.lazy import np
from lossctl.record import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Kept: TypeAlias = "NDArray[Any] | Words"  # a cell for each of n rows


class RowKey(dict[str, str]):
    """The words of a row's key by what their columns are called in tables: `id`, or of several `id:NAME`; empty without keys."""

    def plain(self) -> str | list[str] | None:
        """The key as JSON has it: its one word, or a list of several."""
        words = list(self.values())
        return words[0] if len(words) == 1 else words or None


@record(kw_only=True)
class SampleTable:
    """The cost of each of n used rows.

    row: numbers of the rows in the run (n,), int64. id: the columns of their keys by what they are called, `id` or of several
    `id:NAME`; none without keys. keep: the columns kept along, numbers (n,) or Words. values: the costs (n,), float64, by the
    losses' canonical texts.
    """

    row: NDArray[np.int64]
    id: Mapping[str, Words]
    keep: Mapping[str, Kept]
    values: Mapping[str, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.row)

    def __getitem__(self, rows: Any) -> SampleTable:
        """Some rows, by a slice of step 1 or an array of places."""
        return SampleTable(
            row=self.row[rows],
            id={name: column[rows] for name, column in self.id.items()},
            keep={name: column[rows] for name, column in self.keep.items()},
            values={loss: values[rows] for loss, values in self.values.items()},
        )

    @staticmethod
    def concat(tables: Sequence[SampleTable]) -> SampleTable:
        """The rows of several tables of the same columns, in order."""
        first = tables[0]
        return SampleTable(
            row=concat([table.row for table in tables]),
            id={name: concat([table.id[name] for table in tables]) for name in first.id},
            keep={name: concat([table.keep[name] for table in tables]) for name in first.keep},
            values={loss: concat([table.values[loss] for table in tables]) for loss in first.values},
        )


@record
class SampleColumns:
    """What tables of samples carry beside rows and costs. id, keep: what columns of keys, and those kept along, are called."""

    id: tuple[str, ...]
    keep: tuple[str, ...]
