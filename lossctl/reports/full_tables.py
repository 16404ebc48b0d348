"""A document as tables in full precision, for machines: columns are those that the fields of a result declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from lossctl.lazy import np
from lossctl.reports import lines
from lossctl.reports.cells import Block, Cells, Coded, Plain, Repeated
from lossctl.reports.table import Table
from lossctl.results.document import Cell, Check, Comparison, Document, Run
from lossctl.results.results import Results, cells_of, columns_in, group_names
from lossctl.results.samples import SampleTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = NDArray[np.int64]

PIECE = 2**16  # rows of a block


def full_tables(document: Document) -> Iterator[Table]:
    """Every result, then every sample."""
    yield results_table(document)
    for name, records in (("checks", document.checks), ("comparisons", document.comparisons)):
        if records:
            yield _records(name, records)
    if any(run.samples is not None for run in document.runs):
        yield _full_samples(document)
    if worst := _full_worst(document):
        yield worst


def results_table(document: Document, reach: str = "table") -> Table:
    """The columns that results have in formats of a reach, those of all formats first; the groups stand between."""
    runs = [run.results for run in document.runs]
    own = columns_in(runs, "table")
    groups = list(dict.fromkeys(name for results in runs for name in group_names(results)))
    more = [name for name in columns_in(runs, reach) if name not in own]
    columns = ["run", *own, *beside(["run", *own, *more], groups, "by"), *more]
    failed = [[run.run, *[None] * (len(columns) - 1)] for run in document.runs if run.error is not None and reach == "table"]
    if sum(map(len, runs)) <= lines.LONG:
        return Table("results", columns, [*_result_rows(document, own, groups, more), *failed])
    blocks = (block for run in document.runs for block in _result_blocks(run, own, groups, more))
    return Table("results", columns, failed, blocks=blocks)


def values_table(document: Document) -> Table:
    """The headline values alone."""
    if sum(len(run.results) for run in document.runs) <= lines.LONG:
        return Table("values", ["value"], [[result.value] for run in document.runs for result in run.results])
    table = results_table(document)
    at = table.columns.index("value")
    return Table("values", ["value"], (), blocks=(Block(block.columns[at : at + 1], block.rows) for block in table.blocks))


def beside(own: Iterable[str], names: Iterable[str], kind: str) -> list[str]:
    """Names of a file's columns beside the report's own, each another: one that is taken gets its kind in front."""
    taken = {*own, "type"}
    columns: list[str] = []
    for name in names:
        while name in taken:
            name = f"{kind}:{name}"
        taken.add(name)
        columns.append(name)
    return columns


def kept_columns(losses: Iterable[str], names: Iterable[str], *own: str) -> list[str]:
    """The names of columns kept along with samples of some losses, in a table that has columns of its own beside those."""
    return beside(["run", "row", "id", *own, *losses], names, "keep")


def sample_columns(samples: SampleTable) -> list[Cells]:
    """The columns kept along and the costs, as a table of samples has them after its first."""
    return [*map(Plain, samples.keep.values()), *map(Plain, samples.values.values())]


def _result_rows(document: Document, own: Sequence[str], groups: Sequence[str], more: Sequence[str]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for run in document.runs:
        for result in run.results:
            cells, by = cells_of(result), result.by or {}
            rows.append([run.run, *map(cells.get, own), *map(by.get, groups), *map(cells.get, more)])
    return rows


def _result_blocks(run: Run, own: Sequence[str], groups: Sequence[str], more: Sequence[str]) -> Iterator[Block]:
    results = run.results
    if not isinstance(results, Results):
        alone = Document(command="", version="", runs=(run,))
        if rows := _result_rows(alone, own, groups, more):
            yield Block([Coded(np.arange(len(rows)), cells) for cells in zip(*rows, strict=True)], len(rows))
        return
    for start in range(0, len(results), PIECE):
        places = np.arange(start, min(start + PIECE, len(results)))
        columns = [
            *(_field(results, name, places) for name in own),
            *(_group(results, name, places) for name in groups),
            *(_field(results, name, places) for name in more),
        ]
        yield Block([Repeated(run.run, len(places)), *columns], len(places))


def _field(results: Results, name: str, places: Places) -> Cells:
    """A field of the results at some places that follow each other."""
    values = results.flat(name)
    if values is not None:
        some = values[places[0] : places[-1] + 1]
        return Plain(some) if some.dtype != object else Coded(np.arange(len(some)), some.tolist())
    if name == "nonfinite":
        some = results.columns["value"].reshape(-1)[places[0] : places[-1] + 1]
        return Coded(np.isnan(some) * 1 + (some == np.inf) * 2 + (some == -np.inf) * 3, [None, "nan", "inf", "-inf"])
    return Coded(places % len(results.losses), [head.get(name) for head in results.losses])


def _group(results: Results, name: str, places: Places) -> Cells:
    """A column of the groups, empty for all rows, which are the first group."""
    if name not in results.by:
        return Repeated(None, len(places))
    groups = places // len(results.losses)
    first, last = int(groups[0]), int(groups[-1])
    words: list[Cell] = [*results.by[name][max(first - 1, 0) : last].tolist()]
    return Coded(groups - first, words if first else [None, *words])


def _records(name: str, records: Sequence[Check | Comparison]) -> Table:
    """Every field of some records but nested rows; the group as one text."""
    columns = [field.name for field in fields(records[0]) if field.name != "worst"]
    rows = [[_flat(getattr(record, column)) for column in columns] for record in records]
    return Table(name, columns, rows)


def _flat(value: Any) -> Cell:
    if isinstance(value, Mapping):
        return ",".join(f"{name}={group}" for name, group in value.items())
    cell: Cell = value
    return cell


def _full_samples(document: Document) -> Table:
    """The samples of every run."""
    sampled = [(run.run, run.samples) for run in document.runs if run.samples is not None]
    first = sampled[0][1]
    own = ["run", "row", *(first.id or ["id"])]
    columns = [*own, *kept_columns(first.values, first.keep, *own), *first.values]
    return Table("samples", columns, (), blocks=_sample_blocks(sampled))


def _sample_blocks(sampled: Sequence[tuple[str, SampleTable]]) -> Iterator[Block]:
    for run, samples in sampled:
        for start in range(0, len(samples), PIECE):
            some = samples[start : start + PIECE]
            rows = len(some)
            key: list[Cells] = [*map(Plain, some.id.values())] or [Repeated(None, rows)]
            yield Block([Repeated(run, rows), Plain(some.row), *key, *sample_columns(some)], rows)


def _full_worst(document: Document) -> Table | None:
    found = [(run, loss, row) for run in document.runs for loss, rows in (run.worst or {}).items() for row in rows]
    if not found:
        return None
    own = ["run", "loss", "row", *(found[0][2].id or ["id"]), "value"]
    kept = kept_columns([loss for _, loss, _ in found], found[0][2].keep, *own)
    rows = [[run.run, loss, row.row, *(row.id.values() or [None]), row.value, *row.keep.values()] for run, loss, row in found]
    return Table("worsts", [*own, *kept], rows)
