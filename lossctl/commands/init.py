"""`lossctl init`: a commented starter `lossctl.toml` whose checks pass today."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lossctl.effects import effective_options, given_options, without_class_options
from lossctl.errors import DataError, LossctlError, UsageError
from lossctl.files.output import write_file
from lossctl.losses.plugins import load_files
from lossctl.losses.text import BoundLoss
from lossctl.options.commands import Init
from lossctl.options.data import Data
from lossctl.question.asked_losses import read_losses
from lossctl.record import replace
from lossctl.reports.delivery import say
from lossctl.text import number_text, shown

NAME = "lossctl.toml"
GUESSES = ("ce", "hinge", "mse")  # the first that a file's labels and predictions allow, where no loss is named
HEAD = """\
# The checks of this project: `lossctl check` runs them and exits 1 if one fails.
# Keys at the top are defaults for every check; paths begin at this file.
# baseline = "metrics/main.json"   # made by: lossctl check --update-baseline
"""
MORE = """\
# max_rise = "1%"      # over the baseline
# min_n = 50
# severity = "warn"    # is said and does not count
"""
_ELSEWHERE = ("preds", "loss", "plugin")  # options that are no keys of a check, or have another name there


def run(options: Init) -> int:
    """Writes the file, which must not be there yet."""
    if not options.preds and not options.pred and not options.role:
        problem = "no prediction file: a check is about one"
        raise UsageError(problem, hint="lossctl init preds/test.csv -t truth.csv:y -l mse; data options as for eval")
    if Path(NAME).exists() and not options.force:
        raise UsageError("it is there already; --force writes it anew", where=NAME)
    load_files(options.plugin)
    losses = read_losses(options.loss) if options.loss else ()
    runs = [options.preds] if options.pool or not options.preds else [(file,) for file in options.preds]
    checks = [text for name, files in zip(_names(runs), runs, strict=True) for text in _checks(options, name, files, losses)]
    plugins = f"\nplugin = {_toml(options.plugin)}\n" if options.plugin else ""
    write_file(NAME, [HEAD, plugins, *checks])
    follow = f"lossctl check --config {NAME}" if options.plugin else "lossctl check"
    say([f"{NAME} is written; edit the limits, then run: {follow}"], quiet=options.quiet)
    return 0


def _names(runs: Sequence[tuple[str, ...]]) -> Sequence[str]:
    """What checks are called: as their first files, with the folders where these are called alike."""
    firsts = [next(iter(files), "predictions") for files in runs]
    stems = [Path(first).stem for first in firsts]
    return stems if len({*stems}) == len(stems) else firsts


def _checks(options: Init, name: str, files: tuple[str, ...], losses: Sequence[BoundLoss]) -> Iterator[str]:
    """The checks of one run, each with one loss: those that are named, or the first that fits."""
    if losses:
        yield from (_check(options, name, files, loss) for loss in losses)
        return
    for guess in GUESSES:
        try:
            yield _check(options, name, files, *read_losses([guess]))
            return
        except LossctlError as error:
            if guess == GUESSES[-1]:
                hint = error.hint or "name the loss, and say what the file needs, as for eval: -l ce --positive LABEL"
                raise type(error)(error.problem, where=error.where, hint=hint) from None


def _check(options: Init, name: str, files: tuple[str, ...], loss: BoundLoss) -> str:
    """A check whose limits are a tenth worse than today's values."""
    from lossctl.question.request import read_request
    from lossctl.runs.evaluation import evaluate_run
    from lossctl.scoring.wanted import Wanted

    own = replace(options, preds=files, loss=(str(loss),))
    if options.loss and not loss.loss.reads_classes:  # the options about classes are for the others
        own = without_class_options(own)
    request = read_request(own, losses=(loss,))
    results = evaluate_run(request, request.inputs.runs[0], Wanted(spread=False)).run.results
    values = [result.value for result in results]
    if not all(map(math.isfinite, values)):
        where, hint = shown(request.inputs.runs[0].name), "limit probabilities: -l ce:clip=1e-7"
        raise DataError(f"{loss} = {max(values):g}, which no limit keeps", where=where, hint=hint)
    keys = {*effective_options(Data)} - {*_ELSEWHERE}
    given = {declared.key: getattr(own, declared.name) for declared in given_options(own) if declared.name in keys}
    title = name if len(options.loss) < 2 else f"{name} {loss.loss.name}"
    lines = [
        f"name = {_toml(title)}",
        *([f"files = {_toml(files)}"] if files else []),
        *(f"{key} = {_toml(value)}" for key, value in given.items()),
        f"loss = {_toml(str(loss))}",
        *_limits(loss, values),
    ]
    return "\n[[check]]\n" + "\n".join(lines) + "\n" + MORE


def _limits(loss: BoundLoss, values: Sequence[float]) -> Iterator[str]:
    """The limits of a loss, in three digits: on the side where values are worse, or on both of a best one between others."""
    least, most = min(values), max(values)
    low, high = _three_digits(least - abs(least) / 10), _three_digits(most + abs(most) / 10)
    if loss.better == "best":
        best = loss.loss.best or 0.0
        reach = _three_digits(1.1 * max(most - best, best - least))
        low, high = best - reach, best + reach
    several = len(values) > 1
    if loss.better != "high":
        yield f"max = {number_text(high)}   # now {most:.6g}" + (" at most" if several else "")
    if loss.better != "low":
        yield f"min = {number_text(low)}   # now {least:.6g}" + (" at least" if several else "")


def _three_digits(value: float) -> float:
    return float(f"{value:.3g}")


def _toml(value: Any) -> str:
    """A text, a flag or a list of texts."""
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
