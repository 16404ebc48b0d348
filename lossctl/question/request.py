"""Options -> Request: everything that can be validated before a file is opened is validated here."""

from __future__ import annotations

import codecs
from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING

from lossctl.effects import effective_options, given_options, options_of
from lossctl.errors import UsageError
from lossctl.losses.declaration import GROUP, WHOLE
from lossctl.losses.plugins import load_files
from lossctl.losses.roles.roles import BATCH
from lossctl.losses.text import BoundLoss
from lossctl.losses.vector_domain import Vector
from lossctl.options.data import Data
from lossctl.question.asked_losses import read_losses
from lossctl.question.inputs import Inputs, RunInput
from lossctl.question.question import Question, read_question
from lossctl.question.read_inputs import read_inputs
from lossctl.question.signature import Effects, signature
from lossctl.question.src import Handed
from lossctl.question.values import choice, read_jobs, value_hint
from lossctl.record import record, replace

if TYPE_CHECKING:
    from pathlib import Path

NOTHING = Handed()


@record
class Request:
    """What is to be judged, and how; nothing in it was read from a file of data.

    command: the record of options that it was read from. effects: those of its options that have one.
    """

    question: Question
    inputs: Inputs
    jobs: int
    plugins: tuple[str, ...]
    command: type[Data]
    effects: Effects

    @property
    def has_samples(self) -> bool:
        """Whether the losses have values of rows, or all of them of groups."""
        losses = self.question.losses
        units = [bound.loss.unit for bound in losses]
        of_groups = [unit == GROUP or (unit == WHOLE and BATCH in self.inputs.roles) for unit in units]
        return all(bound.per_row for bound in losses) or all(of_groups)

    def of_run(self, run: RunInput) -> Request:
        """The same of one run alone, with the roles that it reads from columns of its own."""
        inputs = replace(self.inputs, runs=(run,), roles={**self.inputs.roles, **run.roles})
        return replace(self, inputs=inputs)

    def sharing(self, files: Iterable[str]) -> Request:
        """The same where some files are also read for other runs."""
        return replace(self, inputs=replace(self.inputs, shared=frozenset(files)))

    def files(self) -> list[str]:
        """Every file that is read, PREDs first: no output may be one, each is watched, and results are kept by their states."""
        return self.files_of(*self.inputs.runs)

    def files_of(self, *runs: RunInput) -> list[str]:
        """Every file that is read for some of the runs."""
        preds = [src.file for run in runs for src in run.preds if src.file is not None]
        vectors = [value.path for bound in self.question.losses for value in bound.values if isinstance(value, Vector)]
        return [*preds, *self.inputs.named_files, *(path for path in vectors if path is not None), *self.plugins]

    def signature(self, bound: BoundLoss, columns: Mapping[str, str] | None = None) -> str:
        """Everything that can change the value of a loss; equal signatures mean equal definitions."""
        return signature(self.command, self.effects, bound, columns)


def read_request(
    options: Data,
    handed: Handed = NOTHING,
    losses: tuple[BoundLoss, ...] | None = None,
    folder: Path | None = None,
    named: Container[str] | None = None,
    *,
    alone: bool = True,
) -> Request:
    """The request that options make, with what Python code handed over; UsageError where one does not fit.

    folder: where the paths in the options `named` begin, by default those in all. Others begin in the working directory.
    alone: whether no other request is read of these options, whose files they may be about.
    """

    def folder_of(option: str) -> Path | None:
        return folder if named is None or option in named else None

    load_files(options.plugin)
    losses = read_losses(options.loss, folder_of("loss")) if losses is None else losses
    inputs = read_inputs(options, handed, losses, folder_of)
    check_choices(options)
    if alone:
        inputs.syntaxes.check_read([*inputs.files(), *options.own_inputs.files])
    question = read_question(options, losses)
    _check_together(options, question, inputs)
    _check_models(options, inputs)
    return Request(question, inputs, read_jobs(options.jobs), options.plugin, type(options), _effects(options, question, inputs))


def check_choices(options: Data) -> None:
    """UsageError where the value of an option is none of its words."""
    for declared in options_of(type(options)).values():
        value, option = getattr(options, declared.name), declared.option
        if option.choices and value not in (None, *option.choices):
            choice(option.flag, value, option.choices, value_hint(option, value))


def _check_together(options: Data, question: Question, inputs: Inputs) -> None:
    """UsageError where options contradict each other, or are about what no loss here reads."""
    in_blocks, unsure = question.block is not None, question.confidence is None
    problems = {
        "--missing drop is about the keys of --id, which is not given": question.drop_missing and not inputs.keys,
        "--in-order pairs rows by their order, --id by their keys; give one of them": inputs.in_order and inputs.keys,
        "--positive and --classes both say which label is 1; give one of them": question.classes
        and question.positive is not None,
        "--unit and --block both say which rows hang together; give one of them": inputs.unit and in_blocks,
        "--unit is about intervals, and none are asked for: --confidence 0.95": inputs.unit and unsure,
        "--block is about intervals, and none are asked for: --confidence 0.95": in_blocks and unsure,
    }
    if found := [problem for problem, holds in problems.items() if holds]:
        raise UsageError(found[0])
    reads_classes = any(bound.loss.reads_classes for bound in question.losses)
    for option in (declared.option for declared in given_options(options)):
        if option.of_classes and not reads_classes:
            raise UsageError(f"{option.flag} is about class predictions, which no loss here reads")
    for bound in question.losses:
        if question.reduction.text != "mean" and (bound.loss.finish or bound.loss.ratio):
            what = "a ratio of sums" if bound.loss.ratio else "a mean"
            does_not = f"--reduction {question.reduction.text} does not apply to it"
            raise UsageError(f"{bound.loss.name} is {what} by definition; {does_not}")


def _check_models(options: Data, inputs: Inputs) -> None:
    """UsageError where options about several models in one table contradict each other, or there is no table."""
    by_columns, by_rows = options.own_inputs.models is not None, inputs.model is not None
    option = "--model" if by_rows else "--models"
    if inputs.base is not None and not by_rows:
        raise UsageError("--base is one of the models of --model, which is not given")
    if by_columns and by_rows:
        raise UsageError("--models names columns, --model a column of names; give one of them")
    if (by_columns or by_rows) and not options.preds:
        raise UsageError(f"{option} is about a table of several models, and there is no PRED")
    if (by_columns or by_rows) and options.pool:
        raise UsageError(f"{option} makes several runs of a table, --pool one of several; give one of them")


def _effects(options: Data, question: Question, inputs: Inputs) -> Effects:
    """The options that have an effect, as given; where several texts mean the same, as one of them."""
    given = {name: getattr(options, name) for name in effective_options(type(options)) if name != "preds"}
    syntax = inputs.syntaxes.everywhere
    return given | {
        "loss": tuple(bound.definition() for bound in question.losses),
        "weight": tuple(src.text for src in inputs.weight),  # of an array too
        "where": tuple(sorted({condition.of_column for condition in inputs.where})),
        "delimiter": "tab" if syntax.delimiter == "\t" else syntax.delimiter,
        "decimal": syntax.decimal,
        "no_header": not syntax.header,
        "encoding": codecs.lookup(syntax.encoding).name,
        "input_format": syntax.input_format,
        "table": inputs.syntaxes.signed(inputs.readers()),
    }
