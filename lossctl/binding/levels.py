"""What the names of columns say of the levels of quantiles, `q0.1` or `p10`, beside those that a loss was given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from lossctl.binding.role_source import RoleSource
from lossctl.errors import UsageError, listed, plural
from lossctl.losses.text import BoundLoss
from lossctl.losses.vector_domain import Levels, Vector
from lossctl.text import number_text

_NUMBER = re.compile(r"(?<![\d.])(?:\d+(?:\.\d+)?|\.\d+)(?![\d.])")


def check_levels(loss: BoundLoss, predicted: RoleSource) -> None:
    """UsageError where there is not one level for each column, or the names of columns say another order of them."""
    columns, named = predicted.columns, levels_of(predicted)
    for parameter, levels in _levels(loss):
        hint = None if named is None else f"if the names of the columns say the levels: {_typed(loss, parameter, named)}"
        if len(columns) > 1 and len(levels) != len(columns):
            problem = f"{loss.loss.name}: {parameter} has {plural(len(levels), 'level')}"
            raise UsageError(f"{problem}, and pred has {plural(len(columns), 'column')}", hint=hint)
        if named is not None and named != list(levels) and sorted(named) == sorted(levels):
            problem = (
                f"the columns are {listed(columns)}, and {loss.loss.name} has {parameter}={','.join(map(number_text, levels))}"
            )
            raise UsageError(problem, hint=f"in the order of the columns: {_typed(loss, parameter, named)}")


def other_levels(loss: BoundLoss, predicted: RoleSource) -> Iterator[str]:
    """Words for columns that are called as other shares than the levels of a loss."""
    named = levels_of(predicted)
    if named is None or not all("." in column for column in predicted.columns):
        return  # 7 may be the number of a model
    for parameter, levels in _levels(loss):
        if sorted(named) != sorted(levels):
            has = f"the columns are {listed(predicted.columns)}, and {loss.loss.name} has {parameter}="
            yield f"{has}{','.join(map(number_text, levels))}; by their names: {_typed(loss, parameter, named)}"


def levels_of(predicted: RoleSource) -> list[float] | None:
    """The levels that columns are called as, shares or all of them percentages; None where not each has one of its own."""
    numbers = [_NUMBER.findall(column) for column in predicted.columns]
    if predicted.tables[0].is_array or not predicted.tables[0].header or any(len(found) != 1 for found in numbers):
        return None
    found = [Fraction(number) for (number,) in numbers]
    shares = found if all(share < 1 for share in found) else [share / 100 for share in found]
    if not all(0 < share < 1 for share in shares) or len(set(shares)) < len(shares):
        return None
    return [float(share) for share in shares]


def _levels(loss: BoundLoss) -> Iterator[tuple[str, Vector]]:
    """The parameters of a loss that are levels, with their values."""
    for name, parameter in loss.loss.parameters.items():
        value = loss.parameters[name]
        if isinstance(parameter.domain, Levels) and isinstance(value, Vector):
            yield name, value


def _typed(loss: BoundLoss, parameter: str, levels: Sequence[float]) -> str:
    return f"-l {loss.loss.name}:{parameter}={','.join(map(number_text, levels))}"
