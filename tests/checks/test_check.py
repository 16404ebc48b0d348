"""`lossctl check`: limits, verdicts, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.checks.baselines import GOOD, WORSE, last, save_good
from tests.conftest import Command


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "worse.csv").write_text(WORSE)


def test_limits_bring_their_losses_and_the_verdict_is_the_last_line(lossctl: Command) -> None:
    done = lossctl("check", "good.csv", "--max", "mse=4", "--max", "mae=2")
    assert done.code == 1
    assert last(done.err) == "lossctl: 1 of 2 checks failed"
    assert [line.split() for line in done.out.splitlines()[2:]] == [
        ["max", "mse", "4.66667", "<=", "4", "fail"],
        ["max", "mae", "2", "<=", "2", "pass"],
    ]
    done = lossctl("check", "good.csv", "--max", "mse=5", "-q")
    assert (done.code, done.err) == (0, "lossctl: 1 check passed\n")


def test_a_table_for_people_has_the_baseline_where_there_is_one_and_those_for_machines_have_it_always(lossctl: Command) -> None:
    save_good(lossctl, "-l", "mse")
    limits = ("--max", "mse=5", "--max-rise", "mse=1")
    with_it = lossctl("check", "good.csv", *limits, "--baseline", "base.json").out.splitlines()
    assert [line.split() for line in (with_it[0], *with_it[2:])] == [
        ["check", "loss", "value", "limit", "baseline", "change", "verdict"],
        ["max", "mse", "4.66667", "<=", "5", "pass"],
        ["max_rise", "mse", "4.66667", "+1", "4.66667", "0", "pass"],
    ]
    md, tsv = (lossctl("check", "good.csv", "--max", "mse=5", "-f", name).out.splitlines() for name in ("md", "tsv"))
    assert md[0] == "| check | loss | value | limit | verdict |"
    assert "\tvalue\tbaseline\tchange\t" in tsv[3]


def test_exit_zero_changes_the_code_of_a_failed_check_alone(lossctl: Command) -> None:
    done = lossctl("check", "good.csv", "--max", "mse=4", "--exit-zero", "--json")
    assert (done.code, json.loads(done.out)["ok"], last(done.err)) == (0, False, "lossctl: 1 of 1 check failed")
    assert lossctl("check", "gone.csv", "--max", "mse=4", "--exit-zero").code == 3


def test_min_n_counts_the_rows_of_every_group(lossctl: Command) -> None:
    done = lossctl("check", "good.csv", "-l", "mse", "--min-n", "2", "--by", "region", "--json")
    assert [(check["by"], check["value"], check["status"]) for check in json.loads(done.out)["checks"]] == [
        (None, 3.0, "pass"),
        ({"region": "n"}, 2.0, "pass"),
        ({"region": "s"}, 1.0, "fail"),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["good.csv"], "nothing to check: no limit\nhint: give one, V being a number: lossctl check good.csv --max LOSS=V"),
        (["good.csv", "--max-rise", "mse=1"], "a rise or change is from a baseline, and none is given: --baseline FILE"),
        (["good.csv", "--max", "mse=1", "--confidence", "95"], "--confidence is a number between 0 and 1, as 0.95, not '95'"),
        (["good.csv", "-l", "mse", "--update-baseline"], "--update-baseline writes the file that --baseline names, a .json"),
        ([], "nothing to check: no PRED, and no lossctl.toml or [tool.lossctl] here or above"),
    ],
)
def test_what_cannot_be_checked_is_exit_2(lossctl: Command, arguments: list[str], said: str) -> None:
    done = lossctl("check", *arguments)
    assert done.code == 2
    assert said in done.err


def test_an_infinite_value_fails_and_nothing_passes_without_rows(lossctl: Command) -> None:
    Path("inf.csv").write_text("y_true,y_prob\n1,0\n")
    assert lossctl("check", "inf.csv", "--max", "ce=100").code == 1
    Path("none.csv").write_text("y_true,y_prob\n")
    assert lossctl("check", "none.csv", "--max", "ce=100").code == 3


def test_numbers_of_a_check_that_json_lacks_are_named(lossctl: Command) -> None:
    Path("half.csv").write_text("y_true,y_prob\n1,0.5\n")
    Path("inf.csv").write_text("y_true,y_prob\n1,0\n")
    lossctl("check", "half.csv", "-l", "ce", "--baseline", "half.json", "--update-baseline")
    (check,) = json.loads(lossctl("check", "inf.csv", "--max-rise", "ce=1%", "--baseline", "half.json", "--json").out)["checks"]
    assert (check["value"], check["change"], check["nonfinite"]) == (None, None, {"value": "inf", "change": "inf"})
    (check,) = json.loads(lossctl("check", "half.csv", "--max", "ce=1", "--json").out)["checks"]
    assert "nonfinite" not in check


def test_a_change_from_an_infinite_baseline_is_said_as_none(lossctl: Command) -> None:
    Path("half.csv").write_text("y_true,y_prob\n1,0.5\n")
    Path("inf.csv").write_text("y_true,y_prob\n1,0\n")
    lossctl("check", "inf.csv", "-l", "ce", "--baseline", "inf.json", "--update-baseline")
    asked = ("--max-rise", "ce=1%", "--baseline", "inf.json")
    done = lossctl("check", "half.csv", *asked, "--json")
    (check,) = json.loads(done.out)["checks"]
    assert (done.code, check["message"]) == (0, "ce = 0.693147 keeps the limit +1%, and the baseline is inf")
    assert (
        "max_rise: ce = inf exceeds the limit +1%, and the baseline is inf; if it is meant: "
        in lossctl("check", "inf.csv", *asked).err
    )


@pytest.mark.parametrize(
    ("arguments", "verdict"),
    [
        (["--max", "mse=5"], "1 check passed"),
        (["--max", "mse=5", "--max", "mae=5"], "all 2 checks passed"),
        (["--max", "mse=4", "--max", "mae=5"], "1 of 2 checks failed"),
        (["--min", "mse=4.5", "--min", "mae=3"], "1 of 2 checks failed"),
        (["--max", "mse=5", "--max-rise", "mse=0", "--baseline", "b.json", "--update-baseline"], "1 check passed"),
        (["--max-rise", "mse=0", "--baseline", "b.json", "--update-baseline"], "no limit was judged"),
        (["-l", "mse", "--baseline", "b.json", "--update-baseline"], "no limit was judged"),
    ],
)
def test_the_verdict_counts_what_was_judged(lossctl: Command, arguments: list[str], verdict: str) -> None:
    assert last(lossctl("check", "good.csv", *arguments).err) == f"lossctl: {verdict}"


def test_a_bare_value_is_that_of_the_one_loss_that_is_named(lossctl: Command) -> None:
    done = lossctl("check", "good.csv", "-l", "huber:delta=1.5", "--max", "0.7", "--json")
    assert [(check["loss"], check["limit"], check["status"]) for check in json.loads(done.out)["checks"]] == [
        ("huber:delta=1.5", 0.7, "fail")
    ]
    assert lossctl("check", "good.csv", "-l", "mse,mae", "--max", "0.7").code == 2


def test_a_limit_beyond_the_doubles_is_exit_2(lossctl: Command) -> None:
    done = lossctl("check", "good.csv", "--max", "mse=1e400")
    assert (done.code, done.err) == (2, "lossctl: error: --max of mse is beyond what a double can hold: '1e400'\n")


def test_a_plugin_is_loaded_before_the_losses_that_limits_name(lossctl: Command) -> None:
    Path("own.py").write_text(
        "import lossctl\n@lossctl.loss\ndef twice(pred, target):\n    'Twice.'\n    return 2 * abs(pred - target)\n"
    )
    done = lossctl("check", "good.csv", "--plugin", "own.py", "--max", "twice=4", "--json")
    assert (done.code, json.loads(done.out)["checks"][0]["value"]) == (0, 4)
    Path("lossctl.toml").write_text("[[check]]\nfiles = ['good.csv']\nloss = 'twice'\nmax = 3\n")
    assert lossctl("check", "--plugin", "own.py").code == 1


@pytest.mark.parametrize(
    ("limit", "code"), [("5", 0), ("4.9999999", 1), ("125%", 0), ("124.9%", 1)]
)  # of the smallest group's 4; of the largest's 9 it is 56 %, and to the total, 6, it is 3
def test_a_gap_is_between_the_largest_and_the_smallest_group(lossctl: Command, limit: str, code: int) -> None:
    Path("g.csv").write_text("y_true,y_pred,g\n0,2,a\n0,1,b\n0,3,b\n0,3,c\n0,3,c\n0,2,a\n")  # mse 4, 5, 9 and 6 in all
    done = lossctl("check", "g.csv", "--max-gap", f"mse={limit}", "--by", "g", "--json")
    [check] = json.loads(done.out)["checks"]
    assert (done.code, check["by"], check["kind"], check["value"]) == (code, None, "max_gap", 5)
    groups = "mse [g=c] = 9 (2 rows), mse [g=a] = 4 (2 rows)"
    assert check["message"] == f"the gap of 5 {'exceeds' if code else 'keeps'} the limit {limit}: {groups}"


def test_a_gap_needs_groups_and_finite_values(lossctl: Command) -> None:
    done = lossctl("check", "good.csv", "--max-gap", "mse=1")
    assert (done.code, done.err) == (2, "lossctl: error: a gap is between groups, and there are none: --by COLUMN\n")
    Path("inf.csv").write_text("label,prob,g\n1,0,a\n1,0,b\n")
    assert lossctl("check", "inf.csv", "--max-gap", "ce=1e300", "--by", "g").code == 1
    done = lossctl("check", "good.csv", "--max-gap", "mse=1", "--by", "region")  # 5 and 4
    assert (done.code, done.out.splitlines()[-1].split()) == (0, ["max_gap", "mse", "1", "gap", "<=", "1", "pass"])


def test_a_value_without_an_interval_that_breaks_a_limit_fails(lossctl: Command) -> None:
    Path("one.csv").write_text("y_true,y_pred\n0,2\n")
    for limit, code, undecided in (("3", 1, False), ("5", 0, True)):
        done = lossctl("check", "one.csv", "--max", f"mse={limit}", "--confidence", "0.9", "--json")
        (check,) = json.loads(done.out)["checks"]
        assert (done.code, check["undecided"], check["low"]) == (code, undecided, None)
