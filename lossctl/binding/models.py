"""Several models in one long table: a run for each word of a column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from lossctl.binding.opened import OpenedTables
from lossctl.binding.role_source import RoleSource, find
from lossctl.errors import DataError, UsageError, listed, quoted
from lossctl.files.streams import name_of, read_once
from lossctl.formats.rows_of_word import RowsOfWord, words_of
from lossctl.formats.table import Kind, Table
from lossctl.question.inputs import RunInput
from lossctl.question.request import Request
from lossctl.record import replace
from lossctl.text import as_number

MOST = 1_000  # models of a table


def with_models(request: Request) -> Request:
    """The request with a run for each model of each long table, first the base, by default that of the first row, then by name.

    Raises UsageError where a table can be read only once, or the base is no model, DataError where a row has no model.
    """
    inputs = request.inputs
    if inputs.model is None:
        return request
    return replace(request, inputs=replace(inputs, runs=tuple(chain.from_iterable(_runs(request, run) for run in inputs.runs))))


def of_model(tables: tuple[Table, ...], run: RunInput, request: Request) -> dict[Table, Table]:
    """Some tables -> their rows of the run's model; DataError, that of `with_models`, where it has none."""
    if run.model is None:  # a run of a batch of which no models could be made
        _models(request, run)
        raise DataError("the file changed while it was read", where=name_of(run.files))
    source = _column(tables, run, request)
    selected = zip(source.tables, source.selections, strict=True)
    return {table: RowsOfWord(table, selection, run.model) for table, selection in selected}


def _runs(request: Request, run: RunInput) -> Iterator[RunInput]:
    column, base = request.inputs.model, request.inputs.base
    assert column is not None
    if any(read_once(src.file or "") for src in run.preds):
        raise UsageError(f"--model reads a table once for each model, and {name_of(run.files)} can be read once alone")
    models = _models(request, run)
    if base is not None and base not in models:
        raise UsageError(f"--base {quoted(base)} is none of the models in {quoted(column.text)}: {listed(models)}")
    first = models[0] if base is None else base
    for model in (first, *_sorted(model for model in models if model != first)):
        yield replace(run, name=f"{run.name}:{model}", model=model)


def _sorted(models: Iterable[str]) -> list[str]:
    """Models by name, as numbers where all are numbers: equal ones by their texts, NaN after all others."""
    models = sorted(models)
    numbers = [(number != number, number, model) for model in models if (number := as_number(model)) is not None]
    return models if len(numbers) < len(models) else [model for _, _, model in sorted(numbers)]


def _models(request: Request, run: RunInput) -> list[str]:
    tables = OpenedTables(request.inputs, run).of(run.preds)
    source = _column(tables, run, request)
    models: dict[str, None] = {}
    for table, selection in zip(source.tables, source.selections, strict=True):
        for _, words in words_of(table, selection):
            models.update(dict.fromkeys(words.encoded()[1].tolist()))
            if len(models) > MOST:
                problem = f"more than {MOST:,} different values in {source.text}, each of which would be a model"
                raise DataError(
                    problem, where=name_of(table.path), hint="--model names the column that says which model a row is of"
                )
    if not models:
        raise DataError("no rows", where=name_of(run.files))
    return [*models]


def _column(tables: tuple[Table, ...], run: RunInput, request: Request) -> RoleSource:
    assert request.inputs.model is not None
    return find(tables, request.inputs.model, run.files).read_as(Kind.TEXT)
