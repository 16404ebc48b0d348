"""`lossctl compare`: candidates against a base on the same rows."""

from __future__ import annotations

import shlex

from lossctl.binding.names import column_option
from lossctl.effects import words_of
from lossctl.errors import UsageError, listed
from lossctl.files.states import identity
from lossctl.losses.declaration import ROW, WHOLE
from lossctl.options.commands import Compare
from lossctl.question.request import Request, read_request
from lossctl.question.values import read_confidence, whole
from lossctl.record import replace
from lossctl.reports.delivery import read_delivery, said, say
from lossctl.reports.progress import Progress
from lossctl.results.document import Document


def run(options: Compare) -> int:
    """Scores the runs, compares each with the first, and delivers the document."""
    request = with_models_of(read_request(options))
    delivery = read_delivery(options, request.files(), globs=request.inputs.globs)
    check_options(options, request)
    delivery.begin()
    document = compare(options, request, quiet=delivery.quiet, pictures=delivery.pictures)
    say(map(said, document.runs), quiet=delivery.quiet)
    delivery.deliver(document)
    return int(options.exit_code and any(comparison.verdict == "worse" for comparison in document.comparisons))


def compare(options: Compare, request: Request, *, quiet: bool, pictures: bool = False) -> Document:
    """The comparisons of every candidate with the base, for each loss and group. pictures: with what they show."""
    from lossctl.comparison.alignment import align
    from lossctl.comparison.best_model import too_few_resamples, with_ties
    from lossctl.comparison.comparisons import comparisons_of, paired_of, too_few_units, without_interval
    from lossctl.comparison.model_costs import costs_of
    from lossctl.rows.whole_tables import SharedTables
    from lossctl.scoring.wanted import Wanted
    from lossctl.statistics.paired.difference import Method

    method = Method(
        options.method,
        read_confidence(options.confidence),
        whole("--resamples", options.resamples, 1),
        whole("--seed", options.seed, 0),
    )
    with Progress(quiet=quiet) as progress:
        wanted = Wanted(progress=progress.advance, shared=SharedTables(request.inputs.files_of_all_runs()))
        models = [costs_of(request, run, wanted) for run in request.inputs.runs]
    aligned = align(request, models)
    found = comparisons_of(request, aligned, method, worst=whole("--worst", options.worst, 0))
    found = with_ties(request, aligned, found, method)
    runs = tuple(model.run for model in aligned)
    warnings = [warning for model in aligned for warning in model.warnings]
    warnings += [
        f"{run.run}: {alone.run.used - run.used:,} more rows left out, since not every model used them"
        for run, alone in zip(runs, models, strict=True)
        if alone.run.used > run.used
    ]
    warnings += without_interval(found)
    warnings += too_few_resamples(method, len(models))
    warnings += too_few_units(request, found, method)
    wholes = list(dict.fromkeys(comparison.loss for comparison in found if comparison.counted == WHOLE))
    if options.exit_code and wholes:
        warnings.append(f"--exit-code cannot fail by {listed(wholes)}: a whole loss has no interval")
    return Document(
        command="compare",
        runs=runs,
        comparisons=found,
        warnings=tuple(dict.fromkeys(warnings)),
        paired=paired_of(request, aligned) if pictures else (),
    )


def with_models_of(request: Request) -> Request:
    """The request with a run for each model of a long table, whose rows pair by key alone."""
    if request.inputs.model is None:
        return request
    if not request.inputs.keys:
        raise UsageError("the rows of the models of --model pair by key, and none is given: --id COLUMN")
    from lossctl.binding.models import with_models

    return with_models(request)


def check_options(options: Compare, request: Request) -> None:
    """UsageError where options do not fit a comparison."""
    if len(request.inputs.runs) < 2:
        named = () if request.inputs.handed else options.preds
        both = replace(options, preds=(*(named or ("base.csv",)), "candidate.csv"))
        hint = shlex.join(["lossctl", "compare", *words_of(both)])
        if options.by:  # of models in one table
            hint = f"of models in one table: --model {options.by[0]} --id COLUMN; as columns of it: --models COL,COL"
        if options.pool:
            hint = "--pool makes one dataset of all PREDs; a directory of shards is one by itself"
        raise UsageError("compare takes a base and at least one candidate", hint=hint)
    if request.question.reduction.text != "mean":
        raise UsageError(f"compare is about means; --reduction {request.question.reduction.text} does not apply")
    _check_own_predictions(request)
    if options.bare:
        raise UsageError("compare has no bare value; --json has the differences")
    others = [loss for loss in request.question.losses if loss.loss.unit != ROW or loss.pooled]
    if others and whole("--worst", options.worst, 0):
        raise UsageError(f"{others[0]} is one value for {others[0].belongs_to}; it has none for a row", hint="leave --worst out")
    if options.keep and not whole("--worst", options.worst, 0):
        raise UsageError("--keep carries columns along with the worst rows; add --worst K")


def _check_own_predictions(request: Request) -> None:
    """UsageError where an option names one file for what every model should have of its own, so that none can differ."""
    from lossctl.comparison.model_costs import TARGET  # which imports all that scores

    inputs = request.inputs
    long = {identity(src.file or "") for run in inputs.runs for src in run.preds if run.model is not None}
    shared = {
        name: sources
        for name, sources in inputs.roles.items()
        if name != TARGET and not any(src.of_own_table or identity(src.file or "") in long for src in sources)
    }
    for form in (form for bound in request.question.losses for form in bound.loss.forms):
        if {*form.roles} - {TARGET} <= {*shared}:
            first = next(iter(form.roles))
            problem = f"the {first} of every model would be {shared[first][0].text}"
            raise UsageError(problem, hint=f"a column that each has: {column_option(first)}COLUMN")
