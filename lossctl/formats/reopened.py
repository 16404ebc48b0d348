"""Tables of a dataset of many files, of which few may be open at once: each is closed until it is cut."""

from __future__ import annotations

from collections.abc import Sequence

from lossctl.files.states import state_of
from lossctl.files.streams import changed, name_of
from lossctl.formats.catalogue import open_table
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import ColumnsOf, Cutter, Selection, Table


class ReopenedTable(ColumnsOf):
    """The table in a regular file, which is opened anew for whatever is asked of it."""

    def __init__(self, path: str, syntax: TableSyntax) -> None:
        self.path, self._asked = path, syntax
        self._state = state_of(path)
        table = self._open()
        super().__init__(table, self._open)
        self.path, self.rows = path, table.rows

    def cut(self, selections: Sequence[Selection]) -> Cutter:
        return self._open().cut(selections)

    def _open(self) -> Table:
        if state_of(self.path) != self._state:
            raise changed(name_of(self.path))
        return open_table(self.path, self._asked)
