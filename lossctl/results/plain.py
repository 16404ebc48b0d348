"""A document as plain values, in the shape of `lossctl/result@1`; what JSON has no number for is null beside its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from lossctl.results.document import SCHEMA, Comparison, Document, Result, Run, SampleTable, WorstRow, nonfinite


def as_dict(document: Document) -> dict[str, Any]:
    """The document as plain values, in the shape of `lossctl/result@1`."""
    return {
        "schema": SCHEMA,
        "version": document.version,
        "command": document.command,
        "ok": document.ok,
        "runs": [_run(run) for run in document.runs],
        "checks": [_plain(check) for check in document.checks],
        "comparisons": [_comparison(comparison) for comparison in document.comparisons],
        "warnings": list(document.warnings),
        "errors": list(document.errors),
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "run": run.run,
        "rows": run.rows,
        "used": run.used,
        "dropped": dict(run.dropped),
        "error": run.error,
        "sources": dict(run.sources),
        "classes": run.classes,
        "results": [result_dict(result) for result in run.results],
        "samples": None if run.samples is None else _samples(run.samples),
        "worst": None if run.worst is None else {loss: [_worst(row) for row in rows] for loss, rows in run.worst.items()},
    }


def result_dict(result: Result) -> dict[str, Any]:
    """One result as plain values."""
    plain = _plain(result)
    before = ["loss", "name", "params", "reduction", "value", "by", "n", "weight", "mean", "sum", "std", "min", "max"]
    return {
        **{name: plain[name] for name in before},
        "nonfinite": result.nonfinite,
        "infinite": result.infinite,
        "signature": result.signature,
    }


def _samples(samples: SampleTable) -> dict[str, Any]:
    names = {
        loss: {str(row): nonfinite(value) for row, value in zip(samples.row, values, strict=True) if nonfinite(value)}
        for loss, values in samples.values.items()
    }
    return {
        "row": samples.row,
        "id": samples.id,
        "keep": {name: [finite(cell) for cell in cells] for name, cells in samples.keep.items()},
        "values": {loss: [finite(value) for value in values] for loss, values in samples.values.items()},
        "nonfinite": {loss: of_rows for loss, of_rows in names.items() if of_rows},
    }


def _worst(row: WorstRow) -> dict[str, Any]:
    keep = {name: finite(cell) for name, cell in row.keep.items()}
    return {"row": row.row, "id": row.id, "value": finite(row.value), "nonfinite": nonfinite(row.value), "keep": keep}


def _comparison(comparison: Comparison) -> dict[str, Any]:
    plain = _plain(comparison)
    lost = {
        name: nonfinite(value) for name in plain if isinstance(value := getattr(comparison, name), float) and nonfinite(value)
    }
    return {**plain, **({"nonfinite": lost} if lost else {})}


def _plain(record: Any) -> dict[str, Any]:
    return {field.name: finite(getattr(record, field.name)) for field in fields(record)}


def finite(value: Any) -> Any:
    """`value` where JSON has it: None for a number that is not finite, 0.0 for -0.0."""
    if isinstance(value, float):
        return None if nonfinite(value) else value + 0.0
    return dict(value) if isinstance(value, Mapping) else value
