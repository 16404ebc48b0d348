"""What was prepared for a run, for the runs after it whose arrays lie in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lossctl.binding.binder import Binder
from lossctl.binding.binding import Binding, BoundForm
from lossctl.formats.held import HeldTable
from lossctl.question.inputs import RunInput
from lossctl.question.request import Request
from lossctl.record import record, replace
from lossctl.reduction.results import head_of
from lossctl.rows.dataset import Dataset, feeds_of
from lossctl.rows.parts import Feed
from lossctl.scoring.asked import scoring_of
from lossctl.scoring.scoring import Scoring
from lossctl.scoring.wanted import Wanted


@record(frozen=False)
class Earlier:
    """The last run that was bound: its binder, what it was bound to, and what is computed of its rows; None before the first.

    Of all runs the same is wanted. others: the tables of other files that it is read from, where another array may take the
    place of its own. heads: what the results of losses have in common, of those that were last asked for.
    """

    _binder: Binder | None = None
    _binding: Binding | None = None
    _others: Sequence[HeldTable] | None = None
    _scoring: Scoring | None = None
    _feeds: list[Feed] | None = None
    _headed: Sequence[BoundForm] = ()
    _heads: Sequence[dict[str, Any]] | None = None

    def bind(self, binder: Binder) -> Binding:
        """The binding of a run: that of the run before with another array in it, where nothing else differs."""
        binding = self._with_own_array(binder)
        if binding is None:
            binding, self._scoring, self._feeds, self._heads = binder.bind(), None, None, None
            self._others = _others_of(binder, binding)
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
        before, binding, others = self._binder, self._binding, self._others
        if before is None or binding is None or others is None or not _ask_the_same(before, binder):
            return None
        binder.tables = binder.opened.of(binder.run.preds)
        layouts = [table.layout for table in binder.tables]
        if layouts != [before.tables[0].layout] or not all(table.is_current for table in others):
            return None
        return replace(
            binding,
            run=binder.run.name,
            roles={
                name: replace(source, tables=binder.tables, text=binder.run.files) if source.tables == before.tables else source
                for name, source in binding.roles.items()
            },
        )


def _others_of(binder: Binder, binding: Binding) -> Sequence[HeldTable] | None:
    """The tables that a run is read from beside its own, None where no other array may take the place of that.

    One may where the run is one array, and each other table is that of a file which options name, held in memory.
    """
    inputs, own = binder.request.inputs, binder.tables
    if binding.left_out or len(own) != 1 or own[0].layout is None or not _is_file(binder.run):
        return None
    others = {path: table for (path, _), table in binder.opened.tables.items() if table is not own[0]}
    held = [table for table in others.values() if isinstance(table, HeldTable)]
    named = {src.file for sources in inputs.options().values() for src in sources}
    return held if len(held) == len(others) and others.keys() == named else None


def _ask_the_same(before: Binder, binder: Binder) -> bool:
    """Whether two runs, the first of one file, are of one file each and asked the same, of the same other files."""
    was, now = before.request, binder.request
    return _is_file(binder.run) and (
        was is now
        or (
            (was.question, was.effects) == (now.question, now.effects) and replace(now.inputs, runs=was.inputs.runs) == was.inputs
        )
    )


def _is_file(run: RunInput) -> bool:
    """Whether the dataset of a run is all that one file holds."""
    return len(run.preds) == 1 and run.preds[0].column is None
