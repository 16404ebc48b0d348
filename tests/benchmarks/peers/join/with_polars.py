import sys

import polars as pl

submission, solution = (pl.scan_csv(path) for path in sys.argv[1:])
joined = submission.join(solution, on="id", validate="1:1")
print(joined.select(((pl.col("y_pred") - pl.col("y_true")) ** 2).mean()).collect().item())
