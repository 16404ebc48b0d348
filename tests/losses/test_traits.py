"""What losses declare of their values is so: range, whether they are proper, and what of the target costs least."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from lossctl import LOSSES, evaluate
from lossctl.errors import UsageError
from lossctl.losses.class_weights import ClassCounts
from lossctl.losses.declaration import Loss
from lossctl.losses.roles.class_roles import ActivationRole
from lossctl.losses.roles.roles import ClassLabelRole
from lossctl.losses.text import BoundLoss, bind, needed_of
from lossctl.results.document import Run
from tests.losses.role_data import ALL, Case, run_of

RNG = np.random.default_rng(12)
OF_CLASSES = [loss for loss in LOSSES.values() if loss.unit == "row" and loss.reads_classes and loss.family != "masks"]
OF_PROBABILITIES = [
    loss for loss in OF_CLASSES if not any(isinstance(role, ActivationRole) for role in loss.forms[0].roles.values())
]
STATISTICS: dict[str, Any] = {
    "mean": lambda y, _: np.mean(y),
    "median": lambda y, _: np.median(y),
    "quantile q": lambda y, bound: np.quantile(y, np.ravel(bound.parameters["q"])[0], method="inverted_cdf"),
    "expectile q": lambda y, bound: expectile(y, bound.parameters["q"]),
}
ELICITING = [loss for loss in LOSSES.values() if loss.elicits in STATISTICS]


def least(loss: Loss) -> BoundLoss:
    """The loss with what it needs, and with more rows of one of two classes than of the other."""
    counts = {name: (9.0, 1.0) for name, parameter in loss.parameters.items() if isinstance(parameter.domain, ClassCounts)}
    return bind(loss, needed_of(loss) | counts, typed=False)


def leaves(case: Case, run: Run) -> list[float]:
    """The values of a run outside the range that its loss declares."""
    values = [run.results[0].value]
    if run.samples is not None and case.loss.finish is None:
        values = [*values, *next(iter(run.samples.values.values()))]
    return [value for value in values if not case.loss.range.low <= value <= case.loss.range.high]


def runs_of(case: Case) -> Iterator[Run]:
    """Runs of the extremes, and with each parameter changed in turn, as far as the data are for that."""
    usual, extreme = (
        {name: values for name, values in case.data(extreme=far).items() if name != "weight" or case.form.weighted}
        for far in (False, True)
    )
    yield run_of(case.bound(), extreme, scale=case.scale)
    yield run_of(case.bound(), usual, scale=case.scale)
    for name in case.form.parameters:
        for value in case.loss.parameters[name].domain.inside()[:2]:
            with suppress(UsageError):
                yield run_of(case.bound(**{name: value}), usual, scale=case.scale)


@pytest.mark.slow
@pytest.mark.parametrize("case", ALL, ids=str)
def test_values_never_leave_the_range(case: Case) -> None:
    assert [value for run in runs_of(case) for value in leaves(case, run)] == []


def test_of_weights_below_1_a_cost_of_survival_may_be_below_0() -> None:
    roles = {"pred": np.array([1.0]), "time": np.array([2.0]), "event": np.array([1]), "weight": np.array([0.5])}
    assert evaluate(loss="cox", role=roles).value == pytest.approx(np.log(0.5), rel=1e-15)


def test_members_on_both_sides_of_the_target_never_cost_less_than_nothing() -> None:
    pred = RNG.integers(0, 4, (3000, 5)) * 0.1
    costs: Any = evaluate(pred, np.median(pred, axis=1), "crps:estimator=fair").samples
    assert costs.min() == 0
    members = RNG.integers(0, 3, (1000, 2, 2)) * 0.7
    costs = evaluate(members, members.mean(axis=1), "energy_score:estimator=fair").samples
    assert costs.min() == 0


@pytest.mark.slow
@pytest.mark.parametrize("loss", OF_PROBABILITIES, ids=lambda loss: loss.name)
def test_a_proper_score_of_probabilities_is_least_at_the_true_ones_alone(loss: Loss) -> None:
    bound = least(loss)
    classes = 3 if "k" in loss.parameters else 2  # top_k needs one more than k
    if classes == 3:
        bound = bind(loss, {"k": 2.0}, typed=False)
    offered = RNG.dirichlet(np.ones(classes), 400)
    best_elsewhere = False
    for share in ([0.3, 0.7], [0.85, 0.15], [0.6, 0.4]):
        truth = np.array([*share, 0.0])[:classes] * (1 if classes == 2 else 0.9)
        truth[-1] += 1 - truth.sum()
        pred = np.array([truth, *offered])
        expected = sum(part * costs_of(bound, pred, label) for label, part in enumerate(truth))
        best_elsewhere |= bool((expected[1:] <= expected[0]).any())
    assert loss.proper is not None
    assert loss.proper is not best_elsewhere


def test_a_proper_score_says_of_what_it_is_one() -> None:
    assert [loss.name for loss in LOSSES.values() if loss.proper and loss.elicits is None] == []


def costs_of(bound: BoundLoss, pred: Any, label: int) -> Any:
    """The cost of each prediction where the label is one of the classes."""
    of_one = pred.shape[1] == 2 and not isinstance(bound.loss.forms[0].roles["target"], ClassLabelRole)
    return evaluate(pred[:, 1] if of_one else pred, np.full(len(pred), label), bound).samples


@pytest.mark.slow
@pytest.mark.parametrize("loss", ELICITING, ids=lambda loss: loss.name)
def test_what_a_loss_elicits_costs_least(loss: Loss) -> None:
    bound, y = least(loss), RNG.exponential(2, 41) + 0.1
    statistic = STATISTICS[str(loss.elicits)](y, bound)
    others = [*y, *statistic * np.array([0.5, 0.9, 0.999, 1.001, 1.1, 2])]
    log = np.log if "log" in loss.parameters and bound.parameters["log"] else lambda value: value
    values: Any = [evaluate(np.full(len(y), log(value)), y, bound).value for value in (statistic, *others)]
    assert values[0] <= min(values[1:]) * (1 + 1e-14)


def expectile(y: Any, q: float) -> float:
    """Where the pulls of the values on both sides cancel (Newey & Powell 1987)."""
    found = float(np.mean(y))
    for _ in range(200):
        weights = np.where(y < found, 1 - q, q)
        found = float((weights * y).sum() / weights.sum())
    return found
