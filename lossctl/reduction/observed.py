"""What pictures show of the rows of a run, from the statistics that counted them."""

from __future__ import annotations

from lossctl.binding.binding import Binding, of_rows
from lossctl.losses.text import BoundLoss
from lossctl.results.observed import Observed, OfGroup
from lossctl.scoring.tally import Tally
from lossctl.statistics.calibration import Calibration
from lossctl.statistics.distribution import Distribution
from lossctl.statistics.groups import Groups, sorted_places


def observed_of(binding: Binding, tally: Tally) -> Observed:
    """The costs of the rows by each loss of rows, groups in their order, and calibration."""
    counted = {bound.loss: tally.settled(bound).of(Distribution) for bound in of_rows(binding.losses)}
    groups = tally.statistics.groups
    return Observed(
        binding.run,
        {str(loss): distribution.of_all(loss) for loss, distribution in counted.items()},
        {} if groups is None else {str(loss): _of_groups(binding, groups, of, loss) for loss, of in counted.items()},
        tally.statistics.of(Calibration).calibrated(),
    )


def _of_groups(binding: Binding, groups: Groups, distribution: Distribution, loss: BoundLoss) -> list[OfGroup]:
    counted = distribution.of_groups(loss)
    names = list(binding.groups)
    return [
        OfGroup({name: words.at(at) for name, words in zip(names, groups.columns, strict=True)}, counted[at])
        for at in (sorted_places(groups).tolist() if counted else ())
    ]
