"""What pictures show of a run beside its results. It stands in no other report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.statistics.calibration import Calibrated
from lossctl.statistics.distribution import Counted


class OfGroup(NamedTuple):
    """The costs of the rows of a group."""

    by: Mapping[str, str]
    costs: Counted


@record
class Observed:
    """The costs of a run's rows by the losses' canonical texts, of all and of each group where these are few; calibration."""

    run: str
    costs: Mapping[str, Counted]
    groups: Mapping[str, Sequence[OfGroup]]
    calibration: Calibrated | None


@record
class Paired:
    """The costs of the same rows, or groups, by the base and by a candidate (n,)."""

    loss: str
    names: tuple[str, str]
    base: Array
    candidate: Array
    counted: str = "row"
