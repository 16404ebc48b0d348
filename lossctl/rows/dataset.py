"""The rows of a run, cut into parts that depend on the data alone, whoever scores them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from lossctl.binding.binding import Binding
from lossctl.binding.use import RowField
from lossctl.errors import DataError, plural
from lossctl.files.streams import name_of
from lossctl.record import replace
from lossctl.rows.parts import Feed, FeedReader, Part, Slice

if TYPE_CHECKING:
    from lossctl.rows.whole_tables import SharedTables

_DECIDING = (RowField.CONDITION, RowField.KEY, RowField.SHARED)  # what says which rows are used

SliceMap: TypeAlias = Callable[[Callable[[Slice], Any], Iterable[Slice]], Iterable[Any]]


class Dataset:
    """The sources of one run, ready to be cut into parts.

    drop_missing: rows whose key one side lacks are not refused. slice_map: an ordered map by which tables that are paired by key
    are read. shared: such tables that other runs read too. feeds: those of the binding, where they are known.
    """

    def __init__(
        self,
        binding: Binding,
        *,
        drop_missing: bool = False,
        slice_map: SliceMap = map,
        shared: SharedTables | None = None,
        feeds: list[Feed] | None = None,
    ) -> None:
        self.binding = binding
        self.drop_missing, self.slice_map, self.shared = drop_missing, slice_map, shared
        self.feeds = feeds_of(binding) if feeds is None else feeds
        self.extra: dict[str, int] = {}  # keys that the first table lacks, by reason, known when the parts have been cut
        self.paired = len(binding.keys) > 1
        if not self.paired:
            self._check_known_rows()

    def parts(self) -> Iterator[Part]:
        """The parts in order; DataError where the tables have different numbers of rows, or keys that do not pair."""
        if self.paired:
            from lossctl.rows.pairing import paired_parts

            yield from paired_parts(self)
            return
        lead, *others = readers = [FeedReader(feed) for feed in self.feeds]
        first = 0
        while slices := lead.take(None):
            count = lead.rows - first
            feeds = [slices, *[other.take(count) for other in others]]
            if any(other.rows != lead.rows for other in others):
                raise self._lengths([reader.count_rest() for reader in readers])
            yield Part(first, count, tuple(feeds))
            first += count
        if any(other.take(None) for other in others):
            raise self._lengths([reader.count_rest() for reader in readers])
        if first == 0:
            raise DataError("no rows", where=self.binding.run)

    @property
    def rows(self) -> int | None:
        """The number of rows where it is known before reading."""
        return next((rows for feed in self.feeds if (rows := feed.known_rows) is not None), None)

    @property
    def values(self) -> int:
        """The greatest number of values in a row of one column, of lists the first; at least 1, as that may be empty."""
        return max(1, *(source.values for _, source in self.binding.uses()))

    def _check_known_rows(self) -> None:
        counts = [feed.known_rows for feed in self.feeds]
        if None not in counts and len(set(counts)) > 1:
            raise self._lengths([count or 0 for count in counts])

    def _lengths(self, counts: Sequence[int]) -> DataError:
        said = []
        for feed, count in zip(self.feeds, counts, strict=True):
            uses = [str(use) for use in feed.wanted[0] if use.field not in (RowField.KEY, RowField.SHARED)]
            said.append(f"{', '.join(uses)} {'has' if len(uses) == 1 else 'have'} {plural(count, 'row')}")
        files = " and ".join(dict.fromkeys(name_of(feed.tables[0].path) for feed in self.feeds))
        return DataError(f"different lengths: {', '.join(said)}", where=files)


def feeds_of(binding: Binding) -> list[Feed]:
    """The columns of the same tables together; text leads, since the others can follow it in any number of rows."""
    feeds: dict[tuple[int, ...], Feed] = {}
    for use, source in binding.uses():
        key = tuple(id(table) for table in source.tables)
        feed = feeds.setdefault(key, Feed(source.tables, [{} for _ in source.tables]))
        deferred = bool(binding.conditions) and use.field not in _DECIDING
        for wanted, selection in zip(feed.wanted, source.selections, strict=True):
            wanted[use] = replace(selection, deferred=True) if deferred else selection
    return sorted(feeds.values(), key=lambda feed: feed.known_rows is not None)
