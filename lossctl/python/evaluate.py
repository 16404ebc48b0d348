"""`lossctl.evaluate`: losses of arrays, frames and files, as `lossctl eval` has them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from lossctl.commands.eval import check_sample_options, judge
from lossctl.errors import UsageError, quoted
from lossctl.files.states import check_outputs
from lossctl.files.streams import read_once
from lossctl.losses.declaration import Loss
from lossctl.losses.text import BoundLoss
from lossctl.options.commands import Eval
from lossctl.python.arguments import is_path, named_runs, names_columns, read_call, read_loss
from lossctl.python.evaluation import Evaluation
from lossctl.python.keywords import command_function
from lossctl.python.messages import document_in_keywords
from lossctl.python.misread import check_given_once, check_target
from lossctl.question.request import read_request
from lossctl.record import replace
from lossctl.results.document import Document

if TYPE_CHECKING:
    from typing import Unpack

    from lossctl.python.typed import EvalKeywords


@command_function(Eval)
def evaluate(
    data: Any = None,
    /,
    target: Any = None,
    loss: str | Loss | BoundLoss | Sequence[str] = (),
    *,
    pred: Any = None,
    **keywords: Unpack[EvalKeywords],
) -> Evaluation:
    """Losses of predictions, by the same pipeline as `lossctl eval`.

    data: predictions as an array or pandas column (n,) or (n, d), without a target the first role of the loss; or a table, the
    path of a file or a DataFrame, in which `pred`, `target`, `by` and others may name the columns. A DataFrame whose target is an
    array is the predictions, a column a class. target: an array, or a SRC text as on the command line. loss: a loss text such as
    "focal:gamma=2", or several. `weight`, `by`, `id` and `unit` may be arrays, and `role` is a mapping from names to arrays or
    SRC texts. None, pandas.NA and NaT are missing values. Pandas columns whose indexes hold the same labels in another order are
    refused, unless `in_order`. Raises LossctlError, whose text is the command line's message with these keywords for options.
    """
    check_target(target, loss)
    roles = {"pred": pred, "target": target}
    is_array = data is not None and not is_path(data) and not names_columns(data, roles, keywords)
    if is_array and target is not None:
        if pred is not None:
            raise UsageError("the predictions are given twice, as the first argument and as pred")
        roles["pred"], data = data, None
    runs = [] if data is None else named_runs(data)
    options, handed = read_call(Eval(), "evaluate", runs, roles, keywords)
    request = read_request(options, handed, read_loss(loss))
    if is_array and runs:
        check_given_once(request.question.losses, request.inputs.roles)
    if len(request.inputs.runs) > 1:
        problem = f"evaluate is about one run, and {quoted(options.preds[0])} matches {len(request.inputs.runs):,} files"
        raise UsageError(problem, hint="as one dataset: pool=True")
    if "per_sample" not in keywords:
        options = replace(options, per_sample=request.has_samples)
    check_sample_options(options, request)
    if options.save_samples is not None:
        check_outputs([options.save_samples], request.files())
    files = request.files()
    if "per_sample" in keywords or any(map(read_once, files)):
        return Evaluation(document_in_keywords(judge(options, request, quiet=True, pictures=True), Eval))

    @cache
    def again(samples: bool) -> Document:
        asked = replace(options, per_sample=samples and options.per_sample, save_samples=None)
        found = judge(asked, request, quiet=True, pictures=True)
        return document_in_keywords(found, Eval)

    # of arrays, half of the time goes to standard deviations, and most want the value alone; of files, to reading
    found = judge(replace(options, per_sample=False, bare=not files), request, quiet=True)
    return Evaluation(document_in_keywords(found, Eval), again, whole=bool(files))
