"""What class predictions may hold on each scale, checked once a block."""

from __future__ import annotations

from lossctl.errors import DataError, listed, plural
from lossctl.lazy import np
from lossctl.losses.roles.block import Array, Block, row_sums
from lossctl.losses.roles.class_predictions import Predictions
from lossctl.losses.roles.other_scales import LABELS_OF_THEIR_OWN, ROW_SUM, hint_beyond, hint_of_sums
from lossctl.losses.roles.suspicions import suspect_probabilities
from lossctl.text import number_text


def checked_predictions(block: Block, name: str) -> Predictions:
    """Class predictions on the block's scale; DataError at the first that it does not allow."""
    check = {"probs": _check_probs, "logits": _check_logits, "logprobs": _check_logprobs}[block.scale]
    return Predictions(check(block, name), block.scale)


def _check_probs(block: Block, name: str) -> Array:
    """Probabilities in [0, 1] whose rows sum to 1; with --normalize limited and rescaled, and counted."""
    p = block.arrays[name]
    if p.min() < 0 or p.max() > 1:
        bad = ~((p >= 0) & (p <= 1))
        if block.normalize:
            bad = ~((p >= -ROW_SUM) & (p <= 1 + ROW_SUM))
        if bad.any():
            raise _outside(block, name, p, bad)
        block.count("limited to [0, 1]", int(((p < 0) | (p > 1)).reshape(block.size, -1).any(axis=1).sum()))
        p = np.clip(p, 0.0, 1.0)
    if p.ndim == 1 or (not block.normalize and _sums_are_near_1(p)):
        return p
    sums = row_sums(p)
    if block.normalize:
        if (sums == 0).any():
            raise block.refuse(name, int(np.argmax(sums == 0)), "the probabilities of a row are all 0")
        block.count("rescaled to sum 1", int((sums != 1).sum()))
        rescaled: Array = p / sums[:, np.newaxis]
        return rescaled
    _check_sums(block, name, p, sums)
    return p


def _check_logits(block: Block, name: str) -> Array:
    """Logits; infinite ones may stand where they leave the probabilities defined."""
    z = block.arrays[name]
    if z.ndim == 2 and name not in block.finite:
        top = z.max(axis=1)
        bad = (top == -np.inf) | ((z == np.inf).sum(axis=1) > 1)
        if bad.any():
            row = int(np.argmax(bad))
            problem = "every logit of the row is -inf" if top[row] < 0 else "more than one logit of the row is inf"
            raise block.refuse(name, row, f"{problem}, which leaves no probabilities")
    if z.ndim == 2:
        suspect_probabilities(block, name, z)
    return z


def _check_logprobs(block: Block, name: str) -> Array:
    """Log-probabilities <= 0 whose exponentials sum to 1; with --normalize rescaled, and counted."""
    log_p = block.arrays[name]
    limit = np.log1p(ROW_SUM) if block.normalize else 0.0
    bad = ~(log_p <= limit)
    if bad.any():
        place = tuple(np.argwhere(bad)[0])
        problem = f"log-probability {number_text(float(log_p[place]))} is above 0"
        raise block.refuse(name, int(place[0]), problem, column=_column(place), hint=hint_beyond(log_p, "logprobs"))
    if log_p.ndim == 1:
        block.count("limited to [0, 1]", int((log_p > 0).sum()))
        return np.minimum(log_p, 0.0)
    highest = log_p.max(axis=1)
    with np.errstate(invalid="ignore"):
        log_sums = np.where(highest == -np.inf, -np.inf, highest + np.log(row_sums(np.exp(log_p - highest[:, np.newaxis]))))
    if block.normalize and (log_sums > -np.inf).all():
        block.count("rescaled to sum 1", int((log_sums != 0).sum()))
        return log_p - log_sums[:, np.newaxis]
    _check_sums(block, name, np.exp(log_p), np.exp(log_sums))
    return log_p


def _sums_are_near_1(p: Array) -> bool:
    """Whether every row sums to 1 so nearly that how sums are rounded decides nothing. Such sums take a third of the time."""
    return bool((np.abs(np.einsum("ij->i", p) - 1) <= ROW_SUM / 2).all())


def _check_sums(block: Block, name: str, p: Array, sums: Array) -> None:
    off = ~(np.abs(sums - 1) <= ROW_SUM)
    if off.any():
        row = int(np.argmax(off))
        columns = block.columns.get(name)
        of = f" ({listed(columns.names, 6)})" if columns is not None else ""
        problem = f"the probabilities of a row{of} must sum to 1, these sum to {number_text(float(sums[row]))}"
        hint = LABELS_OF_THEIR_OWN if _beside_several(block, name, p) else hint_of_sums(p, sums, columns)
        raise block.refuse(name, row, problem, hint=hint)


def _beside_several(block: Block, name: str, p: Array) -> bool:
    """Whether another role holds labels, of which a row has several or none."""
    others = (values for other, values in block.arrays.items() if other != name and values.shape == p.shape)
    return any(((values == 0) | (values == 1)).all() and (values.sum(axis=1) != 1).any() for values in others)


def _outside(block: Block, name: str, p: Array, bad: np.ndarray) -> DataError:
    place = tuple(np.argwhere(bad)[0])
    value = float(p[place])
    hint = hint_beyond(p, "probs", block.columns.get(name))
    counted = plural(int(bad.reshape(block.size, -1).any(axis=1).sum()), block.noun)
    problem = f"probability {number_text(value)} is outside [0, 1] ({counted} of the {block.size:,} looked at)"
    return block.refuse(name, int(place[0]), problem, column=_column(place), hint=hint)


def _column(place: tuple[int, ...]) -> int | None:
    return int(place[1]) if len(place) > 1 else None
