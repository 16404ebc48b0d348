"""What the shell offers for a word that is being typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lossctl.effects import Completion, Option


def completer(option: Option) -> Callable[[str], list[str]] | None:
    """What completes the value of an option: its choices, or what its kind of completion says; None where nothing does."""
    if option.choices:
        return lambda incomplete: _starting("", option.choices, incomplete)
    return None if option.completion is None else _COMPLETERS[option.completion]


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
        return _starting(f"{before}{comma}{word}:", (f"{one}=" for one in parameters), rest)
    if parameter not in parameters:
        return []
    values = dict.fromkeys(
        value_text(one)
        for one in (*parameters[parameter].domain.inside(), parameters[parameter].default)
        if not isinstance(one, type)
    )
    return _starting(f"{before}{comma}{word}:{parameter}=", values, value)


def complete_loss_name(incomplete: str) -> list[str]:
    """Loss names and aliases."""
    from lossctl.losses.registry import LOSSES

    return _starting("", LOSSES.words(), incomplete)


def complete_format(incomplete: str) -> list[str]:
    """Output formats."""
    from lossctl.reports.formats import FORMATS

    return _starting("", FORMATS, incomplete)


def _starting(prefix: str, words: Iterable[str], start: str) -> list[str]:
    return [prefix + word for word in words if word.startswith(start)]


_COMPLETERS = {
    Completion.LOSS: complete_loss,
    Completion.LOSS_NAME: complete_loss_name,
    Completion.FORMAT: complete_format,
}
