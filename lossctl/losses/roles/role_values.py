"""The values of a role within what they may be, or the error of the first that is not."""

from __future__ import annotations

from typing import Any

from lossctl.errors import DataError
from lossctl.lazy import np
from lossctl.losses.domain import FINITE, Interval
from lossctl.losses.roles.block import Array, Block
from lossctl.text import number_text


def within(block: Block, name: str, domain: Interval) -> Array:
    """The values of a role, each a finite number of a domain; DataError at the first that is not."""
    values = block.arrays[name]
    if name not in block.finite:
        bad = ~np.isfinite(values)
        if bad.any():
            raise refuse_value(block, name, bad, "is not a finite number")
    if domain != FINITE:
        below = values <= domain.low if domain.open_low else values < domain.low
        if below.any():
            side = "not above" if domain.open_low else "below"
            raise refuse_value(block, name, below, f"is {side} {number_text(domain.low)}")
        above = values >= domain.high if domain.open_high else values > domain.high
        if above.any():
            raise refuse_value(
                block, name, above, f"is {'not below' if domain.open_high else 'above'} {number_text(domain.high)}"
            )
    return values


def refuse_value(block: Block, name: str, bad: Any, problem: str, hint: str | None = None) -> DataError:
    """The error of the first bad value of a role."""
    place = tuple(int(at) for at in np.argwhere(bad)[0])
    role = "" if problem.endswith("finite number") else f"{name} "
    words = f"{role}{number_text(float(block.arrays[name][place]))} {problem}"
    return block.refuse(name, place[0], words, column=place[1] if len(place) > 1 else None, hint=hint)


def only(block: Block, name: str, allowed: tuple[float, ...], words: str) -> Array:
    """The labels of a role, each one of `allowed`; DataError at the first that is not."""
    values = block.arrays[name]
    bad = ~np.isin(values, allowed)
    if bad.any():
        row = int(np.argmax(bad))
        raise block.refuse(name, row, f"label {number_text(float(values[row]))}; expected {words}", hint=_hint_of_two(values))
    return values


def _hint_of_two(values: Array) -> str | None:
    """What to type where labels are two whole numbers, of which a person knows which one is class 1."""
    two = np.unique(values)
    if len(two) != 2 or not (two == np.rint(two)).all():
        return None
    low, high = map(number_text, two.tolist())
    return f"for labels {low} and {high} name the one that is class 1: --positive {high}"
