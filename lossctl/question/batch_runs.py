"""Which runs a batch has: files, directories and globs, or the rows of a manifest."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lossctl.effects import options_of, words_of
from lossctl.errors import UsageError, quoted
from lossctl.files.streams import read_once
from lossctl.options.commands import Batch
from lossctl.question.inputs import RunInput
from lossctl.question.manifest import RUN, ManifestRow, read_manifest
from lossctl.question.mapping import from_mapping, read_text
from lossctl.question.read_inputs import check_read_once
from lossctl.question.request import NOTHING, Request, read_request
from lossctl.question.src import Handed, read_src
from lossctl.question.table_settings import read_syntaxes
from lossctl.record import record, replace

if TYPE_CHECKING:
    from pathlib import Path


@record
class Planned:
    """One run of a batch: a request of that run alone, and what its row of a manifest says of it beside its options.

    where: that row, None where there is no manifest.
    """

    request: Request
    keep: Mapping[str, Any] | None = None
    where: str | None = None

    @property
    def run(self) -> RunInput:
        """The run itself."""
        [run] = self.request.inputs.runs
        return run

    @property
    def name(self) -> str:
        """The name of the run."""
        return self.run.name

    def with_inputs(self, **changes: Any) -> Planned:
        """The same with other values of some fields of its inputs."""
        return replace(self, request=replace(self.request, inputs=replace(self.request.inputs, **changes)))

    @property
    def of_stream(self) -> bool:
        """Whether something of it can be read only once, and tells nothing of what it will hold the next time."""
        return any(map(read_once, self.request.files()))


def plan(options: Batch, handed: Handed = NOTHING) -> list[Planned]:
    """The runs in input order; UsageError where a glob matches nothing, a name stands twice, or there are none.

    handed: what Python code handed over beside the options.
    """
    planned = list(_from_preds(options, handed) if options.manifest is None else _from_manifest(options, options.manifest))
    if options.manifest is not None:
        read_syntaxes(options, None).check_read(file for run in planned for file in run.request.inputs.files())
    names: set[str] = set()
    for run in planned:
        if run.name in names:
            raise UsageError(f"the run {quoted(run.name)} is named twice", where=run.where)
        names.add(run.name)
    if not planned:
        example = shlex.join(["lossctl", "batch", *words_of(replace(options, preds=("runs/*.csv",)))])
        raise UsageError("nothing to judge: no PRED and no --manifest", hint=example)
    readers = Counter(file for run in planned for file in {*run.request.inputs.named_files()})
    shared = frozenset(file for file, count in readers.items() if count > 1)
    check_read_once(shared)
    return [run.with_inputs(shared=shared) for run in planned]


def _from_preds(options: Batch, handed: Handed) -> Iterator[Planned]:
    if options.pool:
        raise UsageError("batch judges many runs; --pool makes one of them: lossctl eval --pool")
    if options.preds:
        every = Planned(read_request(options, handed))
        yield from (every.with_inputs(runs=(run,)) for run in every.request.inputs.runs)


def _from_manifest(options: Batch, path: str) -> Iterator[Planned]:
    if options.preds:
        raise UsageError("--manifest names the runs; no PRED beside it")
    if options.models is not None:
        raise UsageError("--manifest names the column of each run; no --models beside it")
    from pathlib import Path

    for row in read_manifest(path):
        try:
            yield _of_row(options, row, Path(path).parent.absolute())
        except UsageError as problem:
            raise UsageError(problem.problem, where=problem.where or row.where, hint=problem.hint) from None


def _of_row(options: Batch, row: ManifestRow, folder: Path) -> Planned:
    """The run of a row of a manifest in a folder."""
    cells = dict(row.cells)
    name = read_text(cells.pop(RUN, ""), RUN, row.where)
    pred = cells.pop("pred", None)
    if not isinstance(pred, str):
        raise UsageError("no pred" if pred is None else "pred is a text, one SRC", where=row.where)
    own = from_mapping(options, cells, row.where, cells=True)
    src = read_src(pred)
    if src.file is not None and src.column is not None:  # a column of the run's own table
        own = replace(own, preds=(src.file,), pred=(f"col:{src.column}" if src.forced else src.column,))
    else:
        own = replace(own, preds=(pred,))
    named = {"preds", *(declared.name for declared in options_of(Batch).values() if declared.key in cells)}
    request = read_request(own, folder=folder, named=named, alone="table" in cells)
    if len(request.inputs.runs) > 1:
        raise UsageError(f"a row is one run, and {quoted(pred)} matches {len(request.inputs.runs):,} files", where=row.where)
    planned = Planned(request, row.keep or None, row.where)
    return planned.with_inputs(runs=(replace(planned.run, name=name),)) if name else planned
