"""Groups judged some at a time, in memory or through a temporary file: nothing tells afterwards how they were put together."""

from __future__ import annotations

import functools
import io
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossctl import evaluate
from lossctl.columns.integer_words import IntegerWords
from lossctl.columns.words import WordList, coded
from lossctl.rows import regrouping
from lossctl.rows.regrouping import ComesAgain, CompleteGroups, Hashes
from lossctl.rows.rows import Rows
from lossctl.scoring import wanted
from tests import ROOT
from tests.conftest import Command
from tests.processes import measured, shell

PLUGIN = str(ROOT / "tests" / "scoring" / "unit_plugins.py")
RNG = np.random.default_rng(5)
GROUPS = {
    "sorted": np.repeat(np.arange(30), RNG.integers(1, 9, 30)),
    "scattered": RNG.integers(0, 30, 150),
    "again": np.concatenate([np.repeat(np.arange(30), 4), np.arange(5)]),
    "large": np.concatenate([np.zeros(90, int), RNG.integers(0, 4, 60)]),
}
LIMITS = ((1, 1), (500, 10**9), (2000, 300))  # bytes
OWN = '''
import lossctl, numpy as np
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.roles import Groups, Score

@lossctl.loss(unit="group")
def spread_of_query(pred: Score, query: Groups) -> Array:
    """How far the scores of a query lie apart."""
    return query.each(lambda score: float(np.ptp(score)), pred)
'''
ORDERS = pytest.mark.parametrize("order", GROUPS)


def rows_of(groups: list[str], first: int) -> Rows:
    numbers = np.arange(first, first + len(groups), dtype=float)
    return Rows(
        first, len(groups), {"pred": numbers, "q": coded(WordList(groups))}, weight=numbers, groups={"by": WordList(groups)}
    )


