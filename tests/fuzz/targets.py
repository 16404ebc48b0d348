"""What is fuzzed: for each target its seeds, and what is done with an input, in a folder of its own as the working directory."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import lossctl
from lossctl.cli import run
from lossctl.errors import LossctlError

TABLE = {"id": ["a", "b", "c"], "g": ["u", "v", "u"], "w": [1.0, 2.0, 0.5], "pred": [0.25, 0.5, 0.75], "y": [0, 1, 1]}
TEXT = "id,g,w,pred,y\na,u,1,0.25,0\nb,v,2,0.5,1\nc,u,0.5,0.75,1\n"


class Escaped(AssertionError):
    """Something else than a result or an error in words came out."""


@dataclass(frozen=True)
class Target:
    """seeds: inputs that are sound. run: takes an input; raises Escaped, or whatever escapes."""

    seeds: tuple[bytes, ...]
    run: Callable[[bytes], None]


def command(*arguments: str) -> None:
    """A command in this process; Escaped where it ends with an internal error."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(arguments)
    if code >= 70:
        raise Escaped(f"exit code {code} of {arguments}: {err.getvalue()}")


def evaluated(*arguments: Any, **options: Any) -> None:
    """An evaluation by Python; Escaped where an error has no words."""
    try:
        found = lossctl.evaluate(*arguments, **options)
        found.to_dict()
        repr((found.value, found.groups))
    except LossctlError as error:
        if error.exit_code >= 70 or len(str(error)) > 600:
            raise Escaped(f"{arguments}, {options}: {error}") from error


def _file(name: str, **options: Any) -> Callable[[bytes], None]:
    """A prediction file of a format, read in ways that take its columns as numbers, words and keys."""

    def take(data: bytes) -> None:
        Path(name).write_bytes(data)
        evaluated(name, loss="mse", jobs=1, **options)
        evaluated(name, loss="ce", by="g", weight="w", nan="drop", jobs=1, **options)
        evaluated(name, "t.csv:y", "mse", id="id", missing="drop", jobs=1, **options)

    return take


def _array(name: str) -> Callable[[bytes], None]:
    def take(data: bytes) -> None:
        Path(name).write_bytes(data)
        evaluated(name, name, "mse", jobs=1)
        evaluated(name, "t.csv:y", "ce", by="t.csv:g", jobs=1)

    return take


def _texts(*arguments: str) -> Callable[[bytes], None]:
    """A text in the place of `{}` of a command line, which may hold several parted by NUL."""

    def take(data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape").replace("\0", "")
        if not text.startswith(("s3:", "gs:", "/", "..", "-")):  # no network, and nothing outside the folder
            command(*(argument.replace("{}", text) for argument in arguments))

    return take


def _beside(name: str, *arguments: str) -> Callable[[bytes], None]:
    """A file that a command reads beside the predictions."""

    def take(data: bytes) -> None:
        Path(name).write_bytes(data)
        if b"/" not in data and b".." not in data and b"://" not in data:
            command(*arguments)

    return take


def _python(data: bytes) -> None:
    """Arguments of `evaluate`, drawn from odd values by the bytes."""
    draws = iter(data)

    def draw() -> Any:
        return _ODD[next(draws, 0) % len(_ODD)]()

    losses: list[Any] = ["mse", "ce", "hinge", "ce,focal", "huber:delta=2"]
    options = {name: draw() for name in _OPTIONS if next(draws, 0) % 8 == 0}
    evaluated(draw(), draw(), losses[next(draws, 0) % len(losses)], **options)


_OPTIONS = (
    "weight",
    "by",
    "id",
    "nan",
    "normalize",
    "positive",
    "classes",
    "ignore",
    "where",
    "reduction",
    "worst",
    "role",
    "jobs",
)
_ODD: tuple[Callable[[], Any], ...] = (
    lambda: [0.25, 0.5, 0.75],
    lambda: [0, 1, 1],
    lambda: np.array([0.25, 0.5, 0.75], np.float32),
    lambda: np.array([0, 1, 1], np.int8),
    lambda: np.array([True, False, True]),
    lambda: [[0.25, 0.75], [0.5, 0.5], [1.0, 0.0]],
    lambda: ["a", "b", "a"],
    lambda: ["a", None, "b"],
    lambda: [None, None, None],
    lambda: [1, None, 2],
    lambda: [10**400, 1, 2],
    lambda: [2**63, -(2**63), 2**64],
    lambda: [1j, 2j, 3j],
    lambda: [[1], [1, 2], []],
    lambda: {"a": 1},
    lambda: {1, 2},
    lambda: (),
    lambda: np.zeros((3, 0)),
    lambda: np.zeros((0,)),
    lambda: np.array(1.0),
    lambda: np.array(["2020-01-01", "NaT", "2021-01-01T01"], "M8[s]"),
    lambda: np.array([b"a", b"b", b"c"]),
    lambda: np.array([(1, 2)] * 3, "i4,f8"),
    lambda: np.ma.array([1, 2, 3], mask=[False, True, False]),
    lambda: np.array([np.nan, np.inf, -np.inf]),
    lambda: object(),
    lambda: [object(), 1, 2],
    lambda: range(3),
    lambda: "t.csv:y",
    lambda: "y\0",
    lambda: "\ud800",
    lambda: "",
    lambda: True,
    lambda: None,
    lambda: -1,
    lambda: 3.5,
    lambda: float("nan"),
    lambda: 10**5000,
    lambda: "drop",
    lambda: "p99",
)


def _saved(*arguments: str, path: str) -> bytes:
    """What a command writes, as a seed. Called in the folder."""
    Path("t.csv").write_text(TEXT)
    command(*arguments)
    return Path(path).read_bytes()


def _npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def _npz() -> bytes:
    file = io.BytesIO()
    np.savez(file, pred=np.array([0.25, 0.5, 0.75]), y=np.array([0, 1, 1]), g=np.array([1, 2, 1]), w=np.ones(3), id=np.arange(3))
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file.getvalue())) as read, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as write:
        for name in read.namelist():
            write.writestr(name, read.read(name))
    return packed.getvalue()


