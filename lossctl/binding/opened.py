"""The tables that a run is read from, each opened once, and of many files few at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from lossctl.errors import NoRows
from lossctl.files.states import Identity, identity
from lossctl.files.streams import read_once
from lossctl.formats.catalogue import open_table
from lossctl.formats.held import open_held
from lossctl.formats.reopened import ReopenedTable
from lossctl.formats.shards import expand
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Table
from lossctl.question.inputs import Inputs, RunInput
from lossctl.question.src import Src
from lossctl.record import record

OPEN_FILES = 8  # of one role, all of which stay open; a process may have some hundreds open in all, or 64


@record(frozen=False)
class OpenedTables:
    """The tables of the inputs of a run, opened as they are asked for.

    tables: by path, and by which of several times one role names it.
    """

    inputs: Inputs
    run: RunInput
    tables: dict[tuple[str, int], Table] = field(default_factory=dict)
    _empty: dict[str, NoRows] = field(default_factory=dict)  # files without even a header
    _rows: dict[Identity, Table] = field(default_factory=dict)  # those that are read of a file, whatever it is called

    def of(self, sources: Sequence[Src]) -> tuple[Table, ...]:
        """The tables of some sources in order; a file named by several roles is opened once. NoRows where all are empty files."""
        tables: list[Table] = []
        times: dict[str, int] = {}
        paths = [self.paths(src) for src in sources]
        many = sum(map(len, paths)) > OPEN_FILES
        for src, files in zip(sources, paths, strict=True):
            if src.array is not None:
                from lossctl.formats.handed import table_of  # by Python code alone

                tables.append(table_of(src.text, src.array, named=src.frame))
            for path in files:
                again = times.get(path, 0)
                if path not in self._empty and (path, again) not in self.tables:
                    self._open(src, path, again, many=many)
                if path not in self._empty:
                    tables.append(self.tables[path, again])
                    times[path] = again + 1
        if not tables and self._empty:
            raise next(self._empty[path] for files in paths for path in files)
        return tuple(tables)

    def narrowed(self, rows_of: Mapping[Table, Table]) -> tuple[Table, ...]:
        """Some rows of tables, of which no others are read from here on, whatever option names their files, and how."""
        self._rows = {identity(table.path): rows for table, rows in rows_of.items()}
        self.tables = {key: rows_of.get(table, table) for key, table in self.tables.items()}
        return tuple(rows_of.values())

    def _open(self, src: Src, path: str, again: int, *, many: bool) -> None:
        if self._rows and (rows := self._rows.get(identity(path))) is not None:
            self.tables[path, again] = rows
            return
        opener = _opener(path, many=many, shared=src.file in self.inputs.shared)
        try:
            self.tables[path, again] = opener(path, self.inputs.syntax_of(path, src.file, self.run))
        except NoRows as problem:
            self._empty[path] = problem

    def count(self, src: Src) -> int:
        """How many tables a source has: a directory each of its files that is not empty."""
        return 1 if src.array is not None else sum(path not in self._empty for path in self.paths(src))

    def paths(self, src: Src) -> list[str]:
        """The files that a source names; an array is none."""
        return [] if src.array is not None else expand(src.file or "", self.inputs.syntaxes.everywhere.input_format)


def _opener(path: str, *, many: bool, shared: bool) -> Callable[[str, TableSyntax], Table]:
    """What opens a file: one of many, or one that other runs read too."""
    if many and os.path.isfile(path) and not read_once(path):
        return ReopenedTable
    return open_held if shared else open_table
