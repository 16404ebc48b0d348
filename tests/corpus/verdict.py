"""Whether a user got what the contract promises."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.corpus.case import Case, Good, Refused

KINDS = ("ok", "SILENT WRONG", "CRASH", "REFUSED THOUGH GOOD", "BAD MESSAGE", "STRAY FILES")
MESSAGE_LIMIT = 600
RELATIVE = 1e-13
# C0 (but tab and newline), DEL, C1, zero-width, bidirectional marks, overrides and isolates, line separators, byte order mark
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: bytes
    err: bytes


@dataclass(frozen=True)
class Verdict:
    """kind is one of KINDS; detail says what was expected and what came."""

    kind: str
    detail: str = ""


def judge(case: Case, outcome: Outcome, stray: Sequence[str]) -> Verdict:
    """The worst that can be said about an outcome."""
    expected, err = case.expected, outcome.err.decode("utf-8", "replace")
    out = outcome.out.decode("utf-8", "replace")
    got = f"exit {outcome.code}, stdout {_short(out)}, stderr {_short(err)}"
    if outcome.code == 70 or outcome.code < 0 or outcome.code in (134, 137, 139) or "Traceback" in err:
        return Verdict("CRASH", got)
    if isinstance(expected, Refused):
        fault = _refusal_fault(expected, outcome.code, out, err)
    elif outcome.code == 0:
        fault = _success_fault(expected, case, out, err)
    elif expected.or_refused and outcome.code == 3:
        fault = _refusal_fault(Refused((3,)), outcome.code, out, err)
    else:
        return Verdict("REFUSED THOUGH GOOD", f"expected {expected.values or expected.shows}; {got}")
    if fault is not None:
        return Verdict(fault[0], f"{fault[1]}; {got}")
    if stray:
        return Verdict("STRAY FILES", f"{', '.join(stray)}; {got}")
    return Verdict("ok")


Fault = tuple[str, str] | None


def _refusal_fault(expected: Refused, code: int, out: str, err: str) -> Fault:
    if code not in expected.codes:
        return ("SILENT WRONG" if code == 0 else "BAD MESSAGE", f"expected exit {' or '.join(map(str, expected.codes))}")
    if out:
        return "SILENT WRONG", "a refusal with something on stdout"
    lines = err.splitlines()
    errors = [line for line in lines if line.startswith("lossctl: error: ")]
    hints = [line for line in lines if line.startswith("hint: ")]
    if code in (2, 3, 4) and len(errors) != 1:
        return "BAD MESSAGE", "expected one error line"
    if len(hints) > 1 or (hints and lines[-1] != hints[0]):
        return "BAD MESSAGE", "expected at most one hint, last"
    if len("\n".join(errors + hints)) - len("lossctl: error: ") > MESSAGE_LIMIT:
        return "BAD MESSAGE", f"longer than {MESSAGE_LIMIT} characters"
    return _text_fault(expected.says, expected.hides, err)


def _success_fault(expected: Good, case: Case, out: str, err: str) -> Fault:
    if expected.values:
        try:
            values = _values(case, out)
        except (ValueError, KeyError) as problem:
            return "SILENT WRONG", f"stdout cannot be read: {problem!r}"
        if len(values) != len(expected.values) or not all(map(_same, values, expected.values)):
            return "SILENT WRONG", f"expected {expected.values}, got {values}"
    for place, fact in expected.facts.items():
        found = _at(json.loads(out), place)
        same = _same(found, fact) if isinstance(fact, float) and isinstance(found, int | float) else found == fact
        if not same:
            return "SILENT WRONG", f"expected {place} {fact!r}, got {found!r}"
    missing = [text for text in expected.shows if text not in out]
    if missing:
        return "BAD MESSAGE", f"stdout lacks {missing}"
    if any(text in out for text in expected.hides):
        return "BAD MESSAGE", f"stdout has one of {expected.hides}"
    if not out.startswith("{") and UNSAFE.search(out.replace("\r\n", "\n")):
        return "BAD MESSAGE", "stdout has unescaped control characters"
    return _text_fault(expected.says, expected.hides, err, hints=False)


def _text_fault(says: Sequence[str], hides: Sequence[str], err: str, *, hints: bool = True) -> Fault:
    missing = [text for text in says if text not in err]
    if missing:
        return "BAD MESSAGE", f"stderr lacks {missing}"
    if any(text in err for text in hides):
        return "BAD MESSAGE", f"stderr has one of {hides}"
    if UNSAFE.search(err):
        return "BAD MESSAGE", "stderr has unescaped control characters"
    starts = ("lossctl: ", "hint: ") if hints else ("lossctl: ",)
    if not all(line.startswith(starts) for line in err.split("\n")[:-1]) or (err and not err.endswith("\n")):
        return "BAD MESSAGE", "a line on stderr begins with neither 'lossctl: ' nor, after an error, 'hint: '"
    return None


def _values(case: Case, out: str) -> list[float]:
    if "--json" in case.line:
        results = [result for run in json.loads(out)["runs"] for result in run["results"]]
        return [float(one["nonfinite"] if one["value"] is None else one["value"]) for one in results]
    return [float(line) for line in out.splitlines()]


def _same(got: float, expected: float) -> bool:
    return got == expected or (math.isfinite(expected) and math.isclose(got, expected, rel_tol=RELATIVE))


def _at(document: Any, place: str) -> Any:
    for part in place.split("."):
        if isinstance(document, list):
            document = document[int(part)] if int(part) < len(document) else None
        else:
            document = document.get(part) if isinstance(document, dict) else None
    return document


def _short(text: str) -> str:
    return repr(text if len(text) <= 700 else text[:400] + "..." + text[-300:])
