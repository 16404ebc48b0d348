"""`lossctl.batch`: many runs and their leaderboard, as `lossctl batch` has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lossctl.commands.batch import document_of, finish, read_batch
from lossctl.options.commands import Batch
from lossctl.python.arguments import loss_texts, named_runs, read_call
from lossctl.python.found import Found
from lossctl.python.keywords import command_function
from lossctl.python.messages import document_in_keywords

if TYPE_CHECKING:
    from typing import Unpack

    import pandas as pd

    from lossctl.losses.declaration import Loss
    from lossctl.losses.text import BoundLoss
    from lossctl.python.typed import BatchKeywords


class Leaderboard(Found):
    """Runs, the best first; those that failed last, which `errors` say."""

    @property
    def values(self) -> dict[str, float] | dict[str, dict[str, float]]:
        """The headline values of all rows by runs, the best first; of several losses by canonical text."""
        values: dict[str, dict[str, float]] = {}
        for run in self.document.runs:
            for result in run.totals:
                values.setdefault(result.loss, {})[run.run] = result.value
        return values if len(values) != 1 else next(iter(values.values()))

    @property
    def errors(self) -> tuple[str, ...]:
        """What each failed run died of, in the order they were given."""
        return self.document.errors

    def to_frame(self) -> pd.DataFrame:
        """One row a run, the best first, or a result where these are long, with the columns of the csv report."""
        board = self.document.board
        return self.frame(self.title if board is None or board.long else "leaderboard")


@command_function(Batch)
def batch(
    runs: Any = (),
    /,
    target: Any = None,
    loss: str | Loss | BoundLoss | Sequence[str] = (),
    *,
    pred: str | None = None,
    **keywords: Unpack[BatchKeywords],
) -> Leaderboard:
    """The losses of many runs, by the same pipeline as `lossctl batch`; one that fails is an error beside the others.

    runs: a mapping from names to predictions (arrays, DataFrames or paths), a sequence of them, or a path or glob. target, loss,
    pred: as of `evaluate`, the same for all. `output="results.jsonl"` is the journal that `resume=True` goes on with.
    Raises LossctlError for keywords that do not fit.
    """
    names = [f"run_{place}" for place, _ in enumerate(runs, 1)] if isinstance(runs, (list, tuple)) else []
    named = named_runs(runs, names) if names or not isinstance(runs, (list, tuple)) else []
    given = Batch(quiet=True, loss=loss_texts(loss))
    options, handed = read_call(given, "batch", named, {"pred": pred, "target": target}, keywords)
    asked = read_batch(options, handed)
    document = document_of(options, asked, finish(options, asked))
    asked.delivery.write_files(document)
    return Leaderboard(document_in_keywords(document, Batch))
