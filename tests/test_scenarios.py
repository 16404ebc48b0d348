"""Options, formats, models, groups, keys and drops crossed by chance: every door says what the contract says, to the bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.chance import scenario
from tests.scenarios.doors import Doors

EACH = 25


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 125, EACH))
def test_every_door_agrees_with_the_oracle_and_with_the_others(
    first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(first, first + EACH):
        folder = tmp_path / str(seed)
        folder.mkdir()
        monkeypatch.chdir(folder)
        Doors(scenario(seed), folder).check()
