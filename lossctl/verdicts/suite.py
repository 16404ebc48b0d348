"""The checks of all tasks: runs are judged one by one, each beside what its own baseline has for it."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from lossctl.errors import DataError, LossctlError, UsageError
from lossctl.question.inputs import RunInput, run_of
from lossctl.question.read_inputs import check_read_once, leading_role
from lossctl.question.request import Request
from lossctl.question.src import Src
from lossctl.record import record, replace
from lossctl.results.document import Check, Comparison, Result, Run
from lossctl.results.results import Results
from lossctl.statistics.interval import WILSON, Added
from lossctl.statistics.student import quantile
from lossctl.text import shown
from lossctl.verdicts.baseline import Baseline, Place, Saved, group_text, place_of, read_baseline, relative
from lossctl.verdicts.gates import Known, difference_known
from lossctl.verdicts.judge import Judge, Matched
from lossctl.verdicts.limits import one_sided
from lossctl.verdicts.tasks import Task

if TYPE_CHECKING:
    from lossctl.engine.model_costs import Costs


Changed: TypeAlias = tuple[Known | None, Known | None]  # the interval of a change, and of how much worse it is


@record
class Reference:
    """What a task is compared with. problem: why there is nothing. costs: of a prediction file, with whose rows a run's pair."""

    baseline: Baseline | None = None
    problem: str | None = None
    costs: Costs | None = None


