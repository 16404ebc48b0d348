"""The types of keywords, as editors and type checkers read them; written from the options by `python -m tests.keywords`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict

Text: TypeAlias = "str | os.PathLike[str] | float | None"
Texts: TypeAlias = "str | os.PathLike[str] | float | Sequence[str | float] | None"
Columns: TypeAlias = Any  # names of columns, or what NumPy makes an array of
Roles: TypeAlias = Mapping[str, Any]


class DataKeywords(TypedDict, total=False):
    """Of all of them."""

    weight: Columns
    role: Roles
    pool: bool
    from_: Literal["probs", "logits", "logprobs"]
    classes: Texts
    positive: Text
    normalize: bool
    class_axis: Literal["1", "-1", 1, -1]
    id: Columns
    in_order: bool
    by: Columns
    where: Texts
    ignore: Text
    nan: Literal["error", "drop"]
    missing: Literal["error", "drop"]
    reduction: Text
    quantiles: Texts
    confidence: Text
    unit: Columns
    block: Text
    average: Literal["elements", "rows"]
    delimiter: Text
    decimal: Literal[".", ","]
    no_header: bool
    encoding: Text
    input_format: Text
    table: Texts
    plugin: Texts
    jobs: Text


class EvalKeywords(DataKeywords, total=False):
    """Of the function of `eval`."""

    hist: bool
    per_sample: bool
    save_samples: Text
    worst: Text
    keep: Texts


class CheckKeywords(DataKeywords, total=False):
    """Of the function of `check`."""

    max: Texts
    min: Texts
    max_rise: Texts
    max_change: Texts
    max_gap: Texts
    min_n: Text
    baseline: Text
    update_baseline: bool
    undecided: Literal["pass", "warn", "fail"]
    config: Text


class CompareKeywords(DataKeywords, total=False):
    """Of the function of `compare`."""

    hist: bool
    models: Texts
    model: Text
    base: Text
    method: Literal["bootstrap", "t", "permutation"]
    resamples: Text
    seed: Text
    worst: Text
    keep: Texts


class BatchKeywords(DataKeywords, total=False):
    """Of the function of `batch`."""

    output: Texts
    models: Texts
    model: Text
    manifest: Text
    sort: Text
    long: bool
    top: Text
    cluster: Text
    resume: bool
