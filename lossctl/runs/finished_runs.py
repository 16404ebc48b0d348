"""The runs of a batch: taken from the journal where they are complete and unchanged, else computed and appended to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import field
from typing import Any, Protocol, TypeAlias

from lossctl.errors import Terminated, listed, plural
from lossctl.files.output import write_file
from lossctl.files.streams import name_of
from lossctl.options.commands import Batch
from lossctl.question.batch_runs import Planned
from lossctl.record import record, replace
from lossctl.results.journal import Journal, Row, key_of, rows_of, text_of
from lossctl.runs.many_runs import Ended
from lossctl.text import shown

Say: TypeAlias = Callable[[Iterable[str]], None]  # says lines to the person who waits


class Progress(AbstractContextManager[Any], Protocol):
    """Shows how many runs are done."""

    def advance(self, runs: int, total: int | None, /, *, failed: int = 0) -> None:
        """So many more are done, of `total`; so many of all failed."""


@record(frozen=False)
class Finished:
    """Runs that are done, by name, with their keys. others: rows of the journal's runs that this call does not name."""

    ended: dict[str, Ended] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    others: list[list[Row]] = field(default_factory=list)

    def rows_of(self, name: str) -> list[Row]:
        """The rows of a run."""
        return rows_of(self.ended[name].run, self.keys[name], self.ended[name].warnings)

    def rows(self) -> Iterator[list[Row]]:
        """The rows of each run in input order, then of the others."""
        yield from map(self.rows_of, self.ended)
        yield from self.others


def finished_runs(
    options: Batch, planned: Sequence[Planned], journals: Sequence[str], progress: Progress, say: Say
) -> list[Ended]:
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
        done = f"{len(finished.ended):,} of {plural(len(planned), 'run')}"
        saved = f"{done} are saved in {path}; --resume goes on"
        lost = f"{done} were done, and none is saved; -o results.jsonl saves each as it ends"
        say([shown(lost if journal is None else saved)])
        raise
    finished.ended = {name: finished.ended[name] for name in names}
    if journal is not None:
        journal.close()
        finished.others = [rows for name, rows in journal.complete.items() if name not in finished.ended]
    for path in journals:
        write_file(path, map(text_of, finished.rows()))
    return [*finished.ended.values()]


def _waiting(planned: Sequence[Planned], journal: Journal, finished: Finished, progress: Progress, say: Say) -> list[Planned]:
    """The runs that must be computed; the others are taken from the journal, with what this call's manifest says of them."""
    waiting: list[Planned] = []
    again: dict[str, list[str]] = {}
    for run in planned:
        key = finished.keys[run.name] = key_of(run)
        known = None if run.of_stream else journal.known(run.name, key)
        if known is not None:
            saved, warnings = known
            finished.ended[run.name] = Ended(replace(saved, keep=run.keep), warnings)
        else:
            waiting.append(run)
            if journal.complete.get(run.name, [{"type": "error"}])[0]["type"] == "result":
                why = "it is read from a stream" if run.of_stream else "its files, options or the program changed"
                again.setdefault(why, []).append(name_of(run.name))
        progress.advance(int(known is not None), len(planned))
    for why, (first, *others) in again.items():
        say([shown(f"{first}: {why}; computed again" + (f"; also {listed(others, 2)}" if others else ""))])
    if finished.ended:
        say([f"{plural(len(finished.ended), 'run')} taken from {journal.path}"])
    return waiting


def _score(
    options: Batch, waiting: Sequence[Planned], journal: Journal | None, finished: Finished, progress: Progress, say: Say
) -> None:
    """Computes runs, each kept and appended as it ends."""
    total, failed = len(finished.ended) + len(waiting), 0
    with _scored(options, waiting, lambda: progress.advance(0, total), say) as scored:
        for run, ended in zip(waiting, scored, strict=True):
            finished.ended[run.name] = ended
            failed += ended.reason is not None
            if journal is not None:
                journal.append(finished.rows_of(run.name))
            progress.advance(1, total, failed=failed)


@contextmanager
def _scored(options: Batch, waiting: Sequence[Planned], heard: Callable[[], None], say: Say) -> Iterator[Iterator[Ended]]:
    """Runs as they end, computed here or on a cluster."""
    from lossctl.runs.many_runs import scored_on_cluster, scored_runs

    spread = not options.bare or bool(options.output)
    if options.cluster is None or not waiting:
        yield scored_runs(waiting, heard, spread=spread)
        return
    from lossctl.maps.cluster import Cluster

    with closing(Cluster(options.cluster, options.plugin)) as cluster:
        say(f"warning: {line}" for line in cluster.differences())
        yield scored_on_cluster(waiting, cluster, heard, spread=spread)
