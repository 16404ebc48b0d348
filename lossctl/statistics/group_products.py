"""Products of grouped rows, split into multiples of units that each group chooses by its largest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.statistics.exact_sum import LARGE, SMALL, WIDTH, ZERO, expanded, unit
from lossctl.statistics.grouping import Chunk, Grouping

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

NONE = -(2**15)  # exponent of a group of nothing but zeros


def split_products(grouping: Grouping, factors: tuple[Array, ...], levels: int) -> tuple[NDArray[np.int16], list[Integers]]:
    """The products of factors (n,), as the grouping lays its rows out, none of them rounded.

    Gives for each group that has rows the exponent of its largest product, as `ExactSum` has it (m,); and for the levels from
    that one down, as long as there is something left, the multiples of the level's unit in each piece.
    """
    factors, powers, exponent = _sized(grouping, factors)
    shift = np.where(exponent == NONE, 0, -WIDTH * tops_of(exponent)).astype(np.int32)
    by_piece = shift[grouping.piece_group] if shift.any() or powers is not None else None
    pieces = np.zeros((levels, grouping.pieces), np.int64)
    used = 0
    for chunk in grouping.chunks:
        terms = expanded([factor[chunk.rows] for factor in factors])
        if by_piece is not None:
            scale = _of_pieces(chunk, by_piece)
            scale = scale if powers is None else scale + powers[chunk.rows]
            terms = [np.ldexp(term, scale) for term in terms]
        for below, multiples in enumerate(_multiples(terms, len(pieces))):
            used = max(used, below + 1)
            lane = pieces[below]
            for rows, places in chunk.spans:
                lane[places] += multiples[rows]
    return exponent.astype(np.int16), list(pieces[:used])


def _sized(grouping: Grouping, factors: tuple[Array, ...]) -> tuple[tuple[Array, ...], NDArray[np.int32] | None, Integers]:
    """Factors whose products are safe to expand, powers of two to multiply these by, and the exponent of each group's largest.

    Where products of some group overflow, or what is rounded off its largest may vanish, factors become mantissas and powers.
    """

    def sizes(rows: slice) -> Array:
        return np.abs(_rounded_product(factors, rows))

    with np.errstate(over="ignore"):
        largest = grouping.extremes(np.maximum, sizes, 0.0)
    safe = len(factors) == 1 or (
        all(np.max(factor) < LARGE and np.min(factor) > -LARGE for factor in factors)
        and bool(np.all((largest > SMALL) | (largest == 0)))
        and not _vanished(factors, bool(np.all(largest > 0)))
    )
    if safe:
        return factors, None, np.where(largest > 0, np.frexp(largest)[1], NONE).astype(np.int64)
    mantissas, powers = zip(*map(np.frexp, factors), strict=True)
    power = sum(powers)

    def exponents(rows: slice) -> NDArray[np.int32]:
        mantissa, exponent = np.frexp(_rounded_product(mantissas, rows))
        return np.where(mantissa == 0, NONE, exponent + power[rows]).astype(np.int32)

    return mantissas, power, grouping.extremes(np.maximum, exponents, NONE, np.int32).astype(np.int64)


def _rounded_product(factors: tuple[Array, ...], rows: slice) -> Array:
    answer = factors[0][rows]
    for factor in factors[1:]:
        answer = answer * factor[rows]
    return answer


def _vanished(factors: tuple[Array, ...], none: bool) -> bool:
    """Whether a product is 0 though no factor is."""
    if none:
        return False
    lost = _rounded_product(factors, slice(None)) == 0
    for factor in factors:
        lost &= factor != 0
    return bool(lost.any())


def _multiples(terms: list[Array], lanes: int) -> Iterator[Integers]:
    """The multiples of each lane's unit in the sums of terms, by row, until nothing is left; terms are below 2**18 (level 0)."""
    terms = [term.copy() for term in terms]
    share = np.empty_like(terms[0])
    for below in range(lanes):
        constant = np.float64(1.5 * 2.0 ** (unit(-below) + 52))
        total = np.zeros(0, np.int64)
        for term in terms if below else terms[:1]:  # the others are at most 2**-52 of it: they round to 0 units
            np.add(term, constant, out=share)
            multiples = share.view(np.int64) - constant.view(np.int64)
            total = total + multiples if len(total) else multiples
            share -= constant
            term -= share
        yield total
        if not any(term.any() for term in terms):
            return


def _of_pieces(chunk: Chunk, values: NDArray[np.int32]) -> NDArray[np.int32]:
    """What each row of a chunk has from its piece."""
    return np.concatenate([values[places] for _, places in chunk.spans])


def tops_of(exponent: Any) -> Any:
    """The level of values below 2**exponent."""
    return (exponent - ZERO) // WIDTH
