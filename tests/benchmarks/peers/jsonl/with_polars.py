import sys

import polars as pl

error = pl.col("y_pred") - pl.col("y_true")
print(pl.scan_ndjson(sys.argv[1]).select((error**2).mean()).collect(engine="streaming").item())
