"""The forms of a loss beside the columns that were found for their roles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lossctl.binding.binding import BoundForm, LeftOut
from lossctl.binding.names import column_option
from lossctl.errors import DataError, LossctlError
from lossctl.losses.text import BoundLoss


def choose_forms(
    losses: Sequence[BoundLoss], choose: Callable[[BoundLoss], BoundForm], *, leave_out: bool
) -> tuple[list[BoundForm], tuple[LeftOut, ...]]:
    """The form of each loss, and, where they are to be left out, losses of sets that have none here; LossctlError for others."""
    chosen, left_out = [], []
    for loss in losses:
        try:
            chosen.append(choose(loss))
        except LossctlError as problem:
            if loss.of_set is None or not leave_out:
                raise
            left_out.append(LeftOut(loss, problem))
    if not chosen:
        raise left_out[0].problem
    return chosen, tuple(left_out)


def fit_alike(loss: BoundLoss, fitting: Sequence[BoundForm], run: str) -> DataError:
    """The error of columns that fit several forms of a loss."""
    forms = " and ".join(", ".join(one.form.roles) for one in fitting)
    others = set(fitting[1].form.roles)
    own = next((role for role in fitting[0].form.roles if role not in others), next(iter(fitting[0].form.roles)))
    return DataError(
        f"{loss.loss.name}: the columns fit {forms}", where=run, hint=f"say which are meant: {column_option(own)}COLUMN"
    )