@given(
    st.lists(st.sampled_from(["a", "b", "c", "", "a long word", "ö"]), min_size=1, max_size=60),
    st.lists(st.integers(1, 60), max_size=5),
    st.sampled_from([1, 100, 10**6]),
    st.booleans(),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_each_row_is_given_out_once_with_all_others_of_its_group(
    groups: list[str], cuts: list[int], held: int, streams: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regrouping, "HELD", held)
        patch.setattr(regrouping, "_DIVIDED", held)
        complete = CompleteGroups("q", streams=streams)
        given_out: list[Rows] = []
        bounds = sorted({0, len(groups), *(cut for cut in cuts if cut < len(groups))})
        try:
            for start, stop in itertools.pairwise(bounds):
                given_out += complete.add(rows_of(groups[start:stop], start))
            given_out += complete.rest()
        except ComesAgain:
            assert streams
            assert len(list(itertools.groupby(groups))) > len(set(groups))
            return
    seen: list[set[str]] = []
    for rows in given_out:
        words, numbers = rows.roles["q"].tolist(), rows.numbers().tolist()  # type: ignore[union-attr]  # which are words
        assert numbers == sorted(numbers) == rows.roles["pred"].tolist() == rows.weight.tolist()  # type: ignore[union-attr]
        assert words == rows.groups["by"].tolist() == [groups[number] for number in numbers]
        seen.append(set(words))
    assert sorted(number for rows in given_out for number in rows.numbers()) == list(range(len(groups)))
    assert sum(map(len, seen)) == len(set(groups))


def table_of(order: str) -> dict[str, Any]:
    groups = GROUPS[order]
    rng = np.random.default_rng(6)
    return {
        "q": np.char.add("query ", groups.astype(str)),
        "pred": rng.normal(size=len(groups)),
        "target": rng.integers(0, 3, len(groups)).astype(float),
        "w": 0.1 * (1 + groups),
        "region": np.array(["north", "south", ""])[rng.integers(0, 3, len(groups))],
        "id": np.arange(len(groups)),
        "yes": rng.integers(0, 2, len(groups)),
        "seldom": np.where(groups % 4 == 3, 0, 1),
        "v_0": rng.normal(size=len(groups)),
        "v_1": rng.integers(1, 3, len(groups)).astype(float),
        "other": np.where(np.arange(len(groups)) < len(groups) - 3, 1.0, rng.random(len(groups))),
    }


def write(order: str, name: str = "x.csv") -> dict[str, Any]:
    table = table_of(order)
    cells = zip(*(column.tolist() for column in table.values()), strict=True)
    Path(name).write_text(",".join(table) + "\n" + "".join(",".join(map(str, row)) + "\n" for row in cells))
    return table


def regroup(monkeypatch: pytest.MonkeyPatch, held: int, divided: int, block: int = 20) -> None:
    monkeypatch.setattr(regrouping, "HELD", held)
    monkeypatch.setattr(regrouping, "_DIVIDED", divided)
    monkeypatch.setattr(wanted, "Wanted", functools.partial(wanted.Wanted, block_values=block))


EVAL = (
    "eval x.csv -l ndcg_loss:empty=0,listnet,listmle,ranknet,mae -r group=q --by region -w w --json",
    "eval x.csv -l ndcg_loss:empty=drop,auc_loss:empty=drop -t yes -r group=q --where pred>-1 --where region!=north --json",
    "eval x.csv -l first_miss,listnet -r group=q --per-sample --keep region,pred --id id --json",
    "eval x.csv -l first_miss -r group=q --save-samples s.npy --json",
    "eval x.csv -l sup_con -p v_* -t yes -r group=q --json",
    "eval x.csv -l hazard -r time=v_0 -r event=v_1 -r group=q -w w --json",
    "eval - -l listmle -r group=q --reduction max --json",
    "check x.csv -l listmle -r group=q --max listmle=1 --by region --json",
)


@pytest.mark.slow
@ORDERS
@pytest.mark.parametrize("arguments", EVAL)
def test_groups_cost_the_same_bits_wherever_their_rows_stand_and_wait(
    lossctl: Command, order: str, arguments: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(order)
    text = Path("x.csv").read_text()

    def run() -> tuple[Any, ...]:
        if " - " in arguments:
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(text.encode()))))
        done = lossctl(*arguments.split(), "--plugin", PLUGIN)
        return done.code, done.out, done.err, Path("s.npy").read_bytes() if "s.npy" in arguments else None

    at_once = run()
    without_pair = "sup_con" in arguments and order in ("sorted", "scattered")
    assert at_once[0] == (1 if "--max" in arguments else 3 if without_pair else 0), at_once
    for held, divided in LIMITS:
        regroup(monkeypatch, held, divided)
        assert run() == at_once


