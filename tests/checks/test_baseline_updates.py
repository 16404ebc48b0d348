"""Baselines that are written anew."""

from __future__ import annotations

import json
from pathlib import Path

from tests.checks.baselines import checks_of, results_in, verdicts, write_tables
from tests.conftest import Command


def test_an_update_writes_and_says_the_old_values_also_where_a_limit_fails(lossctl: Command) -> None:
    write_tables(p_csv="pred,y,g 1,0,n 3,0,s")
    update = ("check", "p.csv", "--max", "mse=4", "--max-rise", "mse=0", "--baseline", "b.json", "--update-baseline")
    assert lossctl(*update, "-q").code == 1  # mse 5
    assert [result["value"] for result in results_in("b.json")] == [5]
    write_tables(p_csv="pred,y,g 1,0,n 1,0,s")
    done = lossctl(*update)
    assert (done.code, done.err.splitlines()[-1]) == (0, "lossctl: 1 check passed")  # the rise is shown, not judged
    assert "lossctl: b.json: p.csv mse = 1 (was 5)\n" in done.err
    done = lossctl("check", "p.csv", "-l", "mae", "--baseline", "b.json", "--update-baseline")
    assert "lossctl: b.json: p.csv mae = 1 (new)\nlossctl: b.json: p.csv mse is gone\nlossctl: no limit was judged\n" in done.err
    Path("b.json").write_text('{"mine": 1}')
    done = lossctl(*update)
    assert (done.code, Path("b.json").read_text()) == (3, '{"mine": 1}')


def test_rows_are_in_the_same_order_with_and_without_an_update(lossctl: Command) -> None:
    write_tables(p_csv="pred,y,g 1,0,n 3,0,s")
    options = (
        "check",
        "p.csv",
        "--max-rise",
        "mse=0",
        "--min-n",
        "1",
        "--max",
        "mse=9",
        "--by",
        "g",
        "--json",
        "--baseline",
        "b.json",
    )
    orders = [
        [(check["kind"], check["by"]) for check in checks_of(lossctl(*options, *update))]
        for update in ((), ("--update-baseline",), ())
    ]
    assert orders[0] == orders[1] == orders[2]
    assert orders[0] == [(kind, by) for kind in ("max", "max_rise", "min_n") for by in (None, {"g": "n"}, {"g": "s"})]


def test_a_baseline_that_cannot_be_written_is_exit_4_and_the_report_is_there(lossctl: Command) -> None:
    write_tables(a_csv="pred,y 1,0")
    done = lossctl("check", "a.csv", "--max", "mse=2", "--baseline", "gone/b.json", "--update-baseline", "--json")
    assert (done.code, verdicts(done)) == (4, [("a.csv", "max", "pass")])
    assert json.loads(done.out)["errors"] == ["gone/b.json: cannot write: no such file or directory"]
