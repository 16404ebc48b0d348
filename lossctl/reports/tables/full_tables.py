"""A document as tables in full precision, for machines: columns are those that the fields of a result declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from lossctl.lazy import np
from lossctl.record import record
from lossctl.reports.lines import rendering
from lossctl.reports.lines.cells import Block, Cells, Coded, Plain, Repeated
from lossctl.reports.tables.table import Table
from lossctl.results.document import RANKED, Cell, Check, Comparison, Document, Result, Run
from lossctl.results.ranking import ranks
from lossctl.results.results import Results, absent, cells_of, columns_in, group_names, is_quantile, values_of
from lossctl.results.samples import SampleTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = NDArray[np.int64]

PIECE = 2**15  # rows of a block, of which each thread makes all cells


def full_tables(document: Document) -> Iterator[Table]:
    """Every result, or the leaderboard, then every sample."""
    long = document.board is None or document.board.long
    yield results_table(document) if long else leaderboard_table(document)
    if document.checks:
        yield _records("checks", document.checks)
    if document.comparisons:
        ranked = any(comparison.best is not None for comparison in document.comparisons)
        yield _records("comparisons", document.comparisons, ("worst", *(() if ranked else RANKED)))
    if any(run.samples is not None for run in document.runs):
        yield _full_samples(document)
    if worst := _full_worst(document):
        yield worst


def results_table(document: Document, reach: str = "table") -> Table:
    """The columns that results have in formats of a reach, those of all formats first; groups and kept columns stand between.

    A leaderboard has ranks before them, and errors behind, but in JSON lines.
    """
    runs = [run.results for run in document.runs]
    ranked = document.board is not None and reach == "table"
    own = columns_in(runs, "table")
    more = [name for name in columns_in(runs, reach) if name not in own]
    groups = list(dict.fromkeys(name for results in runs for name in group_names(results)))
    kept = kept_along(document)
    first, last = ["rank", "run"] if ranked else ["run"], ["error"] if ranked else []
    of_groups = beside([*first, *own, *more, *last], groups, "by")
    of_kept = beside([*first, *own, *of_groups, *more, *last], kept, "keep")
    columns = [*first, *own, *of_groups, *of_kept, *more, *last]
    heads: list[list[Cell]] = [[run.run] for run in document.runs]
    if ranked and document.board is not None:
        heads = [[rank, *head] for rank, head in zip(ranks(document.runs, document.board.sort), heads, strict=True)]
    shape = _Shape(own, groups, kept, more, len(last))
    empty: list[Cell] = [None] * (len(own) + len(groups))
    failed: list[list[Cell]] = [
        [*head, *empty, *map((run.keep or {}).get, kept), *(None for _ in more), *(run.error for _ in last)]
        for run, head in zip(document.runs, heads, strict=True)
        if run.error is not None and reach == "table"
    ]
    found = [*zip(document.runs, heads, strict=True)]
    if sum(map(len, runs)) <= rendering.LONG:
        rows = [row for run, head in found for row in _result_rows(run, head, shape)]
        return Table("results", columns, [*rows, *failed])
    blocks = (block for run, head in found for block in _result_blocks(run, head, shape))
    return Table("results", columns, failed, blocks=blocks)


def leaderboard_table(document: Document) -> Table:
    """One row a run: its rank, what its manifest keeps along, the value of each loss over all rows, and its error."""
    assert document.board is not None
    totals = [{result.loss: result for result in run.totals} for run in document.runs]
    losses = list(dict.fromkeys(loss for found in totals for loss in found)) or document.board.losses
    parts = {loss: _parts_beside([found[loss] for found in totals if loss in found]) for loss in losses}
    values = [name for loss in losses for name in (loss, *(f"{loss}.{part}" for part in parts[loss]))]
    kept = kept_along(document)
    own = [*values, *(["tied"] if any(run.tied is not None for run in document.runs) else []), "error"]
    columns = ["rank", "run", *beside(["rank", "run", *own], kept, "keep"), *own]
    rows: list[list[Cell]] = []
    for run, rank, found in zip(document.runs, ranks(document.runs, document.board.sort), totals, strict=True):
        cells = {loss: cells_of(result) for loss, result in found.items()}
        numbers = [cells.get(loss, {}).get(part) for loss in losses for part in ("value", *parts[loss])]
        tied = [run.tied] if "tied" in own else []
        rows.append([rank, run.run, *map((run.keep or {}).get, kept), *numbers, *tied, run.error])
    return Table("leaderboard", columns, rows)


def kept_along(document: Document) -> list[str]:
    """The columns of a manifest that go along with runs."""
    return list(dict.fromkeys(name for run in document.runs for name in run.keep or ()))


def _parts_beside(results: Sequence[Result]) -> list[str]:
    """What a leaderboard shows of a loss beside its value: the quantiles and intervals that were asked for."""
    there = columns_in([results], "table")
    return [name for name in there if is_quantile(name) or name in ("low", "high")]


def values_table(document: Document) -> Table:
    """The headline values alone."""
    values = np.concatenate([np.zeros(0), *(values_of(run.results) for run in document.runs)])
    if len(values) <= rendering.LONG:
        return Table("values", ["value"], [[value] for value in values.tolist()])
    pieces = (values[start : start + PIECE] for start in range(0, len(values), PIECE))
    return Table("values", ["value"], (), blocks=(Block([Plain(piece)], len(piece)) for piece in pieces))


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


@record
class _Shape:
    """The columns of results behind those of their run: fields, groups, those kept along, further fields, and empty ones."""

    own: Sequence[str]
    groups: Sequence[str]
    kept: Sequence[str]
    more: Sequence[str]
    empty: int


def _result_rows(run: Run, head: Sequence[Cell], shape: _Shape) -> Iterator[list[Cell]]:
    kept = [(run.keep or {}).get(name) for name in shape.kept]
    for result in run.results:
        cells, by = cells_of(result), result.by or {}
        found = [*map(cells.get, shape.own), *map(by.get, shape.groups), *kept, *map(cells.get, shape.more)]
        yield [*head, *found, *[None] * shape.empty]


def _result_blocks(run: Run, head: Sequence[Cell], shape: _Shape) -> Iterator[Block]:
    results = run.results
    if not isinstance(results, Results):
        if rows := [*_result_rows(run, head, shape)]:
            yield Block([Coded(np.arange(len(rows)), cells) for cells in zip(*rows, strict=True)], len(rows))
        return
    for start in range(0, len(results), PIECE):
        places = np.arange(start, min(start + PIECE, len(results)))
        same = [(run.keep or {}).get(name) for name in shape.kept]
        columns = [
            *(Repeated(cell, len(places)) for cell in head),
            *(_field(results, name, places) for name in shape.own),
            *(_group(results, name, places) for name in shape.groups),
            *(Repeated(cell, len(places)) for cell in same),
            *(_field(results, name, places) for name in shape.more),
            *(Repeated(None, len(places)) for _ in range(shape.empty)),
        ]
        yield Block(columns, len(places))


def _field(results: Results, name: str, places: Places) -> Cells:
    """A field of the results at some places that follow each other."""
    start, stop = int(places[0]), int(places[-1]) + 1
    if results.has(name):
        values = results.values(name, start, stop)
        return Plain(values, absent(name, values)) if values.dtype != object else _coded(values.tolist())
    if name == "nonfinite":
        some = results.values("value", start, stop)
        return Coded(np.isnan(some) * 1 + (some == np.inf) * 2 + (some == -np.inf) * 3, [None, "nan", "inf", "-inf"])
    return Coded(places % len(results.losses), [head.get(name) for head in results.losses])


def _coded(cells: Sequence[Cell]) -> Coded:
    """Cells of which many are the same."""
    code_of: dict[Cell, int] = {}
    codes = [code_of.setdefault(cell, len(code_of)) for cell in cells]
    return Coded(np.array(codes), [*code_of])


def _group(results: Results, name: str, places: Places) -> Cells:
    """A column of the groups, empty for all rows, which are the first group."""
    if name not in results.by:
        return Repeated(None, len(places))
    groups = places // len(results.losses)
    first, last = int(groups[0]), int(groups[-1])
    words: list[Cell] = [*results.by[name][results.order[max(first, 1) : last + 1] - 1].tolist()]
    return Coded(groups - first, words if first else [None, *words])


def _records(name: str, records: Sequence[Check] | Sequence[Comparison], absent: Sequence[str] = ()) -> Table:
    """Every field of records but those that are absent; the group as one text."""
    columns = [field.name for field in fields(records[0]) if field.name not in absent]
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
