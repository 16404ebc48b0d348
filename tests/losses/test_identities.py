"""What LOSSES promise of each other, for any data: each identity is a property."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lossctl import evaluate
from tests.losses.role_data import CASES, ROWS, Case, run_of
from tests.losses.test_every_loss import bits, samples

pytestmark = pytest.mark.slow
ULPS = 4 * 2**-53  # relative: what a handful of roundings may do
TINY = 2e-323
properties = settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

REALS = st.floats(-1e150, 1e150) | st.floats(-10, 10)
LOGITS = st.floats(-1000, 1000) | st.floats(-5, 5)
PROBABILITIES = st.floats(0, 1) | st.sampled_from([0.0, 5e-324, 1e-16, 0.5, 1 - 2**-53, 1.0])
SHARES = st.floats(0, 1, exclude_max=True)
POSITIVE = st.floats(1e-6, 1e6)
PAIRS = st.lists(st.tuples(REALS, REALS), min_size=1, max_size=20)


@st.composite
def predictions(draw: Any) -> dict[str, Any]:
    """Arguments of `evaluate` with class predictions of any shape on any scale, and labels."""
    scale = draw(st.sampled_from(["probs", "logits", "logprobs"]))
    classes = draw(st.sampled_from([1, 2, 3, 5]))
    rows = draw(st.integers(1, 12))
    shape = (rows,) if classes == 1 else (rows, classes)
    if classes == 1 and scale == "probs":
        pred = np.array(draw(st.lists(PROBABILITIES, min_size=rows, max_size=rows)))
    else:
        pred = np.array(draw(st.lists(LOGITS, min_size=rows * classes, max_size=rows * classes))).reshape(shape)
        if scale != "logits":
            log_p = -np.logaddexp(0, -pred) if classes == 1 else pred - np.logaddexp.reduce(pred, axis=1)[:, np.newaxis]
            log_p = np.minimum(log_p, 0)
            pred = log_p if scale == "logprobs" else np.exp(log_p)
    target = np.array(draw(st.lists(st.integers(0, max(1, classes - 1)), min_size=rows, max_size=rows)))
    return {"pred": pred, "target": target, "from_": scale}


def cost(loss: str, **data: Any) -> Any:
    return evaluate(loss=loss, **data).samples


def same(left: Any, right: Any) -> bool:
    """Bit for bit."""
    return bool(left.tobytes() == right.tobytes())


def near(left: Any, right: Any, relative: float = ULPS, absolute: float = TINY) -> bool:
    with np.errstate(invalid="ignore"):
        return bool(((left == right) | (abs(left - right) <= relative * abs(right) + absolute)).all())


def alpha_of(data: dict[str, Any], share: float) -> str:
    """alpha as one types it: a share of class 1, or a weight for each class."""
    columns = data["pred"].shape[1] if data["pred"].ndim == 2 else 2
    return repr(share) if columns == 2 else ",".join(repr(share / (1 + place)) for place in range(columns))


@given(predictions())
@properties
def test_focal_without_focus_is_ce(data: dict[str, Any]) -> None:
    assert same(cost("focal:gamma=0", **data), cost("ce", **data))


@given(predictions(), SHARES)
@properties
def test_focal_with_alpha_alone_is_balanced_ce(data: dict[str, Any], share: float) -> None:
    alpha = alpha_of(data, share)
    assert same(cost(f"focal:gamma=0:alpha={alpha}", **data), cost(f"balanced_ce:alpha={alpha}", **data))


@given(predictions())
@properties
def test_poly_with_epsilon_0_is_ce(data: dict[str, Any]) -> None:
    assert same(cost("poly:epsilon=0", **data), cost("ce", **data))


@given(predictions(), st.floats(-1, 10), st.floats(-0.5, 10))
@properties
def test_poly_focal_without_focus_is_poly(data: dict[str, Any], first: float, second: float) -> None:
    epsilon = f"epsilon={first!r},{second!r}"
    assert same(cost(f"poly_focal:gamma=0:{epsilon}", **data), cost(f"poly:{epsilon}", **data))


def pair(values: list[tuple[float, float]]) -> dict[str, Any]:
    return {"pred": np.array([pred for pred, _ in values]), "target": np.array([target for _, target in values])}


@given(PAIRS, POSITIVE)
@properties
def test_huber_is_delta_times_smooth_l1(values: list[tuple[float, float]], delta: float) -> None:
    data = pair(values)
    scaled = delta * cost(f"smooth_l1:beta={delta!r}", **data)
    assert near(cost(f"huber:delta={delta!r}", **data), scaled, 2 * ULPS, TINY * (1 + delta))


@given(PAIRS)
@properties
def test_huber_with_a_large_delta_is_half_of_mse(values: list[tuple[float, float]]) -> None:
    data = pair(values)
    assert near(cost("huber:delta=1e200", **data), cost("mse", **data) / 2)


@given(PAIRS)
@properties
def test_smooth_l1_with_beta_0_is_mae(values: list[tuple[float, float]]) -> None:
    data = pair(values)
    assert same(cost("smooth_l1:beta=0", **data), cost("mae", **data))


@given(st.lists(st.tuples(LOGITS | st.floats(-1e308, 1e308), st.integers(0, 1)), min_size=1, max_size=20))
@properties
def test_binary_ce_of_a_logit_is_two_class_ce_of_0_and_the_logit(values: list[tuple[float, int]]) -> None:
    data = pair([(logit, label) for logit, label in values])
    two = np.stack([np.zeros(len(values)), data["pred"]], axis=1)
    binary = cost("ce", **data, from_="logits")
    assert near(binary, cost("ce", pred=two, target=data["target"], from_="logits"))


@given(st.lists(st.lists(st.floats(-30, 30), min_size=3, max_size=3), min_size=1, max_size=10), st.integers(0, 2))
@properties
def test_ce_from_logits_is_ce_from_their_softmax(rows: list[list[float]], label: int) -> None:
    logits, target = np.array(rows), np.full(len(rows), label)
    powers = np.exp(logits)
    softmax = powers / powers.sum(axis=1, keepdims=True)
    from_logits = cost("ce", pred=logits, target=target, from_="logits")
    assert (abs(from_logits - cost("ce", pred=softmax, target=target)) <= 2e-14).all()


@given(st.lists(st.tuples(LOGITS, st.integers(0, 1)), min_size=1, max_size=20), st.floats(0.01, 0.99))
@properties
def test_balanced_ce_is_a_share_of_bce_with_pos_weight(values: list[tuple[float, int]], alpha: float) -> None:
    data = pair([(logit, label) for logit, label in values])
    z, y, pos_weight = data["pred"], data["target"], alpha / (1 - alpha)
    torchs = np.where(y == 1, pos_weight * np.logaddexp(0, -z), np.logaddexp(0, z))
    balanced = cost(f"balanced_ce:alpha={alpha!r}", **data, from_="logits")
    assert near(balanced, (1 - alpha) * torchs, 4 * ULPS)
    assert near(balanced, (1 - alpha) * cost(f"ce:class_weight=1,{pos_weight!r}", **data, from_="logits"), 2 * ULPS)


@given(st.integers(0, 2**32), POSITIVE, st.sampled_from(["", ":half=false", ":metric=cosine", ":p=1", ":p=inf"]))
@properties
def test_contrastive_of_flipped_labels_with_similar_0_is_contrastive(seed: int, margin: float, option: str) -> None:
    rng = np.random.default_rng(seed)
    left, right, target = rng.normal(size=(9, 3)), rng.normal(size=(9, 3)), rng.integers(0, 2, 9)
    loss = f"contrastive:margin={margin!r}{option}"
    usual = cost(loss, role={"left": left, "right": right}, target=target)
    assert same(usual, cost(f"{loss}:similar=0", role={"left": left, "right": right}, target=1 - target))


@given(st.integers(0, 2**32), POSITIVE)
@properties
def test_contrastive_of_distances_is_contrastive_of_vectors_that_far_apart(seed: int, margin: float) -> None:
    rng = np.random.default_rng(seed)
    left, right, target = rng.normal(size=(9, 3)), rng.normal(size=(9, 3)), rng.integers(0, 2, 9)
    loss, distance = f"contrastive:margin={margin!r}", abs(left - right).sum(axis=1)
    of_vectors = cost(f"{loss}:p=1", role={"left": left, "right": right}, target=target)
    of_distances = cost(loss, role={"distance": distance}, target=target)
    assert (abs(of_vectors - of_distances) <= 1e-14 * (1 + margin) ** 2).all()


@given(st.sampled_from(CASES), st.integers(0, 2**32))
@properties
def test_a_row_of_weight_0_is_as_if_it_were_not_there(case: Case, seed: int) -> None:
    data = case.data(seed=seed)
    kept = np.random.default_rng(seed).random(ROWS) < 0.5
    kept[0] = True
    all_rows = run_of(case.bound(), {**data, "weight": data["weight"] * kept}, scale=case.scale).results[0]
    some_rows = run_of(case.bound(), {name: values[kept] for name, values in data.items()}, scale=case.scale).results[0]
    assert (all_rows.mean, all_rows.sum, all_rows.std) == (some_rows.mean, some_rows.sum, some_rows.std)


@given(st.sampled_from(CASES), st.integers(0, 2**32))
@properties
def test_a_row_of_weight_3_is_as_good_as_three_rows(case: Case, seed: int) -> None:
    data = case.data(seed=seed)
    times = np.random.default_rng(seed).integers(1, 4, ROWS)
    weighted = run_of(case.bound(), {**data, "weight": times}, scale=case.scale).results[0]
    repeated = {name: np.repeat(values, times, axis=0) for name, values in data.items() if name != "weight"}
    plain = run_of(case.bound(), repeated, scale=case.scale).results[0]
    assert (weighted.mean, weighted.sum, weighted.weight) == (plain.mean, plain.sum, plain.weight)
    assert weighted.std == pytest.approx(plain.std, rel=1e-14)


@given(predictions(), st.integers(0, 2**32))
@properties
def test_class_weights_with_weighted_mean_are_weights_of_the_rows(data: dict[str, Any], seed: int) -> None:
    data["pred"] = (
        data["pred"] if data["from_"] == "logits" else np.maximum(data["pred"], -30 if data["from_"] == "logprobs" else 1e-9)
    )
    weights = np.random.default_rng(seed).uniform(0.1, 2, data["pred"].shape[1] if data["pred"].ndim == 2 else 2)
    loss = "ce:class_weight=" + ",".join(map(repr, weights.tolist()))
    by_row = evaluate(loss="ce", weight=weights[data["target"]], **data).run.results[0]
    by_class = evaluate(loss=f"{loss}:weighted_mean=true", **data).run.results[0]
    assert by_class.weight == by_row.weight
    assert near(np.array([by_class.mean, by_class.sum]), np.array([by_row.mean, by_row.sum]))
    assert near(np.array([evaluate(loss=loss, **data).value]), np.array([by_row.sum / len(data["target"])]))


@pytest.mark.parametrize("extreme", [False, True], ids=["ordinary", "extreme"])
@given(st.data())
@properties
def test_any_order_and_any_partition_give_the_same_bits(extreme: bool, data: st.DataObject) -> None:
    case: Case = data.draw(st.sampled_from(CASES))
    roles = case.data(extreme=extreme, seed=data.draw(st.integers(0, 2**32)))
    order = data.draw(st.permutations(range(ROWS)))
    cuts = sorted(data.draw(st.sets(st.integers(1, ROWS - 1), max_size=8)))
    shuffled = {name: values[order] for name, values in roles.items()}
    whole = run_of(case.bound(), roles, scale=case.scale)
    split = run_of(
        case.bound(),
        shuffled,
        scale=case.scale,
        cuts=cuts,
        block_rows=data.draw(st.integers(1, ROWS)),
        jobs=data.draw(st.sampled_from([1, 3])),
    )
    assert bits(split) == bits(whole)
    costs = samples(whole) if whole.samples is None else samples(whole)[order]
    assert samples(split).tobytes() == costs.tobytes()


@properties
@given(predictions())
@pytest.mark.parametrize(
    ("loss", "other"),
    [
        ("zero_one", "top_k:k=1"),
        ("zero_one:ties=first", "top_k:k=1:ties=first"),
        ("kl", "ce"),
        ("symmetric_ce:alpha=1:beta=0", "ce"),
        ("logit_adjusted:counts=COUNTS:tau=0", "ce"),
        ("ldam:counts=COUNTS:max_margin=0:scale=1", "ce"),
    ],
)
def test_losses_of_classes_have_each_other_as_limits(loss: str, other: str, data: dict[str, Any]) -> None:
    classes = data["pred"].shape[1] if data["pred"].ndim == 2 else 2
    loss, other = (text.replace("COUNTS", ",".join(["7"] * classes)) for text in (loss, other))
    # Log-probabilities that are taken for logits sum to 1 within their rounding.
    assert near(cost(loss, **data), cost(other, **data), 1e-12, 1e-12)


@properties
@given(predictions())
def test_the_brier_score_of_two_classes_is_twice_that_of_one(data: dict[str, Any]) -> None:
    if data["pred"].ndim == 1 and data["from_"] == "probs":
        pairs = np.stack([1 - data["pred"], data["pred"]], axis=1)
        assert near(cost("brier", pred=pairs, target=data["target"]) / 2, cost("brier", **data), 1e-15)
        assert near(
            cost("brier:half=true", pred=pairs, target=data["target"]), cost("rps", pred=pairs, target=data["target"]), 1e-15
        )


@properties
@given(st.lists(st.lists(st.tuples(LOGITS, st.integers(0, 1)), min_size=3, max_size=3), min_size=1, max_size=9))
def test_labels_of_their_own_cost_the_mean_of_binary_losses(rows: list[list[tuple[float, int]]]) -> None:
    z, y = (np.array([[pair[part] for pair in row] for row in rows]) for part in (0, 1))
    data = {"pred": z, "target": y, "from_": "logits"}
    for several, one in (("multilabel_ce", "ce"), ("multilabel_focal:alpha=0.25", "focal:alpha=0.25"), ("hamming", "zero_one")):
        columns = [cost(one, pred=z[:, place], target=y[:, place], from_="logits") for place in range(3)]
        assert near(cost(several, **data), np.mean(columns, axis=0), 1e-15)
    assert near(cost("asl:gamma_neg=0:gamma_pos=0:shift=0", **data), cost("multilabel_ce", **data), 1e-14)
    assert near(cost("multilabel_focal:gamma=0", **data), cost("multilabel_ce", **data))


@properties
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=4, max_size=4))
def test_regions_are_compared_by_one_index(elements: list[tuple[float, int]]) -> None:
    data: dict[str, Any] = {"pred": np.array([[p for p, _ in elements]]), "target": np.array([[y for _, y in elements]])}
    assert same(cost("dice", **data), cost("tversky", **data))
    assert same(cost("jaccard", **data), cost("tversky:alpha=1:beta=1", **data))
    assert same(cost("focal_tversky:gamma=1", **data), cost("tversky", **data))
    assert same(cost("dice:smooth=1", **data), np.array([evaluate(loss="dice:smooth=1:pool=dataset", **data).value]))
