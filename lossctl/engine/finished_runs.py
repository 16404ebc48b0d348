"""The runs of a batch: taken from the journal where they are complete and unchanged, else computed and appended to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from lossctl.errors import Terminated, plural
from lossctl.files.output import write_file
from lossctl.files.streams import name_of
from lossctl.options.commands import Batch
from lossctl.question.batch_runs import Planned
from lossctl.record import record, replace
from lossctl.results.document import Run
from lossctl.results.journal import Journal, Row, key_of, rows_of, text_of
from lossctl.text import shown

if TYPE_CHECKING:
    from lossctl.engine.many_runs import Ended

Say: TypeAlias = Callable[[Iterable[str]], None]  # says lines to the person who waits


class Progress(AbstractContextManager[Any], Protocol):
    """Shows how many runs are done."""

    def advance(self, runs: int, total: int | None, /, *, failed: int = 0) -> None:
        """So many more are done, of `total`; so many of all failed."""


@record
class Failure:
    """A run that failed: its name, the reason without where, the whole message, and how to go on."""

    run: str
    reason: str
    message: str
    hint: str | None


@record(frozen=False)
class Finished:
    """Runs that are done, by name, with their keys and warnings; of those that were scored why they failed, and how to go on.

    others: rows of the journal's runs that this call does not name.
    """

    runs: dict[str, Run] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, Sequence[str]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)
    others: list[list[Row]] = field(default_factory=list)

    def failures(self) -> list[Failure]:
        """The runs that failed."""
        errors = {name: run.error for name, run in self.runs.items() if run.error is not None}
        return [Failure(name, self.reasons[name], error, self.hints.get(name)) for name, error in errors.items()]

    def rows_of(self, name: str) -> list[Row]:
        """The rows of a run."""
        return rows_of(self.runs[name], self.keys[name], self.warnings.get(name, ()))

    def rows(self) -> Iterator[list[Row]]:
        """The rows of each run in input order, then of the others."""
        yield from map(self.rows_of, self.runs)
        yield from self.others


def finished_runs(options: Batch, planned: Sequence[Planned], journals: Sequence[str], progress: Progress, say: Say) -> Finished:
    """Every run: taken from the first journal where it is complete and unchanged, else computed and appended to it.

    journals: the files that hold all rows in the end.
    """
    path = next(iter(journals), None)
    names = [run.name for run in planned]
    journal = None if path is None else Journal(path, names, resume=options.resume)
    finished = Finished()
    try:
        with progress:
            waiting = planned if journal is None else _waiting(planned, journal, finished, progress, say)
            _score(options, waiting, journal, finished, progress, say)
    except (KeyboardInterrupt, Terminated):
        done = f"{len(finished.runs):,} of {plural(len(planned), 'run')}"
        saved = f"{done} are saved in {path}; --resume goes on"
        lost = f"{done} were done, and none is saved; -o results.jsonl saves each as it ends"
        say([shown(lost if journal is None else saved)])
        raise
    finished.runs = {name: finished.runs[name] for name in names}
    finished.warnings = {name: finished.warnings.get(name, ()) for name in names}
    if journal is not None:
        journal.close()
        finished.others = [rows for name, rows in journal.complete.items() if name not in finished.runs]
    for path in journals:
        write_file(path, map(text_of, finished.rows()))
    return finished


def _waiting(planned: Sequence[Planned], journal: Journal, finished: Finished, progress: Progress, say: Say) -> list[Planned]:
    """The runs that must be computed; the others are taken from the journal, with what this call's manifest says of them."""
    waiting: list[Planned] = []
    for run in planned:
        key = finished.keys[run.name] = key_of(run)
        known = None if run.of_stream else journal.known(run.name, key)
        if known is not None:
            saved, finished.warnings[run.name] = known
            finished.runs[run.name] = replace(saved, keep=run.keep)
        else:
            waiting.append(run)
            if journal.complete.get(run.name, [{"type": "error"}])[0]["type"] == "result":
                why = "it is read from a stream" if run.of_stream else "its files, options or the program changed"
                say([f"{name_of(run.name)}: {why}; computed again"])
        progress.advance(int(known is not None), len(planned))
    if finished.runs:
        say([f"{plural(len(finished.runs), 'run')} taken from {journal.path}"])
    return waiting


def _score(
    options: Batch, waiting: Sequence[Planned], journal: Journal | None, finished: Finished, progress: Progress, say: Say
) -> None:
    """Computes runs, each kept and appended as it ends."""
    total = len(finished.runs) + len(waiting)
    with _scored(options, waiting, lambda: progress.advance(0, total), say) as scored:
        for run, ended in zip(waiting, scored, strict=True):
            finished.runs[run.name], finished.warnings[run.name] = ended.run, ended.warnings
            if ended.reason is not None:
                finished.reasons[run.name] = ended.reason
            if ended.hint is not None:
                finished.hints[run.name] = ended.hint
            if journal is not None:
                journal.append(finished.rows_of(run.name))
            progress.advance(1, total, failed=len(finished.reasons))


@contextmanager
def _scored(options: Batch, waiting: Sequence[Planned], heard: Callable[[], None], say: Say) -> Iterator[Iterator[Ended]]:
    """Runs as they end, computed here or on a cluster."""
    from lossctl.engine.many_runs import scored_on_cluster, scored_runs

    spread = not options.bare or bool(options.output)
    if options.cluster is None or not waiting:
        yield scored_runs(waiting, heard, spread=spread)
        return
    from lossctl.engine.cluster import Cluster

    with closing(Cluster(options.cluster, options.plugin)) as cluster:
        say(f"warning: {line}" for line in cluster.differences())
        yield scored_on_cluster(waiting, cluster, heard, spread=spread)
