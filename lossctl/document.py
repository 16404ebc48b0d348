"""What a command found, as plain frozen records; their shape is that of the JSON (`lossctl/result@1`)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

SCHEMA = "lossctl/result@1"
Cell: TypeAlias = "str | float | int | None"


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class SampleTable:
    """The cost of each used row: `values` by loss, one for each number in `row`, and the columns kept along."""

    row: list[int]
    id: list[str] | None
    keep: Mapping[str, list[Cell]]
    values: Mapping[str, list[float]]


@dataclass(frozen=True, kw_only=True)
class WorstRow:
    """One of the costliest rows of a loss."""

    row: int
    id: str | None
    value: float
    keep: Mapping[str, Cell]


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class Document:
    """All that a command has to say."""

    command: str
    version: str
    runs: tuple[Run, ...] = ()
    warnings: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    checks: tuple[Any, ...] = field(default=())
    comparisons: tuple[Any, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """No check failed and there was no error."""
        return not self.errors


def nonfinite(value: float) -> str | None:
    """The name of a value that JSON has no number for."""
    if math.isfinite(value):
        return None
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
