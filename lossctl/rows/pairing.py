"""Rows of several tables paired by key. The tables are held in memory; the first one's order is the order of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lossctl.columns.column import Column, Numbers
from lossctl.columns.words import Words
from lossctl.errors import DataError, examples, plural
from lossctl.files.streams import name_of
from lossctl.formats.table import Kind, Reader, Selection
from lossctl.record import record
from lossctl.rows.dataset import MISSING_KEY, FeedReader, Slice, read_slices


@record
class Paired:
    """The slices of every feed, all of the same rows in the same order; `extra`: keys of other tables that the first lacks."""

    feeds: tuple[tuple[Slice, ...], ...]
    rows: int
    extra: int


@record
class PairedPiece:
    """Columns in the order of the first table. row_of: each row's row in its own table; slices: where that stands."""

    columns: Mapping[str, Column]
    row_of: Numbers
    slices: tuple[Slice, ...]

    @property
    def rows(self) -> int:
        return len(self.row_of)

    @contextmanager
    def open(self, wanted: Mapping[str, Selection]) -> Iterator[Reader]:
        yield lambda start, stop: {name: self.columns[name][start:stop] for name in wanted}

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        own = int(self.row_of[row])
        for one in self.slices:
            if own < one.stop - one.start:
                return one.piece.locate(one.start + own, selection, element)
            own -= one.stop - one.start
        raise IndexError(row)


@record
class _Whole:
    """A table read whole: its columns, and its keys."""

    name: str
    columns: dict[str, Column]
    keys: pa.Array
    slices: tuple[Slice, ...]


def pair(readers: Sequence[FeedReader], *, drop_missing: bool) -> Paired:
    """Pairs the rows of all feeds by their keys, compared as text.

    Raises DataError for keys that are empty, stand twice in a table, or are missing from one (unless such are dropped).
    """
    first, *others = (_read(reader) for reader in readers)
    lacking = np.zeros(len(first.keys), dtype=bool)
    places: list[Numbers] = [np.arange(len(first.keys))]
    strangers: list[pa.Array] = []
    for other in others:
        found = pc.index_in(first.keys, value_set=other.keys)
        absent = pc.is_null(found).to_numpy(zero_copy_only=False)
        unknown = other.keys.filter(pc.invert(pc.is_in(other.keys, value_set=first.keys)))
        if not drop_missing:
            _check_none(first.keys.filter(pa.array(absent)), of=first.name, missing_from=other.name)
            _check_none(unknown, of=other.name, missing_from=first.name)
        lacking |= absent
        strangers.append(unknown)
        places.append(pc.fill_null(found, 0).to_numpy(zero_copy_only=False))
    extra = len(pa.chunked_array(strangers, first.keys.type).unique()) if strangers else 0
    feeds = []
    for whole, place in zip((first, *others), places, strict=True):
        if not len(whole.keys):
            raise DataError("no rows", where=whole.name)
        columns = {name: values[place] for name, values in whole.columns.items()}
        wanted = dict(whole.slices[0].wanted)
        if whole is first:
            columns[MISSING_KEY] = lacking.astype(np.float64)
            wanted[MISSING_KEY] = Selection((0,), Kind.NUMBER, False)
        piece = PairedPiece(columns, place, whole.slices)
        feeds.append((Slice(piece, 0, piece.rows, wanted),))
    return Paired(tuple(feeds), len(first.keys), extra)


def _read(reader: FeedReader) -> _Whole:
    slices: list[Slice] = []
    while taken := reader.take(None):
        slices += taken
    name = name_of(reader.feed.tables[0].path)
    if not slices:
        raise DataError("no rows", where=name)
    columns = read_slices(slices)
    key = next(name for name in columns if name.startswith("id:"))
    words = columns[key]
    assert isinstance(words, Words)
    keys = words.arrow().cast(pa.large_string())
    whole = _Whole(name, columns, keys, tuple(slices))
    _check_keys(whole, key)
    return whole


def _check_keys(whole: _Whole, key: str) -> None:
    empty = pc.equal(pc.utf8_trim_whitespace(whole.keys), "").to_numpy(zero_copy_only=False)
    if empty.any():
        row = int(empty.argmax())
        piece = PairedPiece(whole.columns, np.arange(len(whole.keys)), whole.slices)
        raise DataError("the key is empty", where=piece.locate(row, whole.slices[0].wanted[key], None))
    check_unique(whole.keys, whole.name)


def check_unique(keys: pa.Array | pa.ChunkedArray, name: str) -> None:
    """DataError with counts and examples where a key stands more than once."""
    counts = pc.value_counts(keys)
    repeated = counts.filter(pc.greater(counts.field("counts"), 1)).field("values").to_pylist()
    if repeated:
        raise DataError(
            f"{plural(len(repeated), 'key')} more than once: {examples(repeated)}",
            where=name,
        )


def _check_none(keys: pa.Array, *, of: str, missing_from: str) -> None:
    if len(keys):
        problem = f"{plural(len(keys), 'key')} of {of} missing: {examples(keys.to_pylist())}"
        raise DataError(problem, where=missing_from, hint="leave such rows out: --missing drop")
