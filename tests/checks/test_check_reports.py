"""Reports of `lossctl check`: test cases, annotations, metrics, a step summary."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lossctl.reports.formats.catalogue import Style, render
from lossctl.results.document import Check, Document
from tests.checks.baselines import GOOD
from tests.conftest import Command, write


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD)


def test_data_errors_stand_in_every_report_and_are_exit_3(lossctl: Command) -> None:
    done = lossctl("check", "good.csv", "gone.csv", "--max", "mse=100", "-f", "junit", "-o", "x.json", "-o", "flat:m.json")
    assert done.code == 3
    suite = ElementTree.fromstring(done.out)[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "0", "1")
    found = json.loads(Path("x.json").read_text())
    assert [run["error"] for run in found["runs"]] == [None, "gone.csv: cannot be read: no such file"]
    assert found["errors"] == ["gone.csv: cannot be read: no such file"]
    assert json.loads(Path("m.json").read_text()) == {"good.csv/mse": 14 / 3}


def test_github_annotations_are_escaped_and_at_most_ten(lossctl: Command) -> None:
    done = lossctl("check", *["good.csv"] * 12, "--max", "mse=4", "-f", "github")
    table, annotations = done.out.splitlines()[:14], done.out.splitlines()[14:]
    assert table[0].split() == ["check", "loss", "value", "limit", "verdict"]
    assert annotations == ["::error title=lossctl%3A max::mse = 4.66667 exceeds the limit 4"] * 10


def test_a_fault_of_a_file_is_annotated_once_and_lines_name_the_run_where_there_are_several(lossctl: Command) -> None:
    done = lossctl("check", "good.csv", "gone.csv", "--max", "mse=4", "--max", "mae=9", "-f", "github")
    assert [line for line in done.out.splitlines() if line.startswith("::")] == [
        "::error title=lossctl%3A max::good.csv: mse = 4.66667 exceeds the limit 4",
        "::error title=lossctl%3A max::gone.csv: cannot be read: no such file",
    ]
    assert "lossctl: max: good.csv: mse = 4.66667 exceeds the limit 4\n" in done.err
    assert done.err.count("gone.csv") == 1


def test_openmetrics_has_one_sample_a_result(lossctl: Command) -> None:
    done = lossctl("check", "good.csv", "--max", "mse=5", "--by", "region", "-f", "openmetrics")
    assert done.out.splitlines()[2:] == [
        'lossctl_loss{run="good.csv",loss="mse"} 4.666666666666667',
        'lossctl_loss{run="good.csv",loss="mse",by_region="n"} 5',
        'lossctl_loss{run="good.csv",loss="mse",by_region="s"} 4',
        "# EOF",
    ]


def test_a_step_summary_is_appended(lossctl: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "summary.md").write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    lossctl("check", "good.csv", "--max", "mse=5", "--step-summary")
    assert (tmp_path / "summary.md").read_text() == (
        "before\n### lossctl check: 1 check passed\n\n"
        "| check | loss | value | limit | verdict |\n| --- | --- | ---: | --- | --- |\n"
        "| max | mse | 4.66667 | &lt;= 5 | pass |\n\n"
    )
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    assert lossctl("check", "good.csv", "--max", "mse=5", "--step-summary").code == 2


HOSTILE = 'y_true,y_pred,g\n0,1,a\\nb\n0,2,"a\nb"\n0,3,"a\uffffb"\n'
PAIRS = 'y_true,y_pred,g,h\n0,1,"x, h=y",z\n0,2,x,"y, h=z"\n'


def test_test_cases_differ_in_name_and_say_check_rule_loss_and_group(lossctl: Command) -> None:
    Path("h.csv").write_text(HOSTILE)
    Path("lossctl.toml").write_text(
        "[[check]]\nname = 'a\uffffb'\nfiles = ['h.csv']\nloss = 'mse'\nby = 'g'\nmax = 5\nmin_n = 1\n", encoding="utf-8"
    )
    done = lossctl("check", "-f", "junit")
    cases = [(case.get("classname"), case.get("name")) for case in ElementTree.fromstring(done.out)[0]]
    groups = ["", r" [g=a\nb]", r" [g=a\nb]", r" [g=a\uffffb]"]
    assert cases == [
        ("h.csv", rf"a\uffffb: mse{group} {rule}{again}")
        for rule in ("max <= 5", "min_n >= 1")
        for group, again in zip(groups, ("", "", " (2)", ""), strict=True)
    ]


def test_two_groups_are_two_series_and_two_keys(lossctl: Command) -> None:
    Path("h.csv").write_text(HOSTILE)
    done = lossctl("check", "h.csv", "--max", "mse=9", "--by", "g", "-f", "openmetrics")
    assert sorted(done.out.splitlines()[2:-1]) == [
        'lossctl_loss{run="h.csv",loss="mse",by_g="a\\\\nb"} 1',
        'lossctl_loss{run="h.csv",loss="mse",by_g="a\\\\uffffb"} 9',
        'lossctl_loss{run="h.csv",loss="mse",by_g="a\\nb"} 4',
        'lossctl_loss{run="h.csv",loss="mse"} 4.666666666666667',
    ]
    Path("h.csv").write_text(PAIRS)
    done = lossctl("check", "h.csv", "--max", "mse=9", "--by", "g,h", "-f", "flat")
    assert json.loads(done.out) == {"mse": 2.5, "mse [g=x, h=y, h=z]": 4, "mse [g=x, h=y, h=z] (2)": 1}


def test_columns_of_groups_that_openmetrics_calls_alike_get_numbers(lossctl: Command) -> None:
    Path("h.csv").write_text("y_true,y_pred,a b,a-b\n0,1,u,v\n")
    done = lossctl("check", "h.csv", "--max", "mse=9", "--by", "a b,a-b", "-f", "openmetrics")
    assert 'lossctl_loss{run="h.csv",loss="mse",by_a_b="u",by_a_b_2="v"} 1\n' in done.out
    done = lossctl("check", "good.csv", "good.csv", "--max", "mse=9", "-f", "openmetrics")
    assert done.out.splitlines()[2:-1] == [
        'lossctl_loss{run="good.csv",loss="mse"} 4.666666666666667',
        'lossctl_loss{run="good.csv",loss="mse",again="2"} 4.666666666666667',
    ]


def test_annotations_in_a_file_are_alone(lossctl: Command) -> None:
    lossctl("check", "good.csv", "--max", "mse=4", "--max", "mae=9", "-o", "github:notes.txt")
    assert Path("notes.txt").read_text() == "::error title=lossctl%3A max::mse = 4.66667 exceeds the limit 4\n"


def test_what_is_said_of_each_check_takes_no_look_at_all_the_others() -> None:
    class Counted(tuple[Check, ...]):
        looks = 0

        def __iter__(self) -> Iterator[Check]:
            Counted.looks += 1
            return super().__iter__()

    failed = [
        Check(
            name="max", run="good.csv", loss="mse", by={"g": group}, kind="max", limit=4.0, percent=False, value=5.0,
            baseline=None, change=None, status="fail", message="mse = 5 exceeds the limit 4",
        )
        for group in "abcdefgh"
    ]  # fmt: skip
    looks = []
    for count in (2, 8):
        Counted.looks = 0
        "".join(map(str, render(Document(command="check", version="1", checks=Counted(failed[:count])), "github", Style())))
        looks.append(Counted.looks)
    assert looks[0] == looks[1]


def test_a_judged_check_shows_its_interval_and_what_would_be_seen(lossctl: Command) -> None:
    """The mean of 1 and 3 has the standard error 1; 12.7062 is the quantile 0.975 of t with one degree of freedom."""
    write("a.csv", "y,pred\n0,1\n0,3\n")
    done = lossctl("check", "a.csv", "--max", "mae=9", "--min-n", "1", "--confidence", "0.95")
    header, _, judged, counted = (line.split() for line in done.out.splitlines())
    assert header == ["check", "loss", "value", "limit", "low", "high", "sees", "verdict"]
    assert judged[:7] == ["max", "mae", "2", "<=", "9", "-10.7062", "14.7062"]
    assert float(judged[7]) > 12.7062
    assert judged[8:] == ["undecided"]
    assert counted == ["min_n", "mae", "2", ">=", "1", "pass"]
