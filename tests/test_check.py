"""`lossctl check`: verdicts, exit codes, baselines, reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lossctl.reports.formats import Style, render
from lossctl.results.document import Check, Document
from tests.conftest import Command

GOOD = "y_true,y_pred,region\n0,1,n\n0,2,s\n0,3,n\n"  # mse 14/3, mae 2
WORSE = "y_true,y_pred,region\n0,1,n\n0,2,s\n0,4,n\n"  # mse 7, mae 7/3


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "worse.csv").write_text(WORSE)


def last(text: str) -> str:
    return text.splitlines()[-1]


def saved(lossctl: Command, *arguments: str) -> None:
    assert lossctl("check", "good.csv", *arguments, "--baseline", "base.json", "--update-baseline").code == 0


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
    saved(lossctl, "-l", "mse")
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


def test_a_baseline_is_made_for_diffs_and_says_what_was(lossctl: Command) -> None:
    saved(lossctl, "-l", "mse,mae")
    text = Path("base.json").read_text()
    assert json.loads(text)["schema"] == "lossctl/result@1"
    assert sum('"loss"' in line for line in text.splitlines()) == 2
    Path("good.csv").write_text(WORSE)
    done = lossctl("check", "good.csv", "-l", "mse,mae", "--baseline", "base.json", "--update-baseline")
    assert "lossctl: base.json: good.csv mse = 7 (was 4.666666666666667)" in done.err
    changed = [new for new, old in zip(Path("base.json").read_text().splitlines(), text.splitlines(), strict=True) if new != old]
    assert len(changed) == 2


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ("--max-rise=mse=2.4", 0),
        ("--max-rise=mse=2.3", 1),
        ("--max-rise=mse=50%", 0),
        ("--max-rise=mse=49%", 1),
        ("--max-change=mse=3", 0),
    ],
)
def test_a_rise_is_over_the_baseline_whatever_the_run_is_called(lossctl: Command, limit: str, code: int) -> None:
    saved(lossctl, "-l", "mse")
    assert lossctl("check", "worse.csv", limit, "--baseline", "base.json").code == code


def test_a_fall_keeps_a_rise_and_not_a_change(lossctl: Command) -> None:
    assert lossctl("check", "worse.csv", "-l", "mse", "--baseline", "b.json", "--update-baseline").code == 0
    assert lossctl("check", "good.csv", "--max-rise", "mse=0", "--baseline", "b.json").code == 0
    assert lossctl("check", "good.csv", "--max-change", "mse=1", "--baseline", "b.json").code == 1


def test_a_loss_that_is_not_asked_for_is_not_gone_and_a_new_one_is_mentioned(lossctl: Command) -> None:
    saved(lossctl, "-l", "mse,mae")
    done = lossctl("check", "good.csv", "--max-rise", "mse=1", "--baseline", "base.json", "--json")
    assert [(check["kind"], check["loss"], check["status"]) for check in json.loads(done.out)["checks"]] == [
        ("max_rise", "mse", "pass")  # the baseline's mae is none of the losses of this call
    ]
    done = lossctl("check", "good.csv", "-l", "mse,mae,huber", "--max-rise", "mse=1", "--baseline", "base.json", "--json")
    assert done.code == 0
    assert json.loads(done.out)["warnings"] == ["good.csv: huber is not in the baseline"]


def test_a_group_that_is_gone_fails(lossctl: Command) -> None:
    saved(lossctl, "-l", "mse", "--by", "region")
    Path("good.csv").write_text(GOOD.replace(",s\n", ",n\n"))
    done = lossctl("check", "good.csv", "--max", "mse=100", "--by", "region", "--baseline", "base.json")
    assert done.code == 3  # the group n has other rows than it had
    Path("good.csv").write_text("y_true,y_pred,region\n0,1,n\n0,3,n\n0,2,w\n")
    done = lossctl("check", "good.csv", "--max", "mse=100", "--by", "region", "--baseline", "base.json", "--json")
    assert done.code == 1
    assert [check["by"] for check in json.loads(done.out)["checks"] if check["kind"] == "missing"] == [{"region": "s"}]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--max-rise", "mse=1", "--nan", "drop"], "the signature has nan=error in the baseline, nan=drop now"),
        (["--max-rise", "mse=1", "--reduction", "sum"], "the signature has reduction=mean in the baseline, reduction=sum now"),
    ],
)  # fmt: skip
def test_other_options_than_the_baselines_are_never_a_pass(lossctl: Command, options: list[str], said: str) -> None:
    saved(lossctl, "-l", "mse")
    done = lossctl("check", "good.csv", *options, "--baseline", "base.json")
    assert done.code == 3
    assert f"lossctl: error: base.json: mse cannot be compared: {said}\n" in done.err


def test_fewer_rows_than_the_baseline_are_never_a_pass(lossctl: Command) -> None:
    saved(lossctl, "-l", "mse")
    Path("good.csv").write_text("y_true,y_pred\n0,0\n0,0\n")
    done = lossctl("check", "good.csv", "--max-rise", "mse=1", "--baseline", "base.json")
    assert (done.code, last(done.err)) == (3, "lossctl: 1 of 1 check could not be judged")
    assert "mse cannot be compared: n 3 in the baseline, 2 now" in done.err


def test_min_n_counts_the_rows_of_every_group(lossctl: Command) -> None:
    done = lossctl("check", "good.csv", "-l", "mse", "--min-n", "2", "--by", "region", "--json")
    assert [(check["by"], check["value"], check["status"]) for check in json.loads(done.out)["checks"]] == [
        (None, 3.0, "pass"),
        ({"region": "n"}, 2.0, "pass"),
        ({"region": "s"}, 1.0, "fail"),
    ]


def test_a_missing_baseline_says_what_makes_it(lossctl: Command) -> None:
    done = lossctl("check", "good.csv", "--max-rise", "mse=1", "--baseline", "base.json", "-q")
    assert done.code == 3
    assert done.err == (
        "lossctl: error: base.json: the baseline is not there\n"
        "hint: make it: lossctl check good.csv --max-rise mse=1 --baseline base.json --update-baseline\n"
        "lossctl: 1 of 1 check could not be judged\n"
    )


def test_a_prediction_file_serves_as_baseline_and_a_noisy_rise_passes_only_with_confidence(lossctl: Command) -> None:
    rows = [(index % 7, index % 5) for index in range(200)]
    Path("base.csv").write_text("y_true,y_pred\n" + "".join(f"{target},{pred}\n" for target, pred in rows))
    noisy = [(target, pred + (0.4 if index % 2 else -0.4)) for index, (target, pred) in enumerate(rows)]
    Path("new.csv").write_text("y_true,y_pred\n" + "".join(f"{target},{pred}\n" for target, pred in noisy))
    rise = ("check", "new.csv", "--max-rise", "mse=0.1", "--baseline", "base.csv")
    assert lossctl(*rise).code == 1
    done = lossctl(*rise, "--confidence", "0.95", "--json")
    assert done.code == 0
    (check,) = json.loads(done.out)["checks"]
    low, high = -0.142178, 0.446178  # SciPy 1.17, ttest_rel(...).confidence_interval(0.95)
    assert [check["low"], check["high"]] == pytest.approx([low, high], abs=1e-6)
    assert (check["status"], check["undecided"]) == ("pass", True)
    assert "95 % interval -0.142178 to 0.446178 reaches across it, undecided" in check["message"]
    assert lossctl(*rise, "--confidence", "0.95", "--undecided", "fail").code == 1
    done = lossctl(*rise, "--confidence", "0.95", "--undecided", "warn", "--json")
    assert (done.code, json.loads(done.out)["checks"][0]["status"]) == (0, "warn")
    bad = "".join(f"{target},{target + 9}\n" for target, _ in rows)
    Path("new.csv").write_text("y_true,y_pred\n" + bad)
    assert lossctl(*rise, "--confidence", "0.95").code == 1


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


def test_a_result_that_cannot_be_compared_does_not_hide_the_others(lossctl: Command) -> None:
    Path("good.csv").write_text(GOOD + "0,1,s\n")
    saved(lossctl, "-l", "mse", "--by", "region")
    Path("good.csv").write_text(GOOD + "0,9,w\n")
    done = lossctl("check", "good.csv", "--max-rise", "mse=0", "--by", "region", "--baseline", "base.json", "--json")
    assert done.code == 3
    assert [(check["by"], check["kind"], check["status"]) for check in json.loads(done.out)["checks"]] == [
        (None, "max_rise", "fail"),
        ({"region": "n"}, "max_rise", "pass"),
        ({"region": "s"}, "max_rise", "error"),
        ({"region": "w"}, "max_rise", "pass"),
    ]


def test_a_rise_from_0_in_percent_asks_for_an_absolute_limit_where_people_look(lossctl: Command) -> None:
    Path("zero.csv").write_text("y_true,y_pred\n0,0\n0,0\n0,0\n")
    assert lossctl("check", "zero.csv", "-l", "mse", "--baseline", "z.json", "--update-baseline").code == 0
    done = lossctl("check", "good.csv", "--max-rise", "mse=5%", "--baseline", "z.json")
    assert done.code == 1
    assert "from 0 no percentage is meaningful: give an absolute limit" in done.err


@pytest.mark.parametrize("change", ['"n": "3"', '"n": true', '"value": true'])
def test_a_baseline_of_another_shape_is_no_saved_result(lossctl: Command, change: str) -> None:
    saved(lossctl, "-l", "mse")
    name = change.split(":")[0]
    text = Path("base.json").read_text()
    start = text.index(name, text.index('"loss"'))
    Path("base.json").write_text(text[:start] + change + text[text.index(",", start) :])
    done = lossctl("check", "good.csv", "--max-rise", "mse=1", "--baseline", "base.json")
    assert done.code == 3
    assert "base.json: not a saved result" in done.err


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
