"""Options -> Request: everything that can be validated before a file is opened is validated here."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from lossctl.errors import UsageError, did_you_mean, quoted
from lossctl.files.streams import STDIN
from lossctl.formats.catalogue import check_format
from lossctl.formats.syntax import TableSyntax
from lossctl.losses.plugins import load_file
from lossctl.losses.text import BoundLoss, read_losses
from lossctl.losses.vector_domain import Vector
from lossctl.options import Data
from lossctl.question.src import Src, read_pred, read_src
from lossctl.record import record

SCALES = ("probs", "logits", "logprobs")
ROLE_NAME = re.compile(r"[a-z][a-z0-9_]*")


@record
class Reduction:
    """How costs become the headline value: mean, sum, min, max, or a quantile `p90`."""

    text: str
    quantile: Fraction | None = None


@record
class Request:
    """What is to be judged, and how; nothing in it was read from a file of data."""

    losses: tuple[BoundLoss, ...]
    runs: tuple[tuple[str, tuple[Src, ...]], ...]  # the name of each run, and its PREDs
    sources: Mapping[str, tuple[Src, ...]]
    scale: str | None
    drop_nan: bool
    normalize: bool
    reduction: Reduction
    syntax: TableSyntax
    jobs: int
    keep: tuple[str, ...] = ()
    ids: tuple[Src, ...] = ()
    by: tuple[Src, ...] = ()
    classes: tuple[str, ...] | None = None
    positive: str | None = None
    ignore: str | None = None
    drop_missing: bool = False
    plugins: tuple[str, ...] = ()
    shared: frozenset[str] = frozenset()  # files that other runs read too

    def role_files(self) -> list[str]:
        """The files of roles, groups and keys that an option names."""
        sources = [*(src for role in self.sources.values() for src in role), *self.by, *self.ids]
        return [src.file for src in sources if src.file is not None]

    def files(self) -> list[str]:
        """Every file that is read."""
        preds = [src.file for _, preds in self.runs for src in preds]
        vectors = [value.file for bound in self.losses for value in bound.values if isinstance(value, Vector)]
        return [file for file in [*preds, *self.role_files(), *vectors, *self.plugins] if file is not None]

    def signature(self, bound: BoundLoss) -> str:
        """Every option that can change the value of a loss; equal signatures mean equal definitions."""
        parts = [
            bound.definition(),
            *([f"from={self.scale or SCALES[0]}"] if bound.loss.reads_classes else []),
            f"reduction={self.reduction.text}",
            f"weighted={'yes' if 'weight' in self.sources else 'no'}",
            f"nan={'drop' if self.drop_nan else 'error'}",
            *(["normalize=yes"] if self.normalize and bound.loss.reads_classes else []),
            *(["missing=drop"] if self.drop_missing else []),
            *([f"ignore={self.ignore}"] if self.ignore is not None else []),
            *([f"positive={self.positive}"] if self.positive is not None else []),
            *([f"classes={','.join(self.classes)}"] if self.classes is not None else []),
        ]
        return "|".join(parts)


def read_request(
    options: Data,
    arrays: Mapping[str, Src] | None = None,
    losses: tuple[BoundLoss, ...] | None = None,
    folder: Path | None = None,
) -> Request:
    """The request that options make, with the roles that Python code gave as `arrays`; UsageError where one does not fit.

    folder: where paths begin, by default the working directory.
    """
    for path in options.plugin:
        load_file(path)
    losses = read_losses(options.loss) if losses is None else losses
    sources = _sources(options, arrays or {})
    given = {name: sources.pop(name, ()) for name in ("id", "by")}
    request = Request(
        losses=losses,
        runs=tuple((name, _within(folder, preds)) for name, preds in _runs(options, sources, losses)),
        sources={role: _within(folder, of_role) for role, of_role in sources.items()},
        scale=None if options.from_ is None else choice("--from", options.from_, SCALES),
        drop_nan=choice("--nan", options.nan, ("error", "drop")) == "drop",
        normalize=options.normalize,
        reduction=read_reduction(options.reduction),
        syntax=_syntax(options),
        jobs=_jobs(options.jobs),
        keep=_listed(getattr(options, "keep", ())),
        ids=_within(folder, (*map(read_src, options.id), *given["id"])),
        by=_within(folder, (*map(read_src, _listed(options.by)), *given["by"])),
        classes=_classes(options.classes),
        positive=options.positive,
        ignore=options.ignore,
        plugins=tuple(options.plugin),
        drop_missing=choice("--missing", options.missing, ("error", "drop")) == "drop",
    )
    if request.drop_missing and not request.ids:
        raise UsageError("--missing drop is about the keys of --id, which is not given")
    if request.classes is not None and request.positive is not None:
        raise UsageError("--positive and --classes both say which label is 1; give one of them")
    if not any(bound.loss.reads_classes for bound in losses) and (request.scale is not None or request.normalize):
        option = "--from" if request.scale is not None else "--normalize"
        raise UsageError(f"{option} is about class predictions, which no loss here reads")
    for bound in losses:
        if request.reduction.text != "mean" and bound.loss.finish:
            raise UsageError(
                f"{bound.loss.name} is a mean by definition; --reduction {request.reduction.text} does not apply to it"
            )
    return request


def choice(option: str, value: str, valid: tuple[str, ...]) -> str:
    """`value` where it is one of the words; UsageError otherwise."""
    if value not in valid:
        raise UsageError(f"{option} has no {quoted(value)}" + did_you_mean(value, valid))
    return value


def whole(option: str, value: str, least: int) -> int:
    """A whole number typed for an option; UsageError where it is none or below `least`."""
    if not (value.isascii() and value.isdigit() and int(value) >= least):
        raise UsageError(f"{option} is a whole number >= {least}, not {quoted(value)}")
    return int(value)


def read_confidence(text: str) -> float:
    """A level between 0 and 1."""
    try:
        level = float(text)
    except ValueError:
        level = 0.0
    if not 0 < level < 1:
        raise UsageError(f"--confidence is a number between 0 and 1, as 0.95, not {quoted(text)}")
    return level


def read_reduction(text: str) -> Reduction:
    """mean, sum, min, max, or pNN with NN from 0 to 100."""
    if text in ("mean", "sum", "min", "max"):
        return Reduction(text)
    percent = re.fullmatch(r"p(\d{1,3}(?:\.\d+)?)", text, re.ASCII)
    if percent is None or Fraction(percent[1]) > 100:
        raise UsageError(f"--reduction is mean, sum, min, max or pNN (NN from 0 to 100, as in p95), not {quoted(text)}")
    return Reduction(text, Fraction(percent[1]) / 100)


def _within(folder: Path | None, sources: Iterable[Src]) -> tuple[Src, ...]:
    """Sources whose paths begin in a folder; their texts stay as typed."""
    if folder is None or folder == Path.cwd():
        return tuple(sources)
    return tuple(
        src
        if src.file in (None, STDIN) or "://" in (src.file or "")
        else replace(src, file=os.path.relpath(folder / (src.file or "")))
        for src in sources
    )


def _listed(texts: Iterable[str]) -> tuple[str, ...]:
    """The parts of comma-separated texts, each once."""
    return tuple(dict.fromkeys(part for text in texts for part in text.split(",") if part))


def _classes(text: str | None) -> tuple[str, ...] | None:
    names = None if text is None else tuple(text.split(","))
    if names is not None and (len(names) < 2 or len(set(names)) < len(names) or "" in names):
        raise UsageError(f"--classes names two or more different classes, as no,yes, not {quoted(text)}")
    return names


def _sources(options: Data, arrays: Mapping[str, Src]) -> dict[str, tuple[Src, ...]]:
    given: dict[str, list[Src]] = {}
    for role, texts in (("pred", options.pred), ("target", options.target), ("weight", options.weight)):
        given.setdefault(role, []).extend(map(read_src, texts))
    for text in options.role:
        role, equals, src = text.partition("=")
        if not equals or not ROLE_NAME.fullmatch(role) or not src:
            raise UsageError(f"--role is NAME=SRC, as in -r anchor=a.npy, not {quoted(text)}")
        given.setdefault(role, []).append(read_src(src))
    for role, array in arrays.items():
        given.setdefault(role, []).append(array)
    return {role: tuple(sources) for role, sources in given.items() if sources}


def _runs(
    options: Data, sources: Mapping[str, tuple[Src, ...]], losses: tuple[BoundLoss, ...]
) -> tuple[tuple[str, tuple[Src, ...]], ...]:
    preds = [read_pred(text) for text in options.preds]
    streams = [src.text for src in preds if src.file == STDIN]
    streams += [src.text for role in sources.values() for src in role if src.file == STDIN]
    if len(streams) > 1 and (STDIN in streams[1:] or streams[0] == STDIN):
        raise UsageError("standard input is named twice; it can be read once")
    if not preds:
        firsts = [next(iter(form.roles)) for bound in losses for form in bound.loss.forms]
        first = next((role for role in firsts if role in sources), None)
        if first is None:
            raise UsageError("nothing to judge: give a prediction file, or name the roles' files: -p pred.npy -t truth.npy")
        return ((",".join(src.text for src in sources[first]), ()),)
    if options.pool:
        return ((",".join(src.text for src in preds), tuple(preds)),)
    return tuple((src.text, (src,)) for src in preds)


def _syntax(options: Data) -> TableSyntax:
    delimiter = {"\\t": "\t", "tab": "\t"}.get(options.delimiter or "", options.delimiter)
    if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n'):
        raise UsageError(f"--delimiter is one ASCII character, or tab, not {quoted(options.delimiter)}")
    choice("--decimal", options.decimal, (".", ","))
    try:
        codecs.lookup(options.encoding)
        "".encode(options.encoding)
    except (LookupError, ValueError):
        raise UsageError(
            f"--encoding {quoted(options.encoding)} is not known", hint="utf-8, utf-16, latin-1, cp1252, ..."
        ) from None
    input_format = None if options.input_format is None else check_format(options.input_format)
    return TableSyntax(delimiter, options.decimal, not options.no_header, options.encoding, input_format)


def _jobs(text: str | None) -> int:
    if text is not None:
        return whole("--jobs", text, 1)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
