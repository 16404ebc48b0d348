"""What an option changes, it changes wherever it can be given, and to the same value: no command passes over it."""

from __future__ import annotations

import json
import math
import shlex
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lossctl as package
from lossctl.effects import Effect, options_of
from lossctl.options.commands import COMMANDS, Init
from lossctl.options.data import Data
from lossctl.question.manifest import COLUMNS
from tests.conftest import Command

Columns = Mapping[str, Sequence[object]]
Value = float | dict[str, float] | None  # of all rows, with those of groups; None where there is a refusal
TABLE: Columns = {"pred": [1, 2, 3, 5], "y": [0, 0, 1, 1], "z": [1, 2, 3, 4], "q": [1, 1, 2, 2], "w": [1, 0, 0, 3], "g": "uvuv"}
OTHER: Columns = {**TABLE, "pred": [0, 2, 2, 5]}  # what compare compares with
KEYED: Columns = {"k": "abcd", "pred": [1, 2, 3, 5]}
WORDS: Columns = {"pred": [0.25, 0.75, 0.5], "y": ["no", "yes", "yes"]}
YES, NO = (sum(map(math.log, chances)) / -3 for chances in ((0.75, 0.75, 0.5), (0.25, 0.25, 0.5)))
OF_LOGITS = sum(math.log1p(math.exp(logit)) for logit in (0.25, -0.75, -0.5)) / 3
OWN = "import lossctl\n@lossctl.loss\ndef own(pred, target):\n    '''Error.'''\n    return pred - target\n"
INTERVAL = ("low", "high", "ci_method", "units", "se", "df", "skewness")  # in compare of differences alone


@dataclass(frozen=True)
class Row:
    """An option, and data on which it decides.

    typed: the option with its value. without, value: the results without it and with it. beside: what is typed beside it in both;
    instead: what is typed in its place without it. columns: of the file `name`, or its text or array; also: other files. glob:
    what is typed for that file. shows: the field of a result that is another with it; none if it changes nothing. not_of: what
    cannot have it. refused: the exit code where there is no result without it.
    """

    typed: str
    without: Value
    value: Value
    beside: str = "-l mse"
    instead: str = ""
    columns: Any = field(default_factory=lambda: TABLE)
    name: str = "a.csv"
    also: Mapping[str, Any] = field(default_factory=dict)
    glob: str = ""
    shows: str = "value"
    not_of: tuple[str, ...] = ()
    refused: int = 3

    @property
    def pred(self) -> str:
        """The PRED as typed."""
        return self.glob or self.name

    def words(self, *, given: bool) -> list[str]:
        """What is typed behind the PRED."""
        return [*shlex.split(self.beside), *shlex.split(self.typed if given else self.instead)]

    def write(self) -> None:
        """Writes its files, and what compare compares with."""
        other = OTHER if self.columns is TABLE else self.columns
        for name, columns in {self.name: self.columns, f"o{self.name}": other, **self.also}.items():
            if isinstance(columns, np.ndarray):
                np.save(name, columns)
            else:
                Path(name).write_text(columns if isinstance(columns, str) else csv(columns))


def csv(columns: Columns, delimiter: str = ",") -> str:
    """A table as text."""
    rows = [[*columns], *zip(*columns.values(), strict=True)]
    return "".join(f"{delimiter.join(map(str, row))}\n" for row in rows)


