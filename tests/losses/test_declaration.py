"""One function declares a loss: what can be declared, and that a new loss is there everywhere."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
from typing import Annotated, Any

import numpy as np
import pytest

from lossctl import LOSSES, LossctlError, Param, evaluate, loss
from lossctl.losses.declaration import Loss
from lossctl.losses.domain import POSITIVE, Choice, Interval
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.roles import Distance, PairLabels, Real
from lossctl.losses.text import read_losses
from tests.conftest import Command
from tests.losses.role_data import cases, run_of
from tests.losses.test_golden import test_what_other_implementations_gave_is_what_comes_out as golden

PRED, TARGET, WEIGHT = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 8.0]), np.array([1.0, 0.0, 3.0])
Knee = Annotated[float, Param("where it turns", POSITIVE)]
Kind = Annotated[str, Param("which", Choice("plain", "other"))]
OnlyPlain = Annotated[float, Param("size", Interval(0), only=(("kind", "plain"),))]


GOLDEN = {
    "id": "half_log_cosh-1",
    "loss": "half_log_cosh",
    "options": {},
    "roles": {"pred": [0.0, 1.0], "target": [0.0, 3.0]},
    "dtypes": {"pred": "float64", "target": "float64"},
    "expected": {"samples": [0.0, 0.66250137367892], "mean": 0.33125068683946, "sum": 0.66250137367892},
    "rtol": 1e-13,
    "source": "math.log(math.cosh(2)) / 2",
}


def half_log_cosh(pred: Real, target: Real) -> Array:
    """Half the logarithm of the hyperbolic cosine of the error.

    log(cosh e) / 2,  e = pred - target
    """
    error = np.abs(pred - target)
    small = np.log1p(np.sinh(np.minimum(error, 1)) ** 2) / 2  # the same, without a difference of nearly equal numbers
    cost: Array = np.where(error < 1, small, error + np.log1p(np.exp(-2 * error)) - np.log(2)) / 2
    return cost


def test_one_function_and_one_golden_case_make_a_loss(lossctl: Command) -> None:
    declared = loss(aliases=("halfcosh",))(half_log_cosh)
    golden(GOLDEN)
    for case in cases(declared):
        assert run_of(case.bound(), case.data()).results[0].loss == "half_log_cosh"
    np.save("p.npy", PRED)
    np.save("t.npy", TARGET)
    done = lossctl("eval", "-p", "p.npy", "-t", "t.npy", "-l", "halfcosh", "-b")
    assert (done.code, done.err) == (0, "lossctl: p.npy: pred p.npy, target t.npy; 3 rows used\n")
    assert done.value == pytest.approx(sum(math.log(math.cosh(e)) for e in (1, 2, 5)) / 6, rel=1e-15)
    assert lossctl("losses", "half_log_cosh").out == (
        "half_log_cosh (halfcosh)\n"
        "    Half the logarithm of the hyperbolic cosine of the error.\n"
        "\n"
        "formula\n"
        "    log(cosh e) / 2,  e = pred - target\n"
        "\n"
        "inputs\n"
        "    pred    real (n, ...)\n"
        "    target  real (n, ...)\n"
        "\n"
        "value\n"
        "    one for each row; 0 or more; best 0\n"
        "\n"
        "example\n"
        "    lossctl eval preds.csv -l half_log_cosh\n"
    )
    assert "half_log_cosh" in lossctl("losses", "-b").out.split()
    assert "did you mean 'half_log_cosh'?" in lossctl("eval", "-p", "p.npy", "-t", "t.npy", "-l", "half_log_cos").err


def test_without_annotations_roles_are_real_and_defaults_say_what_parameters_are() -> None:
    @loss
    def scaled(pred, target, *, factor=2.0, signed=False, kind="plain"):  # type: ignore[no-untyped-def]
        """Scaled error."""
        return factor * (pred - target if signed else np.abs(pred - target))

    assert isinstance(scaled, Loss)
    assert evaluate(PRED, TARGET, scaled).value == 2 * (1 + 2 + 5) / 3
    assert evaluate(PRED[:, np.newaxis] * [1, 1], TARGET[:, np.newaxis] * [1, 1], "scaled:factor=3:signed=true").value == -8
    for text, expected in (
        ("scaled:factor=inf", "scaled: factor must be a finite number, not 'inf'"),
        ("scaled:signed=1", "scaled: signed must be true or false, not '1'"),
        ("scaled:kind=other", "scaled: kind must be plain, not 'other'"),
    ):
        with pytest.raises(LossctlError) as refused:
            read_losses([text])
        assert str(refused.value) == expected


def test_a_declared_loss_is_called_as_the_function_it_decorates() -> None:
    @loss
    def halved(pred: Real, target: Real, *, by: float = 2.0) -> Array:
        """Error over a number."""
        return (pred - target) / by

    assert halved(np.array([3.0]), np.array([1.0])).tolist() == [1]
    assert halved(3, target=1, by=4) == 0.5
    assert LOSSES["mse"](np.array([3.0, 1.0]), np.array([1.0, 1.0])).tolist() == [4, 0]
    assert {"mse", "halved"} <= {*LOSSES}
    assert all(isinstance(name, str) for name in LOSSES)


def test_a_cost_and_a_share_make_a_ratio_of_sums() -> None:
    @loss
    def share_of_size(pred: Real, target: Real) -> tuple[Array, Array]:
        """Ratio of sums."""
        return np.abs(pred - target), np.abs(target)

    assert evaluate(PRED, TARGET, share_of_size).value == 8 / 14
    weighted = evaluate(PRED, TARGET, share_of_size, weight=WEIGHT).run.results[0]
    assert (weighted.value, weighted.sum, weighted.weight) == (16 / 26, 16, 26)
    with pytest.raises(LossctlError) as refused:
        evaluate(PRED, TARGET, share_of_size, reduction="sum")
    assert str(refused.value) == "share_of_size is a ratio of sums by definition; reduction sum does not apply to it"


def test_finish_makes_the_headline_of_the_mean() -> None:
    @loss(finish=math.sqrt)
    def root_of_mse(pred: Real, target: Real) -> Array:
        """Root of the mean squared error."""
        return (pred - target) ** 2

    result = evaluate(PRED, TARGET, root_of_mse).run.results[0]
    assert (result.value, result.mean, result.sum) == (math.sqrt(10), 10, 30)
    with pytest.raises(LossctlError, match=r"^root_of_mse is a mean by definition; reduction max does not apply to it$"):
        evaluate(PRED, TARGET, root_of_mse, reduction="max")


def test_prepare_sees_the_whole_dataset_and_the_kernel_its_blocks() -> None:
    seen: list[int] = []

    def centre(pred: Array, target: Array, *, power: float) -> float:
        return float(target.mean())

    @loss(prepare=centre)
    def centred(pred: Real, target: Real, middle: float, *, power: float = 1.0) -> Array:
        """Distance from the mean target."""
        seen.append(len(pred))
        return np.abs(pred - middle) ** power

    assert list(centred.forms[0].roles) == ["pred", "target"]
    expected = [abs(value - 14 / 3) ** 2 for value in PRED]
    for cuts, rows, blocks in (([], None, [3]), ([1], 2, [1, 2]), ([], 1, [1, 1, 1])):
        seen.clear()
        run = run_of(read_losses(["centred:power=2"]), {"pred": PRED, "target": TARGET}, cuts=cuts, block_rows=rows)
        assert run.samples is not None
        assert run.samples.values["centred:power=2"].tolist() == expected
        assert seen == blocks


def test_a_loss_of_bins_sees_blocks_where_rows_do_not_hang_together() -> None:
    seen: list[int] = []

    def widest(costs: Array, shares: Array, *, together: bool) -> float:
        return float(np.abs(costs / shares).max())

    @loss(unit="whole", pooled=widest, streams={"together": False})
    def worst_bias(pred: Real, target: Real, weight: Array | None, *, together: bool = False) -> tuple[Array, Array]:
        """Largest mean error among the rows of a whole prediction."""
        seen.append(len(pred))
        return pred - target, np.floor(pred).astype(int) - 1

    pred, target = np.array([1.0, 2.0, 1.0, 2.0, 1.5]), np.array([2.0, 4.0, 8.0, 1.0, 1.5])
    rows: dict[str, Any] = {"pred": pred, "target": target}
    for text, blocks in (("worst_bias", [1, 2, 2]), ("worst_bias:together=true", [5])):
        seen.clear()
        found = run_of(read_losses([text]), rows, cuts=[1], block_rows=2).results[0]
        assert (found.value, found.n, found.weight) == (8 / 3, 5, 5)
        assert seen == blocks
    weighted = evaluate(pred, target, worst_bias, weight=[1, 3, 0.5, 1, 0.5]).run.results[0]
    assert (weighted.value, weighted.weight) == ((1 + 3.5) / 2, 6)
    by = evaluate(pred, target, worst_bias, by=np.array(["u", "u", "v", "v", "v"])).run.results
    assert [one.value for one in by] == [8 / 3, 2, 7 / 2]


def test_the_roles_that_are_given_pick_the_form() -> None:
    @loss
    def apart(left: Real, right: Real, *, knee: Knee = 1.0) -> Array:
        """Distance beyond a knee."""
        return np.maximum(np.abs(left - right) - knee, 0)

    @apart.form
    def _(distance: Distance, target: PairLabels, *, knee: Knee = 1.0) -> Array:
        return np.maximum(distance - knee, 0) * target

    assert evaluate(loss="apart", role={"left": PRED, "right": TARGET}).value == 5 / 3
    assert evaluate(loss="apart:knee=2", role={"distance": TARGET, "target": [1, 0, 1]}).value == 2
    with pytest.raises(TypeError, match=r"^loss apart: parameter knee of the form gap differs from the loss's$"):

        @apart.form
        def _(gap: Distance, *, knee: float = 1.0) -> Array:
            return gap - knee


def test_a_parameter_may_be_for_one_value_of_another_only() -> None:
    @loss
    def two_kinds(pred: Real, target: Real, *, size: OnlyPlain = 1.0, kind: Kind = "plain") -> Array:
        """Plain or not."""
        return np.abs(pred - target) * size

    assert evaluate(PRED, TARGET, "two_kinds:size=3:kind=plain").value == 8
    assert evaluate(PRED, TARGET, "two_kinds:kind=other").value == 8 / 3
    with pytest.raises(LossctlError, match=r"^two_kinds: size has no meaning beside kind=other$"):
        evaluate(PRED, TARGET, "two_kinds:size=3:kind=other")


def test_a_loss_is_pickled_by_its_name_and_is_the_same_where_it_is_read() -> None:
    for name in LOSSES:
        assert pickle.loads(pickle.dumps(LOSSES[name])) is LOSSES[name]
        assert len(pickle.dumps(LOSSES[name])) < 100
    bound = read_losses(["focal:gamma=3:alpha=0.25"])[0]
    program = "import pickle, sys; print(pickle.loads(sys.stdin.buffer.read()))"
    done = subprocess.run([sys.executable, "-c", program], input=pickle.dumps(bound), capture_output=True, check=True)
    assert done.stdout == b"focal:gamma=3:alpha=0.25\n"


def test_a_loss_that_returns_a_cube_is_a_fault_of_its_own() -> None:
    @loss
    def cube(pred, target):  # type: ignore[no-untyped-def]
        """Too many axes."""
        return (pred - target)[:, np.newaxis, np.newaxis]

    with pytest.raises(
        LossctlError, match=r"loss cube returned float64 of shape \(2, 1, 1\) for 2 rows; expected numbers \(2,\)"
    ):
        evaluate([1.0, 2.0], [0.0, 0.0], "cube")
