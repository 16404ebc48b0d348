"""What options declare: all of them, and from it the choices and completions that a shell offers."""

from __future__ import annotations

from typing import Any

import pytest

from lossctl.completion import completer
from lossctl.effects import Effect, Option, options_of
from lossctl.options.commands import COMMANDS, Check
from lossctl.options.data import Data, OwnInputs
from lossctl.record import record
from tests.conftest import Command

DECLARED = [
    pytest.param(declared, id=f"{command.__name__}.{name}")
    for command in COMMANDS
    for name, declared in options_of(command).items()
]


@pytest.mark.parametrize("declared", DECLARED)
def test_every_option_says_what_it_can_change(declared: Any) -> None:
    assert isinstance(declared.option.effect, Effect)
    assert declared.option.help


def test_an_option_without_an_effect_is_refused() -> None:
    with pytest.raises(TypeError, match="effect"):
        Option("--seed", "of the random numbers")  # type: ignore[call-arg]


def test_a_field_that_declares_no_option_is_refused() -> None:
    @record
    class Bare:
        seed: str = "0"

    with pytest.raises(TypeError, match=r"^the field seed declares no option$"):
        options_of(Bare)


@pytest.mark.parametrize("declared", DECLARED)
def test_a_default_is_one_of_the_choices(declared: Any) -> None:
    assert not declared.option.choices or declared.default in (None, *declared.option.choices)


def test_places_in_signatures_are_given_once() -> None:
    places = [
        declared.option.part.place for command in COMMANDS for declared in options_of(command).values() if declared.option.part
    ]
    assert sorted(set(places)) == list(range(1, 10))
    for command in COMMANDS:
        own = [declared.option.part.place for declared in options_of(command).values() if declared.option.part]
        assert len(own) == len(set(own))


OWN = [
    pytest.param(command, declared, id=f"{command.__name__}.{name}")
    for command in COMMANDS
    if issubclass(command, Data)
    for name, declared in options_of(command).items()
    if name not in options_of(Data) and (declared.option.effect is Effect.FILES or name in ("base", "baseline"))
]


@pytest.mark.parametrize(("command", "declared"), OWN)
def test_what_a_command_reads_that_others_do_not_is_among_its_own_inputs(command: type[Data], declared: Any) -> None:
    value: Any = ("a",) if declared.kind is tuple else "a"
    assert command(**{declared.name: value}).own_inputs == OwnInputs(**{declared.name: value})


def test_a_baseline_is_a_file_that_is_read_beside_those_of_the_data() -> None:
    assert Check(baseline="main.json").own_inputs.files == ["main.json"]
    assert Check().own_inputs.files == []


def test_choices_and_kinds_of_completion_are_completed_and_nothing_else() -> None:
    option = Option("--decimal", "the decimal sign", Effect.VALUE, choices=(".", ","))
    complete = completer(option)
    assert complete is not None
    assert (complete(""), complete(",")) == ([".", ","], [","])
    for declared in (declared.values[0] for declared in DECLARED):
        known = bool(declared.option.choices or declared.option.completion)  # type: ignore[attr-defined]
        assert (completer(declared.option) is not None) == known  # type: ignore[attr-defined]


@pytest.mark.parametrize("flag", ["--reduction", "-j", "--from", "--classes", "-f", "--worst"])
def test_an_option_of_one_value_is_not_given_twice(lossctl: Command, flag: str) -> None:
    done = lossctl("eval", "a.csv", "-l", "mse", flag, "x", flag, "x")
    name = {"-j": "--jobs", "-f": "--format"}.get(flag, flag)
    assert (done.code, done.err) == (2, f"lossctl: error: {name} is given twice, 'x' and 'x'; it has one value\n")
