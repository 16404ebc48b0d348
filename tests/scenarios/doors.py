"""A scenario through every door of the program: what each says must be what the oracle says, and the same bits as the others'."""

from __future__ import annotations

import csv
import io
import json
import math
import shlex
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd

import lossctl
from lossctl.cli import run
from tests.scenarios import oracle
from tests.scenarios.files import WRITERS, array
from tests.scenarios.oracle import Expected, Used
from tests.scenarios.scenario import Cell, Column, Scenario

CLOSE = 1e-12  # of the oracle's value, which is rounded at most twice


class Disagreement(AssertionError):
    """Two doors, or a door and the oracle, say different things."""


class Doors:
    """The doors of one scenario, whose files lie in a folder, which is the working directory."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self.scenario, self.folder = scenario, folder
        self.random = Random(scenario.seed)
        self.command: list[str] = []
        formats = [name for name in WRITERS if scenario.is_numeric or name != "npz"]
        self.formats = self.random.sample(formats, 2)
        self.expected = [oracle.expected(scenario, model) for model in range(len(scenario.models))]

    def check(self) -> None:
        """Raises Disagreement, with the command line that shows it."""
        for name in self.formats:
            self.write(name)
        if not all(expected.used for expected in self.expected):
            self.run("eval", self.preds(self.formats[0]), code=3)
            return
        if "--positive" in self.scenario.words and not all(self.has_both(expected) for expected in self.expected):
            return  # what stands in no row that is judged is refused
        runs = self.evaluated(self.formats[0])
        other = self.evaluated(self.formats[1])
        self.same("another format", [run["results"] for run in runs], [run["results"] for run in other])
        self.samples(runs)
        self.checked(runs)
        self.batch(runs)
        self.python(runs)
        if len(runs) > 1 and self.scenario.reduction == "mean":
            self.compared(runs)

    def has_both(self, one: Expected) -> bool:
        return set(self.scenario.labels) <= {row.target for row in one.used}

    # the files and the options

    def write(self, form: str) -> None:
        for model, table in enumerate(self.scenario.models):
            WRITERS[form](self.folder / f"m{model}.{form}", table)
        if self.scenario.truth is not None:
            WRITERS[form](self.folder / f"truth.{form}", self.scenario.truth)

    def preds(self, form: str, models: Sequence[int] | None = None) -> list[str]:
        """The prediction files, and every option that is about them."""
        return [*self.files(form, models), *self.options(form)]

    def files(self, form: str, models: Sequence[int] | None = None) -> list[str]:
        return [f"m{model}.{form}" for model in (range(len(self.scenario.models)) if models is None else models)]

    def options(self, form: str) -> list[str]:
        pairs: list[tuple[str, str | bool]] = [
            (name, value) for name, value in self.values(form).items() if isinstance(value, str)
        ]
        lists = [(name, one) for name, value in self.values(form).items() if isinstance(value, list) for one in value]
        return [part for name, value in [*pairs, *lists] for part in (f"--{name}", str(value))]

    def values(self, form: str) -> dict[str, str | list[str]]:
        """The options by name, as Python and TOML have them too."""
        one = self.scenario

        def src(column: Column) -> str:
            return f"truth.{form}:{column.name}" if column.of_truth else column.name

        pattern = "p_*" if len(one.preds) > 1 else one.preds[0]
        values: dict[str, str | list[str]] = {"loss": ",".join(one.losses), "pred": pattern, "target": src(one.target)}
        values |= dict(zip([word.removeprefix("--") for word in one.words[::2]], one.words[1::2], strict=True))
        if one.weight is not None:
            values["weight"] = src(one.weight)
        if one.by:
            values["by"] = [src(column) for column in one.by]
        if one.where:
            values["where"] = [f"{src(each.column)}{each.operator}{each.value}" for each in one.where]
        if one.key is not None:
            values["id"] = one.key
        if one.ignore is not None:
            values["ignore"] = str(one.ignore)
        if one.drop_nan:
            values["nan"] = "drop"
        if one.drop_missing:
            values["missing"] = "drop"
        if one.reduction != "mean":
            values["reduction"] = one.reduction
        return values

    # the doors

    def evaluated(self, form: str) -> list[dict[str, Any]]:
        """The runs of `eval --json`, each as the oracle says."""
        runs: list[dict[str, Any]] = json.loads(self.run("eval", [*self.preds(form), "--json"]))["runs"]
        for one, found in zip(self.expected, runs, strict=True):
            self.same("rows", (one.rows, len(one.used), one.dropped), (found["rows"], found["used"], found["dropped"]))
            expected = [(group, loss) for group in one.groups() for loss in self.scenario.losses]
            said = [(result["by"], result["loss"]) for result in found["results"]]
            names = [column.name for column in self.scenario.by]
            self.same(
                "results", [(dict(zip(names, group, strict=True)) if group else None, loss) for group, loss in expected], said
            )
            for (group, loss), result in zip(expected, found["results"], strict=True):
                self.close_result(one.of(group), loss, result)
        return runs

    def close_result(self, rows: list[Used], loss: str, result: dict[str, Any]) -> None:
        self.same("n", len(rows), result["n"])
        self.close("weight", sum(row.weight for row in rows), result["weight"])
        for name in ("mean", "sum", "min", "max"):
            self.close(name, oracle.reduced(rows, loss, name), result[name])
        self.close("value", oracle.reduced(rows, loss, self.scenario.reduction), result["value"])

    def samples(self, runs: list[dict[str, Any]]) -> None:
        """Saved samples in every format, and those that are shown: the oracle's, and the same bits in all."""
        form = self.formats[0]
        model = self.random.randrange(len(runs))
        ending = self.random.choice(["csv", "jsonl", "parquet"])
        keyed = [] if self.scenario.key is None else ["--keep", "x" if self.has_x() else self.scenario.key]
        saved = ["--save-samples", f"s.{ending}", *keyed]
        shown = json.loads(self.run("eval", [*self.preds(form, [model]), "--json", "--per-sample", *saved]))["runs"][0]
        self.same("results beside samples", runs[model]["results"], shown["results"])
        used = self.expected[model].used
        self.same("rows of samples", [row.number for row in used], shown["samples"]["row"])
        if self.scenario.key is not None:
            self.same("keys of samples", [str(row.key) for row in used], shown["samples"]["id"])
        rows = list(_table(self.folder / f"s.{ending}"))
        self.same("rows saved", [row.number for row in used], [int(row["row"]) for row in rows])
        for loss in self.scenario.losses:
            values = shown["samples"]["values"][loss]
            for row, value in zip(used, values, strict=True):
                self.close(f"the {loss} of row {row.number}", row.costs[loss], value)
            self.same("samples saved", values, [float(row[loss]) for row in rows])

    def has_x(self) -> bool:
        return "x" in self.scenario.models[0]

    def checked(self, runs: list[dict[str, Any]]) -> None:
        """`check` of the command line, and of a configuration."""
        form = self.formats[0]
        limits = [part for loss in self.scenario.losses for part in ("--max", f"{loss}=1e300")]
        found = json.loads(self.run("check", [*self.preds(form), *limits, "--json"]))
        self.same("check", [run["results"] for run in runs], [run["results"] for run in found["runs"]])
        loss = self.scenario.losses[0]
        values = {**self.values(form), "loss": loss, "files": self.files(form), "max": 1e300}
        keys = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())
        (self.folder / "c.toml").write_text(f"[[check]]\n{keys}", encoding="utf-8")
        found = json.loads(self.run("check", ["--config", "c.toml", "--json"]))
        of_loss = [[result for result in run["results"] if result["loss"] == loss] for run in runs]
        unnamed = [
            [{key: fact for key, fact in result.items() if key != "check"} for result in run["results"]] for run in found["runs"]
        ]
        self.same("check of a configuration", of_loss, unnamed)

    def batch(self, runs: list[dict[str, Any]]) -> None:
        """`batch`, and again from its journal, in part and whole."""
        form = self.formats[0]
        command = [*self.preds(form), "--json", "-o", "j.jsonl"]
        (self.folder / "j.jsonl").unlink(missing_ok=True)
        first = self.run("batch", command)
        by_name = {run["run"]: run["results"] for run in json.loads(first)["runs"]}
        self.same("batch", {run["run"]: run["results"] for run in runs}, by_name)
        self.same("batch resumed", first, self.run("batch", [*command, "--resume"]))
        journal = (self.folder / "j.jsonl").read_bytes()
        (self.folder / "j.jsonl").write_bytes(journal[: self.random.randrange(len(journal))])
        self.same("batch resumed from a part", first, self.run("batch", [*command, "--resume"]))
        self.same("the journal of a part", journal, (self.folder / "j.jsonl").read_bytes())

    def python(self, runs: list[dict[str, Any]]) -> None:
        """`evaluate` of columns of files, and of arrays where rows go by their order."""
        form = self.formats[0]
        for model, expected in enumerate(runs):
            path = f"m{model}.{form}"
            values: dict[str, Any] = dict(self.values(form))
            self.command = [f"evaluate({path!r}, **{values})"]
            found = lossctl.evaluate(path, **values)
            self.same("evaluate", expected["results"], found.to_dict()["runs"][0]["results"])
            if self.scenario.key is None and not self.scenario.where and len(self.scenario.by) < 2:
                self.arrays(model, expected["results"])

    def arrays(self, model: int, results: list[dict[str, Any]]) -> None:
        """`evaluate` of what Python holds: lists with None, arrays with NaN, pandas columns."""
        one = self.scenario
        options: dict[str, Any] = {
            name: value for name, value in self.values("csv").items() if name not in ("pred", "target", "loss")
        }
        if len(one.preds) > 1 and one.words == () and not all(isinstance(label, int) for label in one.labels):
            options["classes"] = ",".join(map(str, one.labels))
        if one.weight is not None:
            options["weight"] = array(self.cells(model, one.weight))
        for column in one.by:
            options["by"] = pd.Series(self.cells(model, column), name=column.name, dtype=object)
        preds = [self.cells(model, Column(name)) for name in one.preds]
        pred: Any = preds[0] if len(preds) == 1 else np.column_stack([array(column) for column in preds])
        target = self.cells(model, one.target)
        self.command = [f"evaluate({pred!r}, {target!r}, {one.losses!r}, **{options!r})"]
        found = lossctl.evaluate(pred, target, one.losses, **options)
        plain = found.to_dict()["runs"][0]["results"]
        self.same("evaluate of arrays", *([{**result, "signature": ""} for result in some] for some in (results, plain)))
        values = {result["loss"]: result["value"] for result in results if result["by"] is None}
        self.same("value", values if len(values) > 1 else values[one.losses[0]], found.value)
        groups: dict[str, dict[str, float]] = {loss: {} for loss in one.losses}
        for result in results:
            if result["by"] is not None:
                groups[result["loss"]][next(iter(result["by"].values()))] = result["value"]
        self.same("groups", groups if len(groups) > 1 else groups[one.losses[0]], found.groups)

    def cells(self, model: int, column: Column) -> list[Cell]:
        table = self.scenario.truth if column.of_truth else self.scenario.models[model]
        assert table is not None
        return table[column.name]

    def compared(self, runs: list[dict[str, Any]]) -> None:
        """`compare` on the rows that every model has."""
        form = self.formats[0]
        keys = set.intersection(*({row.key for row in expected.used} for expected in self.expected))
        if not keys:
            self.run("compare", [*self.preds(form), "--method", "t"], code=3)
            return
        common = [[row for row in expected.used if row.key in keys] for expected in self.expected]
        found = json.loads(self.run("compare", [*self.preds(form), "--method", "t", "--json"]))["comparisons"]
        names = [column.name for column in self.scenario.by]
        for one in found:
            model = int(one["candidate"][1])
            group = None if one["by"] is None else tuple(one["by"][name] for name in names)
            base, candidate = ([row for row in rows if group in (None, row.group)] for rows in (common[0], common[model]))
            self.same("rows compared", len(base), one["n"])
            values = [oracle.reduced(rows, one["loss"], "mean") for rows in (base, candidate)]
            self.close("value of the base", values[0], one["base_value"])
            self.close("value of the candidate", values[1], one["value"])
            if len(common[model]) == len(self.expected[model].used):
                results = [each for each in runs[model]["results"] if (each["loss"], each["by"]) == (one["loss"], one["by"])]
                self.same("comparison", [each["mean"] for each in results], [one["value"]])
        losses, groups = len(self.scenario.losses), len({row.group for row in common[0] if row.group}) + 1
        self.same("comparisons", losses * groups * (len(runs) - 1), len(found))

    # what they say

    def run(self, command: str, arguments: list[str], code: int = 0) -> str:
        """Standard output of a command, run in this process."""
        self.command = [command, *arguments]
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            found = run(self.command)
            out.flush()
        if found != code:
            raise self.disagreement(f"exit code {found}, expected {code}: {err.getvalue()}")
        return out.buffer.getvalue().decode()

    def same(self, what: str, expected: object, found: object) -> None:
        if expected != found:
            raise self.disagreement(f"{what}: expected {expected!r}, found {found!r}")

    def close(self, what: str, expected: Fraction | float, found: float) -> None:
        if not math.isclose(expected, found, rel_tol=CLOSE, abs_tol=CLOSE):
            raise self.disagreement(f"{what}: expected {float(expected)!r}, found {found!r}")

    def disagreement(self, problem: str) -> Disagreement:
        return Disagreement(
            f"scenario {self.scenario.seed} in {self.folder}: lossctl {shlex.join(self.command)}\n{problem[:2000]}"
        )


def _table(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)
    elif path.suffix == ".jsonl":
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())
    else:
        import pyarrow.parquet as pq

        yield from pq.read_table(path).to_pylist()
