"""Values that other implementations gave: every case in golden/ whose loss is declared, at its own tolerance."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl import LOSSES, evaluate
from lossctl.losses.declaration import Loss
from tests import ROOT

pytestmark = pytest.mark.usefixtures("here")

GOLDEN = ROOT / "tests" / "golden"
CASES: list[dict[str, Any]] = [case for path in sorted(GOLDEN.glob("*.json")) for case in json.loads(path.read_text())]
DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+")
TINY = 2e-323  # what may be lost where results are subnormal


def param(case: dict[str, Any]) -> Any:
    """A case with its name."""
    return pytest.param(case, id=case["id"])


def numbers(value: Any) -> Any:
    """Numbers of a case, which may stand in lists; those that JSON lacks are texts."""
    return [numbers(one) for one in value] if isinstance(value, list) else float(value)


def array(case: dict[str, Any], role: str) -> Any:
    """The data of a role, of the dtype that the case names."""
    if case["dtypes"][role] == "str":
        return case["roles"][role]
    return np.array(numbers(case["roles"][role]), dtype=case["dtypes"][role])


def arrays_or_rows(case: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """The data of a case as arrays by role; where rows are lists of unequal length, as a file of JSON lines in this folder."""
    if not any(dtype.startswith("list") for dtype in case["dtypes"].values()):
        return None, {role: array(case, role) for role in case["roles"]}
    rows = zip(*case["roles"].values(), strict=True)
    Path("rows.jsonl").write_text("".join(json.dumps(dict(zip(case["roles"], row, strict=True))) + "\n" for row in rows))
    return "rows.jsonl", {}


def write_files(case: dict[str, Any]) -> None:
    """The files that the loss's text names, into this folder."""
    for name, rows in case.get("files", {}).items():
        if name.endswith(".npy"):
            np.save(name, np.array(rows, float))
        else:
            Path(name).write_text("".join(",".join(map(repr, row)) + "\n" for row in rows))


def library_of(code: str) -> str:
    """The module whose function a call of another library is: the first of its longest dotted name."""
    names: list[str] = DOTTED.findall(code)
    return max(names, key=len).partition(".")[0]


def close(got: float, expected: float, case: dict[str, Any], rows: int = 1) -> bool:
    """Whether a value is right; `rows` is how many rows it adds up."""
    if math.isinf(expected):
        return got == expected
    allowed: float = case["rtol"] * abs(expected) + case.get("atol", 0.0) * rows + TINY
    return abs(got - expected) <= allowed


@pytest.mark.parametrize("case", [param(case) for case in CASES])
def test_what_other_implementations_gave_is_what_comes_out(case: dict[str, Any]) -> None:
    write_files(case)
    pred, roles = arrays_or_rows(case)
    options = {"from_" if name == "from" else name.replace("-", "_"): value for name, value in case["options"].items()}
    got = evaluate(pred, loss=case["loss"], role=roles, **options)
    expected = case["expected"]
    (result,) = got.run.results
    assert expected.keys() & {"samples", "mean", "sum", "value"}
    for field in ("mean", "sum", "value", "n"):
        if field in expected:
            found, wanted = getattr(result, field), float(expected[field])
            assert close(found, wanted, case, result.n if field == "sum" else 1), f"{field} {found!r}, expected {wanted!r}"
    if "samples" in expected:
        samples: Any = got.samples
        assert len(samples) == len(expected["samples"]) == result.n
        for place, sample in enumerate(expected["samples"]):
            assert close(samples[place], float(sample), case), f"row {place}: {samples[place]!r}, expected {sample!r}"


def test_cases_are_read_with_their_dtypes_and_stay_apart() -> None:
    ids = [case["id"] for case in CASES]
    assert len(set(ids)) == len(ids)
    assert all(set(case["roles"]) == set(case["dtypes"]) for case in CASES)
    assert all(set(case["expected"]) <= {"samples", "mean", "sum", "value", "n"} for case in CASES)
    assert any("float32" in case["dtypes"].values() for case in CASES)


def sources(case: dict[str, Any]) -> list[str]:
    """Who gave the values of a case."""
    return [case["source"], *case.get("agrees", [])]


@pytest.mark.parametrize("loss", LOSSES.values(), ids=[*LOSSES])
def test_a_call_of_another_library_that_a_loss_names_gave_a_golden_value(loss: Loss) -> None:
    of = [case for case in CASES if case["loss"].partition(":")[0] in (loss.name, *loss.aliases)]
    said = [source for case in of for source in sources(case)]
    calls = [call.partition("; ")[0] for call in loss.calls]
    assert [call for call in calls if not any(call in source for source in said)] == [], "python -m tests.golden --write"
    if not calls:
        assert all(source.startswith(("mpmath ", "by hand")) for source in said), "a library gives it, and the page says none"


def test_a_value_beyond_its_tolerance_is_seen() -> None:
    case = {"rtol": 1e-12, "atol": 1e-14}
    assert close(1 + 0.9e-12, 1.0, case)
    assert not close(1 + 1.1e-12, 1.0, case)
    assert not close(math.nan, 1.0, case)
    assert not close(1e308, math.inf, case)
    assert close(2e-14, 0.0, case, rows=2)
    assert not close(2e-14, 0.0, case)
