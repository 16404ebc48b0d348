"""The arguments of a call in Python -> the options of a command, and the data that no text stands for."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from keyword import iskeyword
from typing import Any, TypeVar

from lossctl.effects import options_of
from lossctl.errors import DataError, UsageError, quoted
from lossctl.formats.handed import is_frame
from lossctl.losses.declaration import Loss
from lossctl.losses.plugins import load_files
from lossctl.losses.text import BoundLoss, bind
from lossctl.options.commands import Batch, Check, Compare, Eval
from lossctl.python.keywords import keywords_of
from lossctl.python.misread import check_listed, check_names, check_whole
from lossctl.question.asked_losses import read_losses
from lossctl.question.mapping import check_keys, from_mapping
from lossctl.question.src import ASIDE, Handed, Src, read_src

Options = TypeVar("Options", Eval, Check, Compare, Batch)
ROLES = ("pred", "target", "weight")  # those that have an option of their own
_NAMING = [name for name, declared in options_of(Eval).items() if declared.option.names_columns and name not in ROLES]
Runs = Sequence[tuple[str, Any]]


def read_call(
    options: Options, function: str, runs: Runs, roles: Mapping[str, Any], keywords: Mapping[str, Any]
) -> tuple[Options, Handed]:
    """A call of a function as the options of its command, and what was handed over beside them.

    runs: each run's name and data, a path or the data themselves. roles: SRC texts or data by the names of roles. keywords: by
    the names of options. Raises UsageError for what fits no option, DataError where pandas indexes say another order.
    """
    # `**{"from": "logits"}` is as good as from_="logits"
    texts = {f"{name}_" if iskeyword(name) else name: value for name, value in keywords.items()}
    check_keys(texts, keywords_of(type(options)), f"{function} has no option {{}}")
    if (pred := roles.get("pred")) is not None:
        if any(not is_path(data) and not names_columns(data, roles, keywords) for _, data in runs):
            raise UsageError("the predictions are given twice, as the first argument and as pred")
        if len(runs) > 1 and not is_path(pred):
            raise UsageError("pred names columns of each run, where there are several")
    alone = {**roles, "weight": texts.pop("weight", None)}
    given: dict[str, Any] = {**alone, **_roles(texts.pop("role", {}), alone)}
    aside = {name: texts.pop(name) for name in ASIDE if not _is_text(texts.get(name))}
    paired_by_key = texts.get("id") is not None and "id" not in aside
    tables = [data for _, data in runs if is_path(data) or names_columns(data, roles, keywords)]
    arrays = [data for _, data in (*runs, *given.items()) if data is not None and not is_path(data)]
    if arrays and not tables and not any(map(_is_file, given.values())):
        named = {name: value for name, value in given.items() if is_path(value)}
        check_names(named | {name: texts.get(name) for name in _NAMING if name not in aside})
    for name, data in runs:
        if names_columns(data, roles, keywords) and not any(map(_is_file, given.values())):
            check_listed(name, data, {keyword: texts.get(keyword) for keyword in ASIDE if keyword not in aside})
    _check_order({**dict(runs[:1] if paired_by_key else runs), **given, **aside}, texts.get("in_order", False))
    for name, data in [*runs, ("pred", given["pred"])]:
        if is_frame(data) and not names_columns(data, roles, keywords):
            check_whole(name, data)
    data = {name: Src(name, array=value) for name, value in given.items() if value is not None and not is_path(value)}
    data |= {name: Src(str(getattr(value, "name", None) or name), array=value) for name, value in aside.items()}
    paths = {name: os.fsdecode(value) for name, value in given.items() if is_path(value)}
    texts |= {name: paths.pop(name) for name in ROLES if name in paths}
    texts["role"] = [f"{name}={path}" for name, path in paths.items()]
    texts["preds"] = [name for name, _ in runs]
    read = from_mapping(options, texts)
    load_files(read.plugin)  # before an argument names a loss of theirs
    return read, Handed(data, dict(_preds(runs, given, keywords)))


def names_columns(data: Any, roles: Mapping[str, Any], keywords: Mapping[str, Any]) -> bool:
    """Whether the columns of a frame are roles by their names, and not all of them the predictions: unless every role is data."""
    asked = [keywords.get(name) for name in (*ASIDE, "where", "keep")]
    named = any(map(is_path, roles.values())) or any(value is not None and _is_text(value) for value in asked)
    return is_frame(data) and (named or roles.get("target") is None)


def _is_file(value: Any) -> bool:
    """Whether it is a text that names a file."""
    return is_path(value) and not read_src(os.fsdecode(value)).of_own_table


def is_path(value: Any) -> bool:
    """Whether it is a text or a path, which name data, and no data."""
    return isinstance(value, (str, os.PathLike))


def read_loss(loss: Any) -> tuple[BoundLoss, ...]:
    """The losses of an argument: a text, texts, or a declared loss."""
    if isinstance(loss, Loss):
        return (bind(loss, {}, typed=False),)
    return (loss,) if isinstance(loss, BoundLoss) else read_losses(loss_texts(loss))


def loss_texts(loss: Any) -> tuple[str, ...]:
    """The texts of an argument's losses, as the command line has them."""
    if isinstance(loss, (Loss, BoundLoss)):
        return tuple(map(str, read_loss(loss)))
    texts = [loss] if isinstance(loss, str) else loss
    if not isinstance(texts, Sequence) or not all(isinstance(text, str) for text in texts):
        raise UsageError('loss is a text, as "huber:delta=1.5", a list of texts, or a declared loss')
    return tuple(texts)


