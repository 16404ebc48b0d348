"""`lossctl check`: results against limits and a baseline, a verdict and an exit code."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import lossctl
from lossctl.commands.compare import read_confidence
from lossctl.document import Check as Verdict
from lossctl.document import Document, Result, Run
from lossctl.errors import DataError, LossctlError, UsageError
from lossctl.losses.text import read_losses
from lossctl.options import Check
from lossctl.output import append_file, write_file
from lossctl.reports.delivery import read_delivery, said, say
from lossctl.reports.formats import Style, render
from lossctl.request import Request, read_request, whole
from lossctl.text import number_text, shown
from lossctl.verdicts.baseline import Baseline, Saved, baseline_text, group_text, is_saved, read_baseline
from lossctl.verdicts.config import Item, find_config, read_config
from lossctl.verdicts.judge import IntervalLow, gone, judge, unjudged, unjudged_limits
from lossctl.verdicts.limits import Limit, limit_of, read_limit, unique

if TYPE_CHECKING:
    from lossctl.evaluation.aligned import Costs

PRECEDENCE = (70, 4, 2, 3)  # of exit codes, where several errors happened
SUMMARY_LIMIT = 2**20 - 2**12  # GitHub refuses a step summary of 1 MiB


@dataclass(frozen=True)
class Task:
    """What one check of a suite is about. name: None on the command line, where a check is called by its kind."""

    name: str | None
    options: Check
    request: Request
    limits: tuple[Limit, ...]
    severity: str


@dataclass
class Suite:
    """What the tasks gave."""

    runs: list[Run] = field(default_factory=list)
    checks: list[Verdict] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    errors: list[LossctlError] = field(default_factory=list)


def run(options: Check) -> int:
    """Judges every task, delivers the document whatever came out, and says the verdict last."""
    tasks = _tasks(options)
    delivery = read_delivery(options, [file for task in tasks for file in task.request.files()], default="table")
    suite = Suite()
    for task in tasks:
        _judge_task(task, suite)
    _judge_gone(tasks, suite)
    document = Document(
        command="check",
        version=lossctl.__version__,
        runs=tuple(suite.runs),
        checks=tuple(suite.checks),
        warnings=tuple(suite.warnings),
        errors=tuple(str(error) for error in suite.errors),
        fault=min((error.exit_code for error in suite.errors), key=PRECEDENCE.index, default=0),
    )
    say((said(one) for one in suite.runs if one.error is None), quiet=options.quiet)
    if options.update_baseline and document.exit_code <= 1:
        say(_update(tasks, suite), quiet=options.quiet)
    delivery.deliver(document)
    if options.step_summary:
        _append_summary(document)
    say([*(f"error: {error}" for error in suite.errors), verdict(document)])
    code = document.exit_code
    return 0 if options.exit_zero and code == 1 else code


def verdict(document: Document) -> str:
    """`2 of 7 checks failed`, or `all 7 checks passed`; warnings do not count."""
    counted = [check for check in document.checks if check.status != "warn"]
    failed = sum(check.status != "pass" for check in counted)
    warned = len(document.checks) - len(counted)
    warnings = f" ({warned} warning{'' if warned == 1 else 's'})" if warned else ""
    checks = f"{len(counted)} check{'' if len(counted) == 1 else 's'}"
    return (f"{failed} of {checks} failed" if failed or document.errors else f"all {checks} passed") + warnings


def _tasks(options: Check) -> list[Task]:
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
        losses = tuple(dict.fromkeys([*(read_losses(options.loss) if options.loss else ()), *unique(limits)]))
        request = read_request(replace(options, loss=[str(loss) for loss in losses]))
        tasks = [Task(None, options, request, tuple(limits), "error")]
    else:
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
    losses = read_losses(item.options.loss)
    if len(losses) > 1:
        raise UsageError(f"check {item.name!r} is about {len(losses)} losses; one loss a check")
    limits = tuple(limit_of(kind, None if kind == "min_n" else losses[0], text) for kind, text in item.limits.items())
    if not limits and not item.options.update_baseline:
        raise UsageError(f"check {item.name!r} has no limit: max, max_rise, max_change or min_n")
    return Task(item.name, item.options, read_request(item.options, folder=item.folder), limits, item.severity)


def _check_task(task: Task) -> None:
    options = task.options
    relative = any(limit.relative for limit in task.limits)
    if options.update_baseline and (options.baseline is None or not is_saved(options.baseline)):
        raise UsageError("--update-baseline writes the file that --baseline names, a .json")
    if relative and options.baseline is None:
        raise UsageError("a rise or change is from a baseline, and none is given: --baseline FILE")
    if options.confidence is not None and (options.baseline is None or is_saved(options.baseline)):
        raise UsageError("--confidence needs the rows of the baseline: --baseline PREDICTIONS, not a saved result")


def _judge_task(task: Task, suite: Suite) -> None:
    for name, preds in task.request.runs:
        try:
            _judge_run(task, name, preds, suite)
        except LossctlError as error:
            suite.errors.append(error)
            suite.runs.append(Run(run=name, rows=0, used=0, dropped={}, sources={}, classes=None, results=(), error=str(error)))
            suite.checks += [unjudged(task.name, name, limit, str(error).partition("\n")[0]) for limit in task.limits]


def _judge_run(task: Task, name: str, preds: tuple[object, ...], suite: Suite) -> None:
    from lossctl.evaluation.aligned import costs_of
    from lossctl.evaluation.runs import Wishes, evaluate_run

    interval_low: IntervalLow | None = None
    if task.options.confidence is None:
        run, warnings = evaluate_run(task.request, name, preds, Wishes())  # type: ignore[arg-type]
        baseline = _baseline(task)
    else:
        model = costs_of(task.request, name, preds, Wishes())  # type: ignore[arg-type]
        run, warnings = model.run, model.warnings
        baseline, interval_low = _paired_baseline(task, model)
    shown_only = [limit for limit in task.limits if task.options.update_baseline and limit.relative]
    limits = [limit for limit in task.limits if limit not in shown_only]
    matched: list[tuple[Result, Saved | None]] = [(one, None) for one in run.results]
    if baseline is not None and not task.options.update_baseline:
        matched = [(one, baseline.match(name, one)) for one in run.results]
        suite.warnings += [
            f"{name}: {one.loss}{group_text(one.by)} is not in the baseline" for one, saved in matched if saved is None
        ]
    suite.runs.append(run)
    suite.warnings += warnings
    suite.checks += judge(task.name, name, matched, limits, task.severity, interval_low)
    suite.checks += unjudged_limits(task.name, name, run.results, shown_only)


def _baseline(task: Task) -> Baseline | None:
    """The baseline's results: saved ones, or those of a prediction file scored with the same options."""
    path = task.options.baseline
    if path is None or (task.options.update_baseline and not os.path.exists(path)):
        return None
    if is_saved(path):
        return read_baseline(path)
    from lossctl.evaluation.runs import Wishes, evaluate_run
    from lossctl.sources.src import read_pred

    run, _ = evaluate_run(task.request, path, (read_pred(path),), Wishes())
    return _as_baseline(path, run)


