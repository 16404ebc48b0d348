"""What is kept of scored rows while they stream by: the protocol of every statistic, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, Protocol, Self

from lossctl.losses.roles.block import Array
from lossctl.record import record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lossctl.columns.column import Column
    from lossctl.columns.words import Words
    from lossctl.statistics.calibration import Sure
    from lossctl.statistics.grouping import Grouping
    from lossctl.statistics.groups import Groups


@record(frozen=False)
class Scored:
    """n used rows with their costs, n not 0.

    numbers: gives their places in the run (n,), which few statistics need. costs: of each loss (n,), by what tells it from
    others; shares: of those losses of which not every row's is 1. weight: (n,). grouping: their groups, by code, and groups: what
    the codes stand for. key: the words of each column of `--id`. keep: columns kept along. unit: the words of that of `--unit`.
    sure: how sure predictions are, of elements where these are judged.
    """

    numbers: Callable[[], NDArray[np.int64]]
    costs: Mapping[Any, Array]
    shares: Mapping[Any, Array] = field(default_factory=dict)
    weight: Array | None = None
    grouping: Grouping | None = None
    groups: Groups | None = None
    key: tuple[Words, ...] = ()
    keep: Mapping[str, Column] = field(default_factory=dict)
    unit: Words | None = None
    sure: Sure | None = None


@record
class Asked:
    """Which statistics are asked for."""

    spread: bool = True  # standard deviations
    worst: int = 0  # how many of the costliest rows
    quantiles: bool = False
    pictured: bool = False  # what pictures show: how many rows cost how much, and how sure predictions are
    unit: str | None = None  # of standard errors: row, unit or block, None where there are none
    block: int = 1  # how many rows a block has
    badness: Mapping[Hashable, Callable[[Array], Array]] = field(default_factory=dict)  # of losses not as bad as their costs are


class Statistic(Protocol):
    """Takes rows, then others of its kind that took the rows after these. Pickles.

    What it says at the end does not depend on how rows were cut into blocks and parts.
    """

    @classmethod
    def asked(cls, asked: Asked) -> Self | None:
        """That of no rows; None where it is not asked for."""

    def add(self, scored: Scored) -> None:
        """Adds rows; the codes of their grouping are places among all groups so far."""

    def merge(self, other: Any, places: NDArray[np.int64], count: int) -> None:
        """Adds what another took; places: the group here of each of its groups, of `count` groups."""

    def release(self, loss: Hashable) -> None:
        """Lets go of what it holds of the groups of a loss, of which results are made: of many groups it is large."""
        return

    def fields(self, loss: Hashable) -> dict[str, Array]:
        """What results say of a loss, by the names of their fields: of all rows first, then of each group (1 + g,).

        By default nothing: of most statistics results are made in ways of their own.
        """
        return {}
