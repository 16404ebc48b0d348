"""`lossctl check`: results against limits and a baseline, a verdict and an exit code."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import lossctl
from lossctl.errors import DataError, LossctlError, UsageError
from lossctl.files.output import append_file, write_file
from lossctl.options import Check
from lossctl.question.inputs import RunInput, run_of
from lossctl.question.values import read_confidence
from lossctl.reports.delivery import read_delivery, said, say
from lossctl.reports.formats import Style, render
from lossctl.results.document import Check as Verdict
from lossctl.results.document import Document, Result, Run
from lossctl.text import number_text, shown
from lossctl.verdicts.baseline import Baseline, Saved, baseline_text, group_text, is_saved, read_baseline
from lossctl.verdicts.judge import IntervalLow, gone, judge, unjudged, unjudged_limits
from lossctl.verdicts.tasks import Task, tasks_of

if TYPE_CHECKING:
    from lossctl.engine.aligned import Costs

PRECEDENCE = (70, 4, 2, 3)  # of exit codes, where several errors happened
MOST = 10  # messages of failed checks on standard error
SUMMARY_LIMIT = 2**20 - 2**12  # GitHub refuses a step summary of 1 MiB


@dataclass
class Suite:
    """What the tasks gave."""

    runs: list[Run] = field(default_factory=list)
    checks: list[Verdict] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    errors: list[LossctlError] = field(default_factory=list)


def run(options: Check) -> int:
    """Judges every task, delivers the document whatever came out, and says the verdict last."""
    tasks = tasks_of(options)
    summary = _summary_path(options)
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
        errors=tuple(str(error).partition("\n")[0] for error in suite.errors),
        fault=min((error.exit_code for error in suite.errors), key=PRECEDENCE.index, default=0),
    )
    say((said(one) for one in suite.runs if one.error is None), quiet=options.quiet)
    if options.update_baseline and document.exit_code <= 1:
        say(_update(tasks, suite), quiet=options.quiet)
    delivery.deliver(document)
    if summary is not None:
        _append_summary(document, summary)
    failed = [check for check in document.checks if check.status in ("fail", "warn")]
    say((shown(f"{check.name}: {check.message}") for check in failed[:MOST]), quiet=options.quiet)
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


def _judge_task(task: Task, suite: Suite) -> None:
    for one in task.request.inputs.runs:
        try:
            _judge_run(task, one, suite)
        except LossctlError as error:
            suite.errors.append(error)
            suite.runs.append(
                Run(
                    run=one.name,
                    rows=0,
                    used=0,
                    dropped={},
                    sources={},
                    classes=None,
                    results=(),
                    error=str(error).partition("\n")[0],
                )
            )
            suite.checks += [unjudged(task.name, one.name, limit, str(error).partition("\n")[0]) for limit in task.limits]


def _judge_run(task: Task, one: RunInput, suite: Suite) -> None:
    from lossctl.engine.aligned import costs_of
    from lossctl.engine.runs import Wanted, evaluate_run

    interval_low: IntervalLow | None = None
    if task.options.confidence is None:
        run, warnings, _ = evaluate_run(task.request, one, Wanted())
        baseline = _baseline(task)
    else:
        model = costs_of(task.request, one, Wanted())
        run, warnings = model.run, model.warnings
        baseline, interval_low = _paired_baseline(task, model)
    shown_only = [limit for limit in task.limits if task.options.update_baseline and limit.relative]
    limits = [limit for limit in task.limits if limit not in shown_only]
    matched: list[tuple[Result, Saved | None]] = [(one, None) for one in run.results]
    if baseline is not None and not task.options.update_baseline:
        matched = _matched(task, run, baseline, suite)
        suite.warnings += [
            f"{run.run}: {one.loss}{group_text(one.by)} is not in the baseline" for one, saved in matched if saved is None
        ]
    suite.runs.append(run)
    suite.warnings += warnings
    suite.checks += judge(task.name, run.run, matched, limits, task.severity, interval_low)
    suite.checks += unjudged_limits(task.name, run.run, run.results, shown_only)


def _matched(task: Task, run: Run, baseline: Baseline, suite: Suite) -> list[tuple[Result, Saved | None]]:
    """Each result with what the baseline has for it; one that cannot be compared is an error, and the others go on."""
    matched: list[tuple[Result, Saved | None]] = []
    for one in run.results:
        try:
            matched.append((one, baseline.match(run.run, one)))
        except DataError as error:
            suite.errors.append(error)
            about = [limit for limit in task.limits if limit.loss is None or str(limit.loss) == one.loss]
            suite.checks += [unjudged(task.name, run.run, limit, str(error).partition("\n")[0], one.by) for limit in about]
    return matched


def _baseline(task: Task) -> Baseline | None:
    """The baseline's results: saved ones, or those of a prediction file scored with the same options."""
    path = task.options.baseline
    if path is None or (task.options.update_baseline and not os.path.exists(path)):
        return None
    if is_saved(path):
        return read_baseline(path)
    from lossctl.engine.runs import Wanted, evaluate_run

    return _as_baseline(path, evaluate_run(task.request, run_of(path), Wanted()).run)


def _paired_baseline(task: Task, model: Costs) -> tuple[Baseline, IntervalLow]:
    """The baseline's predictions on the same rows, and the lower end of the interval of each result's rise."""
    from lossctl.engine.aligned import align, costs_of
    from lossctl.engine.comparison import comparisons_of
    from lossctl.engine.runs import Wanted
    from lossctl.statistics.paired import Method

    path = task.options.baseline or ""
    other = costs_of(task.request, run_of(path), Wanted())
    method = Method(confidence=read_confidence(task.options.confidence or ""))
    found = comparisons_of(task.request, align([other, model], drop_missing=task.request.question.drop_missing), method)
    lows = {(one.loss, tuple((one.by or {}).items())): one.low for one in found}
    return _as_baseline(path, other.run), lambda result: lows[result.loss, tuple((result.by or {}).items())]


def _as_baseline(path: str, run: Run) -> Baseline:
    return Baseline(path, tuple(Saved(run.run, result) for result in run.results))


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
    """Writes the baselines; says what they were and are, and what is gone from them."""
    lines = []
    found = [(run.run, result) for run in suite.runs for result in run.results]
    for path in dict.fromkeys(task.options.baseline for task in tasks):
        assert path is not None
        old = read_baseline(path) if os.path.exists(path) else Baseline(path, ())
        for run, result in found:
            was = old.find(run, result)
            before = f"was {number_text(was[0].result.value)}" if was else "new"
            lines.append(shown(f"{path}: {run} {result.loss}{group_text(result.by)} = {number_text(result.value)} ({before})"))
        gone_ones = [shown(f"{path}: {one.run} {one.result.loss}{group_text(one.result.by)} is gone") for one in old.gone(found)]
        write_file(path, [baseline_text(suite.runs, lossctl.__version__)])
        lines += gone_ones
    return lines


def _summary_path(options: Check) -> str | None:
    if not options.step_summary:
        return None
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        raise UsageError("--step-summary appends to the file that GITHUB_STEP_SUMMARY names, which is not set")
    return path


def _append_summary(document: Document, path: str) -> None:
    text = "".join(map(str, render(document, "md", Style()))).encode("utf-8", "backslashreplace")
    if len(text) > SUMMARY_LIMIT:
        text = text[:SUMMARY_LIMIT].rpartition(b"\n")[0] + b"\n\n(cut: too long for a step summary)\n"
    append_file(path, text)
