"""`lossctl check`: results against limits and a baseline, a verdict and an exit code."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from lossctl.checks.suite import Suite
from lossctl.errors import EnvironmentFailure, UsageError
from lossctl.files.output import append_file, write_file
from lossctl.options.commands import Check
from lossctl.question.checks.tasks import Task, tasks_of
from lossctl.reports.delivery import first_lines, read_delivery, said, say
from lossctl.reports.formats.catalogue import Style, render
from lossctl.reports.tables.verdict_sentences import checks_verdict
from lossctl.reports.tables.verdict_tables import check_message
from lossctl.results.document import Document
from lossctl.results.results import with_group
from lossctl.text import number_text, shown
from lossctl.verdicts.baseline import Baseline, Saved, baseline_text

PRECEDENCE = (70, 4, 2, 3)  # of exit codes, where several errors happened
MOST = 10  # messages of a kind on standard error
SUMMARY_LIMIT = 2**20 - 2**12  # GitHub refuses a step summary of 1 MiB


def run(options: Check) -> int:
    """Judges every task, delivers the document whatever came out, and says the verdict last."""
    tasks = tasks_of(options)
    summary = _summary_path(options)
    files = [file for task in tasks for file in task.files()]
    outputs = dict.fromkeys(path for task in tasks for path in [*task.outputs(), *([] if summary is None else [summary])])
    globs = [text for task in tasks for text in task.request.inputs.globs]
    delivery = read_delivery(options, files, "table", outputs, globs)
    delivery.begin()
    suite, document = judge(tasks, quiet=options.quiet)
    delivery.deliver(document)
    if summary is not None:
        _append_summary(document, summary)
    broken = [check for check in document.checks if check.status in ("fail", "warn")]
    failed = [shown(f"{check.name}: {check_message(document, check)}") for check in broken]
    say(first_lines(failed, MOST, "checks that failed"), quiet=options.quiet)
    say([*first_lines([f"error: {error}" for error in suite.faults], MOST, "errors"), checks_verdict(document)])
    code = document.exit_code
    return 0 if options.exit_zero and code == 1 else code


def judge(tasks: Sequence[Task], *, quiet: bool) -> tuple[Suite, Document]:
    """What the tasks gave, as the document of all; baselines that are to be written are, unless the exit code is above 1."""
    suite = Suite()
    for task in tasks:
        suite.judge(task)
    document = _document(suite)
    say((said(run) for run in document.runs if run.error is None), quiet=quiet)
    if document.exit_code <= 1:
        try:
            say([*_update(tasks, suite)], quiet=quiet)
        except EnvironmentFailure as error:
            suite.fail(error)
            document = _document(suite)
    return suite, document


def _document(suite: Suite) -> Document:
    return Document(
        command="check",
        runs=tuple(run for _, run in suite.found),
        checks=tuple(suite.checks),
        warnings=tuple(dict.fromkeys(suite.warnings)),
        errors=tuple(error.line for error in suite.faults.values()),
        fault=min((error.exit_code for error in suite.faults.values()), key=PRECEDENCE.index, default=0),
    )


def _update(tasks: Sequence[Task], suite: Suite) -> Iterator[str]:
    """Writes each baseline with the results of the checks that name it; says what they were, and what is gone."""
    for path in dict.fromkeys(task.baseline for task in tasks if task.updates):
        assert path is not None
        runs = [run for task, run in suite.found if task.baseline == path]
        old = suite.old.get(path, Baseline(path, ()))
        known: list[Saved] = []
        for run in runs:
            for result in run.results:
                was = old.find(result.check, run.run, result)
                known += was
                before = f"was {number_text(was[0].result.value)}" if was else "new"
                name = "" if result.check is None else f"{result.check}: "
                yield shown(f"{path}: {name}{run.run} {with_group(result)} = {number_text(result.value)} ({before})")
        write_file(path, [baseline_text(runs)])
        kept = {*map(id, known)}
        gone = [saved for saved in old.results if id(saved) not in kept]
        yield from (shown(f"{path}: {saved.run} {with_group(saved.result)} is gone") for saved in gone)


def _summary_path(options: Check) -> str | None:
    if not options.step_summary:
        return None
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        raise UsageError("--step-summary appends to the file that GITHUB_STEP_SUMMARY names, which is not set")
    return path


def _append_summary(document: Document, path: str) -> None:
    table = "".join(map(str, render(document, "md", Style())))
    text = f"### lossctl check: {checks_verdict(document)}\n\n{table}\n".encode("utf-8", "backslashreplace")
    if len(text) > SUMMARY_LIMIT:
        text = text[:SUMMARY_LIMIT].rpartition(b"\n")[0] + b"\n\n(cut: too long for a step summary)\n"
    append_file(path, text)
