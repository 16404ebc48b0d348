"""A document as plain values, in the shape of `lossctl/result@1`; what JSON has no number for is null beside its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

from lossctl.lazy import np
from lossctl.results.document import RANKED, SCHEMA, Check, Comparison, Document, Result, Run, nonfinite
from lossctl.results.results import Results, absent, cells_of, columns_in
from lossctl.results.samples import RowKey, SampleTable

PIECE = 2**12  # rows of a long list that are made at once


class LongList:
    """A list that is made piece by piece while it is written."""

    def __init__(self, length: int, some: Callable[[slice], list[Any]]) -> None:
        self.length, self.some = length, some

    def pieces(self) -> Iterator[list[Any]]:
        """The list in parts, none of which is empty."""
        return (self.some(slice(start, min(start + PIECE, self.length))) for start in range(0, self.length, PIECE))

    def tolist(self) -> list[Any]:
        """The whole list."""
        return [value for piece in self.pieces() for value in piece]


def as_dict(document: Document) -> dict[str, Any]:
    """The document as plain values, in the shape of `lossctl/result@1`."""
    whole: dict[str, Any] = _made(outline(document))
    return whole


def outline(document: Document) -> dict[str, Any]:
    """The document as plain values, but for lists longer than a piece, which are still to be made."""
    return {
        "schema": SCHEMA,
        "version": document.version,
        "command": document.command,
        "ok": document.ok,
        **{name: plain(getattr(document, name)) for name in ("runs", "checks", "comparisons", "warnings", "errors")},
    }


def plain(value: Any) -> Any:
    """A record as a dict of its fields, and what it holds likewise; None for a number that is not finite, 0.0 for -0.0."""
    if isinstance(value, float):
        return finite(value)
    if isinstance(value, Result):
        return result_dict(value)
    if isinstance(value, SampleTable):
        return _samples(value)
    if isinstance(value, RowKey):
        return value.plain()
    if isinstance(value, Results):
        return _list(len(value), partial(_result_dicts, value))
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if is_dataclass(value):
        absent = _absent(value)
        record = {field.name: plain(getattr(value, field.name)) for field in fields(value) if field.name not in absent}
        return {**record, **_lost(value)} if isinstance(value, (Check, Comparison)) else record
    return value


def _absent(value: Any) -> Sequence[str]:
    """The fields that a record is without: what no manifest says of a run, ties that are not known, ranks of one candidate."""
    if isinstance(value, Run):
        return [name for name in ("keep", "tied") if getattr(value, name) is None]
    return RANKED if isinstance(value, Comparison) and value.best is None else ()


def result_dict(result: Result) -> dict[str, Any]:
    """One result as plain values: its quantiles by name, and without what it has not."""
    return {name: plain(value) for name, value in cells_of(result).items()}


def _result_dicts(results: Results, rows: slice) -> list[dict[str, Any]]:
    """The same of some results that follow each other, made field by field."""
    places = range(rows.start, rows.stop)
    losses = len(results.losses)
    lists: dict[str, list[Any]] = {}
    for name in columns_in([results], "json"):
        if results.has(name):
            lists[name] = _cells(values := results.values(name, rows.start, rows.stop))
            lacking = absent(name, values)
            for place in () if lacking is None else np.flatnonzero(lacking).tolist():
                lists[name][place] = None
        elif name == "nonfinite":
            lists[name] = [nonfinite(value) for value in results.values("value", rows.start, rows.stop).tolist()]
        else:
            heads = [plain(head.get(name)) for head in results.losses]
            lists[name] = [heads[place % losses] for place in places]
        if name == "value":
            lists["by"] = [results.group(place // losses) for place in places]
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


def finite(value: Any) -> Any:
    """`value` where JSON has it: None for a number that is not finite, 0.0 for -0.0."""
    if isinstance(value, float):
        return None if nonfinite(value) else value + 0.0
    return value


def _samples(samples: SampleTable) -> dict[str, Any]:
    return {
        "row": _column(samples.row),
        "id": _keys(list(samples.id.values())),
        "keep": {name: _column(column) for name, column in samples.keep.items()},
        "values": {loss: _column(values) for loss, values in samples.values.items()},
        "nonfinite": {loss: names for loss, values in samples.values.items() if (names := _names(samples, values))},
    }


def _names(samples: SampleTable, values: Any) -> dict[str, Any]:
    """Row -> `inf`, `-inf` or `nan`, where a cost is no finite number."""
    places = np.flatnonzero(~np.isfinite(values))
    return {str(row): nonfinite(value) for row, value in zip(samples.row[places].tolist(), values[places].tolist(), strict=True)}


def _keys(columns: Sequence[Any]) -> list[Any] | LongList | None:
    """The key of each row: its word, or a list of several."""
    if len(columns) < 2:
        return _column(columns[0]) if columns else None
    return _list(len(columns[0]), lambda rows: [*map(list, zip(*(_cells(column[rows]) for column in columns), strict=True))])


def _column(column: Any) -> list[Any] | LongList:
    return _list(len(column), lambda rows: _cells(column[rows]))


def _cells(column: Any) -> list[Any]:
    """The cells of a column as JSON has them."""
    if not isinstance(column, np.ndarray) or column.dtype.kind != "f":
        return [*column.tolist()]
    cells: list[Any] = (column + 0.0).tolist()
    for place in np.flatnonzero(~np.isfinite(column)).tolist():
        cells[place] = None
    return cells


def _list(length: int, some: Callable[[slice], list[Any]]) -> list[Any] | LongList:
    return LongList(length, some) if length > PIECE else some(slice(0, length))


def _lost(value: Check | Comparison) -> dict[str, Any]:
    """The names of a record's numbers that are not finite."""
    numbers = {field.name: getattr(value, field.name) for field in fields(value)}
    lost = {name: nonfinite(number) for name, number in numbers.items() if isinstance(number, float) and nonfinite(number)}
    return {"nonfinite": lost} if lost else {}


def _made(value: Any) -> Any:
    if isinstance(value, LongList):
        return value.tolist()
    if isinstance(value, dict):
        return {name: _made(item) for name, item in value.items()}
    return value if not isinstance(value, Sequence) or isinstance(value, str) else [_made(item) for item in value]
