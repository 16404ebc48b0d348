"""The file of a baseline: saved results or predictions, and what is said where it is neither."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from tests.checks.baselines import TWO_CHECKS, checks_of, verdicts, write_tables
from tests.conftest import Command


def test_a_missing_baseline_leaves_absolute_limits_judged_and_says_what_makes_it(lossctl: Command) -> None:
    write_tables(p_csv="pred,y 9,0")
    options = ("check", "p.csv", "--max", "mse=100", "--max-rise", "mse=0", "--baseline", "gone.json")
    done = lossctl(*options, "-q")
    assert done.code == 3
    assert [line.split() for line in done.out.splitlines()[2:]] == [
        ["max", "mse", "81", "<=", "100", "pass"],
        ["max_rise", "mse", "81", "+0", "error"],
    ]
    command = "lossctl check p.csv --max mse=100 --max-rise mse=0 --baseline gone.json --update-baseline"
    assert done.err == (
        f"lossctl: error: gone.json: the baseline is not there\nhint: make it: {command}\n"
        "lossctl: 1 of 2 checks could not be judged\n"
    )
    assert lossctl(*command.split()[1:], "-q").code == 0
    assert lossctl(*options).code == 0


def test_a_fault_of_a_baseline_or_file_is_said_once(lossctl: Command) -> None:
    Path("lossctl.toml").write_text(TWO_CHECKS.replace("a.json", "b.json"))
    write_tables(p_csv="a,b,y 5,1,0 5,1,0")
    done = lossctl("check")
    assert done.code == 3
    assert done.err.count("error:") == 1
    assert "hint: make it: lossctl check --update-baseline\nlossctl: 2 of 2 checks could not be judged\n" in done.err
    Path("p.csv").unlink()
    done = lossctl("check", "--update-baseline")
    assert (done.code, done.err.count("cannot be read"), Path("b.json").exists()) == (3, 1, False)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ('{"schema": "lossctl/result@1", "runs": []}', "the baseline holds no results"),
        ('{"schema": "lossctl/result@1", "runs": [ONE], "errors": ["q.csv: cannot be read"]}', "the baseline holds errors"),
        ('{"schema": "lossctl/result@1", "runs": [ONE, {"run": "q", "error": "x", "results": []}]}', "the baseline holds errors"),
        ('{"schema": "lossctl/result@2", "runs": [ONE]}', "not a saved result of 'lossctl/result@1'"),
        ('{"schema": "lossctl/result@1", "runs": [N=Infinity]}', "not a saved result of 'lossctl/result@1'"),
        ('{"schema": "lossctl/result@1", "runs": [N=1.5]}', "not a saved result of 'lossctl/result@1'"),
        ('{"schema": "lossctl/result@1", "runs": [VALUE=1e400]}', "not a saved result of 'lossctl/result@1'"),
        ('{"schema": "lossctl/result@1", "runs": [VALUE=-Infinity]}', "not a saved result of 'lossctl/result@1'"),
        ('{"schema": "lossctl/result@1", "runs": [VALUE=1' + 400 * "0" + "]}", "not a saved result of 'lossctl/result@1'"),
        ('{"schema": "lossctl/result@1", "runs": [VALUE=1' + 5000 * "0" + "]}", "not a saved result of 'lossctl/result@1'"),
        ('{"schema": "lossctl/result@1", "runs": [VALUE=0.0, "value": 1.0]}', "not a saved result of 'lossctl/result@1'"),
        ("[" * 100_000, "not a saved result of 'lossctl/result@1'"),
        ("5", "not a saved result of 'lossctl/result@1'"),
    ],
)
def test_what_holds_no_results_is_no_baseline(lossctl: Command, document: str, said: str) -> None:
    write_tables(p_csv="pred,y 1,0")
    assert lossctl("check", "p.csv", "-l", "mse", "--baseline", "b.json", "--update-baseline").code == 0
    [run] = json.loads(Path("b.json").read_text())["runs"]
    one = json.dumps(run)
    document = document.replace("ONE", one)
    document = re.sub(r"N=([^]]*)", lambda number: one.replace('"n": 1', f'"n": {number[1]}'), document)
    document = re.sub(r"VALUE=([^]]*)", lambda number: one.replace('"value": 1.0', f'"value": {number[1]}'), document)
    Path("b.json").write_text(document)
    done = lossctl("check", "p.csv", "--max-rise", "mse=1", "--max", "mse=3", "--baseline", "b.json", "--json")
    assert done.code == 3
    assert json.loads(done.out)["errors"] == [f"b.json: {said}"]
    assert verdicts(done) == [("p.csv", "max", "pass"), ("p.csv", "max_rise", "error")]


def test_a_prediction_file_may_have_other_usual_names_and_must_have_the_same_rows(lossctl: Command) -> None:
    write_tables(old_csv="yhat,target 1,0 1,1", new_csv="pred,y 2,0 1,1", other_csv="pred,y 2,1 1,0", gaps_csv="pred,y ,0 1,1")
    rise = ("check", "--max-rise", "mse=1.5", "--max", "mse=9", "--json")
    done = lossctl(*rise, "new.csv", "--baseline", "old.csv")
    assert (done.code, [(check["value"], check["baseline"]) for check in checks_of(done)]) == (0, [(2, None), (2, 0.5)])
    done = lossctl(*rise, "other.csv", "--baseline", "old.csv")
    assert done.code == 3
    [error] = json.loads(done.out)["errors"]
    assert error == "other.csv row 0: the target differs from that of old.csv row 0, so these are not the same rows"
    assert verdicts(done) == [("other.csv", "max", "pass"), ("other.csv", "max_rise", "error")]
    write_tables(hole_csv="pred,y 1,0 ,1")
    done = lossctl(*rise, "gaps.csv", "--baseline", "old.csv", "--nan", "drop")
    assert (done.code, json.loads(done.out)["errors"]) == (
        3,
        ["old.csv and gaps.csv: other rows are used: 2 of the baseline's, 1 of the run's, 1 of both"],
    )
    assert lossctl(*rise, "gaps.csv", "--baseline", "hole.csv", "--nan", "drop").code == 3  # one row each, and not the same


def test_predictions_that_a_role_names_are_compared_with_those_of_the_baseline(lossctl: Command) -> None:
    for name, values in {"truth": [0.0, 0.0], "old": [1.0, 1.0], "new": [3.0, 3.0]}.items():
        np.save(f"{name}.npy", values)
    roles = ("check", "-p", "new.npy", "-t", "truth.npy", "--max-rise", "mse=1", "--json")
    done = lossctl(*roles, "--baseline", "old.npy")  # 9 from 1, and not new.npy with itself
    assert (done.code, [(check["value"], check["baseline"]) for check in checks_of(done)]) == (1, [(9, 1)])
    write_tables(t_csv="y 0 0")
    done = lossctl("check", "t.csv", "-p", "new.npy", "-t", "y", "--max-rise", "mse=1", "--baseline", "old.npy", "--json")
    assert done.code == 2
    assert json.loads(done.out)["errors"] == ["the pred is read from new.npy, and so is that of the baseline old.npy"]


def test_absolute_paths_are_matched_with_those_that_were_saved(lossctl: Command, tmp_path: Path) -> None:
    write_tables(a_csv="pred,y 1,0", b_csv="pred,y 3,0")
    paths = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    assert lossctl("check", *paths, "-l", "mse", "--baseline", "two.json", "--update-baseline").code == 0
    done = lossctl("check", *reversed(paths), "--max-rise", "mse=0", "--baseline", "two.json", "--json")
    assert (done.code, [check["baseline"] for check in checks_of(done)]) == (0, [9, 1])
    write_tables(b_csv="y 0")
    done = lossctl("check", *paths, "--max-rise", "mse=0", "--baseline", "two.json", "--json")
    assert (done.code, [check["status"] for check in checks_of(done)]) == (3, ["pass", "error"])


def test_a_baseline_of_predictions_that_lacks_rows_of_the_run_is_refused(lossctl: Command) -> None:
    Path("t.csv").write_text("k,y\na,0\nb,0\nc,0\n")
    Path("run.csv").write_text("k,pred\na,1\nb,1\nc,3\n")
    Path("base.csv").write_text("k,pred\na,1\nb,1\n")
    options = ("-t", "t.csv:y", "--id", "k", "--missing", "drop", "--max-rise", "mse=9")
    for run, base, counts in (("run", "base", (2, 3)), ("base", "run", (3, 2))):
        done = lossctl("check", f"{run}.csv", *options, "--baseline", f"{base}.csv", "-q")
        said = f"other rows are used: {counts[0]} of the baseline's, {counts[1]} of the run's, 2 of both"
        assert (done.code, done.err.splitlines()[0]) == (3, f"lossctl: error: {base}.csv and {run}.csv: {said}")


def test_results_without_intervals_beside_others_are_read_back(lossctl: Command) -> None:
    """The area under a curve has no interval, which a saved result says as null."""
    Path("w.csv").write_text("y_true,y_pred\n1,0.9\n0,0.2\n1,0.3\n0,0.4\n")
    gate = ("check", "w.csv", "--confidence", "0.9", "--baseline", "b.json", "-q")
    assert lossctl(*gate, "-l", "auc_loss,ce", "--update-baseline").code == 0
    done = lossctl(*gate, "-l", "auc_loss", "--max-rise", "ce=1")
    assert (done.code, done.err) == (0, "lossctl: 1 check passed\n"), done.err
    done = lossctl(*gate, "--max-rise", "auc_loss=1")
    assert (done.code, done.err) == (0, "lossctl: 1 check passed (1 undecided)\n")  # made anew it would have none either
    assert lossctl("compare", "w.csv", "w.csv", "-l", "ce", "-o", "c.json", "-q").code == 0
    assert lossctl("check", "w.csv", "--max-rise", "ce=0", "--baseline", "c.json", "-q").code == 0


def test_a_journal_of_results_without_intervals_beside_others_is_gone_on_with(lossctl: Command) -> None:
    Path("w.csv").write_text("y_true,y_pred\n1,0.9\n0,0.2\n1,0.3\n0,0.4\n")
    command = ("batch", "w.csv", "-l", "auc_loss,ce", "--confidence", "0.9", "-f", "csv", "-o", "j.jsonl")
    first, written = lossctl(*command), Path("j.jsonl").read_text()
    again = lossctl(*command, "--resume")
    assert (again.out, Path("j.jsonl").read_text()) == (first.out, written)
    assert "lossctl: 1 run taken from j.jsonl\n" in again.err
