"""Where the costs of single rows go while a run is scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Protocol

from lossctl.engine.tally import Samples, Tally
from lossctl.record import record
from lossctl.results.samples import SampleTable


class SampleSink(Protocol):
    """Takes the samples of a run as they come, in the order of rows."""

    def write(self, samples: Samples, /) -> None:
        """Takes the next samples."""

    def finish(self, tally: Tally, /) -> None:
        """Called when all rows are scored."""


class TableSink(Protocol):
    """Takes samples as tables."""

    def write(self, samples: SampleTable, /) -> None:
        """Takes the next rows."""

    def finish(self, rows: int, /) -> None:
        """Called when all rows of the run are scored, those left out among them."""


@record(frozen=False)
class Tabled:
    """Hands samples on as tables whose costs and keys are named."""

    losses: Sequence[str]
    headers: Sequence[str]
    sink: TableSink

    def write(self, samples: Samples) -> None:
        rows = samples.rows
        self.sink.write(
            SampleTable(
                row=rows.numbers(),
                id=dict(zip(self.headers, rows.key, strict=True)),
                keep=rows.keep,
                values=dict(zip(self.losses, samples.costs, strict=True)),
            )
        )

    def finish(self, tally: Tally) -> None:
        self.sink.finish(tally.rows)


@record(frozen=False)
class Collected:
    """The samples that the run's record will hold."""

    parts: list[SampleTable] = field(default_factory=list)

    def write(self, samples: SampleTable) -> None:
        self.parts.append(samples)

    def finish(self, rows: int) -> None:
        pass

    def table(self) -> SampleTable:
        """The samples of the whole run."""
        return SampleTable.concat(self.parts)
