"""Nothing heavy is imported for what does not need it, be it by way of another package: each command in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.processes import python

HEAVY = ("numpy", "pandas", "pyarrow", "pyarrow.compute", "rich", "pydantic", "matplotlib", "distributed", "typer")


def run(program: str, cwd: Path) -> set[str]:
    """Which heavy packages are there when a program ends."""
    program += f"\nimport sys; sys.stderr.write('imported: ' + ','.join(name for name in {HEAVY!r} if name in sys.modules))\n"
    done = python(program, cwd)
    assert done.returncode == 0, done.stderr
    return set(filter(None, done.stderr.rsplit("imported: ", 1)[1].split(",")))


def imported(command: str, cwd: Path, code: int = 0) -> set[str]:
    """Which heavy packages a command imports."""
    return run(f"import lossctl.cli\nassert lossctl.cli.run({command.split()!r}) == {code}", cwd)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Small files of every kind that Python and NumPy can write."""
    (tmp_path / "a.csv").write_text("id,g,y_true,y_pred\na,u,1,2\nb,v,3,5\nc,u,2,2\n")
    (tmp_path / "b.csv").write_text("id,g,y_true,y_pred\nb,v,3,4\na,u,1,2\nc,u,2,7\n")
    (tmp_path / "words.csv").write_text("label,prob_a,prob_b\na,0.5,0.5\nb,0.25,0.75\n")
    (tmp_path / "a.jsonl").write_text('{"y_true": 1, "y_pred": 2}\n{"y_true": 3, "y_pred": 2}\n')
    (tmp_path / "large.csv").write_text("y_true,y_pred\n" + "1.25,2.5\n" * 500_000)
    (tmp_path / "large.jsonl").write_text('{"y_true": 1, "y_pred": 2}\n' * 20_000)
    (tmp_path / "middle.csv").write_text("y_true,y_pred\n" + "1.25,2.5\n" * 200_000)
    (tmp_path / "long.csv").write_text("id,y_true,y_pred\n" + "".join(f"k{row},1.25,{row}.5\n" for row in range(20_000)))
    np.save(tmp_path / "a.npy", np.arange(3.0))
    np.savez(tmp_path / "a.npz", y_true=np.arange(3.0), y_pred=np.ones(3))
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("--version", 0),
        ("-h", 0),
        ("eval -h", 0),
        ("losses", 0),
        ("losses triplet", 0),
        ("losses --json", 0),
        ("losses hubr", 2),
        ("eval preds.csv", 2),
        ("eval preds.csv -l hubr", 2),
        ("eval preds.csv -l huber:delta=-1", 2),
        ("eval preds.csv -l mse --nope", 2),
        ("eval preds.csv -l mse --reduction median", 2),
        ("evl", 2),
    ],
)
def test_listings_help_and_usage_errors_import_nothing_heavy(command: str, code: int, tmp_path: Path) -> None:
    assert imported(command, tmp_path, code) <= {"typer"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        "eval a.csv -l mse -b",
        "eval middle.csv -l mse -b",
        "eval a.csv -l mse,huber --json",
        "eval a.csv -l mse --reduction p50 -f csv",
        "eval a.npy -t a.npy -l mse -b",
        "eval a.npz -l mse -f md",
        "eval a.jsonl -l mse -b",
        "eval a.csv -l mse --save-samples costs.npy -b",
        "check a.csv --max mse=9 -f junit",
        "batch a.csv -l mse -o r.jsonl",
    ],
)
def test_small_files_of_numbers_need_numpy_alone_and_no_typer(command: str, folder: Path) -> None:
    assert imported(command, folder) == {"numpy"}


ARROW = {"numpy", "pyarrow"}  # and not pyarrow.compute, which takes as long as the rest of it


