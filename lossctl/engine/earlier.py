"""What was prepared for a run, for the runs after it whose arrays lie in the same way."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from lossctl.binding.binder import Binder
from lossctl.binding.binding import Binding
from lossctl.engine.asked import scoring_of
from lossctl.engine.scoring import Scoring
from lossctl.errors import LossctlError
from lossctl.formats.table import Table
from lossctl.question.request import Request
from lossctl.record import record, replace
from lossctl.rows.dataset import Dataset

if TYPE_CHECKING:
    from lossctl.engine.runs import Wanted


@record(frozen=False)
class Earlier:
    """The last run that was bound: its binder, what it was bound to, and what is computed of its rows; None before the first.

    Of all runs the same is wanted.
    """

    _binder: Binder | None = None
    _binding: Binding | None = None
    _scoring: Scoring | None = None

    def bind(self, binder: Binder) -> Binding:
        """The binding of a run: that of the run before with another array in it, where nothing else differs."""
        binding = self._with_own_array(binder)
        if binding is None:
            binding, self._scoring = binder.bind(), None
        self._binder, self._binding = binder, binding
        return binding

    def scoring_of(self, request: Request, binding: Binding, wanted: Wanted, dataset: Dataset) -> Scoring:
        """What is computed of the rows of the run that was just bound."""
        if self._scoring is None or self._scoring.losses is not binding.losses:
            self._scoring = scoring_of(request, binding, wanted, dataset)
        return self._scoring

    def _with_own_array(self, binder: Binder) -> Binding | None:
        before, binding = self._binder, self._binding
        if before is None or binding is None or not before.tables or binding.left_out:
            return None
        own_before = before.tables[0]
        if own_before.layout is None or not _ask_the_same(before.request, binder.request):
            return None
        own, *others = binder.tables = binder.opened.of(binder.run.preds)
        if others or own.layout != own_before.layout:
            return None
        with suppress(LossctlError):  # said where the run is bound by itself
            for sources in filter(None, binder.request.inputs.options().values()):
                binder.opened.of(sources)
        if not _read_the_same(binder, own, before, own_before):
            return None
        return replace(
            binding,
            run=binder.run.name,
            roles={
                name: replace(source, tables=(own,), text=binder.run.files) if source.tables == (own_before,) else source
                for name, source in binding.roles.items()
            },
        )


def _ask_the_same(before: Request, request: Request) -> bool:
    """Whether two runs of one file each are asked the same, of files that are named for both."""
    inputs = request.inputs
    named = [src for sources in inputs.options().values() for src in sources]
    runs = [*before.inputs.runs, *inputs.runs]
    return (
        all(len(run.preds) == 1 and run.preds[0].column is None for run in runs)
        and all(src.file is not None for src in named)
        and request.question == before.question
        and replace(inputs, runs=()) == replace(before.inputs, runs=())
    )


def _read_the_same(binder: Binder, own: Table, before: Binder, own_before: Table) -> bool:
    """Whether all tables but those of the runs themselves are the same, held in memory."""
    others, others_before = (
        {path: table for path, table in tables.items() if table is not kept}
        for tables, kept in ((binder.opened.tables, own), (before.opened.tables, own_before))
    )
    return others.keys() == others_before.keys() and all(table is others_before[path] for path, table in others.items())
