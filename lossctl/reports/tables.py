"""A document as tables for people, at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lossctl.errors import plural
from lossctl.lazy import np
from lossctl.reports.cells import Block, Plain
from lossctl.reports.full_tables import beside
from lossctl.reports.table import Table
from lossctl.reports.verdict_tables import checks_table, comparisons_table, got_worse_tables
from lossctl.results.document import RESULT_FIELDS, Cell, Document, Result, Run
from lossctl.results.results import cells_of, columns_in, group_names

if TYPE_CHECKING:
    from lossctl.results.samples import Kept

ENDS = 10  # rows of samples that people see from each end


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
            own = ["row", *(rows[0].id if rows else []), loss]
            columns = [*own, *beside(own, rows[0].keep if rows else [], "keep")]
            cells = [[row.row, *row.id.values(), row.value, *row.keep.values()] for row in rows]
            yield Table(f"worst rows by {loss}{name}", columns, cells, sentences=columns[len(own) :])
    yield from got_worse_tables(document)


def _results(document: Document) -> Table:
    """The fields of the results that people see, and the groups after the loss."""
    found = [(run, result) for run in document.runs for result in run.results]
    groups = list(dict.fromkeys(name for run in document.runs for name in group_names(run.results)))
    first, *names = _seen(document)
    several, headline = len(document.runs) > 1, _headline(found)
    own = [headline if name == "value" else name for name in names]
    columns = [*(["run"] if several else []), first, *beside(["run", first, *own], groups, "by"), *own]
    rows: list[list[Cell]] = []
    for run, result in found:
        cells, by = cells_of(result), result.by or {}
        rows.append([*([run.run] if several else []), cells[first], *map(by.get, groups), *map(cells.get, names)])
    failed = [run for run in document.runs if run.error is not None]
    words = [f"error: {(run.error or '').partition(chr(10))[0]}" for run in failed]
    lost: list[list[Cell]] = [[run.run, said, *[None] * (len(columns) - 2)] for run, said in zip(failed, words, strict=True)]
    spare = sorted((one for one in RESULT_FIELDS if one.field.spare is not None), key=lambda one: one.field.spare or 0)
    return Table(
        "results",
        columns,
        [*rows, *(lost if several else [])],
        names=["run", *columns[columns.index(first) + 1 :][: len(groups)]],
        spare=[(one.name,) for one in spare],
    )


def _seen(document: Document) -> list[str]:
    """The columns that people see; one that may be the same as another stands beside that, and only where it differs."""
    found = [(run, result) for run in document.runs for result in run.results]
    there = columns_in([run.results for run in document.runs], "table")
    seen: list[str] = []
    declared = {one.name: one.field for one in RESULT_FIELDS}
    for name in there:
        one = declared.get(name, declared["quantiles"])
        if one.people == "always":
            seen.append(name)
        elif one.beside is not None and _differs(name, one.beside, found):
            seen.insert(seen.index(one.beside) + 1, name)
    return seen


def _differs(name: str, other: str, found: Sequence[tuple[Run, Result]]) -> bool:
    """Whether a field says more than another: than the headline, unless that is called so, or else in some result."""
    if other == "value":
        return _headline(found) != name
    return any(getattr(result, name) != getattr(result, other) for _, result in found)


def _headline(found: Sequence[tuple[Run, Result]]) -> str:
    """What the value is called: as the reduction, or `value` where a loss makes something else of its mean."""
    finished = any(result.value != result.mean for _, result in found if result.reduction == "mean")
    return "value" if finished else found[0][1].reduction if found else "mean"


def _samples(run: Run, title: str) -> Table:
    assert run.samples is not None
    count = len(run.samples)
    ends = count > 2 * ENDS
    samples = run.samples[np.r_[:ENDS, count - ENDS : count]] if ends else run.samples
    own: dict[str, Kept] = {"row": samples.row, **samples.id}
    kept = [*zip(beside([*own, *samples.values], samples.keep, "keep"), samples.keep.values(), strict=True)]
    shown = [*own.items(), *samples.values.items(), *kept]
    note = f"the first and last {ENDS} of {plural(count, 'row')}; all: -f tsv, or --save-samples PATH" if ends else None
    rows = [*Block([Plain(column) for _, column in shown], len(samples)).lists()]
    return Table(title, [name for name, _ in shown], rows, note, sentences=[name for name, _ in kept])