ROWS = {
    "loss": Row("-l mae", 6.25, 2.25, "", "-l mse"),
    "target": Row("-t z", 6.25, 0.25),
    "pred": Row("-p q", 6.25, 1),
    "weight": Row("-w w", 6.25, 12.25),
    "role": Row("-r target=z", 6.25, 0.25),
    "pool": Row("--pool", 6.25, 5.75, glob="*a.csv", not_of=("batch", "manifest", "compare", "python")),
    "from_": Row("--from logits", YES, OF_LOGITS, "-l ce --positive yes", columns=WORDS),
    "classes": Row("--classes no,yes", NO, YES, "-l ce", "--classes yes,no", WORDS),
    "positive": Row("--positive yes", NO, YES, "-l ce", "--positive no", WORDS),
    "normalize": Row("--normalize", None, math.log(2), "-l ce", columns={"p_0": [0.25, 0.5], "p_1": [0.25, 0.5], "y": [0, 1]}),
    "class_axis": Row(
        "--class-axis 1", 0.5, 0, "-l zero_one --from logits -t t.npy", "--class-axis=-1",
        np.array([[[0, 3], [1, 2.0]]] * 2), "a.npy", {"t.npy": np.array([[1, 0]] * 2)},
    ),
    "id": Row("--id k", 6.25, 8.75, "-l mse -t t.csv:y", columns=KEYED, also={"t.csv": {"k": "dcba", "y": [0, 0, 1, 1]}}),
    "in_order": Row(
        "--in-order", None, 6.25, "-l mse -t t.csv:y",
        columns={"id": "abcd", "pred": [1, 2, 3, 5]}, also={"t.csv": {"id": "dcba", "y": [0, 0, 1, 1]}},
    ),
    "by": Row("--by g", 6.25, {"u": 2.5, "v": 10}, shows="by"),
    "where": Row("--where g=u", 6.25, 2.5),
    "ignore": Row(
        "--ignore 2", 0.75, 0.5, "-l zero_one", columns={"p_0": [0.6] * 4, "p_1": [0.2] * 4, "p_2": [0.2] * 4, "y": [0, 1, 2, 2]}
    ),
    "nan": Row("--nan drop", None, 2.5, columns={"pred": [1, "", 3], "y": [0, 0, 1]}),
    "missing": Row(
        "--missing drop", None, 1, "-l mse -t t.csv:y --id k", columns=KEYED, also={"t.csv": {"k": "ba", "y": [1, 0]}}
    ),
    "reduction": Row("--reduction p50", 6.25, 4, not_of=("compare",)),
    "quantiles": Row("--quantiles 50", 6.25, 6.25, shows="p50"),
    "confidence": Row("--confidence 0.9", 6.25, 6.25, "-l mse", "--confidence 0.5", shows="low"),
    "unit": Row("--unit g", 6.25, 6.25, "-l mse --confidence 0.9", shows="units"),
    "block": Row("--block 2", 6.25, 6.25, "-l mse --confidence 0.9", shows="units"),
    "average": Row(
        "--average rows", 4, 2.5,
        columns='{"pred": [1, 1, 3, 3], "y": [0, 0, 0, 0]}\n{"pred": [0], "y": [0]}\n', name="a.jsonl",
    ),
    "delimiter": Row("--delimiter ;", None, 6.25, columns=csv(TABLE, ";")),
    "decimal": Row("--decimal ,", None, 0.25, "-l mse --delimiter ;", columns="pred;y\n1,5;1\n"),
    "no_header": Row("--no-header", None, 2.5, "-l mse -p 1 -t 2", columns="1,0\n2,0\n"),
    "encoding": Row("--encoding latin-1", 2.5, 6.25, "-l mse --where g!=ä", columns={**TABLE, "g": "uäuä"}),
    "input_format": Row("--input-format csv", None, 6.25, columns=csv(TABLE), name="a.txt"),
    "table": Row("--table missing=5", 6.25, 3, "-l mse --nan drop"),
    "plugin": Row("--plugin own.py", None, 2.25, "-l own", also={"own.py": OWN}, refused=2),
    "jobs": Row("--jobs 2", 6.25, 6.25, "-l mse", "--jobs 1", shows=""),
}  # fmt: skip


def options(words: Sequence[str]) -> dict[str, Any]:
    """What is typed, by the names of options: True, a text, or a list of texts."""
    declared = {flag: declared for declared in options_of(Data).values() for flag in declared.option.flags.split()}
    left, found = [*words], dict[str, Any]()
    while left:
        flag, _, text = left.pop(0).partition("=")
        one = declared[flag]
        value = True if one.kind is bool else text or left.pop(0)
        found[one.name] = [*found.get(one.name, []), value] if one.kind is tuple else value
    return found


def document_of(lossctl: Command, *arguments: str) -> Any:
    """The document of a command, or its exit code where it refuses."""
    done = lossctl(*arguments, "--json")
    return done.code or json.loads(done.out)


def by_manifest(lossctl: Command, row: Row, words: Sequence[str]) -> Any:
    flags = {key: flag for flag, key in COLUMNS.items()}
    given = {options_of(Data)[name].key: value for name, value in options(words).items()}
    cells = {"run": "a", "pred": ":".join([row.pred, *given.pop("pred", [])])}
    plugins = [word for file in given.pop("plugin", []) for word in ("--plugin", file)]
    Path("m.jsonl").write_text(json.dumps(cells | {flags[key]: value for key, value in given.items()}))
    return document_of(lossctl, "batch", "--manifest", "m.jsonl", *plugins)


