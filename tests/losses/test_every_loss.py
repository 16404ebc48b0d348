"""What holds for every declared loss. A new loss is covered when it is declared."""

from __future__ import annotations

import itertools
import math
import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl import LOSSES, LossctlError, evaluate
from lossctl.errors import UsageError
from lossctl.losses.declaration import Loss
from lossctl.losses.roles import roles
from lossctl.losses.text import bind, read_losses, value_text
from lossctl.results.document import Run
from tests.losses.role_data import ALL, CASES, ROWS, TOGETHER, Case, Roles, cases, make_perfect, run_of
from tests.losses.test_golden import CASES as GOLDEN

NAMES = list(LOSSES)
PARAMETERS = [(name, parameter) for name in NAMES for parameter in LOSSES[name].parameters]
CHANGING = [one for one in PARAMETERS if one[1] != "empty"]  # which matters only where there is nothing to order
# The cost of these is not 0 where prediction and target are equal, or they have no such thing.
NO_PERFECT = {
    "triplet",  # equal vectors are a margin short
    "bi_tempered",  # of finite activations no class is certain
    "listnet",  # the entropy of the relevances is left
    *("info_nce", "sup_con", "clip", "siglip", "circle"),  # no cosine is certain
    *("listmle", "ranknet", "bpr"),  # no finite lead is certain
}
# Of the extremes that their roles may hold the value itself overflows.
OVERFLOW = {"linex", "gaussian_nll", "gamma_deviance", "tweedie_deviance", "vae_kl"}
# What a textbook has; every other loss says where its formula is from.
ELEMENTARY = {
    "mae",
    "mse",
    "ce",
    "rmse",
    "msle",
    "rmsle",
    "mape",
    "smape",
    "wmape",
    "bias",
    "log_cosh",
    "zero_one",
    "top_k",
    "given",
}

each_case = pytest.mark.parametrize("case", CASES, ids=str)
each_loss = pytest.mark.parametrize("loss", [LOSSES[name] for name in NAMES], ids=NAMES)
each_parameter = pytest.mark.parametrize(("name", "parameter"), PARAMETERS, ids=map(":".join, PARAMETERS))


def bits(run: Run) -> list[bytes]:
    """Every number of a run's result, as its bytes."""
    (result,) = run.results
    return [np.float64(value).tobytes() for value in (result.mean, result.sum, result.std, result.min, result.max, result.weight)]


def samples(run: Run) -> Any:
    """The cost of each row or group, or the value of what is judged as one."""
    if run.samples is None:
        return np.array([run.results[0].value])
    (values,) = run.samples.values.values()
    return np.array(values)


def without_weight(data: Roles) -> Roles:
    return {name: values for name, values in data.items() if name != "weight"}


@each_case
def test_a_row_costs_one_finite_number(case: Case) -> None:
    run = run_of(case.bound(), case.data(), scale=case.scale)
    costs = samples(run)
    assert np.isfinite(costs).all()
    if run.samples is not None:
        assert costs.shape == (ROWS,)
        assert len(set(costs.tolist())) > 1


@each_case
def test_costs_do_not_depend_on_the_other_rows_and_sums_not_on_their_order(case: Case) -> None:
    data = case.data()
    order = np.random.default_rng(1).permutation(ROWS)
    for roles_of in (data, without_weight(data)):
        run = run_of(case.bound(), roles_of, scale=case.scale)
        shuffled = run_of(case.bound(), {name: values[order] for name, values in roles_of.items()}, scale=case.scale)
        assert bits(shuffled) == bits(run)
        costs = samples(run) if run.samples is None else samples(run)[order]
        assert samples(shuffled).tobytes() == costs.tobytes()


@pytest.mark.slow
@each_case
@pytest.mark.parametrize("extreme", [False, True], ids=["ordinary", "extreme"])
def test_blocks_shards_and_threads_change_no_bit(case: Case, extreme: bool) -> None:
    data = case.data(extreme=extreme)
    run = run_of(case.bound(), data, scale=case.scale)
    others = [run_of(case.bound(), data, scale=case.scale, block_rows=1)]
    if extreme:
        others.append(run_of(case.bound(), data, scale=case.scale, cuts=range(1, ROWS, 3), jobs=2))
    else:
        others.append(run_of(case.bound(), data, scale=case.scale, cuts=[7, 8, 31], block_rows=7, jobs=4))
    for other in others:
        assert bits(other) == bits(run)
        assert samples(other).tobytes() == samples(run).tobytes()


