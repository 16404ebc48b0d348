"""`lossctl.evaluate`: the command line's evaluation for arrays, pandas columns and paths."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from lossctl.commands.eval import check_sample_options, judge
from lossctl.document import Document, Run
from lossctl.errors import UsageError, did_you_mean
from lossctl.losses.declaration import Loss
from lossctl.losses.text import BoundLoss, bind, read_losses
from lossctl.options import Eval, Show
from lossctl.request import read_request
from lossctl.sources.src import Src

if TYPE_CHECKING:
    import pandas as pd

    from lossctl.losses.block import Array

_LISTS = {"preds", "loss", "target", "pred", "weight", "role", "output", "keep"}
_SHOWN = {field.name for field in fields(Show)}
_OPTIONS = {
    field.name: field.name.rstrip("_")
    for field in fields(Eval)
    if field.name not in _SHOWN and field.name not in ("preds", "loss")
}


@dataclass(frozen=True)
class Evaluation:
    """The results of one run. `document` is what the command line would show."""

    document: Document

    @property
    def run(self) -> Run:
        """The run with its results."""
        return self.document.runs[0]

    @property
    def value(self) -> float | dict[str, float]:
        """The headline value of one loss; of several, by canonical text."""
        values = {result.loss: result.value for result in self.run.results}
        return values if len(values) > 1 else next(iter(values.values()))

    @property
    def samples(self) -> Array | dict[str, Array]:
        """The cost of each used row (n,) of one loss; of several, by canonical text."""
        import numpy as np

        assert self.run.samples is not None
        samples = {loss: np.array(values, float) for loss, values in self.run.samples.values.items()}
        return samples if len(samples) > 1 else next(iter(samples.values()))

    def to_dict(self) -> dict[str, Any]:
        """The document in the shape of `lossctl/result@1`."""
        from lossctl.reports.json_report import as_dict

        return as_dict(self.document)

    def to_frame(self) -> pd.DataFrame:
        """One row a result, with the columns of the tsv report."""
        import pandas as pd

        from lossctl.reports.tables import full_tables

        table = next(full_tables(self.document))
        return pd.DataFrame(table.rows, columns=list(table.columns))


def evaluate(
    pred: Any = None, target: Any = None, loss: str | Loss | BoundLoss | Sequence[str] = (), **options: Any
) -> Evaluation:
    """Losses of predictions, by the same pipeline as `lossctl eval`.

    pred, target: arrays or pandas columns (n,) or (n, d), or paths and SRC texts as on the command line. loss: a loss text
    such as "focal:gamma=2", or several. Further keywords are the command line's options with `_` for `-` (`weight`,
    `reduction`, `nan`, `normalize`, `worst`, ...; `from_` for `--from`); `role` is a mapping from names to arrays or SRC
    texts. Raises LossctlError, whose text is the command line's message.
    """
    losses = _losses(loss)
    role: Mapping[str, Any] = options.pop("role", {})
    given = {"pred": pred, "target": target, "weight": options.pop("weight", None), **role}
    preds = [os.fspath(pred)] if isinstance(pred, (str, os.PathLike)) else []
    if preds:
        del given["pred"]
    texts: list[str] = []
    arrays: dict[str, Src] = {}
    for name, data in given.items():
        if isinstance(data, (str, os.PathLike)):
            texts.append(f"{name}={os.fspath(data)}")
        elif data is not None:
            arrays[name] = Src(name, array=data)
    record = _record({**options, "preds": preds, "role": texts})
    request = read_request(record, arrays, losses)
    check_sample_options(record, request)
    return Evaluation(judge(record, request, quiet=True))


def _losses(loss: str | Loss | BoundLoss | Sequence[str]) -> tuple[BoundLoss, ...]:
    if isinstance(loss, Loss):
        return (bind(loss, {}, typed=False),)
    if isinstance(loss, BoundLoss):
        return (loss,)
    return read_losses([loss] if isinstance(loss, str) else loss)


def _record(options: Mapping[str, Any]) -> Eval:
    """The command's record with these options; numbers become the texts that the command line would have."""
    values: dict[str, Any] = {name: [] for name in _LISTS}
    values["per_sample"] = True
    for name, value in options.items():
        if name not in _OPTIONS and name not in ("preds", "role"):
            raise UsageError(f"evaluate has no option {name}" + did_you_mean(name, _OPTIONS))
        if name in _LISTS:
            values[name] = [value] if isinstance(value, str) else [str(one) for one in value]
        elif value is not None:
            values[name] = (
                value if isinstance(value, (bool, str)) else os.fspath(value) if isinstance(value, os.PathLike) else str(value)
            )
    return Eval(**values)
