"""Baselines: what is compared with what, and what is never compared. A wrong match would give another verdict, not an error."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Command, Outcome

TWO_CHECKS = """\
[[check]]
name = "a"
files = ["p.csv"]
pred = "a"
target = "y"
loss = "mse"
max_rise = 0
baseline = "a.json"
[[check]]
name = "b"
files = ["p.csv"]
pred = "b"
target = "y"
loss = "mse"
max_rise = 0
baseline = "b.json"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(**texts: str) -> None:
    """Writes tables: the name of each with `_` for `.`, rows by spaces."""
    for name, text in texts.items():
        Path(name.replace("_", ".")).write_text("\n".join(text.split()) + "\n")


def checks_of(done: Outcome) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = json.loads(done.out)["checks"]
    return checks


def verdicts(done: Outcome) -> list[tuple[str, str, Any]]:
    return [(check["run"], check["kind"], check["status"]) for check in checks_of(done)]


def results_in(path: str) -> list[dict[str, Any]]:
    return [result for run in json.loads(Path(path).read_text())["runs"] for result in run["results"]]


@pytest.mark.parametrize("shared", [False, True])
def test_two_checks_of_one_file_have_entries_of_their_own(lossctl: Command, shared: bool) -> None:
    Path("lossctl.toml").write_text(TWO_CHECKS.replace("a.json", "b.json") if shared else TWO_CHECKS)
    write(p_csv="a,b,y 5,1,0 5,1,0")
    done = lossctl("check", "--update-baseline")
    assert (done.code, done.err.splitlines()[-1]) == (0, "lossctl: no limit was judged")
    saved = {path: [(one["check"], one["value"]) for one in results_in(path)] for path in ("a.json", "b.json")[shared:]}
    assert saved == ({"b.json": [("a", 25.0), ("b", 1.0)]} if shared else {"a.json": [("a", 25.0)], "b.json": [("b", 1.0)]})
    assert lossctl("check").code == 0
    write(p_csv="a,b,y 5,4,0 5,4,0")
    done = lossctl("check", "--json")
    assert done.code == 1
    assert [(one["name"], one["baseline"], one["status"]) for one in checks_of(done)] == [("a", 25, "pass"), ("b", 1, "fail")]


def test_checks_of_one_loss_and_file_must_not_be_called_alike(lossctl: Command) -> None:
    Path("lossctl.toml").write_text(TWO_CHECKS.replace('name = "b"', 'name = "a"'))
    done = lossctl("check", "--update-baseline")
    assert done.code == 2
    assert "lossctl.toml: 2 checks of mse on one file are called 'a'\nhint: give each a name of its own\n" in done.err


def test_a_baseline_of_a_configuration_serves_the_command_line_and_the_other_way_round(lossctl: Command) -> None:
    Path("lossctl.toml").write_text(TWO_CHECKS.replace("a.json", "b.json"))
    write(p_csv="a,b,y 5,1,0 5,1,0")
    assert lossctl("check", "--update-baseline").code == 0
    for column, was in (("a", 25), ("b", 1)):  # by its columns, which the signature names
        done = lossctl(
            "check", "p.csv", "-p", column, "-t", "y", "--max-rise", "mse=0", "--baseline", "b.json", "--max", "mse=30", "--json"
        )
        assert (done.code, checks_of(done)[1]["baseline"]) == (0, was)
    assert lossctl("check", "p.csv", "-l", "mse", "-p", "b", "--baseline", "own.json", "--update-baseline").code == 0
    done = lossctl("check", "--baseline", "own.json", "--json")
    assert [(one["name"], one["status"]) for one in checks_of(done)] == [("a", "error"), ("b", "pass")]


def test_a_group_that_vanished_from_one_run_fails_whatever_another_run_has(lossctl: Command) -> None:
    write(a_csv="pred,y,g 1,0,n 1,0,s", b_csv="pred,y,g 1,0,n 1,0,x")
    options = ("--by", "g", "--baseline", "one.json")
    assert lossctl("check", "a.csv", "--max", "mse=5", *options, "--update-baseline").code == 0
    done = lossctl("check", "a.csv", "b.csv", "--max-rise", "mse=1", *options, "--json")
    assert done.code == 1
    assert [(one["run"], one["by"]) for one in checks_of(done) if one["kind"] == "missing"] == [("b.csv", {"g": "s"})]
    write(a_csv="pred,y,g 1,0,n 1,0,s", gone_csv="pred,y,g 1,0,n 1,0,s")
    two = ("check", "a.csv", "gone.csv", "-l", "mse", "--baseline", "two.json", "--update-baseline")
    assert lossctl(*two).code == 0
    done = lossctl("check", "a.csv", "--max-rise", "mse=1", "--baseline", "two.json", "--json")
    assert verdicts(done) == [("a.csv", "max_rise", "pass"), ("gone.csv", "missing", "fail")]


