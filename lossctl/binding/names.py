"""The names that roles usually have, where nothing was said; never a guess between two."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from functools import lru_cache

from lossctl.binding.columns import Columns, family
from lossctl.binding.headers import alike, folded, named, only, refuse_number_header, where_of
from lossctl.effects import options_of
from lossctl.errors import DataError, quoted
from lossctl.formats.table import ROW_NAMES, Table
from lossctl.lazy import regex
from lossctl.options.commands import Eval

PRED_NAMES = [
    "y_pred",
    "pred",
    "preds",
    "prediction",
    "predictions",
    "yhat",
    "y_hat",
    "score",
    "y_score",
    "prob",
    "y_prob",
    "proba",
    "y_proba",
    "probability",
    "logit",
    "logits",
]
TARGET_NAMES = ["y_true", "target", "targets", "label", "labels", "truth", "y"]
USUAL = {"pred": PRED_NAMES, "target": TARGET_NAMES, "logprob": ["logprobs", "token_logprobs"]}
LESS_USUAL = {
    "pred": ["predicted", "fitted", "forecast"],
    "target": ["actual", "observed", "obs", "expected", "y_test", "ground_truth", "gt"],
}
VECTOR_PREFIXES = {"pred": ("p_", "prob_", "proba_", "logit_")}
_OWN_OPTIONS = {
    name: declared.option.flags.partition(" ")[0] for name, declared in options_of(Eval).items() if declared.option.names_columns
}

NAMELESS = regex(rf"|__index_level_\d+__|{ROW_NAMES}")  # an index of pandas, in CSV without a header; R's row names


def find_usual(table: Table, role: str, file: str | None = None, *, alone: bool) -> Columns | None:
    """The columns that usually hold a role, None where no name fits; DataError where several do.

    file: the table as an option named it, None for the run's own. alone: a table's only column serves whatever its name.
    """
    if role == "target" and is_of_svm(table):
        return None
    there = {folded(column) for column in table.columns}
    names = dict.fromkeys([role, *USUAL.get(role, ())])
    found = [Columns((_only_spelling(table, role, name, file),)) for name in names if name in there]
    prefixes = dict.fromkeys([*VECTOR_PREFIXES.get(role, ()), f"{role}_", *([""] if role == "pred" else [])])
    families = (family(table, prefix, spelled=folded) for prefix in prefixes)
    found += [columns for columns in families if columns is not None and len(columns.places) > 1]
    found = found or [Columns((place,)) for place in _called_nearly(table, role)]
    outer = {column.partition(".")[0] for column in inner_columns(table, role)}  # objects, of whose fields one has to be named
    found = [columns for columns in found if table.columns[columns.places[0]] not in outer]
    if len(found) > 1:
        texts = [source_text(table, columns.places) for columns in found]
        candidates = ", ".join(map(quoted, texts))
        spark = [f"{text}.values" for text in texts if f"{text}.values" in table.columns]  # beside the likeliest class
        hint = _one_of(role, spark[:1] or texts, file)
        raise DataError(f"several columns could be the {role}: {candidates}", where=where_of(table), hint=hint)
    if found:
        return found[0]
    own = [place for place, column in enumerate(table.columns) if table.is_array or not NAMELESS.fullmatch(column)]
    if alone and len(own) == 1 and labelled(table) is None:
        refuse_number_header(table, own[0])
        return Columns((own[0],))
    return None


def find_weight(tables: Iterable[Table]) -> str | None:
    """The first column that is called as weights are, which serve only where they are asked for."""
    return next((column for table in tables for column in table.columns if folded(column) == "weight"), None)


@lru_cache
def usual_for(column: str) -> str | None:
    """The role that a column's name is usual for, in any case, with blanks around it or, as R has it, a dot before it."""
    name = folded(column).removeprefix(".")
    return next((role for role in USUAL if name in (*USUAL[role], *LESS_USUAL.get(role, ()))), None)


