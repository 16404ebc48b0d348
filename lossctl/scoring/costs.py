"""What a loss answers for a block: one cost for each row or element, checked, and finite wherever the loss is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lossctl.binding.binding import BoundForm
from lossctl.errors import InternalError, LossctlError
from lossctl.losses.roles.block import Array, Block, NothingToJudge, RefusedRows
from lossctl.rows.elements import Elements, row_means
from lossctl.statistics.exact.bin_sums import BinSums


def cost_of(block: Block, elements: Elements, bound: BoundForm, extra: Sequence[Any] = ()) -> tuple[Array, Array | None]:
    """The cost of each row of a block (n,), the mean over its elements, and its share where the loss gives one.

    extra: what the kernel gets beside its roles, as what `prepare` made of the whole dataset. Raises InternalError, naming the
    loss, where the kernel fails.
    """
    views = block.views(bound.form.roles)
    answer = answer_of(block, bound, [*views, *extra])
    cost, share = answer if isinstance(answer, tuple) else (answer, None)
    if bound.form.by_rows:
        return _one_each(block, bound, cost, elements.rows), None if share is None else _one_each(
            block, bound, share, elements.rows
        )
    cost = elements.row_means(_one_each(block, bound, cost, block.size))
    if not extra:
        cost = _without_overflow(block, elements, bound, views, cost)
    return cost, None if share is None else elements.row_means(_one_each(block, bound, share, block.size))


def add_binned(sums: BinSums, block: Block, bound: BoundForm, weight: Array | None) -> None:
    """Adds what a loss of the whole dataset gives of the rows of a block to the sums of their bins.

    Raises InternalError where it gives no finite cost and whole number for each.
    """
    answer = answer_of(block, bound, [*block.views(bound.form.roles), *([weight] if bound.form.weighted else [])])
    cost, place = map(np.asarray, answer) if isinstance(answer, tuple) and len(answer) == 2 else [np.asarray(answer)] * 2
    whole = place.dtype.kind in "iu" and cost.dtype.kind in "biuf" and cost.shape == place.shape == (block.size,)
    if not whole or place.min() < 0 or not np.isfinite(np.add.reduce(cost)):
        raise InternalError(f"loss {bound.loss.loss.name} returned no finite cost and no bin, an integer from 0 on, for each row")
    sums.add(cost.astype(np.float64, copy=False), place, weight)


def answer_of(block: Block, bound: BoundForm, arguments: list[Any], *, may_lack: bool = False) -> Any:
    """What a kernel answers. may_lack: NaN where there is nothing to judge, which is refused otherwise.

    Raises InternalError, naming the loss, where it fails, DataError for rows that it refuses.
    """
    try:
        with np.errstate(all="ignore"):
            return bound.fitted.cost(bound.form, arguments)
    except RefusedRows as refused:
        if may_lack and isinstance(refused, NothingToJudge):
            return refused.values
        role = refused.role_among([*bound.form.roles], arguments)
        raise block.refuse(role, refused.row, f"{bound.loss}: {refused.problem}", hint=refused.hint) from None
    except LossctlError:
        raise
    except Exception as problem:
        name = bound.loss.loss.name
        raise InternalError(f"loss {name} failed: {type(problem).__name__}: {problem}") from problem


def _one_each(block: Block, bound: BoundForm, answer: Any, size: int) -> Array:
    """What a kernel returned as one number each: several of a row their mean."""
    values = np.asarray(answer)
    if values.shape[:1] != (size,) or values.ndim > 2 or values.dtype.kind not in "biuf":
        returned = f"{values.dtype} of shape {values.shape}"
        raise InternalError(
            f"loss {bound.loss.loss.name} returned {returned} for {size} {block.noun}s; expected numbers ({size},)"
        )
    values = values.astype(np.float64, copy=False)
    return row_means(values) if values.ndim == 2 else values


def _without_overflow(block: Block, elements: Elements, bound: BoundForm, views: list[Any], cost: Array) -> Array:
    """Costs that are infinite or undefined computed again with the exponents of extended precision.

    An error, a square or the difference of two logits may overflow where the loss does not: huber of pred = 1e308 and
    target = -1e308, a small class weight on logits that far apart, or the mean of an element that does and others that do not.
    """
    if np.isfinite(np.add.reduce(cost)):  # a finite sum has finite terms
        return cost
    overflowed = np.flatnonzero(~np.isfinite(cost))
    if not len(overflowed):
        return cost
    some = elements.of_rows(overflowed)
    answer = answer_of(block, bound, [_extended(view, some.places) for view in views])
    again = np.asarray(answer[0] if isinstance(answer, tuple) else answer)
    cost = cost.copy()
    cost[overflowed] = some.row_means(row_means(again) if again.ndim == 2 else again).astype(np.float64)
    return cost


def _extended(view: Any, places: Any) -> Any:
    return view[places].astype(np.longdouble) if isinstance(view, np.ndarray) else view.extended(places)