def test_what_is_gone_from_another_check_does_not_concern_one(lossctl: Command) -> None:
    Path("lossctl.toml").write_text(TWO_CHECKS.replace("a.json", "b.json"))
    write(p_csv="a,b,y 5,1,0 5,1,0")
    assert lossctl("check", "--update-baseline").code == 0
    Path("lossctl.toml").write_text(TWO_CHECKS.partition('[[check]]\nname = "b"')[0].replace("a.json", "b.json"))
    done = lossctl("check", "--json")
    assert (done.code, verdicts(done)) == (0, [("p.csv", "max_rise", "pass")])


# The same numbers whichever column is read: without the signature each of these would be a pass.
TABLE = "id,k,pred,other,y,z,w,v 1,2,1,1,0,0,1,1 2,1,1,1,0,0,1,1"


@pytest.mark.parametrize(
    ("was", "now", "part"),
    [
        ("-t y", "-t z", "column.target=y in the baseline, column.target=z now"),
        ("-t y -p pred", "-t y -p other", "column.pred=pred in the baseline, column.pred=other now"),
        ("-t y -w w", "-t y -w v", "column.weight=w in the baseline, column.weight=v now"),
        ("-t y", "-t y -w w", "weighted=no, no column.weight in the baseline, weighted=yes, column.weight=w now"),
        ("-t y --id id", "-t y --id k", "column.id=id in the baseline, column.id=k now"),
        ("-t y", "-t y --id id", "no column.id in the baseline, column.id=id now"),
        ("-t y -r pred=pred", "-t y -r pred=other", "column.pred=pred in the baseline, column.pred=other now"),
        ("-t y", "-t y --where w=1", "no where in the baseline, where=w=1 now"),
        ("-t y", "-t y --decimal ,", "decimal=. in the baseline, decimal=, now"),
        ("-t y", "-t y --nan drop", "nan=error in the baseline, nan=drop now"),
    ],
)
def test_another_definition_is_not_compared(lossctl: Command, was: str, now: str, part: str) -> None:
    write(o_csv=TABLE)
    assert lossctl("check", "o.csv", "-l", "mse", *was.split(), "--baseline", "b.json", "--update-baseline").code == 0
    rise = ("check", "o.csv", "--max-rise", "mse=9", "--max", "mse=2", "--baseline", "b.json")
    assert lossctl(*rise, *was.split()).code == 0
    done = lossctl(*rise, *now.split(), "--json")
    assert done.code == 3
    assert json.loads(done.out)["errors"] == [f"b.json: mse cannot be compared: the signature has {part}"]
    assert [(one["kind"], one["value"], one["status"]) for one in checks_of(done)] == [
        ("max", 1, "pass"),
        ("max_rise", 1, "error"),
    ]


@pytest.mark.parametrize("count", [4, 100])
def test_columns_of_vectors_in_another_order_are_another_definition(lossctl: Command, count: int) -> None:
    names = [f"p_{chr(97 + place % 26)}{place}" for place in range(count)]
    swapped = [names[0], *reversed(names[1:-1]), names[-1]]  # the first and the last are where they were
    rest = [f"t{place}" for place in range(count)]
    for file, columns in (("a", names), ("b", swapped)):
        write(**{f"{file}_csv": ",".join([*columns, *rest]) + " " + ",".join("1" * count + "0" * count)})
    options = ("-p", "p_*", "-t", "t*", "--max-rise", "mse=0", "--baseline", "b.json")
    assert lossctl("check", "a.csv", *options, "--update-baseline").code == 0
    assert lossctl("check", "a.csv", *options).code == 0
    assert len(results_in("b.json")[0]["signature"]) < 600
    done = lossctl("check", "b.csv", *options)
    assert done.code == 3
    assert "column.pred=p_a0" in done.err


