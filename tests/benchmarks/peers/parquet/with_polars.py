import sys

import polars as pl

error = pl.col("y_pred") - pl.col("y_true")
found = (
    pl.scan_parquet(sys.argv[1])
    .select(
        mse=(error**2).mean(),
        mae=error.abs().mean(),
        huber=pl.when(error.abs() < 1).then(0.5 * error**2).otherwise(error.abs() - 0.5).mean(),
    )
    .collect(engine="streaming")
)
print(*found.row(0), sep="\n")
