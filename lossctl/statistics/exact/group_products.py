"""Products of rows as multiples of units: what sums by group are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.statistics.exact.exact_sum import LARGE, SMALL, WIDTH, ZERO, expanded, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

NONE = -(2**15)  # exponent of a product that is 0
_FRACTION, _BIAS = 52, 1022  # of a double: the bits of its fraction, and its exponent as it is written less what it is


def exponents(factors: Sequence[Array]) -> NDArray[np.int16]:
    """Of each row's product (n,): it is below 2**exponent, and not below half of it; NONE where it is 0."""
    product = factors[0]
    with np.errstate(over="ignore", under="ignore"):
        for factor in factors[1:]:
            product = product * factor
    written = (product.view(np.int64) >> _FRACTION).astype(np.int16) & 0x7FF
    found = written - np.int16(_BIAS)
    least, most = (1, 2046) if len(factors) == 1 else (_BIAS + int(np.log2(SMALL)), _BIAS + int(np.log2(LARGE)))
    odd = np.flatnonzero((written < least) | (written > most))  # what overflowed, or may have lost bits, and what is 0
    if len(odd):
        mantissas, powers = zip(*(np.frexp(factor[odd]) for factor in factors), strict=True)
        mantissa, power = np.frexp(np.prod(mantissas, axis=0))
        found[odd] = np.where(mantissa == 0, NONE, power + sum(powers))
    return found


def split(factors: Sequence[Array], top: int, levels: int) -> Iterator[tuple[int, Any, Integers]]:
    """The products of factors, none of them rounded, as multiples of the units of level `top` and of those below it.

    All are below half of the unit above. Gives, as long as there is something left, how far below the top a level is, rows, and
    what these add to it.
    """
    for place, term in enumerate(_scaled(factors, -WIDTH * top)):
        rows: Any = slice(None)
        for below in range(bool(place), levels):  # all but the first term are at most 2**-52 of it, 0 units of the top
            constant = np.float64(1.5 * 2.0 ** (unit(-below) + 52))
            share = term + constant
            yield below, rows, share.view(np.int64) - constant.view(np.int64)
            share -= constant
            term = np.subtract(term, share, out=share)
            left = term != 0
            count = np.count_nonzero(left)
            if not count:
                break
            if 2 * count < len(term):
                rows, term = np.flatnonzero(left) if isinstance(rows, slice) else rows[left], term[left]


def _scaled(factors: Sequence[Array], power: int) -> list[Array]:
    """The products of factors times 2**power, as terms whose sums they are.

    Where products overflow or lose bits, powers of two are taken out of the factors first.
    """
    if len(factors) == 1:
        return [np.ldexp(factors[0], power) if power else factors[0]]
    if power < -np.log2(SMALL) - WIDTH and all(factor.max() < LARGE and factor.min() > -LARGE for factor in factors):
        terms = expanded(factors)
        return [term * 2.0**power for term in terms] if power else terms
    mantissas, powers = zip(*map(np.frexp, factors), strict=True)
    return [np.ldexp(term, sum(powers) + power) for term in expanded(mantissas)]


def tops_of(exponent: Any) -> Any:
    """The level of values below 2**exponent."""
    return (exponent - ZERO) // WIDTH
