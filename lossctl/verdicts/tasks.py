"""What a suite of checks is about: the options of the command line, or the checks of a configuration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lossctl.effects import options_of
from lossctl.errors import UsageError
from lossctl.losses.text import distinct, read_losses
from lossctl.options import Check
from lossctl.question.request import Request, read_request
from lossctl.question.values import read_confidence, whole
from lossctl.record import record
from lossctl.text import shown
from lossctl.verdicts.baseline import is_saved
from lossctl.verdicts.config import Item, find_config, read_config
from lossctl.verdicts.limits import Limit, limit_of, read_limit, unique


@record
class Task:
    """What one check of a suite is about. name: None on the command line, where a check is called by its kind."""

    name: str | None
    options: Check
    request: Request
    limits: tuple[Limit, ...]
    severity: str


def tasks_of(options: Check) -> list[Task]:
    """The tasks of the command line, or of a configuration; UsageError where there is nothing to check."""
    limits = [read_limit(kind, text) for kind in ("max", "max_rise", "max_change") for text in getattr(options, kind)]
    if options.min_n is not None:
        limits.append(limit_of("min_n", None, str(whole("--min-n", options.min_n, 1))))
    if options.confidence is not None:
        read_confidence(options.confidence)
    by_flags = options.preds or options.pred or options.role or limits
    if options.config is None and by_flags:
        if not limits and not (options.update_baseline and options.loss):
            raise UsageError(
                "nothing to check: give a limit, as --max mse=0.1", hint="or -l LOSS with --baseline FILE --update-baseline"
            )
        losses = distinct([*(read_losses(options.loss) if options.loss else ()), *unique(limits)])
        request = read_request(replace(options, loss=tuple(str(loss) for loss in losses)), losses=losses)
        tasks = [Task(None, options, request, tuple(limits), "error")]
    else:
        if options.loss:
            raise UsageError("-l beside a configuration, which names its losses; give PREDs and limits, or no -l")
        path = Path(options.config) if options.config is not None else find_config()
        if path is None:
            raise UsageError(
                "nothing to check: no PRED, and no lossctl.toml or [tool.lossctl] here or above", hint="lossctl init writes one"
            )
        tasks = [_task_of(item) for item in read_config(path, options)]
        if not tasks:
            raise UsageError("nothing to check: no [[check]]", where=shown(str(path)))
    for task in tasks:
        _check_task(task)
    return tasks


def _task_of(item: Item) -> Task:
    try:
        return _task(item)
    except UsageError as problem:
        raise UsageError(problem.problem, where=problem.where or item.where, hint=problem.hint) from None


def _task(item: Item) -> Task:
    losses = read_losses(item.options.loss)
    if len(losses) > 1:
        raise UsageError(f"check {item.name!r} is about {len(losses)} losses; one loss a check")
    if "min_n" in item.limits:
        whole("min_n", item.limits["min_n"], 1)
    limits = tuple(limit_of(kind, None if kind == "min_n" else losses[0], text) for kind, text in item.limits.items())
    if not limits and not item.options.update_baseline:
        raise UsageError(f"check {item.name!r} has no limit: max, max_rise, max_change or min_n")
    options = item.options
    if not losses[0].loss.reads_classes:  # defaults of the file that are about class predictions do not concern this check
        of_classes = [declared for declared in options_of(Check).values() if declared.option.of_classes]
        options = replace(options, **{declared.name: declared.default for declared in of_classes})
    return Task(item.name, options, read_request(options, folder=item.folder), limits, item.severity)


def _check_task(task: Task) -> None:
    options = task.options
    relative = any(limit.relative for limit in task.limits)
    if options.update_baseline and (options.baseline is None or not is_saved(options.baseline)):
        raise UsageError("--update-baseline writes the file that --baseline names, a .json")
    if relative and options.baseline is None:
        raise UsageError("a rise or change is from a baseline, and none is given: --baseline FILE")
    if options.confidence is not None and (options.baseline is None or is_saved(options.baseline)):
        raise UsageError("--confidence needs the rows of the baseline: --baseline PREDICTIONS, not a saved result")