def by_configuration(lossctl: Command, row: Row, words: Sequence[str]) -> Any:
    given = {options_of(Data)[name].key: value for name, value in options(words).items()}
    table = {"files": row.pred, **given, "loss": given["loss"][0], "max": 1e9}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items()]
    Path("c.toml").write_text("\n".join(["[[check]]", *lines]))
    return document_of(lossctl, "check", "--config", "c.toml")


def by_python(_: Command, row: Row, words: Sequence[str]) -> Any:
    given = {name: value[0] if isinstance(value, list) else value for name, value in options(words).items()}
    if "role" in given:
        given["role"] = dict([given["role"].split("=")])
    try:
        return package.evaluate(row.pred, **given).to_dict()
    except package.LossctlError as error:
        return error.exit_code


WAYS: Mapping[str, Callable[[Command, Row, Sequence[str]], Any]] = {
    "eval": lambda lossctl, row, words: document_of(lossctl, "eval", row.pred, *words),
    "check": lambda lossctl, row, words: document_of(lossctl, "check", row.pred, *words, "--max", "1e9"),
    "batch": lambda lossctl, row, words: document_of(lossctl, "batch", row.pred, *words),
    "manifest": by_manifest,
    "configuration": by_configuration,
    "python": by_python,
}


def run_of(document: Any, place: int = 0, without: Sequence[str] = ("check",)) -> Any:
    """What a document says of a run, but for what not every way shows; an exit code as it is."""
    if isinstance(document, int):
        return document
    run = document["runs"][place]
    results = [{key: value for key, value in result.items() if key not in without} for result in run["results"]]
    return {key: run[key] for key in ("rows", "used", "dropped", "error", "sources", "classes")} | {"results": results}


def values_of(run: Mapping[str, Any]) -> Any:
    """The values of groups, or that of all rows where there are none."""
    groups = {"".join(result["by"].values()): result["value"] for result in run["results"] if result["by"]}
    return groups or run["results"][0]["value"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_an_option_changes_the_same_wherever_it_is_given(name: str, lossctl: Command) -> None:
    row = ROWS[name]
    row.write()
    shown = []
    for given, expected in ((False, row.without), (True, row.value)):
        words = row.words(given=given)
        runs = {way: run_of(of(lossctl, row, words)) for way, of in WAYS.items() if way not in row.not_of}
        assert runs == dict.fromkeys(runs, runs["eval"] if expected is not None else row.refused)
        if expected is not None:
            assert values_of(runs["eval"]) == pytest.approx(expected, rel=1e-15)
            shown.append([result.get(row.shows) for result in runs["eval"]["results"]])
    assert not row.shows or len(shown) == 1 or shown[0] != shown[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if "compare" not in row.not_of])
def test_compare_and_a_baseline_of_predictions_know_it_too(name: str, lossctl: Command) -> None:
    row = ROWS[name]
    row.write()
    other, differences = f"o{row.name}", []
    for given, expected in ((False, row.without), (True, row.value)):
        words = row.words(given=given)
        compared = document_of(lossctl, "compare", other, row.pred, *words)
        checked = document_of(lossctl, "check", row.pred, *words, "--max-rise", "1e9", "--baseline", other)
        if expected is None:
            assert (compared, checked) == (row.refused, row.refused)
            continue
        judged = document_of(lossctl, "eval", row.pred, *words)
        assert run_of(compared, 1, INTERVAL) == run_of(judged, 0, INTERVAL)
        found = [
            (comparison["by"], comparison["base_value"], comparison["value"], comparison["difference"])
            for comparison in compared["comparisons"]
        ]
        assert [(check["by"], check["baseline"], check["value"], check["change"]) for check in checked["checks"]] == found
        differences.append([{key: comparison[key] for key in ("low", "high", "units")} for comparison in compared["comparisons"]])
    assert row.shows not in INTERVAL or differences[0] != differences[1]


