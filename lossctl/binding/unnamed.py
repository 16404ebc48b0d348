"""The error of a role for which no column was found, and how to go on."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from lossctl.binding.columns import find_columns
from lossctl.binding.headers import NoSuchColumn, delimiter_hint, where_of
from lossctl.binding.names import (
    NAMELESS,
    USUAL,
    VECTOR_PREFIXES,
    find_classes,
    find_usual,
    inner_columns,
    is_of_svm,
    labelled,
    typed,
    usual_for,
)
from lossctl.binding.opened import OpenedTables
from lossctl.binding.role_source import holds_numbers
from lossctl.errors import DataError, NoColumn, examples, listed, quoted
from lossctl.formats.table import Table
from lossctl.question.inputs import Inputs
from lossctl.question.request import Request
from lossctl.question.src import Src
from lossctl.record import record
from lossctl.spelling import nearest

_MANY = 12  # columns that a hint still names


@record
class Unnamed:
    """A role for which a table has no column of a usual name.

    file: the table as an option named it, None for the run's own. same: the column of another role's, which may be there too.
    """

    table: Table
    role: str
    file: str | None
    same: str | None
    request: Request

    def error(self) -> NoColumn:
        """What was looked for, and what to type."""
        usual = listed(dict.fromkeys([self.role, *USUAL.get(self.role, ())]), 5)
        problem, where = f"no column for the {self.role} (looked for {usual})", where_of(self.table)
        columns = f"columns are {listed(self.table.columns)}"
        question = self.request.question
        classes = question.classes if question.predicts(self.role) else None
        if lacking := _classes_without_column(self.table, classes or ()):
            return NoColumn(f"{problem}, and {lacking}", where=where, hint=columns)
        hint = next(self._hints_of_layout(), None)
        if hint is None and (delimiter := delimiter_hint(self.table)):
            problem, hint = f"{problem}; line 1 has one field {quoted(self.table.columns[0])}", delimiter
        error = NoColumn(problem, where=where, hint=hint or f"{next(self._hints_of_columns())}; {columns}")
        error.inner = bool(inner_columns(self.table, self.role))
        return error

    def _hints_of_layout(self) -> Iterator[str]:
        """Where the table is not what it seems to be."""
        from lossctl.formats.text.cells import is_number  # arrays, which are bound too, need no reader of text

        table, role = self.table, self.role
        if is_of_svm(table) and (role == "target" or "target" not in self.request.inputs.roles):
            pred = "" if role == "target" else f"{typed(role, ','.join(table.columns[1:]), self.file)} "
            yield f"labels are what svm-predict predicted; name the truth: {pred}{typed('target', 'COLUMN', 'FILE')}"
        if convert := labelled(table):
            yield convert
        if table.syntax is not None and not table.header and all(column.isdigit() for column in table.columns):
            every = typed(role, f"1..{len(table.columns)}", self.file)
            alone = all(src.file is not None for sources in self.request.inputs.roles.values() for src in sources)
            whole = alone and bool(self.request.inputs.roles) and len(table.columns) > 1
            vector = f", or all as a vector: {every}" if whole and self.request.question.predicts(role) else ""
            yield f"without a header, name columns by number: {typed(role, 'NUMBER', self.file)}{vector}"
        if table.header and all(map(is_number, table.columns)):
            yield "line 1 holds numbers; if it is data: --no-header, and columns by number: -p NUMBER -t NUMBER"

    def _hints_of_columns(self) -> Iterator[str]:
        """Which columns may be meant, the likeliest first."""
        table, role = self.table, self.role
        if self.file is not None and self.same is not None and self.same in table.columns:
            yield f"if it is {self.same}: {typed(role, self.same, self.file)}"
        for inner in inner_columns(table, role):
            yield f"if it is {inner}: {typed(role, inner, self.file)}"
        if vector := _vector(table, role):
            yield f"several columns make a vector: {typed(role, vector, self.file)}"
        left = self._left() if self.request.question.predicts(role) else ()
        if 2 <= len(left) <= _MANY:
            yield f"where each class has a column: {typed(role, ','.join(left), self.file)}"
        yield f"name the column: {typed(role, 'COLUMN', self.file)}"

    def _left(self) -> list[str]:
        """The columns of numbers that no option names and that have no usual name."""
        taken = {src.column for sources in self.request.inputs.options().values() for src in sources}
        numbers = [column for place, column in enumerate(self.table.columns) if holds_numbers(self.table, place)]
        unnamed = [column for column in numbers if usual_for(column) is None and not NAMELESS.fullmatch(column)]
        return [column for column in unnamed if column not in taken]


def elsewhere(inputs: Inputs, opened: OpenedTables, name: str, wanted: Src, missing: NoSuchColumn) -> str | None:
    """How to go on where the run's table lacks a column: what names it in another file of the call, or in any."""
    column, condition = wanted.column or "", condition_on(inputs, wanted)
    for file in dict.fromkeys(inputs.named_files):
        if any(column in table.columns for table in opened.of((Src(file, file),))):
            return f"{column} is in another file: {typed(name, column, file, condition)}"
    if os.path.isfile(column) or (":" in column and os.path.exists(column.rpartition(":")[0])):
        return f"if it is the file that is meant: {typed(name, column, 'file', condition)}"
    if missing.hint or missing.near or set("*,") & set(column) or ".." in column:
        return missing.hint
    return f"a column of another file is FILE:COLUMN: {typed(name, column, 'FILE', condition)}"


