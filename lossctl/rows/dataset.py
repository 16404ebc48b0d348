"""The rows of every role of a run, in step: parts that depend on the data alone, whoever scores them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from lossctl.binding.binder import ID, Binding
from lossctl.binding.role_source import RoleSource
from lossctl.columns.column import Column, concat
from lossctl.errors import DataError, plural
from lossctl.formats.table import Piece, Reader, Selection, Table
from lossctl.record import record

MISSING_KEY = "missing key"  # beside the roles of paired tables: 1 where a table lacks the row's key
_PAIRED_ROWS = 2**18


@record
class Slice:
    """Rows `start` to `stop` of a piece."""

    piece: Piece
    start: int
    stop: int
    wanted: Mapping[str, Selection]


@record
class Part:
    """Rows of every role: for each feed the slices that hold them. first: their first row in the run. Pickles."""

    first: int
    rows: int
    feeds: tuple[tuple[Slice, ...], ...]

    @contextmanager
    def open(self) -> Iterator[Reader]:
        """A function of (start, stop) that gives those rows of every role as columns."""
        with ExitStack() as stack:
            readers = [
                [(one.stop - one.start, one.start, stack.enter_context(one.piece.open(one.wanted))) for one in slices]
                for slices in self.feeds
            ]

            def read(start: int, stop: int) -> dict[str, Column]:
                return {name: rows for slices in readers for name, rows in _read(slices, start, stop).items()}

            yield read

    def locate(self, role: str, row: int, element: int | None) -> str:
        """Where a row of a role stands: file, line or row, and column."""
        for slices in self.feeds:
            if role not in slices[0].wanted:
                continue
            for one in slices:
                if row < one.stop - one.start:
                    return one.piece.locate(one.start + row, one.wanted[role], element)
                row -= one.stop - one.start
        raise KeyError(role)


@dataclass
class Feed:
    """The roles that are read from the same tables, its shards in order."""

    tables: tuple[Table, ...]
    wanted: list[dict[str, Selection]] = field(default_factory=list)

    def pieces(self) -> Generator[tuple[Piece, Mapping[str, Selection]], int | None, None]:
        """The pieces of all shards; send the number of rows wanted next, None for as many as suit."""
        rows: int | None = None
        for table, wanted in zip(self.tables, self.wanted, strict=True):
            cutter = table.cut(list(wanted.values()))
            while (piece := cutter.take(rows)) is not None:
                rows = yield piece, wanted
            cutter.finish()


class FeedReader:
    """Gives out the rows of a feed in the numbers asked for."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.rows = 0
        self._pieces = feed.pieces()
        self._started = False
        self._left: Slice | None = None

    def take(self, rows: int | None) -> tuple[Slice, ...]:
        """Slices of `rows` rows, fewer only at the end; None: one piece."""
        taken: list[Slice] = []
        wanted = rows
        while wanted is None or wanted > 0:
            one = self._left or self._next(wanted)
            if one is None:
                break
            count = one.stop - one.start if wanted is None else min(wanted, one.stop - one.start)
            taken.append(Slice(one.piece, one.start, one.start + count, one.wanted))
            self._left = None if one.start + count == one.stop else Slice(one.piece, one.start + count, one.stop, one.wanted)
            self.rows += count
            if wanted is None:
                break
            wanted -= count
        return tuple(taken)

    def count_rest(self) -> int:
        """The number of rows in all, read to the end."""
        while self.take(None):
            pass
        return self.rows

    def _next(self, rows: int | None) -> Slice | None:
        try:
            piece, wanted = self._pieces.send(rows) if self._started else next(self._pieces)
        except StopIteration:
            return None
        self._started = True
        return Slice(piece, 0, piece.rows, wanted)


