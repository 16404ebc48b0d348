"""Words of other programs for options and for their values, and what to type here. Imported where a word is not known."""

from __future__ import annotations

from lossctl.effects import Option, options_of
from lossctl.spelling import bare


def instead_of(word: str, record: type) -> tuple[str, Option | None] | None:
    """What to type for an option of other programs, `--sep`, and the option that it begins with, whose value may follow."""
    options = [declared.option for declared in options_of(record).values()]
    for option in options:
        own = [flag for flag in option.flags.split() if flag.startswith("--")]
        if bare(word) in map(bare, [*own, *option.known_as.split()]):
            return option.flag, option
        for words, answer in option.answers.items():
            if bare(word) in (bare(known) for known in words.split() if known.startswith("-")):
                return answer, next((option for option in options if option.flag == answer.partition(" ")[0]), None)
    return None


def instead_of_value(option: Option, value: str) -> str | None:
    """What to type for a value that an option does not have, as `--per-sample` for `--reduction none`."""
    for words, answer in option.answers.items():
        if value.lower() in (known for known in words.split() if not known.startswith("-")):
            return answer
    return None
