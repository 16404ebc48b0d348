"""Baselines of several checks in a configuration: each has results of its own, whichever file they are in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks.baselines import TWO_CHECKS, checks_of, results_in, verdicts, write_tables
from tests.conftest import Command


@pytest.mark.parametrize("shared", [False, True])
def test_two_checks_of_one_file_have_entries_of_their_own(lossctl: Command, shared: bool) -> None:
    Path("lossctl.toml").write_text(TWO_CHECKS.replace("a.json", "b.json") if shared else TWO_CHECKS)
    write_tables(p_csv="a,b,y 5,1,0 5,1,0")
    done = lossctl("check", "--update-baseline")
    assert (done.code, done.err.splitlines()[-1]) == (0, "lossctl: no limit was judged")
    saved = {path: [(result["check"], result["value"]) for result in results_in(path)] for path in ("a.json", "b.json")[shared:]}
    assert saved == ({"b.json": [("a", 25.0), ("b", 1.0)]} if shared else {"a.json": [("a", 25.0)], "b.json": [("b", 1.0)]})
    assert lossctl("check").code == 0
    write_tables(p_csv="a,b,y 5,4,0 5,4,0")
    done = lossctl("check", "--json")
    assert done.code == 1
    assert [(check["name"], check["baseline"], check["status"]) for check in checks_of(done)] == [
        ("a", 25, "pass"),
        ("b", 1, "fail"),
    ]


def test_checks_of_one_loss_and_file_must_not_be_called_alike(lossctl: Command) -> None:
    Path("lossctl.toml").write_text(TWO_CHECKS.replace('name = "b"', 'name = "a"'))
    done = lossctl("check", "--update-baseline")
    assert done.code == 2
    assert "lossctl.toml: 2 checks of mse on one file are called 'a'\nhint: give each a name of its own\n" in done.err


def test_a_baseline_of_a_configuration_serves_the_command_line_and_the_other_way_round(lossctl: Command) -> None:
    Path("lossctl.toml").write_text(TWO_CHECKS.replace("a.json", "b.json"))
    write_tables(p_csv="a,b,y 5,1,0 5,1,0")
    assert lossctl("check", "--update-baseline").code == 0
    for column, was in (("a", 25), ("b", 1)):  # by its columns, which the signature names
        done = lossctl(
            "check", "p.csv", "-p", column, "-t", "y", "--max-rise", "mse=0", "--baseline", "b.json", "--max", "mse=30", "--json"
        )
        assert (done.code, checks_of(done)[1]["baseline"]) == (0, was)
    assert lossctl("check", "p.csv", "-l", "mse", "-p", "b", "--baseline", "own.json", "--update-baseline").code == 0
    done = lossctl("check", "--baseline", "own.json", "--json")
    assert [(check["name"], check["status"]) for check in checks_of(done)] == [("a", "error"), ("b", "pass")]


def test_a_group_that_vanished_from_one_run_fails_whatever_another_run_has(lossctl: Command) -> None:
    write_tables(a_csv="pred,y,g 1,0,n 1,0,s", b_csv="pred,y,g 1,0,n 1,0,x")
    options = ("--by", "g", "--baseline", "one.json")
    assert lossctl("check", "a.csv", "--max", "mse=5", *options, "--update-baseline").code == 0
    done = lossctl("check", "a.csv", "b.csv", "--max-rise", "mse=1", *options, "--json")
    assert done.code == 1
    assert [(check["run"], check["by"]) for check in checks_of(done) if check["kind"] == "missing"] == [("b.csv", {"g": "s"})]
    write_tables(a_csv="pred,y,g 1,0,n 1,0,s", gone_csv="pred,y,g 1,0,n 1,0,s")
    two = ("check", "a.csv", "gone.csv", "-l", "mse", "--baseline", "two.json", "--update-baseline")
    assert lossctl(*two).code == 0
    done = lossctl("check", "a.csv", "--max-rise", "mse=1", "--baseline", "two.json", "--json")
    assert verdicts(done) == [("a.csv", "max_rise", "pass"), ("gone.csv", "missing", "fail")]


def test_what_is_gone_from_another_check_does_not_concern_one(lossctl: Command) -> None:
    Path("lossctl.toml").write_text(TWO_CHECKS.replace("a.json", "b.json"))
    write_tables(p_csv="a,b,y 5,1,0 5,1,0")
    assert lossctl("check", "--update-baseline").code == 0
    Path("lossctl.toml").write_text(TWO_CHECKS.partition('[[check]]\nname = "b"')[0].replace("a.json", "b.json"))
    done = lossctl("check", "--json")
    assert (done.code, verdicts(done)) == (0, [("p.csv", "max_rise", "pass")])


def test_a_baseline_on_the_command_line_wins_over_that_of_the_configuration(lossctl: Command) -> None:
    Path("lossctl.toml").write_text("[[check]]\nfiles=['p.csv']\nloss='mse'\nmax_rise=0\nbaseline='loose.json'\n")
    for value, path in ((1, "strict.json"), (9, "loose.json")):
        write_tables(p_csv=f"pred,y {value},0")
        assert lossctl("eval", "p.csv", "-l", "mse", "-o", path).code == 0
    assert lossctl("check").code == 0
    done = lossctl("check", "--baseline", "strict.json", "--json")
    assert (done.code, checks_of(done)[0]["baseline"]) == (1, 1)
    assert lossctl("check", "--baseline", "new.json", "--update-baseline").code == 0
    assert (results_in("new.json")[0]["value"], results_in("loose.json")[0]["value"]) == (81, 81)


def test_a_baseline_of_several_checks_gives_each_its_own_results(lossctl: Command) -> None:
    write_tables(a_csv="pred,y 1,0", b_csv="pred,y 3,0")  # the same columns, other files
    checks = "".join(f"[[check]]\nname = '{name}'\nfiles = ['{name}.csv']\nloss = 'mse'\nmax_rise = 0\n" for name in "ab")
    Path("lossctl.toml").write_text(f"baseline = 'b.json'\n{checks}")
    assert lossctl("check", "--update-baseline").code == 0
    done = lossctl("check", "--json")
    assert (done.code, [check["baseline"] for check in checks_of(done)]) == (0, [1, 9])
