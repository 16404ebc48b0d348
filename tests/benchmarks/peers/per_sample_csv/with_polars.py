import sys

import polars as pl

error = pl.col("y_pred") - pl.col("y_true")
costs = pl.scan_csv(sys.argv[1]).select(mse=error**2).with_row_index("row").collect()
print("loss,mean", f"mse,{costs['mse'].mean()}", "", sep="\n", flush=True)
costs.write_csv(sys.stdout.buffer)
