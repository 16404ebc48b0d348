"""Class predictions in lists beside which other lists say what each is of, `[{"label": "POS", "score": 0.9}, ...]`.

Classifiers write these from the likeliest class to the least, in another order in each row, and classes are read by their places.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping

from lossctl.binding.headers import where_of
from lossctl.binding.names import usual_for
from lossctl.binding.role_source import RoleSource, holds_numbers
from lossctl.errors import DataError, quoted
from lossctl.formats.nested import FIRST
from lossctl.formats.table import Table
from lossctl.lazy import regex
from lossctl.losses.declaration import Form
from lossctl.losses.roles.shapes import Fit

_OF_CLASSES = regex(r"label|class|categor|name|intent", re.IGNORECASE)


def labelled_scores(form: Form, fit: Fit, found: Mapping[str, RoleSource]) -> Iterator[str]:
    """Words for class predictions whose order another column of lists may say; DataError where they stand in objects with it."""
    roles = [found[name] for name in form.roles]
    for source in (found[name] for name, role in form.roles.items() if role.of_classes and fit.class_axis is not None):
        table, [scores, *others] = source.tables[0], source.selections[0].columns
        for place in () if others else _labels(table, scores):
            if any(other.tables[0] is table and place in other.selections[0].columns for other in roles):
                continue
            says = f"{quoted(table.columns[place])} says which class each of {quoted(table.columns[scores])} is of"
            if _objects(table, scores):
                problem = f"{says}, in an order of each row's own; classes are read by their places"
                raise DataError(problem, where=where_of(table), hint=_columns(table, scores, place))
            yield f"if {says}, its order counts for nothing: classes are read by their places"


def _objects(table: Table, scores: int) -> str | None:
    """The column of lists of objects in which scores stand, None where they stand in none."""
    outer = table.columns[scores].rpartition(".")[0]
    return outer if f"{outer}.{FIRST}" in table.columns else None


def _labels(table: Table, scores: int) -> Iterator[int]:
    """The columns beside scores that hold lists as long which may say what each is of."""
    beside, in_objects = table.columns[scores].rpartition(".")[0], _objects(table, scores) is not None
    for place, column in enumerate(table.columns):
        outer, _, own = column.rpartition(".")
        if place != scores and outer == beside and table.shape(place) == table.shape(scores):
            named, words = _OF_CLASSES.search(own) is not None or usual_for(own) == "target", not holds_numbers(table, place)
            if (named or words) if in_objects else (named and words):
                yield place


def _columns(table: Table, scores: int, labels: int) -> str:
    """How to go on: a column for each class."""
    outer = _objects(table, scores) or ""
    label, score = (table.columns[place].rpartition(".")[2] for place in (labels, scores))
    if not table.path.endswith((".jsonl", ".ndjson")) or "." in outer:
        return "write a column for each class, called as it is"
    cells = f"{{**r, **{{'p_%s' % s[{label!r}]: s[{score!r}] for s in r[{outer!r}]}}}}"
    code = f"import json, sys; [print(json.dumps({cells})) for r in map(json.loads, sys.stdin)]"
    return f"python -c \"{code}\" < {shlex.quote(table.path)} > wide.jsonl; then wide.jsonl with -p 'p_*'"
