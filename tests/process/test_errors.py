"""Errors as they are handed on."""

from __future__ import annotations

import copy
import pickle

import pytest

from lossctl.errors import DataError, NoColumn, NotText, UsageError


@pytest.mark.parametrize("kind", [DataError, UsageError, NoColumn, NotText])
def test_an_error_that_another_process_raised_is_the_same_here(kind: type[DataError]) -> None:
    error = kind("no number", where="a.csv line 3", hint="--nan drop", row=1)
    if isinstance(error, NoColumn):
        error.inner = True
    if isinstance(error, NotText):
        error.lead = b"PK"
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is kind
        assert vars(again) == vars(error)
        assert str(again) == "a.csv line 3: no number\nhint: --nan drop"
