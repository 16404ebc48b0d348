"""What one version of polars wrote, kept as files. `python -m tests.strangers.make_polars` writes them anew."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tests.strangers.data import LABEL, PRED, SCORE, TARGET

FOLDER = Path(__file__).parent / "polars"


def main() -> None:
    """Writes one frame in every format of polars."""
    frame = pl.DataFrame(
        {
            "y_true": pl.Series(TARGET, dtype=pl.Float64),
            "y_pred": pl.Series(PRED, dtype=pl.Float32),
            "label": pl.Series(LABEL, dtype=pl.Categorical),
            "is_dog": pl.Series([label == "dog" for label in LABEL]),
            "prob": pl.Series(SCORE),
            "probs": pl.Series([[1 - score, score] for score in SCORE], dtype=pl.Array(pl.Float64, 2)),
            "probs_list": pl.Series([[1 - score, score] for score in SCORE]),
            "name": pl.Series([f"row {row}" for row in range(len(LABEL))]),
        }
    )
    FOLDER.mkdir(exist_ok=True)
    frame.write_parquet(FOLDER / "frame.parquet")
    frame.write_ipc(FOLDER / "frame.arrow", compression="zstd")
    frame.write_ipc_stream(FOLDER / "stream.arrow")
    frame.write_ndjson(FOLDER / "frame.ndjson")
    frame.drop("probs", "probs_list").write_csv(FOLDER / "frame.csv")


if __name__ == "__main__":
    main()
