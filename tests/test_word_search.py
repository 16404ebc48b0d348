"""Words found by hashes are those that a dictionary finds."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from lossctl.columns import word_search
from lossctl.columns.arrow_words import ArrowWords
from lossctl.columns.words import WordList

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


@pytest.mark.parametrize("seed", range(50))
def test_words_that_share_a_hash_are_told_apart(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_search._Packed, "hashes", lambda packed: packed.columns[0] % np.uint64(2) << np.uint64(63))
    chance = random.Random(seed)
    words, wanted = some_words(chance), some_words(chance)
    assert ArrowWords(pa.array(words, pa.string())).find(WordList(wanted)).tolist() == by_a_dictionary(words, wanted)


def test_words_longer_than_a_hash_reads_are_found_too() -> None:
    words = ["x" * 40 + str(row) for row in range(9)]
    assert ArrowWords(pa.array(words, pa.string())).find(WordList(words[::-1])).tolist() == list(range(9))[::-1]
