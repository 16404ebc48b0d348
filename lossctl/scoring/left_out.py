"""Losses of sets, as `-l regression` is one, whose domain the rows are outside of: they are left out, and that is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from lossctl.binding.binding import Binding, BoundForm, LeftOut
from lossctl.errors import DataError, LossctlError
from lossctl.losses.text import BoundLoss
from lossctl.record import replace


@contextmanager
def leaving_out(bound: BoundForm, refused: dict[BoundLoss, LossctlError]) -> Iterator[None]:
    """Notes what an optional loss says of rows that it refuses, where that of another is raised."""
    try:
        yield
    except DataError as problem:
        if not bound.optional:
            raise
        problem.__traceback__ = problem.__context__ = None  # whose frames hold the rows
        refused[bound.loss] = problem


def without_refused(binding: Binding, refused: Mapping[BoundLoss, LossctlError]) -> Binding:
    """The binding without losses that an error says why to leave out; raises the first error where all are."""
    if not refused:
        return binding
    kept = tuple(bound for bound in binding.losses if bound.loss not in refused)
    if not kept:
        raise next(iter(refused.values()))
    left_out = [LeftOut(bound.loss, refused[bound.loss]) for bound in binding.losses if bound.loss in refused]
    return replace(binding, losses=kept, left_out=(*binding.left_out, *left_out))


def words_of(left_out: Iterable[LeftOut], losses: Sequence[BoundLoss]) -> Iterator[str]:
    """Words for losses that were left out, those of one reason together, in the order in which losses were asked for."""
    reasons: dict[str, list[BoundLoss]] = {}
    for lacking in sorted(left_out, key=lambda lacking: losses.index(lacking.loss)):
        loss, problem = lacking.loss, lacking.problem
        reason = problem.problem.removeprefix(f"{loss}: ").removeprefix(f"{loss.loss.name}: ")
        reasons.setdefault(f"{problem.where}: {reason}" if problem.where else reason, []).append(loss)
    for reason, alike in reasons.items():
        yield f"-l {alike[0].of_set} leaves out {', '.join(map(str, alike))}: {reason}"