def _paired_baseline(task: Task, model: Costs) -> tuple[Baseline, IntervalLow]:
    """The baseline's predictions on the same rows, and the lower end of the interval of each result's rise."""
    from lossctl.evaluation.aligned import align, costs_of
    from lossctl.evaluation.comparison import comparisons_of
    from lossctl.evaluation.runs import Wishes
    from lossctl.sources.src import read_pred
    from lossctl.statistics.paired import Method

    path = task.options.baseline or ""
    other = costs_of(task.request, path, (read_pred(path),), Wishes())
    method = Method(confidence=read_confidence(task.options.confidence or ""))
    found = comparisons_of(task.request, align([other, model], drop_missing=task.request.drop_missing), method)
    lows = {(one.loss, tuple((one.by or {}).items())): one.low for one in found}
    return _as_baseline(path, other.run), lambda result: lows[result.loss, tuple((result.by or {}).items())]


def _as_baseline(path: str, run: Run) -> Baseline:
    results = [
        Saved(run.run, one.loss, tuple((one.by or {}).items()), one.value, one.n, one.reduction, one.signature)
        for one in run.results
    ]
    return Baseline(path, tuple(results))


def _judge_gone(tasks: Sequence[Task], suite: Suite) -> None:
    """A result that a baseline has must be among the results of the suite."""
    found = [(run.run, result) for run in suite.runs for result in run.results]
    failed = [run.run for run in suite.runs if run.error is not None]
    judged = {task.options.baseline: task for task in tasks if not task.options.update_baseline}
    for path, task in judged.items():
        if path is None or not is_saved(path):
            continue
        try:
            saved = read_baseline(path).gone(found)
        except DataError:
            continue  # said where it was wanted
        suite.checks += [
            gone(task.name, one, task.severity)
            for one in saved
            if one.run not in failed and not (failed and len(suite.runs) == len(failed))
        ]


def _update(tasks: Sequence[Task], suite: Suite) -> list[str]:
    """Writes the baselines; says what they were and are."""
    lines = []
    for path in dict.fromkeys(task.options.baseline for task in tasks):
        assert path is not None
        old = read_baseline(path).results if os.path.exists(path) else ()
        for run in suite.runs:
            for result in run.results:
                was = next(
                    (one for one in old if (one.run, one.loss, dict(one.by)) == (run.run, result.loss, result.by or {})), None
                )
                before = "new" if was is None else f"was {number_text(was.value)}"
                lines.append(
                    f"{shown(path)}: {run.run} {result.loss}{group_text(result.by)} = {number_text(result.value)} ({before})"
                )
        write_file(path, [baseline_text(suite.runs, lossctl.__version__)])
    return lines


def _append_summary(document: Document) -> None:
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        raise UsageError("--step-summary appends to the file that GITHUB_STEP_SUMMARY names, which is not set")
    text = "".join(map(str, render(document, "md", Style()))).encode("utf-8", "backslashreplace")
    if len(text) > SUMMARY_LIMIT:
        text = text[:SUMMARY_LIMIT].rpartition(b"\n")[0] + b"\n\n(cut: too long for a step summary)\n"
    append_file(path, text)
