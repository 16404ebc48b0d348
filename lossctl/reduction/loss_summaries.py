"""What each loss of a run gave, whatever its values belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lossctl.binding.binding import Binding
from lossctl.errors import LossctlError
from lossctl.losses.declaration import GROUP, ROW
from lossctl.losses.text import BoundLoss
from lossctl.reduction.group_losses import GroupLosses
from lossctl.reduction.loss_summary import LossSummary
from lossctl.reduction.waiting import Waiting
from lossctl.reduction.whole_values import summary_of_bins
from lossctl.scoring.left_out import leaving_out, without_refused
from lossctl.statistics.exact.bin_sums import BinSums
from lossctl.statistics.groups import Groups


def summaries_of_losses(
    binding: Binding,
    judged_of_rows: Sequence[LossSummary],
    bins: Mapping[BoundLoss, BinSums],
    waiting: Waiting | None,
    groups: GroupLosses,
    by: Groups | None,
) -> tuple[Binding, list[LossSummary]]:
    """What each loss gave, in the order of the losses, and the binding without those of sets that refuse the rows together.

    bins: the sums of the losses that waited for no rows. waiting: all rows, where losses of the whole need them.
    by: the groups of `--by`.
    """
    rows = iter(judged_of_rows)
    judged: list[LossSummary] = []
    refused: dict[BoundLoss, LossctlError] = {}
    for bound in binding.losses:
        if bound.loss.loss.unit == ROW:
            judged.append(next(rows))
            continue
        if bound.loss in bins:
            judged.append(summary_of_bins(bound, bins[bound.loss]))
            continue
        with leaving_out(bound, refused):
            if binding.unit_of(bound.loss) == GROUP:
                judged.append(groups.judged(bound, by))
            else:
                assert waiting is not None
                judged.append(waiting.whole(bound))
    return without_refused(binding, refused), judged
