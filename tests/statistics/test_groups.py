"""Groups of rows by words: which rows are one group, how groups of parts meet, and in which order they are shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossctl.columns.arrow_words import ArrowWords, strings
from lossctl.columns.words import WordList, Words, coded
from lossctl.statistics.groups import Groups, KnownGroups, group_rows, grouping_of, sorted_places

properties = settings(max_examples=150, deadline=None, derandomize=True)
WORDS = st.sampled_from(["", "a", "b", "a,b", ",", "1", "1.0", "ß", "\x1f"])
ROWS = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=40)


def columns(rows: Sequence[tuple[str, ...]], arrow: bool) -> list[Words]:
    kinds = [[row[place] for row in rows] for place in range(len(rows[0]))]
    return [ArrowWords(strings(words)) if arrow else WordList(words) for words in kinds]


def tuples(groups: Groups) -> list[tuple[str, ...]]:
    return list(zip(*(column.tolist() for column in groups.columns), strict=True))


@given(ROWS, st.booleans(), st.sampled_from([1, 2, 3]))
@properties
def test_rows_are_one_group_where_all_their_words_are_the_same(rows: list[tuple[str, str]], arrow: bool, count: int) -> None:
    wide = [(first, second, first[:1])[:count] for first, second in rows]
    codes, groups = group_rows(columns(wide, arrow))
    assert tuples(groups) == list(dict.fromkeys(wide))
    assert [tuples(groups)[code] for code in codes.tolist()] == wide


def test_pairs_of_many_words_are_sorted_where_a_table_would_be_too_large() -> None:
    rng = np.random.default_rng(0)
    wide = [(f"a{one}", f"b{other}") for one, other in rng.integers(0, 1500, (4000, 2)).tolist()]
    codes, groups = group_rows(columns(wide + wide, arrow=True))
    assert tuples(groups) == list(dict.fromkeys(wide))
    assert codes.tolist()[:4000] == codes.tolist()[4000:]


@given(ROWS, ROWS, st.booleans(), st.booleans(), st.sampled_from([1, 2]))
@properties
def test_groups_of_two_parts_are_those_of_all_rows(
    first: list[tuple[str, str]], second: list[tuple[str, str]], arrow: bool, also: bool, count: int
) -> None:
    wide = [[row[:count] for row in rows] for rows in (first, second)]
    one, other = group_rows(columns(wide[0], arrow))[1], group_rows(columns(wide[1], also))[1]
    merged, places = one.merge(other)
    assert tuples(merged) == list(dict.fromkeys(wide[0] + wide[1]))
    assert [tuples(merged)[place] for place in places.tolist()] == tuples(other)


@given(st.lists(ROWS, min_size=1, max_size=4), st.sampled_from([1, 2]), st.integers(1, 7))
@properties
def test_rows_that_come_in_blocks_are_in_the_groups_of_their_words(
    pieces: list[list[tuple[str, str]]], count: int, size: int
) -> None:
    known = KnownGroups()
    rows: list[tuple[str, ...]] = []
    codes: list[int] = []
    for piece in pieces:
        wide = [row[:count] for row in piece]
        whole = [coded(column) for column in columns(wide, arrow=True)]
        for start in range(0, len(piece), size):
            if start % 3 < 2:  # others are left out, and groups that have no other rows do not come into being
                codes += known.place(*grouping_of([column[start : start + size] for column in whole])).codes.tolist()
                rows += wide[start : start + size]
    assert known.groups is not None
    assert sorted(tuples(known.groups)) == sorted(set(rows))
    assert [tuples(known.groups)[code] for code in codes] == rows


def test_no_groups_and_some_are_some() -> None:
    some = Groups((WordList(["b", "a"]),))
    merged, places = Groups((WordList([]),)).merge(some)
    assert (tuples(merged), places.tolist()) == ([("b",), ("a",)], [0, 1])


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["10", "9", "1e1", "-inf", "nan"], ["-inf", "9", "10", "1e1", "nan"]),
        (["b", "", "a"], ["", "a", "b"]),
        (["10", "", "9"], ["", "9", "10"]),
        (["-1", "", "-inf"], ["", "-inf", "-1"]),
        (["10", "9", "x"], ["10", "9", "x"]),
        (["1_0", "9"], ["1_0", "9"]),  # float() reads underscores, people do not
        (["\u0661\u0660", "9"], ["9", "\u0661\u0660"]),  # and Arabic digits
        (["1.0", "1", "01"], ["01", "1", "1.0"]),
        (["B", "a", "\u00e9", "b"], ["B", "a", "b", "\u00e9"]),
        (["", ""][:1], [""]),
    ],
)
def test_groups_are_shown_in_the_order_of_numbers_where_all_words_are_numbers(words: list[str], shown: list[str]) -> None:
    assert [words[place] for place in sorted_places(Groups((WordList(words),))).tolist()] == shown


def test_each_column_has_an_order_of_its_own_and_the_first_goes_first() -> None:
    rows = [("10", "b"), ("9", "b"), ("10", "a"), ("9", "10"), ("", "9"), ("9", "9")]
    groups = Groups(tuple(columns(list(rows), arrow=False)))
    assert [rows[place] for place in sorted_places(groups).tolist()] == [
        ("", "9"), ("9", "10"), ("9", "9"), ("9", "b"), ("10", "a"), ("10", "b"),
    ]  # fmt: skip
