"""A group of `--by` in which a loss has nothing to judge: it has no value, that is counted, and no limit is kept by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Command

PAIRED = "g,pred,target\na,0.9,1\na,0.2,0\nb,0.3,1\nb,0.6,1\n"
EMBEDDED = "g,pred_0,pred_1,target\na,1,0.5,0\na,1,0.2,0\na,0,1,1\nb,1,1,0\nb,0,1,1\n"
RANKED = "g,group,pred,target\na,1,0.5,1\na,1,0.2,0\nb,1,0.4,0\nb,1,0.1,0\na,2,1,0\na,2,0,1\n"
TIMED = "g,pred,time,event\na,0.5,1,1\na,0.2,2,0\nb,0.4,1,0\nb,0.1,2,0\n"
SPLIT = "g,group,pred,time,event\na,1,0.5,1,1\na,1,0.2,2,0\nb,1,0.4,3,0\na,2,0.1,4,1\nb,2,0.3,5,0\n"
SHARED = "g,pred,target,logprob,bytes\na,1,2,-1,3\nb,1,0,-1,0\n"
BATCHES = ("info_nce", "sup_con", "circle", "batch_hard_triplet", "batch_semihard_triplet", "batch_all_triplet")
CASES = [
    ("auc_loss", PAIRED, ()),
    *((loss, EMBEDDED, ()) for loss in BATCHES),
    ("ndcg_loss", RANKED, ("-r", "group=group")),
    ("auc_loss", RANKED, ("-r", "group=group")),
    ("cox", TIMED, ()),
    ("cox", SPLIT, ("-r", "group=group")),
    ("wmape", SHARED, ()),
    ("wql:levels=0.5", SHARED, ()),
    ("bits_per_byte", SHARED, ()),
]


@pytest.mark.parametrize(("loss", "text", "options"), CASES)
def test_a_group_in_which_there_is_nothing_to_judge_has_no_value_and_is_counted(
    lossctl: Command, loss: str, text: str, options: tuple[str, ...]
) -> None:
    Path("x.csv").write_text(text)
    done = lossctl("eval", "x.csv", "-l", loss, "--by", "g", *options, "--json")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert document["warnings"] == [f"x.csv: {loss} has no value in 1 of 2 groups"]
    total, first, second = document["runs"][0]["results"]
    assert (second["by"], second["value"], second["nonfinite"]) == ({"g": "b"}, None, "nan")
    alone = [
        json.loads(lossctl("eval", "x.csv", "-l", loss, *options, *where, "--json").out) for where in ((), ("--where", "g=a"))
    ]
    assert [total["value"], first["value"]] == [one["runs"][0]["results"][0]["value"] for one in alone]


@pytest.mark.parametrize(("loss", "text", "options"), CASES)
def test_rows_in_which_there_is_nothing_to_judge_are_an_error(
    lossctl: Command, loss: str, text: str, options: tuple[str, ...]
) -> None:
    Path("x.csv").write_text(text)
    done = lossctl("eval", "x.csv", "-l", loss, "--where", "g=b", "--by", "g", *options)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("lossctl: error: x.csv")
    assert f": {loss}: " in done.err


@pytest.mark.parametrize("command", ["eval", "compare", "check", "batch"])
def test_where_no_group_of_by_has_a_value_the_total_stands(lossctl: Command, command: str) -> None:
    pairs = "g,q,pred,target\na,1,{},1\nb,1,0.5,0\nb,2,0.2,0\na,2,0.1,1\n"  # each of a query's in another group
    loss, options = "auc_loss:empty=drop", ("-r", "group=q", "--by", "g", "-o", "x.json", "-o", "x.html", "-q")
    Path("x.csv").write_text(pairs.format("0.3"))
    Path("y.csv").write_text(pairs.format("0.7"))
    files, of_loss, code = ["x.csv", "y.csv"], ["-l", loss], 0
    if command == "check":
        files, of_loss, code = ["x.csv"], ["--max", f"{loss}=1"], 1
    done = lossctl(command, *files, *of_loss, *options)
    assert done.code == code, done.err
    document = json.loads(Path("x.json").read_text())
    found = {
        run["run"]: [(result["value"], result["n"], result["weight"]) for result in run["results"]] for run in document["runs"]
    }
    without = [(None, 0, 0.0)] * 2
    expected = {"x.csv": [(1.0, 2, 2.0), *without], "y.csv": [(0.5, 2, 2.0), *without]}
    assert found == {file: expected[file] for file in files}
    assert f"x.csv: {loss} has no value in 2 of 2 groups" in document["warnings"]
    assert [check["status"] for check in document["checks"]] == (["pass", "fail", "fail"] if command == "check" else [])
    differences = [comparison["difference"] for comparison in document["comparisons"]]
    assert differences == ([-0.5, None, None] if command == "compare" else [])


@pytest.mark.parametrize("loss", ["mse", "ece", "ece:norm=2", "ece:norm=inf", "ece:equal=mass"])
def test_weights_that_are_all_0_are_an_error_of_every_loss(lossctl: Command, loss: str) -> None:
    Path("x.csv").write_text("g,pred,target,w\na,0.3,1,1\na,0.6,0,2\nb,0.5,0,0\nb,0.2,1,0\n")
    done = lossctl("eval", "x.csv", "-l", loss, "-w", "w", "--by", "g")
    assert (done.code, done.err) == (3, "lossctl: error: x.csv:w: the weights of the group b are all 0\n")
    done = lossctl("eval", "x.csv", "-l", loss, "-w", "w", "--where", "g=b")
    assert (done.code, done.err) == (3, "lossctl: error: x.csv:w: the weights are all 0\n")


def test_a_group_without_a_value_keeps_no_limit(lossctl: Command) -> None:
    Path("x.csv").write_text(PAIRED)
    limits = ("--max", "auc_loss=1", "--max-gap", "auc_loss=1")
    done = lossctl("check", "x.csv", *limits, "--by", "g", "-q", "--json")
    checks = json.loads(done.out)["checks"]
    assert (done.code, [check["status"] for check in checks]) == (1, ["pass", "pass", "fail", "fail"])
    words = "auc_loss [g=b] has no value, and so keeps no limit: 1"
    assert [check["message"] for check in checks[2:]] == [words, words]
    update = ("--baseline", "b.json", "--max-rise", "auc_loss=1", "--by", "g", "-q")
    assert lossctl("check", "x.csv", *update, "--update-baseline").code == 0
    done = lossctl("check", "x.csv", *update, "--json")
    assert (done.code, [check["status"] for check in json.loads(done.out)["checks"]]) == (1, ["pass", "pass", "fail"])


@pytest.mark.parametrize(("loss", "text", "options"), [case for case in CASES if case[0] in ("auc_loss", "ndcg_loss", "wmape")])
def test_models_are_not_told_apart_in_a_group_without_a_value(
    lossctl: Command, loss: str, text: str, options: tuple[str, ...]
) -> None:
    for model, change in (("x", "0.2,"), ("y", "0.1,"), ("z", "0.3,")):
        Path(f"{model}.csv").write_text(text.replace("0.2,", change))
    done = lossctl("compare", "x.csv", "y.csv", "z.csv", "-l", loss, "--by", "g", *options, "--json")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert None not in [comparison["difference"] for comparison in document["comparisons"] if comparison["by"] is None]
    for one in document["comparisons"]:
        if one["by"] == {"g": "b"}:
            assert {one[name] for name in ("base_value", "value", "difference", "low", "high", "p_value")} == {None}
    assert f"x.csv: {loss} has no value in 1 of 2 groups" in document["warnings"]


def test_the_leaderboard_has_groups_without_a_value(lossctl: Command) -> None:
    for model in "xy":
        Path(f"{model}.csv").write_text(PAIRED)
    done = lossctl("batch", "x.csv", "y.csv", "-l", "auc_loss", "--by", "g", "-f", "csv", "-o", "page.html")
    assert done.code == 0, done.err
    rows = [line.split(",") for line in done.out.splitlines()[1:]]
    assert [row[3] for row in rows] == ["0", "0", "nan"] * 2
    assert Path("page.html").exists()
