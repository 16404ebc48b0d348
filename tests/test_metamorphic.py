"""The same values in another coat give the same bits: other columns, quotes, line ends, orders, formats, blocks, readers."""

from __future__ import annotations

import bz2
import functools
import gzip
import json
import lzma
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from lossctl.scoring import wanted
from tests.corpus.arrow_cases import arrow, parquet
from tests.corpus.npy_bytes import npy, npz
from tests.corpus.oracle import logit_ce, weighted
from tests.corpus.readers import READERS, forced
from tests.corpus.runner import run_here

pytestmark = pytest.mark.slow
Columns = dict[str, list[float]]
Files = Mapping[str, str | bytes]
Run = Callable[..., str]
ROWS = 40
DRAW = random.Random(20_240_131)
REGRESSION: Columns = {
    "pred": [DRAW.gauss(0, 1) * 10.0 ** DRAW.randint(-6, 6) for _ in range(ROWS)],
    "target": [DRAW.gauss(0, 1) * 10.0 ** DRAW.randint(-6, 6) for _ in range(ROWS)],
    "w": [DRAW.random() + 1e-3 for _ in range(ROWS)],
}
CLASSES: Columns = {f"logit_{k}": [DRAW.gauss(0, 3) for _ in range(ROWS)] for k in range(3)} | {
    "target": [float(DRAW.randrange(3)) for _ in range(ROWS)],
    "w": [DRAW.random() + 1e-3 for _ in range(ROWS)],
}
DATA = {"regression": REGRESSION, "classes": CLASSES}
LOSSES = {
    "regression": ("-l", "mse,mae,huber:delta=0.7,smooth_l1:beta=3"),
    "classes": ("-l", "ce,focal:gamma=1.5,poly:epsilon=2,-0.25,poly_focal", "--from", "logits"),
}


def table(columns: Mapping[str, Sequence[object]], delimiter: str = ",", end: str = "\n") -> str:
    lines = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    return "".join(delimiter.join(map(str, line)) + end for line in lines)


def cells(columns: Columns, shape: str) -> str:
    """A table whose cells have this shape."""
    return table({name: [shape.format(value) for value in values] for name, values in columns.items()})


def picked(columns: Columns, rows: Sequence[int]) -> Columns:
    return {name: [values[row] for row in rows] for name, values in columns.items()}


def shuffled(columns: Columns) -> Columns:
    return picked(columns, random.Random(5).sample(range(ROWS), ROWS))


def reordered(columns: Columns) -> Columns:
    return {name: columns[name] for name in sorted(columns, reverse=True)}


def json_lines(columns: Columns) -> str:
    return "".join(json.dumps(dict(zip(columns, row, strict=True))) + "\n" for row in zip(*columns.values(), strict=True))


NOTES = [f'"{row}, and ""more""\nof it"' for row in range(ROWS)]
COATS: dict[str, tuple[str, Callable[[Columns], str | bytes]]] = {
    "plain": ("a.csv", table),
    "other columns": ("a.csv", lambda columns: table({"x": [3] * ROWS, **columns, "note": NOTES})),
    "quoted cells": ("a.csv", lambda columns: cells({f'"{name}"': values for name, values in columns.items()}, '"{!r}"')),
    "CRLF": ("a.csv", lambda columns: table(columns, end="\r\n")),
    "a byte order mark": ("a.csv", lambda columns: "\ufeff" + table(columns)),
    "no final newline": ("a.csv", lambda columns: table(columns).rstrip()),
    "blanks": ("a.csv", lambda columns: cells(columns, " {!r} ")),
    "more digits": ("a.csv", lambda columns: cells(columns, "{:+.30e}")),
    "columns in another order": ("a.csv", lambda columns: table(reordered(columns))),
    "rows in another order": ("a.csv", lambda columns: table(shuffled(columns))),
    "tsv": ("a.tsv", lambda columns: table(columns, "\t")),
    "txt": ("a.txt", lambda columns: table(columns, "   ")),
    "gz": ("a.csv.gz", lambda columns: gzip.compress(table(columns).encode())),
    "bz2": ("a.tsv.bz2", lambda columns: bz2.compress(table(columns, "\t").encode())),
    "xz": ("a.csv.xz", lambda columns: lzma.compress(table(columns).encode())),
    "jsonl": ("a.jsonl", json_lines),
    "npz": ("a.npz", npz),
    "npz compressed": ("a.npz", lambda columns: npz(columns, method=8)),
    "parquet": ("a.parquet", lambda columns: parquet(columns, row_group_size=7)()),
    "arrow": ("a.arrow", lambda columns: arrow(columns)()),
    "feather": ("a.feather", lambda columns: arrow(reordered(columns))()),
}
STREAMS = [coat for coat, (name, _) in COATS.items() if name.rpartition(".")[2] in ("csv", "tsv", "txt", "jsonl")]


@contextmanager
def blocks_of(values: int | None) -> Iterator[None]:
    """Blocks of so many values, or the usual ones."""
    of_blocks = wanted.Wanted if values is None else functools.partial(wanted.Wanted, block_values=values)
    with patch.object(wanted, "Wanted", of_blocks):
        yield


