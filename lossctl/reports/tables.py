"""A document as tables: in full for machines, at a glance for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from lossctl.errors import plural
from lossctl.reports.table import Table
from lossctl.reports.verdict_tables import checks_table, comparisons_table, got_worse_tables
from lossctl.results.document import Cell, Check, Comparison, Document, Result, Run
from lossctl.text import number_text, shown

ENDS = 10  # rows of samples that people see from each end


def full_tables(document: Document) -> Iterator[Table]:
    """Every result, then every sample, in full precision."""
    groups = group_columns(document)
    own = ["run", "loss", "value", "n", "weight", "mean", "sum", "std", "min", "max"]
    columns = [*own, *beside(own, groups, "by")]
    results: list[list[Cell]] = [
        [
            run.run,
            one.loss,
            one.value,
            one.n,
            one.weight,
            one.mean,
            one.sum,
            one.std,
            one.min,
            one.max,
            *(_group(one, name) for name in groups),
        ]
        for run in document.runs
        for one in run.results
    ]
    results += [[run.run, *[None] * (len(columns) - 1)] for run in document.runs if run.error is not None]
    yield Table("results", columns, results)
    for name, records in (("checks", document.checks), ("comparisons", document.comparisons)):
        if records:
            yield _records(name, records)
    if any(run.samples for run in document.runs):
        yield full_samples(document)
    if worst := _full_worst(document):
        yield worst


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


def full_samples(document: Document) -> Table:
    """The samples of every run."""
    sampled = [(run, run.samples) for run in document.runs if run.samples is not None]
    first = sampled[0][1]
    rows = [
        [
            run.run,
            row,
            None if samples.id is None else samples.id[at],
            *(kept[at] for kept in samples.keep.values()),
            *(cost[at] for cost in samples.values.values()),
        ]
        for run, samples in sampled
        for at, row in enumerate(samples.row)
    ]
    own = ["run", "row", "id"]
    return Table("samples", [*own, *beside([*own, *first.values], first.keep, "keep"), *first.values], rows)


def beside(own: Sequence[str], names: Iterable[str], kind: str) -> list[str]:
    """Names of a file's columns beside the report's own: one that is taken gets its kind in front."""
    return [f"{kind}:{name}" if name in own or name == "type" else name for name in names]


def _full_worst(document: Document) -> Table | None:
    found = [(run, loss, row) for run in document.runs for loss, rows in (run.worst or {}).items() for row in rows]
    if not found:
        return None
    own = ["run", "loss", "row", "id", "value"]
    kept = list(found[0][2].keep)
    rows = [[run.run, loss, row.row, row.id, row.value, *row.keep.values()] for run, loss, row in found]
    return Table("worsts", [*own, *beside(own, kept, "keep")], rows)


def glance_tables(document: Document) -> Iterator[Table]:
    """What a person wants to see: verdicts and comparisons, or else results; samples from both ends; the worst rows."""
    if document.checks:
        yield checks_table(document)
    if document.comparisons:
        yield comparisons_table(document)
    if not document.checks and not document.comparisons:
        yield _results(document)
    for run in document.runs:
        name = f" of {run.run}" if len(document.runs) > 1 else ""
        if run.samples is not None:
            yield _samples(run, f"samples{name}")
        for loss, rows in (run.worst or {}).items():
            with_id = any(row.id is not None for row in rows)
            columns = ["row", *(["id"] if with_id else []), loss, *(rows[0].keep if rows else [])]
            cells = [[row.row, *([row.id] if with_id else []), row.value, *row.keep.values()] for row in rows]
            yield Table(f"worst rows by {loss}{name}", columns, cells)
    yield from got_worse_tables(document)


def group_columns(document: Document) -> list[str]:
    """The names of the group columns."""
    return list(dict.fromkeys(name for run in document.runs for one in run.results for name in one.by or ()))


def _results(document: Document) -> Table:
    results = [(run, one) for run in document.runs for one in run.results]
    groups = group_columns(document)
    several, weighted = len(document.runs) > 1, any(one.weight != one.n for _, one in results)
    finished = any(one.value != one.mean for _, one in results if one.reduction == "mean")
    reduction = results[0][1].reduction if results else "mean"
    headline = "value" if finished else reduction
    columns = [
        *(["run"] if several else []),
        "loss",
        *groups,
        headline,
        "n",
        *(["weight"] if weighted else []),
        "std",
        "min",
        "max",
    ]
    rows: list[list[Cell]] = [
        [
            *([run.run] if several else []),
            one.loss,
            *(_group(one, name) for name in groups),
            one.value,
            one.n,
            *([one.weight] if weighted else []),
            one.std,
            one.min,
            one.max,
        ]
        for run, one in results
    ]
    failed = [run for run in document.runs if run.error is not None]
    if reduction != "mean" or finished:
        columns.insert(columns.index(headline) + 1, "mean")
        for row, (_, one) in zip(rows, results, strict=True):
            row.insert(columns.index("mean"), one.mean)
    words = [f"error: {(run.error or '').partition(chr(10))[0]}" for run in failed]
    lost: list[list[Cell]] = [[run.run, said, *[None] * (len(columns) - 2)] for run, said in zip(failed, words, strict=True)]
    return Table("results", columns, [*rows, *(lost if several else [])])


def _samples(run: Run, title: str) -> Table:
    assert run.samples is not None
    samples = run.samples
    count = len(samples.row)
    places = range(count) if count <= 2 * ENDS else [*range(ENDS), *range(count - ENDS, count)]
    columns = ["row", *(["id"] if samples.id is not None else []), *samples.values, *samples.keep]
    rows: list[list[Cell]] = [
        [
            samples.row[at],
            *([samples.id[at]] if samples.id is not None else []),
            *(cost[at] for cost in samples.values.values()),
            *(kept[at] for kept in samples.keep.values()),
        ]
        for at in places
    ]
    note = (
        f"the first and last {ENDS} of {plural(count, 'row')}; all: -f tsv, or --save-samples PATH" if count > 2 * ENDS else None
    )
    return Table(title, columns, rows, note)


def _group(result: Result, name: str) -> str | None:
    return None if result.by is None else result.by.get(name)


def machine_text(cell: Cell) -> str:
    """A cell in full precision; text made safe to show."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return shown(cell) if isinstance(cell, str) else number_text(cell) if isinstance(cell, float) else str(cell)


def human_text(cell: Cell, digits: int) -> str:
    """A cell with so many significant digits; text made safe to show."""
    if isinstance(cell, float):
        return f"{cell + 0.0:.{digits}g}"
    return "" if cell is None else shown(cell) if isinstance(cell, str) else f"{cell:,}"
