"""`lossctl.evaluate`: the command line's evaluation for arrays, pandas columns and paths."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import fields
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, get_origin, get_type_hints

from lossctl.commands.eval import check_sample_options, judge
from lossctl.errors import UsageError, did_you_mean
from lossctl.losses.declaration import Loss
from lossctl.losses.text import BoundLoss, bind, read_losses
from lossctl.options import Eval, Show
from lossctl.question.request import read_request
from lossctl.question.src import Src
from lossctl.record import record
from lossctl.results.document import Document, Run

if TYPE_CHECKING:
    import pandas as pd

    from lossctl.losses.roles.block import Array

_LISTS = {name for name, hint in get_type_hints(Eval).items() if get_origin(hint) is list}
_ROLES = ("pred", "target", "weight", "role")
_SHOWN = {field.name for field in fields(Show)}
_OPTIONS = {field.name for field in fields(Eval)} - _SHOWN - {"preds", "loss", *_ROLES}


@record
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
        from lossctl.results.plain import as_dict

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
    such as "focal:gamma=2", or several. Further keywords are the command line's options with `_` for `-` (`weight`, `by`,
    `reduction`, `nan`, `normalize`, `worst`, ...; `from_` for `--from`), where `weight`, `by` and `id` may be arrays, and
    `role` is a mapping from names to arrays or SRC texts. Raises LossctlError, whose text is the command line's message.
    """
    losses = _losses(loss)
    texts: dict[str, Any] = {name: [] for name in _LISTS} | {"per_sample": True}
    arrays: dict[str, Src] = {}
    roles = {"pred": pred, "target": target, "weight": options.pop("weight", None), **options.pop("role", {})}
    for name, value in roles.items():
        if isinstance(value, (str, os.PathLike)):
            if name == "pred":
                texts["preds"] = [os.fspath(value)]
            else:
                texts["role"].append(f"{name}={os.fspath(value)}")
        elif value is not None:
            arrays[name] = Src(name, array=value)
    for given, value in options.items():
        name = f"{given}_" if iskeyword(given) else given  # `**{"from": "logits"}` is as good as from_="logits"
        if name not in _OPTIONS:
            raise UsageError(f"evaluate has no option {name}" + did_you_mean(name, _OPTIONS))
        if name in ("by", "id") and not _is_text(value):
            arrays[name] = Src(str(getattr(value, "name", None) or name), array=value)
        elif value is not None:
            texts[name] = _text(name, value)
    record = Eval(**texts)
    request = read_request(record, arrays, losses)
    check_sample_options(record, request)
    return Evaluation(judge(record, request, quiet=True))


def _text(name: str, value: Any) -> Any:
    """An option as the command line has it: a flag, a text, or a list of texts."""
    if name in _LISTS:
        return [value] if isinstance(value, str) else list(map(str, value))
    if name == "classes" and not isinstance(value, str):
        return ",".join(map(str, value))
    return value if isinstance(value, bool) else str(value)


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
    return read_losses([loss] if isinstance(loss, str) else loss)
