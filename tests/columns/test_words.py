"""Words that stand at places among others are what those words are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from lossctl.columns.arrow_words import ArrowWords
from lossctl.columns.keys import find_rows, repeated_rows, same_rows
from lossctl.columns.words import PlacedWords, WordList, Words, coded, concat_words, equal
from lossctl.formats.arrow.arrow_columns import words as words_of

properties = settings(max_examples=200, deadline=None, derandomize=True)
DISTINCT = st.lists(st.sampled_from(["a", "b", "c", "", " ", "01", "1", "äö", "abcdefghi"]), min_size=1, unique=True)


def columns_of(data: st.DataObject) -> tuple[list[Words], list[str]]:
    """Two columns placed in the same words, and these."""
    distinct = data.draw(DISTINCT)
    places = st.lists(st.integers(0, len(distinct) - 1), max_size=9)
    words = ArrowWords(pa.array(distinct, pa.string())) if data.draw(st.booleans()) else WordList(distinct)
    return [PlacedWords(words, np.array(data.draw(places), np.int64)) for _ in range(2)], distinct


@given(st.data())
@properties
def test_placed_words_are_the_words_at_their_places(data: st.DataObject) -> None:
    (placed, other), _ = columns_of(data)
    words, others = WordList(placed.tolist()), WordList(other.tolist())
    assert [placed.at(row) for row in range(len(placed))] == words.tolist()
    assert placed.arrow().to_pylist() == words.tolist()
    assert placed[1:].tolist() == words.tolist()[1:]
    assert placed[np.arange(len(placed))[::-1]].tolist() == words.tolist()[::-1]
    assert placed.encoded()[0].tolist() == words.encoded()[0].tolist()
    assert placed.encoded()[1].tolist() == words.encoded()[1].tolist()
    assert placed.blank().tolist() == words.blank().tolist()
    assert placed.byte_counts().tolist() == words.byte_counts().tolist()
    assert placed.find(others).tolist() == words.find(others).tolist()
    assert equal(placed, words)
    assert equal(placed, other) == (words.tolist() == others.tolist())
    for joined in (concat_words([placed, other]), concat_words([placed, others])):
        assert joined.tolist() == words.tolist() + others.tolist()


@given(st.data())
@properties
def test_keys_placed_in_the_same_words_are_found_as_the_words_are(data: st.DataObject) -> None:
    (placed, other), distinct = columns_of(data)
    words, others = WordList(placed.tolist()), WordList(other.tolist())
    assert find_rows([placed], [other]).tolist() == words.find(others).tolist()
    assert find_rows([placed], [others]).tolist() == words.find(others).tolist()
    assert same_rows([placed], [other]) == (words.tolist() == others.tolist())
    assert repeated_rows([placed]).tolist() == repeated_rows([words]).tolist()
    elsewhere = PlacedWords(WordList(distinct[::-1]), np.arange(len(distinct)))
    assert find_rows([placed], [elsewhere]).tolist() == words.find(WordList(distinct[::-1])).tolist()
    assert same_rows([elsewhere], [WordList(distinct[::-1])])


@given(st.lists(st.text(st.sampled_from("aZ09 é\uffee\U0001f600"), max_size=3), max_size=9), st.booleans())
@properties
def test_words_are_put_in_the_order_of_their_code_points(words: list[str], coded: bool) -> None:
    array = pa.array(["x", *words], pa.string())
    for column in (WordList(words), words_of(array.dictionary_encode() if coded else array)[1:]):
        assert [words[row] for row in column.order().tolist()] == sorted(words)
    placed = PlacedWords(WordList(["x", *words]), np.arange(1, len(words) + 1))
    assert placed.order().tolist() == WordList(words).order().tolist()


@given(st.lists(st.lists(st.sampled_from(["a", "b", "", "01", "1", "äö"]), max_size=9), min_size=1, max_size=4), st.booleans())
@properties
def test_coded_words_are_the_words_and_keep_no_others(columns: list[list[str]], arrow: bool) -> None:
    kind = (lambda words: ArrowWords(pa.array(words, pa.string()))) if arrow else WordList
    parts = [coded(kind(words)) for words in columns]
    whole = WordList([word for words in columns for word in words])
    joined = concat_words(parts)
    assert joined.tolist() == whole.tolist()
    assert joined.encoded()[0].tolist() == whole.encoded()[0].tolist()
    assert joined.encoded()[1].tolist() == whole.encoded()[1].tolist()
    assert coded(joined[1:]).words.tolist() == WordList(whole.tolist()[1:]).encoded()[1].tolist()


@given(st.lists(st.sampled_from(["a", "b", "", "01", "äö", None]), max_size=9), st.booleans())
@properties
def test_words_of_a_dictionary_are_those_that_its_codes_stand_for(words: list[str | None], twice: bool) -> None:
    meanings = ["c", "a", "b", "", "01", "äö", *(["a", None] if twice else [])]
    place = {word: code for code, word in enumerate(meanings)}
    codes = pa.array([place.get(word) for word in words], pa.int8())
    column, plain = words_of(pa.DictionaryArray.from_arrays(codes, pa.array(meanings))), WordList([word or "" for word in words])
    assert column.tolist() == plain.tolist()
    assert column.encoded()[0].tolist() == plain.encoded()[0].tolist()
    assert column.encoded()[1].tolist() == plain.encoded()[1].tolist()
    assert column.blank().tolist() == plain.blank().tolist()
    places, some = column.codes()
    assert [some.at(place) for place in places.tolist()] == plain.tolist()
    assert len(set(some.tolist())) == len(some)
