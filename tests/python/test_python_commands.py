"""The functions give what the commands give, to the bit, print nothing and raise the same errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lossctl as package
from lossctl import LossctlError
from tests.conftest import Command

RNG = np.random.default_rng(11)
TARGET = RNG.normal(size=300)
PREDS = {name: TARGET + noise * RNG.normal(size=300) for name, noise in (("a", 0.3), ("b", 0.4), ("c", 0.2))}
WEIGHT = RNG.random(300)
GROUP = RNG.integers(0, 3, 300)


@pytest.fixture
def folder(here: Path) -> Path:
    np.save("y.npy", TARGET)
    np.save("w.npy", WEIGHT)
    for name, pred in PREDS.items():
        np.save(f"{name}.npy", pred)
        columns = zip(pred.tolist(), TARGET.tolist(), WEIGHT.tolist(), GROUP.tolist(), strict=True)
        rows = [f"{row},{p!r},{y!r},{w!r},{g}" for row, (p, y, w, g) in enumerate(columns)]
        Path(f"{name}.csv").write_text("\n".join(["id,pred,y,w,g", *rows]))
    return here


def call(command: str, arguments: str, **keywords: Any) -> Any:
    name = "evaluate" if command == "eval" else command
    return getattr(package, name)(*([arguments.split()] if command == "batch" else arguments.split()), **keywords)


SAME: list[tuple[str, str, str, dict[str, Any]]] = [
    (
        "eval",
        "a.csv",
        "-l mse,mae -w w --by g --worst 2 --keep id --per-sample",
        {"loss": ["mse", "mae"], "weight": "w", "by": "g", "worst": 2, "keep": "id"},
    ),
    (
        "compare",
        "a.csv b.csv c.csv",
        "-l mse,mae --id id --by g --worst 2",
        {"loss": "mse,mae", "id": "id", "by": "g", "worst": 2},
    ),
    (
        "compare",
        "a.npy b.npy",
        "-l mse -t y.npy -w w.npy --method t",
        {"loss": "mse", "target": "y.npy", "weight": "w.npy", "method": "t"},
    ),
    (
        "check",
        "a.csv",
        "--max mse=0.05 --max mae=1 --min-n 10 --by g",
        {"max": ["mse=0.05", "mae=1"], "min_n": 10, "by": "g"},
    ),
    (
        "check",
        "a.csv",
        "-l mse --max-rise 1% --baseline b.csv --confidence 0.9",
        {"loss": "mse", "max_rise": "1%", "baseline": "b.csv", "confidence": 0.9},
    ),
    ("check", "nope.csv", "--max mse=1", {"max": "mse=1"}),
    ("batch", "a.csv b.csv nope.csv c.csv", "-l mse,mae --sort mae", {"loss": "mse,mae", "sort": "mae"}),
]


@pytest.mark.parametrize(("command", "files", "options", "keywords"), SAME)
def test_documents_are_those_of_the_commands(
    folder: Path,
    lossctl: Command,
    capfdbinary: pytest.CaptureFixture[bytes],
    command: str,
    files: str,
    options: str,
    keywords: dict[str, Any],
) -> None:
    expected = json.loads(lossctl(command, *files.split(), *options.split(), "--json").out)
    found = call(command, files, **keywords)
    assert capfdbinary.readouterr() == (b"", b"")
    assert found.to_dict() == expected


def test_arrays_are_what_files_of_them_are(folder: Path) -> None:
    data: dict[str, Any] = {"target": TARGET, "weight": WEIGHT, "loss": "mse"}
    files: dict[str, Any] = {"target": "y.npy", "weight": "w.npy", "loss": "mse"}
    of_arrays, of_files = package.compare(PREDS, **data), package.compare("a.npy", "b.npy", "c.npy", **files)
    for one, other in zip(of_arrays.comparisons, of_files.comparisons, strict=True):
        assert (one.difference, one.low, one.high, one.p_value) == (other.difference, other.low, other.high, other.p_value)
    assert list(package.batch(PREDS, **data).values.items()) == [
        (name.removesuffix(".npy"), value) for name, value in package.batch("[abc].npy", **files).values.items()
    ]
    checked = [
        package.check(pred, max_rise="0%", baseline="b.npy", **options)
        for pred, options in (("a.npy", files), (PREDS["a"], data))
    ]
    assert [[(check.value, check.baseline, check.change, check.status) for check in found.checks] for found in checked] == [
        [(checked[0].checks[0].value, package.evaluate("b.npy", **files).value, checked[0].checks[0].change, "pass")]
    ] * 2
    assert not package.check(PREDS["b"], TARGET, "mse", max_rise="0%", baseline="a.npy").ok


def test_a_baseline_of_predictions_is_never_what_is_judged(folder: Path) -> None:
    """As an array in the role pred, the predictions would be their own baseline: a rise of 0."""
    (found,) = package.check(None, TARGET, "mse", role={"pred": PREDS["b"]}, max_rise="0%", baseline="c.npy").checks
    assert (found.value, found.baseline) == tuple(package.evaluate(PREDS[name], TARGET, "mse").value for name in ("b", "c"))


def test_a_baseline_is_written_and_judged(folder: Path) -> None:
    options: dict[str, Any] = {"target": TARGET, "loss": "mse", "baseline": "main.json"}
    assert package.check(PREDS["a"], update_baseline=True, **options).ok
    assert package.check(PREDS["a"], max_rise="0%", **options).ok
    failed = package.check(PREDS["b"], max_rise="0%", **options)
    assert (failed.ok, failed.headline) == (False, "1 of 1 check failed")


def test_a_journal_is_resumed(folder: Path) -> None:
    first = package.batch("?.csv", loss="mse", output="r.jsonl")
    text = Path("r.jsonl").read_text()
    again = package.batch("?.csv", loss="mse", output="r.jsonl", resume=True)
    assert (again.values, Path("r.jsonl").read_text()) == (first.values, text)
    assert list(first.values) == ["c.csv", "a.csv", "b.csv"]


REFUSED: list[tuple[Callable[[], Any], str]] = [
    (
        lambda: package.compare(PREDS["a"], target=TARGET, loss="mse"),
        'compare takes a base and at least one candidate\nhint: lossctl.compare("base.csv", "candidate.csv")',
    ),
    (
        lambda: package.compare(PREDS, target=TARGET, loss="mse", worst=0, keep="k.csv:id"),
        'keep carries columns along with the worst rows; add worst="K"',
    ),
    (
        lambda: package.compare(PREDS, target=TARGET, form="json"),  # type: ignore[call-arg]  # type checkers know it too
        "compare has no option form; did you mean 'from_'?",
    ),
    (
        lambda: package.check(PREDS["a"], TARGET),
        'nothing to check: no limit\nhint: give one, V being a number: lossctl.check("preds.csv", max="LOSS=V")',
    ),
    (
        lambda: package.batch([], loss="mse"),
        'nothing to judge: no data and no manifest\nhint: lossctl.batch("runs/*.csv", loss="mse")',
    ),
    (
        lambda: package.batch(PREDS, TARGET, "mse", resume=True),
        'resume needs the journal of the batch: output="results.jsonl"',
    ),
]


@pytest.mark.parametrize(("wrong", "message"), REFUSED)
def test_what_does_not_fit_is_refused(folder: Path, wrong: Callable[[], Any], message: str) -> None:
    with pytest.raises(LossctlError) as error:
        wrong()
    assert (str(error.value), error.value.exit_code) == (message, 2)


MISTAKEN: list[tuple[Callable[[], Any], str]] = [
    (lambda: package.compare({1: PREDS["a"], "1": PREDS["b"]}, target=TARGET, loss="mse"), "two runs are called '1'"),
    (lambda: package.compare(PREDS["a"], "base", target=TARGET, loss="mse"), "two runs are called 'base'"),
    (lambda: package.batch([PREDS["a"], "run_1"], TARGET, "mse"), "two runs are called 'run_1'"),
    (lambda: package.compare(PREDS["a"], None, target=TARGET, loss="mse"), "candidate: there are no data, but None"),
    (
        lambda: package.compare(PREDS["a"], PREDS["b"], pred=TARGET, target=TARGET, loss="mse"),  # type: ignore[arg-type]
        "the predictions are given twice, as the first argument and as pred",
    ),
    (
        lambda: package.compare("a.csv", "b.csv", pred=TARGET, loss="mse"),  # type: ignore[arg-type]
        "pred names columns of each run, where there are several",
    ),
    (
        lambda: package.check(PREDS["a"], TARGET, pred="pred", max="mse=1"),
        "the predictions are given twice, as the first argument and as pred",
    ),
]


@pytest.mark.parametrize(("wrong", "message"), MISTAKEN)
def test_no_run_takes_the_place_of_another(folder: Path, wrong: Callable[[], Any], message: str) -> None:
    """Each of these compares or judges something with itself, where names alone tell runs apart."""
    Path("base").write_bytes(Path("b.npy").read_bytes())
    with pytest.raises(LossctlError) as error:
        wrong()
    assert str(error.value).partition("\n")[0] == message


def test_runs_are_called_by_their_names(folder: Path) -> None:
    found = package.batch({0.1: PREDS["a"], "b": "b.npy", "of a.csv": "a.csv"}, "y.npy", "mse")
    a, b = (package.evaluate(PREDS[name], TARGET, "mse").value for name in ("a", "b"))
    assert list(found.values.items()) == [("0.1", a), ("of a.csv", a), ("b", b)]
    frame = pd.DataFrame({"y": [0.0, 0.0], "pred": [1.0, 2.0]})
    assert (package.batch(frame, loss="mse").values, package.batch([frame], loss="mse").values) == (
        {"frame": 2.5},
        {"run_1": 2.5},
    )
    assert package.batch(np.array([[1.0, 2.0]]), [[0.0, 0.0]], "mse").values == {"pred": 2.5}  # no run for each row


def test_a_command_in_a_message_is_a_call_and_names_no_data(folder: Path) -> None:
    def ending(data: Any, baseline: str) -> str:
        (check,) = package.check(data, "y.npy", "mse", max_rise="0%", baseline=baseline).checks
        return check.message.partition("from the baseline ")[2].partition(";")[2]

    assert package.check("a.npy", "y.npy", "mse", baseline="main.json", update_baseline=True).ok
    assert ending("b.npy", "a.npy") == ' see lossctl.compare("a.npy", "b.npy", loss="mse", target="y.npy")'
    assert ending("b.npy", "main.json") == (
        ' if it is meant: lossctl.check("b.npy", loss="mse", target="y.npy", max_rise="0%", baseline="main.json", '
        "update_baseline=True)"
    )
    assert ending(PREDS["b"], "a.npy") == ""
    assert ending(PREDS["b"], "main.json") == " if it is meant: the same command with update_baseline=True"


def test_a_gap_is_between_the_groups_of_an_array() -> None:
    pred, target = np.array([1.0, 2.0, 4.0, 4.0]), np.array([1.0, 2.0, 3.0, 4.0])
    checked = package.check(pred, target, "mse", max_gap=0.25, by=np.array(["a", "b", "a", "b"]))
    assert (checked.ok, [check.value for check in checked.checks]) == (False, [0.5])


def test_the_frame_of_a_batch_is_its_leaderboard_and_of_a_long_one_its_results() -> None:
    runs = {"far": np.array([1.0, 4.0]), "near": np.array([1.0, 3.0])}
    frame = package.batch(runs, np.array([1.0, 2.0]), loss="mse,mae").to_frame()
    assert frame[["rank", "run", "mse", "mae"]].to_dict("list") == {
        "rank": [1, 2],
        "run": ["near", "far"],
        "mse": [0.5, 2.0],
        "mae": [0.5, 1.0],
    }
    long = package.batch(runs, np.array([1.0, 2.0]), loss="mse,mae", long=True).to_frame()
    assert [*zip(long["run"], long["loss"], long["value"], strict=True)] == [
        ("near", "mse", 0.5),
        ("near", "mae", 0.5),
        ("far", "mse", 2.0),
        ("far", "mae", 1.0),
    ]
