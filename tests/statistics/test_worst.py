"""The costliest rows: of equal costs the earlier, with keys and cells of their own, in any order of parts."""

from __future__ import annotations

import math
import pickle
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossctl.columns.arrow_words import ArrowWords, strings
from lossctl.columns.column import Column
from lossctl.columns.words import WordList
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.groups import group_rows
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.statistic import Asked, Scored
from lossctl.statistics.table import Statistics
from lossctl.statistics.worst import CostlyRow, Worst

properties = settings(max_examples=150, deadline=None, derandomize=True)
NONE = np.zeros(0, np.int64)


def scored(costs: list[float], numbers: list[int], arrow: bool = False) -> Scored:
    """Rows whose second loss is the first negated, with a key and two kept columns that tell their numbers."""
    words = [f"row {number}" for number in numbers]
    key = ArrowWords(strings(words)) if arrow else WordList(words)
    cost = np.array(costs)
    keep: dict[str, Column] = {"x": np.array(numbers) / 2, "word": key}
    return Scored(lambda: np.array(numbers), {0: cost, 1: -cost}, key=(key,), keep=keep)


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, math.inf]), min_size=1, max_size=20), st.integers(1, 6), st.data(), st.booleans())
@properties
def test_the_worst_rows_are_the_first_of_the_costliest(costs: list[float], count: int, data: st.DataObject, arrow: bool) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(costs)), max_size=4)))
    total = Worst(count, {})
    for numbers in data.draw(st.permutations(np.split(np.arange(len(costs)), cuts))):
        one = Worst(count, {})
        if len(numbers):
            one.add(scored([costs[number] for number in numbers], numbers.tolist(), arrow))
        total.merge(pickle.loads(pickle.dumps(one)), NONE, 0)
    for loss, sign in enumerate([1, -1]):
        expected = sorted(range(len(costs)), key=lambda row: (-sign * costs[row], row))[:count]
        assert total.rows(loss) == [
            CostlyRow(sign * costs[row], row, (f"row {row}",), {"x": row / 2, "word": f"row {row}"}) for row in expected
        ]


def test_costs_that_are_no_number_are_the_least() -> None:
    some = Worst(2, {})
    some.add(Scored(lambda: np.arange(4), {0: np.array([math.nan, 1, math.nan, 2])}))
    assert [(one.row, one.id, one.keep) for one in some.rows(0)] == [(3, (), {}), (1, (), {})]


def test_what_is_not_asked_for_is_not_kept() -> None:
    some = Statistics(Asked())
    with pytest.raises(KeyError):
        some.of(Worst)
    assert Worst(3, {}).rows(0) == []


def test_statistics_of_parts_share_their_groups() -> None:
    total = Statistics(Asked(worst=1))
    for words, costs in ((["b", "a"], [1.0, 2.0]), (["c", "b"], [4.0, 8.0])):
        part = Statistics(Asked(worst=1))
        for rows in (slice(0, 1), slice(1, 2)):
            codes, groups = group_rows([WordList(words[rows])])
            part.add(
                Scored(
                    partial(np.arange(2).__getitem__, rows),
                    {0: np.array(costs[rows])},
                    grouping=Grouping(codes, 1),
                    groups=groups,
                )
            )
        total.merge(pickle.loads(pickle.dumps(part)))
    assert total.groups is not None
    assert total.groups.columns[0].tolist() == ["b", "a", "c"]
    assert total.of(LossMoments).groups[0].sum().tolist() == [9, 2, 4]
    assert total.of(LossMoments).total(0).sum() == 15
    assert [one.cost for one in total.of(Worst).rows(0)] == [8]