def is_of_svm(table: Table) -> bool:
    """Whether a table is what svm-predict writes: `labels 1 -1`, where `labels` are the predicted ones."""
    first, *others = table.columns
    numbers = all(re.fullmatch(r"[+-]?\d+", other, re.ASCII) for other in others)
    return table.syntax is not None and table.syntax.delimiter == " " and first == "labels" and bool(others) and numbers


def _only_spelling(table: Table, role: str, name: str, file: str | None) -> int:
    """The column of a usual name; DataError where another's differs only in case or blanks."""
    spellings = dict.fromkeys(column for column in table.columns if folded(column) == name)
    first, *others = sorted(spellings, key=lambda column: column != name)
    if others:
        raise alike(table, first, others[0], _one_of(role, [first, *others], file))
    return only(table, named(table.columns, first))


def _one_of(role: str, columns: Sequence[str], file: str | None) -> str:
    """How to go on where any of some columns may be meant: none of them is the likelier one."""
    return "name one: " + " or ".join(typed(role, column, file) for column in columns[:3])


def _called_nearly(table: Table, role: str) -> list[int]:
    """The columns whose names are usual for a role but for a dot, or are less usual."""
    return [place for place, column in enumerate(table.columns) if usual_for(column) == role]


def find_classes(table: Table, classes: Sequence[str]) -> Columns | None:
    """The columns that are called as classes, or so after a common prefix and a separator; None where there are none.

    DataError where several prefixes would do.
    """
    first = classes[0]
    prefixes = [column.removesuffix(first) for column in table.columns if column.endswith(first)]
    fitting = [
        prefix
        for prefix in dict.fromkeys(prefixes)
        if not prefix[-1:].isalnum() and {prefix + name for name in classes} <= set(table.columns)
    ]
    if "" in fitting:
        fitting = [""]
    if len(fitting) > 1:
        candidates = ", ".join(quoted(f"{prefix}*") for prefix in fitting)
        hint = _one_of("pred", [f"{prefix}*" for prefix in fitting], None)
        raise DataError(f"the classes are columns of several prefixes: {candidates}", where=where_of(table), hint=hint)
    if not fitting:
        return None
    return Columns(tuple(only(table, named(table.columns, fitting[0] + name)) for name in classes), tuple(classes))


def inner_columns(table: Table, role: str) -> list[str]:
    """The fields of objects that are called as a role usually is; of lists of objects first, then of their first ones."""
    names, objects = {role, *USUAL.get(role, ())}, {column.rpartition(".")[0] for column in table.columns}
    called = [(place, *column.rpartition(".")) for place, column in enumerate(table.columns) if column not in objects]
    places = [place for place, outer, _, name in called if outer and name in names]
    return [
        table.columns[place] for place in sorted(places, key=lambda place: (not table.lists(place), len(table.shape(place)) > 1))
    ]


def labelled(table: Table) -> str | None:
    """How a table is converted whose first line is no header, but cells with labels in them."""
    if table.syntax is None:
        return None
    from lossctl.formats.text.cell_hints import labelled_hint  # which reads such a table

    return labelled_hint(" ".join(table.columns).split(" "), table.syntax)


def source_text(table: Table, columns: Sequence[int]) -> str:
    """Columns as a person would write them after the file's name."""
    names = [table.columns[column] for column in columns]
    return names[0] if len(names) == 1 else f"{names[0]}..{names[-1]}" if len(names) > 2 else ",".join(names)


def typed(role: str, column: str, file: str | None = None, condition: str = "") -> str:
    """What one types to name a column for a role: of the run's own table or another file; `condition` stands behind it."""
    text = (column if file is None else f"{file}:{column}") + condition
    return column_option(role) + (shlex.quote(text) if text else "")


def column_option(role: str) -> str:
    """How a role is named on the command line, up to its SRC."""
    return f"{_OWN_OPTIONS[role]} " if role in _OWN_OPTIONS else f"-r {role}="
