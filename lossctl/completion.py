"""What the shell offers for a word that is being typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lossctl.effects import Completion, Option
from lossctl.options.commands import Check


def completer(option: Option) -> Callable[..., list[str]] | None:
    """What completes the value of an option: its choices, or what its kind of completion says; None where nothing does."""
    if option.completion in _COMPLETERS:
        return _COMPLETERS[option.completion]
    return (lambda incomplete: _starting("", values_of(option), incomplete)) if values_of(option) else None


def values_of(option: Option, command: type = Check) -> tuple[str, ...]:
    """The words that the value of an option of a command may be, where these are few."""
    if option.completion is Completion.FORMAT:
        from lossctl.reports.formats.catalogue import FORMATS as REPORTS

        return tuple(name for name, report in REPORTS.items() if report.stdout and (command is Check or not report.verdicts))
    if option.completion is Completion.INPUT_FORMAT:
        from lossctl.formats.catalogue import FORMATS

        return tuple(FORMATS)
    return option.choices


def complete_loss(incomplete: str) -> list[str]:
    """Loss names, then the parameters of the loss, then the values a parameter may have. The text may hold several losses."""
    from lossctl.losses.registry import LOSSES
    from lossctl.losses.text import value_text

    before, comma, last = incomplete.rpartition(",")
    if comma and not last[:1].isalpha():
        before, comma, last = "", "", incomplete
    word, colon, rest = last.rpartition(":")
    if not colon:
        return _starting(before + comma, LOSSES.words(), last)
    name = word.partition(":")[0]
    if name not in LOSSES:
        return []
    parameters = LOSSES[name].parameters
    parameter, equals, value = rest.partition("=")
    if not equals:
        return _starting(f"{before}{comma}{word}:", (f"{parameter}=" for parameter in parameters), rest)
    if parameter not in parameters:
        return []
    valid = (*parameters[parameter].domain.inside(), parameters[parameter].default)
    values = dict.fromkeys(value_text(value) for value in valid if not isinstance(value, type))
    return _starting(f"{before}{comma}{word}:{parameter}=", values, value)


def complete_loss_name(incomplete: str) -> list[str]:
    """Loss names and aliases."""
    from lossctl.losses.registry import LOSSES

    return _starting("", LOSSES.words(), incomplete)


def complete_column(ctx: Any, incomplete: str) -> list[str]:
    """The columns of the first PRED, or of the file before a `:`; nothing where it cannot be read."""
    from lossctl.question.src import read_src

    last = incomplete.rpartition(",")[2]
    src = read_src(last)
    preds = [*(ctx.params.get("preds") or ()), *ctx.args]  # where a value lacks, the parser leaves words over
    typed = src.column or "" if src.file else last
    files = [src.file] if src.file else preds[:1]
    return [word for file in files for word in _starting(incomplete.removesuffix(typed), columns_of(file), typed)]


def columns_of(file: str) -> tuple[str, ...]:
    """The columns of a file, none where it cannot be read."""
    from lossctl.errors import LossctlError
    from lossctl.formats.catalogue import open_table
    from lossctl.formats.syntax import TableSyntax

    try:
        return tuple(open_table(file, TableSyntax()).columns)
    except LossctlError:
        return ()


def _starting(prefix: str, words: Iterable[str], start: str) -> list[str]:
    return [prefix + word for word in words if word.startswith(start)]


_COMPLETERS: dict[Completion | None, Callable[..., list[str]]] = {
    Completion.LOSS: complete_loss,
    Completion.LOSS_NAME: complete_loss_name,
    Completion.COLUMN: complete_column,
}
