"""What a loss answers for a block: one cost a row, checked, and finite wherever the loss is."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossctl.errors import InternalError, LossctlError
from lossctl.losses.declaration import Form
from lossctl.losses.roles.block import Array, Block, RefusedRows
from lossctl.losses.text import BoundLoss
from lossctl.statistics.exact_sum import row_means


def cost_of(block: Block, bound: BoundLoss, form: Form, state: Any) -> tuple[Array, Array | None]:
    """The cost of each row (n,), and its share of the denominator where the loss gives one.

    state: what the loss's `prepare` made of the whole dataset. Raises InternalError, naming the loss, where the kernel fails.
    """
    views = [block.view(name, role) for name, role in form.roles.items()]
    extra = [] if bound.loss.prepare is None else [state]
    try:
        answer = bound.cost(form, [*views, *extra])
        cost, share = answer if isinstance(answer, tuple) else (answer, None)
        cost = _one_a_row(bound, cost, block.rows)
        if not extra:
            cost = _without_overflow(bound, form, views, cost)
    except RefusedRows as refused:
        raise block.refuse(next(iter(form.roles)), refused.row, f"{bound}: {refused.problem}") from None
    except LossctlError:
        raise
    except Exception as problem:
        raise InternalError(f"loss {bound.loss.name} failed: {type(problem).__name__}: {problem}") from problem
    return cost, None if share is None else _one_a_row(bound, share, block.rows)


def _one_a_row(bound: BoundLoss, answer: Any, rows: int) -> Array:
    """What a kernel returned as one number a row: a row of several costs their mean."""
    values = np.asarray(answer)
    if values.shape[:1] != (rows,) or values.ndim > 2 or values.dtype.kind not in "biuf":
        returned = f"{values.dtype} of shape {values.shape}"
        raise InternalError(f"loss {bound.loss.name} returned {returned} for {rows} rows; expected numbers ({rows},)")
    values = values.astype(np.float64, copy=False)
    return row_means(values) if values.ndim == 2 else values


def _without_overflow(bound: BoundLoss, form: Form, views: list[Any], cost: Array) -> Array:
    """Costs that are infinite or undefined computed again with the exponents of extended precision.

    An error, a square or the difference of two logits may overflow where the loss does not: huber of pred = 1e308 and
    target = -1e308, or a small class weight on logits that far apart.
    """
    if np.isfinite(np.add.reduce(cost)):  # a finite sum has finite terms
        return cost
    overflowed = ~np.isfinite(cost)
    if not overflowed.any():
        return cost
    answer = bound.cost(form, [_extended(view, overflowed) for view in views])
    again = np.asarray(answer[0] if isinstance(answer, tuple) else answer)
    cost = cost.copy()
    cost[overflowed] = (row_means(again) if again.ndim == 2 else again).astype(np.float64)
    return cost


def _extended(view: Any, rows: Any) -> Any:
    return view[rows].astype(np.longdouble) if isinstance(view, np.ndarray) else view.extended(rows)
