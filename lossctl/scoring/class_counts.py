"""How many rows, or elements of rows, of a run each class has, for losses whose weights depend on it: a pass over the labels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from lossctl.binding.binding import BoundForm
from lossctl.columns.column import Numbers
from lossctl.errors import UsageError
from lossctl.losses.roles.class_predictions import Labels
from lossctl.maps.ordered_map import threaded_map
from lossctl.record import replace
from lossctl.rows.parts import Part
from lossctl.scoring.blocks import Blocks
from lossctl.scoring.scoring import Scoring, used_blocks


def with_counts(losses: Sequence[BoundForm], parts: Sequence[Part], scoring: Scoring, jobs: int) -> tuple[BoundForm, ...]:
    """The losses with what they count in the labels of a run, used rows alone, as numbers."""
    wanted = [bound for bound in losses if bound.fitted.counts_classes]
    of_parts = threaded_map(partial(_counts, wanted=wanted, scoring=scoring), parts, jobs=jobs)
    totals = [sum(counts) for counts in zip(*of_parts, strict=True)]
    counted = {id(bound): total for bound, total in zip(wanted, totals, strict=True)}
    return tuple(
        replace(bound, fitted=bound.fitted.counted(counted[id(bound)].tolist())) if id(bound) in counted else bound
        for bound in losses
    )


def _counts(part: Part, wanted: Sequence[BoundForm], scoring: Scoring) -> list[Numbers]:
    """The number of each class in a part, for each loss."""
    totals = [np.zeros(bound.fit.classes or 2, np.int64) for bound in wanted]
    with np.errstate(all="ignore"):
        for blocks in used_blocks(part, scoring):
            for bound, total in zip(wanted, totals, strict=True):
                total += np.bincount(_labels(blocks, bound), minlength=len(total))
    return totals


def _labels(blocks: Blocks, bound: BoundForm) -> Numbers:
    """The class of each row or element; UsageError where labels are soft."""
    block, _ = blocks.block_of(bound)
    name, role = next((name, role) for name, role in bound.form.roles.items() if role.labels)
    labels: Labels = block.view(name, role)
    if labels.index is None:
        raise UsageError("classes are counted in labels that are classes, and these are soft", where=str(bound.loss))
    return labels.index
