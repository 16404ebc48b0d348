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
    if question.drop_missing and not inputs.keys:
        raise UsageError("--missing drop is about the keys of --id, which is not given")
    if inputs.in_order and inputs.keys:
        raise UsageError("--in-order pairs rows by their order, --id by their keys; give one of them")
    if question.classes is not None and question.positive is not None:
        raise UsageError("--positive and --classes both say which label is 1; give one of them")
    if inputs.unit and question.block is not None:
        raise UsageError("--unit and --block both say which rows hang together; give one of them")
    if question.confidence is None and (inputs.unit or question.block is not None):
        flag = "--unit" if inputs.unit else "--block"
        raise UsageError(f"{flag} is about intervals, and none are asked for: --confidence 0.95")
    given = {declared.option.flag: declared.option for declared in given_options(options) if declared.option.flags}
    for flag, option in given.items():
        if option.of_classes and not any(bound.loss.reads_classes for bound in question.losses):
            raise UsageError(f"{flag} is about class predictions, which no loss here reads")
    for bound in question.losses:
        if question.reduction.text != "mean" and (bound.loss.finish or bound.loss.ratio):
            what = "a ratio of sums" if bound.loss.ratio else "a mean"
            problem = f"{bound.loss.name} is {what} by definition; --reduction {question.reduction.text} does not apply to it"
            raise UsageError(problem)


def _check_models(options: Data, inputs: Inputs) -> None:
    """UsageError where options about several models in one table contradict each other, or there is no table."""
    models = options.own_inputs.models
    option = "--model" if inputs.model is not None else "--models"
    if inputs.base is not None and inputs.model is None:
        raise UsageError("--base is one of the models of --model, which is not given")
    if models is None and inputs.model is None:
        return
    if models is not None and inputs.model is not None:
        raise UsageError("--models names columns, --model a column of names; give one of them")
    if not options.preds:
        raise UsageError(f"{option} is about a table of several models, and there is no PRED")
    if options.pool:
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
