"""Where the costs of single rows go while a run is scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Protocol

from lossctl.record import record
from lossctl.results.samples import SampleTable

if TYPE_CHECKING:
    from lossctl.scoring.tally import Samples, Tally


class SampleSink(Protocol):
    """Takes the samples of a run as they come, in the order of rows."""

    def made_of(self, samples: Samples, /) -> Any:
        """What `write` takes of some rows. It is made where they are scored, by several threads at once."""
        return samples

    def write(self, made: Any, /) -> None:
        """Takes what was made of the next rows."""

    def finish(self, tally: Tally, /) -> None:
        """Called when all rows are scored."""


@record(frozen=False)
class Sinks(SampleSink):
    """Several sinks for the same samples."""

    sinks: Sequence[SampleSink]

    def made_of(self, samples: Samples) -> list[Any]:
        return [sink.made_of(samples) for sink in self.sinks]

    def write(self, made: list[Any]) -> None:
        for sink, of_sink in zip(self.sinks, made, strict=True):
            sink.write(of_sink)

    def finish(self, tally: Tally) -> None:
        for sink in self.sinks:
            sink.finish(tally)


class TableSink(Protocol):
    """Takes samples as tables, in the same two steps."""

    def made_of(self, samples: SampleTable, /) -> Any:
        """What `write` takes of some rows."""
        return samples

    def write(self, made: Any, /) -> None:
        """Takes what was made of the next rows."""

    def finish(self, rows: int, /) -> None:
        """Called when all rows of the run are scored, those left out among them."""


@record(frozen=False)
class Tabled(SampleSink):
    """Hands samples on as tables whose costs and keys are named."""

    headers: Sequence[str]
    sink: TableSink

    def made_of(self, samples: Samples) -> Any:
        rows = samples.rows
        return self.sink.made_of(
            SampleTable(
                row=rows.numbers(),
                id=dict(zip(self.headers, rows.key, strict=True)),
                keep=rows.keep,
                values={str(loss): cost for loss, cost in samples.costs.items()},
            )
        )

    def write(self, made: Any) -> None:
        self.sink.write(made)

    def finish(self, tally: Tally) -> None:
        self.sink.finish(tally.rows)


@record(frozen=False)
class Collected(TableSink):
    """The samples that the run's record will hold."""

    parts: list[SampleTable] = field(default_factory=list)

    def write(self, made: SampleTable) -> None:
        self.parts.append(made)

    def finish(self, rows: int) -> None:
        pass

    def table(self) -> SampleTable:
        """The samples of the whole run."""
        return SampleTable.concat(self.parts)
