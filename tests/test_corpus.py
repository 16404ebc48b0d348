"""Every case of the corpus: the value or the refusal that the contract promises, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.case import Case
from tests.corpus.generate import MANIFEST, all_cases, manifest
from tests.corpus.runner import perform
from tests.corpus.verdict import KINDS, Outcome, judge

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_a_case_ends_as_the_contract_says(case: Case, tmp_path: Path) -> None:
    verdict = perform(case, tmp_path)
    assert verdict.kind == "ok", f"{verdict.kind}: {case.line}\n{verdict.detail}"


def test_the_manifest_shows_what_the_cases_expect() -> None:
    assert MANIFEST.read_text() == manifest(), "write it anew: python -m tests.corpus.generate"


@pytest.mark.parametrize(
    ("code", "out", "err", "kind"),
    [
        (3, "", "lossctl: error: a.csv line 3, column 'pred': 'x' is not a number\n", "ok"),
        (0, "1\n", "", "SILENT WRONG"),
        (3, "1\n", "lossctl: error: a.csv line 3, column 'pred'\n", "SILENT WRONG"),
        (70, "", "lossctl: error: internal error\n", "CRASH"),
        (-11, "", "", "CRASH"),
        (1, "", "Traceback (most recent call last):\n", "CRASH"),
        (2, "", "lossctl: error: a.csv line 3, column 'pred'\n", "BAD MESSAGE"),
        (3, "", "lossctl: error: a.csv line 2, column 'pred'\n", "BAD MESSAGE"),
        (3, "", "a.csv line 3, column 'pred'\n", "BAD MESSAGE"),
        (3, "", "lossctl: error: a.csv line 3, column 'pred': '\x1b[31m'\n", "BAD MESSAGE"),
        (3, "", f"lossctl: error: a.csv line 3, column 'pred': {'x' * 600}\n", "BAD MESSAGE"),
        (3, "", "lossctl: error: a.csv line 3, column 'pred'\nhint: a\nhint: b\n", "BAD MESSAGE"),
    ],
)
def test_each_kind_of_fault_of_a_refusal_is_told_apart(code: int, out: str, err: str, kind: str) -> None:
    case = next(case for case in all_cases() if case.name == "Text/not a number word")
    assert judge(case, Outcome(code, out.encode(), err.encode()), []).kind == kind


@pytest.mark.parametrize(
    ("code", "out", "err", "stray", "kind"),
    [
        (0, "4.666666666666667\n", "lossctl: a.csv: pred pred, target target; 3 rows used\n", [], "ok"),
        (0, "4.666666666666667\n", "", ["x.part"], "STRAY FILES"),
        (0, "4.67\n", "", [], "SILENT WRONG"),
        (0, "4.666666666666667\n4.666666666666667\n", "", [], "SILENT WRONG"),
        (0, "", "", [], "SILENT WRONG"),
        (0, "4.666666666666667\n", "RuntimeWarning: overflow\n", [], "BAD MESSAGE"),
        (3, "", "lossctl: error: a.csv: no\n", [], "REFUSED THOUGH GOOD"),
    ],
)
def test_each_kind_of_fault_of_a_success_is_told_apart(code: int, out: str, err: str, stray: list[str], kind: str) -> None:
    case = next(case for case in all_cases() if case.name == "Text/shape plain")
    verdict = judge(case, Outcome(code, out.encode(), err.encode()), stray)
    assert verdict.kind == kind
    assert verdict.kind in KINDS
