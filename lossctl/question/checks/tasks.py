"""What a suite of checks is about: the options of the command line, or the checks of a configuration."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from lossctl.effects import effective_options, given_options, without_class_options, words_of
from lossctl.errors import UsageError, listed, quoted
from lossctl.files.streams import folder_of
from lossctl.losses.plugins import load_files
from lossctl.losses.text import distinct
from lossctl.options.commands import Check
from lossctl.options.data import Data
from lossctl.question.asked_losses import read_losses
from lossctl.question.checks.configuration import Item, find_config, read_config
from lossctl.question.checks.limit_kinds import KINDS
from lossctl.question.checks.limits import Limit, limit_of, read_limit, unique
from lossctl.question.request import NOTHING, Request, check_choices, read_request
from lossctl.question.src import Handed
from lossctl.question.values import read_confidence
from lossctl.record import record, replace
from lossctl.text import shown

_NOT_DATA = ("plugin", "confidence")
_DATA = [name for name in effective_options(Data) if name not in _NOT_DATA]
_LONG = 250  # characters of a command that a hint shows


@record
class Task:
    """What one check of a suite is about.

    name: None on the command line, where a check is called by its kind. update: the command that writes its baseline. config:
    the file that it stands in.
    """

    name: str | None
    options: Check
    request: Request
    limits: tuple[Limit, ...]
    severity: str
    update: str
    config: Path | None = None

    @property
    def baseline(self) -> str | None:
        """The file to compare with."""
        return self.options.baseline

    @property
    def baseline_is_saved(self) -> bool:
        """Whether that is a saved result, and not a prediction file."""
        return self.baseline is not None and self.baseline.lower().endswith(".json")

    @property
    def updates(self) -> bool:
        """Whether its baseline is to be written."""
        return self.options.update_baseline and self.baseline_is_saved

    @property
    def folder(self) -> Path | None:
        """Where its paths begin, None for the working directory."""
        return None if self.config is None else folder_of(str(self.config))

    @property
    def level_of_changes(self) -> float | None:
        """The level of the intervals of changes, None where none is asked for, or what changes is no mean and has none."""
        question = self.request.question
        return question.confidence if question.reduction.text == "mean" else None

    def follow(self) -> str:
        """What to do about a rise: how to see where it comes from, or how to accept it."""
        if self.baseline is None or self.baseline_is_saved:
            return f"; if it is meant: {self.update}"
        if not self.options.preds or self.request.inputs.handed:
            return ""
        base = self.baseline if self.folder is None else os.path.relpath(self.baseline, self.folder)
        losses = tuple(map(str, self.request.question.losses))  # those that limits bring too
        words = ["lossctl", "compare", base, *words_of(replace(self.options, loss=losses), _DATA)]
        place = "" if self.folder in (None, Path.cwd()) else f"cd {shlex.quote(os.path.relpath(self.folder or ''))} && "
        return f"; see {place}{shlex.join(words)}"

    def files(self) -> list[str]:
        """Every file that is read and stays as it is: not the baseline that is written anew."""
        baseline = None if self.updates else self.baseline
        return [*self.request.files(), *(str(path) for path in (baseline, self.config) if path is not None)]

    def outputs(self) -> list[str]:
        """The file that is written by itself: the baseline, where it is to be."""
        return [self.baseline] if self.updates and self.baseline is not None else []


def tasks_of(options: Check, handed: Handed = NOTHING) -> list[Task]:
    """The tasks of the command line, or of a configuration; UsageError where there is nothing to check.

    handed: what Python code handed over beside the options.
    """
    load_files(options.plugin)  # before the losses that limits name
    if options.confidence is not None:
        read_confidence(options.confidence)
    given = options.preds or options.pred or options.role or handed.roles or any(_given(options, KINDS))
    by_options = given and options.config is None
    tasks = [_task_of_options(options, handed)] if by_options else _tasks_of_configuration(options)
    if options.update_baseline and not any(task.updates for task in tasks):
        raise UsageError("--update-baseline writes the file that --baseline names, a .json")
    return tasks


def _task_of_options(options: Check, handed: Handed) -> Task:
    named = read_losses(options.loss) if options.loss else ()
    given = {kind: getattr(options, kind) for kind in KINDS}
    texts = [(kind, text) for kind, texts in given.items() for text in ([texts] if isinstance(texts, str) else texts or ())]
    limits = [read_limit(kind, text, named) for kind, text in texts]
    if not limits and not (options.update_baseline and named):
        loss = str(named[0]) if named else "LOSS"
        typed = replace(options, max=(f"{loss}=V",), preds=("preds.csv",) if handed.preds else options.preds)
        command = shlex.join(["lossctl", "check", *words_of(typed)])
        raise UsageError("nothing to check: no limit", hint=f"give one, V being a number: {command}")
    losses = distinct([*named, *unique(limits)]) or read_losses(())  # whose error says how to name one
    if options.undecided != "pass" and options.confidence is None:
        raise UsageError("--undecided is about limits judged by intervals, and none are asked for: --confidence 0.95")
    request = read_request(replace(options, loss=tuple(str(loss) for loss in losses)), handed, losses)
    command = shlex.join(["lossctl", "check", *words_of(options, [*_DATA, "plugin", *KINDS, "baseline"]), "--update-baseline"])
    update = command if len(command) <= _LONG and not request.inputs.handed else "the same command with --update-baseline"
    return _checked(Task(None, options, request, tuple(limits), "error", update))


def _tasks_of_configuration(options: Check) -> list[Task]:
    path = Path(options.config) if options.config is not None else find_config()
    if path is None:
        hint = "lossctl init FILE writes one"
        raise UsageError("nothing to check: no PRED, and no lossctl.toml or [tool.lossctl] here or above", hint=hint)
    given = list(_given(options, [*_DATA, *KINDS]))
    if given:
        hint = "write them there, or give PREDs and limits and no --config: the file does not apply then"
        raise UsageError(f"{listed(given)} beside a configuration, which says what is judged", where=shown(str(path)), hint=hint)
    own = replace(options, plugin=(), config=options.config)
    update = shlex.join(["lossctl", "check", *words_of(own, ["config", "baseline"]), "--update-baseline"])
    tasks = [_task_of_item(item, update) for item in read_config(path, options)]
    if not tasks:
        raise UsageError("nothing to check: no [[check]]", where=shown(str(path)))
    _check_names(tasks, path)
    files = [file for task in tasks for file in [*task.request.inputs.files(), *task.options.own_inputs.files]]
    for task in tasks:
        task.request.inputs.syntaxes.check_read(files)
    return tasks


def _task_of_item(item: Item, update: str) -> Task:
    try:
        return _checked(_task(item, update))
    except UsageError as problem:
        raise UsageError(problem.problem, where=problem.where or item.where, hint=problem.hint) from None


def _task(item: Item, update: str) -> Task:
    options = item.options
    load_files(options.plugin)
    losses = read_losses(options.loss, item.folder)
    if len(losses) > 1:
        raise UsageError(f"check {item.name!r} is about {len(losses)} losses; one loss a check")
    limits = tuple(limit_of(kind, losses[0], text) for kind, text in item.limits.items())
    if not limits and not options.update_baseline:
        raise UsageError(f"check {item.name!r} has no limit: {', '.join(KINDS)}")
    check_choices(options)
    if not losses[0].loss.reads_classes:  # defaults of the file that are about class predictions do not concern this check
        options = without_class_options(options)
    request = read_request(options, folder=item.folder, alone=False)
    return Task(item.name, options, request, limits, item.severity, update, item.path)


def _checked(task: Task) -> Task:
    """UsageError where options about the baseline contradict each other."""
    if any(limit.relative for limit in task.limits) and task.baseline is None:
        raise UsageError("a rise or change is from a baseline, and none is given: --baseline FILE")
    if any(limit.kind == "max_gap" for limit in task.limits) and not task.request.inputs.groups:
        raise UsageError("a gap is between groups, and there are none: --by COLUMN")
    return task


def _check_names(tasks: Iterable[Task], path: Path) -> None:
    """UsageError where two checks are called alike, by which results are matched with those of a baseline."""
    keys = [(task.name, run.name, task.request.question.losses[0]) for task in tasks for run in task.request.inputs.runs]
    for (name, _, loss), count in Counter(keys).items():
        if count > 1:
            problem = f"{count} checks of {loss} on one file are called {quoted(name)}"
            raise UsageError(problem, where=shown(str(path)), hint="give each a name of its own")


def _given(options: Check, names: Iterable[str]) -> Iterator[str]:
    """What was given of some options, as one calls it."""
    given = {declared.name: declared for declared in given_options(options)}
    return ((given[name].option.flag if given[name].option.flags else "PRED") for name in names if name in given)
