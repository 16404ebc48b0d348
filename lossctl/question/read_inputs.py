"""Options -> the files and columns that are read."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from lossctl.effects import words_of
from lossctl.errors import UsageError, listed, quoted
from lossctl.files.states import Identity, identity
from lossctl.files.streams import STDIN, is_url, name_of, read_once
from lossctl.lazy import regex
from lossctl.losses.text import BoundLoss
from lossctl.options.commands import COMMANDS
from lossctl.options.data import Data, OwnInputs
from lossctl.question.globs import expanded, is_glob
from lossctl.question.inputs import Condition, Inputs, RunInput
from lossctl.question.src import ASIDE, Handed, Src, looks_like_a_column, path_within, read_src
from lossctl.question.table_settings import read_syntaxes
from lossctl.question.values import split_listed
from lossctl.record import replace
from lossctl.text import shown

if TYPE_CHECKING:
    from pathlib import Path

_ROLE_NAME = regex(r"[a-z][a-z0-9_]*")
_CONDITION = regex(r"(.+?)(!=|<=|>=|=|<|>)(.*)", re.DOTALL)  # the first operator splits


def read_inputs(options: Data, handed: Handed, losses: tuple[BoundLoss, ...], folder_of: Callable[[str], Path | None]) -> Inputs:
    """The inputs of options and of what Python code handed over; UsageError where one does not fit.

    folder_of: for the name of an option where its paths begin, None for the working directory.
    """

    def read(option: str, texts: Iterable[str]) -> tuple[Src, ...]:
        return _within(folder_of(option), map(read_src, texts))

    typed = _given(options, handed.roles, read)
    given = {role: tuple(chain.from_iterable(map(_shards, sources))) for role, sources in typed.items()}
    aside = {name: given.pop(name, ()) for name in ASIDE}
    folder = folder_of("preds")
    named = [name for text in options.preds for name in ([text] if text in handed.preds else expanded(text, folder))]
    preds = _within(folder, map(handed.pred, named))
    conditions = map(read_condition, options.where)
    own = options.own_inputs
    inputs = Inputs(
        runs=_runs(options, preds, {**given, "weight": aside["weight"]}, losses),
        roles=given,
        weight=aside["weight"],
        keys=(*_within(folder_of("id"), chain.from_iterable(map(read_keys, options.id))), *aside["id"]),
        groups=(*read("by", split_listed(options.by)), *aside["by"]),
        keep=read("keep", split_listed(own.keep)),
        unit=(*read("unit", options.unit), *aside["unit"]),
        where=tuple(replace(condition, src=_within(folder_of("where"), [condition.src])[0]) for condition in conditions),
        syntaxes=read_syntaxes(options, folder_of("table")),
        in_order=options.in_order,
        globs=(
            *(text if folder is None else os.path.relpath(folder / text) for text in options.preds if is_glob(text, folder)),
            *(src.file for sources in typed.values() for src in sources if src.file is not None and is_glob(src.file)),
        ),
        model=None if own.model is None else read_src(f"col:{own.model.removeprefix('col:')}"),
        base=own.base,
    )
    _check_key_files(inputs, own)
    check_read_once(inputs.named_files if len(inputs.runs) > 1 else ())
    return inputs


def check_read_once(shared: Iterable[str]) -> None:
    """UsageError where a file that several runs read is a stream, which is gone once the first has read it."""
    for file in filter(read_once, shared):
        problem = f"{name_of(file)} can be read only once, and several runs read it"
        raise UsageError(problem, hint="write it into a file first: ... > truth.csv, then name that file")


def _check_key_files(inputs: Inputs, own: OwnInputs) -> None:
    """UsageError where --id is about a file that is not read, and would say nothing."""
    preds = [src.file for run in inputs.runs for src in run.preds if src.file is not None]
    read = [*preds, *replace(inputs, keys=()).named_files, *own.files]
    folders = [file.rstrip("/") for file in read]
    for src in inputs.keys:
        if src.file is not None and src.file not in read and os.path.dirname(src.file) not in folders:
            raise UsageError(f"--id names {quoted(src.file)}, which is not read", hint=f"files are {listed(dict.fromkeys(read))}")


def read_keys(text: str) -> list[Src]:
    """The key columns of `a,b`, or of `FILE:a,b,OTHER:c`, where names after `FILE:` belong to it."""
    keys: list[Src] = []
    for part in filter(None, text.split(",")):
        src = read_src(part)
        if src.file is None and keys and keys[-1].file is not None:
            src = replace(src, text=f"{keys[-1].file}:{part}", file=keys[-1].file)
        keys.append(src)
    return keys


def read_condition(text: str) -> Condition:
    """The condition of `SRC=VALUE`, also with != < <= > >=."""
    split = _CONDITION.fullmatch(text)
    if split is None:
        hint = "a shell takes > and < for itself; quote the condition: --where 'n>3'"
        raise UsageError(f"--where is SRC=VALUE, or another of != < <= > >=, not {quoted(text)}", hint=hint)
    src, operator, value = split.groups()
    if not value and operator not in ("=", "!="):
        raise UsageError(f"--where {quoted(text)} compares with nothing; a value follows {operator}")
    return Condition(read_src(src), operator, value)


def _within(folder: Path | None, sources: Iterable[Src]) -> tuple[Src, ...]:
    """Sources whose paths begin in a folder, None for the working directory; their texts stay as typed."""
    if folder is None or folder == folder.cwd():
        return tuple(sources)
    return tuple(src if src.file is None else replace(src, file=path_within(folder, src.file)) for src in sources)


def _given(
    options: Data, arrays: Mapping[str, Src], read: Callable[[str, Iterable[str]], tuple[Src, ...]]
) -> dict[str, tuple[Src, ...]]:
    given: dict[str, list[Src]] = {}
    for role, texts in {"pred": options.pred, "target": options.target, "weight": options.weight}.items():
        given.setdefault(role, []).extend(read(role, texts))
    for text in options.role:
        role, equals, src = text.partition("=")
        if not equals or not _ROLE_NAME.fullmatch(role) or not src:
            raise UsageError(f"--role is NAME=SRC, as in -r anchor=a.npy, not {quoted(text)}")
        given.setdefault(role, []).extend(read("role", [src]))
    for role, array in arrays.items():
        given.setdefault(role, []).append(array)
    return {role: tuple(sources) for role, sources in given.items() if sources}


def _shards(src: Src) -> Iterator[Src]:
    """A source of a role, or one for each file that its glob finds: the shards of the role, each called as typed.

    UsageError where a glob finds none; a text that may be a column's name is left to what reads it.
    """
    if src.file is None or not is_glob(src.file):
        return iter([src])
    from glob import glob  # most calls have none: a shell expands them

    if looks_like_a_column(src) and not glob(src.file):
        return iter([src])
    return (replace(src, file=file) for file in expanded(src.file))


def _runs(
    options: Data, preds: tuple[Src, ...], sources: Mapping[str, tuple[Src, ...]], losses: tuple[BoundLoss, ...]
) -> tuple[RunInput, ...]:
    streams = [src.text for src in chain(preds, *sources.values()) if src.file == STDIN]
    if len(streams) > 1 and STDIN in streams:
        raise UsageError("standard input is named twice; it can be read once")
    if not preds:
        first = leading_role(sources, losses)
        if first is None:
            raise _nothing_to_judge(options, sources, losses)
        return (RunInput(",".join(dict.fromkeys(src.text for src in sources[first])), ()),)
    if options.pool:
        _check_pooled_once(preds)
        return (RunInput(",".join(src.text for src in preds), preds),)
    runs = [RunInput(src.text, (src,)) for src in preds]
    models = options.own_inputs.models
    return tuple(runs) if models is None else tuple(chain(*(_of_columns(run, models, sources, losses) for run in runs)))


def _check_pooled_once(preds: Sequence[Src]) -> None:
    """UsageError where the rows of a file would count twice: it is named twice, as by two globs, or in a directory too."""
    texts = [src.file for src in preds if src.file is not None and src.file != STDIN and not is_url(src.file)]
    files = [(identity(text), text) for text in texts]
    every, named = {file for file, _ in files}, dict[Identity, str]()
    for file, text in files:
        if file in named or identity(os.path.dirname(os.path.realpath(text))) in every:
            problem = f"{shown(named.get(file, text))} is in the dataset twice, and so its rows would be"
            raise UsageError(problem, hint="name it once")
        named[file] = text


def _nothing_to_judge(options: Data, sources: Mapping[str, tuple[Src, ...]], losses: tuple[BoundLoss, ...]) -> UsageError:
    """The error of a question without predictions; arrays that Python code gave beside them can stand in no command."""
    given = [role for role, found in sources.items() if any(src.array is not None for src in found)]
    if given and losses:
        wanted = next(iter(losses[0].loss.forms[0].roles))
        return UsageError(f"nothing to judge: beside the {' and the '.join(given)} no {wanted} is given")
    asked = replace(options, preds=("preds.csv",), loss=options.loss or tuple(map(str, losses)))
    example = shlex.join(["lossctl", COMMANDS[type(options)], *words_of(asked)])
    problem = "nothing to judge: give a prediction file, `-` for standard input, or the roles' files: -p pred.npy -t truth.npy"
    return UsageError(problem, hint=example)


def _of_columns(
    run: RunInput, models: str, sources: Mapping[str, tuple[Src, ...]], losses: tuple[BoundLoss, ...]
) -> Iterator[RunInput]:
    """A run for each of some columns of a table; UsageError where the table can be read once, or the role is given already."""
    role = next(iter(losses[0].loss.forms[0].roles))
    if role in sources:
        raise UsageError(f"--models names the columns of the {role}, and so does {sources[role][0].text}; give one of them")
    if any(read_once(src.file or "") for src in run.preds):
        raise UsageError(f"--models reads a table once for each model, and {name_of(run.name)} can be read once alone")
    names = split_listed([models])
    if not names:
        raise UsageError(f"--models names columns, as yhat_a,yhat_b, not {quoted(models)}")
    for name in names:
        src = read_src(name)
        if src.file is not None:
            src = read_src(f"col:{name}")
        yield RunInput(f"{run.name}:{name.removeprefix('col:')}", run.preds, {role: (src,)})


def leading_role(roles: Iterable[str], losses: Iterable[BoundLoss]) -> str | None:
    """The first role of the losses that is among some: what is judged, where no PRED is."""
    firsts = [next(iter(form.roles)) for bound in losses for form in bound.loss.forms]
    return next((role for role in firsts if role in roles), None)
