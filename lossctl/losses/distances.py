"""Lengths of vectors and distances between them, whatever their scale."""

from __future__ import annotations

import math

from lossctl.lazy import np
from lossctl.losses.roles.block import Array, RefusedRows, row_max, row_sums


def lp_norm(vectors: Array, p: float) -> Array:
    """(sum abs(x)**p)**(1/p) of each row (n, d) -> (n,).

    A row whose squares would overflow or vanish is divided by a power of two near its largest value, which rounds nothing; for
    p other than 1, 2 and inf every row by its largest value, whose power is then 1 however large p is.
    """
    size = np.abs(vectors)
    if p == math.inf:
        return row_max(size)
    if p == 1:
        return row_sums(size)
    largest = row_max(size)
    if p != 2:
        share = size / np.where(largest == 0, 1.0, largest)[:, np.newaxis]
        return largest * row_sums(share**p) ** (1 / p)
    exponent = np.frexp(largest)[1]
    exponent = np.where(np.abs(exponent) > 400, exponent, 0)
    if exponent.any():
        size = np.ldexp(size, -exponent[:, np.newaxis])
    distance: Array = np.ldexp(np.sqrt(row_sums(size * size)), exponent)
    return distance


def cosine_distance(left: Array, right: Array) -> Array:
    """1 - cos of each row's angle (n,), as half the squared distance of the unit vectors: exactly 0 for equal vectors."""
    apart = unit_vectors(left) - unit_vectors(right)
    return np.minimum(row_sums(apart * apart) / 2, 2.0)  # which rounding may pass


def unit_vectors(vectors: Array) -> Array:
    """The vectors (n, d) of a role divided by their lengths; RefusedRows where one is zero."""
    largest = row_max(np.abs(vectors))
    if not largest.all():
        raise RefusedRows(largest == 0, "a zero vector has no direction, and cosine needs one", vectors)
    scaled: Array = np.ldexp(vectors, -np.frexp(largest)[1][:, np.newaxis])
    unit: Array = scaled / np.sqrt(row_sums(scaled * scaled))[:, np.newaxis]
    return unit
