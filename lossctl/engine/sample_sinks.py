"""Where the costs of single rows go while a run is scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from lossctl.engine.score import Samples
from lossctl.results.document import SampleTable, WorstRow
from lossctl.statistics.accumulators import Worst
from lossctl.statistics.quantile import QuantileFile


class SampleSink(Protocol):
    """Takes the samples of a run as they come, in the order of rows."""

    def write(self, samples: Samples) -> None:
        """Takes the next samples."""


@dataclass
class Collected:
    """The samples that the run's record will hold."""

    row: list[int] = field(default_factory=list)
    id: list[str] | None = None
    keep: dict[str, list[Any]] = field(default_factory=dict)
    costs: list[list[float]] = field(default_factory=list)

    def write(self, samples: Samples) -> None:
        self.row += samples.row.tolist()
        if samples.id is not None:
            self.id = (self.id or []) + samples.id.tolist()
        for column, values in samples.keep.items():
            self.keep.setdefault(column, []).extend(values.tolist())  # type: ignore[union-attr]  # words
        self.costs = self.costs or [[] for _ in samples.costs]
        for column_of, cost in zip(self.costs, samples.costs, strict=True):
            column_of += cost.tolist()

    def table(self, losses: Sequence[str]) -> SampleTable:
        """The samples as a record."""
        return SampleTable(row=self.row, id=self.id, keep=self.keep, values=dict(zip(losses, self.costs, strict=True)))


class Quantiles:
    """The values of each loss, of all rows and of each group."""

    def __init__(self, losses: int) -> None:
        self.losses = losses
        self._files: dict[tuple[str, ...] | None, list[QuantileFile]] = {}

    def write(self, samples: Samples) -> None:
        self._add(None, samples, slice(None))
        places: dict[tuple[str, ...], list[int]] = {}
        for row, group in enumerate(samples.group):
            places.setdefault(group, []).append(row)
        for group, rows in places.items():
            self._add(group, samples, np.array(rows))

    def quantile(self, group: tuple[str, ...] | None, loss: int, share: Fraction) -> float:
        """The quantile of a loss over a group, None for all rows."""
        return self._files[group][loss].quantile(share)

    def _add(self, group: tuple[str, ...] | None, samples: Samples, rows: Any) -> None:
        files = self._files.setdefault(group, [])
        files += [QuantileFile() for _ in range(self.losses - len(files))]
        for file, cost in zip(files, samples.costs, strict=True):
            file.add(cost[rows], None if samples.weight is None else samples.weight[rows])


class Keys:
    """The keys of one table, which must differ."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._chunks: list[Any] = []

    def write(self, samples: Samples) -> None:
        assert samples.id is not None
        self._chunks.append(samples.id.arrow())

    def check(self) -> None:
        """DataError where a key stands more than once."""
        import pyarrow as pa

        from lossctl.rows.pairing import check_unique

        check_unique(pa.chunked_array(self._chunks), self.name)


def worst_rows(worst: Worst) -> tuple[WorstRow, ...]:
    """The costliest rows as records."""
    return tuple(WorstRow(row=row.row, id=row.id, value=row.cost, keep=row.keep) for row in worst.rows)
