import sys

import polars as pl

base, candidate, solution = (pl.scan_csv(path) for path in sys.argv[1:])
joined = solution.join(base, on="id", validate="1:1").join(candidate, on="id", validate="1:1", suffix="_candidate")
costs = [(pl.col(name) - pl.col("y_true")) ** 2 for name in ("y_pred", "y_pred_candidate")]
means = joined.select(base=costs[0].mean(), candidate=costs[1].mean(), difference=(costs[1] - costs[0]).mean()).collect()
print(means, file=sys.stderr)
print(means["difference"].item())
