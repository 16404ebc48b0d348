"""What is wanted of a run beside its headline values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lossctl.record import record
from lossctl.results.samples import SampleColumns
from lossctl.scoring.sample_sinks import SampleSink, TableSink
from lossctl.scoring.scoring import BLOCK_VALUES, OrderedMap

if TYPE_CHECKING:
    from lossctl.rows.whole_tables import SharedTables


@record
class Wanted:
    """What is wanted beside the headline values.

    spread: standard deviations, and where the question has a level intervals of the values.
    pictures: what they show. table: opens a sink for tables of samples, given the canonical texts of the losses and what is
    carried along. samples: a sink for all used rows, with their costs by the losses of rows and the values of the roles `carry`;
    it stands alone. ordered_map: by default threads. streams: whether groups of rows may be judged before all rows are there.
    shared: tables that other runs pair their rows with too.
    """

    per_sample: bool = False
    worst: int = 0
    spread: bool = True
    table: Callable[[Sequence[str], SampleColumns], TableSink] | None = None
    samples: SampleSink | None = None
    carry: tuple[str, ...] = ()
    pictures: bool = False
    progress: Callable[[int, int | None], None] | None = None
    ordered_map: OrderedMap | None = None
    streams: bool = True
    block_values: int = BLOCK_VALUES
    shared: SharedTables | None = None

    @property
    def compared(self) -> bool:
        """Whether the costs of all rows are for those of other models."""
        return self.samples is not None

    @property
    def shows_rows(self) -> bool:
        """Whether the costs of single rows are shown."""
        return self.per_sample or self.table is not None
