"""The intervals of the values of a loss, as fields of its results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, repeat
from typing import Any

import numpy as np

from lossctl.columns.column import Numbers
from lossctl.errors import plural
from lossctl.losses.roles.block import Array
from lossctl.question.question import Question
from lossctl.reduction.loss_summary import LossSummary
from lossctl.results.results import NO_COUNT
from lossctl.statistics.exact.double_double import PIECE
from lossctl.statistics.intervals.interval import (
    NO_ENDS,
    ORDER,
    Ends,
    function_interval,
    mean_interval,
    order_ranks,
    rows_for_ranks,
    share_interval,
)
from lossctl.statistics.intervals.standard_errors import Errors


def interval_fields(question: Question, judged: LossSummary, level: float, value: Array) -> dict[str, Any]:
    """low, high, ci_method, units, se, df and skewness of the values of all rows and of each group (1 + g,), at a level.

    All are None where there is no interval: of sums and extremes, of one unit, and of losses that have no errors.
    """
    count, errors = len(value), judged.errors
    if errors is None:
        numbers, counts = np.broadcast_to(np.nan, count), np.broadcast_to(NO_COUNT, count)
        none: dict[str, Any] = {"low": numbers, "high": numbers, "ci_method": np.broadcast_to(np.array(None, object), count)}
        return {**none, "units": counts, "se": numbers, "df": counts, "skewness": numbers}
    if question.reduction.quantile is not None:
        ends = _of_quantiles(question.reduction.quantile, judged, errors, level)
    elif question.reduction.text == "mean":
        ends = _of_means(judged, errors, level)
    else:
        ends = repeat(NO_ENDS, count)
    low, high, error, skewness = np.empty((4, count))
    method = np.empty(count, object)
    for start in range(0, count, PIECE):
        piece = slice(start, start + PIECE)
        low[piece], high[piece], method[piece], error[piece], skewness[piece] = (
            np.array(cells, column.dtype)
            for cells, column in zip(zip(*islice(ends, PIECE), strict=True), (low, high, method, error, skewness), strict=True)
        )
    units = errors.units
    return {"low": low, "high": high, "ci_method": method, "units": units, "se": error, "df": units - 1, "skewness": skewness}


def without_interval(question: Question, losses: Sequence[LossSummary]) -> Iterator[str]:
    """What is said where an interval was asked for of what has none, or for which there are too few rows or units.

    And of weighted rows, how many of equal weight tell as much.
    """
    share, level = question.reduction.quantile, question.confidence
    judged = next((of_loss for of_loss in losses if of_loss.errors is not None), None)
    if level is None or judged is None or judged.errors is None:
        return
    what = f"{question.reduction.text} has no interval at {level:g}"
    if share is None and question.reduction.text != "mean":
        yield f"{question.reduction.text} has no interval at {level:g}; means and quantiles have one"
        return
    if share is None:
        told, needed = judged.errors.units, 2
        lacking = told < needed
    else:
        told = _told(judged.errors)
        lacking = np.isin(told, [count for count in np.unique(told).tolist() if order_ranks(share, count, level) is None])
        fewest = rows_for_ranks(share, level) if lacking.any() else 0
        if fewest is None:
            yield f"{what}, whatever the number of rows"
            return
        needed = fewest
    weighted = share is not None and not np.isnan(judged.errors.effective[0])
    noun = "independent unit" if (judged.errors.units != judged.fields["n"]).any() and not weighted else judged.counted
    if lacking[0]:
        there = f"by their weights these tell as much as {told[0]:,}" if weighted else f"there {_is(told[0])} {told[0]:,}"
        yield f"{what}: it takes {plural(needed, noun)}, and {there}"
    elif few := np.count_nonzero(lacking):
        yield f"{what} in {few:,} of {plural(len(told) - 1, 'group')}: it takes {plural(needed, noun)} in each"
    rows, effective = int(judged.fields["n"][0]), float(judged.errors.effective[0])
    if effective < rows and not lacking[0]:
        yield f"by their weights {plural(rows, judged.counted)} tell as much as {effective:.4g}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _told(errors: Errors) -> Numbers:
    """How many rows tell as much of a quantile as those of all, and of each group: their number, or less where weights differ."""
    effective = np.where(np.isnan(errors.effective), errors.units, np.maximum(2, np.round(errors.effective)))
    return effective.astype(np.int64)


def _of_means(judged: LossSummary, errors: Errors, level: float) -> Iterator[Ends]:
    fields, finish = judged.fields, judged.bound.loss.finish
    columns = fields["mean"], errors.error, errors.units, errors.skewness, errors.binary, fields["sum"]
    for start in range(0, len(errors.units), PIECE):
        numbers = (column[start : start + PIECE].tolist() for column in columns)
        for mean, error, units, skewness, binary, total in zip(*numbers, strict=True):
            if finish is not None:
                yield function_interval(mean, error, units, level, finish)
            elif binary and units > 1:
                yield share_interval(int(total), units, level)._replace(error=error)
            else:
                yield mean_interval(mean, error, units, level, skewness)


def _of_quantiles(share: Fraction, judged: LossSummary, errors: Errors, level: float) -> Iterator[Ends]:
    """Between the losses of two ranks; of weighted rows at the shares of as many rows as tell as much."""
    assert judged.ranked is not None
    told = _told(errors)
    low, high = np.full((2, len(told)), np.nan)
    known = np.zeros(len(told), bool)
    for count in np.unique(told).tolist():
        ranks = order_ranks(share, count, level)
        if ranks is not None:
            places = told == count
            low[places], high[places] = judged.ranked([Fraction(rank, count) for rank in ranks])[:, places]
            known |= places
    found = zip(low.tolist(), high.tolist(), known.tolist(), strict=True)
    return (Ends(least, most, ORDER) if there else NO_ENDS for least, most, there in found)
