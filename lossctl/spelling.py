"""Which word was meant by one that is not known: only where it is plausible, since a wrong suggestion is worse than none."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby


@lru_cache(maxsize=4096)  # a word is compared with some hundreds
def bare(word: str) -> str:
    """A word without what people and libraries write differently: case, dashes, underscores, blanks."""
    return "".join(letter for letter in word.lower() if letter.isalnum())


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """The valid word that was meant: spelled otherwise, mistyped, or the only one that begins so or so begins."""
    valid = list(valid)
    if found := mistyped(word, valid):
        return found
    typed = bare(word)
    longer = [word for word in valid if min(len(typed), len(bare(word))) > 2 and _begins(typed, bare(word))]
    return longer[0] if len(longer) == 1 else None


def mistyped(word: str, valid: Iterable[str]) -> str | None:
    """The valid word that fingers made `word` of, or that is spelled otherwise."""
    typed = bare(word)
    slips = [word for word in valid if typed == bare(word) or is_slip(typed, bare(word))]
    return min(slips, key=lambda word: edits(typed, bare(word)), default=None)


def is_slip(typed: str, letters: str) -> bool:
    """Whether fingers make one word of the other: one edit, where both have nine letters two, behind the first letter.

    In words of three letters another letter makes another word (mse, msle); there two are exchanged, or one is doubled.
    """
    if not typed or not letters or abs(len(typed) - len(letters)) > 2:
        return False
    if len(letters) < 4:
        return len(letters) > 1 and (sorted(typed) == sorted(letters) or _single(typed) == _single(letters))
    exchanged = typed[:2] == letters[1::-1]
    return (typed[0] == letters[0] or exchanged) and edits(typed, letters) <= (1 if min(len(typed), len(letters)) < 9 else 2)


def edits(typed: str, letters: str) -> int:
    """How many letters must be added, left out, replaced, or exchanged with their neighbours."""
    before: list[int] = []
    row: list[int] = [*range(len(letters) + 1)]
    for place, letter in enumerate(typed):
        former, before, row = before, row, [place + 1]
        for other, right in enumerate(letters):
            row.append(min(row[-1] + 1, before[other + 1] + 1, before[other] + (letter != right)))
            if place and other and letter == letters[other - 1] and typed[place - 1] == right:
                row[-1] = min(row[-1], former[other - 1] + 1)
    return row[-1]


def _begins(typed: str, letters: str) -> bool:
    return typed.startswith(letters) or letters.startswith(typed)


def _single(word: str) -> str:
    """A word without its doubled letters."""
    return "".join(letter for letter, _ in groupby(word))
