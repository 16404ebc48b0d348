"""`lossctl.toml` and `[tool.lossctl]`: checks as data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lossctl.losses.declaration import loss
from tests.conftest import Command
from tests.processes import shell

TOML = """\
baseline = "metrics/main.json"
[[check]]
name = "overall"
files = ["preds/test.csv"]
loss = "mse"
max = 5
max_rise = "1%"
[[check]]
name = "by region"
files = "preds/test.csv"
loss = "huber:delta=1.5"
by = "region"
max = 0.4
min_n = 1
severity = "warn"
"""
CHECK = "[[check]]\nfiles = ['preds/test.csv']\nloss = 'mse'\nmax = 5\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path) -> None:
    for folder in ("preds", "metrics", "deep/er"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "preds/test.csv").write_text("y_true,y_pred,region\n0,1,n\n0,2,s\n0,3,n\n")
    (tmp_path / "lossctl.toml").write_text(TOML)


def test_the_checks_of_the_nearest_file_run_with_paths_from_it(
    lossctl: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lossctl("check", "--update-baseline").code == 0
    for folder in (tmp_path, tmp_path / "deep/er"):
        monkeypatch.chdir(folder)
        done = lossctl("check", "--json")
        found = json.loads(done.out)
        assert done.code == 0
        assert {run["run"] for run in found["runs"]} == {"preds/test.csv"}
        assert [check["name"] for check in found["checks"]] == ["overall"] * 2 + ["by region"] * 6
        assert done.err.splitlines()[-1] == "lossctl: all 5 checks passed (3 warnings)"


def test_a_pyproject_without_the_table_is_passed_over(lossctl: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep/pyproject.toml").write_text("[project]\nname = 'x'\n")
    monkeypatch.chdir(tmp_path / "deep/er")
    assert lossctl("check").code == 3  # the upper file's baseline is missing
    (tmp_path / "deep/pyproject.toml").write_text(
        "[tool.lossctl]\n[[tool.lossctl.check]]\nfiles = ['../preds/test.csv']\nloss = 'mse'\nmax = 1\n"
    )
    done = lossctl("check")
    assert (done.code, done.err.splitlines()[-1]) == (1, "lossctl: 1 of 1 check failed")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("min_n = 1", "min_nn = 1", "unknown key 'min_nn' in check 2; did you mean 'min_n'?"),
        ("baseline =", "base_line =", "unknown key 'base_line' at top level; did you mean 'baseline'?"),
        ("max = 5", "max = true", "check 1: max is a number"),
        ('severity = "warn"', 'severity = "mild"', "check 2: severity is error or warn, not 'mild'"),
        ('loss = "mse"', 'loss = "msee"', "unknown loss 'msee'; did you mean 'mse'?"),
        ('loss = "mse"', 'loss = "mse,mae"', "check 'overall' is about 2 losses; one loss a check"),
        ('loss = "mse"\n', "", 'check 1: loss = "..." is missing; each check is about one loss'),
        ("max = 0.4\nmin_n = 1\n", "", "check 'by region' has no limit"),
        ("max = 5", "pool = 1", "check 1: pool is true or false"),
        ("max = 5", 'max = 5\nfrom = "logit"', "check 1: --from has no 'logit'; did you mean 'logits'?"),
        ("max = 5", "max = 5\nclass_axis = 2", "check 1: --class-axis has no '2'; one of 1, -1"),
        ("[[check]]\nname = \"overall\"", "[check]\nname = \"overall\"", "not TOML"),
        ("max = 5", "max =", "not TOML"),
    ],
)  # fmt: skip
def test_a_key_or_value_that_does_not_fit_is_exit_2_and_named(lossctl: Command, old: str, new: str, said: str) -> None:
    path = Path("lossctl.toml")
    path.write_text(path.read_text().replace(old, new, 1))
    done = lossctl("check")
    assert done.code == 2, done.err
    assert said in done.err


def test_a_configuration_that_is_too_large_is_refused(lossctl: Command) -> None:
    Path("lossctl.toml").write_text("#" * 2**21)
    assert lossctl("check").code == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--reduction", "sum"], "--reduction"),
        (["-l", "mae"], "--loss"),
        (["-t", "y_true", "--by", "region"], "--target, --by"),
        (["--pool"], "--pool"),
        (["--config", "lossctl.toml", "preds/test.csv"], "PRED"),
        (["--config", "lossctl.toml", "--max", "mse=1"], "--max"),
        (["--config", "lossctl.toml", "--min", "mse=1"], "--min"),
        (["--config", "lossctl.toml", "--max-rise", "mse=1"], "--max-rise"),
        (["--config", "lossctl.toml", "--max-change", "mse=1"], "--max-change"),
        (["--config", "lossctl.toml", "--min-n", "5"], "--min-n"),
        (["--config", "lossctl.toml", "-p", "y_pred"], "--pred"),
    ],
)
def test_what_a_configuration_says_is_not_said_beside_it(lossctl: Command, options: list[str], said: str) -> None:
    Path("lossctl.toml").write_text("[[check]]\nfiles = ['preds/test.csv']\nloss = 'mse'\nmax = 13\n")
    assert lossctl("check").code == 0  # 14/3, whose sum is 14
    done = lossctl("check", *options)
    assert done.code == 2
    assert f"lossctl.toml: {said} beside a configuration, which says what is judged\n" in done.err


def test_init_writes_checks_that_pass_and_never_over_a_file(lossctl: Command) -> None:
    assert lossctl("init", "preds/test.csv").code == 2
    Path("preds/test.csv").write_text("y_true,y_pred\n0.5,1\n0.5,2\n")
    Path("lossctl.toml").unlink()
    Path("p.csv").write_text("label,score\n1,0.9\n0,0.2\n")
    done = lossctl("init", "preds/test.csv", "p.csv")
    assert (done.code, done.out) == (0, "")
    assert 'loss = "mse"\nmax = 1.38   # now 1.25' in Path("lossctl.toml").read_text()
    assert 'loss = "ce"' in Path("lossctl.toml").read_text()
    assert lossctl("check").code == 0
    before = Path("lossctl.toml").read_bytes()
    done = lossctl("init", "p.csv")
    assert (done.code, done.err) == (2, "lossctl: error: lossctl.toml: it is there already; --force writes it anew\n")
    assert Path("lossctl.toml").read_bytes() == before
    assert lossctl("init", "p.csv", "--force").code == 0
    assert "preds/test.csv" not in Path("lossctl.toml").read_text()


def test_init_without_files_writes_nothing_and_shows_an_example(lossctl: Command) -> None:
    Path("lossctl.toml").unlink()
    done = lossctl("init")
    assert (done.code, done.out, done.err) == (
        2,
        "",
        "lossctl: error: no prediction file: a check is about one\n"
        "hint: lossctl init preds/test.csv -t truth.csv:y -l mse; data options as for eval\n",
    )
    assert not Path("lossctl.toml").exists()


@pytest.mark.parametrize(
    "options",
    [
        "a.csv -t t.csv:y --id id -l mse,ce --from probs --by g",
        "a.csv b.csv -t t.csv:y --in-order -l mae --where g=u --reduction p90",
        "a.csv b.csv --pool -l mse -t w",
        "-p a.npy -t b.npy -l mse",
        "a.csv -t neg -l bias_test",
        "d/a.csv a.csv -t w -l mse",
    ],
)
def test_what_init_writes_with_data_options_check_passes(options: str, lossctl: Command) -> None:
    @loss
    def bias_test(pred, target):  # type: ignore[no-untyped-def]
        """Signed error.

        pred - target
        """
        return pred - target

    Path("lossctl.toml").unlink()
    Path("d").mkdir()
    for name in ("a", "b", "d/a"):
        Path(f"{name}.csv").write_text("id,g,pred,w,neg\n2,u,0.25,1,7\n1,v,0.5,3,8\n3,u,0.75,1,9\n")
    Path("t.csv").write_text("id,y\n1,0\n2,1\n3,1\n")
    np.save("a.npy", np.arange(3.0))
    np.save("b.npy", np.ones(3))
    assert lossctl("init", *options.split()).code == 0
    done = lossctl("check")
    assert (done.code, "no limit" in done.err) == (0, False), done.err


@pytest.mark.parametrize(
    ("words", "limits"),
    [
        ("-l given:better=high", ["min = 0.225   # now 0.25"]),
        ("-l given:better=high --by g", ["min = 0.0675   # now 0.075 at least"]),
        ("-l given", ["max = 0.275   # now 0.25"]),
        ("-l bias -p low -t pred", ["max = 0.33   # now -0.3", "min = -0.33   # now -0.3"]),
        ("-l bias -p low -t pred --by g", ["max = 0.385   # now -0.2 at most", "min = -0.385   # now -0.35 at least"]),
    ],
)
def test_init_limits_the_side_where_values_are_worse(words: str, limits: list[str], lossctl: Command) -> None:
    Path("lossctl.toml").unlink()
    Path("s.csv").write_text("g,value,pred,low\nu,0.5,1,0.5\nu,0.175,2,1.8\nv,0.075,3,2.8\n")
    assert lossctl("init", "s.csv", *words.split()).code == 0
    written = Path("lossctl.toml").read_text().splitlines()
    assert [line for line in written if line.startswith(("max =", "min ="))] == limits
    assert lossctl("check").code == 0


def test_init_says_what_a_file_lacks_and_writes_nothing(lossctl: Command) -> None:
    Path("lossctl.toml").unlink()
    Path("w.csv").write_text("y_true,y_pred\nyes,0.5\nno,0.25\n")
    done = lossctl("init", "w.csv")
    assert done.code == 3
    assert done.err.endswith("hint: name the loss, and say what the file needs, as for eval: -l ce --positive LABEL\n")
    assert not Path("lossctl.toml").exists()
    assert lossctl("init", "w.csv", "-l", "ce", "--positive", "yes").code == 0
    assert 'positive = "yes"' in Path("lossctl.toml").read_text()
    assert lossctl("check").code == 0
    Path("inf.csv").write_text("y_true,y_prob\n1,0\n0,0\n")
    done = lossctl("init", "inf.csv", "-l", "ce", "--force")
    assert (done.code, done.err.splitlines()[0]) == (3, "lossctl: error: inf.csv: ce = inf, which no limit keeps")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("pyproject.toml", "tool = 5\n", "pyproject.toml: tool is a table, and is given as '5'"),
        ("pyproject.toml", "[tool]\nlossctl = 5\n", "pyproject.toml: tool.lossctl is a table, and is given as '5'"),
        ("pyproject.toml", "[[tool.lossctl]]\nname = 'x'\n", "tool.lossctl is a table, and is given as '[{'name': 'x'}]'"),
        ("lossctl.toml", "check = 5\n", "check is a list of tables: [[check]]"),
        ("lossctl.toml", "check = [5]\n", "check is a list of tables: [[check]]"),
        ("lossctl.toml", CHECK.replace("'preds/test.csv'", r'"a\u0000b"'), r"check 1: files holds a NUL character: 'a\x00b'"),
        ("lossctl.toml", CHECK.replace("'preds/test.csv'", "['a']"), "check 1: files is a text or a list of texts"),
        ("lossctl.toml", CHECK.replace("'preds/test.csv'", "3"), "check 1: files is a text or a list of texts"),
        ("lossctl.toml", CHECK.replace("'preds/test.csv'", "'preds/test.csv', 1"), "check 1: files is a text or a list of texts"),
        ("lossctl.toml", CHECK.replace("max = 5", "max = '0.1'"), "check 1: max is a number, without quotes: max = 0.1"),
        ("lossctl.toml", CHECK + "min = '0'", "check 1: min is a number, without quotes: min = 0"),
        ("lossctl.toml", CHECK + "min_n = '5'", "check 1: min_n is a number, without quotes: min_n = 5"),
        ("lossctl.toml", CHECK + "undecided = 'maybe'", "check 1: --undecided has no 'maybe'; one of pass, warn, fail"),
        ("lossctl.toml", CHECK.replace("'mse'", "['mse']"), 'check 1: loss = "..." is missing'),
        ("lossctl.toml", CHECK.replace("'mse'", "5"), 'check 1: loss = "..." is missing'),
        ("lossctl.toml", CHECK + r'name = "a\u0000b"', r"check 1: name holds a NUL character: 'a\x00b'"),
        ("lossctl.toml", CHECK + "name = ['x']", "check 1: name is a text"),
        ("lossctl.toml", CHECK + r'baseline = "a\u0000b"', r"check 1: baseline holds a NUL character: 'a\x00b'"),
        ("lossctl.toml", CHECK + "baseline = [1]", "check 1: baseline is a text"),
        ("lossctl.toml", CHECK + "target = {a = 1}", "check 1: target is a text or a list of texts"),
        ("lossctl.toml", CHECK + "target = 1979-05-27", "check 1: target is a text or a list of texts"),
        ("lossctl.toml", CHECK + "severity = [1]", "check 1: severity is error or warn, not '[1]'"),
        ("lossctl.toml", CHECK.replace("max = 5", "max = [5]"), "check 1: max is a number"),
        ("lossctl.toml", CHECK.replace("max = 5", "max = inf"), "check 1: max of mse is a number, not 'inf'"),
        ("lossctl.toml", CHECK.replace("max = 5", "max = nan"), "check 1: max of mse is a number, not 'nan'"),
        (
            "lossctl.toml",
            CHECK.replace("max = 5", "max = '5%'"),
            "check 1: max of mse is a number, not '5%'\n"
            "hint: if it is of a baseline's value: max_rise = \"5%\" with a baseline; if that is 0.05: max = 0.05\n",
        ),
        ("lossctl.toml", CHECK.replace("max = 5", "max = 1e400"), "check 1: max of mse is a number, not 'inf'"),
        ("lossctl.toml", CHECK.replace("max = 5", "max = 1" + "0" * 400), "check 1: max is too large"),
        ("lossctl.toml", CHECK.replace("max = 5", "max = 1" + "0" * 5000), "not TOML"),
        ("lossctl.toml", CHECK.replace("max = 5", "a" + ".a" * 5000 + " = 1"), ""),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_exit_2(lossctl: Command, name: str, text: str, said: str) -> None:
    Path("lossctl.toml").unlink()
    Path(name).write_text(text)
    done = lossctl("check")
    assert done.code == 2, done.err
    assert said in done.err
    assert len(done.err) < 620


def test_a_byte_order_mark_is_no_fault(lossctl: Command) -> None:
    Path("lossctl.toml").write_text("\ufeff" + CHECK, encoding="utf-8")
    assert lossctl("check").code == 0


def test_what_an_undecided_limit_is_stands_in_the_configuration_too(lossctl: Command) -> None:
    Path("lossctl.toml").write_text("undecided = 'warn'\nconfidence = 0.95\n" + CHECK.replace("max = 5", "max = 4.5"))
    done = lossctl("check")
    assert (done.code, done.err.splitlines()[-1]) == (0, "lossctl: no check failed (1 warning)"), done.err
    assert lossctl("check", "--undecided", "fail").code == 1
    Path("lossctl.toml").write_text("confidence = 0.95\n" + CHECK.replace("max = 5", "max = 4.5\nundecided = 'fail'"))
    assert lossctl("check").code == 1


def test_a_minimum_is_a_limit_too(lossctl: Command) -> None:
    Path("lossctl.toml").write_text(CHECK.replace("max = 5", "min = 5"))
    done = lossctl("check")
    assert (done.code, done.err.splitlines()[-2]) == (1, "lossctl: check 1: mse = 4.66667 is below the limit 5")


def test_a_vector_lies_beside_the_configuration_that_names_it(
    lossctl: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of the working directory would give 69.3."""
    np.save("w.npy", np.array([1.0, 1.0]))
    np.save("deep/w.npy", np.array([100.0, 100.0]))
    Path("c.csv").write_text("p,y\n.5,0\n.5,1\n")
    Path("c.toml").write_text('[[check]]\nfiles = ["c.csv"]\npred = "p"\nloss = "ce:class_weight=@w.npy"\nmax = 1\n')
    for folder, path in (("deep", "../c.toml"), (".", "c.toml")):
        monkeypatch.chdir(tmp_path / folder)
        done = lossctl("check", "--config", path, "--json")
        (result,) = json.loads(done.out)["runs"][0]["results"]
        assert (done.code, result["loss"], result["value"]) == (0, "ce:class_weight=@w.npy", 0.6931471805599453)


