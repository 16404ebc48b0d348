"""Whether the calls of other libraries that losses name give their golden values: `python -m tests.golden [--write] [LOSS...]`.

The libraries are installed by hand; a call whose library is not there is passed over. `--write` names what agreed in the first
case that it agreed with.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
import tempfile
from typing import Any

import numpy as np

from lossctl import LOSSES
from lossctl.losses.declaration import Loss
from lossctl.losses.text import read_losses
from tests.golden.calls import fits, result_of
from tests.losses.test_golden import GOLDEN, library_of, write_files

MOST = 1e-10  # what some libraries lose in double precision
MOST_OF_SINGLE = 1e-6  # those that compute in single precision, or add an epsilon to what they take the logarithm of


def main(arguments: list[str]) -> int:
    os.environ["KERAS_BACKEND"] = "torch"
    names = [one for one in arguments if not one.startswith("--")]
    lines = {path: path.read_text().splitlines()[1:-1] for path in sorted(GOLDEN.glob("*.json"))}
    cases = {path: [json.loads(line.removesuffix(",")) for line in found] for path, found in lines.items()}
    os.chdir(tempfile.mkdtemp())
    every = [case for found in cases.values() for case in found]
    losses = [loss for loss in LOSSES.values() if not names or loss.name in names]
    agree = [_agrees(loss, call, every) for loss in losses for call in loss.calls]
    for path in cases if "--write" in arguments else ():
        pairs = zip(cases[path], lines[path], strict=True)
        path.write_text("[\n" + ",\n".join(json.dumps(case, ensure_ascii=line.isascii()) for case, line in pairs) + "\n]\n")
    print(f"{sum(agree)} of {len(agree)} calls give golden values")
    return int(not all(agree))


def _agrees(loss: Loss, call: str, cases: list[dict[str, Any]]) -> bool:
    """Whether a call agrees with golden cases that it is for; the first of these says so."""
    code, _, remark = call.partition("; ")
    agreed, others = [], []
    for case in cases:
        if case["loss"].partition(":")[0] in (loss.name, *loss.aliases):
            write_files(case)
            (bound,) = read_losses([case["loss"]])
            if fits(bound, code, remark, case):
                try:
                    off = _off(case, result_of(bound, code, remark, case))
                except Exception as problem:  # whatever a library raises for data that are not for it
                    others.append(f"{case['id']}: {type(problem).__name__}: {str(problem)[:80]}")
                    continue
                if off <= MOST_OF_SINGLE:
                    agreed.append((case, "" if off <= max(MOST, case["rtol"]) else " (to 1e-6)"))
                else:
                    others.append(f"{case['id']}: off by {off:.2g}")
    print("; ".join([f"{loss.name}: {code}: agrees with {', '.join(case['id'] + of for case, of in agreed) or 'NONE'}", *others]))
    if agreed:
        _note(*agreed[0], code)
    return bool(agreed)


def _note(case: dict[str, Any], of: str, code: str) -> None:
    """Names a call, with the version of its library, among those that a case agrees with."""
    (name, *_) = importlib.metadata.packages_distributions()[library_of(code)]
    if code not in case["source"]:
        others = [one for one in case.get("agrees", []) if code not in one]
        case["agrees"] = [f"{name} {importlib.metadata.version(name)} {code}{of}", *others]


def _off(case: dict[str, Any], got: Any) -> float:
    """How far a result is from the samples of a case, or from its value, mean or sum."""
    expected = case["expected"]
    right: Any = np.array(expected.get("samples", []), float)
    if got.shape != right.shape:
        unweighted = "weight" in case["roles"] and "value" not in expected
        right = right.mean() if unweighted else expected.get("value", expected.get("mean", expected.get("sum")))
        got = got.mean()
    return float(np.max(np.abs(got - right) / np.maximum(np.abs(right), case.get("atol", 0) / case["rtol"] + 1e-300)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
