"""What functions refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lossctl import LossctlError


def refusal(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> str:
    """The message of the error that a call raises."""
    with pytest.raises(LossctlError) as error:
        function(*arguments, **keywords)
    return str(error.value)
