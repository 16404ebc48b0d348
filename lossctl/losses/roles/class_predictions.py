"""Class predictions as the classification losses see them: log p_t and 1 - p_t of the true class, and log p of every class.

One view serves binary (n,) and multi-class (n, c) predictions from probabilities, logits and log-probabilities. Neither log p_t
nor 1 - p_t is ever taken as a difference of numbers near 1:

    probabilities      p_t, 1 - p_t; where p_t >= 1/2, log p_t = log1p(-(1 - p_t))
    log-probabilities  1 - p_t = -expm1(log p_t)
    binary logits      m = z if y = 1 else -z;  log p_t = -softplus(-m), 1 - p_t = 1 / (1 + exp(m))
    c logits           M = max z, r = the sum of exp(z_j - M) without the maximum itself;
                       log p_t = (z_t - M) - log1p(r), 1 - p_t = (the sum without z_t) / (1 + r)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from functools import cached_property
from typing import Any

from lossctl.lazy import np
from lossctl.losses.roles.block import Array, row_max, row_sums
from lossctl.record import record

SURE_AT_ONCE = 2**17  # values whose probabilities stand in memory at once


@record
class Labels:
    """Class labels of a block: `index` of each row's class, or `soft` rows (n, classes) where one of them is soft."""

    classes: int
    index: np.ndarray | None = None
    soft: Array | None = None

    def extended(self, rows: np.ndarray) -> Labels:
        """The labels of some rows."""
        return Labels(self.classes, *(None if part is None else part[rows] for part in (self.index, self.soft)))

    def rows(self) -> Array:
        """The labels as rows (n, classes) of weights that sum to 1."""
        if self.soft is not None:
            return self.soft
        rows = np.zeros((len(self.of_rows()), self.classes))
        np.put_along_axis(rows, self.of_rows()[:, np.newaxis], 1.0, axis=1)
        return rows

    def of_rows(self) -> np.ndarray:
        """The class of each row, for losses whose role refuses soft labels."""
        assert self.index is not None, "the role lets no soft label through"
        return self.index


@record
class TrueClass:
    """log p_t and 1 - p_t of each row's true class, (n,) each; the latter is computed where a loss asks for it."""

    log_p: Array
    compute_rest: Callable[[], Array]

    @cached_property
    def rest(self) -> Array:
        return self.compute_rest()