def test_how_a_file_is_read_is_no_part_of_a_definition(lossctl: Command) -> None:
    write(a_csv="pred,y 1,0", b_csv="pred;y 1;0")
    assert lossctl("check", "a.csv", "-l", "mse", "--baseline", "b.json", "--update-baseline").code == 0
    rise = ("check", "b.csv", "--max-rise", "mse=0", "--baseline", "b.json")
    assert lossctl(*rise, "--delimiter", ";").code == 0
    Path("b.csv").write_bytes("pred;y\n1;0\n".encode("utf-16"))
    assert lossctl(*rise, "--delimiter", ";", "--encoding", "utf-16", "--input-format", "csv").code == 0


@pytest.mark.parametrize(
    ("old", "code"),
    [
        ("mse|reduction=mean|weighted=no|nan=error", 0),  # no columns
        ("mse|reduction=mean|weighted=no", 0),  # --nan was not there yet
        ("mse", 0),
        ("mse|reduction=mean|weighted=no|nan=error|delimiter=tab|encoding=latin-1", 0),  # signed once, and no part any more
        ("mse|reduction=mean|weighted=no|nan=error|missing=error|average=elements", 0),
        ("mse|reduction=mean|weighted=no|nan=error|average=rows", 3),
        ("mse|reduction=mean|weighted=no|nan=error|ignore=9", 3),
        ("mse|reduction=mean|weighted=no|nan=error|fresh=yes", 3),  # of a version to come
        ("mse|reduction=mean|weighted=no|nan=error|column.pred=pred", 3),  # a version that names columns, and no target's
        ("mae|reduction=mean|weighted=no|nan=error", 3),
    ],
)
def test_parts_that_an_older_version_lacks_count_as_their_defaults(lossctl: Command, old: str, code: int) -> None:
    write(a_csv="pred,y 1,0")
    assert lossctl("check", "a.csv", "-l", "mse", "--baseline", "b.json", "--update-baseline").code == 0
    text = re.sub(r'"signature": "[^"]*"', f'"signature": "{old}"', Path("b.json").read_text())
    Path("b.json").write_text(text)
    assert lossctl("check", "a.csv", "--max-rise", "mse=0", "--baseline", "b.json").code == code


def test_a_loss_that_has_a_new_parameter_is_compared_by_its_default(lossctl: Command) -> None:
    write(a_csv="pred,y 0.5,1")
    assert lossctl("check", "a.csv", "-l", "bce", "--baseline", "b.json", "--update-baseline").code == 0
    Path("b.json").write_text(Path("b.json").read_text().replace("|clip=0", "", 1))
    assert lossctl("check", "a.csv", "--max-rise", "bce=0", "--baseline", "b.json").code == 0
    done = lossctl("check", "a.csv", "--max-rise", "bce:clip=1e-7=0", "--baseline", "b.json", "--json")
    assert "a.csv: ce:clip=1e-07 is not in the baseline" in json.loads(done.out)["warnings"]


def test_what_was_saved_twice_with_different_values_is_no_baseline(lossctl: Command) -> None:
    Path("lossctl.toml").write_text(TWO_CHECKS.replace("a.json", "b.json"))
    write(p_csv="a,b,y 5,1,0 5,1,0")
    assert lossctl("check", "--update-baseline").code == 0
    text = re.sub(r'\|column[^"]*|"check": "[ab]", ', "", Path("b.json").read_text())  # as an older version wrote it
    Path("b.json").write_text(text)
    done = lossctl("check")
    assert done.code == 3
    assert "lossctl: error: b.json: holds 2 different results for mse\n" in done.err


def test_a_missing_baseline_leaves_absolute_limits_judged_and_says_what_makes_it(lossctl: Command) -> None:
    write(p_csv="pred,y 9,0")
    options = ("check", "p.csv", "--max", "mse=100", "--max-rise", "mse=0", "--baseline", "gone.json")
    done = lossctl(*options, "-q")
    assert done.code == 3
    assert [line.split() for line in done.out.splitlines()[2:]] == [
        ["max", "mse", "81", "<=", "100", "pass"],
        ["max_rise", "mse", "81", "+0", "error"],
    ]
    command = "lossctl check p.csv --max mse=100 --max-rise mse=0 --baseline gone.json --update-baseline"
    assert done.err == (
        f"lossctl: error: gone.json: the baseline is not there\nhint: make it: {command}\nlossctl: 1 of 2 checks failed\n"
    )
    assert lossctl(*command.split()[1:], "-q").code == 0
    assert lossctl(*options).code == 0


