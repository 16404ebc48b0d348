"""What was prepared for a run, for the runs after it whose arrays lie in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from lossctl.binding.binder import Binder
from lossctl.binding.binding import Binding, BoundForm
from lossctl.engine.asked import scoring_of
from lossctl.engine.results import head_of
from lossctl.engine.scoring import Scoring
from lossctl.engine.wanted import Wanted
from lossctl.errors import LossctlError
from lossctl.formats.table import Table
from lossctl.question.request import Request
from lossctl.record import record, replace
from lossctl.rows.dataset import Dataset, feeds_of
from lossctl.rows.parts import Feed


@record(frozen=False)
class Earlier:
    """The last run that was bound: its binder, what it was bound to, and what is computed of its rows; None before the first.

    Of all runs the same is wanted. heads: what the results of losses have in common, of those that were last asked for.
    """

    _binder: Binder | None = None
    _binding: Binding | None = None
    _scoring: Scoring | None = None
    _feeds: list[Feed] | None = None
    _headed: Sequence[BoundForm] = ()
    _heads: Sequence[dict[str, Any]] | None = None

    def bind(self, binder: Binder) -> Binding:
        """The binding of a run: that of the run before with another array in it, where nothing else differs."""
        binding = self._with_own_array(binder)
        if binding is None:
            binding, self._scoring, self._feeds, self._heads = binder.bind(), None, None, None
        elif self._binder is not None and self._feeds is not None:
            before = self._binder.tables
            self._feeds = [replace(feed, tables=binder.tables) if feed.tables == before else feed for feed in self._feeds]
        self._binder, self._binding = binder, binding
        return binding

    def feeds_of(self, binding: Binding) -> list[Feed]:
        """What is read from the same tables of the run that was just bound."""
        if self._feeds is None:
            self._feeds = feeds_of(binding)
        return self._feeds

    def scoring_of(self, request: Request, binding: Binding, wanted: Wanted, dataset: Dataset) -> Scoring:
        """What is computed of the rows of the run that was just bound."""
        if self._scoring is None or self._scoring.losses is not binding.losses:
            self._scoring = scoring_of(request, binding, wanted, dataset)
        return self._scoring

    def heads_of(self, request: Request, losses: Sequence[BoundForm]) -> Sequence[dict[str, Any]]:
        """What the results of each loss of the run that was just bound have in common."""
        if self._heads is None or self._headed != losses:
            self._headed, self._heads = losses, [head_of(request, bound) for bound in losses]
        return self._heads

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
        and request.effects == before.effects
        and replace(inputs, runs=before.inputs.runs) == before.inputs
    )


def _read_the_same(binder: Binder, own: Table, before: Binder, own_before: Table) -> bool:
    """Whether all tables but those of the runs themselves are the same, held in memory."""
    others, others_before = (
        {path: table for path, table in tables.items() if table is not kept}
        for tables, kept in ((binder.opened.tables, own), (before.opened.tables, own_before))
    )
    return others.keys() == others_before.keys() and all(table is others_before[path] for path, table in others.items())
