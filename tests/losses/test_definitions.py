"""Every loss is what its formula in arithmetic of 380 digits is, over the whole domain of its roles."""

from __future__ import annotations

import math

import pytest

from tests.definitions import DEFINITIONS
from tests.definitions.arithmetic import INF, MP, ONE, ZERO, Sum, exact, off, ulps
from tests.definitions.definition import Definition, undefined


@pytest.mark.slow
@pytest.mark.parametrize("definition", DEFINITIONS, ids=str)
def test_a_loss_is_its_definition(definition: Definition) -> None:
    error, where = max(definition.largest_errors())
    assert error <= definition.bound.most, f"{error:.3g} {definition.bound.unit}: {where}"


def test_every_form_and_parameter_of_every_loss_has_a_definition() -> None:
    assert undefined(DEFINITIONS) == []
    rest = [one for one in DEFINITIONS if one.loss.name not in ("huber", "contrastive", "rmse")]
    some = [one for one in DEFINITIONS if one.loss.name == "contrastive" and len(one.form.roles) == 2]
    assert undefined([*rest, *some]) == [
        *("rmse of pred, target", "the value of rmse", "rmse:period"),
        *("huber of pred, target", "huber:delta", "huber:period"),
        *("contrastive of left, right, target", "contrastive:metric", "contrastive:p"),
    ]


def test_a_measure_sees_what_is_wrong() -> None:
    assert ulps(1.0, Sum(exact(1 + 2**-52), ONE)) == 1
    assert ulps(math.inf, Sum(exact(1e308), ONE)) > 4
    assert ulps(1e308, Sum(INF, INF)) > 4
    assert ulps(math.nan, Sum(ONE, ONE)) == off(math.nan, Sum(ONE, ONE)) == math.inf
    assert off(math.inf, Sum(ONE, ONE)) > 1
    assert off(0.0, Sum(exact(2e-14), ZERO)) == 1
    assert off(1e-300, Sum(ZERO, ZERO)) == math.inf
    assert off(1.0, Sum(ONE, MP.mpf(100))) == 0