def _arrow(*, stream: bool) -> bytes:
    file, table = io.BytesIO(), pa.table(TABLE)
    with (pa.ipc.new_stream if stream else pa.ipc.new_file)(file, table.schema) as writer:
        writer.write_table(table)
    return file.getvalue()


def _parquet(**options: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({**TABLE, "v": [[1.0], [2.0], [3.0]]}), file, **options)
    return file.getvalue()


def _jsonl() -> bytes:
    rows = zip(*TABLE.values(), strict=True)
    return "".join(json.dumps(dict(zip(TABLE, row, strict=True))) + "\n" for row in rows).encode()


_LOSSES = (
    b"mse",
    b"huber:delta=1.5,mae",
    b"focal:gamma=2:alpha=0.25",
    b"ce:class_weight=1,2,0.5,mse",
    b"triplet:p=inf:margin=none",
)
_SOURCES = (b"y", b"t.csv:y", b"p_*", b"p0..p9", b"p0..", b"2..4", b"a.npz:key", b"col:y", b"1", b"file:t", b"a,b", b"t.csv")
_CONDITIONS = (b"g=u", b"w>=1", b"t.csv:g!=u", b"y<1")
_TOML = (
    b'[[check]]\nname = "a"\nfiles = ["t.csv"]\nloss = "mse"\nby = "g"\nmax = 1\nmin_n = 1\nseverity = "warn"\nwhere = ["w>0"]\n'
)
_EVAL = ("eval", "t.csv", "-b", "-q", "-j", "1")


def targets() -> dict[str, Target]:
    """Every target by name. Called in a folder that may be written to."""
    baseline = ("check", "t.csv", "--max-rise", "mse=1", "--by", "g", "--baseline", "b.json", "-q", "-j", "1")
    batch = ("batch", "t.csv", "-l", "mse", "--by", "g", "-o", "j.jsonl", "-q")
    return {
        "npy": Target(
            (_npy(np.arange(3.0)), _npy(np.ones((3, 2), "<f4", order="F")), _npy(np.array([0, 1, 1]))), _array("a.npy")
        ),
        "npz": Target((_npz(),), _file("a.npz")),
        "text": Target((TEXT.encode(), b'id,g,w,pred,y\n"a","u\nv",1,.5,1\n', b"\xef\xbb\xbfpred,y\r\n1,2\r\n"), _file("a.csv")),
        "tsv": Target((TEXT.replace(",", "\t").encode(),), _file("a.tsv")),
        "space": Target((TEXT.replace(",", "  ").encode(),), _file("a.txt")),
        "encoded": Target((TEXT.encode("utf-16"), TEXT.encode("utf-16-le")), _file("a.csv", encoding="utf-16")),
        "jsonl": Target((_jsonl(), b'{"pred": [1, 2], "y": [1.5, null]}\n'), _file("a.jsonl")),
        "arrow": Target((_arrow(stream=False), _arrow(stream=True)), _file("a.arrow")),
        "parquet": Target(
            (_parquet(), _parquet(compression="none", store_schema=False, use_dictionary=False)), _file("a.parquet")
        ),
        "loss": Target(_LOSSES, _texts(*_EVAL, "-l", "{}")),
        "src": Target(_SOURCES, _texts(*_EVAL, "-l", "mse", "-p", "{}", "-t", "{}", "--by", "{}")),
        "where": Target(_CONDITIONS, _texts(*_EVAL, "-l", "mse", "--where", "{}")),
        "toml": Target((_TOML,), _beside("c.toml", "check", "--config", "c.toml", "-q", "-j", "1")),
        "manifest": Target(
            (b"run,pred\na,t.csv\n", b"pred\nt.csv\n"), _beside("m.csv", "batch", "--manifest", "m.csv", "-l", "mse")
        ),
        "manifest_lines": Target(
            (b'{"run": "a", "pred": "t.csv"}\n',), _beside("m.jsonl", "batch", "--manifest", "m.jsonl", "-l", "mse")
        ),
        "baseline": Target((_saved(*baseline, "--update-baseline", path="b.json"),), _beside("b.json", *baseline)),
        "journal": Target((_saved(*batch, path="j.jsonl"),), _beside("j.jsonl", *batch, "--resume")),
        "python": Target((bytes(range(40)), b"\0\1\2\3", b"\1" * 20), _python),
    }
