"""Declarations that cannot serve fail when they are made, and kernels that fail are named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
import pytest

from lossctl import LOSSES, LossctlError, Param, evaluate, loss
from lossctl.losses.domain import POSITIVE
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.roles import Real, Score
from tests.losses.test_declaration import PRED, TARGET, Knee, half_log_cosh


def no_page(pred: Real, target: Real) -> Array:
    return pred - target


def no_role(pred: float, target: Real) -> Any:
    """Summary."""


def misspelt(pred: Real, target: Reel) -> Any:  # type: ignore[name-defined]  # noqa: F821
    """Summary."""


def many(*preds: Real) -> Any:
    """Summary."""


def open_ended(pred: Real, **options: float) -> Any:
    """Summary."""


def nothing(*, knee: Knee = 1.0) -> Any:
    """Summary."""


def bad_default(pred: Real, target: Real, *, knee: Knee = 0.0) -> Any:
    """Summary."""


def listed_default(pred: Real, target: Real, *, knee=(1, 2)) -> Any:  # type: ignore[no-untyped-def]
    """Summary."""


def shown_outside(pred: Real, target: Real, *, knee: Annotated[float, Param("bend", POSITIVE, shown=(1, 0))] = 1.0) -> Any:
    """Summary."""


def shown_often(pred: Real, target: Real, *, knee: Annotated[float, Param("bend", POSITIVE, shown=(1,) * 6)] = 1.0) -> Any:
    """Summary."""


def weighty(pred: Real, weight: Score) -> Any:
    """Summary."""


@pytest.mark.parametrize(
    ("kernel", "options", "expected"),
    [
        (no_page, {}, "loss no_page: its docstring is its page; the first line says what it is"),
        (no_role, {}, "loss no_role: the annotation of pred is no role; lossctl.losses.roles.roles has them"),
        (misspelt, {}, "loss misspelt: in an annotation, name 'Reel' is not defined"),
        (many, {}, "loss many: *preds is neither a role nor a parameter"),
        (open_ended, {}, "loss open_ended: *options is neither a role nor a parameter"),
        (nothing, {}, "loss nothing: it has no roles; each positional parameter is one"),
        (nothing, {"prepare": len}, "loss nothing: it has no roles; each positional parameter is one"),
        (bad_default, {}, "loss bad_default: the default of knee must be a finite number > 0"),
        (listed_default, {}, "loss listed_default: the default of knee must be a finite number"),
        (shown_outside, {}, "loss shown_outside: what is shown of knee must be a finite number > 0"),
        (shown_often, {}, "loss shown_often: what is shown of knee must be 5 values at most"),
        (weighty, {}, "loss weighty: no role can be called weight; that is for every loss the weight of its rows"),
        (half_log_cosh, {"name": "mse"}, "loss mse: the name mse is taken by mse of lossctl.losses.kernels.regression"),
        (
            half_log_cosh,
            {"aliases": ("huber",)},
            "loss half_log_cosh: the name huber is taken by huber of lossctl.losses.kernels.regression",
        ),
        (half_log_cosh, {"name": "l1"}, "loss l1: the name l1 is taken by mae of lossctl.losses.kernels.regression"),
        (half_log_cosh, {"name": "half-log-cosh"}, "loss half-log-cosh: 'half-log-cosh' is not a word of letters, digits and _"),
        (half_log_cosh, {"aliases": ("2nd",)}, "loss half_log_cosh: '2nd' is not a word of letters, digits and _"),
    ],
)
def test_a_declaration_that_cannot_serve_fails_at_once_and_names_the_loss(
    kernel: Callable[..., Any], options: dict[str, Any], expected: str
) -> None:
    with pytest.raises(TypeError) as refused:
        loss(**options)(kernel)
    assert str(refused.value) == expected
    assert kernel.__name__ not in LOSSES
    assert LOSSES["mse"].summary == "Squared error."


def test_a_module_may_declare_its_loss_again() -> None:
    first, second = loss()(half_log_cosh), loss()(half_log_cosh)
    assert LOSSES["half_log_cosh"] is second is not first


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda error: error[:-1], "loss odd returned float64 of shape (2,) for 3 rows; expected numbers (3,)"),
        (lambda error: error.sum(), "loss odd returned float64 of shape () for 3 rows; expected numbers (3,)"),
        (lambda error: error.astype(str), "loss odd returned <U32 of shape (3,) for 3 rows; expected numbers (3,)"),
        (lambda error: error + 1j, "loss odd returned complex128 of shape (3,) for 3 rows; expected numbers (3,)"),
        (lambda error: error / None, "loss odd failed: TypeError: unsupported operand type(s) for /: 'float' and 'NoneType'"),
    ],
)
def test_a_kernel_that_fails_or_returns_no_costs_is_an_internal_error(answer: Any, expected: str) -> None:
    @loss
    def odd(pred: Real, target: Real) -> Any:
        """Odd."""
        return answer(pred - target)

    with pytest.raises(LossctlError) as refused:
        evaluate(PRED, TARGET, odd)
    assert (str(refused.value), refused.value.exit_code) == (expected, 70)


@pytest.mark.parametrize(
    "answer",
    [
        lambda error: error,
        lambda error: (error, error),
        lambda error: (error, np.arange(2)),
        lambda error: (error, np.arange(-1, 2)),
        lambda error: (error / 0, np.arange(3)),
        np.sum,
    ],
)
def test_a_loss_of_bins_gives_a_finite_cost_and_a_bin_of_each_row(answer: Callable[[Array], Any]) -> None:
    @loss(unit="whole", pooled=np.dot, streams={})
    def odd(pred: Real, target: Real) -> Any:
        """Odd."""
        return answer(pred - target)

    expected = "loss odd returned no finite cost and no bin, an integer from 0 on, for each row"
    with pytest.raises(LossctlError) as refused:
        evaluate(PRED, TARGET, odd)
    assert (str(refused.value), refused.value.exit_code) == (expected, 70)