def test_a_fault_of_a_baseline_or_file_is_said_once(lossctl: Command) -> None:
    Path("lossctl.toml").write_text(TWO_CHECKS.replace("a.json", "b.json"))
    write(p_csv="a,b,y 5,1,0 5,1,0")
    done = lossctl("check")
    assert done.code == 3
    assert done.err.count("error:") == 1
    assert "hint: make it: lossctl check --update-baseline\nlossctl: 2 of 2 checks failed\n" in done.err
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
        ("[" * 100_000, "not a saved result of 'lossctl/result@1'"),
        ("5", "not a saved result of 'lossctl/result@1'"),
    ],
)
def test_what_holds_no_results_is_no_baseline(lossctl: Command, document: str, said: str) -> None:
    write(p_csv="pred,y 1,0")
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


def test_a_fall_from_an_infinite_baseline_passes_and_is_mentioned_and_a_rise_to_infinity_fails(lossctl: Command) -> None:
    write(inf_csv="pred,y 0,1", fine_csv="pred,y 0.5,1")
    for baseline in ("inf", "fine"):
        done = lossctl("check", f"{baseline}.csv", "-l", "bce", "--baseline", f"{baseline}.json", "--update-baseline")
        assert done.code == 0
    done = lossctl("check", "fine.csv", "--max-rise", "bce=0", "--baseline", "inf.json")
    assert done.code == 0
    assert "lossctl: warning: fine.csv: ce fell from an infinite baseline\n" in done.err
    assert lossctl("check", "inf.csv", "--max-rise", "bce=1e300", "--baseline", "fine.json").code == 1
    assert lossctl("check", "inf.csv", "--max-rise", "bce=1e300", "--baseline", "inf.json").code == 1
    assert lossctl("check", "fine.csv", "--max-change", "bce=1e300", "--baseline", "inf.json").code == 1


def test_a_prediction_file_may_have_other_usual_names_and_must_have_the_same_rows(lossctl: Command) -> None:
    write(old_csv="yhat,target 1,0 1,1", new_csv="pred,y 2,0 1,1", other_csv="pred,y 2,1 1,0", gaps_csv="pred,y ,0 1,1")
    rise = ("check", "--max-rise", "mse=1.5", "--max", "mse=9", "--json")
    done = lossctl(*rise, "new.csv", "--baseline", "old.csv")
    assert (done.code, [(one["value"], one["baseline"]) for one in checks_of(done)]) == (0, [(2, None), (2, 0.5)])
    done = lossctl(*rise, "other.csv", "--baseline", "old.csv")
    assert done.code == 3
    [error] = json.loads(done.out)["errors"]
    assert error == "other.csv row 0: the target differs from that of old.csv row 0, so these are not the same rows"
    assert verdicts(done) == [("other.csv", "max", "pass"), ("other.csv", "max_rise", "error")]
    write(hole_csv="pred,y 1,0 ,1")
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
    assert (done.code, [(one["value"], one["baseline"]) for one in checks_of(done)]) == (1, [(9, 1)])
    write(t_csv="y 0 0")
    done = lossctl("check", "t.csv", "-p", "new.npy", "-t", "y", "--max-rise", "mse=1", "--baseline", "old.npy", "--json")
    assert done.code == 2
    assert json.loads(done.out)["errors"] == ["the pred is read from new.npy, and so is that of the baseline old.npy"]


def test_an_update_writes_and_says_the_old_values_also_where_a_limit_fails(lossctl: Command) -> None:
    write(p_csv="pred,y,g 1,0,n 3,0,s")
    update = ("check", "p.csv", "--max", "mse=4", "--max-rise", "mse=0", "--baseline", "b.json", "--update-baseline")
    assert lossctl(*update, "-q").code == 1  # mse 5
    assert [one["value"] for one in results_in("b.json")] == [5]
    write(p_csv="pred,y,g 1,0,n 1,0,s")
    done = lossctl(*update)
    assert (done.code, done.err.splitlines()[-1]) == (0, "lossctl: 1 check passed")  # the rise is shown, not judged
    assert "lossctl: b.json: p.csv mse = 1 (was 5)\n" in done.err
    done = lossctl("check", "p.csv", "-l", "mae", "--baseline", "b.json", "--update-baseline")
    assert "lossctl: b.json: p.csv mae = 1 (new)\nlossctl: b.json: p.csv mse is gone\nlossctl: no limit was judged\n" in done.err
    Path("b.json").write_text('{"mine": 1}')
    done = lossctl(*update)
    assert (done.code, Path("b.json").read_text()) == (3, '{"mine": 1}')


