"""The files of the benchmark, made once: `python -m tests.benchmarks.data FOLDER FILE...`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as parquet

MILLION = 1_000_000


def predictions(rows: int) -> pa.Table:
    """Targets of three decimals, and predictions near them in full precision."""
    random = np.random.default_rng(0)
    true = np.round(random.normal(size=rows) * 10, 3)
    return pa.table({"id": np.arange(rows), "y_true": true, "y_pred": true + random.normal(size=rows)})


def classes(rows: int, width: int) -> pa.Table:
    """A label, and probabilities as a softmax gives them."""
    random = np.random.default_rng(1)
    logits = random.normal(size=(rows, width))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return pa.table({"label": random.integers(0, width, rows), **{f"p_{place}": shares[:, place] for place in range(width)}})


def true_values(path: Path, rows: int) -> None:
    np.save(path, np.random.default_rng(2).normal(size=rows))


def near(path: Path, rows: int, seed: int = 3) -> None:
    """Predictions for `true_values` of as many rows."""
    np.save(path, np.random.default_rng(2).normal(size=rows) + 0.5 * np.random.default_rng(seed).normal(size=rows))


def matrix(path: Path) -> None:
    np.save(path, np.random.default_rng(4).normal(size=(200_000, 1_000)).astype(np.float32) * 3)


def triplets(path: Path) -> None:
    random = np.random.default_rng(5)
    anchor, positive, negative = (random.random((200_000, 256), dtype=np.float32) for _ in range(3))
    np.savez(path, anchor=anchor, positive=positive, negative=negative)


def runs(path: Path, count: int = 1_000) -> None:
    path.mkdir()
    for number in range(count):
        near(path / f"{number:05}.npy", 1_000, seed=100 + number)


def logits(path: Path, classes: int) -> None:
    """20 million float32 values in rows of so many classes."""
    np.save(path, np.random.default_rng(10).normal(size=(20 * MILLION // classes, classes)).astype(np.float32) * 3)


def labels(path: Path, classes: int) -> None:
    np.save(path, np.random.default_rng(11).integers(0, classes, 20 * MILLION // classes))


FILES: dict[str, Callable[[Path], object]] = {
    "small.csv": lambda path: pacsv.write_csv(predictions(1_000), path),
    "long.csv": lambda path: pacsv.write_csv(predictions(10 * MILLION), path),
    "long.parquet": lambda path: parquet.write_table(predictions(10 * MILLION), path),
    "classes.csv": lambda path: pacsv.write_csv(classes(MILLION, 12), path),
    "small.npy": lambda path: near(path, 1_000),
    "small_true.npy": lambda path: true_values(path, 1_000),
    "pred.npy": lambda path: near(path, 10 * MILLION),
    "true.npy": lambda path: true_values(path, 10 * MILLION),
    "long.npy": lambda path: near(path, 100 * MILLION),
    "long_true.npy": lambda path: true_values(path, 100 * MILLION),
    "logits.npy": lambda path: np.save(path, np.random.default_rng(6).normal(size=50 * MILLION).astype(np.float32) * 3),
    "labels.npy": lambda path: np.save(path, np.random.default_rng(7).integers(0, 2, 50 * MILLION).astype(np.int8)),
    "matrix.npy": matrix,
    "classes.npy": lambda path: np.save(path, np.random.default_rng(8).integers(0, 1_000, 200_000)),
    "triplets.npz": triplets,
    "million.npy": lambda path: true_values(path, MILLION),
    "base.npy": lambda path: near(path, MILLION),
    "candidate.npy": lambda path: near(path, MILLION, seed=9),
    "runs": runs,
}

# the same by size, as `true-1000000.npy`
SIZED: dict[str, Callable[[Path, int], object]] = {
    "table": lambda path, rows: pacsv.write_csv(predictions(rows), path),
    "true": true_values,
    "pred": near,
    "logits": logits,
    "labels": labels,
    "runs": runs,
}


def main(folder: str, names: list[str]) -> None:
    """Makes the files that are not there; a file that is half made when the process ends does not count."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in names:
        path = Path(folder, name)
        if not path.exists():
            unfinished = path.with_name("unfinished-" + name)
            kind, sized, size = path.stem.partition("-")
            SIZED[kind](unfinished, int(size)) if sized else FILES[name](unfinished)
            unfinished.rename(path)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
