"""What pictures show of the rows of a run, from the statistics that counted them."""

from __future__ import annotations

from lossctl.binding.binding import Binding
from lossctl.engine.scoring import Scoring
from lossctl.engine.tally import Tally
from lossctl.results.observed import Observed, OfGroup
from lossctl.statistics.calibration import Calibration
from lossctl.statistics.distribution import Distribution
from lossctl.statistics.groups import Groups, sorted_places


def observed_of(binding: Binding, tally: Tally, scoring: Scoring) -> Observed:
    """The costs of the rows by each loss of rows, groups in their order, and calibration."""
    counted = {str(bound.loss): (tally.settled(bound).of(Distribution), place) for place, bound in enumerate(scoring.of_rows)}
    groups = tally.statistics.groups
    return Observed(
        binding.run,
        {loss: distribution.of_all(place) for loss, (distribution, place) in counted.items()},
        {} if groups is None else {loss: _of_groups(binding, groups, *of) for loss, of in counted.items()},
        tally.statistics.of(Calibration).calibrated(),
        binding.weight is not None,
    )


def _of_groups(binding: Binding, groups: Groups, distribution: Distribution, place: int) -> list[OfGroup]:
    counted = distribution.of_groups(place)
    names = list(binding.groups)
    return [
        OfGroup({name: words.at(at) for name, words in zip(names, groups.columns, strict=True)}, counted[at])
        for at in (sorted_places(groups).tolist() if counted else ())
    ]
