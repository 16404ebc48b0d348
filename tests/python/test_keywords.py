"""Keywords come from the options: their types, the signatures that notebooks complete, and how messages speak of them."""

from __future__ import annotations

import inspect
import re

import pytest

import lossctl
from lossctl.effects import options_of
from lossctl.options.commands import Eval
from lossctl.python.keywords import keywords_of
from lossctl.python.messages import FUNCTIONS, in_keywords
from tests.keywords import PATH, text


def test_the_types_of_keywords_are_those_of_the_options() -> None:
    assert PATH.read_text() == text(), "python -m tests.keywords"


@pytest.mark.parametrize("command", FUNCTIONS)
def test_signatures_name_every_keyword(command: str) -> None:
    name, options = FUNCTIONS[command]
    function = getattr(lossctl, name)
    found = inspect.signature(function).parameters
    assert set(keywords_of(options)) <= set(found)
    assert not any(one.kind is one.VAR_KEYWORD for one in found.values())
    assert all(f"\n{one}: " in function.__doc__ for one in keywords_of(options))
    assert {"from_", "in_order", "jobs"} <= set(found)
    assert not {"format", "bare", "quiet", "exit_zero", "exit_code"} & set(found)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("leave such rows out: --nan drop", 'leave such rows out: nan="drop"'),
        ("say what they are: --from logits, or --from probs", 'say what they are: from_="logits", or from_="probs"'),
        ("name the files: -p pred.npy -t truth.npy", 'name the files: pred="pred.npy", target="truth.npy"'),
        (
            "--missing drop is about the keys of --id, which is not given",
            'missing="drop" is about the keys of id, which is not given',
        ),
        ("--in-order pairs rows by their order, --id by their keys", "in_order pairs rows by their order, id by their keys"),
        ("if they belong together all the same: --in-order", "if they belong together all the same: in_order=True"),
        ("as in -r anchor=a.npy, not 'x'", 'as in role={"anchor": "a.npy"}, not \'x\''),
        ("quote the condition: --where 'n>3'", 'quote the condition: where="n>3"'),
        (
            "--class-axis 1 (after the rows), or --class-axis -1 (last)",
            'class_axis="1" (after the rows), or class_axis="-1" (last)',
        ),
        ("-l mse for numbers", 'loss="mse" for numbers'),
        ("rows scaled (--normalize)", "rows scaled (normalize=True)"),
        ("that is rounding: --normalize limits values", "that is rounding: normalize limits values"),
        ("for decimal commas: --decimal ,", 'for decimal commas: decimal=","'),
        ("--classes 1,0 if 'a' is 1", "classes=\"1,0\" if 'a' is 1"),
        ("lossctl compare a.csv 'b c.csv' -l LOSS --pool", 'lossctl.compare("a.csv", "b c.csv", loss="LOSS", pool=True)'),
        ("no file given, or give a PRED; several PREDs", "no file given, or give data; several runs"),
        ("a column '--nan drop', or well--id and --foo", "a column '--nan drop', or well--id and --foo"),
    ],
)
def test_options_are_said_as_keywords(typed: str, said: str) -> None:
    assert in_keywords(typed, Eval) == said


@pytest.mark.parametrize("name", options_of(Eval))
def test_no_option_is_left_whatever_stands_around_it(name: str) -> None:
    for flag in options_of(Eval)[name].option.flags.split():
        for sentence in ("{}", "as {} X", "{}, or {}", "with {}.", "({})", "{} names it", "{} drop", "{} {} x", "{} 'a b'"):
            assert not re.search(r"(?<!\w)--?[a-z]", in_keywords(sentence.replace("{}", flag), Eval)), (flag, sentence)
