"""The checks of all tasks: runs are judged one by one, each beside what its own baseline has for it."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from lossctl.checks.references import Changed, Reference, paired_changes, scored
from lossctl.errors import DataError, LossctlError
from lossctl.question.checks.limits import one_sided
from lossctl.question.checks.tasks import Task
from lossctl.question.inputs import RunInput
from lossctl.record import record, replace
from lossctl.results.document import Check, Result, Run
from lossctl.results.results import Results, with_group
from lossctl.text import shown
from lossctl.verdicts.baseline import Baseline, Place, Saved, place_of, read_baseline, relative
from lossctl.verdicts.gates import difference_known, error_of
from lossctl.verdicts.judge import Judge, Matched

if TYPE_CHECKING:
    from lossctl.comparison.model_costs import Costs


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
            return scored(task, path)
        except LossctlError as error:
            self.fail(error)
            return Reference(problem=error.line)

    def _evaluated(self, task: Task, asked: RunInput, reference: Reference) -> tuple[Run, Costs | None]:
        from lossctl.runs.evaluation import evaluate_run
        from lossctl.scoring.wanted import Wanted

        costs = None
        if reference.costs is None:
            found = evaluate_run(task.request, asked, Wanted())
            run, warnings = found.run, found.warnings
        else:
            from lossctl.comparison.model_costs import costs_of

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
            return reference, paired_changes(task, reference.costs, costs)
        except LossctlError as error:
            self.fail(error)
            return Reference(problem=error.line), {}

    def _matched(self, task: Task, run: Run, reference: Reference, changes: Mapping[Place, Changed]) -> Iterator[Matched]:
        """Each result with what the baseline has for it; one that cannot be compared is an error, and the others go on."""
        baseline = reference.baseline
        for result in run.results:
            if baseline is None:
                yield Matched(result, problem=reference.problem, note="the baseline is being written")
                continue
            try:
                saved = baseline.match(task.name, run.run, result, any_rows=task.request.question.confidence is not None)
                change, rise = changes.get(place_of(result)) or self._unpaired(task, baseline, saved, result)
            except DataError as error:
                self.fail(error)
                yield Matched(result, problem=error.line)
                continue
            what = f"{run.run}: {with_group(result)}"
            if saved is None:
                self.warnings.append(f"{what} is not in the baseline")
            elif saved.result.value == float("inf") > result.value:
                self.warnings.append(f"{what} fell from an infinite baseline")
            yield Matched(result, saved, change=change, rise=rise)

    def _unpaired(self, task: Task, baseline: Baseline, saved: Saved | None, result: Result) -> Changed:
        """The intervals of a change from a saved result; DataError where that does not say how sure it is."""
        level = task.level_of_changes
        relative = any(limit.relative and str(limit.loss) == result.loss for limit in task.limits)
        if level is None or saved is None or not relative:
            return None, None
        if saved.result.n != result.n:
            self.warnings.append(f"{with_group(result)}: n {saved.result.n:,} in the baseline, {result.n:,} now")
        if result.units is not None and result.units < 2:
            return None, None
        known = difference_known(result, saved.result, level)
        sure = error_of(result) is not None and math.isfinite(result.value) and math.isfinite(saved.result.value)
        if known is None and not baseline.scored and sure:
            problem = f"{with_group(result)} has no standard error there, by which a change could be told from chance"
            raise DataError(problem, where=shown(baseline.path), hint=f"make it anew: {task.update}")
        (loss,) = (loss for loss in task.request.question.losses if str(loss) == result.loss)
        return known, difference_known(result, saved.result, level, loss.badness)

    def fail(self, error: LossctlError) -> None:
        """Keeps an error, unless it was said before."""
        self.faults.setdefault(str(error), error)
