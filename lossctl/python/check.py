"""`lossctl.check`: results against limits and a baseline, as `lossctl check` has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lossctl.commands.check import judge
from lossctl.files.states import check_outputs
from lossctl.options.commands import Check
from lossctl.python.arguments import loss_texts, named_runs, read_call
from lossctl.python.found import Found
from lossctl.python.keywords import command_function
from lossctl.python.messages import document_in_keywords
from lossctl.question.checks.tasks import tasks_of
from lossctl.reports.tables.verdict_sentences import checks_verdict
from lossctl.results.document import Check as CheckResult

if TYPE_CHECKING:
    from typing import Unpack

    from lossctl.losses.declaration import Loss
    from lossctl.losses.text import BoundLoss
    from lossctl.python.typed import CheckKeywords


class Checked(Found):
    """The verdict of checks."""

    title = "checks"

    @property
    def ok(self) -> bool:
        """Whether no check failed and nothing went wrong. Failures of severity warn do not count."""
        return self.document.ok

    @property
    def headline(self) -> str:
        """`2 of 7 checks failed, 1 could not be judged`, or `all 7 checks passed`."""
        return checks_verdict(self.document)

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """Each limit on a result, with its status and message."""
        return self.document.checks

    @property
    def errors(self) -> tuple[str, ...]:
        """What could not be read or compared."""
        return self.document.errors


@command_function(Check)
def check(
    data: Any = None,
    /,
    target: Any = None,
    loss: str | Loss | BoundLoss | Sequence[str] = (),
    *,
    pred: str | None = None,
    **keywords: Unpack[CheckKeywords],
) -> Checked:
    """Results against limits (`max="mse=0.1"`, or `max=0.1` of the one `loss`) and a baseline, as `lossctl check` judges them.

    data, target, loss, pred: as of `evaluate`; data may be a mapping from names of runs to them. Without data the checks of
    `config`, or of the nearest lossctl.toml. `update_baseline=True` writes the file of `baseline`. What is wrong with the data of
    a run is one of the `errors`, as in the command's report. Raises LossctlError for keywords that do not fit.
    """
    runs = [] if data is None else named_runs(data)
    given = Check(quiet=True, loss=loss_texts(loss))
    tasks = tasks_of(*read_call(given, "check", runs, {"pred": pred, "target": target}, keywords))
    outputs = {path for task in tasks for path in task.outputs()}
    check_outputs([*outputs], [file for task in tasks for file in task.files()])
    return Checked(document_in_keywords(judge(tasks, quiet=True)[1], Check))
