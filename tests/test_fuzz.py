"""The fuzzer's targets take their seeds and some mutations of them; `python -m tests.fuzz TARGET` goes on from there."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.fuzz.mutate import mutated
from tests.fuzz.targets import Escaped, Target, command, targets

pytestmark = pytest.mark.slow
NAMES = (
    *("npy", "npz", "text", "tsv", "space", "encoded", "jsonl", "arrow", "parquet", "loss", "src", "where"),
    *("toml", "manifest", "manifest_lines", "baseline", "journal", "python"),
)


@pytest.fixture
def known(here: Path) -> dict[str, Target]:
    return targets()


@pytest.mark.parametrize("name", NAMES)
def test_only_errors_in_words_come_out(known: dict[str, Target], name: str) -> None:
    assert set(NAMES) == set(known)
    random, target = Random(name), known[name]
    for seed in target.seeds:
        target.run(seed)
        if name not in ("parquet", "arrow"):  # some end the process, which a child would survive
            for _ in range(10):
                target.run(mutated(seed, target.seeds, random))


def test_an_internal_error_is_seen(known: dict[str, Target], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lossctl.commands.eval.run", lambda _: 1 // 0)
    with pytest.raises(Escaped, match="ZeroDivisionError"):
        command("eval", "t.csv", "-l", "mse")
