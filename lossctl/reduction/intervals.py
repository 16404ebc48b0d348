"""The intervals of the values of a loss, as fields of its results."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from lossctl.errors import plural
from lossctl.losses.roles.block import Array
from lossctl.question.question import Question
from lossctl.reduction.loss_summary import LossSummary
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
    count = len(value)
    if judged.errors is None:
        names = ("low", "high", "ci_method", "units", "se", "df", "skewness")
        return {name: np.full(count, None, object) for name in names}
    if question.reduction.quantile is not None:
        ends = _of_quantiles(question.reduction.quantile, judged, level)
    elif question.reduction.text == "mean":
        ends = [_of_mean(judged, judged.errors, place, level) for place in range(count)]
    else:
        ends = [NO_ENDS] * count
    return {
        "low": np.array([interval.low for interval in ends], object),
        "high": np.array([interval.high for interval in ends], object),
        "ci_method": np.array([interval.method for interval in ends], object),
        "units": judged.errors.units,
        "se": np.array([interval.error for interval in ends], object),
        "df": judged.errors.units - 1,
        "skewness": np.array([interval.skewness for interval in ends], object),
    }


def without_interval(question: Question, judged: LossSummary) -> Iterator[str]:
    """What is said where an interval was asked for of what has none, or for which there are too few rows or units.

    And of weighted rows, how many of equal weight tell as much.
    """
    share, level = question.reduction.quantile, question.confidence
    if level is None or judged.errors is None:
        return
    what = f"{question.reduction.text} has no interval at {level:g}"
    if share is None and question.reduction.text != "mean":
        yield f"{question.reduction.text} has no interval at {level:g}; means and quantiles have one"
        return
    units = judged.errors.units.tolist()
    if share is None:
        told, needed = units, 2
        lacking = [count < needed for count in units]
    else:
        told = _told(judged.errors)
        lacking = [order_ranks(share, count, level) is None for count in told]
        fewest = rows_for_ranks(share, level) if any(lacking) else 0
        if fewest is None:
            yield f"{what}, whatever the number of rows"
            return
        needed = fewest
    weighted = share is not None and not np.isnan(judged.errors.effective[0])
    noun = "independent unit" if (judged.errors.units != judged.fields["n"]).any() and not weighted else judged.counted
    total, *groups = zip(told, lacking, strict=True)
    if total[1]:
        there = f"by their weights these tell as much as {total[0]:,}" if weighted else f"there {_is(total[0])} {total[0]:,}"
        yield f"{what}: it takes {plural(needed, noun)}, and {there}"
    elif few := sum(lacking):
        yield f"{what} in {few:,} of {plural(len(groups), 'group')}: it takes {plural(needed, noun)} in each"
    rows, effective = int(judged.fields["n"][0]), float(judged.errors.effective[0])
    if effective < rows and not total[1]:
        yield f"by their weights {plural(rows, judged.counted)} tell as much as {effective:.4g}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _told(errors: Errors) -> list[int]:
    """How many rows tell as much of a quantile as those of all, and of each group: their number, or less where weights differ."""
    pairs = zip(errors.units.tolist(), errors.effective.tolist(), strict=True)
    return [rows if np.isnan(effective) else max(2, round(effective)) for rows, effective in pairs]


def _of_mean(judged: LossSummary, errors: Errors, place: int, level: float) -> Ends:
    fields, finish = judged.fields, judged.bound.loss.finish
    mean, error, units = float(fields["mean"][place]), float(errors.error[place]), int(errors.units[place])
    if finish is not None:
        return function_interval(mean, error, units, level, finish)
    if errors.binary[place] and units > 1:
        return share_interval(int(fields["sum"][place]), units, level)._replace(error=error)
    return mean_interval(mean, error, units, level, float(errors.skewness[place]))


def _of_quantiles(share: Fraction, judged: LossSummary, level: float) -> list[Ends]:
    """Between the losses of two ranks; of weighted rows at the shares of as many rows as tell as much."""
    assert judged.errors is not None
    assert judged.ranked is not None
    ends = []
    for place, told in enumerate(_told(judged.errors)):
        ranks = order_ranks(share, told, level)
        if ranks is None:
            ends.append(NO_ENDS)
            continue
        low, high = judged.ranked([Fraction(rank, told) for rank in ranks])[:, place].tolist()
        ends.append(Ends(low, high, ORDER))
    return ends
