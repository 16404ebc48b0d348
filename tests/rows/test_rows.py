"""Rows as columns, which of them and of their elements are used, and what becomes of elements."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossctl.binding.use import RowField, Use
from lossctl.columns.ragged import Ragged
from lossctl.columns.words import WordList
from lossctl.errors import DataError
from lossctl.formats.table import Kind, Reader, Selection, Wanted
from lossctl.losses.roles.block import Facts
from lossctl.losses.roles.label_names import LabelNames
from lossctl.losses.roles.shapes import Fit
from lossctl.question.read_inputs import read_condition
from lossctl.rows.elements import Elements, elements_of, row_means
from lossctl.rows.parts import Part, Slice
from lossctl.rows.row_policy import RowPolicy
from lossctl.rows.rows import LEFT_OUT, MISSING, Rows, concat_rows, rows_of
from lossctl.rows.used import UsedRows, used_rows

properties = settings(max_examples=150, deadline=None, derandomize=True)
NAN = math.nan


class Held:
    """A piece whose columns are at hand."""

    def __init__(self, columns: Mapping[Use, Any]) -> None:
        self.columns = columns
        self.rows = len(next(iter(columns.values())))

    def open(self, wanted: Wanted) -> Reader:
        return lambda start, stop: {use: self.columns[use][start:stop] for use in wanted}

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        return f"row {row}" + ("" if element is None else f" element {element}")


def role(name: str) -> Use:
    return Use(RowField.ROLE, name)


def used(columns: Mapping[Use, Any], policy: RowPolicy, first: int = 100) -> UsedRows:
    """The used rows of a part that begins at row `first` of the run."""
    piece = Held(columns)
    wanted = {use: Selection((0,), Kind.NUMBER, False) for use in columns}
    part = Part(first, piece.rows, ((Slice(piece, 0, piece.rows, wanted),),))
    with np.errstate(all="ignore"):  # as those who score do
        return used_rows(part, 0, part.open()(0, piece.rows), policy, Facts())


def lists(*rows: Sequence[float], missing: Sequence[bool] | None = None) -> Ragged:
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    flat = np.array([value for row in rows for value in row], np.float64)
    return Ragged(flat, offsets, None if missing is None else np.array(missing))


def some_rows() -> Rows:
    columns = {
        role("pred"): np.arange(10.0).reshape(5, 2),
        role("tags"): lists([0], [], [1, 2], [3], [4]),
        Use(RowField.WEIGHT): np.arange(5.0),
        Use(RowField.KEY, place=0): WordList(list("abcde")),
        Use(RowField.KEY, place=1): WordList(list("vwxyz")),
        Use(RowField.GROUP, "g"): WordList(list("ggghh")),
        Use(RowField.KEEP, "k"): WordList(list("54321")),
        Use(RowField.SHARED, "id", 1): WordList(list("vwxyz")),
    }
    return rows_of(20, columns)


def cells(rows: Rows) -> list[tuple[Any, ...]]:
    tags = rows.roles["tags"]
    assert isinstance(tags, Ragged)
    pred: Any = rows.roles["pred"]
    weight: Any = rows.weight
    return list(
        zip(
            rows.numbers().tolist(), pred.tolist(), [tags[place : place + 1].values.tolist() for place in range(len(rows))],
            weight.tolist(), *(column.tolist() for column in rows.key), rows.groups["g"].tolist(), rows.keep["k"].tolist(),
            strict=True,
        )
    )  # fmt: skip


@given(st.lists(st.integers(0, 4), max_size=6), st.lists(st.integers(0, 5), max_size=4))
@properties
def test_rows_that_are_taken_keep_their_numbers_and_every_column(first: list[int], second: list[int]) -> None:
    whole = cells(some_rows())
    taken = some_rows().take(np.array(first, int))
    assert cells(taken) == [whole[place] for place in first]
    places = [place for place in second if place < len(first)]
    again = taken.take(np.array(places, int))
    assert cells(again) == [whole[first[place]] for place in places]
    assert [again.place(row) for row in range(len(again))] == [first[place] for place in places]
    assert again.shared == {}


@given(st.lists(st.integers(0, 5), max_size=4))
@properties
def test_parts_that_are_joined_are_the_whole(cuts: list[int]) -> None:
    bounds = [0, *sorted(cuts), 5]
    parts = [some_rows().take(np.arange(first, last)) for first, last in itertools.pairwise(bounds)]
    assert cells(concat_rows(parts)) == cells(some_rows())


def test_parts_that_follow_each_other_are_joined_without_a_number_for_each_row() -> None:
    part = rows_of(20, {role("pred"): np.arange(3.0)})
    for first, follows, numbers in ((23, True, [20, 21, 22, 23, 24, 25]), (24, False, [20, 21, 22, 24, 25, 26])):
        joined = concat_rows([part, rows_of(first, {role("pred"): np.arange(3.0)})])
        assert joined.numbers().tolist() == numbers
        assert (joined.places is None) == follows
        assert joined.number(4) == numbers[4]


def test_keys_and_conditions_are_in_the_order_of_their_places_however_they_were_read() -> None:
    words = [WordList([word]) for word in "abcd"]
    places = [Use(RowField.KEY, place=1), Use(RowField.CONDITION, place=1), Use(RowField.KEY), Use(RowField.CONDITION)]
    read = dict(zip(places, words, strict=True))
    rows = rows_of(0, read)
    assert [column.at(0) for column in (*rows.key, *rows.conditions)] == ["c", "a", "d", "b"]


def test_rows_that_stay_are_copied_and_hold_the_roles_that_are_asked_for() -> None:
    rows = some_rows()
    kept = rows.keeping({"pred"})
    rows.roles["pred"][:] = -1  # type: ignore[index]
    assert (list(kept.roles), np.asarray(kept.roles["pred"])[4].tolist()) == (["pred"], [8, 9])


def test_a_row_is_left_out_for_one_reason_alone_in_a_fixed_order() -> None:
    columns = {
        role("pred"): np.array([NAN, NAN, NAN, NAN, 5.0, 6.0]),
        role("target"): np.array([1.0, 1, 1, 0, 1, 0]),
        Use(RowField.CONDITION, place=0): WordList(list("ooiiii")),
        Use(RowField.WEIGHT): np.array([1, 1, 1, 1, NAN, 1]),
    }
    policy = RowPolicy(drop_nan=True, ignore="0", labels=("target",), ignored=("target",), conditions=(read_condition("s=i"),))
    found = used({**columns, role("pred"): np.array([NAN, NAN, NAN, NAN, 5.0, 6])}, policy)
    assert {reason: numbers.tolist() for reason, numbers in found.left_out.items()} == {
        "where": [100, 101],
        "ignore": [103, 105],
        "nan": [102, 104],
    }
    assert len(found.rows) == 0


def test_rows_of_tables_paired_by_key_say_why_they_cannot_be_used() -> None:
    lacking = np.array([0, MISSING, LEFT_OUT, 0, MISSING], np.int8)
    found = used({role("pred"): np.arange(5.0), Use(RowField.LACKING): lacking}, RowPolicy())
    assert {reason: numbers.tolist() for reason, numbers in found.left_out.items()} == {"where": [102], "missing": [101, 104]}
    assert found.rows.numbers().tolist() == [100, 103]


def test_a_missing_value_of_any_role_or_weight_is_located() -> None:
    for name, use in (("pred", role("pred")), ("weight", Use(RowField.WEIGHT))):
        columns = {role("pred"): np.arange(3.0), Use(RowField.WEIGHT): np.arange(3.0), use: np.array([1, 2, NAN])}
        with pytest.raises(DataError, match=r"^row 2: a value is missing"):
            used(columns, RowPolicy())
        assert used(columns, RowPolicy(drop_nan=True)).left_out["nan"].tolist() == [102], name
    with pytest.raises(DataError, match=r"^row 1 element 1: a value is missing"):
        used({role("pred"): np.array([[1, 2], [3, NAN]])}, RowPolicy())
    with pytest.raises(DataError, match=r"^row 1: a value is missing"):
        used({role("batch"): WordList(["a", " "])}, RowPolicy())


def test_infinity_is_no_missing_value() -> None:
    found = used({role("pred"): np.array([math.inf, -math.inf])}, RowPolicy())
    assert (len(found.rows), found.finite) == (2, set())
    assert used({role("pred"): np.array([1.0, 2.0])}, RowPolicy()).finite == {"pred"}


def test_empty_lists_are_left_out_and_missing_ones_are_missing_values() -> None:
    policy = RowPolicy(elements=Fit((2,), lists=True), elementwise=(("pred", None), ("target", None)))
    pred = lists([1, 2], [], [], [3], missing=[False, True, False, False])
    target = lists([1, 2], [], [], [4], missing=[False, False, False, False])
    with pytest.raises(DataError, match=r"^row 1: a value is missing"):
        used({role("pred"): pred, role("target"): target}, policy)
    policy = RowPolicy(drop_nan=True, elements=policy.elements, elementwise=policy.elementwise)
    found = used({role("pred"): pred, role("target"): target}, policy)
    assert {reason: numbers.tolist() for reason, numbers in found.left_out.items()} == {"nan": [101], "empty": [102]}
    assert found.lists is not None
    assert found.lists.values.tolist() == [1, 2, 3]


def test_lists_of_a_row_that_differ_in_length_are_refused() -> None:
    columns = {role("pred"): lists([1], [2, 3]), role("target"): lists([1], [2])}
    with pytest.raises(DataError) as caught:
        used(columns, RowPolicy(elements=Fit((1,), lists=True)))
    assert str(caught.value) == "row 1: target has 1 element, pred has 2; nothing is broadcast"


TOKENS = Fit((3,), class_axis=1, classes=2)


def tokens(ignore: str | None, labels: Any, pred: Any, **more: Any) -> UsedRows:
    of_both = (("pred", TOKENS.class_axis), ("target", None))
    target = ("target",)
    policy = RowPolicy(ignore=ignore, labels=target, ignored=target, elements=TOKENS, elementwise=of_both, **more)
    return used({role("pred"): np.asarray(pred, float), role("target"): np.asarray(labels, float)}, policy)


def test_ignored_elements_are_left_out_and_rows_of_which_none_is_left() -> None:
    labels = [[0, -1, 1], [-1, -1, -1], [1, 1, -1]]
    pred = np.arange(18.0).reshape(3, 3, 2)
    pred[0, 1] = NAN  # of an element that is not used
    found = tokens("-1", labels, pred)
    assert found.left_out["ignore"].tolist() == [101]
    assert found.elements is not None
    assert found.elements.tolist() == [True, False, True, True, True, False]
    pred[0, 2, 1] = NAN
    with pytest.raises(DataError, match=r"^row 0 element 5: a value is missing"):
        tokens("-1", labels, pred)
    found = tokens("-1", labels, pred, drop_nan=True)
    assert (found.left_out["nan"].tolist(), found.rows.numbers().tolist()) == ([100], [102])
    assert found.elements is not None
    assert found.elements.tolist() == [True, True, False]


def test_label_words_become_classes_and_an_unknown_one_is_located() -> None:
    policy = RowPolicy(labels=("target",), label_names=LabelNames(("no", "yes")))
    columns = {role("target"): WordList(["yes", "no", "yes"])}
    assert np.asarray(used(columns, policy).rows.roles["target"]).tolist() == [1, 0, 1]
    with pytest.raises(DataError, match=r"^row 1: "):
        used({role("target"): WordList(["yes", "maybe"])}, policy)


VALUES = st.floats(allow_nan=False, width=64)
ROWS = st.lists(st.lists(VALUES, min_size=1, max_size=5), min_size=1, max_size=6)


@given(ROWS)
@properties
def test_row_means_of_lists_are_those_of_a_dense_array_bit_for_bit(rows: list[list[float]]) -> None:
    with np.errstate(all="ignore"):
        fit = Fit((len(rows[0]),), lists=True)
        elements = elements_of(fit, len(rows), lists(*rows), None)
        means = elements.row_means(np.array([value for row in rows for value in row]))
        alone = [float(row_means(np.array([row]))[0]) if len(row) > 1 else row[0] for row in rows]
    assert (means + 0.0).tobytes() == (np.array(alone) + 0.0).tobytes()  # of zeros no sign is told


@given(st.lists(st.lists(st.floats(-1e300, 1e300), min_size=3, max_size=3), min_size=1, max_size=4))
@properties
def test_a_row_mean_is_the_exact_one_to_a_last_bit(rows: list[list[float]]) -> None:
    """The bound: one rounding of the leading sum's parts, and one of the division, relative to the greatest element."""
    for row, mean in zip(rows, row_means(np.array(rows)).tolist(), strict=True):
        exact = sum(map(Fraction, row), Fraction()) / 3
        assert abs(Fraction(mean) - exact) <= Fraction(max(map(abs, row))) * Fraction(2, 2**53) + Fraction(2, 2**1074)


