"""The leaderboard of a batch: ranks, columns, what a manifest keeps along, and what is said of failures and warnings."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from lossctl.losses.declaration import loss
from lossctl.losses.domain import Interval
from tests.conftest import Command

MANIFEST = "run,pred,lr,mse,error\na,a.csv,0.1,x,\nb,b.csv,-2,y,1\nc,c.csv,1e-3,,\nd,none.csv,5,z,\n"


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    """The values of mse are 4, 1 and 1.5, those of mae 2, 1 and 1; the second file costs inf by ce."""
    for name, preds in {"a": (2, 2), "b": (1, 1), "c": (np.sqrt(2), np.sqrt(1))}.items():
        (tmp_path / f"{name}.csv").write_text("y_true,y_pred\n" + "".join(f"0,{float(pred)!r}\n" for pred in preds))
    (tmp_path / "m.csv").write_text(MANIFEST)


def batch(lossctl: Command, *arguments: str) -> tuple[list[str], list[str]]:
    done = lossctl("batch", *arguments)
    return done.out.splitlines(), [line.removeprefix("lossctl: ") for line in done.err.splitlines()]


def test_one_line_a_run_has_its_rank_and_one_column_a_loss(lossctl: Command) -> None:
    out, _ = batch(lossctl, "a.csv", "b.csv", "-l", "mse,huber", "--quantiles", "50")
    assert out == [
        "rank\trun\tmse\tmse.p50\thuber\thuber.p50\terror",
        "1\tb.csv\t1\t1\t0.5\t0.5\t",
        "2\ta.csv\t4\t4\t1.5\t1.5\t",
    ]


def test_equal_values_share_a_rank(lossctl: Command) -> None:
    Path("e.csv").write_bytes(Path("b.csv").read_bytes())
    out, _ = batch(lossctl, "a.csv", "b.csv", "e.csv", "-l", "mse")
    assert [line.split("\t")[:2] for line in out[1:]] == [["1", "b.csv"], ["1", "e.csv"], ["3", "a.csv"]]


def test_columns_of_a_manifest_go_along_and_one_of_a_name_that_is_taken_says_so(lossctl: Command) -> None:
    done = lossctl("batch", "--manifest", "m.csv", "-l", "mse", "-o", "x.csv", "-o", "x.parquet", "--json")
    assert done.code == 3
    missing = "none.csv: cannot be read: no such file"
    assert Path("x.csv").read_text().splitlines() == [
        "rank,run,lr,keep:mse,keep:error,mse,error",
        "1,b,-2,y,1,1,",
        "2,c,1e-3,,,1.5000000000000002,",
        "3,a,0.1,x,,4,",
        f",d,5,z,,,{missing}",
    ]
    found = pq.read_table("x.parquet").to_pydict()
    assert found["rank"] == [1, 2, 3, None]
    assert found["keep:mse"] == ["y", "", "x", "z"]
    assert json.loads(done.out)["runs"][0]["keep"] == {"lr": "-2", "mse": "y", "error": "1"}


def test_long_has_a_line_for_each_loss_and_groups_imply_it(lossctl: Command) -> None:
    out, _ = batch(lossctl, "--manifest", "m.csv", "-l", "mse,mae", "--long", "--top", "2")
    assert out[0] == "rank\trun\tloss\tvalue\tn\tweight\tmean\tsum\tstd\tmin\tmax\tlr\tmse\tkeep:error\terror"
    assert [line.split("\t")[:3] for line in out[1:]] == [
        ["1", "b", "mse"],
        ["1", "b", "mae"],
        ["2", "c", "mse"],
        ["2", "c", "mae"],
    ]
    out, _ = batch(lossctl, "a.csv", "b.csv", "-l", "mse", "--by", "y_true")
    assert [line.split("\t")[:3] for line in out[1:]] == [["1", "b.csv", "mse"]] * 2 + [["2", "a.csv", "mse"]] * 2


def test_a_resumed_run_has_what_this_manifest_says_of_it(lossctl: Command) -> None:
    Path("m.csv").write_text("run,pred,lr\na,a.csv,0.1\n")
    assert lossctl("batch", "--manifest", "m.csv", "-l", "mse", "-o", "x.jsonl").code == 0
    assert json.loads(Path("x.jsonl").read_text())["keep"] == {"lr": "0.1"}
    Path("m.csv").write_text("run,pred,lr\na,a.csv,0.2\n")
    done = lossctl("batch", "--manifest", "m.csv", "-l", "mse", "-o", "x.jsonl", "--resume")
    assert "1 run taken from x.jsonl" in done.err
    assert done.out == "rank\trun\tlr\tmse\terror\n1\ta\t0.2\t4\t\n"


def test_json_lines_have_what_goes_along_as_keys_and_no_rank(lossctl: Command) -> None:
    out, _ = batch(lossctl, "--manifest", "m.csv", "-l", "mse", "-f", "jsonl")
    first = json.loads(out[0])
    assert list(first)[:4] == ["type", "run", "loss", "value"]
    assert (first["run"], first["lr"], first["mse"]) == ("b", "-2", "y")
    assert json.loads(out[-1]) == {"type": "error", "run": "d", "error": "none.csv: cannot be read: no such file"}


def test_failures_are_grouped_by_reason_with_the_first_names(lossctl: Command) -> None:
    Path("w.csv").write_text("y_true,y_pred\n0,x\n")
    _, said = batch(lossctl, "a.csv", "p.csv", "q.csv", "w.csv", "r.csv", "s.csv", "-l", "mse")
    assert said == [
        "error: 4 runs of 6 failed: p.csv: cannot be read: no such file; also q.csv, r.csv and 1 more",
        "error: 1 run of 6 failed: w.csv line 2, column 'y_pred': 'x' is not a number",
        "error: 5 runs of 6 failed",
    ]


def test_a_warning_that_many_runs_have_is_said_once(lossctl: Command) -> None:
    for name in "abc":
        Path(f"{name}.csv").write_text("y_true,y_pred,weight\n0,1,1\n1,2,3\n")
    done = lossctl("batch", "a.csv", "b.csv", "c.csv", "-l", "mse", "--json")
    assert done.err.splitlines() == [
        "lossctl: warning: a.csv: the column 'weight' is not used; to weight rows: -w weight; also b.csv, c.csv"
    ]
    assert len(json.loads(done.out)["warnings"]) == 3
    Path("m.csv").write_text("run,pred\na,a.csv\nb,b.csv\n")
    said = lossctl("batch", "--manifest", "m.csv", "-l", "mse").err
    assert said == "lossctl: warning: a: the column 'weight' is not used; to weight rows: -w weight; also b\n"
    resumed = ("batch", "a.csv", "b.csv", "c.csv", "-l", "mse", "-o", "x.jsonl", "--resume", "--json")
    assert lossctl(*resumed).out == done.out
    again = lossctl(*resumed)
    assert (again.out, again.err.splitlines()[1:]) == (done.out, done.err.splitlines())


def test_runs_of_different_numbers_of_rows_are_warned_of(lossctl: Command) -> None:
    Path("d.csv").write_text("y_true,y_pred\n0,1\n")
    done = lossctl("batch", "[a-d].csv", "-l", "mse", "--json")
    warning = (
        "the runs have different numbers of rows, so their values may not be comparable: "
        "2 in 3 runs (a.csv, b.csv, c.csv); 1 in 1 run (d.csv)"
    )
    assert json.loads(done.out)["warnings"] == [warning]
    assert done.err == f"lossctl: warning: {warning}\n"


def test_a_directory_of_several_files_is_said_to_be_one_run(lossctl: Command) -> None:
    Path("d").mkdir()
    for name in ("a.csv", "b.csv", "_SUCCESS"):
        Path(f"d/{name}").write_text("y_true,y_pred\n0,1\n")
    out, said = batch(lossctl, "d", "-l", "mse")
    assert out[1] == "1\td\t1\t"
    assert said[0] == "d: its 2 files are one run; a run for each: 'd/*'"


def test_a_loss_that_may_fall_below_its_best_value_ranks_by_the_distance(lossctl: Command) -> None:
    @loss(range=Interval())
    def signed_test(pred, target):  # type: ignore[no-untyped-def]
        """Signed error.

        pred - target
        """
        return pred - target

    Path("n.csv").write_text("y_true,y_pred\n0,-3\n0,-3\n")
    out, _ = batch(lossctl, "a.csv", "b.csv", "n.csv", "-l", "signed_test")
    assert [line.split("\t")[1:3] for line in out[1:]] == [["b.csv", "1"], ["a.csv", "2"], ["n.csv", "-3"]]


@pytest.mark.parametrize("head", ["targt", "Target", "preds", "runs", "weight", "--wieght", "class_axis"])
def test_a_column_that_may_be_meant_for_a_role_or_an_option_is_refused(head: str, lossctl: Command) -> None:
    Path("m.csv").write_text(f"run,pred,{head}\na,a.csv,x\n")
    done = lossctl("batch", "--manifest", "m.csv", "-l", "mse")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"lossctl: error: m.csv line 1: unknown column '{head}'; did you mean '")


@pytest.mark.parametrize("kind", ["csv", "npz", "words"])
def test_shards_with_equal_targets_are_warned_of(kind: str, lossctl: Command) -> None:
    Path("d").mkdir()
    for name, pred in (("p", 0.25), ("q", 0.5)):
        for place, targets in enumerate(((0, 1, 1), (1, 0, 1))):
            if kind == "npz":
                np.savez(f"d/{name}{place}.npz", y_true=targets, pred=[pred] * 3)
            else:
                words = [("no", "yes")[target] if kind == "words" else target for target in targets]
                Path(f"d/{name}{place}.csv").write_text("y_true,pred\n" + "".join(f"{word},{pred}\n" for word in words))
    ending = "npz" if kind == "npz" else "csv"
    judged = ("eval", "d", "-l", "ce" if kind == "words" else "mse", *(["--positive", "yes"] if kind == "words" else []))
    said = [
        f"lossctl: warning: d: d/p0.{ending} and d/q0.{ending} have the same 3 targets; "
        "shards differ, and models are runs of their own"
    ]
    assert [line for line in lossctl(*judged).err.splitlines() if "warning" in line] == said
    Path(f"d/q0.{ending}").unlink()
    Path(f"d/q1.{ending}").unlink()
    assert "warning" not in lossctl(*judged).err


def test_how_to_go_on_is_said_once_for_each_reason(lossctl: Command) -> None:
    for name in "uvw":
        Path(f"{name}.csv").write_text("y_true,y_pred\n0,1\n1,\n")
    done = lossctl("batch", "u.csv", "v.csv", "w.csv", "-l", "mse")
    alone = lossctl("eval", "u.csv", "-l", "mse").err.removeprefix("lossctl: error: ").splitlines()
    assert alone[1] == "hint: leave such rows out: --nan drop"
    assert done.err == f"lossctl: error: 3 runs of 3 failed: {alone[0]}; also v.csv, w.csv\n{alone[1]}\n"
