"""Labels that are words: the class that each stands for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lossctl.columns.words import Words
from lossctl.errors import listed, quoted
from lossctl.lazy import np
from lossctl.losses.roles.block import Array, Facts
from lossctl.record import record
from lossctl.text import MISSING, number_text

_NAMED, _NUMBERED, _SEEN = "labels by name", "labels by number", "label seen: "
_MANY = 12  # labels remembered for a message


class UnknownLabel(Exception):
    """A label that no class has; `row` of the block."""

    def __init__(self, row: int, problem: str) -> None:
        super().__init__(problem)
        self.row, self.problem = row, problem


@record
class LabelNames:
    """Names of classes in column order, or the one label that is class 1 of two.

    from_columns: the names come from the predictions' columns, so that labels 0..c-1 may stand for the columns as well.
    """

    names: tuple[str, ...] = ()
    positive: str | None = None
    from_columns: bool = False

    def codes(self, labels: Words, facts: Facts, place: Callable[[int], tuple[int, str]]) -> Array:
        """The class of each label (n,), NaN where it is missing; notes what was seen. Raises UnknownLabel.

        place: the row of the run that a row of the block is, and where it stands.
        """
        codes, distinct = labels.encoded()
        firsts = _first_rows(codes, len(distinct))
        words = zip(distinct.tolist(), firsts, strict=True)
        classes = np.array([self._code(word, row, facts, place) for word, row in words], dtype=np.float64)
        return classes[codes]

    def settle(self, facts: Facts) -> tuple[str, str] | None:
        """What the labels of all rows show to be wrong: where that stands, and the words."""
        first = facts.first
        if _NAMED in first and _NUMBERED in first:
            return max(first[_NAMED], first[_NUMBERED])[1], "labels by name and by number in one dataset"
        if self.positive is None:
            return None
        seen = {what.removeprefix(_SEEN): row for what, row in first.items() if what.startswith(_SEEN)}
        others = [label for label in seen if not same_label(label, self.positive)]
        said = f"the labels are {listed(sorted(seen))}"
        if len(others) == len(seen):
            return min(seen.values(), default=(0, ""))[1], f"--positive {quoted(self.positive)} is no label; {said}"
        if len(others) > 1:
            return sorted(seen[label] for label in others)[1][1], f"--positive leaves one other label, and there are more; {said}"
        return None

    def _code(self, cell: str, row: int, facts: Facts, place_of: Callable[[int], tuple[int, str]]) -> float:
        place = next((at for at, name in enumerate(self.names) if same_label(cell, name)), None)
        if place is not None:
            _note(facts, _NAMED, row, place_of)
            return float(place)
        if cell.strip().lower() in MISSING:
            return float("nan")
        if self.positive is not None:
            if sum(what.startswith(_SEEN) for what in facts.first) < _MANY:
                _note(facts, _SEEN + cell, row, place_of)
            return float(same_label(cell, self.positive))
        if self.from_columns and cell.strip().isdecimal() and int(cell) < len(self.names):
            _note(facts, _NUMBERED, row, place_of)
            return float(int(cell))
        raise UnknownLabel(row, f"label {quoted(cell)} is none of the classes {listed(self.names)}")


def _note(facts: Facts, what: str, row: int, place_of: Callable[[int], tuple[int, str]]) -> None:
    if what not in facts.first:
        facts.first[what] = place_of(row)


def same_label(one: str, other: str) -> bool:
    """Whether two texts name one label: the same letters, or the same number."""
    return one == other or _canonical(one) == _canonical(other)


def _first_rows(codes: Any, count: int) -> list[int]:
    """The first row of each code, which come in the order of their first rows."""
    firsts = np.zeros(count, np.int64)
    firsts[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return firsts.tolist()


def is_label(values: Any, label: str) -> Any:
    """Which of some labels, words or numbers (n,), are `label`."""
    if isinstance(values, Words):
        codes, distinct = values.encoded()
        return np.array([same_label(word, label) for word in distinct.tolist()], dtype=bool)[codes]
    try:
        return values == float(_canonical(label))
    except ValueError:
        return np.zeros(len(values), dtype=bool)


def _canonical(text: str) -> str:
    stripped = text.strip()
    stripped = {"true": "1", "false": "0"}.get(stripped.lower(), stripped)
    try:
        return number_text(float(stripped)) if stripped.isascii() and "_" not in stripped else stripped
    except ValueError:
        return stripped
