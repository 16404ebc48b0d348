"""A command line means the same whether it is read at once or by Typer, or is left to Typer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.main import get_command

from lossctl import parser
from lossctl.command_line import COMPLETES, read_command_line
from lossctl.effects import Declared, options_of
from lossctl.errors import UsageError
from lossctl.options.commands import COMMANDS
from tests.conftest import Command

VALUES = ("mse", "", "-", "--", "-q", "--quiet", "-1", "--json", "-h", "a=b", "=", "two words", "é", "-x", "--nope", "a.csv")
OPTIONS = [
    pytest.param(record, declared, id=f"{name}.{declared.name}")
    for record, name in COMMANDS.items()
    for declared in options_of(record).values()
]


@pytest.fixture(scope="module", autouse=True)
def built_once() -> Iterator[None]:
    """Building what Typer reads a command line by takes it longer than reading."""
    build = parser.build_app
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parser, "build_app", cache(lambda named=None: get_command(build(named))))
        yield


def outcome(read: Any, words: list[str]) -> Any:
    """What a way of reading makes of a command line."""
    try:
        return read(words)
    except UsageError as error:
        return str(error)


def spellings(declared: Declared, value: str) -> Iterator[list[str]]:
    """An option as one may type it."""
    for flag in declared.option.flags.split():
        if declared.kind is bool:
            yield [flag]
        else:
            yield [flag, value]
            yield [f"{flag}={value}" if flag.startswith("--") else f"{flag}{value}"]
    if not declared.option.flags:
        yield [value]
        yield ["--", value]


@pytest.mark.parametrize(("record", "declared"), OPTIONS)
def test_every_option_is_read_at_once_in_every_spelling(record: type, declared: Declared) -> None:
    argument = next(declared for declared in options_of(record).values() if not declared.option.flags)
    for words in spellings(declared, "v"):
        wanted = record(**{declared.name: True if declared.kind is bool else ("v",) if declared.kind is tuple else "v"})
        assert read_command_line([COMMANDS[record], *words]) == parser.parse([COMMANDS[record], *words]) == wanted
        if declared is not argument:
            line = ["a", *words, "--quiet"]
            assert read_command_line([COMMANDS[record], *line]) == parser.parse([COMMANDS[record], *line]) != wanted


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """Words that a command knows, and some that it does not, in any order, spelt in any way, some cut short."""
    record = draw(st.sampled_from([*COMMANDS]))
    declared = [*options_of(record).values()]
    options = [words for one in declared for value in VALUES for words in spellings(one, value)]
    letters = [flag[1] for one in declared for flag in one.option.flags.split() if flag[1] != "-"]
    clusters = st.lists(st.sampled_from([*letters, "x", "h", "-", "="]), min_size=1, max_size=4)
    some = st.one_of(
        st.sampled_from(options), clusters.map(lambda few: ["-" + "".join(few)]), st.sampled_from(VALUES).map(lambda word: [word])
    )
    words = [word for typed in draw(st.lists(some, max_size=5)) for word in typed]
    return [COMMANDS[record], *words[: draw(st.integers(max(0, len(words) - 1), len(words)))]]


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(command_lines())
def test_a_command_line_is_read_as_typer_reads_it_or_left_to_it(words: list[str]) -> None:
    found = outcome(read_command_line, words)
    assert found is None or found == outcome(parser.parse, words)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["-V"],
        ["evl"],
        ["--quiet", "eval", "a.csv"],
        ["eval", "a.csv", "-h"],
        ["eval", "a.csv", "-qh"],
        ["eval", "a.csv", "--help"],
        ["eval", "a.csv", "--loss"],
        ["eval", "a.csv", "-l"],
        ["eval", "a.csv", "--los", "mse"],
        ["eval", "a.csv", "--sep=;"],
        ["eval", "a.csv", "--quiet=yes"],
        ["eval", "a.csv", "--no-quiet"],
        ["eval", "a.csv", "-q-b"],
        ["losses", "mse", "mae"],
    ],
)
def test_what_is_not_well_formed_is_left_to_typer(words: list[str]) -> None:
    assert read_command_line(words) is None


def test_completion_is_left_to_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_command_line(["eval", "a.csv"]) is not None
    monkeypatch.setenv(COMPLETES, "complete_bash")
    assert read_command_line(["eval", "a.csv"]) is None


def test_a_word_after_two_dashes_is_a_file_whatever_it_looks_like(lossctl: Command) -> None:
    done = lossctl("eval", "-l", "mse", "--", "-l")
    assert (done.code, done.out, done.err) == (3, "", "lossctl: error: -l: cannot be read: no such file\n")