def named_runs(data: Any, names: Sequence[str] = ()) -> Runs:
    """The runs of an argument: of a mapping by its names, of a list by `names`, or else the one that it is.

    Paths are called as they are. Raises UsageError for None, and for data called as another run is.
    """
    if isinstance(data, Mapping):
        runs = [(str(name), run) for name, run in data.items()]
    else:
        several = data if isinstance(data, (list, tuple)) and names else [data]
        names = names if several is data else ["frame" if is_frame(data) else "pred"]
        runs = [(os.fsdecode(run) if is_path(run) else name, run) for name, run in zip(names, several, strict=True)]
    counts = Counter(name for name, _ in runs)
    for name, run in runs:
        if run is None:
            raise UsageError("there are no data, but None", where=name)
        if counts[name] > 1 and not is_path(run):
            raise UsageError(f"two runs are called {quoted(name)}", hint="give a mapping from names to data")
    return runs


def _preds(runs: Runs, roles: Mapping[str, Any], keywords: Mapping[str, Any]) -> Iterable[tuple[str, Src]]:
    """The sources of the runs that are no paths called as they are."""
    for name, data in runs:
        if not is_path(data):
            yield name, Src(name, array=data, frame=names_columns(data, roles, keywords))
        elif os.fsdecode(data) != name:
            yield name, Src(name, file=os.fsdecode(data))


def _roles(role: Any, alone: Mapping[str, Any]) -> Mapping[str, Any]:
    """The argument `role`; UsageError where it is none, or gives what one of the roles that are arguments of their own does."""
    if not isinstance(role, Mapping) or not all(isinstance(name, str) for name in role):
        raise UsageError("role is a mapping from names to arrays or texts, as {'anchor': a}")
    if twice := [name for name in role if alone.get(name) is not None]:
        raise UsageError(f"the {twice[0]} is given twice, in role too")
    return role


def _check_order(columns: Mapping[str, Any], in_order: Any) -> None:
    """DataError where the indexes of pandas columns that go together say another order, or other rows.

    An index that only counts the rows says neither: predictions have such a one beside a target that was split off.
    """
    if not isinstance(in_order, bool):
        raise UsageError("in_order is True or False")
    indexes = {name: value.index for name, value in columns.items() if hasattr(getattr(value, "index", None), "equals")}
    for (first, index), (name, other) in itertools.combinations(() if in_order else indexes.items(), 2):
        if len(index) != len(other) or _alike(index, other):
            continue
        missing = Counter(other) - Counter(index)
        if not missing:
            problem = f"its index has the labels of that of {first} in another order"
            hint = f"bring it into that order: {name}.loc[{first}.index]; in_order=True pairs rows by their places"
            raise DataError(problem, where=name, hint=hint)
        if not (_counts(index) or _counts(other)):
            problem = f"its index has {quoted(next(iter(missing)))}, and that of {first} has not: these are not the same rows"
            raise DataError(problem, where=name, hint="in_order=True pairs rows by their places")


def _alike(index: Any, other: Any) -> bool:
    """Whether labels are the same one by one; a date or number may be a text on one side, and time zones may differ."""
    if index.equals(other):
        return True
    if index.dtype.kind == other.dtype.kind:
        return index.dtype != other.dtype and [*index] == [*other]
    return index.nlevels == other.nlevels == 1 and bool(index.astype(str).equals(other.astype(str)))


def _counts(index: Any) -> bool:
    """Whether an index numbers the rows from 0."""
    return bool(index.equals(type(index)(range(len(index))))) if index.dtype.kind in "iu" else False


def _is_text(value: Any) -> bool:
    return value is None or is_path(value) or (isinstance(value, (list, tuple)) and all(isinstance(text, str) for text in value))
