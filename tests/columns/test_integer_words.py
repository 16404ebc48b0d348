"""Whole numbers as words are what their decimals are as words."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossctl.columns import integer_words
from lossctl.columns.arrow_words import ArrowWords
from lossctl.columns.integer_words import IntegerWords
from lossctl.columns.number_words import words_of
from lossctl.columns.words import WordList, Words, concat_words, equal

properties = settings(max_examples=200, deadline=None, derandomize=True)
NUMBERS = st.lists(st.integers(-3, 12) | st.sampled_from([-(2**63), 2**63 - 1, 10**12, -1000]), max_size=12)


def kinds_of(values: list[int]) -> list[Words]:
    """The same words of each kind."""
    texts = [str(value) for value in values]
    return [IntegerWords(np.array(values, np.int64)), WordList(texts), ArrowWords(pa.array(texts, pa.string()))]


@pytest.mark.slow
@given(NUMBERS, NUMBERS, st.sampled_from([0, 2**12]))
@properties
def test_they_are_the_words_that_texts_are(values: list[int], others: list[int], few: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(integer_words, "FEW", few)
        numbers, texts, _ = kinds_of(values)
        places = np.arange(len(values))[::-2]
        assert (len(numbers), numbers.tolist(), numbers[places].tolist()) == (len(texts), texts.tolist(), texts[places].tolist())
        assert [numbers.at(row) for row in range(len(values))] == numbers.arrow().to_pylist() == texts.tolist()
        assert numbers.encoded()[0].tolist() == texts.encoded()[0].tolist()
        assert numbers.encoded()[1].tolist() == texts.encoded()[1].tolist()
        assert numbers.order().tolist() == texts.order().tolist()
        assert numbers.blank().tolist() == texts.blank().tolist()
        assert numbers.byte_counts().tolist() == texts.byte_counts().tolist()
        assert numbers.find(numbers).tolist() == texts.find(texts).tolist()
        for other in kinds_of(others):
            assert numbers.find(other).tolist() == texts.find(other).tolist()
            assert other.find(numbers).tolist() == other.find(texts).tolist()
            assert concat_words([numbers, other]).tolist() == texts.tolist() + other.tolist()
            assert equal(numbers, other) == (values == others)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.array([3, -1, 3], ">i2"), ["3", "-1", "3"]),
        (np.array([2**64 - 1, 0], np.uint64), ["18446744073709551615", "0"]),
        (np.array([2**63 - 1, 0], np.uint64), ["9223372036854775807", "0"]),
        (np.array([892.0, -0.0]), ["892", "0"]),
        (np.array([892.5, np.nan]), ["892.5", ""]),
        (np.array([True, False]), ["True", "False"]),
        (np.zeros(0, np.uint64), []),
    ],
)
def test_numbers_of_any_kind_have_the_words_that_people_read(values: np.ndarray, words: list[str]) -> None:
    assert words_of(values).tolist() == words


def test_the_words_stay_when_the_buffer_of_their_numbers_is_filled_again() -> None:
    buffer = np.arange(3)
    words = words_of(buffer)
    buffer[:] = 7
    assert words.tolist() == ["0", "1", "2"]
