"""What each loss of a run gave, whatever its values belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lossctl.binding.binding import Binding
from lossctl.engine.group_losses import GroupLosses
from lossctl.engine.judged import Judged
from lossctl.engine.misfits import without_refused
from lossctl.engine.waiting import Waiting
from lossctl.engine.whole_values import judged_bins
from lossctl.errors import DataError, LossctlError
from lossctl.losses.declaration import GROUP, ROW
from lossctl.statistics.bin_sums import BinSums
from lossctl.statistics.groups import Groups


def judged_losses(
    binding: Binding,
    judged_of_rows: Sequence[Judged],
    bins: Mapping[int, BinSums],
    waiting: Waiting | None,
    groups: GroupLosses,
    by: Groups | None,
    *,
    leave_out: bool,
) -> tuple[Binding, list[Judged]]:
    """What each loss gave, in the order of the losses, and the binding without those of sets that refuse the rows together.

    bins: the sums of the losses that waited for no rows, by their places. waiting: all rows, where losses of the whole need them.
    by: the groups of `--by`.
    """
    rows = iter(judged_of_rows)
    judged: list[Judged] = []
    refused: dict[int, LossctlError] = {}
    for place, bound in enumerate(binding.losses):
        if bound.loss.loss.unit == ROW:
            judged.append(next(rows))
            continue
        if place in bins:
            judged.append(judged_bins(bound, bins[place]))
            continue
        try:
            if binding.unit_of(bound.loss) == GROUP:
                judged.append(groups.judged(bound, by))
            else:
                assert waiting is not None
                judged.append(waiting.whole(bound))
        except DataError as problem:
            if bound.loss.of_set is None or not leave_out:
                raise
            refused[place] = problem
    return (without_refused(binding, refused) if refused else binding), judged