@given(ROWS, st.data())
@properties
def test_elements_of_some_rows_stand_where_those_rows_have_them(rows: list[list[float]], data: st.DataObject) -> None:
    dense = len({len(row) for row in rows}) == 1 and data.draw(st.booleans())
    flat = np.array([value for row in rows for value in row])
    mask = None if dense else np.array(data.draw(st.lists(st.booleans(), min_size=len(flat), max_size=len(flat))), bool)
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).tolist()
    elements = elements_of(Fit((len(rows[0]),), lists=not dense), len(rows), None if dense else lists(*rows), mask)
    places = [
        [(row, place) for place in range(len(rows[row])) if mask is None or mask[starts[row] + place]] for row in range(len(rows))
    ]
    everywhere = [one for of_row in places for one in of_row]
    assert elements.size == len(everywhere)
    assert [elements.row_of(element) for element in range(elements.size)] == everywhere
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=5))
    some = elements.of_rows(np.array(chosen, int))
    assert some.places is not None
    assert [everywhere[place] for place in some.places.tolist()] == [one for row in chosen for one in places[row]]
    assert some.size == sum(len(places[row]) for row in chosen)


def test_rows_of_one_element_are_their_own_means() -> None:
    values = np.array([3.0, -0.0, math.inf])
    assert Elements(3, 1).row_means(values) is values
