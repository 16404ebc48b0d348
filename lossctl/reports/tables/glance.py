"""A document as tables for people, at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from lossctl.errors import plural
from lossctl.lazy import np
from lossctl.reports.lines.cells import Block, Plain
from lossctl.reports.tables.full_tables import beside, kept_along, leaderboard_table, results_table
from lossctl.reports.tables.table import Table
from lossctl.reports.tables.verdict_tables import checks_table, comparisons_table, got_worse_tables
from lossctl.results.document import RESULT_FIELDS, Cell, Document, Run
from lossctl.results.results import columns_in, is_quantile

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
        yield _results(document) if document.board is None or document.board.long else _leaderboard(document)
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
    """The fields of the results that people see, with the groups after the loss and what is kept along at the end."""
    whole = results_table(document)
    cells: dict[str, Sequence[Cell]] = dict(zip(whole.columns, zip(*whole.lists(), strict=True), strict=False))
    cells = cells or dict.fromkeys(whole.columns, ())
    own = columns_in([run.results for run in document.runs], "table")
    ranked = document.board is not None
    behind = [name for name in whole.columns if name not in ("run", *own, *(("rank", "error") if ranked else ()))]
    groups = behind[: len(behind) - len(kept_along(document))]
    headline = _headline(document, cells, behind)
    first, *seen = _seen(own, cells, headline)
    failed = any(run.error is not None for run in document.runs)
    lead = [*(["rank"] if ranked else []), *(["run"] if len(document.runs) > 1 or ranked or failed else [])]
    shown = [*lead, first, *groups, *seen, *behind[len(groups) :]]
    columns = {headline if name == "value" else name: cells[name] for name in shown}
    (error,) = beside(columns, ["error"], "run")
    if failed:
        columns[error] = _errors(document, len(cells["run"]))
    declared = sorted((column.field.spare, column.name) for column in RESULT_FIELDS if column.field.spare is not None)
    spare = [name for name in (*(name for _, name in declared), *filter(is_quantile, reversed(seen))) if name != headline]
    rows, names, kept = [*zip(*columns.values(), strict=True)], ["run", *groups], behind[len(groups) :]
    spared = [(name,) for name in (*reversed(kept), *spare)]
    return Table(whole.title, [*columns], rows, names=names, sentences=[error, *kept], spare=spared)


def _errors(document: Document, rows: int) -> list[Cell]:
    """What went wrong in runs, which stand behind the others."""
    failed: list[Cell] = [run.error for run in document.runs if run.error is not None]
    return [*[None] * (rows - len(failed)), *failed]


def _leaderboard(document: Document) -> Table:
    """The same as that for machines, without errors where there are none."""
    assert document.board is not None
    whole, kept, sort = leaderboard_table(document), kept_along(document), document.board.sort
    errors = any(run.error is not None for run in document.runs)
    columns = whole.columns if errors else whole.columns[:-1]
    along, values = whole.columns[2 : 2 + len(kept)], whole.columns[2 + len(kept) : -1]
    judged = {result.loss for run in document.runs for result in run.results}
    losses = [name for name in values if name != sort and name in judged]
    parts = [name for name in values if name not in (sort, "tied", *losses)]
    spare = [(name,) for name in (*reversed(parts), *reversed(along), *reversed(losses))]
    rows, note = [row[: len(columns)] for row in whole.rows], document.board.note if "tied" in values else None
    return Table(whole.title, columns, rows, note, names=["run"], sentences=["error", *along], spare=spare)


def _seen(there: Sequence[str], cells: Mapping[str, Sequence[Cell]], headline: str) -> list[str]:
    """The columns that people see; one that may be the same as another stands beside that, and only where it differs."""
    seen: list[str] = []
    declared = {column.name: column.field for column in RESULT_FIELDS}
    for name in there:
        field = declared.get(name, declared["quantiles"])
        if field.people == "always":
            seen.append(name)
        elif field.beside is not None and _differs(name, field.beside, cells, headline):
            seen.insert(seen.index(field.beside) + 1, name)
    return seen


def _differs(name: str, other: str, cells: Mapping[str, Sequence[Cell]], headline: str) -> bool:
    """Whether a field says more than another: than the headline, unless that is called so, or else in some result."""
    return headline != name if other == "value" else cells[name] != cells[other]


def _headline(document: Document, cells: Mapping[str, Sequence[Cell]], behind: Sequence[str]) -> str:
    """What the value is called: as the reduction, or `value` where that does not say it, as of a function of the mean."""
    reductions = {run.results[0].reduction for run in document.runs if len(run.results)} or {"mean"}
    reduction = next(iter(reductions))
    finished = reduction == "mean" and cells["value"] != cells["mean"]
    return "value" if len(reductions) > 1 or finished or reduction in behind else reduction


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
