"""Shards with the same targets: the predictions of several models, taken for one dataset."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from lossctl.binding.role_source import RoleSource
from lossctl.columns.ragged import Ragged
from lossctl.errors import LossctlError, plural
from lossctl.files.streams import is_url, name_of, read_once
from lossctl.formats.catalogue import open_table
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Selection

ROWS, SHARDS = 1_000, 16  # that are looked at


def same_targets(source: RoleSource | None, syntax_of: Callable[[str], TableSyntax]) -> str | None:
    """Words where the targets of two of the first shards begin with the same rows, which are not all alike."""
    paths = [] if source is None else [table.path for table in source.tables[:SHARDS]]
    if source is None or len(paths) < 2 or any(is_url(path) or read_once(path) for path in paths):
        return None
    seen: dict[tuple[object, ...], str] = {}
    with suppress(LossctlError):  # whoever reads all rows says it, and where
        for path, selection in zip(paths, source.selections, strict=False):
            targets = _beginning(path, selection, syntax_of(path))
            other = seen.setdefault(targets, path)
            if other != path and len({*targets}) > 1:
                same = f"{name_of(other)} and {name_of(path)} have the same {plural(len(targets), 'target')}"
                return f"{same}; shards differ, and models are runs of their own"
    return None


def _beginning(path: str, selection: Selection, syntax: TableSyntax) -> tuple[object, ...]:
    piece = open_table(path, syntax).cut([selection]).take(ROWS)
    if piece is None:
        return ()
    targets = piece.open({"target": selection})(0, piece.rows)["target"]
    return () if isinstance(targets, Ragged) else tuple(map(repr, targets.tolist()))
