"""What is said of results that are judged against a baseline."""

from __future__ import annotations

from pathlib import Path

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


def test_sums_have_no_interval_and_the_level_of_the_command_line_wins(lossctl: Command) -> None:
    write_tables(old_csv="pred,y 1,0 1,0 1,0", new_csv="pred,y 2,0 1,0 1,0")
    options = ("check", "new.csv", "--baseline", "old.csv", "--confidence", "0.9")
    done = lossctl(*options, "--max-rise", "mse=1", "--reduction", "sum")
    said = "--confidence is about means and quantiles; --reduction sum has no interval"
    assert (done.code, done.err) == (2, f"lossctl: error: {said}\n")
    Path("lossctl.toml").write_text(
        "confidence = 0.5\nbaseline = 'old.csv'\n[[check]]\nfiles = ['new.csv']\nloss = 'mse'\nmax_rise = 0.1\n"
    )
    assert lossctl("check", "--confidence", "0.999").code == 0  # the command line's level
    done = lossctl("check", "--update-baseline")
    assert (done.code, done.err) == (2, "lossctl: error: --update-baseline writes the file that --baseline names, a .json\n")
