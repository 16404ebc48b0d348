"""The names that roles usually have, where nothing was said; never a guess between two."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from functools import lru_cache

from lossctl.binding.columns import Columns, family
from lossctl.binding.headers import delimiter_hint, folded, named, only, refuse_number_header, where_of
from lossctl.effects import options_of
from lossctl.errors import DataError, NoColumn, examples, listed, quoted
from lossctl.formats.table import ROW_NAMES, Table
from lossctl.formats.text.cell_hints import labelled_hint
from lossctl.formats.text.cells import is_number
from lossctl.options.commands import Eval
from lossctl.spelling import nearest

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
WEIGHT_NAME = "weight"
VECTOR_PREFIXES = {"pred": ("p_", "prob_", "proba_", "logit_")}
_OWN_OPTIONS = {
    name: declared.option.flags.partition(" ")[0] for name, declared in options_of(Eval).items() if declared.option.names_columns
}

NAMELESS = re.compile(rf"|__index_level_\d+__|{ROW_NAMES}")  # an index of pandas, in CSV without a header; R's row names


def find_usual(table: Table, role: str, file: str | None = None, *, alone: bool) -> Columns | None:
    """The columns that usually hold a role, None where no name fits; DataError where several do.

    file: the table as an option named it, None for the run's own. alone: a table's only column serves whatever its name.
    """
    if role == "target" and is_of_svm(table):
        return None
    names = dict.fromkeys([role, *USUAL.get(role, ())])
    found = [Columns((_only_spelling(table, role, name, file),)) for name in names if name in table.columns]
    prefixes = dict.fromkeys([*VECTOR_PREFIXES.get(role, ()), f"{role}_", *([""] if role == "pred" else [])])
    families = (family(table, prefix) for prefix in prefixes)
    found += [columns for columns in families if columns is not None and len(columns.places) > 1]
    found = found or [Columns((place,)) for place in _called_nearly(table, role)]
    outer = {column.partition(".")[0] for column in _inner(table, role)}  # objects, of whose fields one has to be named
    found = [columns for columns in found if table.columns[columns.places[0]] not in outer]
    if len(found) > 1:
        candidates = ", ".join(quoted(source_text(table, columns.places)) for columns in found)
        named_first = [table.columns[columns.places[0]] for columns in found]
        vector = next((f"{name}.values" for name in named_first if f"{name}.values" in table.columns), named_first[0])
        hint = f"name one: {typed(role, vector, file)}"
        raise DataError(f"several columns could be the {role}: {candidates}", where=where_of(table), hint=hint)
    if found:
        return found[0]
    own = [place for place, column in enumerate(table.columns) if table.is_array or not NAMELESS.fullmatch(column)]
    if alone and len(own) == 1 and _labelled(table) is None:
        refuse_number_header(table, own[0])
        return Columns((own[0],))
    return None


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
    place = only(table, named(table.columns, name))
    other = next((column for column in table.columns if column != name and folded(column) == name), None)
    if other is not None:
        problem = f"the columns {quoted(name)} and {quoted(other)} differ only in case or blanks"
        raise DataError(problem, where=where_of(table), hint=f"name one: {typed(role, name, file)}")
    return place


def _called_nearly(table: Table, role: str) -> list[int]:
    """The columns whose names are usual for a role but for case, blanks or a dot, or are less usual."""
    nearly = (folded(column) == role or usual_for(column) == role for column in table.columns)
    return [place for place, near in enumerate(nearly) if near]


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
        hint = f"name one: {typed('pred', f'{fitting[0]}*')}"
        raise DataError(f"the classes are columns of several prefixes: {candidates}", where=where_of(table), hint=hint)
    if not fitting:
        return None
    return Columns(tuple(only(table, named(table.columns, fitting[0] + name)) for name in classes), tuple(classes))


def _classes_without_column(table: Table, classes: Sequence[str]) -> str | None:
    """Which of some classes no column is called as where others have one, all after the same prefix; None where none has one."""
    prefixes = [column.removesuffix(name) for name in classes for column in table.columns if column.endswith(name)]
    there = {prefix: [name for name in classes if prefix + name in table.columns] for prefix in prefixes}
    fitting = [prefix for prefix in there if not prefix[-1:].isalnum()]
    if not fitting:
        return None
    prefix = max(fitting, key=lambda prefix: len(there[prefix]))
    lacking = [name for name in classes if name not in there[prefix]]
    others = [column.removeprefix(prefix) for column in table.columns if column.startswith(prefix)]
    near = nearest(lacking[0], [other for other in others if other not in classes])
    meant = "" if near is None else f"; did you mean {quoted(near)}?"
    noun = "class" if len(lacking) == 1 else "classes"
    return f"none for the {noun} {examples(lacking)} beside {listed(prefix + name for name in there[prefix])}{meant}"


def _inner(table: Table, role: str) -> list[str]:
    """The fields of objects that are called as a role usually is; of lists of objects first, then of their first ones."""
    names, objects = {role, *USUAL.get(role, ())}, {column.rpartition(".")[0] for column in table.columns}
    called = [(place, *column.rpartition(".")) for place, column in enumerate(table.columns) if column not in objects]
    places = [place for place, outer, _, name in called if outer and name in names]
    return [
        table.columns[place] for place in sorted(places, key=lambda place: (not table.lists(place), len(table.shape(place)) > 1))
    ]


def no_usual(table: Table, role: str, file: str | None = None, same: str | None = None, classes: Sequence[str] = ()) -> NoColumn:
    """The error of a role for which no column was found.

    same: the column of another role's, which may be there too. classes: those that its columns may be called as.
    """
    usual = listed(dict.fromkeys([role, *USUAL.get(role, ())]), 5)
    problem = f"no column for the {role} (looked for {usual})"
    if lacking := _classes_without_column(table, classes):
        return NoColumn(f"{problem}, and {lacking}", where=where_of(table), hint=f"columns are {listed(table.columns)}")
    columns, inner = f"columns are {listed(table.columns)}", _inner(table, role)
    hint = f"name the column: {typed(role, 'COLUMN', file)}; {columns}"
    if role == "target" and is_of_svm(table):
        hint = f"labels are what svm-predict predicted; name the truth: {typed(role, 'COLUMN', 'FILE')}"
    elif convert := _labelled(table):
        hint = convert
    elif not table.header and not table.is_array and all(column.isdigit() for column in table.columns):
        hint = f"without a header, name columns by number: {typed(role, 'NUMBER', file)}"
    elif table.header and all(map(is_number, table.columns)):
        hint = "line 1 holds numbers; if it is data: --no-header, and columns by number: -p NUMBER -t NUMBER"
    elif delimiter := delimiter_hint(table):
        problem, hint = f"{problem}; line 1 has one field {quoted(table.columns[0])}", delimiter
    elif file is not None and same is not None and same in table.columns:
        hint = f"if it is {same}: {typed(role, same, file)}; {columns}"
    elif inner:
        hint = f"if it is {inner[0]}: {typed(role, inner[0], file)}; {columns}"
    elif vector := _vector(table, role):
        hint = f"several columns make a vector: {typed(role, vector, file)}; {columns}"
    error = NoColumn(problem, where=where_of(table), hint=hint)
    error.inner = bool(inner)
    return error


def _labelled(table: Table) -> str | None:
    """How a table is converted whose first line is no header, but cells with labels in them."""
    cells = " ".join(table.columns).split(" ") if table.syntax is not None else []
    return labelled_hint(cells, table.syntax) if cells and table.syntax is not None else None


def _vector(table: Table, role: str) -> str | None:
    """The SRC of columns that seem to be a vector of predictions: of a usual prefix, or the only ones that are numbered."""
    for prefix in VECTOR_PREFIXES.get(role, ()):
        if sum(column.startswith(prefix) for column in table.columns) > 1:
            return f"{prefix}*"
    numbered = [match for column in table.columns if (match := re.fullmatch(r"(.*\D|)(0|1)", column, re.ASCII | re.DOTALL))]
    firsts = [match for match in numbered if match[2] == "0" and f"{match[1]}1" in table.columns]
    return f"{firsts[0][0]}.." if role in VECTOR_PREFIXES and len(firsts) == 1 else None


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
