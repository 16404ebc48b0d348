"""The losses of one run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from lossctl.errors import DataError, LossctlError, UsageError
from lossctl.python.found import Found
from lossctl.record import replace
from lossctl.results.document import Document, Result, Run

if TYPE_CHECKING:
    import pandas as pd

    from lossctl.losses.roles.block import Array

Group: TypeAlias = "str | tuple[str, ...]"


class Evaluation(Found):
    """The results of one run."""

    def __init__(self, found: Document, again: Callable[[bool], Document] | None = None, *, whole: bool = True) -> None:
        """found: the document, but for samples; where it is not `whole`, the values alone. again: computes what it lacks."""
        super().__init__(found)
        self._again, self._is_whole = again, whole

    @property
    def document(self) -> Document:
        """What the command line would show; LossctlError where the data are not any more what the values were computed of."""
        return self._document if self._is_whole else self._computed(samples=False)

    @property
    def shown(self) -> Document:
        try:
            return self.document
        except LossctlError as changed:
            return replace(self._document, warnings=(f"{changed.problem}; std is not known",))

    @property
    def run(self) -> Run:
        """The run with its results."""
        return self.document.runs[0]

    @property
    def value(self) -> float | dict[str, float]:
        """The headline value of all rows of one loss; of several, by canonical text."""
        values = {result.loss: result.value for result in self._document.runs[0].totals}
        return values if len(values) > 1 else next(iter(values.values()))

    @property
    def groups(self) -> dict[Group, float] | dict[str, dict[Group, float]]:
        """The headline values of the groups of `by`, of several losses by canonical text. A group is its name, or several."""
        groups: dict[str, dict[Group, float]] = {}
        for result in self._found:
            of_loss = groups.setdefault(result.loss, {})
            if result.by is not None:
                names = tuple(result.by.values())
                of_loss[names if len(names) > 1 else names[0]] = result.value
        return groups if len(groups) > 1 else next(iter(groups.values()))

    @property
    def samples(self) -> Array | dict[str, Array]:
        """The cost of each used row (n,) of one loss; of several, by canonical text. Computed when it is asked for."""
        table = self.whole().runs[0].samples
        if table is None:
            raise UsageError("what is judged as a whole has no value for a row", hint="ask for one loss at a time")
        samples = dict(table.values)
        return samples if len(samples) > 1 else next(iter(samples.values()))

    @property
    def worst(self) -> pd.DataFrame:
        """The costliest rows, as many as `worst=K` asked for, with the columns of the csv report."""
        return self.frame("worsts")

    @property
    def pictured(self) -> Document:
        return self._document if self._document.observed else self._computed(samples=False)

    def whole(self) -> Document:
        return self._computed(samples=True)

    @property
    def _found(self) -> Sequence[Result]:
        return self._document.runs[0].results

    def _computed(self, *, samples: bool) -> Document:
        if self._again is None:
            return self._document
        document = self._again(samples)
        run = document.runs[0]
        if [repr(result.value) for result in run.results] != [repr(result.value) for result in self._found]:
            raise DataError("the data have changed since they were evaluated", where=run.run, hint="evaluate them anew")
        return document