@pytest.mark.parametrize(("name", "command"), [("pool", "compare"), ("reduction", "compare")])
def test_what_cannot_have_it_refuses_it(name: str, command: str, lossctl: Command) -> None:
    row = ROWS[name]
    row.write()
    assert command in row.not_of
    assert document_of(lossctl, command, *[f"o{row.name}"] * (command == "compare"), row.pred, *row.words(given=True)) == 2


@pytest.mark.parametrize("name", ROWS)
def test_init_writes_what_it_was_given_and_check_finds_what_eval_does(name: str, lossctl: Command) -> None:
    row = ROWS[name]
    row.write()
    words = row.words(given=True)
    assert lossctl("init", row.pred, *words).code == 0
    document = tomllib.loads(Path("lossctl.toml").read_text())
    (written,) = document.pop("check")
    given = {options_of(Init)[name].key: value for name, value in options(words).items()}
    given.pop("jobs", None)  # it decides nothing
    given |= {"loss": given["loss"][0]}
    assert document == {key: given.pop(key) for key in ("plugin",) if key in given}
    assert {key: value for key, value in written.items() if key not in ("name", "max")} == given | {"files": [row.pred]}
    checked = document_of(lossctl, "check", "--config", "lossctl.toml")
    assert run_of(checked) == run_of(document_of(lossctl, "eval", row.pred, *words))


# What some commands have beside: what is typed in both, the option, and what is typed in its place without it.
OF_SOME = {
    ("eval", "per_sample"): ("a.csv", "--per-sample", ""),
    ("eval", "worst"): ("a.csv", "--worst 2", "--worst 1"),
    ("eval", "keep"): ("a.csv --worst 1", "--keep g", "--keep w"),
    ("compare", "worst"): ("oa.csv a.csv", "--worst 2", "--worst 1"),
    ("compare", "keep"): ("oa.csv a.csv --worst 1", "--keep g", "--keep w"),
    ("compare", "models"): ("a.csv -t z", "--models pred,q", "--models pred,y"),
    ("compare", "model"): ("long.csv --id n", "--model g", "--model h"),
    ("compare", "base"): ("long.csv --id n --model g", "--base v", "--base u"),
    ("compare", "method"): ("oa.csv a.csv", "--method t", "--method permutation"),
    ("compare", "resamples"): ("oa.csv a.csv", "--resamples 100", "--resamples 110"),
    ("compare", "seed"): ("oa.csv a.csv", "--seed 1", "--seed 2"),
    ("batch", "models"): ("a.csv -t z", "--models pred,q", "--models pred,y"),
    ("batch", "model"): ("long.csv --id n", "--model g", "--model h"),
}
JUDGING = {record: command for record, command in COMMANDS.items() if issubclass(record, Data) and record is not Init}


@pytest.mark.parametrize(("command", "name"), OF_SOME)
def test_an_option_of_some_commands_changes_what_they_show(command: str, name: str, lossctl: Command) -> None:
    ROWS["loss"].write()
    Path("long.csv").write_text(csv({"n": [1, 1, 2, 2], "pred": [1, 2, 3, 5], "y": [0, 0, 1, 1], "g": "uvuv", "h": "uvvu"}))
    beside, typed, instead = map(str.split, OF_SOME[command, name])
    given, other = (document_of(lossctl, command, *beside, "-l", "mse", *words) for words in (typed, instead))
    assert (given["runs"], given["comparisons"]) != (other["runs"], other["comparisons"])


def test_every_option_with_an_effect_is_in_one_of_the_tables() -> None:
    has_effect = {
        (command, name)
        for record, command in JUDGING.items()
        for name, declared in options_of(record).items()
        if declared.option.flags and declared.option.effect is not Effect.NONE
    }
    assert {(command, name) for command, name in has_effect if name not in ROWS} == {*OF_SOME}
    assert {*ROWS} == {name for name, declared in options_of(Data).items() if declared.option.flags}


@pytest.mark.parametrize("command", JUDGING.values())
def test_digits_are_those_of_every_table(command: str, lossctl: Command) -> None:
    ROWS["loss"].write()
    words = {"compare": ["oa.csv", "a.csv"], "check": ["a.csv", "--max", "9"]}.get(command, ["a.csv"])
    for digits, value in (("1", "6"), ("2", "6.2"), ("3", "6.25")):
        done = lossctl(command, *words, "-l", "mse", "-f", "md", "--digits", digits)
        assert f"| {value} |" in done.out