class Dataset:
    """The sources of one run, ready to be cut into parts. drop_missing: rows whose key one side lacks are not refused."""

    def __init__(self, binding: Binding, *, drop_missing: bool = False) -> None:
        self.binding = binding
        self.drop_missing = drop_missing
        self.feeds = _feeds(binding.sources)
        self.extra_keys = 0  # keys that the first table lacks, known when the parts have been cut
        self.paired = sum(name.startswith(ID) for name in binding.sources) > 1
        if not self.paired:
            self._check_known_rows()

    def parts(self) -> Iterator[Part]:
        """The parts in order; DataError where the roles have different numbers of rows, or keys that do not pair."""
        if self.paired:
            yield from self._paired_parts()
            return
        lead, *others = readers = [FeedReader(feed) for feed in self.feeds]
        first = 0
        while slices := lead.take(None):
            count = sum(one.stop - one.start for one in slices)
            feeds = [slices, *(other.take(count) for other in others)]
            if any(sum(one.stop - one.start for one in taken) != count for taken in feeds):
                raise self._lengths([reader.count_rest() for reader in readers])
            yield Part(first, count, tuple(feeds))
            first += count
        if any(other.take(None) for other in others):
            raise self._lengths([reader.count_rest() for reader in readers])
        if first == 0:
            raise DataError("no rows", where=self.binding.run)

    def _paired_parts(self) -> Iterator[Part]:
        from lossctl.rows.pairing import pair

        first_role = next(iter(self.binding.sources))
        self.feeds.sort(key=lambda feed: first_role not in feed.wanted[0])
        paired = pair([FeedReader(feed) for feed in self.feeds], drop_missing=self.drop_missing)
        self.extra_keys = paired.extra
        for start in range(0, paired.rows, _PAIRED_ROWS):
            stop = min(start + _PAIRED_ROWS, paired.rows)
            yield Part(start, stop - start, tuple((replace(one, start=start, stop=stop),) for (one,) in paired.feeds))

    @property
    def rows(self) -> int | None:
        """The number of rows where it is known before reading."""
        return next((rows for feed in self.feeds if (rows := _known_rows(feed)) is not None), None)

    @property
    def width(self) -> int:
        """The greatest number of values in a row of one role."""
        return max(source.width or 1 for source in self.binding.sources.values())

    def _check_known_rows(self) -> None:
        counts = [_known_rows(feed) for feed in self.feeds]
        if None not in counts and len(set(counts)) > 1:
            raise self._lengths([count or 0 for count in counts])

    def _lengths(self, counts: Sequence[int]) -> DataError:
        said = [
            f"{_roles(feed)} {'has' if len(feed.wanted[0]) == 1 else 'have'} {plural(count, 'row')}"
            for feed, count in zip(self.feeds, counts, strict=True)
        ]
        files = " and ".join(dict.fromkeys(feed.tables[0].path for feed in self.feeds))
        return DataError(f"different lengths: {', '.join(said)}", where=files)


def read_slices(slices: Sequence[Slice]) -> dict[str, Column]:
    """All rows of some slices, in order."""
    rows = sum(one.stop - one.start for one in slices)
    with Part(0, rows, (tuple(slices),)).open() as read:
        return read(0, rows)


def _read(slices: Sequence[tuple[int, int, Reader]], start: int, stop: int) -> dict[str, Column]:
    parts: list[dict[str, Column]] = []
    at = 0
    for rows, offset, reader in slices:
        low, high = max(start, at), min(stop, at + rows)
        if low < high:
            parts.append(reader(low - at + offset, high - at + offset))
        at += rows
    return parts[0] if len(parts) == 1 else {name: concat([part[name] for part in parts]) for name in parts[0]}


def _feeds(sources: Mapping[str, RoleSource]) -> list[Feed]:
    feeds: dict[tuple[int, ...], Feed] = {}
    for name, source in sources.items():
        key = tuple(id(table) for table in source.tables)
        feed = feeds.setdefault(key, Feed(source.tables, [{} for _ in source.tables]))
        for wanted, selection in zip(feed.wanted, source.selections, strict=True):
            wanted[name] = selection
    return sorted(feeds.values(), key=lambda feed: _known_rows(feed) is not None)  # text leads: the others can follow it


def _known_rows(feed: Feed) -> int | None:
    counts = [table.rows for table in feed.tables]
    return None if None in counts else sum(count or 0 for count in counts)


def _roles(feed: Feed) -> str:
    return ", ".join(name.removeprefix("keep:").removeprefix("by:") for name in feed.wanted[0] if not name.startswith(ID))
