"""Values that other implementations gave: every case in golden/ whose loss is declared, at its own tolerance."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl import LOSSES, evaluate

GOLDEN = Path(__file__).parent / "golden"
CASES: list[dict[str, Any]] = [case for path in sorted(GOLDEN.glob("*.json")) for case in json.loads(path.read_text())]
DECLARED = [case for case in CASES if case["loss"].partition(":")[0] in LOSSES]
TINY = 2e-323  # what may be lost where results are subnormal


def number(value: Any) -> float:
    """A value of a case; numbers that JSON lacks are texts."""
    return float(value)


def array(case: dict[str, Any], role: str) -> Any:
    """The data of a role, of the dtype that the case names."""
    rows = case["roles"][role]
    values = [[number(one) for one in row] if isinstance(row, list) else number(row) for row in rows]
    return np.array(values, dtype=case["dtypes"][role])


def close(got: float, expected: float, case: dict[str, Any], rows: int = 1) -> bool:
    """Whether a value is right; `rows` is how many rows it adds up."""
    if math.isinf(expected):
        return got == expected
    allowed: float = case["rtol"] * abs(expected) + case.get("atol", 0.0) * rows + TINY
    return abs(got - expected) <= allowed


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in DECLARED])
def test_what_other_implementations_gave_is_what_comes_out(case: dict[str, Any]) -> None:
    roles = {role: array(case, role) for role in case["roles"]}
    options = {"from_" if name == "from" else name: value for name, value in case["options"].items()}
    got = evaluate(loss=case["loss"], role=roles, **options)
    samples: Any = got.samples
    expected = case["expected"]
    (result,) = got.run.results
    assert set(expected) <= {"samples", "mean", "sum", "value"}
    assert expected
    for place, sample in enumerate(expected.get("samples", [])):
        assert close(samples[place], number(sample), case), f"row {place}: {samples[place]!r}, expected {sample!r}"
    assert len(samples) == len(expected.get("samples", samples)) == result.n
    if "mean" in expected:
        assert close(result.mean, number(expected["mean"]), case)
    if "sum" in expected:
        assert close(result.sum, number(expected["sum"]), case, result.n)
    if "value" in expected:
        assert close(result.value, number(expected["value"]), case)


def test_cases_are_read_with_their_dtypes_and_stay_apart() -> None:
    ids = [case["id"] for case in CASES]
    assert len(set(ids)) == len(ids)
    assert all(set(case["roles"]) == set(case["dtypes"]) for case in CASES)
    assert any("float32" in case["dtypes"].values() for case in DECLARED)


def test_a_value_beyond_its_tolerance_is_seen() -> None:
    case = {"rtol": 1e-12, "atol": 1e-14}
    assert close(1 + 0.9e-12, 1.0, case)
    assert not close(1 + 1.1e-12, 1.0, case)
    assert not close(math.nan, 1.0, case)
    assert not close(1e308, math.inf, case)
    assert close(2e-14, 0.0, case, rows=2)
    assert not close(2e-14, 0.0, case)
