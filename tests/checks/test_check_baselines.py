"""`lossctl check` against a baseline: rises and changes, what is gone, new or not comparable."""

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


def test_a_baseline_is_made_for_diffs_and_says_what_was(lossctl: Command) -> None:
    save_good(lossctl, "-l", "mse,mae")
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
    save_good(lossctl, "-l", "mse")
    assert lossctl("check", "worse.csv", limit, "--baseline", "base.json").code == code


def test_a_fall_keeps_a_rise_and_not_a_change(lossctl: Command) -> None:
    assert lossctl("check", "worse.csv", "-l", "mse", "--baseline", "b.json", "--update-baseline").code == 0
    assert lossctl("check", "good.csv", "--max-rise", "mse=0", "--baseline", "b.json").code == 0
    assert lossctl("check", "good.csv", "--max-change", "mse=1", "--baseline", "b.json").code == 1


def test_a_loss_that_is_not_asked_for_is_not_gone_and_a_new_one_is_mentioned(lossctl: Command) -> None:
    save_good(lossctl, "-l", "mse,mae")
    done = lossctl("check", "good.csv", "--max-rise", "mse=1", "--baseline", "base.json", "--json")
    assert [(check["kind"], check["loss"], check["status"]) for check in json.loads(done.out)["checks"]] == [
        ("max_rise", "mse", "pass")  # the baseline's mae is none of the losses of this call
    ]
    done = lossctl("check", "good.csv", "-l", "mse,mae,huber", "--max-rise", "mse=1", "--baseline", "base.json", "--json")
    assert done.code == 0
    assert json.loads(done.out)["warnings"] == ["good.csv: huber is not in the baseline"]


def test_a_group_that_is_gone_fails(lossctl: Command) -> None:
    save_good(lossctl, "-l", "mse", "--by", "region")
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
    save_good(lossctl, "-l", "mse")
    done = lossctl("check", "good.csv", *options, "--baseline", "base.json")
    assert done.code == 3
    assert f"lossctl: error: base.json: mse cannot be compared: {said}\n" in done.err


def test_fewer_rows_than_the_baseline_are_never_a_pass(lossctl: Command) -> None:
    save_good(lossctl, "-l", "mse")
    Path("good.csv").write_text("y_true,y_pred\n0,0\n0,0\n")
    done = lossctl("check", "good.csv", "--max-rise", "mse=1", "--baseline", "base.json")
    assert (done.code, last(done.err)) == (3, "lossctl: 1 of 1 check could not be judged")
    assert "mse cannot be compared: n 3 in the baseline, 2 now" in done.err


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


def test_a_result_that_cannot_be_compared_does_not_hide_the_others(lossctl: Command) -> None:
    Path("good.csv").write_text(GOOD + "0,1,s\n")
    save_good(lossctl, "-l", "mse", "--by", "region")
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
    save_good(lossctl, "-l", "mse")
    name = change.split(":")[0]
    text = Path("base.json").read_text()
    start = text.index(name, text.index('"loss"'))
    Path("base.json").write_text(text[:start] + change + text[text.index(",", start) :])
    done = lossctl("check", "good.csv", "--max-rise", "mse=1", "--baseline", "base.json")
    assert done.code == 3
    assert "base.json: not a saved result" in done.err
