"""The curves of a loss: what a row costs over the number that decides it, one for each value of the loss's main parameter."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from lossctl.binding.binding import BoundForm
from lossctl.errors import DataError, UsageError, listed
from lossctl.losses.declaration import GROUP, ROW, Form, Loss
from lossctl.losses.domain import Interval
from lossctl.losses.parameter import Parameter
from lossctl.losses.registry import LOSSES
from lossctl.losses.roles.block import Array, Block
from lossctl.losses.roles.shapes import Fit
from lossctl.losses.text import bind, needed_of, value_text
from lossctl.record import record
from lossctl.reports.pictures.arguments import REACH, Argument, arguments_of
from lossctl.reports.pictures.picture import Axis, Curve, Panel, Picture
from lossctl.rows.elements import Elements
from lossctl.scoring.costs import cost_of

SAME = 1e-9  # what rounding may make of one cost, as a share of the largest
ROOM = 0.04  # of the axis above and below what is seen


@record
class Series:
    """The loss with a value of its main parameter, and a name for it, none where there is no such parameter."""

    name: str
    bound: BoundForm


def curves_of(loss: Loss) -> Picture:
    """The picture of a loss; UsageError, with why, where no one number decides what a row costs."""
    if loss.unit != ROW or loss.prepare is not None:
        together = "the rows of a group" if loss.unit == GROUP else "all rows"
        raise _refused(loss, f"{together} are judged together, and no one number decides what they cost")
    for form in loss.forms:
        main = next((loss.parameters[name] for name in form.parameters if loss.parameters[name].shown), None)
        for argument in [] if form.by_rows else arguments_of(form):
            series = _series_of(loss, form, main)
            grid = argument.grid(_reach(main))
            costs = _costs(series, argument, grid)
            if _alike(costs, axis=2) and np.isfinite(costs).any():
                return _picture(loss, main, series, argument, grid, costs)
    inputs = (f"{name} is {role.words.split(';')[0].split(':')[0]}" for name, role in loss.forms[0].roles.items())
    raise _refused(loss, f"no one number decides what a row costs: {'; '.join(inputs)}")


def _refused(loss: Loss, why: str) -> UsageError:
    other = next(drawn.name for drawn in LOSSES.values() if any(parameter.shown for parameter in drawn.parameters.values()))
    return UsageError(f"{loss.name} has no curve: {why}", hint=f"one that has: lossctl losses {other} -o {other}.svg")


def _series_of(loss: Loss, form: Form, main: Parameter | None) -> list[Series]:
    """The loss with each value that is shown of its main parameter, as it is of two classes."""
    series = []
    for value in main.shown if main else (None,):
        given = needed_of(loss) | ({main.name: value} if main else {})
        name = f"{main.name}={value_text(value)}{' (default)' if value == main.default else ''}" if main else ""
        try:
            bound = bind(loss, given, typed=False)
            series.append(Series(name, BoundForm(bound, form, Fit(), bound.for_classes(2))))
        except UsageError as problem:
            raise _refused(loss, f"of two classes {problem.problem}") from None
    return series


def _reach(main: Parameter | None) -> float:
    """How far from 0 errors go: beyond the largest value shown of a parameter that is a size, as they are."""
    if main is None or not isinstance(main.domain, Interval) or (main.domain.low, main.domain.high) != (0, math.inf):
        return REACH
    return max(REACH, math.ceil(1.25 * max(float(value) for value in main.shown if isinstance(value, float))))


def _costs(series: Sequence[Series], argument: Argument, grid: Array) -> Array:
    """What rows cost (series, labels, places, k), NaN where the loss refuses the argument."""
    labels = [label for label, _ in argument.labels]
    costs = [
        [[_cost(of_loss.bound, argument, grid, label, at) for at in argument.places] for label in labels] for of_loss in series
    ]
    return np.array(costs)


def _towards_edges(grid: Array, costs: Array) -> Array:
    """Points ever nearer to where the loss begins to refuse the argument, since a pole may lie there."""
    refused = np.asarray(np.isnan(costs).all(axis=(0, 1, 2)))
    begins, ends = refused[:-1] & ~refused[1:], ~refused[:-1] & refused[1:]
    steps = (float(grid[1]) - float(grid[0])) * 10.0 ** -np.arange(1, 16)
    after, before = grid[:-1][begins, np.newaxis] + steps, grid[1:][ends, np.newaxis] - steps
    return np.concatenate([after.ravel(), before.ravel()])


def _cost(bound: BoundForm, argument: Argument, x: Array, label: float, at: float) -> Array:
    arrays = argument.data(x, label, at)
    for name, values in arrays.items():
        arrays[name] = values.view()
        arrays[name].flags.writeable = False  # as in a run
    block = Block(
        len(x),
        arrays,
        argument.scale,
        normalize=False,
        locate=lambda name, place, _: f"{name} of row {place + 1}",
        number=lambda place: place,
    )
    try:
        cost, share = cost_of(block, Elements(len(x), 1), bound)
    except DataError:
        if len(x) == 1:
            return np.array([math.nan])
        halves = x[: len(x) // 2], x[len(x) // 2 :]
        return np.concatenate([_cost(bound, argument, half, label, at) for half in halves])
    with np.errstate(divide="ignore", invalid="ignore"):
        return cost if share is None else cost / share


def _alike(costs: Array, axis: int, but: int = 0) -> bool:
    """Whether costs are the same along an axis, but for some points of a curve."""
    first = costs.take([0], axis)
    finite = np.abs(costs[np.isfinite(costs)])
    rounding = SAME * float(finite.max(initial=0))
    return bool(((~np.isclose(costs, first, rtol=0, atol=rounding, equal_nan=True)).sum(axis=-1) <= but).all())


def _picture(
    loss: Loss, main: Parameter | None, series: Sequence[Series], argument: Argument, grid: Array, costs: Array
) -> Picture:
    """costs: as of `_costs`, the same at each place. Labels that cost the same share a panel."""
    low, high = _seen(costs, argument.tail)
    if (edges := _towards_edges(grid, costs)).size:
        grid = np.sort(np.concatenate([grid, edges]))
        costs = _costs(series, argument, grid)
    costs = costs[:, :, 0]
    given = [f"{name}={value_text(value)}" for name, value in needed_of(loss).items() if main is None or name != main.name]
    title = ":".join([loss.name, *given])
    defined = np.flatnonzero(~np.isnan(costs).all(axis=(0, 1)))
    x = Axis(argument.label, low=float(grid[defined[0]]), high=float(grid[defined[-1]]))
    y = Axis("cost of a row" if loss.ratio is None else "value of one row", low=low, high=high)
    labels = argument.labels[:1] if _alike(costs, axis=1, but=1) else argument.labels  # at a tie one label may win
    panels = []
    for place, (_, word) in enumerate(labels):
        marks = list(_marks(main, series, grid, costs[:, place]))
        each = f", for {listed([mark.name for mark in marks], 9)}" if main else ""
        of_label = word if len(labels) > 1 else ""
        says = f"{title}{f', {of_label}' if of_label else ''}: {y.label} over {x.label}{each}"
        panels.append(Panel(of_label, x, y, marks, says))
    finished = "The value is a function of the mean of what rows cost." if loss.finish is not None else ""
    formula = [" ".join(line.split()) for line in loss.formula.splitlines()]
    return Picture(title, panels, [*filter(None, (loss.summary, finished, *formula))])


def _marks(main: Parameter | None, series: Sequence[Series], grid: Array, costs: Array) -> Iterator[Curve]:
    if main is not None and _alike(costs, axis=0):
        yield Curve(grid, costs[0], f"any {main.name}")
        return
    for of_loss, cost in zip(series, costs, strict=True):
        yield Curve(grid, cost, of_loss.name)


def _seen(costs: Array, tail: float) -> tuple[float, float]:
    """The ends of the axis of costs: all of them, but where a tail of the costs lies far above or below the others."""
    finite = np.sort(costs[np.isfinite(costs)])
    ends = [float(np.quantile(finite, share)) for share in (tail, 1 - tail)]
    middle = ends[1] - ends[0]
    low = float(costs[~np.isnan(costs)].min())
    high = float(costs[~np.isnan(costs)].max())
    low = low if ends[0] - low <= middle else ends[0] - middle / 10
    high = high if high - ends[1] <= middle else ends[1] + middle / 10
    room = ROOM * ((high - low) or 1.0)
    return low - room, high + room
