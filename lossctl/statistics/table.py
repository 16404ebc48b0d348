"""The table of statistics, and all that are asked for at once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.record import replace
from lossctl.statistics.calibration import Calibration
from lossctl.statistics.distribution import Distribution
from lossctl.statistics.groups import Groups, KnownGroups
from lossctl.statistics.intervals.standard_errors import StandardErrors
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.quantile import Quantiles
from lossctl.statistics.statistic import Asked, Scored, Statistic
from lossctl.statistics.worst import Worst

S = TypeVar("S", bound=Statistic)

STATISTICS: tuple[type[Statistic], ...] = (
    LossMoments,
    Worst,
    Quantiles,
    StandardErrors,
    Distribution,
    Calibration,
)


class Statistics:
    """Every statistic that is asked for, of rows and the groups among them. Pickles; merges in order of parts.

    groups: those of the rows so far; None where rows have none.
    """

    def __init__(self, asked: Asked) -> None:
        self._known = KnownGroups()
        self._of = {kind: statistic for kind in STATISTICS if (statistic := kind.asked(asked)) is not None}

    @property
    def groups(self) -> Groups | None:
        return self._known.groups

    def of(self, kind: type[S]) -> S:
        """The statistic of one kind. Raises KeyError where it is not asked for."""
        statistic = self._of[kind]
        assert isinstance(statistic, kind)
        return statistic

    def find(self, kind: type[S]) -> S | None:
        """The same; None where it is not asked for."""
        return self.of(kind) if kind in self._of else None

    def add(self, scored: Scored) -> None:
        """Adds rows; codes and groups are those of the rows at hand."""
        if scored.groups is not None and scored.grouping is not None:
            grouping = self._known.place(scored.grouping, scored.groups)
            scored = replace(scored, grouping=grouping, groups=self.groups)
        for statistic in self._of.values():
            statistic.add(scored)

    def merge(self, other: Statistics) -> None:
        """Adds what statistics of the rows after these took."""
        places = np.zeros(0, np.int64) if other.groups is None else self._known.merge(other.groups)
        for kind, statistic in self._of.items():
            statistic.merge(other._of[kind], places, len(self._known))

    def fields(self, loss: Hashable) -> dict[str, Array]:
        """The fields of every statistic."""
        return {name: values for statistic in self._of.values() for name, values in statistic.fields(loss).items()}

    def release(self, loss: Hashable) -> None:
        """Lets go of what statistics hold of the groups of a loss, of which results are made."""
        for statistic in self._of.values():
            statistic.release(loss)
