"""Whole numbers as words: their decimals, of which no text is made until it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossctl.columns.codes import first_rows, is_dense, renumbered
from lossctl.columns.words import WordList, Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

FEW = 2**12  # words for which Python's own texts cost less than the import of Arrow


class IntegerWords(Words):
    """The words of whole numbers (n,), no two of which have the same one."""

    def __init__(self, values: Integers) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: Any) -> IntegerWords:
        return IntegerWords(self.values[rows])

    def at(self, row: int) -> str:
        return str(self.values[row])

    def tolist(self) -> list[str]:
        return [str(value) for value in self.values.tolist()]

    def encoded(self) -> tuple[Integers, Words]:
        least, span = self._reach()
        if len(self) < FEW or is_dense(span, len(self)):
            codes, first = renumbered(self.values - least, span)
            return codes, self[first]
        from lossctl.columns.arrow_functions import dictionary_encode
        from lossctl.columns.arrow_words import from_arrow, integers

        coded = dictionary_encode(integers(self.values))
        return from_arrow(coded.indices), IntegerWords(from_arrow(coded.dictionary))

    def find(self, words: Words) -> Integers:
        if not isinstance(words, IntegerWords):
            return self._texts().find(words)
        least, span = self._reach()
        if not is_dense(span, len(self) + len(words)):
            return self._found(words)
        row_of = np.append(first_rows(self.values - least, span), -1)
        inside = (words.values >= least) & (words.values <= least + (span - 1))
        return row_of[np.where(inside, words.values - least, span)]

    def order(self) -> Integers:
        return self._texts().order()

    def blank(self) -> NDArray[np.bool_]:
        return np.zeros(len(self), bool)

    def byte_counts(self) -> Integers:
        return self._texts().byte_counts()

    def arrow(self) -> Any:
        from lossctl.columns.arrow_words import decimals

        return decimals(self.values)

    def _found(self, words: IntegerWords) -> Integers:
        """What `find` gives, of numbers far apart: by their bytes, as those of texts of one length."""
        from lossctl.columns.word_search import Texts, find

        mine, theirs = ([Texts(column.values.view(np.uint8), np.arange(0, 8 * len(column) + 1, 8))] for column in (self, words))
        found = find(mine, mine if words is self else theirs)
        assert found is not None, "eight bytes are not too long"
        return found

    def _reach(self) -> tuple[int, int]:
        """The least number, and how many there are from it to the greatest."""
        if not len(self):
            return 0, 0
        least = int(self.values.min())
        return least, int(self.values.max()) - least + 1

    def _texts(self) -> Words:
        if len(self) < FEW:
            return WordList(self.tolist())
        from lossctl.columns.arrow_words import ArrowWords

        return ArrowWords(self.arrow())