# What else a command may import. No row names pandas: `to_frame` alone makes DataFrames.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "may"),
    [
        ("eval large.csv -l mse -b", ARROW),
        ("eval large.jsonl -l mse -b", ARROW),
        ("eval a.csv -l mse --by g -b", ARROW),
        ("eval a.csv -l mse --worst 2 --keep id,g -f csv", ARROW),
        ("eval a.csv -l mse --per-sample -f csv", ARROW),
        ("eval words.csv -l ce -p prob_* -b", ARROW),
        ("eval b.csv -t a.csv:y_true --id id -l mse -b", ARROW),
        ("compare a.csv b.csv --id id -l mse --json", ARROW),
        ("eval a.csv -l mse --save-samples costs.csv --keep id -b", ARROW),
        ("eval a.csv -l mse --save-samples costs.jsonl --keep id -b", ARROW),
        ("eval a.csv -l mse --save-samples costs.parquet -b", ARROW),
        ("eval a.csv -l mse -o a.parquet -b", ARROW),
        ("eval long.csv -l mse --per-sample -f csv", ARROW),
        ("eval long.csv -l mse --save-samples costs.csv --keep id -b", ARROW),
        ("eval long.csv -l mse,mae --save-samples costs.jsonl --keep id -b", ARROW),
        ("eval a.csv -l mse -f table", {"numpy"}),
        ("check a.csv --max mse=9", {"numpy"}),
    ],
)
def test_a_command_imports_only_what_it_needs(command: str, may: set[str], folder: Path) -> None:
    assert imported(command, folder) <= may


@pytest.mark.slow
def test_parquet_and_arrow_files_need_pyarrow_and_not_pandas(folder: Path) -> None:
    made = "import pyarrow as pa, pyarrow.parquet as pq, pyarrow.feather as feather\n"
    made += "import datetime\ndays = [datetime.date(2024, 5, 1), None]\n"
    made += "table = pa.table({'g': ['u', None], 'd': days, 'y_true': [1.0, 3.0], 'y_pred': [2.0, 5.0]})\n"
    made += "pq.write_table(table, 'a.parquet'); feather.write_feather(table, 'a.arrow', compression='uncompressed')"
    subprocess.run([sys.executable, "-c", made], cwd=folder, check=True)
    for name in ("a.parquet", "a.arrow"):
        assert imported(f"eval {name} -l mse --by g,d -b", folder) == ARROW


def test_looking_at_words_needs_no_pandas(tmp_path: Path) -> None:
    program = "from lossctl.columns.arrow_words import ArrowWords, strings\nwords = ArrowWords(strings(['b', '', 'a', 'b']))\n"
    program += "assert words.blank().tolist() == [False, True, False, False]\n"
    program += "assert words.find(ArrowWords(strings(['a', 'c']))).tolist() == [2, -1]"
    assert run(program, tmp_path) == ARROW


def test_the_package_itself_imports_nothing_heavy(tmp_path: Path) -> None:
    assert run("import lossctl; lossctl.LOSSES; lossctl.loss; lossctl.LossctlError", tmp_path) == set()


PYTHON = "import numpy as np, lossctl\nresult = lossctl.evaluate({}, loss='mse')\nassert result.value == 4"


@pytest.mark.parametrize("data", ["np.ones(3), np.full(3, 3.0)", "'p.csv'"])
def test_python_needs_numpy_and_no_command_line(data: str, folder: Path) -> None:
    (folder / "p.csv").write_text("y_true,y_pred\n1,3\n")
    program = f"{PYTHON.format(data)}\nimport sys\nassert not {{'numpy.ma', '_hashlib'}} & {{*sys.modules}}"
    assert run(program, folder) == {"numpy"}


@pytest.mark.slow
def test_pandas_comes_with_a_frame_and_not_before(folder: Path) -> None:
    program = PYTHON.format("np.ones(3), np.full(3, 3.0)")
    program += (
        "\nimport sys\nassert 'pandas' not in sys.modules\nresult.to_dict(), result.samples\nassert 'pandas' not in sys.modules"
    )
    assert "pandas" in run(f"{program}\nresult.to_frame()", folder)


def test_a_loss_of_the_first_family_does_not_wait_for_the_others(folder: Path) -> None:
    command = "import lossctl.cli, sys\nassert lossctl.cli.run('eval a.csv -l mse -q'.split()) == 0\n"
    run(command + "assert 'lossctl.losses.kernels.boxes' not in sys.modules", folder)
    run(
        "import lossctl, sys\nassert lossctl.LOSSES['giou'].name == 'giou'\nassert 'lossctl.losses.kernels.boxes' in sys.modules",
        folder,
    )


def test_an_array_waits_for_no_reader_of_another_format(folder: Path) -> None:
    command = "import lossctl.cli, sys\nassert lossctl.cli.run('eval a.npy -t a.npy -l mse -b -q'.split()) == 0\n"
    readers = "{name.split('.')[2] for name in sys.modules if name.startswith('lossctl.formats.') and name.count('.') == 3}"
    run(
        f"{command}assert {readers} == {{'numpy'}}, {readers}\nassert not {{'csv', 'glob', 'threading'}} & {{*sys.modules}}",
        folder,
    )
