"""`lossctl.evaluate`: the command line's evaluation for arrays, pandas columns and paths."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, TypeAlias

from lossctl.commands.eval import check_sample_options, judge
from lossctl.effects import options_of
from lossctl.errors import DataError, UsageError
from lossctl.files.states import check_outputs
from lossctl.losses.declaration import Loss
from lossctl.losses.text import BoundLoss, bind, read_losses
from lossctl.options.commands import Eval
from lossctl.options.show import Show
from lossctl.question.mapping import check_keys, from_mapping
from lossctl.question.request import read_request
from lossctl.question.src import Src
from lossctl.record import record
from lossctl.results.document import Document, Run

if TYPE_CHECKING:
    import pandas as pd

    from lossctl.losses.roles.block import Array

Group: TypeAlias = "str | tuple[str, ...]"
_OPTIONS = [name for name, one in options_of(Eval).items() if name not in options_of(Show) and one.option.flags]


@record
class Evaluation:
    """The results of one run. `document` is what the command line would show."""

    document: Document
    again: Callable[[], Document] | None = None  # the same with samples, where the arrays are still at hand

    @property
    def run(self) -> Run:
        """The run with its results."""
        return self.document.runs[0]

    @property
    def value(self) -> float | dict[str, float]:
        """The headline value of all rows of one loss; of several, by canonical text."""
        values = {result.loss: result.value for result in self.run.results if result.by is None}
        return values if len(values) > 1 else next(iter(values.values()))

    @property
    def groups(self) -> dict[Group, float] | dict[str, dict[Group, float]]:
        """The headline values of the groups of `by`, of several losses by canonical text. A group is its name, or several."""
        groups: dict[str, dict[Group, float]] = {}
        for result in self.run.results:
            of_loss = groups.setdefault(result.loss, {})
            if result.by is not None:
                names = tuple(result.by.values())
                of_loss[names if len(names) > 1 else names[0]] = result.value
        return groups if len(groups) > 1 else next(iter(groups.values()))

    @property
    def samples(self) -> Array | dict[str, Array]:
        """The cost of each used row (n,) of one loss; of several, by canonical text."""
        table = self._whole().runs[0].samples
        assert table is not None
        samples = dict(table.values)
        return samples if len(samples) > 1 else next(iter(samples.values()))

    def to_dict(self) -> dict[str, Any]:
        """The document in the shape of `lossctl/result@1`."""
        from lossctl.results.plain import as_dict

        return as_dict(self._whole())

    def _whole(self) -> Document:
        """The document with samples; LossctlError where the arrays are not any more what the results were computed of."""
        if self.again is None:
            return self.document
        document = self.again()
        if list(map(repr, document.runs[0].results)) != list(map(repr, self.run.results)):
            raise DataError("the arrays have changed since they were evaluated", where=self.run.run, hint="evaluate them anew")
        return document

    def to_frame(self) -> pd.DataFrame:
        """One row a result, with the columns of the tsv report."""
        import pandas as pd

        from lossctl.reports.full_tables import results_table

        table = results_table(self.document)
        return pd.DataFrame([*table.lists()], columns=list(table.columns))


def evaluate(
    data: Any = None,
    /,
    target: Any = None,
    loss: str | Loss | BoundLoss | Sequence[str] = (),
    *,
    pred: Any = None,
    in_order: bool = False,
    **options: Any,
) -> Evaluation:
    """Losses of predictions, by the same pipeline as `lossctl eval`.

    data: predictions as an array or pandas column (n,) or (n, d), or the path of a file, in which `pred` may name the columns.
    target: the same, or a SRC text as on the command line. loss: a loss text such as "focal:gamma=2", or several. Further
    keywords are the command line's options with `_` for `-` (`weight`, `by`, `reduction`, `nan`, `normalize`, `worst`, ...;
    `from_` for `--from`), where `weight`, `by` and `id` may be arrays, and `role` is a mapping from names to arrays or SRC texts.
    None, pandas.NA and NaT are missing values. Pandas columns whose indexes hold the same labels in another order are refused,
    unless `in_order`. Raises LossctlError, whose text is the command line's message.
    """
    losses = _losses(loss)
    preds: tuple[str, ...] = ()
    if _is_path(data):
        preds = (os.fsdecode(data),)
    elif data is not None:
        if pred is not None:
            raise UsageError("the predictions are given twice, as the first argument and as pred")
        pred = data
    roles = {"pred": pred, "target": target, "weight": options.pop("weight", None), **_roles(options.pop("role", {}))}
    _check_order({**roles, "by": options.get("by"), "id": options.get("id")}, in_order)
    arrays = {name: Src(name, array=value) for name, value in roles.items() if value is not None and not _is_path(value)}
    # `**{"from": "logits"}` is as good as from_="logits"
    texts: dict[str, Any] = {f"{name}_" if iskeyword(name) else name: value for name, value in options.items()}
    texts["role"] = [f"{name}={os.fsdecode(value)}" for name, value in roles.items() if _is_path(value)]
    texts["in_order"] = in_order
    check_keys(texts, _OPTIONS, "evaluate has no option {}")
    for name in ("by", "id"):
        if not _is_text(value := texts.get(name)):
            arrays[name] = Src(str(getattr(value, "name", None) or name), array=texts.pop(name))
    record = from_mapping(Eval(preds=preds, per_sample=True), texts)
    request = read_request(record, arrays, losses)
    check_sample_options(record, request)
    if record.save_samples is not None:
        check_outputs([record.save_samples], request.files())
    if record.preds or record.role or "per_sample" in options:
        return Evaluation(judge(record, request, quiet=True))
    whole = cache(partial(judge, record, request, quiet=True))
    return Evaluation(judge(replace(record, per_sample=False), request, quiet=True), whole)


def _roles(role: Any) -> Mapping[str, Any]:
    if not isinstance(role, Mapping) or not all(isinstance(name, str) for name in role):
        raise UsageError("role is a mapping from names to arrays or texts, as {'anchor': a}")
    return role


def _check_order(columns: Mapping[str, Any], in_order: Any) -> None:
    """DataError where pandas columns that go together have the same labels in another order."""
    if not isinstance(in_order, bool):
        raise UsageError("in_order is True or False")
    indexes = {name: value.index for name, value in columns.items() if hasattr(getattr(value, "index", None), "equals")}
    for (first, index), (name, other) in itertools.pairwise(indexes.items()):
        if not in_order and not index.equals(other) and Counter(index) == Counter(other):
            problem = f"its index has the labels of that of {first} in another order"
            hint = f"bring it into that order: {name}.loc[{first}.index]; in_order=True pairs rows by their places"
            raise DataError(problem, where=name, hint=hint)


def _is_path(value: Any) -> bool:
    return isinstance(value, (str, os.PathLike))


def _is_text(value: Any) -> bool:
    return (
        value is None
        or isinstance(value, str)
        or (isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value))
    )


def _losses(loss: str | Loss | BoundLoss | Sequence[str]) -> tuple[BoundLoss, ...]:
    if isinstance(loss, Loss):
        return (bind(loss, {}, typed=False),)
    if isinstance(loss, BoundLoss):
        return (loss,)
    if isinstance(loss, str):
        return read_losses([loss])
    if not isinstance(loss, Sequence) or not all(isinstance(one, str) for one in loss):
        raise UsageError('loss is a text, as "huber:delta=1.5", a list of texts, or a declared loss')
    return read_losses(loss)
