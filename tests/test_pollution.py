"""Each cell of a small table polluted in turn: a refusal or the same value, never another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.corpus.oracle import mse
from tests.corpus.readers import READERS, forced
from tests.corpus.runner import run_here
from tests.corpus.verdict import Outcome

pytestmark = pytest.mark.slow
HEADER = ("name", "pred", "target")
ROWS = [(f"r{k}", f"{k * k}.{25 * (k % 4):02}", f"{10 * k - 7}") for k in range(10)]
POLLUTANTS = {"quote": '"', "delimiter": ",", "NUL": "\0", "letter": "x", "newline": "\n", "nothing": ""}
Polluted = tuple[int, int, str]


def mean_cost(rows: list[tuple[str, str, str]]) -> float:
    return mse([float(row[1]) for row in rows], [float(row[2]) for row in rows])


def polluted(pollutant: str) -> Iterator[Polluted]:
    """Row (-1 is the header), column, and the text of the table with this cell polluted at each place of it."""
    for row in range(-1, len(ROWS)):
        for column in range(len(HEADER)):
            cell = (HEADER if row < 0 else ROWS[row])[column]
            inside = cell[:1] + pollutant + cell[1:]
            for text in [pollutant + cell, inside, cell + pollutant] if pollutant else [""]:
                table = [list(HEADER), *map(list, ROWS)]
                table[row + 1][column] = text
                yield row, column, "".join(",".join(line) + "\n" for line in table)


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> Iterator[None]:
    with forced(request.param):
        yield


def run(folder: Path, text: str, *options: str) -> Outcome:
    (folder / "a.csv").write_text(text)
    return run_here(["eval", "a.csv", "-l", "mse", "-b", *options], folder)


def assert_refused_or(value: float, done: Outcome, place: Polluted) -> None:
    if done.code == 0:
        assert float(done.out) == value, (place, done)
    else:
        assert (done.code, done.out, done.err[:21]) == (3, b"", b"lossctl: error: a.csv"), (place, done)


@pytest.mark.parametrize("name", POLLUTANTS)
def test_a_polluted_cell_is_refused_or_changes_nothing_by_all_readers_alike(name: str, tmp_path: Path) -> None:
    for place in polluted(POLLUTANTS[name]):
        said = []
        for reader in READERS:
            with forced(reader):
                said.append(run(tmp_path, place[2]))
        assert said == said[:1] * len(READERS), place
        assert_refused_or(mean_cost(ROWS), said[0], place)


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("name", POLLUTANTS)
def test_with_nan_drop_only_an_empty_cell_drops_a_row(name: str, tmp_path: Path) -> None:
    for place in polluted(POLLUTANTS[name]):
        row, column, text = place
        done = run(tmp_path, text, "--nan", "drop")
        if name == "nothing" and row >= 0 and column > 0:
            assert (done.code, float(done.out)) == (0, mean_cost(ROWS[:row] + ROWS[row + 1 :])), (place, done)
        else:
            assert_refused_or(mean_cost(ROWS), done, place)


@pytest.mark.usefixtures("reader")
def test_a_polluted_cell_of_a_used_column_is_never_read_as_a_number(tmp_path: Path) -> None:
    for name in ("quote", "delimiter", "NUL", "letter", "nothing"):
        for place in polluted(POLLUTANTS[name]):
            row, column, text = place
            if row >= 0 and column > 0:
                done = run(tmp_path, text)
                assert (done.code, f"a.csv line {row + 2}".encode() in done.err) == (3, True), (name, place, done)
