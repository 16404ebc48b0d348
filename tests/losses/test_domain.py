"""What a parameter may be: each kind of domain takes, refuses, words itself and gives values to test with."""

from __future__ import annotations

import math
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lossctl.losses.domain import FINITE, NON_NEGATIVE, POSITIVE, Choice, Domain, Flag, Interval
from lossctl.losses.vector_domain import Numbers, PerClass, Vector

INTERVALS = [
    FINITE,
    POSITIVE,
    NON_NEGATIVE,
    Interval(),
    Interval(1),
    Interval(high=3),
    Interval(0, 1),
    Interval(0, 1, open_low=True, open_high=True),
    Interval(0, 0.5, open_high=True),
    Interval(-1, open_high=True),
    Interval(open_low=True, high=0),
]
DOMAINS: list[Domain] = [
    *INTERVALS,
    *map(Numbers, INTERVALS),
    Numbers(Interval(-1, open_high=True), scale=True),
    PerClass(NON_NEGATIVE),
    PerClass(Interval(0, 1), share=True),
    Flag(),
    Choice("lp", "cosine"),
    Choice(1.0, 0.0),
]
each_domain = pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: f"{type(domain).__name__} {domain.words()}")


def refusal(take: Any, value: object) -> str:
    """What is said of a value that does not belong."""
    try:
        taken = take(value)
    except ValueError as problem:
        return str(problem)
    pytest.fail(f"{value!r} was taken as {taken!r}")


@each_domain
def test_what_a_domain_gives_as_inside_it_takes_and_as_outside_it_refuses(domain: Domain) -> None:
    assert domain.inside()
    assert domain.outside()
    for value in domain.inside():
        assert domain.check(value) == value
    for wrong in domain.outside():
        refusal(domain.check, wrong)


@each_domain
def test_a_text_is_taken_as_its_value_is(domain: Domain) -> None:
    for value in domain.inside():
        text = (
            str(value).lower()
            if isinstance(value, bool)
            else ",".join(map(repr, value))
            if isinstance(value, tuple)
            else str(value)
        )
        assert domain.read(text) == value
    for wrong in ("", "x", "\uff11", "1_0", "0x1", "1;2", "nan"):
        refusal(domain.read, wrong)


@given(st.sampled_from(INTERVALS), st.floats() | st.sampled_from([0.0, -0.0, 1.0, 0.5, 3.0, -1.0, math.inf, -math.inf]))
@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_an_interval_holds_the_numbers_between_its_ends(interval: Interval, number: float) -> None:
    above = interval.low < number or (number == interval.low and not interval.open_low)
    below = number < interval.high or (number == interval.high and not interval.open_high)
    if above and below:
        assert interval.check(number) == interval.read(repr(number)) == number
    else:
        assert refusal(interval.check, number) == refusal(interval.read, repr(number)) == interval.words()


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        (FINITE, "a finite number"),
        (POSITIVE, "a finite number > 0"),
        (NON_NEGATIVE, "a finite number >= 0"),
        (Interval(), "a number"),
        (Interval(1), "a number >= 1"),
        (Interval(0, 1), "a number >= 0 and <= 1"),
        (Interval(0, 0.5, open_high=True), "a number >= 0 and < 0.5"),
        (Interval(high=3), "a number <= 3"),
        (Flag(), "true or false"),
        (Choice("lp", "cosine"), "lp or cosine"),
        (Choice(1.0, 0.0), "1 or 0"),
        (Numbers(POSITIVE), "a finite number > 0, or a comma-separated vector of them"),
        (
            Numbers(Interval(-1, open_high=True), scale=True),
            "a number, or a comma-separated vector of them, the i-th >= -1/i",
        ),
        (PerClass(NON_NEGATIVE), "a vector with one number for each class, each a finite number >= 0"),
        (
            PerClass(Interval(0, 1), share=True),
            "a number >= 0 and <= 1, or a comma-separated vector with a finite number >= 0 for each class",
        ),
    ],
)
def test_a_domain_words_itself(domain: Domain, words: str) -> None:
    assert domain.words() == words


def test_numbers_of_any_type_are_taken_and_nothing_else() -> None:
    for number in (2, np.float32(2), np.int64(2), Fraction(2), Decimal(2)):
        value = POSITIVE.check(number)
        assert (value, type(value)) == (2.0, float)
    for wrong in (True, "2", None, [2], np.array([1, 2]), 2j, 10**400):
        assert refusal(POSITIVE.check, wrong) == "a finite number > 0"


def test_flags_and_choices_do_not_mistake_one_for_true() -> None:
    assert refusal(Flag().check, 1) == "true or false"
    assert refusal(Choice(1.0, 0.0).check, True) == "1 or 0"
    assert Choice(1.0, 0.0).read("1.0") == 1.0
    assert refusal(Choice("lp", "cosine").read, "LP") == "lp or cosine"


def test_each_number_of_a_vector_is_judged_at_its_place() -> None:
    own = Numbers(Interval(-1, open_high=True), scale=True)
    assert own.read("-1,-0.5,-0.25") == (-1, -0.5, -0.25)
    assert refusal(own.read, "-1,-0.6") == "a finite number >= -0.5 in place 2"
    assert refusal(own.read, "-2") == "a finite number >= -1"
    assert refusal(own.check, [0, 0, "x"]) == "a finite number >= -0.3333333333333333 in place 3"
    assert own.check(np.array([1.0, 2.0])) == own.check((1, 2)) == own.check([1, 2]) == (1.0, 2.0)
    assert own.check(3) == (3.0,)


def test_a_vector_keeps_the_name_of_its_file() -> None:
    vector = Vector((1.0, 2.0))
    vector.file = "w.npy"
    again = pickle.loads(pickle.dumps(vector))
    assert (again, again.file) == ((1.0, 2.0), "w.npy")
    assert Numbers().check(vector).file == "w.npy"
    assert Numbers().check((1.0, 2.0)).file is None
    assert hash(vector) == hash((1.0, 2.0))


def test_one_number_is_the_share_of_class_1_of_two() -> None:
    alpha, weights = PerClass(Interval(0, 1), share=True), PerClass(NON_NEGATIVE)
    assert alpha.for_classes(Vector((0.25,)), 2) == (0.75, 0.25)
    assert alpha.for_classes(Vector((0.1, 0.2, 0.3)), 3) == (0.1, 0.2, 0.3)
    with pytest.raises(
        ValueError, match=r"^a vector of 3 numbers, one for each class: one number alone serves two classes only$"
    ):
        alpha.for_classes(Vector((0.25,)), 3)
    with pytest.raises(ValueError, match=r"^a vector of 2 numbers, one for each class; 3 were given$"):
        weights.for_classes(Vector((1.0, 2.0, 3.0)), 2)
