"""What a document looks like in each format."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from lossctl.columns.words import WordList
from lossctl.reports.formats.catalogue import FORMATS, Style, render
from lossctl.reports.formats.csv_report import line_format
from lossctl.results.document import Document, Result, Run, WorstRow
from lossctl.results.samples import RowKey, SampleTable

INF = float("inf")


def document(run: str = "preds.csv") -> Document:
    """Two losses, one of them infinite, a group, samples, worst rows, and names that a terminal or a format would act on."""

    def result(loss: str, value: float, by: dict[str, str] | None) -> Result:
        return Result(
            loss=loss, name=loss, params={}, reduction="mean", value=value, by=by, n=1234567, weight=1234567.0, mean=value,
            sum=-0.0, std=0.1 + 0.2, min=0.0, max=value, infinite=0, signature=f"{loss}|reduction=mean",
        )  # fmt: skip

    samples = SampleTable(
        row=np.array([0, 2]),
        id={"id": WordList(["=1+1", "\x1b[31m"])},
        keep={"te|xt": WordList(["a,b", 'q"\n'])},
        values={"mse": np.array([0.5, INF]), "mae": np.array([1.0, 1e-300])},
    )
    worst = {"mse": (WorstRow(row=2, id=RowKey(id="k"), value=INF, keep={"te|xt": ":smile:[bold]"}),)}
    results = (result("mse", INF, None), result("mae", 2.0, None), result("mse", 0.25, {"region": "@north"}))
    one = Run(
        run=run, rows=3, used=2, dropped={"nan": 1}, sources={"pred": "preds.csv:yhat"}, classes=None, results=results,
        samples=samples, worst=worst,
    )  # fmt: skip
    return Document(command="eval", version="0.1.0", runs=(one,), warnings=("careful",))


def text(name: str, style: Style | None = None) -> str:
    return "".join(map(str, render(document(), name, style or Style())))


def test_json_is_one_object_in_the_documented_shape() -> None:
    found = json.loads(text("json"))
    assert list(found) == ["schema", "version", "command", "ok", "runs", "checks", "comparisons", "warnings", "errors"]
    assert (found["schema"], found["ok"], found["warnings"]) == ("lossctl/result@1", True, ["careful"])
    run = found["runs"][0]
    assert list(run) == ["run", "rows", "used", "dropped", "error", "sources", "classes", "results", "samples", "worst"]
    first = run["results"][0]
    assert list(first) == [
        "loss", "name", "params", "reduction", "value", "by", "n", "weight", "mean", "sum", "std", "min", "max", "nonfinite",
        "infinite", "signature",
    ]  # fmt: skip
    assert (first["value"], first["mean"], first["nonfinite"], first["by"]) == (None, None, "inf", None)
    assert run["results"][2]["by"] == {"region": "@north"}
    assert run["samples"] == {
        "row": [0, 2],
        "id": ["=1+1", "\x1b[31m"],
        "keep": {"te|xt": ["a,b", 'q"\n']},
        "values": {"mse": [0.5, None], "mae": [1.0, 1e-300]},
        "nonfinite": {"mse": {"2": "inf"}},
    }
    assert run["worst"] == {"mse": [{"row": 2, "id": "k", "value": None, "nonfinite": "inf", "keep": {"te|xt": ":smile:[bold]"}}]}


def test_json_never_holds_a_character_that_a_terminal_acts_on() -> None:
    assert text("json").isascii()
    assert "\x1b" not in text("json")


def test_jsonl_has_results_then_samples_with_flat_keys() -> None:
    lines = [json.loads(line) for line in text("jsonl").splitlines()]
    assert [line["type"] for line in lines] == ["result"] * 3 + ["sample"] * 2 + ["worst"]
    assert lines[2] == {
        "type": "result", "run": "preds.csv", "loss": "mse", "value": 0.25, "n": 1234567, "weight": 1234567.0, "mean": 0.25,
        "sum": 0.0, "std": 0.1 + 0.2, "min": 0.0, "max": 0.25, "region": "@north", "reduction": "mean", "nonfinite": None,
        "infinite": 0, "signature": "mse|reduction=mean",
    }  # fmt: skip
    assert lines[4] == {
        "type": "sample", "run": "preds.csv", "row": 2, "id": "\x1b[31m", "te|xt": 'q"\n', "mse": None, "mae": 1e-300,
        "nonfinite": {"mse": "inf"},
    }  # fmt: skip


def test_tsv_has_full_precision_and_a_second_table_for_samples() -> None:
    assert text("tsv").splitlines() == [
        "run\tloss\tvalue\tn\tweight\tmean\tsum\tstd\tmin\tmax\tregion",
        "preds.csv\tmse\tinf\t1234567\t1234567\tinf\t0\t0.30000000000000004\t0\tinf\t",
        "preds.csv\tmae\t2\t1234567\t1234567\t2\t0\t0.30000000000000004\t0\t2\t",
        "preds.csv\tmse\t0.25\t1234567\t1234567\t0.25\t0\t0.30000000000000004\t0\t0.25\t@north",
        "",
        "run\trow\tid\tte|xt\tmse\tmae",
        "preds.csv\t0\t=1+1\ta,b\t0.5\t1",
        'preds.csv\t2\t\\x1b[31m\tq"\\n\tinf\t1e-300',
        "",
        "run\tloss\trow\tid\tvalue\tte|xt",
        "preds.csv\tmse\t2\tk\tinf\t:smile:[bold]",
    ]


def test_csv_quotes_text_that_a_spreadsheet_would_run_and_no_number() -> None:
    rows = list(csv.reader(io.StringIO(text("csv"))))
    assert rows[3][-1] == "'@north"
    assert rows[6] == ["preds.csv", "0", "'=1+1", "a,b", "0.5", "1"]


def test_a_text_that_is_a_number_to_python_alone_is_none_in_csv() -> None:
    assert [line_format(1).line([cell]) for cell in ("-1000", "-1_000", "+\u0661")] == ["-1000\n", "'-1_000\n", "'+\u0661\n"]


def test_markdown_escapes_what_markdown_reads() -> None:
    lines = text("md").splitlines()
    assert lines[0] == "| loss | region | mean | n | std | min | max |"
    assert lines[4] == r"| mse | \@north | 0.25 | 1,234,567 | 0.3 | 0 | 0.25 |"
    assert r"| 2 | k | inf | :smile:\[bold\] |" in lines


def test_tables_cut_no_cell_and_show_no_control_character() -> None:
    shown = text("table")
    assert "\x1b" not in shown
    assert "\\x1b[31m" in shown
    assert ":smile:[bold]" in shown
    assert text("table", Style(digits=17)).count("0.30000000000000004") == 3


def test_colour_is_there_only_when_asked_for() -> None:
    assert "\x1b[1m" in text("table", Style(colour=True))


def test_parquet_holds_the_samples_where_there_are_any(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"".join(piece for piece in render(document(), "parquet", Style()) if isinstance(piece, bytes)))
    assert pq.read_table(path).to_pydict()["mse"] == [0.5, INF]


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.stdout])
def test_no_format_lets_an_escape_sequence_through(name: str) -> None:
    evil = "\x1b]0;x\x07\u202e\x9b1m"
    assert not set("\x1b\x07\u202e\x9b") & set("".join(map(str, render(document(evil), name, Style()))))
