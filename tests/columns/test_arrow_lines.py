"""Numbers and texts that Arrow writes are those of Python, to the byte."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lossctl.columns.arrow_words import ArrowWords
from lossctl.columns.words import WordList, coded
from lossctl.reports.formats import csv_report, jsonl_report, tsv_report
from lossctl.reports.lines.arrow_lines import arrow_lines, number_texts
from lossctl.reports.lines.cells import Block, Plain, Repeated
from lossctl.text import number_text

pytestmark = pytest.mark.slow


def same(values: Any) -> None:
    values = np.asarray(values, float)
    assert number_texts(values).to_pylist() == [number_text(value) for value in values.tolist()]
    finite = values[np.isfinite(values)]
    assert number_texts(finite, json=True).to_pylist() == [json.dumps(value + 0.0) for value in finite.tolist()]


@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.floats(), min_size=1))
def test_any_number_has_the_text_of_python(values: list[float]) -> None:
    same(values)


def test_numbers_of_every_size_and_random_bits_have_the_text_of_python() -> None:
    random = np.random.default_rng(5)
    powers = np.array([float(f"1e{exponent}") for exponent in range(-323, 309)])
    with np.errstate(over="ignore"):
        same(np.concatenate([powers * by for by in (1, -1, 1.5, 9.999999999999999, *random.uniform(1, 10, 20))]))
    same(np.nextafter(powers, 0))
    same(np.nextafter(powers, np.inf))
    same(random.integers(0, 2**64, 100_000, dtype=np.uint64).view(float))
    for exponent in range(-7, 18):
        scaled = random.uniform(1, 10, 500) * float(f"1e{exponent}")
        same(np.floor(scaled))
        same(np.round(scaled, 2))
        same(scaled)
    same([0.0, -0.0, np.inf, -np.inf, np.nan, -np.nan, 5e-324, 2.0**53 + 2])


@pytest.mark.parametrize(
    "line_format",
    [
        tsv_report.line_format(5),
        csv_report.line_format(5),
        csv_report.line_format_as_read(5),
        jsonl_report.line_format(list("abcde"), named=True, type="x"),
    ],
)
@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8")), st.floats()), min_size=1))
def test_lines_of_columns_are_those_of_rows(line_format: Any, cells: list[tuple[str, float]]) -> None:
    words, numbers = [word for word, _ in cells], np.array([number for _, number in cells])
    for column in (WordList(words), coded(WordList(words)), ArrowWords(pa.array(["before", *words]).slice(1))):
        block = Block(
            [
                Repeated(None, len(words)),
                Plain(column),
                Plain(numbers),
                Repeated("=a,b", len(words)),
                Plain(np.arange(len(words))),
            ],
            len(words),
        )
        assert arrow_lines(block, line_format).decode() == "".join(map(line_format.line, block.lists()))
