"""The files of the benchmark, made once: `python -m tests.benchmarks.data FOLDER FILE...`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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


def grouped(rows: int, column: str, words: list[str]) -> pa.Table:
    """Targets and predictions, and a word of `words` for each row."""
    chosen = np.random.default_rng(12).integers(0, len(words), rows)
    return predictions(rows).drop_columns("id").append_column(column, pa.array(words).take(pa.array(chosen)))


def keyed(rows: int, column: str, order: int, noise: int | None = None) -> pa.Table:
    """A text key and the targets, or predictions near them, of the same rows for every `column`, in an order of its own."""
    true = predictions(rows)["y_true"].combine_chunks()
    values = true if noise is None else pc.add(true, pa.array(np.random.default_rng(noise).normal(size=rows)))
    keys = pa.array([f"case-{number:07}" for number in range(rows)])
    return pa.table({"id": keys, column: values}).take(pa.array(np.random.default_rng(order).permutation(rows)))


ANIMALS = ("ant", "bee", "cat", "dog", "eel")


def named_classes(rows: int) -> pa.Table:
    """A label that is a word, and the probability of each word in the column `prob_<word>`."""
    table = classes(rows, len(ANIMALS))
    label = pa.array(ANIMALS).take(table["label"].combine_chunks())
    return table.set_column(0, "label", label).rename_columns(["label", *(f"prob_{animal}" for animal in ANIMALS)])


def json_lines(path: Path, rows: int) -> None:
    """Predictions as JSON lines."""
    columns = predictions(rows).to_pydict()
    with path.open("w") as file:
        for number, true, pred in zip(columns["id"], columns["y_true"], columns["y_pred"], strict=True):
            file.write(f'{{"id": {number}, "y_true": {true!r}, "y_pred": {pred!r}}}\n')


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


def outcomes(path: Path, rows: int) -> None:
    """What was 1 with about the probabilities of as many rows."""
    random = np.random.default_rng(18)
    p = random.random(rows)
    np.save(path, (random.random(rows) < p**1.2).astype(np.int64))


def segment_labels(path: Path) -> None:
    """Classes of the elements of images, of which one in twenty is 255: left out."""
    random = np.random.default_rng(20)
    found = random.integers(0, 21, (50, 256, 256))
    found[random.random(found.shape) < 0.05] = 255
    np.save(path, found)


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
    "probabilities.npy": lambda path: np.save(path, np.random.default_rng(18).random(10 * MILLION)),
    "outcomes.npy": lambda path: outcomes(path, 10 * MILLION),
    "segments.npy": lambda path: np.save(path, np.random.default_rng(19).normal(size=(50, 21, 256, 256)).astype(np.float32) * 3),
    "segment_labels.npy": segment_labels,
    "ensembles.npy": lambda path: np.save(path, np.random.default_rng(21).normal(size=(MILLION, 50))),
    "scores.npy": lambda path: np.save(path, np.random.default_rng(22).normal(size=2 * MILLION)),
    "relevances.npy": lambda path: np.save(path, np.random.default_rng(23).integers(0, 5, 2 * MILLION)),
    "queries.npy": lambda path: np.save(path, np.random.default_rng(24).integers(0, 20_000, 2 * MILLION)),
    "regions.csv": lambda path: pacsv.write_csv(grouped(5 * MILLION, "region", [f"region {place}" for place in range(10)]), path),
    "users.csv": lambda path: pacsv.write_csv(
        grouped(5 * MILLION, "user", [f"user-{place:06}" for place in range(100_000)]), path
    ),
    "solution.csv": lambda path: pacsv.write_csv(keyed(MILLION, "y_true", order=13), path),
    "submission.csv": lambda path: pacsv.write_csv(keyed(MILLION, "y_pred", order=14, noise=15), path),
    "other.csv": lambda path: pacsv.write_csv(keyed(MILLION, "y_pred", order=16, noise=17), path),
    "words.csv": lambda path: pacsv.write_csv(named_classes(MILLION), path),
    "words.parquet": lambda path: parquet.write_table(named_classes(MILLION), path),
    "million.csv": lambda path: pacsv.write_csv(predictions(MILLION), path),
    "million.jsonl": lambda path: json_lines(path, MILLION),
    "five.npy": lambda path: near(path, 5 * MILLION),
    "five_true.npy": lambda path: true_values(path, 5 * MILLION),
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