@pytest.mark.parametrize("case", [case for case in CASES if case.loss.name not in OVERFLOW], ids=str)
def test_the_extremes_of_what_roles_may_hold_cost_a_finite_number(case: Case) -> None:
    run = run_of(case.bound(), case.data(extreme=True), scale=case.scale)
    assert np.isfinite(samples(run)).all()
    spread = [run.results[0].std] if case.loss.unit == "row" else []
    assert all(math.isfinite(value) for value in (run.results[0].mean, run.results[0].sum, *spread))


@each_case
def test_the_largest_numbers_never_cost_nan(case: Case) -> None:
    data = {
        name: np.where(values > 0, 1.7e308, -1.7e308) if type(case.form.roles.get(name)) is roles.Role else values
        for name, values in case.data().items()
    }
    data |= {
        name: np.abs(data[name]) for name, role in case.form.roles.items() if role.domain.low > -math.inf and not role.as_words
    }
    assert not np.isnan(samples(run_of(case.bound(), without_weight(data), scale=case.scale))).any()


def unweighted(case: Case, **options: Any) -> Roles:
    """Data whose rows have a weight only where a loss that judges them together takes weights."""
    data = case.data(**options)
    return data if case.form.weighted else without_weight(data)


@pytest.mark.parametrize("case", TOGETHER, ids=str)
def test_what_is_judged_together_is_finite_and_does_not_depend_on_the_order_of_rows(case: Case) -> None:
    order = np.random.default_rng(1).permutation(ROWS)
    for extreme in (False, True):
        data = unweighted(case, extreme=extreme)
        value = run_of(case.bound(), data, scale=case.scale).results[0].value
        assert math.isfinite(value)
        shuffled = {name: values[order] for name, values in data.items()}
        assert run_of(case.bound(), shuffled, scale=case.scale).results[0].value == pytest.approx(value, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("case", TOGETHER, ids=str)
def test_the_largest_numbers_judged_together_never_cost_nan(case: Case) -> None:
    data = {
        name: np.where(values > 0, 1.7e308, -1.7e308) if type(case.form.roles.get(name)) is roles.Role else values
        for name, values in unweighted(case).items()
    }
    data |= {name: np.abs(data[name]) for name, role in case.form.roles.items() if role.domain.low == 0}
    assert not np.isnan(run_of(case.bound(), data, scale=case.scale).results[0].value)


@pytest.mark.slow
@pytest.mark.parametrize("case", TOGETHER, ids=str)
def test_blocks_shards_and_threads_change_no_bit_of_what_is_judged_together(case: Case) -> None:
    data = unweighted(case)
    run = run_of(case.bound(), data, scale=case.scale)
    others = [run_of(case.bound(), data, scale=case.scale, block_rows=rows) for rows in (1, 7)]
    others.append(run_of(case.bound(), data, scale=case.scale, cuts=[7, 8, 31], block_rows=7, jobs=4))
    assert [(bits(other), samples(other).tobytes()) for other in others] == [(bits(run), samples(run).tobytes())] * 3


def perfect(case: Case) -> dict[str, Any]:
    """Data in which the prediction is the target."""
    data = dict(without_weight(case.data()))
    for name, role in case.form.roles.items():
        make_perfect(role, name, data, case)
    return data


PERFECT = [case for case in ALL if case.loss.name not in NO_PERFECT and case.loss.best is not None]


@pytest.mark.parametrize("case", PERFECT, ids=str)
def test_a_perfect_prediction_costs_exactly_the_best_value(case: Case) -> None:
    run = run_of(case.bound(), perfect(case), scale=case.scale)
    if run.samples is not None:
        assert set(samples(run).tolist()) == {0.0}
    assert run.results[0].value == case.loss.best


@each_parameter
def test_values_outside_a_parameters_domain_are_refused_by_name(name: str, parameter: str) -> None:
    loss = LOSSES[name]
    needed = {other for other, one in loss.parameters.items() if one.required} | set(loss.one_of[:1])
    required = {
        other: loss.parameters[other].domain.inside()[0]
        for other in needed - {parameter, *loss.one_of[: parameter in loss.one_of]}
    }
    typed = {other: value_text(value) for other, value in required.items()}
    for value in loss.parameters[parameter].domain.outside():
        with pytest.raises(LossctlError, match=f"^{name}: {parameter} must be .*, not '"):
            bind(loss, required | {parameter: value}, typed=False)
        with pytest.raises(LossctlError, match=f"^{name}: {parameter} must be .*, not '"):
            bind(loss, typed | {parameter: str(value)}, typed=True)


@pytest.mark.parametrize(("name", "parameter"), CHANGING, ids=map(":".join, CHANGING))
def test_values_inside_a_parameters_domain_are_taken_read_back_and_matter(name: str, parameter: str) -> None:
    loss = LOSSES[name]
    case = next(case for case in reversed(cases(loss)) if parameter in case.form.parameters)
    apart = {parameter, *loss.one_of, *(other for other, _ in loss.parameters[parameter].only)}
    others = {
        other: one.domain.inside()[0] for other, one in loss.parameters.items() if one.default is None and other not in apart
    }
    seen: dict[bool, set[Any]] = {True: set(), False: set()}
    for value, beside in itertools.product(loss.parameters[parameter].domain.inside(), seen):
        bound = case.bound(**(others if beside else {}) | {parameter: value})
        assert read_losses([str(bound)]) == (bound,)
        assert pickle.loads(pickle.dumps(bound)) == bound
        run = run_of(bound, unweighted(case), scale=case.scale)
        assert np.isfinite(samples(run)).all() or name in OVERFLOW
        seen[beside].add((samples(run).tobytes(), *bits(run)))
    assert max(map(len, seen.values())) > 1 or parameter == "better"  # which decides comparisons alone


@each_loss
def test_a_loss_is_documented(loss: Loss) -> None:
    assert re.fullmatch(r"[A-Z].*\.", loss.summary)
    assert loss.formula.strip()
    assert all(parameter.text for parameter in loss.parameters.values())
    if loss.name not in ELEMENTARY:
        assert re.search(r"\(\d{4}\)", loss.reference or ""), "a reference names its year"


@each_loss
def test_a_loss_has_a_golden_case(loss: Loss) -> None:
    assert any(case["loss"].partition(":")[0] in (loss.name, *loss.aliases) for case in GOLDEN)


def test_names_and_aliases_are_unique_and_all_found() -> None:
    words = LOSSES.words()
    assert len(set(words)) == len(words)
    assert [LOSSES[word].name for word in NAMES] == NAMES
    assert all(LOSSES[alias] is LOSSES[name] for name in NAMES for alias in LOSSES[name].aliases)


@each_loss
def test_a_default_lies_in_its_domain(loss: Loss) -> None:
    for parameter in loss.parameters.values():
        if not parameter.required:
            assert parameter.check(parameter.default) == parameter.default
            assert parameter.read(value_text(parameter.default)) == parameter.default


@each_case
def test_python_and_the_engine_agree(case: Case) -> None:
    data = case.data()
    got = evaluate(loss=case.bound(), role=data, from_=case.scale)  # type: ignore[arg-type]  # a scale, or none
    assert got.value == run_of(case.bound(), data, scale=case.scale).results[0].value


@each_case
def test_a_file_beside_roles_that_are_all_elsewhere_is_refused(case: Case, tmp_path: Path) -> None:
    np.save(path := tmp_path / "unread.npy", np.ones(ROWS))
    data, scale = without_weight(case.data()), case.scale
    with pytest.raises(UsageError, match=r"unread\.npy: nothing is read from it: the "):
        evaluate(path, role=data, loss=case.bound(), from_=scale)  # type: ignore[arg-type]  # a scale, or none
