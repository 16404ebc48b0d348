"""The forms of a loss beside the columns that were found for their roles."""

from __future__ import annotations

from collections.abc import Sequence

from lossctl.binding.binding import BoundForm
from lossctl.binding.names import column_option
from lossctl.errors import DataError
from lossctl.losses.text import BoundLoss


def fit_alike(loss: BoundLoss, fitting: Sequence[BoundForm], run: str) -> DataError:
    """The error of columns that fit several forms of a loss."""
    forms = " and ".join(", ".join(one.form.roles) for one in fitting)
    others = set(fitting[1].form.roles)
    own = next((role for role in fitting[0].form.roles if role not in others), next(iter(fitting[0].form.roles)))
    return DataError(
        f"{loss.loss.name}: the columns fit {forms}", where=run, hint=f"say which are meant: {column_option(own)}COLUMN"
    )
