"""Which runs a batch has: files, directories and globs, or the rows of a manifest."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lossctl.effects import given_options, options_of, words_of
from lossctl.errors import UsageError, quoted
from lossctl.files.streams import folder_of, read_once
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
    """One run of a batch: a request of it, and maybe of others, and what its row of a manifest says of it beside its options.

    where: that row, None where there is no manifest.
    """

    request: Request
    run: RunInput
    keep: Mapping[str, Any] | None = None
    where: str | None = None

    @property
    def name(self) -> str:
        """The name of the run."""
        return self.run.name

    @property
    def files(self) -> list[str]:
        """Every file that is read for it."""
        return self.request.files_of(self.run)

    @property
    def of_stream(self) -> bool:
        """Whether something of it can be read only once, and tells nothing of what it will hold the next time."""
        return any(map(read_once, self.files))


def plan(options: Batch, handed: Handed = NOTHING) -> list[Planned]:
    """The runs in input order; UsageError where a glob matches nothing, a name stands twice, or there are none.

    handed: what Python code handed over beside the options.
    """
    planned = _from_preds(options, handed) if options.manifest is None else _from_manifest(options, options.manifest)
    names: set[str] = set()
    for run in planned:
        if run.name in names:
            raise UsageError(f"the run {quoted(run.name)} is named twice", where=run.where)
        names.add(run.name)
    if not planned:
        example = shlex.join(["lossctl", "batch", *words_of(replace(options, preds=("runs/*.csv",)))])
        raise UsageError("nothing to judge: no PRED and no --manifest", hint=example)
    return planned if options.manifest is None else _sharing(planned)


def _sharing(planned: Sequence[Planned]) -> list[Planned]:
    """The runs of a manifest, each with what it reads that others read too; UsageError where that can be read only once."""
    readers = Counter(file for run in planned for file in {*run.request.inputs.named_files})
    shared = [file for file, count in readers.items() if count > 1]
    check_read_once(shared)
    return [replace(run, request=run.request.sharing(shared)) for run in planned]


def _from_preds(options: Batch, handed: Handed) -> list[Planned]:
    if not options.preds:
        return []
    request = read_request(options, handed)
    if len(request.inputs.runs) > 1:
        request = request.sharing(request.inputs.named_files)
    return [Planned(request, run) for run in request.inputs.runs]


def _from_manifest(options: Batch, path: str) -> list[Planned]:
    if options.preds:
        raise UsageError("--manifest names the runs; no PRED beside it")
    if options.models is not None:
        raise UsageError("--manifest names the column of each run; no --models beside it")
    if options.pool:
        raise UsageError("--manifest names many runs, --pool makes one of all PREDs; give one of them")
    planned: list[Planned] = []
    for row in read_manifest(path):
        try:
            planned.append(_of_row(options, row, folder_of(path).absolute()))
        except UsageError as problem:
            raise UsageError(problem.problem, where=problem.where or row.where, hint=problem.hint) from None
    read_syntaxes(options, None).check_read(file for run in planned for file in run.request.inputs.files())
    return planned


def _of_row(options: Batch, row: ManifestRow, folder: Path) -> Planned:
    """The run of a row of a manifest in a folder."""
    cells = dict(row.cells)
    name = read_text(cells.pop(RUN, ""), RUN, row.where)
    pred = cells.pop("pred", None)
    if not isinstance(pred, str):
        raise UsageError("no pred" if pred is None else "pred is a text, one SRC", where=row.where)
    for declared in given_options(options):
        if declared.option.cumulative and declared.key in cells:
            flag = declared.option.flag
            problem = f"{flag} is given here and on the command line, where it would count for nothing in this row"
            raise UsageError(problem, hint=f"write both into the row, as a list in JSON lines, or give {flag} in one place")
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
    [run] = request.inputs.runs
    return Planned(request, replace(run, name=name) if name else run, row.keep or None, row.where)
