"""Columns that are read as words since the first cell is one: conditions may leave out its row, and all others may be numbers."""

from __future__ import annotations

from collections.abc import Iterable

from lossctl.binding.binding import Binding
from lossctl.columns.words import Words
from lossctl.errors import DataError
from lossctl.losses.roles.block import Facts
from lossctl.losses.roles.label_names import is_missing, number_of
from lossctl.rows.rows import Rows

_WORDS = "words: "


def roles_by_first_cell(binding: Binding) -> tuple[str, ...]:
    """The roles that would be read as numbers, or by another form of a loss, were the first cell no word."""
    found: set[str] = set()
    for bound in binding.losses if binding.conditions else ():
        for name, role in bound.form.roles.items():
            others = (form.roles[name].or_labels for form in bound.loss.loss.forms if name in form.roles)
            if role.as_words and (role.or_numbers or any(others)) and binding.roles[name].begins_with_word:
                found.add(name)
    return tuple(found)


def note_words(roles: Iterable[str], rows: Rows, facts: Facts) -> None:
    """Notes which of some roles have a word in rows that are used."""
    for name in roles:
        column = rows.roles[name]
        words = column.encoded()[1].tolist() if isinstance(column, Words) else []
        if not all(is_missing(word) or number_of(word) is not None for word in words):
            facts.first.setdefault(_WORDS + name, (rows.number(0), ""))


def check_words(roles: Iterable[str], facts: Facts, binding: Binding) -> None:
    """DataError where one of some roles has no word in any row that is used: compared as words 1 and 1.0 differ."""
    for name in roles:
        if _WORDS + name not in facts.first:
            problem = f"the first cell of the {name} is a word, and the rows that conditions leave have numbers alone"
            hint = "the first cell says how all are read: have one of these rows come first"
            raise DataError(problem, where=binding.roles[name].text, hint=hint)