@record(frozen=False)
class Suite:
    """What the tasks gave. faults: each once, by its words, however many checks it concerns. old: baselines that are replaced."""

    found: list[tuple[Task, Run]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    faults: dict[str, LossctlError] = field(default_factory=dict)
    old: dict[str, Baseline] = field(default_factory=dict)

    def judge(self, task: Task) -> None:
        """Judges the runs of a task; what cannot be had or compared is an error, and all else is judged nevertheless."""
        reference = self._reference(task)
        level = task.request.question.confidence
        judge = Judge(task.name, task.limits, task.severity, task.follow(), level, task.options.undecided)
        self.warnings += one_sided(task.limits)
        results: dict[str, Sequence[Result]] = {}
        for asked in task.request.inputs.runs:
            try:
                run, costs = self._evaluated(task, asked, reference)
            except LossctlError as error:
                self.fail(error)
                self.found.append((task, Run.failed(asked.name, error)))
                self.checks += judge.unjudged(asked.name, error.line)
                continue
            self.found.append((task, run))
            results[run.run] = run.results
            paired, changes = self._paired(task, reference, costs)
            self.checks += judge.checks(run.run, list(self._matched(task, run, paired, changes)))
        if reference.baseline is not None:
            failed = {relative(asked.name) for asked in task.request.inputs.runs if asked.name not in results}
            losses = [str(loss) for loss in task.request.question.losses]
            gone = reference.baseline.gone(task.name, losses, results)
            self.checks += [judge.gone(saved) for saved in gone if saved.run not in failed]

    def _reference(self, task: Task) -> Reference:
        path = task.baseline
        try:
            if path is None:
                return Reference()
            if task.updates:
                if os.path.exists(path) and path not in self.old:
                    self.old[path] = read_baseline(path, task.update, replaced=True)
                return Reference()
            if task.baseline_is_saved:
                return Reference(read_baseline(path, task.update))
            return _scored(task, path)
        except LossctlError as error:
            self.fail(error)
            return Reference(problem=error.line)

    def _evaluated(self, task: Task, asked: RunInput, reference: Reference) -> tuple[Run, Costs | None]:
        from lossctl.engine.runs import evaluate_run
        from lossctl.engine.wanted import Wanted

        costs = None
        if reference.costs is None:
            run, warnings, *_ = evaluate_run(task.request, asked, Wanted())
        else:
            from lossctl.engine.model_costs import costs_of

            costs = costs_of(task.request, asked, Wanted())
            run, warnings = costs.run, costs.warnings
        self.warnings += warnings
        assert isinstance(run.results, Results)
        return replace(run, results=run.results.of_check(task.name)), costs

    def _paired(self, task: Task, reference: Reference, costs: Costs | None) -> tuple[Reference, Mapping[Place, Changed]]:
        """The reference of a run, whose rows are those of the baseline's predictions, and the intervals of changes."""
        if reference.costs is None or costs is None:
            return reference, {}
        try:
            return reference, _paired_changes(task, reference.costs, costs)
        except LossctlError as error:
            self.fail(error)
            return Reference(problem=error.line), {}

    def _matched(self, task: Task, run: Run, reference: Reference, changes: Mapping[Place, Changed]) -> Iterator[Matched]:
        """Each result with what the baseline has for it; one that cannot be compared is an error, and the others go on."""
        baseline = reference.baseline
        for result in run.results:
            if baseline is None:
                note = "the baseline is being written"
                yield Matched(result, problem=reference.problem, note=note)
                continue
            try:
                saved = baseline.match(task.name, run.run, result, any_rows=task.request.question.confidence is not None)
                change, rise = changes.get(place_of(result)) or self._unpaired(task, baseline, saved, result)
            except DataError as error:
                self.fail(error)
                yield Matched(result, problem=error.line)
                continue
            what = f"{run.run}: {result.loss}{group_text(result.by)}"
            if saved is None:
                self.warnings.append(f"{what} is not in the baseline")
            elif saved.result.value == float("inf") > result.value:
                self.warnings.append(f"{what} fell from an infinite baseline")
            yield Matched(result, saved, change=change, rise=rise)

    def _unpaired(self, task: Task, baseline: Baseline, saved: Saved | None, result: Result) -> Changed:
        """The intervals of a change from a saved result; DataError where that does not say how sure it is."""
        level = task.request.question.confidence
        relative = any(limit.relative and str(limit.loss) == result.loss for limit in task.limits)
        if level is None or saved is None or not relative:
            return None, None
        if saved.result.n != result.n:
            what = f"{result.loss}{group_text(result.by)}"
            self.warnings.append(f"{what}: n {saved.result.n:,} in the baseline, {result.n:,} now")
        if result.units is not None and result.units < 2:
            return None, None
        known = difference_known(result, saved.result, level)
        if known is None and not baseline.scored and math.isfinite(result.value) and math.isfinite(saved.result.value):
            problem = (
                f"{result.loss}{group_text(result.by)} has no standard error there, by which a change could be told from chance"
            )
            raise DataError(problem, where=shown(baseline.path), hint=f"make it anew: {task.update}")
        (loss,) = (loss for loss in task.request.question.losses if str(loss) == result.loss)
        return known, difference_known(result, saved.result, level, loss.badness)

    def fail(self, error: LossctlError) -> None:
        """Keeps an error, unless it was said before."""
        self.faults.setdefault(str(error), error)


def _scored(task: Task, path: str) -> Reference:
    """The results of a prediction file by the options of the task, and its rows."""
    from lossctl.engine.model_costs import costs_of
    from lossctl.engine.wanted import Wanted

    request, run = _of_baseline(task.request, path)
    costs = costs_of(request, run, Wanted())
    saved = tuple(Saved(costs.run.run, result) for result in costs.run.results)
    return Reference(Baseline(path, saved, scored=True), costs=costs)


def _of_baseline(request: Request, path: str) -> tuple[Request, RunInput]:
    """The same question about a prediction file; UsageError where options name another, or a stream."""
    inputs = request.inputs
    check_read_once(inputs.named_files())
    role = leading_role(inputs.roles, request.question.losses)
    named = inputs.roles[role] if role is not None else ()
    if role is None or all(src.file is None and src.array is None for src in named):
        return request, run_of(path)
    if inputs.runs[0].preds or len(named) > 1:
        raise UsageError(f"the {role} is read from {named[0].text}, and so is that of the baseline {shown(path)}")
    source = Src(path, path, named[0].column, named[0].forced)
    return replace(request, inputs=replace(inputs, roles={**inputs.roles, role: (source,)})), RunInput(path, ())


def _paired_changes(task: Task, base: Costs, costs: Costs) -> dict[Place, Changed]:
    """The intervals of changes, where they are asked for; DataError where the run's rows are not those of the baseline."""
    from lossctl.engine.aligned import align
    from lossctl.engine.comparison import comparisons_of
    from lossctl.statistics.paired import Method

    aligned = align(task.request, [base, costs])
    common = len(aligned[0].rows)
    if not common == len(base.rows) == len(costs.rows):
        counts = f"{len(base.rows):,} of the baseline's, {len(costs.rows):,} of the run's, {common:,} of both"
        raise DataError(f"other rows are used: {counts}", where=f"{base.run.run} and {costs.run.run}")
    level = task.request.question.confidence
    if level is None:
        return {}
    better = {str(loss): loss.better for loss in task.request.question.losses}
    of_shares = ([result for result in model.run.results if result.ci_method == WILSON] for model in aligned)
    shares = set.intersection(*({*map(place_of, results)} for results in of_shares))
    changes = comparisons_of(task.request, aligned, Method("t", level), signed=True)
    rises = comparisons_of(task.request, aligned, Method("t", level)) if "best" in better.values() else changes
    found: dict[Place, Changed] = {}
    for change, rise in zip(changes, rises, strict=True):
        place = change.loss, tuple((change.by or {}).items())
        known, risen = (_change_known(pair, level, of_share=place in shares) for pair in (change, rise))
        if known is not None and risen is not None:
            if better[change.loss] == "high":
                risen = risen.negated()
            found[place] = known, risen
    return found


def _change_known(change: Comparison, level: float, *, of_share: bool) -> Known | None:
    if change.low is None or change.high is None or change.units is None:
        return None
    if not (math.isfinite(change.low) and math.isfinite(change.high)):
        return None
    error = (change.high - change.low) / 2 / quantile(level, change.units - 1)
    added = None
    if of_share and error:
        size = error * error * (change.n - 1) + change.difference**2
        added = Added(change.difference, size, change.n)
    return Known(change.difference, change.low, change.high, error, change.units - 1, added=added)
