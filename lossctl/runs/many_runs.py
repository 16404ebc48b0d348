"""Many runs, each to its end, whatever becomes of the others."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lossctl.errors import EnvironmentFailure, InternalError, LossctlError
from lossctl.files.states import file_state
from lossctl.files.streams import read_once
from lossctl.question.batch_runs import Planned
from lossctl.record import record, replace
from lossctl.results.document import Run

if TYPE_CHECKING:
    from lossctl.maps.cluster import Cluster
    from lossctl.runs.earlier import Earlier
    from lossctl.scoring.wanted import Wanted

SMALL, LARGE = 2**20, 64 * 2**20  # bytes
MANY = 64  # runs

Heard = Callable[[], None]  # told now and then that a long run goes on


@record
class Ended:
    """A run that was scored, its warnings, and why it failed, without where, and how to go on.

    internal: whether it failed by a fault of lossctl or of a plugin.
    """

    run: Run
    warnings: Sequence[str] = ()
    reason: str | None = None
    hint: str | None = None
    internal: bool = False


def scored_runs(planned: Iterable[Planned], heard: Heard, *, spread: bool) -> Iterator[Ended]:
    """Runs in order. Small ones follow each other, many of them in copies of this process, since threads would only wait for
    each other; middling ones run side by side, each on one thread; a large one runs on all of them. spread: whether standard
    deviations are wanted.
    """
    from lossctl.maps.forked_map import forked_map
    from lossctl.maps.ordered_map import threaded_map
    from lossctl.runs.earlier import Earlier
    from lossctl.runs.evaluation import evaluate_run  # noqa: F401  # imported before it would be in every copy
    from lossctl.scoring.wanted import Wanted

    wanted = Wanted(spread=spread)
    for size, some in itertools.groupby(planned, size_of):
        runs = [*some]
        jobs, earlier = runs[0].request.jobs, Earlier()
        if size == "middling":
            yield from threaded_map(partial(score, wanted=wanted), map(_alone, runs), jobs)
        elif size == "small" and _worth_copies(runs):
            yield from forked_map(partial(score, wanted=wanted, earlier=earlier), runs, jobs, _lost)
        else:
            here = replace(wanted, progress=partial(_told, heard))
            yield from (score(run, wanted=here, earlier=earlier) for run in runs)


def scored_on_cluster(planned: Iterable[Planned], cluster: Cluster, heard: Heard, *, spread: bool) -> Iterator[Ended]:
    """The same, where all but the large runs are tasks of their own."""
    from lossctl.scoring.wanted import Wanted

    wanted = Wanted(spread=spread)
    for large, some in itertools.groupby(planned, lambda run: size_of(run) == "large"):
        if large:
            # sent in parts, each of which would carry what is kept of a shared file
            here = replace(wanted, ordered_map=cluster.map, progress=partial(_told, heard))
            yield from (score(replace(run, request=run.request.sharing(())), wanted=here) for run in some)
        else:
            yield from cluster.map(partial(score, wanted=wanted), map(_alone, some), _lost)


def score(planned: Planned, *, wanted: Wanted, earlier: Earlier | None = None) -> Ended:
    """A run, or the error that it has: the others go on."""
    from lossctl.runs.evaluation import evaluate_run

    try:
        found = evaluate_run(planned.request, planned.run, wanted, earlier)
    except LossctlError as error:
        return _failed(planned, error)
    run = found.run if planned.keep is None else replace(found.run, keep=planned.keep)
    return Ended(run, tuple(found.warnings))


def _failed(planned: Planned, error: LossctlError) -> Ended:
    return Ended(
        replace(Run.failed(planned.name, error), keep=planned.keep),
        reason=error.problem,
        hint=str(error).partition("\nhint: ")[2] or None,
        internal=isinstance(error, InternalError),
    )


def _lost(planned: Planned) -> Ended:
    return _failed(planned, EnvironmentFailure("the process that scored it was ended from outside, twice", where=planned.name))


def size_of(planned: Planned) -> str:
    """How much there is to read: `small`, `middling` or `large`."""
    size = sum((file_state(src.file or "") or (0,))[0] for src in planned.run.preds)
    return "small" if size < SMALL else "large" if size > LARGE else "middling"


def _worth_copies(runs: Sequence[Planned]) -> bool:
    """Whether copies of this process can score the runs and save time; what is read once, only one process can read."""
    from lossctl.maps.forked_map import can_fork

    if len(runs) < MANY or runs[0].request.jobs == 1 or not can_fork():
        return False
    return not any(map(read_once, {file for run in runs for file in run.files}))


def _told(heard: Heard, _: int, __: int | None) -> None:
    heard()


def _alone(planned: Planned) -> Planned:
    """The same on one thread, with a request that knows of no other run, as it is sent to a worker."""
    return replace(planned, request=replace(planned.request.of_run(planned.run), jobs=1))
