"""Results declared once and kept as columns: what they are as a sequence, in each format, and read back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

import lossctl as package
from lossctl.columns.words import WordList
from lossctl.reports.formats.catalogue import FORMATS, Style, render
from lossctl.reports.formats.tsv_report import line_format
from lossctl.reports.lines import rendering
from lossctl.reports.tables import full_tables
from lossctl.reports.tables.full_tables import values_table
from lossctl.results.document import RESULT_FIELDS, Document, Result, Run
from lossctl.results.plain import as_dict
from lossctl.results.results import NO_COUNT, Results, read_result
from lossctl.results.samples import SampleTable
from tests.conftest import Command

INF, NAN = float("inf"), float("nan")
WORDS = ["a", "b,c", '"', "=1", "\t", "é", "", "\u202e", "@", "null", "\\", "x\x7f", "'", "\n"]
NUMBERS = [0.0, -0.0, 1.0, -2.5, 1e-5, 3.25e-7, 1e-300, 5e-324, 123456789012.5, 1e10, 1e15, 1e16, 1.5e22, INF, -INF, NAN]


def head(loss: str) -> dict[str, Any]:
    return {"loss": loss, "name": loss, "params": {}, "reduction": "mean", "signature": f"{loss}|{loss}"}


def numbers(places: int, losses: int, first: int = 0) -> Any:
    return np.array([NUMBERS[(first + at) % len(NUMBERS)] for at in range(places * losses)]).reshape(places, losses)


def results(groups: int, quantiles: Sequence[str] = (), **more: Any) -> Results:
    """Two losses over some groups of two columns; no two fields hold the same numbers."""
    own = ["value", "weight", "mean", "sum", "std", "min", "max"]
    counts = {name: np.arange(2 * groups + 2).reshape(-1, 2) + by for name, by in (("n", 0), ("infinite", 5))}
    columns = {**{name: numbers(groups + 1, 2, at) for at, name in enumerate(own)}, **counts, **more}
    return Results(
        [head("mse"), head("mae:x=1")],
        {
            "g": WordList([WORDS[at % len(WORDS)] for at in range(groups)]),
            "weight": WordList([str(at) for at in range(groups)]),
        },
        [{name: column[:, loss] for name, column in columns.items()} for loss in range(2)],
        quantiles,
    )


def intervals(groups: int) -> dict[str, Any]:
    """Fields that every third result is without."""
    lacking = np.arange(2 * groups + 2).reshape(-1, 2) % 3 == 1
    return {
        "low": np.where(lacking, np.nan, numbers(groups + 1, 2, 3)),
        "ci_method": np.where(lacking, np.array(None, object), np.array("a, b", object)),
        "units": np.where(lacking, NO_COUNT, 7),
    }


def document(some: Results | tuple[Result, ...], rows: int = 0) -> Document:
    samples = SampleTable(
        row=np.arange(rows) * 3,
        id={"id": WordList([f"{WORDS[at % len(WORDS)]}{at}" for at in range(rows)])},
        keep={
            "id": WordList([WORDS[at % len(WORDS)] for at in range(rows)]),
            "num": np.arange(rows) % 7,
            "yes": np.arange(rows) % 3 == 0,
        },
        values={"mse": numbers(rows, 1)[:, 0], "mae:x=1": np.arange(rows) / 3},
    )
    runs = [
        Run(run=name, rows=9, used=9, dropped={}, sources={}, classes=None, results=some, samples=samples if rows else None)
        for name in ("a,b.csv", "=c\t.csv")
    ]
    lost = Run(run="lost", rows=0, used=0, dropped={}, sources={}, classes=None, results=(), error="gone")
    return Document(command="eval", version="0.1.0", runs=(*runs, lost))


def rendered(one: Document, name: str, jobs: int = 1) -> bytes:
    return b"".join(piece if isinstance(piece, bytes) else piece.encode() for piece in render(one, name, Style(jobs=jobs)))


def test_results_are_a_sequence_of_all_rows_first_and_then_group_by_group() -> None:
    some = results(2)
    assert [(one.loss, one.by) for one in some] == [
        ("mse", None),
        ("mae:x=1", None),
        ("mse", {"g": "a", "weight": "0"}),
        ("mae:x=1", {"g": "a", "weight": "0"}),
        ("mse", {"g": "b,c", "weight": "1"}),
        ("mae:x=1", {"g": "b,c", "weight": "1"}),
    ]
    assert (len(some), some[3].n, some[-1].n, some[-1].infinite, some[3].value) == (6, 3, 5, 10, NUMBERS[3])
    assert [one.n for one in some[1:3]] == [1, 2]
    with pytest.raises(IndexError):
        some[6]


def test_groups_stand_in_the_order_that_is_given_whatever_the_order_of_columns() -> None:
    numbered = results(3, **intervals(3))
    some = Results(numbered.losses, numbered.by, numbered.columns, order=np.array([0, 3, 1, 2]))
    assert [one.by and one.by["weight"] for one in some[::2]] == [None, "2", "0", "1"]
    assert [one.n for one in some] == [0, 1, 6, 7, 2, 3, 4, 5]
    assert some.values("n", 1, 6).tolist() == [1, 6, 7, 2, 3]
    assert [one.units for one in some] == [7, None, 7, None, 7, 7, None, 7]
    assert [one.ci_method is None for one in some] == [one.low is None for one in some] == [one.units is None for one in some]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, known in FORMATS.items() if not known.verdicts and name != "table"])
def test_long_results_and_samples_look_as_short_ones_do(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    some = results(1_300, **({} if name == "json" else intervals(1_300)))  # a record of JSON leaves out what it has not
    monkeypatch.setattr(full_tables, "PIECE", 2_201)  # several blocks, one of them short
    long = rendered(document(some, 5_000), name)
    assert long == rendered(document(some, 5_000), name, jobs=3)
    monkeypatch.setattr(rendering, "LONG", 10**9)
    assert long == rendered(document(tuple(some), 5_000), name)
    if name == "csv":
        assert long.count(b"\n") == 1 + 2 * 2_602 + 1 + 1 + 1 + 2 * 5_000


def test_long_results_in_parquet_are_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = results(1_300, **intervals(1_300))
    (tmp_path / "long.parquet").write_bytes(rendered(document(some), "parquet"))
    monkeypatch.setattr(rendering, "LONG", 10**9)
    (tmp_path / "short.parquet").write_bytes(rendered(document(tuple(some)), "parquet"))
    long, short = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("long", "short"))
    assert long.schema == short.schema
    assert str(long.to_pydict()) == str(short.to_pydict())  # NaN is no NaN
    assert long["by:weight"].null_count == 2 * 2 + 1


def test_bare_values_of_many_groups_are_those_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    one = document(results(1_300))
    long = b"".join(
        piece if isinstance(piece, bytes) else piece.encode() for piece in rendering.lines(values_table(one), line_format(1))
    )
    monkeypatch.setattr(rendering, "LONG", 10**9)
    assert long == "".join(map(str, rendering.lines(values_table(one), line_format(1)))).encode()
    assert long.count(b"\n") == 2 * 2_602


def test_the_json_of_columns_is_that_of_records() -> None:
    some = results(3, quantiles=["p50"], p50=numbers(4, 2, 9))
    assert as_dict(document(some)) == as_dict(document(tuple(some)))


def test_quantiles_and_intervals_are_columns_of_every_format_where_they_are_there() -> None:
    first, second = results(0)
    intervals = {"quantiles": {"p50": 1.5, "p99.9": INF}, "low": 1.0, "ci_method": "t", "units": 7}
    plain = {declared.name: getattr(first, declared.name) for declared in RESULT_FIELDS if declared.name != "nonfinite"}
    full = Result(**{**plain, "value": 2.0, "mean": 2.0, **intervals})
    run = Run(run="r", rows=1, used=1, dropped={}, sources={}, classes=None, results=(full, second))
    one = Document(command="eval", version="0.1.0", runs=(run,))
    table = [line.split("\t") for line in rendered(one, "tsv").decode().splitlines()]
    assert table[0][7:] == ["std", "p50", "p99.9", "min", "max", "low", "ci_method", "units"]
    assert [row[8:10] + row[12:] for row in table[1:]] == [["1.5", "inf", "1", "t", "7"], [""] * 5]
    found = json.loads(rendered(one, "json"))["runs"][0]["results"]
    assert list(found[0])[10:17] == ["std", "p50", "p99.9", "min", "max", "low", "ci_method"]
    assert (found[0]["p50"], found[0]["p99.9"], found[0]["low"], found[0]["units"]) == (1.5, None, 1.0, 7)
    assert not {"p50", "low", "high", "units", "quantiles"} & set(found[1])
    line = json.loads(rendered(one, "jsonl").splitlines()[0])
    assert (line["p50"], line["p99.9"], line["low"], line["ci_method"]) == (1.5, None, 1.0, "t")
    titles = rendered(one, "md").decode().splitlines()[0]
    assert titles == "| loss | value | mean | n | std | p50 | p99.9 | min | max | low |"


def test_every_field_says_what_it_is_and_what_came_later_may_be_absent() -> None:
    meanings = [declared.field.meaning for declared in RESULT_FIELDS]
    assert all(meanings)
    assert len(set(meanings)) == len(meanings)
    first = min(declared.field.since for declared in RESULT_FIELDS)
    assert [declared.name for declared in RESULT_FIELDS if (declared.field.since > first) != declared.optional] == []
    assert next(declared.field.meaning for declared in RESULT_FIELDS if declared.name == "weight").startswith("the denominator")


def saved(**more: Any) -> dict[str, Any]:
    """A result as the first version wrote it, its costs infinite."""
    return {
        "loss": "ce", "name": "ce", "params": {"clip": 0.0}, "reduction": "mean", "value": None, "by": {"g": "x"}, "n": 3,
        "weight": 3.0, "mean": None, "sum": None, "std": None, "min": 0.0, "max": None, "nonfinite": "inf", "infinite": 1,
        "signature": "ce|reduction=mean", **more,
    }  # fmt: skip


def test_a_saved_result_of_an_older_version_lacks_fields_and_one_of_a_newer_has_more() -> None:
    old = read_result(saved())
    assert (old.value, old.mean, old.sum, old.max, old.min, old.by, old.n) == (INF, INF, INF, INF, 0.0, {"g": "x"}, 3)
    assert np.isnan(old.std)
    assert (old.low, old.high, old.ci_method, old.units, old.quantiles) == (None, None, None, None, {})
    new = read_result(saved(low=1, high=None, units=4, p90=None, p50=2.0, from_the_future=[1]))
    assert (new.low, new.units, new.quantiles) == (1.0, 4, {"p90": INF, "p50": 2.0})
    assert new.high is not None
    assert np.isnan(new.high)
    assert new.quantiles["p50"] == 2.0
    beside = dict.fromkeys(("low", "high", "ci_method", "units", "se", "df", "skewness"))  # of a loss without one beside others
    assert read_result(saved(**beside)) == old
    with pytest.raises(KeyError):
        read_result({name: value for name, value in saved().items() if name != "mean"})
    with pytest.raises(TypeError):
        read_result(saved(n=True))


@pytest.mark.parametrize(
    "planted", [{}, {"low": 0.5, "high": 2.0, "ci_method": "t", "units": 4}, {"p50": 1.0}, {"from_the_future": {"a": 1}}]
)
def test_journals_and_baselines_of_other_versions_are_read(lossctl: Command, planted: Mapping[str, Any]) -> None:
    np.save("p.npy", np.array([1.0, 3.0]))
    np.save("t.npy", np.zeros(2))
    batch = ("batch", "p.npy", "-t", "t.npy", "-l", "mse", "-q", "-o", "x.jsonl")
    assert lossctl(*batch).code == 0
    (written,) = map(json.loads, Path("x.jsonl").read_text().splitlines())
    Path("x.jsonl").write_text(json.dumps({**written, **planted}) + "\n")
    done = lossctl(*batch, "--resume", "-b")
    assert (done.code, done.out, done.err) == (0, "5\n", "")
    kept = {name: value for name, value in planted.items() if name != "from_the_future"}
    (row,) = map(json.loads, Path("x.jsonl").read_text().splitlines())
    assert {name: row.get(name) for name in planted} == {**dict.fromkeys(planted), **kept}
    assert lossctl("eval", "p.npy", "-t", "t.npy", "-l", "mse", "-q", "-o", "b.json").code == 0
    baseline = json.loads(Path("b.json").read_text())
    baseline["runs"][0]["results"][0].update(planted)
    Path("b.json").write_text(json.dumps(baseline))
    check = lossctl("check", "p.npy", "-t", "t.npy", "--max-rise", "mse=1%", "--baseline", "b.json", "-q")
    assert (check.code, check.err) == (0, "lossctl: 1 check passed\n")


def test_samples_in_python_are_arrays_and_a_frame_has_the_columns_of_the_tsv() -> None:
    found = package.evaluate(np.array([1.0, 3.0, 2.0]), np.zeros(3), "mse", by=np.array(["a", "b", "a"]))
    assert isinstance(found.samples, np.ndarray)
    assert found.samples.tolist() == [1.0, 9.0, 4.0]
    frame = found.to_frame()
    assert list(frame.columns) == ["run", "loss", "value", "n", "weight", "mean", "sum", "std", "min", "max", "by"]
    assert frame["value"].tolist() == [14 / 3, 2.5, 9.0]


def test_samples_of_arrays_that_changed_since_are_refused() -> None:
    pred = np.array([1.0, 3.0])
    found = package.evaluate(pred, np.zeros(2), "mse")
    pred[0] = 2.0
    with pytest.raises(package.LossctlError, match="the data have changed since they were evaluated"):
        found.samples  # noqa: B018  the property does it
    assert found.value == 5.0


@pytest.mark.parametrize("count", [float("inf"), float("nan"), 1.5, True, "3", None])
def test_a_saved_count_that_is_none_is_no_result(count: object) -> None:
    assert read_result(saved(n=3)).n == 3
    with pytest.raises((TypeError, ValueError)):
        read_result(saved(n=count))