def test_a_baseline_of_the_command_line_lies_where_it_is_typed(
    lossctl: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That beside the configuration is of another value, from which there is no rise."""
    Path("lossctl.toml").write_text("[[check]]\nfiles = 'preds/test.csv'\nloss = 'mse'\nmax_rise = 0\n")
    assert lossctl("eval", "preds/test.csv", "-l", "mse", "-o", "base.json", "-q").code == 0
    Path("small.csv").write_text("y_true,y_pred\n0,1\n0,1\n0,1\n")
    monkeypatch.chdir(tmp_path / "deep")
    assert lossctl("eval", "../small.csv", "-l", "mse", "-o", "base.json", "-q").code == 0
    assert lossctl("check", "--baseline", "../base.json", "-q").code == 0
    assert lossctl("check", "--baseline", "base.json", "-q").code == 1


@pytest.mark.parametrize("typed", ["lossctl check --config <(cat c.toml)", "cat c.toml | lossctl check --config /dev/stdin"])
def test_paths_of_a_configuration_that_comes_through_a_pipe_begin_in_the_working_directory(typed: str, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("y_true,y_pred\n1,3\n")
    (tmp_path / "c.toml").write_text('baseline = "b.json"\n[[check]]\nfiles = ["p.csv"]\nloss = "mse"\nmax_rise = 0\n')
    assert shell(f"{typed} --update-baseline -q", tmp_path).returncode == 0
    (tmp_path / "p.csv").write_text("y_true,y_pred\n1,4\n")
    done = shell(f"{typed} -q", tmp_path)
    assert (done.returncode, done.stderr) == (1, "lossctl: 1 of 1 check failed\n")
