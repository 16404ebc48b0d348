"""`lossctl.compare`: candidates against a base on the same rows, as `lossctl compare` has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lossctl.commands.compare import check_options, with_models_of
from lossctl.commands.compare import compare as compared
from lossctl.options.commands import Compare
from lossctl.python.arguments import named_runs, read_call, read_loss
from lossctl.python.found import Found
from lossctl.python.keywords import command_function
from lossctl.python.messages import document_in_keywords
from lossctl.python.misread import check_candidates
from lossctl.question.request import read_request
from lossctl.results.document import Comparison

if TYPE_CHECKING:
    from typing import Unpack

    import pandas as pd

    from lossctl.losses.declaration import Loss
    from lossctl.losses.text import BoundLoss
    from lossctl.python.typed import CompareKeywords


class Comparisons(Found):
    """Candidates beside a base: one comparison for each candidate, loss and group."""

    title = "comparisons"

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Each with its difference (candidate minus base), `low` and `high`, p-values and counts of rows."""
        return self.document.comparisons

    @property
    def worst(self) -> pd.DataFrame:
        """The rows that got worse most, as many of each comparison as `worst=K` asked for."""
        import pandas as pd

        return pd.DataFrame(
            {
                "candidate": comparison.candidate,
                "loss": comparison.loss,
                **(comparison.by or {}),
                "row": row["row"],
                **row["id"],
                "difference": row["difference"],
                **row["keep"],
            }
            for comparison in self.comparisons
            for row in comparison.worst or ()
        )


@command_function(Compare)
def compare(
    base: Any,
    /,
    *candidates: Any,
    target: Any = None,
    loss: str | Loss | BoundLoss | Sequence[str] = (),
    pred: str | None = None,
    **keywords: Unpack[CompareKeywords],
) -> Comparisons:
    """Paired differences of candidates from a base, by the same pipeline as `lossctl compare`.

    base, candidates: predictions as arrays, tables as DataFrames, or paths of files; or base alone, a mapping from names to them,
    of which the first is the base. Rows pair by their order, or by the columns of `id`. target, loss: as of `evaluate`. pred: the
    columns of the predictions in tables. Raises LossctlError, whose text is the command line's message with these keywords.
    """
    check_candidates(candidates, target, loss)
    several = [f"candidate_{place}" for place in range(1, len(candidates) + 1)]
    names = ["base", *(several if len(several) > 1 else ["candidate"] * len(several))]
    runs = named_runs(base if isinstance(base, Mapping) and not candidates else [base, *candidates], names)
    options, handed = read_call(Compare(quiet=True), "compare", runs, {"pred": pred, "target": target}, keywords)
    request = with_models_of(read_request(options, handed, read_loss(loss)))
    check_options(options, request)
    return Comparisons(document_in_keywords(compared(options, request, quiet=True, pictures=True), Compare))
