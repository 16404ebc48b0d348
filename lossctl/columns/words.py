"""Text, one word a row. Large columns lie in Arrow's buffers: no Python object is made for each row.

A column of few rows, read by Python itself, is a list: importing Arrow for it would cost more than all else.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lossctl.lazy import np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Words(ABC):
    """A word for each of n rows; the empty word where there is none."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __getitem__(self, rows: Any) -> Words:
        """Some rows, by a slice of step 1 or an array of places."""

    @abstractmethod
    def at(self, row: int) -> str:
        """The word of one row."""

    @abstractmethod
    def tolist(self) -> list[str]:
        """Every word as a text of Python: for what people will see."""

    @abstractmethod
    def encoded(self) -> tuple[NDArray[np.int64], Words]:
        """The code of each row's word (n,), and the distinct words by code, in order of their first row."""

    def codes(self) -> tuple[NDArray[Any], Words]:
        """The same in whatever order costs least: codes are integers of any width, and some may be those of no row."""
        return self.encoded()

    @abstractmethod
    def find(self, words: Words) -> NDArray[np.int64]:
        """The row here of each of some words, -1 where there is none; of words that stand several times the first row."""

    @abstractmethod
    def order(self) -> NDArray[np.int64]:
        """The rows in the order of their words, which is that of code points (n,)."""

    @abstractmethod
    def blank(self) -> NDArray[np.bool_]:
        """Which words are nothing but white space (n,)."""

    @abstractmethod
    def byte_counts(self) -> NDArray[np.int64]:
        """How many bytes each word has in UTF-8 (n,)."""

    @abstractmethod
    def arrow(self) -> Any:
        """The same as a pyarrow Array of strings."""


class WordList(Words):
    """Words of few rows."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = list(words)

    def __len__(self) -> int:
        return len(self._words)

    def __getitem__(self, rows: Any) -> WordList:
        if isinstance(rows, slice):
            return WordList(self._words[rows])
        places = np.flatnonzero(rows) if rows.dtype == bool else rows
        return WordList([self._words[place] for place in places.tolist()])

    def at(self, row: int) -> str:
        return self._words[row]

    def tolist(self) -> list[str]:
        return self._words

    def encoded(self) -> tuple[NDArray[np.int64], Words]:
        code_of: dict[str, int] = {}
        codes = np.array([code_of.setdefault(word, len(code_of)) for word in self._words], dtype=np.int64)
        return codes, WordList(list(code_of))

    def find(self, words: Words) -> NDArray[np.int64]:
        row_of: dict[str, int] = {}
        for row, word in enumerate(self._words):
            row_of.setdefault(word, row)
        return np.array([row_of.get(word, -1) for word in words.tolist()], dtype=np.int64)

    def order(self) -> NDArray[np.int64]:
        return np.array(sorted(range(len(self)), key=self._words.__getitem__), dtype=np.int64)

    def blank(self) -> NDArray[np.bool_]:
        return np.array([not word.strip() for word in self._words], dtype=bool)

    def byte_counts(self) -> NDArray[np.int64]:
        return np.array([len(word.encode("utf-8", "surrogatepass")) for word in self._words], dtype=np.int64)

    def arrow(self) -> Any:
        from lossctl.columns.arrow_words import strings

        return strings(self._words)


class PlacedWords(Words):
    """Words that stand in others, `words`, at some places (n,). Of keys that are so placed the same ones have the same places."""

    def __init__(self, words: Words, places: NDArray[np.int64]) -> None:
        self.words, self.places = words, places

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, rows: Any) -> PlacedWords:
        return type(self)(self.words, self.places[rows])

    def at(self, row: int) -> str:
        return self.words.at(int(self.places[row]))

    def tolist(self) -> list[str]:
        return self._gathered().tolist()

    def encoded(self) -> tuple[NDArray[np.int64], Words]:
        return self._gathered().encoded()

    def find(self, words: Words) -> NDArray[np.int64]:
        return self._gathered().find(words)

    def order(self) -> NDArray[np.int64]:
        return self._gathered().order()

    def blank(self) -> NDArray[np.bool_]:
        blank = self.words.blank()
        return blank[self.places] if blank.any() else np.zeros(len(self), bool)

    def byte_counts(self) -> NDArray[np.int64]:
        return self.words.byte_counts()[self.places]

    def arrow(self) -> Any:
        return self._gathered().arrow()

    def _gathered(self) -> Words:
        return self.words[self.places]


class CodedWords(PlacedWords):
    """Words placed in others of which no two are the same: the place of a word is its code."""

    def encoded(self) -> tuple[NDArray[np.int64], Words]:
        from lossctl.columns.codes import renumbered

        codes, first = renumbered(self.places, len(self.words))
        return codes, self.words[self.places[first]]

    def codes(self) -> tuple[NDArray[Any], Words]:
        return self.places, self.words

    @staticmethod
    def concat(columns: Sequence[CodedWords]) -> CodedWords:
        """The rows of several columns, in order."""
        ends = np.cumsum([len(column.words) for column in columns])
        codes, words = concat_words([column.words for column in columns]).encoded()
        placed = [codes[end - len(column.words) : end][column.places] for column, end in zip(columns, ends, strict=True)]
        return CodedWords(words, np.concatenate(placed))


def coded(column: Words) -> CodedWords:
    """A column as its codes and the words that it has, which alone are kept."""
    codes, words = column.encoded()
    return CodedWords(words, codes.astype(np.int32))  # half the bytes, and places all the same


def concat_words(columns: Sequence[Words]) -> Words:
    """The rows of several columns, in order."""
    placed = [
        column for column in columns if isinstance(column, PlacedWords) and column.words is getattr(columns[0], "words", None)
    ]
    if len(placed) == len(columns):
        return type(placed[0])(placed[0].words, np.concatenate([column.places for column in placed]))
    if all(isinstance(column, WordList) for column in columns):
        return WordList([word for column in columns for word in column.tolist()])
    if len(every := [column for column in columns if isinstance(column, CodedWords)]) == len(columns):
        return CodedWords.concat(every)
    from lossctl.columns.integer_words import IntegerWords

    numbers = [column.values for column in columns if isinstance(column, IntegerWords)]
    if len(numbers) == len(columns):
        return IntegerWords(np.concatenate(numbers))
    from lossctl.columns.arrow_words import ArrowWords

    return ArrowWords.concat(columns)


def equal(first: Words, second: Words) -> bool:
    """Whether two columns have the same words in the same order."""
    if isinstance(first, WordList) and isinstance(second, WordList):
        return first.tolist() == second.tolist()
    from lossctl.columns.integer_words import IntegerWords

    if isinstance(first, IntegerWords) and isinstance(second, IntegerWords):
        return np.array_equal(first.values, second.values)
    from lossctl.columns.arrow_words import same

    return len(first) == len(second) and same(first.arrow(), second.arrow())
