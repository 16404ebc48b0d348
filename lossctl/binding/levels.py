"""What the names of columns say of the levels of quantiles, `q0.1` or `p10`, beside those that a loss was given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from lossctl.binding.role_source import RoleSource
from lossctl.errors import UsageError, listed, plural
from lossctl.lazy import regex
from lossctl.losses.text import BoundLoss
from lossctl.losses.vector_domain import Level, Levels, Vector
from lossctl.text import number_text

_NUMBER = regex(r"(?<![\d.])(?:\d+(?:\.\d+)?|\.\d+)(?![\d.])")
_SHARE = regex(r"(?:.*[\W_])?(?:(?:q|p|quantile)_?)?0?\.\d+", re.IGNORECASE)  # llama3.1 and pred_v0.2 are no levels
_PERCENTAGE = regex(r"(?:.*[\W_])?(?:q|p|quantile|percentile)_?\d+", re.IGNORECASE)


def check_levels(loss: BoundLoss, predicted: RoleSource) -> None:
    """UsageError where there is not one level for each column, or the names of columns say another order of them."""
    columns, named = predicted.columns, levels_of(predicted)
    for parameter, levels in _levels(loss, columns):
        if len(columns) > 1 and len(levels) != len(columns):
            problem = f"{loss.loss.name}: {parameter} has {plural(len(levels), 'level')}"
            likely = named is not None and _are_likely(named)
            hint = f"if the names of the columns say the levels: {_typed(loss, parameter, named or ())}" if likely else None
            raise UsageError(f"{problem}, and pred has {plural(len(columns), 'column')}", hint=hint)
        if named is not None and _is_another_order(named, levels) and _are_shares(columns):
            has = f"{loss.loss.name} has {parameter}={_text(levels)}"
            hint = f"in the order of the columns: {_typed(loss, parameter, named)}"
            raise UsageError(f"the columns are {listed(columns)}, and {has}", hint=hint)


def other_levels(loss: BoundLoss, predicted: RoleSource) -> Iterator[str]:
    """Words for columns that are called as other shares than the levels of a loss."""
    columns, named = predicted.columns, levels_of(predicted)
    if named is None:
        return
    for parameter, levels in _levels(loss, columns):
        if _is_another_order(named, levels) or (sorted(named) != sorted(levels) and _are_others(columns, named, levels)):
            what = f"the column is {columns[0]}" if len(columns) == 1 else f"the columns are {listed(columns)}"
            has = f"{loss.loss.name} has {parameter}={_text(levels)}"
            yield f"{what}, and {has}; by {'its name' if len(columns) == 1 else 'their names'}: {_typed(loss, parameter, named)}"


def _is_another_order(named: Sequence[float], levels: Sequence[float]) -> bool:
    return list(named) != list(levels) and sorted(named) == sorted(levels)


def _are_others(columns: Sequence[str], named: Sequence[float], levels: Sequence[float]) -> bool:
    """Whether columns are called as levels that are none of a loss: p7 may be a model, p90 what 90 % exceed, as of wind."""
    if _are_shares(columns):
        return True
    exceeded = sorted(round(1 - level, 12) for level in named) == sorted(levels)
    return all(map(_PERCENTAGE.fullmatch, columns)) and _are_likely(named) and not exceeded


def _are_likely(named: Sequence[float]) -> bool:
    """Whether numbers in names may be percentages, as 1, 2, 3 are not."""
    return max(named) >= 0.5


def _are_shares(columns: Sequence[str]) -> bool:
    """Whether columns are called as shares: q0.1, and not p10."""
    return all(map(_SHARE.fullmatch, columns))


def levels_of(predicted: RoleSource) -> list[float] | None:
    """The levels that columns are called as, shares or all of them percentages; None where not each has one of its own."""
    table, numbers = predicted.tables[0], [_NUMBER.findall(column) for column in predicted.columns]
    if (table.syntax is not None and not table.header) or any(len(found) != 1 for found in numbers):
        return None
    found = [number for (number,) in numbers]
    if not (whole := all(map(str.isdigit, found))) and not all(Fraction(number) < 1 for number in found):
        return None
    shares = [Fraction(number) / (100 if whole else 1) for number in found]
    if not all(0 < share < 1 for share in shares) or len(set(shares)) < len(shares):
        return None
    return [float(share) for share in shares]


def _levels(loss: BoundLoss, columns: Sequence[str]) -> Iterator[tuple[str, Vector]]:
    """The parameters of a loss that are levels of columns, with their values."""
    for name, parameter in loss.loss.parameters.items():
        value = loss.parameters[name]
        if isinstance(parameter.domain, Levels) and isinstance(value, Vector):
            yield name, value
        elif isinstance(parameter.domain, Level) and isinstance(value, float) and len(columns) == 1:
            yield name, Vector((value,))


def _typed(loss: BoundLoss, parameter: str, levels: Sequence[float]) -> str:
    return f"-l {loss.loss.name}:{parameter}={_text(levels)}"


def _text(levels: Sequence[float]) -> str:
    return ",".join(map(number_text, levels))
