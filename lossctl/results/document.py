"""What a command found, as plain frozen records; their shape is that of the JSON (`lossctl/result@1`)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

from lossctl.record import record

SCHEMA = "lossctl/result@1"
Cell: TypeAlias = "str | float | int | None"


@record(kw_only=True)
class Result:
    """One loss over one run, or over one group of it."""

    loss: str
    name: str
    params: Mapping[str, Any]
    reduction: str
    value: float
    by: Mapping[str, str] | None
    n: int
    weight: float
    mean: float
    sum: float
    std: float
    min: float
    max: float
    infinite: int
    signature: str

    @property
    def nonfinite(self) -> str | None:
        """`inf`, `-inf` or `nan` where the value is."""
        return nonfinite(self.value)


@record(kw_only=True)
class SampleTable:
    """The cost of each used row: `values` by loss, one for each number in `row`, and the columns kept along."""

    row: list[int]
    id: list[str] | None
    keep: Mapping[str, list[Cell]]
    values: Mapping[str, list[float]]


@record(kw_only=True)
class WorstRow:
    """One of the costliest rows of a loss."""

    row: int
    id: str | None
    value: float
    keep: Mapping[str, Cell]


@record(kw_only=True)
class Run:
    """What was judged as one, from which sources, and the results."""

    run: str
    rows: int
    used: int
    dropped: Mapping[str, int]
    sources: Mapping[str, str]
    classes: list[str] | None
    results: tuple[Result, ...]
    samples: SampleTable | None = None
    worst: Mapping[str, tuple[WorstRow, ...]] | None = None
    error: str | None = None


@record(kw_only=True)
class Check:
    """One limit on one result; status: pass, fail, warn (a failure that does not count) or error (it could not be judged)."""

    name: str
    run: str
    loss: str
    by: Mapping[str, str] | None
    kind: str
    limit: float | None
    percent: bool
    value: float | None
    baseline: float | None
    change: float | None
    status: str
    message: str


@record(kw_only=True)
class Comparison:
    """A candidate against the base on the same rows; `difference` is candidate minus base, `low` to `high` its interval."""

    loss: str
    by: Mapping[str, str] | None
    base: str
    candidate: str
    base_value: float
    value: float
    difference: float
    low: float
    high: float
    confidence: float
    method: str
    seed: int | None
    p_value: float
    p_adjusted: float
    better: int
    worse: int
    equal: int
    n: int
    worst: tuple[Mapping[str, Any], ...] | None = None


@record(kw_only=True)
class Document:
    """All that a command has to say. fault: the exit code of its errors, 0 where there is none."""

    command: str
    version: str
    runs: tuple[Run, ...] = ()
    checks: tuple[Check, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    warnings: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    fault: int = 0

    @property
    def ok(self) -> bool:
        """No check failed and there was no error."""
        return not self.errors and all(check.status in ("pass", "warn") for check in self.checks)

    @property
    def exit_code(self) -> int:
        """Errors before failed checks."""
        return self.fault or int(not self.ok)


def nonfinite(value: float) -> str | None:
    """The name of a value that JSON has no number for."""
    if math.isfinite(value):
        return None
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