@contextmanager
def longer_meant(role: str, src: Src, tables: Sequence[Table], request: Request) -> Iterator[None]:
    """Says, in an error within, what names the columns of a list that are called so behind a common beginning."""
    try:
        yield
    except NoSuchColumn as missing:
        names = (src.column or "").split(",")
        if missing.hint is None and tables and len(names) > 1 and "" not in names:
            missing.hint = _longer(role, src, names, tables[0], request)
        raise


def _longer(role: str, src: Src, names: Sequence[str], table: Table, request: Request) -> str | None:
    try:
        found, usual = find_classes(table, names), find_usual(table, role, alone=False)
    except DataError:  # of several that may be meant
        return None
    if found is None:
        return None
    if usual is None and request.question.predicts(role) and request.question.classes in (None, tuple(names)):
        finds = f"--classes {shlex.quote(','.join(names))}"  # in this order, whatever the file's is
        return (
            f"leave {typed(role, src.text)} out: {finds} finds them" if src.file is None else f"{typed(role, src.file)} {finds}"
        )
    return typed(role, ",".join(table.columns[place] for place in found.places), src.file)


def condition_on(inputs: Inputs, src: Src) -> str:
    """What a column of --where is compared with, `=north`; of other options nothing."""
    return next((f"{condition.operator}{condition.value}" for condition in inputs.where if condition.src is src), "")


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


def _is_found(table: Table, pattern: str) -> bool:
    try:
        find_columns(table, Src(pattern, column=pattern))
    except DataError:
        return False
    return True


def _vector(table: Table, role: str) -> str | None:
    """The SRC of columns that seem to be a vector of predictions: of a usual prefix, or the only ones that are numbered."""
    for prefix in VECTOR_PREFIXES.get(role, ()):
        if len(columns := [column for column in table.columns if column.startswith(prefix)]) > 1:
            return f"{prefix}*" if _is_found(table, f"{prefix}*") or len(columns) > _MANY else ",".join(columns)
    numbered = [match for column in table.columns if (match := re.fullmatch(r"(.*\D|)(0|1)", column, re.ASCII | re.DOTALL))]
    firsts = [match for match in numbered if match[2] == "0" and f"{match[1]}1" in table.columns]
    return f"{firsts[0][0]}.." if role in VECTOR_PREFIXES and len(firsts) == 1 else None
