"""The grammar of `-l`: what a text means, its canonical form, and what is said of a text that means nothing."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from lossctl import LOSSES, LossctlError
from lossctl.errors import listed
from lossctl.losses.text import bind, read_losses
from lossctl.losses.vector_domain import Vector
from tests.conftest import Command

LIST = "\nhint: lossctl losses lists all"


def canonical(*texts: str) -> list[str]:
    return [str(bound) for bound in read_losses(texts)]


def problem(*texts: str) -> str:
    """The whole message, of an error in the command line."""
    with pytest.raises(LossctlError) as raised:
        read_losses(texts)
    assert raised.value.exit_code == 2
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mse", "mse"),
        ("l2", "mse"),
        ("bce", "ce"),
        ("huber:delta=1", "huber"),
        ("huber:delta=1.0", "huber"),
        ("huber:delta=2.50", "huber:delta=2.5"),
        ("huber:delta=1e3", "huber:delta=1000"),
        ("huber:delta=1e22", "huber:delta=1e+22"),
        ("huber:delta=.1", "huber:delta=0.1"),
        ("huber:delta=0.1000000000000000055", "huber:delta=0.1"),
        ("smooth_l1:beta=-0", "smooth_l1:beta=0"),
        ("focal:gamma=2:alpha=0.25", "focal:alpha=0.25"),
        ("focal:alpha=0.25:gamma=3", "focal:gamma=3:alpha=0.25"),
        ("focal:alpha=none", "focal"),
        ("focal:alpha=0.10,0.90", "focal:alpha=0.1,0.9"),
        ("ce:class_weight=none:weighted_mean=false", "ce"),
        ("ce:weighted_mean=true:class_weight=1,2", "ce:class_weight=1,2:weighted_mean=true"),
        ("poly:epsilon=1,-0.5", "poly:epsilon=1,-0.5"),
        ("poly:epsilon=1", "poly"),
        ("triplet:p=inf", "triplet:p=inf"),
        ("triplet:p=Infinity", "triplet:p=inf"),
        ("triplet:metric=cosine", "triplet:metric=cosine"),
        ("contrastive:similar=0.0", "contrastive:similar=0"),
        ("contrastive:half=false:similar=1", "contrastive:half=false"),
    ],
)
def test_the_canonical_text_has_the_real_name_and_what_differs_from_defaults(text: str, expected: str) -> None:
    assert canonical(text) == [expected]
    assert canonical(expected) == [expected]
    assert read_losses([expected]) == read_losses([text])


def test_a_comma_starts_a_loss_only_before_a_letter() -> None:
    assert canonical("ce:class_weight=1,2,0.5,mse") == ["ce:class_weight=1,2,0.5", "mse"]
    assert canonical("mse,poly:epsilon=1,-.5,.25,mae,huber:delta=2") == [
        "mse",
        "poly:epsilon=1,-0.5,0.25",
        "mae",
        "huber:delta=2",
    ]


def test_losses_keep_their_order_and_the_same_loss_twice_is_computed_once() -> None:
    assert canonical("mse", "mae,l2", "huber:delta=1.0", "huber", "l1") == ["mse", "mae", "huber"]
    assert canonical("focal:gamma=3:alpha=0.5", "focal:alpha=.5:gamma=3.0") == ["focal:gamma=3:alpha=0.5"]


def test_every_parameter_stands_in_the_definition() -> None:
    (bound,) = read_losses(["focal:alpha=0.25"])
    assert bound.definition() == "focal|gamma=2|alpha=0.25|clip=0"
    assert bound.parameters == {"gamma": 2.0, "alpha": (0.25,), "clip": 0.0}


def test_a_vector_may_stand_in_a_file_and_is_shown_by_its_name(here: Path) -> None:
    np.save("weights.npy", np.array([1, 2, 0.5], np.float32))
    text = "ce:class_weight=@weights.npy:clip=0.1"
    first, second = read_losses([text, "mse"])
    assert (str(first), str(second)) == (text, "mse")
    assert first.definition() == "ce|label_smoothing=0|class_weight=1,2,0.5|weighted_mean=false|clip=0.1|base=none"
    assert canonical(f"{text},mse") == [text, "mse"]
    assert read_losses(["ce:class_weight=1,2,0.5:clip=0.1"]) == (first,)
    assert str(pickle.loads(pickle.dumps(first))) == text


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.ones((2, 2)), "w.npy: expected a vector of numbers (c,)"),
        (np.ones(0), "w.npy: expected a vector of numbers (c,)"),
        (np.array([1, -2.0]), "ce: class_weight must be a finite number >= 0 in place 2, or none, not '@w.npy'"),
    ],
)
def test_a_file_that_holds_no_such_vector_is_refused(array: object, expected: str, here: Path) -> None:
    np.save("w.npy", np.asarray(array))
    with pytest.raises(LossctlError) as refused:
        read_losses(["ce:class_weight=@w.npy"])
    assert str(refused.value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hubr", f"unknown loss 'hubr'; did you mean 'huber'?{LIST}"),
        ("MSE", "unknown loss 'MSE'\nhint: type -l mse"),
        ("mse,", "unknown loss 'mse,'\nhint: type -l mse"),
        ("mse mae", f"unknown loss 'mse mae'{LIST}"),
        ("", f"unknown loss ''{LIST}"),
        (",mse", f"unknown loss ''{LIST}"),
        ("ce:class_weight=1,inf", f"unknown loss 'inf'{LIST}"),
        ("q\x1b[2J\u202e", f"unknown loss 'q\\x1b[2J\\u202e'{LIST}"),
        ("huber:delta", "loss 'huber:delta': a parameter is PARAM=VALUE, not 'delta'"),
        ("huber:", "loss 'huber:': a parameter is PARAM=VALUE, not ''"),
        ("huber:delta=1:delta=2", "loss 'huber:delta=1:delta=2': delta is given twice"),
        (
            "huber:dleta=1",
            "huber has no parameter 'dleta'; did you mean 'delta'?\nhint: lossctl losses huber shows its parameters",
        ),
        ("l2:delta=1", "mse has no parameter 'delta'; one of period\nhint: lossctl losses mse shows its parameters"),
        ("huber:delta=", "huber: delta must be a finite number > 0, not ''"),
        ("huber:delta=0", "huber: delta must be a finite number > 0, not '0'"),
        ("huber:delta=nan", "huber: delta must be a finite number > 0, not 'nan'"),
        ("huber:delta=inf", "huber: delta must be a finite number > 0, not 'inf'"),
        ("huber:delta=1e400", "huber: delta must be a finite number > 0, not '1e400'"),
        ("huber:delta=1_0", "huber: delta must be a finite number > 0, not '1_0'"),
        ("huber:delta=\uff11", "huber: delta must be a finite number > 0, not '\uff11'"),
        ("huber:delta=0x10", "huber: delta must be a finite number > 0, not '0x10'"),
        ("huber:delta=1,2", "huber: delta must be a finite number > 0, not '1,2'"),
        ("huber:delta=none", "huber: delta must be a finite number > 0, not 'none'"),
        ("ce:clip=0.5", "ce: clip must be a number >= 0 and < 0.5, not '0.5'"),
        ("ce:weighted_mean=True", "ce: weighted_mean must be true or false, not 'True'"),
        ("ce:class_weight=1,-2", "ce: class_weight must be a finite number >= 0 in place 2, or none, not '1,-2'"),
        ("focal:alpha=1.5", "focal: alpha must be a number >= 0 and <= 1, or none, not '1.5'"),
        (
            "balanced_ce",
            "balanced_ce needs alpha: balanced_ce:alpha=0.25; weight of each class, or of class 1 with 1 - alpha for class 0",
        ),
        (
            "balanced_ce:alpha=none",
            "balanced_ce: alpha must be a number >= 0 and <= 1, "
            "or a comma-separated vector with a finite number >= 0 for each class, not 'none'",
        ),
        ("poly:epsilon=1,-0.6", "poly: epsilon must be a finite number >= -0.5 in place 2, not '1,-0.6'"),
        ("poly:epsilon=", "poly: epsilon must be a number, or a comma-separated vector of them, the i-th >= -1/i, not ''"),
        ("triplet:p=0.5", "triplet: p must be a number >= 1, not '0.5'"),
        ("triplet:metric=cosin", "triplet: metric must be lp or cosine, not 'cosin'; did you mean 'cosine'?"),
        ("triplet:p=2:metric=cosine", "triplet: p has no meaning beside metric=cosine"),
        ("triplet:metric=cosine:squared=false", "triplet: squared has no meaning beside metric=cosine"),
        ("contrastive:similar=2", "contrastive: similar must be 1 or 0, not '2'"),
        ("contrastive:metric=cosine:p=1", "contrastive: p has no meaning beside metric=cosine"),
    ],
)
def test_a_text_that_means_nothing_is_refused_with_what_it_should_be(text: str, expected: str) -> None:
    assert problem(text) == expected
    assert problem(f"mae,{text}" if text[:1].isalpha() else text) == expected


def test_no_loss_is_the_default() -> None:
    assert problem() == "no loss given: -l mse for numbers, -l ce for classes; lossctl losses lists all"


def test_an_endless_word_is_shortened() -> None:
    assert listed(LOSSES.words(), 12).endswith(f" and {len(LOSSES.words()) - 12} more")
    message = problem("x" * 5000)
    assert message == f"unknown loss '{'x' * 51}...{'x' * 26}'{LIST}"
    assert len(message) < 600


def test_python_values_are_checked_as_typed_ones_are() -> None:
    assert bind(LOSSES["huber"], {"delta": 2}, typed=False) == read_losses(["huber:delta=2"])[0]
    assert bind(LOSSES["ce"], {"class_weight": np.array([1, 2])}, typed=False) == read_losses(["ce:class_weight=1,2"])[0]
    assert bind(LOSSES["focal"], {"alpha": None}, typed=False) == read_losses(["focal"])[0]
    for delta, shown in ((True, "True"), ("2", "2"), (None, "None"), (10**400, "1" + "0" * 50 + "..." + "0" * 26)):
        with pytest.raises(LossctlError) as refused:
            bind(LOSSES["huber"], {"delta": delta}, typed=False)
        assert str(refused.value) == f"huber: delta must be a finite number > 0, not '{shown}'"


def test_vectors_for_classes_must_have_their_number() -> None:
    (focal,) = read_losses(["focal:alpha=0.25"])
    assert focal.for_classes(2).parameters["alpha"] == (0.75, 0.25)
    assert focal.for_classes(None) == focal
    for text, classes, expected in (
        ("focal:alpha=0.25", 3, "a vector of 3 numbers, one for each class: one number alone serves two classes only"),
        ("focal:alpha=0.25,0.5", 3, "a vector of 3 numbers, one for each class; 2 were given"),
    ):
        with pytest.raises(LossctlError) as refused:
            read_losses([text])[0].for_classes(classes)
        assert str(refused.value) == f"{text}: alpha must be {expected}"
    assert read_losses(["ce:class_weight=1,2"])[0].for_classes(2).parameters["class_weight"] == Vector((1.0, 2.0))


def test_the_command_line_shows_canonical_texts_and_one_value_for_a_loss_named_twice(lossctl: Command) -> None:
    np.save("p.npy", [1.0, 2.0])
    np.save("t.npy", [2.0, 4.0])
    done = lossctl("eval", "-p", "p.npy", "-t", "t.npy", "-l", "l2,huber:delta=1.50", "-l", "mse", "-f", "csv", "-q")
    assert [line.split(",")[1] for line in done.out.splitlines()] == ["loss", "mse", "huber:delta=1.5"]
