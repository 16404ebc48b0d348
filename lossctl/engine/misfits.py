"""Losses of sets, as `-l regression` is one, whose domain the rows are outside of: they are left out, and that is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from lossctl.binding.binding import Binding, BoundForm, LeftOut
from lossctl.engine.blocks import Blocks
from lossctl.engine.costs import cost_of
from lossctl.engine.ordered_map import threaded_map
from lossctl.engine.scoring import Scoring, used_blocks
from lossctl.errors import DataError, LossctlError, UsageError
from lossctl.losses.declaration import ROW
from lossctl.record import replace
from lossctl.rows.parts import Part


def without_misfits(binding: Binding, parts: Sequence[Part], scoring: Scoring, jobs: int, *, per_row: bool) -> Binding:
    """The binding without the losses of sets that refuse a row; the error of one where all do.

    per_row: those that have no value for a row are left out too. What a loss of the whole dataset says of the rows together is
    known when all are there.
    """
    places = [place for place, bound in enumerate(binding.losses) if bound.loss.of_set is not None]
    refused: dict[int, LossctlError] = {}
    if per_row:
        none = UsageError("there is no value for each row")
        refused = {place: none for place in places if not binding.losses[place].loss.per_row}
    for found in threaded_map(partial(_refused, places=places, scoring=scoring), parts, jobs=jobs):
        refused = found | refused  # the refusal of the first row is said
    return without_refused(binding, refused)


def without_refused(binding: Binding, refused: Mapping[int, LossctlError]) -> Binding:
    """The binding without some losses of sets, by their places, which an error says why to leave out; that where all are."""
    if len(refused) == len(binding.losses):
        raise next(iter(refused.values()))
    kept = tuple(bound for place, bound in enumerate(binding.losses) if place not in refused)
    left_out = [LeftOut(binding.losses[place].loss, problem) for place, problem in sorted(refused.items())]
    return replace(binding, losses=kept, left_out=(*binding.left_out, *left_out))


def words_of(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """Words for losses that were left out, those of one reason together."""
    reasons: dict[str, list[str]] = {}
    for loss, problem in left_out:
        reason = problem.problem.removeprefix(f"{loss}: ").removeprefix(f"{loss.loss.name}: ")
        reasons.setdefault(f"{problem.where}: {reason}" if problem.where else reason, []).append(str(loss))
    for reason, losses in reasons.items():
        yield f"-l {left_out[0].loss.of_set} leaves out {', '.join(losses)}: {reason}"


def _refused(part: Part, places: Sequence[int], scoring: Scoring) -> dict[int, LossctlError]:
    """Why some losses refuse a row of a part, by their places."""
    refused: dict[int, LossctlError] = {}
    with np.errstate(all="ignore"):
        for blocks in used_blocks(part, scoring):
            for place in places:
                try:
                    if place not in refused:
                        _look_at(blocks, scoring.losses[place])
                except DataError as problem:
                    refused[place] = problem
    return refused


def _look_at(blocks: Blocks, bound: BoundForm) -> None:
    """Raises DataError where a loss refuses a row of some blocks; a loss of rows answers for them, another sees them alone."""
    block, elements = blocks.block_of(bound)
    if bound.loss.loss.unit == ROW:
        cost_of(block, elements, bound)
    else:
        block.views(bound.form.roles)