@pytest.fixture(params=DATA)
def data(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def run(data: str, tmp_path: Path) -> Run:
    """Writes files and runs a command; checks that neither blocks nor the reader change a bit; gives what was printed."""

    def every_way(files: Files, *command: str, stdin: bytes = b"") -> str:
        for name, content in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        printed = {}
        for block_values in (None, 7, 1):
            for reader in READERS:
                with blocks_of(block_values), forced(reader):
                    done = run_here(["eval", "-b", *LOSSES[data], *command], tmp_path, stdin)
                assert done.code == 0, done
                printed[block_values, reader] = done.out.decode()
        assert len(set(printed.values())) == 1, printed
        return printed[None, "fast"]

    return every_way


PLAIN: dict[str, str] = {}


@pytest.fixture
def plain(data: str, run: Run) -> str:
    """What the plain table gives, found once for all tests."""
    if data not in PLAIN:
        PLAIN[data] = run({"plain.csv": table(DATA[data])}, "plain.csv", "-w", "w")
    return PLAIN[data]


def test_the_plain_tables_give_the_values_of_the_definitions(data: str, plain: str) -> None:
    columns, first = DATA[data], float(plain.split()[0])
    if data == "regression":
        errors = [(p - t) ** 2 for p, t in zip(columns["pred"], columns["target"], strict=True)]
    else:
        logits = list(zip(*(columns[f"logit_{k}"] for k in range(3)), strict=True))
        errors = [logit_ce([row], [int(label)]) for row, label in zip(logits, columns["target"], strict=True)]
    assert math.isclose(first, weighted(errors, columns["w"]), rel_tol=1e-14)


@pytest.mark.parametrize("coat", COATS)
def test_another_coat_gives_the_same_bits(coat: str, data: str, run: Run, plain: str) -> None:
    name, made = COATS[coat]
    assert run({name: made(DATA[data])}, name, "-w", "w") == plain


@pytest.mark.parametrize("coat", STREAMS)
def test_standard_input_gives_the_same_bits(coat: str, data: str, run: Run, plain: str) -> None:
    name, made = COATS[coat]
    content = made(DATA[data])
    given = content if isinstance(content, bytes) else content.encode()
    assert run({}, "-", "-w", "w", "--input-format", name.rpartition(".")[2], stdin=given) == plain


@pytest.mark.parametrize("fortran", [False, True])
def test_arrays_give_the_same_bits(fortran: bool, data: str, run: Run, plain: str) -> None:
    columns = DATA[data]
    names = [name for name in columns if name not in ("target", "w")]
    by_column = [value for name in names for value in columns[name]]
    by_row = [value for row in zip(*(columns[name] for name in names), strict=True) for value in row]
    files = {"p.npy": npy("<f8", (ROWS, len(names)), by_column if fortran else by_row, fortran=fortran)}
    files |= {"t.npy": npy(">f8", (ROWS,), columns["target"]), "w.npy": npy("<f8", (ROWS, 1), columns["w"])}
    assert run(files, "p.npy", "-t", "t.npy", "-w", "w.npy") == plain


def test_an_array_on_standard_input_gives_the_same_bits(run: Run, plain: str, data: str) -> None:
    columns = DATA[data]
    names = [name for name in columns if name not in ("target", "w")]
    by_row = [value for row in zip(*(columns[name] for name in names), strict=True) for value in row]
    files = {"t.npy": npy("<f8", (ROWS,), columns["target"]), "w.npy": npy("<f8", (ROWS,), columns["w"])}
    given = npy("<f8", (ROWS, len(names)), by_row)
    assert run(files, "-", "--input-format", "npy", "-t", "t.npy", "-w", "w.npy", stdin=given) == plain


def test_targets_in_another_file_give_the_same_bits(data: str, run: Run, plain: str) -> None:
    target = {"t": DATA[data]["target"], "v": DATA[data]["w"]}
    pred = {name: values for name, values in DATA[data].items() if name not in ("target", "w")}
    assert run({"p.csv": table(pred), "t.tsv": table(target, "\t")}, "p.csv", "-t", "t.tsv:t", "-w", "t.tsv:v") == plain


@pytest.mark.parametrize("sizes", [(39, 1), (1, 7, 13, 19), (1,) * ROWS])
def test_any_split_into_files_gives_the_same_bits(sizes: Sequence[int], data: str, run: Run, plain: str) -> None:
    ends = [sum(sizes[: k + 1]) for k in range(len(sizes))]
    shards = {f"{k:03}.csv": table(picked(DATA[data], range(e - s, e))) for k, (s, e) in enumerate(zip(sizes, ends, strict=True))}
    assert run(shards, "--pool", *shards, "-w", "w") == plain


def test_a_folder_of_shards_gives_the_same_bits(data: str, run: Run, plain: str) -> None:
    shards = {f"d/{k}.csv": table(picked(DATA[data], range(10 * k, 10 * k + 10))) for k in range(4)}
    assert run(shards, "d", "-w", "w") == plain


def test_rows_joined_by_key_give_the_same_bits(data: str, run: Run, plain: str) -> None:
    keyed: Columns = {"key": [float(row) for row in range(ROWS)], **DATA[data]}
    other = shuffled({name: keyed[name] for name in ("key", "target")})
    pred = {name: values for name, values in keyed.items() if name != "target"}
    files = {"p.csv": table(pred), "t.csv": table(other)}
    assert run(files, "p.csv", "-t", "t.csv:target", "-w", "w", "--id", "key") == plain


@pytest.mark.parametrize("jobs", ["1", "2", "5"])
def test_threads_change_no_bit(jobs: str, data: str, run: Run, plain: str) -> None:
    assert run({"plain.csv": table(DATA[data])}, "plain.csv", "-w", "w", "-j", jobs) == plain


def test_dropped_rows_leave_the_bits_of_the_rest(data: str, run: Run, plain: str) -> None:
    gaps = {name: [value for row in values for value in (row, math.nan)] for name, values in DATA[data].items()}
    assert run({"a.csv": table(gaps)}, "a.csv", "-w", "w", "--nan", "drop") == plain
