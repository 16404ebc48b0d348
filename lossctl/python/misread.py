"""Arguments that were meant otherwise than they are read, answered by what to write in Python."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from lossctl.binding.headers import NoSuchColumn
from lossctl.binding.names import usual_for
from lossctl.errors import DataError, LossctlError, UsageError, listed, quoted, shorten
from lossctl.formats.handed import table_of
from lossctl.formats.table import Kind
from lossctl.losses.registry import LOSSES, SETS
from lossctl.losses.text import BoundLoss
from lossctl.question.read_inputs import read_condition
from lossctl.question.src import ASIDE, Src, read_src

_LONG = 80  # characters of values that a hint repeats


def check_names(named: Mapping[str, Any]) -> None:
    """UsageError where texts name columns of arrays, which have none. named: the arguments that are texts, by their names."""
    for name, value in named.items():
        texts = [value] if isinstance(value, str) else value if isinstance(value, (list, tuple)) else []
        texts = [text for text in texts if isinstance(text, str)]
        if texts and all(_source(name, text).file is None for text in texts):
            raise UsageError(f"{name} names columns, and arrays have none", hint=_instead(name, texts))


def check_listed(name: str, frame: Any, named: Mapping[str, Any]) -> None:
    """UsageError where a list of texts beside a frame holds none of its columns: they are likely the values of the rows."""
    columns = table_of(name, frame, named=True).columns
    for keyword, texts in named.items():
        own = isinstance(texts, (list, tuple)) and len(texts) > 1 and all(_source(keyword, text).file is None for text in texts)
        if own and not {*texts} & {*columns}:
            raise UsageError(f"{keyword} names columns, and {name} has none of them", hint=_instead(keyword, texts))


def values_meant(error: LossctlError, named: Mapping[str, Any]) -> str | None:
    """How to go on where the first of a list of texts is no column, which may be the values of the rows; None otherwise."""
    wanted = error.wanted if isinstance(error, NoSuchColumn) else None
    lists = {keyword: texts for keyword in ASIDE if isinstance(texts := named.get(keyword), (list, tuple))}
    return next((_instead(keyword, texts) for keyword, texts in lists.items() if len(texts) > 1 and texts[0] == wanted), None)


def check_whole(name: str, frame: Any) -> None:
    """DataError where a table that is the predictions as a whole has a column that is no number, or columns of several roles."""
    table = table_of(name, frame, named=True)
    for place in range(len(table.columns)):
        try:
            table.check(place, Kind.NUMBER)
        except DataError as problem:
            columns = listed(table.columns)
            hint = f'beside a target that is an array all columns are the predictions; name theirs: pred="COLUMN" of {columns}'
            raise DataError(problem.problem, where=problem.where, hint=hint) from None
    of_roles = {role: column for column in table.columns if (role := usual_for(column)) is not None}
    if {"pred", "target"} <= {*of_roles}:
        both = f"column {quoted(of_roles['target'])} is called as targets are, and the target is an array"
        hint = f'beside it all columns are the predictions; name theirs: pred="{of_roles["pred"]}"'
        raise DataError(both, where=name, hint=hint)


def check_target(target: Any, loss: Any) -> None:
    """UsageError where a loss was given in the place of the target."""
    if isinstance(target, str) and not loss and (target.partition(":")[0] in LOSSES or target in SETS):
        raise UsageError(f"no loss given, and the target is {quoted(target)}, a loss", hint=f'it has a name: loss="{target}"')


def check_given_once(losses: Iterable[BoundLoss], roles: Collection[str]) -> None:
    """UsageError where what an array that stands first is, a role beside it is too. roles: those that have names."""
    for name in (next(iter(form.roles)) for bound in losses for form in bound.loss.forms):
        if name in roles:
            raise UsageError(f"the {name} is given twice, as the first argument and as a role")


def check_candidates(candidates: Sequence[Any], target: Any, loss: Any) -> None:
    """UsageError where the target, or the loss too, was given behind the base as if it had a place of its own."""
    if target is None and not loss and len(candidates) > 1:
        word = candidates[-1] if isinstance(candidates[-1], str) else "LOSS"
        hint = f'both have names: lossctl.compare(base, candidate, target=target, loss="{word}")'
        raise UsageError("no target and no loss given; what follows the base are candidates", hint=hint)


def _source(name: str, text: str) -> Src:
    return read_condition(text).src if name == "where" else read_src(text)


def _instead(name: str, texts: Sequence[str]) -> str:
    """What to write for texts that name no column: the values themselves, or the file of the columns."""
    if name in ASIDE and len(texts) > 1:
        values = shorten(", ".join(f'"{text}"' for text in texts), _LONG)
        return f"if these are the values of the rows, they are an array: {name}=numpy.array([{values}])"
    first = texts[0]
    return f'name the file of the column: {name}="FILE:{first}"' + ("" if name in ("keep", "where") else ", or give an array")