@ORDERS
@pytest.mark.parametrize("arguments", ["-l ndcg_loss -p pred", "-l listnet -p pred -w id", "-l ndcg_loss -p pred -w other"])
def test_the_group_that_is_refused_is_the_same_wherever_rows_wait(
    lossctl: Command, order: str, arguments: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(order)
    run = ["eval", "x.csv", *arguments.split(), "-t", "seldom", "-r", "group=q"]
    at_once = lossctl(*run)
    assert (at_once.code, at_once.out) == (3, "")
    for held, divided in LIMITS:
        regroup(monkeypatch, held, divided)
        assert lossctl(*run) == at_once


def test_groups_that_stand_together_need_no_temporary_file(lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_file() -> Any:
        raise AssertionError

    regroup(monkeypatch, 500, 500)
    monkeypatch.setattr(regrouping, "TemporaryFile", no_file)
    table = write("sorted")
    value = evaluate(loss="listnet", role={"pred": table["pred"], "target": table["target"], "group": table["q"]}).value
    assert lossctl("eval", "x.csv", "-l", "listnet", "-r", "group=q", "-b").value == value


def test_groups_may_be_told_apart_by_several_roles(lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("own.py").write_text(OWN)
    write("scattered")
    run = [
        "eval",
        "x.csv",
        "-l",
        "spread_of_query,listnet",
        "-r",
        "query=yes",
        "-r",
        "group=q",
        "--plugin",
        "own.py",
        "--json",
    ]
    at_once = lossctl(*run)
    assert at_once.code == 0, at_once.err
    assert [one["n"] for one in json.loads(at_once.out)["runs"][0]["results"]] == [2, 30]
    regroup(monkeypatch, 500, 100)
    assert lossctl(*run) == at_once


@pytest.mark.parametrize("first", ["numbers", "texts"])
def test_a_group_is_one_whether_its_word_is_a_number_or_a_text(
    lossctl: Command, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = np.array([5, -7, 40, 5, 2**63 - 1, -7, -(2**63), 40] * 5)
    pred = np.random.default_rng(3).normal(size=80)
    Path("shards").mkdir()
    for name, some, words in (("numbers", pred[:40], groups), ("texts", pred[40:], groups.astype(str))):
        table = pa.table({"q": words, "pred": some, "target": np.arange(40) % 3})
        pq.write_table(table, f"shards/{0 if name == first else 1}.parquet")
    run = ("eval", "shards", "-l", "listnet", "-r", "group=q", "--json")
    at_once = lossctl(*run)
    assert json.loads(at_once.out)["runs"][0]["results"][0]["n"] == 5
    regroup(monkeypatch, 1, 1)
    assert lossctl(*run) == at_once


def test_words_have_the_same_hash_as_numbers_and_as_texts() -> None:
    numbers = [0, 7, -7, 2**63 - 1, -(2**63), 10**18]
    texts = [*map(str, numbers), "x", "-", "07", "-0", "+7", "7.0", " 7", str(2**63), "9" * 30, "\u0663"]
    hashes = Hashes()
    of_numbers = hashes.of(IntegerWords(np.array(numbers))).tolist()
    assert hashes.of(WordList(texts)).tolist()[: len(numbers)] == of_numbers
    assert len(set(hashes.of(WordList(texts)).tolist())) == len(texts)
    hashes = Hashes()
    of_texts = hashes.of(WordList(texts)).tolist()
    assert hashes.of(IntegerWords(np.array(numbers))).tolist() == of_texts[: len(numbers)]


@pytest.mark.parametrize(("limit", "code"), [("unlimited", 0), ("1100", 4)])
def test_temporary_files_are_gone_at_the_end_and_where_there_is_no_room(tmp_path: Path, limit: str, code: int) -> None:
    rows = 300_000
    np.savez(tmp_path / "x.npz", pred=np.arange(rows) % 7.0, target=np.arange(rows) % 2, g=np.arange(rows) % 1000)
    (tmp_path / "temporary").mkdir()
    run = "lossctl eval x.npz -l ranknet -r group=g -b -q"
    done = shell(f"ulimit -f {limit}; {run}", tmp_path, TMPDIR=str(tmp_path / "temporary"))
    problem = "no temporary copy can be made: File too large\nhint: TMPDIR names the folder in which it is made"
    assert (done.returncode, done.stderr) == (code, f"lossctl: error: {problem}\n" if code else "")
    assert not [*(tmp_path / "temporary").iterdir()]


@pytest.mark.slow
@pytest.mark.parametrize("scattered", [False, True])
def test_memory_does_not_grow_with_the_rows_of_groups(tmp_path: Path, *, scattered: bool) -> None:
    needed = []
    for rows in (600_000, 2_600_000):
        number = np.arange(rows)
        group = number % (rows // 100) if scattered else number // 100
        np.savez(tmp_path / "x.npz", pred=number % 7 / 7, target=number % 3, g=group)
        value, kilobytes = measured("eval x.npz -l listnet -r group=g -b -q -j 1", tmp_path)
        assert float(value) > 0
        needed.append(kilobytes)
    assert needed[1] < needed[0] + 40_000  # the roles of two million rows alone have 48 MB
