"""A manifest: which columns it may have, and whose files its rows name."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import Command
from tests.processes import shell


@pytest.fixture(autouse=True)
def files(tmp_path: Path, lossctl: Command) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/a.csv").write_text("y,p,w\n0,1,1\n0,3,0\n")
    (tmp_path / "a.csv").write_text("y,p,w\n0,5,1\n0,7,1\n")


def test_options_are_headed_with_their_dashes(lossctl: Command) -> None:
    Path("deep/m.csv").write_text("run,pred,target,--weight,--reduction,--loss\na,a.csv:p,y,w,sum,mae\nb,a.csv:p,y,,,\n")
    done = lossctl("batch", "--manifest", "deep/m.csv", "-l", "mse", "-b", "-q")
    assert done.out.split() == ["1", "5"]  # without the weight 4, as a mean without it 2
    Path("deep/m.jsonl").write_text(
        '{"pred": "a.csv", "--pred": null, "--where": ["w=1", "p=1"]}\n'.replace('"--pred": null, ', "")
    )
    assert lossctl("batch", "--manifest", "deep/m.jsonl", "-l", "mse", "-p", "p", "-t", "y", "-b", "-q").out == "1\n"


def test_paths_of_a_manifest_begin_at_it_and_those_of_the_command_line_in_the_working_directory(lossctl: Command) -> None:
    """Both folders hold both files: the wrong one gives another plausible number."""
    Path("t.csv").write_text("y\n1\n1\n")
    Path("deep/t.csv").write_text("y\n3\n3\n")
    Path("deep/m.csv").write_text("run,pred,target\nhere,a.csv:p,t.csv:y\n")
    assert lossctl("batch", "--manifest", "deep/m.csv", "-l", "mae", "-b", "-q").out == "1\n"
    Path("deep/m.csv").write_text("run,pred\nhere,a.csv:p\n")
    assert lossctl("batch", "--manifest", "deep/m.csv", "-t", "t.csv:y", "-l", "mae", "-b", "-q").out == "1\n"
    assert lossctl("batch", "--manifest", "deep/m.csv", "-t", "deep/t.csv:y", "-l", "mse", "-b", "-q").out == "2\n"


def test_a_vector_lies_where_the_loss_that_names_it_is_written(lossctl: Command) -> None:
    np.save("w.npy", np.array([100.0, 100.0]))
    np.save("deep/w.npy", np.array([1.0, 1.0]))
    Path("deep/c.csv").write_text("y,p\n0,0.5\n1,0.5\n")
    Path("deep/m.csv").write_text('pred,target,--loss\nc.csv:p,y,"ce:class_weight=@w.npy"\n')
    done = lossctl("batch", "--manifest", "deep/m.csv", "-b", "-q", "-l", "ce:class_weight=@w.npy")
    assert done.value == 0.6931471805599453
    Path("deep/m.csv").write_text("pred,target\nc.csv:p,y\n")
    done = lossctl("batch", "--manifest", "deep/m.csv", "-b", "-q", "-l", "ce:class_weight=@w.npy")
    assert done.value == 69.31471805599453


def test_empty_lines_at_the_end_are_no_rows(lossctl: Command) -> None:
    Path("m.csv").write_text("run,pred\na,a.csv\n\n\n")
    done = lossctl("batch", "--manifest", "m.csv", "-l", "mse", "-p", "p", "-t", "y", "-b", "-q")
    assert (done.code, done.out) == (0, "37\n")


@pytest.mark.parametrize(
    "typed",
    [
        "cat m.csv | lossctl batch --manifest -",
        "cat m.csv | lossctl batch --manifest /dev/stdin",
        "lossctl batch --manifest <(cat m.csv)",
        "mkfifo deep/pipe; cat m.csv > deep/pipe & lossctl batch --manifest deep/pipe",
    ],
)
def test_paths_of_a_manifest_that_comes_through_a_pipe_begin_in_the_working_directory(typed: str, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("run,pred,target,lr\nA,a.csv:p,y,0.1\n")
    done = shell(f"{typed} -l mse -f csv -q", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "rank,run,lr,mse,error\n1,A,0.1,37,\n", "")


@pytest.mark.parametrize(
    "text",
    [
        "run\tpred\ttarget\nA\ta.csv:p\ty\n",
        '{"run": "A", "pred": "a.csv:p", "target": "y"}\n',
        '[{"run": "A", "pred": "a.csv:p", "target": "y"}]',
    ],
)
def test_a_manifest_without_an_ending_is_what_its_text_shows(text: str, tmp_path: Path) -> None:
    (tmp_path / "m").write_text(text)
    for typed in ("cat m | lossctl batch --manifest -", "lossctl batch --manifest m"):
        done = shell(f"{typed} -l mse -f csv -q", tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "rank,run,mse,error\n1,A,37,\n", "")


def test_a_fault_of_a_manifest_from_standard_input_is_said_of_it(tmp_path: Path) -> None:
    done = shell("printf 'run,pred,--weigt\nA,a.csv,w\n' | lossctl batch --manifest - -l mse", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "lossctl: error: <stdin> line 1: unknown column '--weigt'; did you mean '--weight'?\n"


def test_a_manifest_is_a_document_or_a_parquet_file_too(lossctl: Command) -> None:
    """The weight, the paths and the order of each differ from those of the other rows: 1, 5, 37."""
    command = ("batch", "-l", "mse", "-p", "p", "-t", "y", "-f", "csv", "-q", "--manifest")
    board = "rank,run,epoch,mse,error\n1,one,2,1,\n2,two,1,5,\n3,three,,37,\n"
    runs: dict[str, list[Any]] = {
        "run": ["three", "two", "one"],
        "pred": ["../a.csv", "a.csv", "a.csv"],
        "--weight": [None, None, "w"],
    }
    runs["epoch"] = [None, 1, 2]
    Path("deep/m.json").write_text(json.dumps([dict(zip(runs, row, strict=True)) for row in zip(*runs.values(), strict=True)]))
    assert lossctl(*command, "deep/m.json").out == board
    pq.write_table(pa.table(runs), "deep/m.parquet")
    assert lossctl(*command, "deep/m.parquet").out == board
    dates = pa.array([datetime.date(2026, 3, day) for day in (1, 2, 3)])
    pq.write_table(pa.table(runs).append_column("day", dates), "deep/m.parquet")
    assert lossctl(*command, "deep/m.parquet").out.splitlines()[1].startswith("1,one,2,2026-03-03,1,")


def test_what_goes_along_with_a_run_that_fails_stands_in_the_long_table_too(lossctl: Command) -> None:
    Path("m.csv").write_text("run,pred,target,epoch\na,a.csv:p,y,3\nb,gone.csv:p,a.csv:y,4\n")
    done = lossctl("batch", "--manifest", "m.csv", "-l", "mse", "--long", "-f", "csv", "-q")
    assert done.out.splitlines() == [
        "rank,run,loss,value,n,weight,mean,sum,std,min,max,epoch,error",
        "1,a,mse,37,2,2,37,74,12,25,49,3,",
        ",b,,,,,,,,,,4,gone.csv: cannot be read: no such file",
    ]