@record(frozen=False)
class Predictions:
    """Class predictions of a block, checked, on one of the three scales."""

    values: Array
    scale: str
    _true: dict[tuple[int, float], TrueClass] = field(default_factory=dict)

    def extended(self, rows: Any) -> Predictions:
        """The predictions of some rows with the exponents of extended precision."""
        return Predictions(self.values[rows].astype(np.longdouble), self.scale)

    def true(self, labels: Labels, clip: float) -> TrueClass:
        """log p_t and 1 - p_t, computed once for all losses of a block that clip alike."""
        key = (id(labels), clip)
        if key not in self._true:
            compute = _TRUE[self.scale, self.values.ndim]
            values = _clipped(self.values, clip) if self.scale == "probs" else self.values
            with np.errstate(divide="ignore", over="ignore", under="ignore"):
                true = compute(values, labels.of_rows())
            if clip and self.scale != "probs":
                log_p, low, high = true.log_p, np.log(clip), np.log1p(-clip)
                rest = np.where(log_p < low, -np.expm1(low), np.where(log_p > high, clip, true.rest))
                true = TrueClass(np.clip(log_p, low, high), lambda: rest)
            self._true[key] = true
        return self._true[key]

    def rest(self, index: np.ndarray) -> Array:
        """1 - p of one class of each row (n,)."""
        if self.scale == "probs":
            return _rest_of_probs(self.values, index)
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            return _TRUE[self.scale, self.values.ndim](self.values, index).rest

    def log_all(self, clip: float) -> Array:
        """log p of every class, (n, c); of binary predictions (n, 2)."""
        values = _clipped(self.values, clip) if self.scale == "probs" else self.values
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            if values.ndim == 1:
                compute = _TRUE[self.scale, 1]
                zeros, ones = np.zeros(len(values), np.intp), np.ones(len(values), np.intp)
                log_p = np.stack([compute(values, zeros).log_p, compute(values, ones).log_p], axis=1)
            elif self.scale == "probs":
                log_p = log_of(values, 1 - values)
            elif self.scale == "logits":
                shifted, top = _shifted(values)
                log_p = shifted - np.log1p(_rest(shifted.copy(), top))[:, np.newaxis]
            else:
                log_p = values
        return log_p if not clip or self.scale == "probs" else np.clip(log_p, np.log(clip), np.log1p(-clip))

    def probabilities(self) -> Array:
        """The probability of every class, (n, c); of binary predictions (n, 2)."""
        values = self.values
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            if values.ndim == 1:
                compute = _TRUE[self.scale, 1]
                ones, zeros = np.ones(len(values), np.intp), np.zeros(len(values), np.intp)
                return np.stack([compute(values, ones).rest, compute(values, zeros).rest], axis=1)
            if self.scale == "probs":
                return values
            exponentials: Array = np.exp(_shifted(values)[0] if self.scale == "logits" else values)
        return exponentials / row_sums(exponentials)[:, np.newaxis] if self.scale == "logits" else exponentials

    def confidence(self, labels: Labels) -> tuple[Array, np.ndarray]:
        """How sure each prediction is, and whether it is right (n,).

        That is the largest probability, and whether its class is the true one; of binary predictions the probability of 1, and
        whether the label is 1.
        """
        if self.values.ndim == 1:
            of_one = self.values if self.scale == "probs" else self.rest(np.zeros(len(self.values), np.intp))
            return of_one, labels.of_rows() == 1
        sure, step = np.empty(len(self.values), self.values.dtype), max(1, SURE_AT_ONCE // self.values.shape[1])
        for start in range(0, len(sure), step):
            some = Predictions(self.values[start : start + step], self.scale)
            sure[start : start + step] = row_max(some.probabilities())
        return sure, self.values.argmax(axis=1) == labels.of_rows()

    def above(self, threshold: float) -> np.ndarray:
        """Whether the probability of 1 of each binary prediction is above a threshold (n,), decided on its own scale."""
        log = np.log(threshold)
        bounds = {"probs": threshold, "logits": log - np.log1p(-threshold) if threshold != 0.5 else 0.0, "logprobs": log}
        above: np.ndarray = self.values > bounds[self.scale]
        return above


def _clipped(probabilities: Array, clip: float) -> Array:
    return np.clip(probabilities, clip, 1 - clip) if clip else probabilities


def log_of(p: Array, rest: Array) -> Array:
    """log p, from 1 - p where that is the one known without rounding."""
    return np.where(p < 0.5, np.log(p), np.log1p(-rest))


def _binary_probs(p: Array, index: np.ndarray) -> TrueClass:
    p_t, rest = _rest_of_probs(p, 1 - index), _rest_of_probs(p, index)
    return TrueClass(log_of(p_t, rest), lambda: rest)


def _rest_of_probs(p: Array, index: np.ndarray) -> Array:
    """1 - p of one class of each row (n,)."""
    if p.ndim == 2:
        return 1 - _of(p, index)
    rest: Array = p - index  # or p, where that is the other
    return np.abs(rest, out=rest)


def _binary_logits(z: Array, index: np.ndarray) -> TrueClass:
    margin = z * (2 * index - 1)
    small = np.exp(-np.abs(margin))
    return TrueClass(np.minimum(margin, 0) - np.log1p(small), lambda: np.exp(-np.maximum(margin, 0)) / (1 + small))


def _binary_logprobs(log_p: Array, index: np.ndarray) -> TrueClass:
    positive = index == 1
    other = -np.expm1(log_p)
    log_other = np.where(log_p > -np.log(2), np.log(other), np.log1p(-np.exp(log_p)))
    return TrueClass(np.where(positive, log_p, log_other), lambda: np.where(positive, other, np.exp(log_p)))


def _class_probs(p: Array, index: np.ndarray) -> TrueClass:
    p_t = _of(p, index)
    rest = 1 - p_t
    return TrueClass(log_of(p_t, rest), lambda: rest)


def _class_logits(z: Array, index: np.ndarray) -> TrueClass:
    shifted, top = _shifted(z)
    true = _of(shifted, index)
    rest = _rest(shifted, top)
    return TrueClass(true - np.log1p(rest), lambda: np.where(index == top, rest, 1 + (rest - np.exp(true))) / (1 + rest))


def _class_logprobs(log_p: Array, index: np.ndarray) -> TrueClass:
    log_t = _of(log_p, index)
    return TrueClass(log_t, lambda: -np.expm1(log_t))


_TRUE = {
    ("probs", 1): _binary_probs,
    ("probs", 2): _class_probs,
    ("logits", 1): _binary_logits,
    ("logits", 2): _class_logits,
    ("logprobs", 1): _binary_logprobs,
    ("logprobs", 2): _class_logprobs,
}


def _shifted(z: Array) -> tuple[Array, np.ndarray]:
    """z - max z (n, c), and which class the maximum is (n,)."""
    shifted = z.copy(order="K")
    top, highest = _largest(shifted)  # of z, which may not be written, argmax would make a copy of its own
    with np.errstate(invalid="ignore"):
        shifted -= highest[:, np.newaxis]
    infinite = highest == np.inf  # one class alone is certain; the check refused rows with two
    if infinite.any():
        shifted[infinite] = np.where(z[infinite] == np.inf, 0.0, -np.inf)
    return shifted, top


def _largest(z: Array) -> tuple[np.ndarray, Array]:
    """The first of the largest classes of each row, and its value (n,)."""
    if z.strides[0] >= z.strides[1]:
        top = z.argmax(axis=1)
        return top, _of(z, top)
    highest = z[:, 0].copy()  # where the values of a class lie together a class at a time is quicker
    first = np.zeros(len(z), np.min_scalar_type(z.shape[1]))
    for place in range(1, z.shape[1]):
        larger = z[:, place] > highest
        np.maximum(first, larger * first.dtype.type(place), out=first)
        np.maximum(highest, z[:, place], out=highest)
    return first.astype(np.intp), highest


def _rest(shifted: Array, top: np.ndarray) -> Array:
    """The sum of the exponentials of each row without the maximum (n,); in their place, since memory is what takes the time."""
    np.exp(shifted, out=shifted)
    shifted[np.arange(len(top)), top] = 0.0
    return row_sums(shifted)


def _of(values: Array, index: np.ndarray) -> Array:
    """The value of each row at its index."""
    of_rows: Array = values[np.arange(len(values)), index]
    return of_rows
