"""What values that are no probabilities seem to be, and so what would read them: a hint that names no way to a wrong number."""

from __future__ import annotations

import shlex

from lossctl.lazy import np
from lossctl.losses.roles.block import Array, VectorColumns

ROW_SUM = 1e-3  # how far a row of probabilities may be off 1, and a probability outside [0, 1] for --normalize to limit it
_ROUNDING = "that is rounding: --normalize limits values to [0, 1]"
LABELS_OF_THEIR_OWN = "several ones in a row are labels of their own, not classes of one: -l multilabel_ce"
_LOGITS = "logits are read with --from logits"


def hint_beyond(values: Array, scale: str, columns: VectorColumns | None = None) -> str:
    """How to go on with values (n,) or (n, c), of which some lie beyond the bounds of a scale: by what all of them show."""
    low, high = float(values.min()), float(values.max())
    if scale == "logprobs":
        if low >= 0 and high <= 1:
            return "all lie in [0, 1]: probabilities are read without --from logprobs"
        return _ROUNDING if high <= np.log1p(ROW_SUM) else _LOGITS
    if low >= -ROW_SUM and high <= 1 + ROW_SUM:
        return _ROUNDING
    if stray := _without_stray(values, columns):
        return stray
    if high <= 0 and (values.ndim == 1 or _sum_to(np.exp(values), 1, ROW_SUM)):
        return "all are <= 0, as log-probabilities are: --from logprobs"
    if low >= 0 and high <= 100 and (values.ndim == 1 or _sum_to(values, 100, 1)):
        return "all lie from 0 to 100, as percentages do: divide them by 100"
    if low >= 0 and values.ndim == 2 and (values == np.floor(values)).all():
        return "all are whole numbers, as counts are: divide each by the sum of its row"
    return _LOGITS


def hint_of_sums(p: Array, sums: Array, columns: VectorColumns | None) -> str:
    """How to go on with rows (n, c) of values in [0, 1] that do not sum to 1."""
    stray = _without_stray(p, columns)
    if stray is not None and not ((p == 0) | (p == 1)).all():
        return stray
    if ((p == 1).sum(axis=1) > 1).any():
        return LABELS_OF_THEIR_OWN
    if (np.abs(sums - 1) <= 0.5).all():
        return "rescale rows with --normalize"
    return "a row holds one probability for each class of one label; labels of their own: -l multilabel_ce"


def _without_stray(values: Array, columns: VectorColumns | None) -> str | None:
    """The columns without the one beside which every row is made of probabilities."""
    if columns is None or values.ndim != 2 or values.shape[1] != len(columns.names) or values.shape[1] < 3:
        return None
    sums = values.sum(axis=1)
    for stray, name in enumerate(columns.names):
        if (np.abs(sums - values[:, stray] - 1) <= ROW_SUM).all():
            rest = np.delete(values, stray, axis=1)
            if rest.min() >= 0 and rest.max() <= 1:
                others = ",".join(other for other in columns.names if other != name)
                return f"without {name} every row sums to 1: {columns.option}{shlex.quote(others)}"
    return None


def _sum_to(values: Array, total: float, tolerance: float) -> bool:
    return bool((np.abs(values.sum(axis=1) - total) <= tolerance).all())
