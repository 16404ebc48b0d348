"""The one way from names and values to options, for TOML, manifests and Python."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl.errors import UsageError
from lossctl.options.commands import Eval
from lossctl.options.data import Data
from lossctl.question.mapping import check_keys, from_mapping, keys_of


@pytest.mark.parametrize(
    ("table", "options"),
    [
        ({"by": "region"}, Eval(by=("region",))),
        ({"by": ["a", 2]}, Eval(by=("a", "2"))),
        ({"keep": ()}, Eval()),
        ({"from": "logits"}, Eval(from_="logits")),
        ({"from_": "logits"}, Eval(from_="logits")),
        ({"no_header": True, "class_axis": -1}, Eval(no_header=True, class_axis="-1")),
        ({"classes": ["no", "yes"], "quantiles": [50, 99.9]}, Eval(classes="no,yes", quantiles="50,99.9")),
        ({"classes": "no,yes"}, Eval(classes="no,yes")),
        ({"classes": np.array(["no", "yes"])}, Eval(classes="no,yes")),
        ({"digits": 3, "worst": np.int64(2)}, Eval(digits="3", worst="2")),
        ({"ignore": -1.0, "positive": 10**17}, Eval(ignore="-1", positive="1" + "0" * 17)),
        ({"save_samples": Path("x.npy")}, Eval(save_samples="x.npy")),
        ({"nan": None, "by": None}, Eval()),
    ],
)
def test_values_become_what_the_command_line_would_have(table: dict[str, Any], options: Eval) -> None:
    assert from_mapping(Eval(), table) == options


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"pool": 1}, "m.toml: pool is true or false"),
        ({"pool": "true"}, "m.toml: pool is true or false"),
        ({"by": True}, "m.toml: by is a text or a list of texts"),
        ({"by": [["a"]]}, "m.toml: by is a text or a list of texts"),
        ({"by": {"a": 1}}, "m.toml: by is a text or a list of texts"),
        ({"classes": [None]}, "m.toml: classes is a text or a list of texts"),
        ({"reduction": ["p50"]}, "m.toml: reduction is a text"),
        ({"from": False}, "m.toml: from is a text"),
        ({"digits": 10**400}, "m.toml: digits is too large"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_its_key_and_place(table: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        from_mapping(Eval(), table, "m.toml")
    assert str(error.value) == message


def test_flags_among_cells_are_the_words_true_and_false() -> None:
    assert from_mapping(Eval(), {"pool": "TRUE", "normalize": "false"}, cells=True) == Eval(pool=True)
    assert from_mapping(Eval(), {"pool": True}, cells=True) == Eval(pool=True)
    with pytest.raises(UsageError, match=r"^pool is true or false, not 'yes'$"):
        from_mapping(Eval(), {"pool": "yes"}, cells=True)


def test_what_the_table_lacks_stays_as_given() -> None:
    assert from_mapping(Eval(by=("a",), nan="drop"), {"by": "b"}) == Eval(by=("b",), nan="drop")


def test_an_unknown_key_is_named_with_the_nearest() -> None:
    check_keys(["from", "class_axis", "loss"], keys_of(Data), "unknown key '{}'")
    with pytest.raises(UsageError, match=re.escape("m.csv: unknown key 'class-axis'; did you mean 'class_axis'?")):
        check_keys(["class-axis"], keys_of(Data), "unknown key '{}'", "m.csv")
    assert not {"preds", "from_"} & set(keys_of(Data))  # an argument, and a name that only Python needs
