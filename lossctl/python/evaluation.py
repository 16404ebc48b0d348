"""The losses of one run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from lossctl.errors import DataError
from lossctl.python.found import Found
from lossctl.results.document import Document, Run

if TYPE_CHECKING:
    import pandas as pd

    from lossctl.losses.roles.block import Array

Group: TypeAlias = "str | tuple[str, ...]"


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation(Found):
    """The results of one run."""

    again: Callable[[], Document] | None = None  # the same with samples, where the arrays are still at hand

    @property
    def run(self) -> Run:
        """The run with its results."""
        return self.document.runs[0]

    @property
    def value(self) -> float | dict[str, float]:
        """The headline value of all rows of one loss; of several, by canonical text."""
        values = {result.loss: result.value for result in self.run.results if result.by is None}
        return values if len(values) > 1 else next(iter(values.values()))

    @property
    def groups(self) -> dict[Group, float] | dict[str, dict[Group, float]]:
        """The headline values of the groups of `by`, of several losses by canonical text. A group is its name, or several."""
        groups: dict[str, dict[Group, float]] = {}
        for result in self.run.results:
            of_loss = groups.setdefault(result.loss, {})
            if result.by is not None:
                names = tuple(result.by.values())
                of_loss[names if len(names) > 1 else names[0]] = result.value
        return groups if len(groups) > 1 else next(iter(groups.values()))

    @property
    def samples(self) -> Array | dict[str, Array]:
        """The cost of each used row (n,) of one loss; of several, by canonical text. Computed when it is asked for."""
        table = self.whole().runs[0].samples
        assert table is not None
        samples = dict(table.values)
        return samples if len(samples) > 1 else next(iter(samples.values()))

    @property
    def worst(self) -> pd.DataFrame:
        """The costliest rows, as many as `worst=K` asked for, with the columns of the csv report."""
        return self.frame("worsts")

    def whole(self) -> Document:
        """The document with samples; LossctlError where the arrays are not any more what the results were computed of."""
        if self.again is None:
            return self.document
        document = self.again()
        if list(map(repr, document.runs[0].results)) != list(map(repr, self.run.results)):
            raise DataError("the arrays have changed since they were evaluated", where=self.run.run, hint="evaluate them anew")
        return document
