"""Words found by hashes are those that a dictionary finds."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from lossctl.columns import word_search
from lossctl.columns.arrow_words import ArrowWords
from lossctl.columns.keys import find_rows
from lossctl.columns.word_search import Texts
from lossctl.columns.words import WordList, coded

LETTERS = ["a", "b", "0", "é", "\0", " ", "abcdefgh"]


def by_a_dictionary(words: list[str], wanted: list[str]) -> list[int]:
    row_of: dict[str, int] = {}
    for row, word in enumerate(words):
        row_of.setdefault(word, row)
    return [row_of.get(word, -1) for word in wanted]


def some_words(chance: random.Random) -> list[str]:
    return ["".join(chance.choices(LETTERS, k=chance.randrange(4))) for _ in range(chance.randrange(40))]


@pytest.mark.parametrize("seed", range(200))
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_each_word_is_found_at_its_first_row(seed: int, kind: pa.DataType) -> None:
    chance = random.Random(seed)
    words, wanted = some_words(chance), some_words(chance)
    found = ArrowWords(pa.array(["x", *words], kind))[1:].find(WordList(wanted))
    assert found.tolist() == by_a_dictionary(words, wanted)


def of_two_hashes(key: Sequence[Texts], longest: Sequence[int]) -> NDArray[np.uint64]:
    return (np.diff(key[0].bounds) % 2).astype(np.uint64) << np.uint64(63)


@pytest.mark.parametrize("seed", range(50))
def test_words_that_share_a_hash_are_told_apart(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_search, "_hashes", of_two_hashes)
    chance = random.Random(seed)
    words, wanted = some_words(chance), some_words(chance)
    assert ArrowWords(pa.array(words, pa.string())).find(WordList(wanted)).tolist() == by_a_dictionary(words, wanted)


@pytest.mark.parametrize("hashed", ["well", "alike"])
@pytest.mark.parametrize("length", [1, 7, 8, 9, 16, 20, word_search.LONGEST])
def test_words_of_one_length_are_found_too(length: int, hashed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if hashed == "alike":
        monkeypatch.setattr(word_search, "_hashes", of_two_hashes)
    chance = random.Random(length)
    words, wanted = (["".join(chance.choices("ab", k=length)) for _ in range(30)] for _ in range(2))
    wanted += words[::-2]
    found = ArrowWords(pa.array(["-" * length, *words]))[1:].find(ArrowWords(pa.array(["x", *wanted]))[1:])
    assert found.tolist() == by_a_dictionary(words, wanted)


@pytest.mark.parametrize("length", [1, 7, 8, 9, 16, 20])
def test_words_of_one_length_are_found_among_others_and_others_among_them(length: int) -> None:
    chance = random.Random(length)
    words = ["".join(chance.choices("ab", k=length)) for _ in range(30)]
    others = [*words[::-2], "b" * (length + 9), *words[1::3], "a" * (length - 1)]
    one, several = ArrowWords(pa.array(words)), ArrowWords(pa.array(others))
    assert one.find(several).tolist() == by_a_dictionary(words, others)
    assert several.find(one).tolist() == by_a_dictionary(others, words)


@pytest.mark.parametrize("words", [["b", "a", "b", "", "a"], ["b", "a", "", "é"], []])
def test_words_are_found_among_themselves(words: list[str]) -> None:
    column = ArrowWords(pa.array(words, pa.string()))
    assert column.find(column).tolist() == by_a_dictionary(words, words)


@pytest.mark.parametrize("block", [1, 2, 3, 5, 100])
def test_the_size_of_blocks_changes_nothing(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_search, "_BLOCK", block)
    words, wanted = ["b", "cc", "", "b", "ddd"], ["ddd", "x", "", "b", "cc", "b", "cd"]
    assert ArrowWords(pa.array(words)).find(WordList(wanted)).tolist() == [4, -1, 2, 0, 1, 0, -1]


@pytest.mark.parametrize("seed", range(100))
@pytest.mark.parametrize("hashed", ["well", "alike"])
@pytest.mark.parametrize("longer", ["", "x" * word_search.LONGEST])
def test_a_key_of_several_words_is_found_by_all_of_them(
    seed: int, hashed: str, longer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if hashed == "alike":
        monkeypatch.setattr(word_search, "_hashes", of_two_hashes)
    chance = random.Random(seed)

    def some_keys() -> list[tuple[str, str]]:
        return [(chance.choice(["a", "b", "ab", ""]), longer + chance.choice(["bc", "c", "", "é"])) for _ in range(6)]

    keys, wanted = some_keys(), some_keys()
    columns, of_wanted = ([ArrowWords(pa.array(words)) for words in zip(*some, strict=True)] for some in (keys, wanted))
    row_of = {key: row for row, key in reversed([*enumerate(keys)])}
    assert find_rows(columns, of_wanted).tolist() == [row_of.get(key, -1) for key in wanted]
    assert find_rows(columns, columns).tolist() == [row_of[key] for key in keys]


def test_words_longer_than_a_hash_reads_are_found_too() -> None:
    words = ["x" * word_search.LONGEST + str(row) for row in range(9)]
    assert ArrowWords(pa.array(words, pa.string())).find(WordList(words[::-1])).tolist() == list(range(9))[::-1]


@pytest.mark.parametrize(
    ("words", "blank"),
    [
        (["a", " b", "c"], [False, False, False]),
        (["a", "", "c", " \t"], [False, True, False, True]),
        (["a", "\u2003\u00a0", "é"], [False, True, False]),
        (["", ""], [True, True]),
        ([], []),
    ],
)
def test_words_of_nothing_but_white_space_are_blank(words: list[str], blank: list[bool]) -> None:
    array = pa.array(["x", *words], pa.string())
    assert ArrowWords(array)[1:].blank().tolist() == blank
    assert coded(ArrowWords(array))[1:].blank().tolist() == blank
