"""What is said of results that are judged against a baseline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.checks.baselines import write_tables
from tests.conftest import Command


def test_a_fall_from_an_infinite_baseline_passes_and_is_mentioned_and_a_rise_to_infinity_fails(lossctl: Command) -> None:
    write_tables(inf_csv="pred,y 0,1", fine_csv="pred,y 0.5,1")
    for baseline in ("inf", "fine"):
        done = lossctl("check", f"{baseline}.csv", "-l", "bce", "--baseline", f"{baseline}.json", "--update-baseline")
        assert done.code == 0
    done = lossctl("check", "fine.csv", "--max-rise", "bce=0", "--baseline", "inf.json")
    assert done.code == 0
    assert "lossctl: warning: fine.csv: ce fell from an infinite baseline\n" in done.err
    assert lossctl("check", "inf.csv", "--max-rise", "bce=1e300", "--baseline", "fine.json").code == 1
    assert lossctl("check", "inf.csv", "--max-rise", "bce=1e300", "--baseline", "inf.json").code == 1
    assert lossctl("check", "fine.csv", "--max-change", "bce=1e300", "--baseline", "inf.json").code == 1


def test_a_failing_line_says_the_change_also_in_percent_and_the_next_step(lossctl: Command) -> None:
    write_tables(old_csv="pred,y 1,0 1,0 1,0", new_csv="pred,y 2,0 1,0 1,0")
    assert lossctl("check", "old.csv", "-l", "mse", "--baseline", "b.json", "--update-baseline").code == 0
    done = lossctl("check", "new.csv", "--max-rise", "mse=10%", "--baseline", "b.json")
    assert done.err.splitlines()[-2] == (
        "lossctl: max_rise: mse = 2 exceeds the limit +10%: a rise of 1 (+100 %) from the baseline 1; if it is meant: "
        "lossctl check new.csv --max-rise mse=10% --baseline b.json --update-baseline"
    )
    done = lossctl("check", "new.csv", "-l", "mse", "--max-rise", "0.3", "--baseline", "old.csv")
    assert done.err.splitlines()[-2] == (
        "lossctl: max_rise: mse = 2 exceeds the limit +0.3: a rise of 1 (+100 %) from the baseline 1; "
        "see lossctl compare old.csv new.csv -l mse"
    )
    assert lossctl(*done.err.splitlines()[-2].partition("see lossctl ")[2].split()).code == 0
    done = lossctl("check", "new.csv", "--max-rise", "mse=0.3", "--baseline", "old.csv")
    assert done.err.splitlines()[-2].endswith("; see lossctl compare old.csv new.csv -l mse")
    done = lossctl("check", "new.csv", "--max", "mse=1.9999999999")
    assert done.err.splitlines()[-2] == "lossctl: max: mse = 2 exceeds the limit 1.9999999999"
    done = lossctl("check", "new.csv", "--max", "mae=1.33333333")  # six digits would say 1.33333 of both
    assert done.err.splitlines()[-2] == "lossctl: max: mae = 1.3333333333333333 exceeds the limit 1.33333333"


def test_the_level_of_the_command_line_wins(lossctl: Command) -> None:
    write_tables(old_csv="pred,y 1,0 1,0 1,0", new_csv="pred,y 2,0 1,0 1,0")
    Path("lossctl.toml").write_text(
        "confidence = 0.5\nbaseline = 'old.csv'\n[[check]]\nfiles = ['new.csv']\nloss = 'mse'\nmax_rise = 0.1\n"
    )
    assert lossctl("check", "--confidence", "0.999").code == 0  # the command line's level
    done = lossctl("check", "--update-baseline")
    assert (done.code, done.err) == (2, "lossctl: error: --update-baseline writes the file that --baseline names, a .json\n")


@pytest.mark.parametrize("reduction", ["sum", "max", "p50"])
@pytest.mark.parametrize("baseline", ["old.csv", "old.json"])
def test_a_change_of_what_is_no_mean_has_no_interval_least_of_all_that_of_the_mean(
    reduction: str, baseline: str, lossctl: Command
) -> None:
    rows = range(40)  # squares of new are 4, of old 1 and now and then 400: the mean falls, the median rises by 3
    write_tables(
        old_csv="pred,y " + " ".join("20,0" if row % 10 == 0 else "1,0" for row in rows),
        new_csv="pred,y " + " ".join("2,0" for _ in rows),
    )
    asked = ("--max-rise", "mse=2", "--reduction", reduction, "--confidence", "0.9")
    assert lossctl("check", "old.csv", *asked, "--baseline", "old.json", "--update-baseline").code == 0
    done = lossctl("check", "new.csv", *asked, "--baseline", baseline, "--json")
    (check,) = json.loads(done.out)["checks"]
    assert (check["low"], check["high"], check["sees"]) == (None, None, None)
    rise = {"sum": 4 * 40 - 36 - 1600, "max": 4 - 400, "p50": 3}[reduction]
    assert (check["change"], check["undecided"], check["status"]) == (rise, rise <= 2, "pass" if rise <= 2 else "fail")
    assert (f"{reduction} has no interval" in done.err) == (reduction != "p50")
    assert lossctl("check", "new.csv", *asked, "--baseline", baseline, "--undecided", "fail").code == 1


@pytest.mark.parametrize("reduction", ["sum", "min", "max"])
def test_check_says_of_values_without_interval_what_eval_does(reduction: str, lossctl: Command) -> None:
    write_tables(new_csv="pred,y 2,0 1,0 1,0")
    asked = ("new.csv", "--reduction", reduction, "--confidence", "0.9")
    said = f"lossctl: warning: new.csv: {reduction} has no interval at 0.9; means and quantiles have one\n"
    done = lossctl("check", *asked, "--max", "mse=9")
    assert done.code == 0
    assert said in done.err
    assert done.err.endswith("lossctl: 1 check passed (1 undecided)\n")
    assert said in lossctl("eval", *asked, "-l", "mse").err