def test_rows_are_in_the_same_order_with_and_without_an_update(lossctl: Command) -> None:
    write(p_csv="pred,y,g 1,0,n 3,0,s")
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
        [(one["kind"], one["by"]) for one in checks_of(lossctl(*options, *update))] for update in ((), ("--update-baseline",), ())
    ]
    assert orders[0] == orders[1] == orders[2]
    assert orders[0] == [(kind, by) for kind in ("max", "max_rise", "min_n") for by in (None, {"g": "n"}, {"g": "s"})]


def test_a_baseline_on_the_command_line_wins_over_that_of_the_configuration(lossctl: Command) -> None:
    Path("lossctl.toml").write_text("[[check]]\nfiles=['p.csv']\nloss='mse'\nmax_rise=0\nbaseline='loose.json'\n")
    for value, path in ((1, "strict.json"), (9, "loose.json")):
        write(p_csv=f"pred,y {value},0")
        assert lossctl("eval", "p.csv", "-l", "mse", "-o", path).code == 0
    assert lossctl("check").code == 0
    done = lossctl("check", "--baseline", "strict.json", "--json")
    assert (done.code, checks_of(done)[0]["baseline"]) == (1, 1)
    assert lossctl("check", "--baseline", "new.json", "--update-baseline").code == 0
    assert (results_in("new.json")[0]["value"], results_in("loose.json")[0]["value"]) == (81, 81)


def test_a_failing_line_says_the_change_also_in_percent_and_the_next_step(lossctl: Command) -> None:
    write(old_csv="pred,y 1,0 1,0 1,0", new_csv="pred,y 2,0 1,0 1,0")
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
    write(old_csv="pred,y 1,0 1,0 1,0", new_csv="pred,y 2,0 1,0 1,0")
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


def test_absolute_paths_are_matched_with_those_that_were_saved(lossctl: Command, tmp_path: Path) -> None:
    write(a_csv="pred,y 1,0", b_csv="pred,y 3,0")
    paths = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    assert lossctl("check", *paths, "-l", "mse", "--baseline", "two.json", "--update-baseline").code == 0
    done = lossctl("check", *reversed(paths), "--max-rise", "mse=0", "--baseline", "two.json", "--json")
    assert (done.code, [one["baseline"] for one in checks_of(done)]) == (0, [9, 1])
    write(b_csv="y 0")
    done = lossctl("check", *paths, "--max-rise", "mse=0", "--baseline", "two.json", "--json")
    assert (done.code, [one["status"] for one in checks_of(done)]) == (3, ["pass", "error"])


def test_a_baseline_that_cannot_be_written_is_exit_4_and_the_report_is_there(lossctl: Command) -> None:
    write(a_csv="pred,y 1,0")
    done = lossctl("check", "a.csv", "--max", "mse=2", "--baseline", "gone/b.json", "--update-baseline", "--json")
    assert (done.code, verdicts(done)) == (4, [("a.csv", "max", "pass")])
    assert json.loads(done.out)["errors"] == ["gone/b.json: cannot write: no such file or directory"]


def test_a_baseline_of_several_checks_gives_each_its_own_results(lossctl: Command) -> None:
    write(a_csv="pred,y 1,0", b_csv="pred,y 3,0")  # the same columns, other files
    checks = "".join(f"[[check]]\nname = '{name}'\nfiles = ['{name}.csv']\nloss = 'mse'\nmax_rise = 0\n" for name in "ab")
    Path("lossctl.toml").write_text(f"baseline = 'b.json'\n{checks}")
    assert lossctl("check", "--update-baseline").code == 0
    done = lossctl("check", "--json")
    assert (done.code, [one["baseline"] for one in checks_of(done)]) == (0, [1, 9])


def test_a_baseline_of_predictions_that_lacks_rows_of_the_run_is_refused(lossctl: Command) -> None:
    Path("t.csv").write_text("k,y\na,0\nb,0\nc,0\n")
    Path("run.csv").write_text("k,pred\na,1\nb,1\nc,3\n")
    Path("base.csv").write_text("k,pred\na,1\nb,1\n")
    options = ("-t", "t.csv:y", "--id", "k", "--missing", "drop", "--max-rise", "mse=9")
    for run, base, counts in (("run", "base", (2, 3)), ("base", "run", (3, 2))):
        done = lossctl("check", f"{run}.csv", *options, "--baseline", f"{base}.csv", "-q")
        said = f"other rows are used: {counts[0]} of the baseline's, {counts[1]} of the run's, 2 of both"
        assert (done.code, done.err.splitlines()[0]) == (3, f"lossctl: error: {base}.csv and {run}.csv: {said}")
