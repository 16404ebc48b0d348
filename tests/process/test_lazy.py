from __future__ import annotations

import re

import pytest

from lossctl.lazy import regex


def test_a_regular_expression_is_compiled_once_and_not_before_it_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_now = re.compile

    def seen(text: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(text)
        return compile_now(text, flags)

    monkeypatch.setattr(re, "compile", seen)
    word = regex("[a-z]+", re.IGNORECASE)
    assert compiled == []
    assert [word.fullmatch(text) is not None for text in ("a", "B", "1")] == [True, True, False]
    assert compiled == ["[a-z]+"]
