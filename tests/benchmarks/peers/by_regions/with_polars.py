import sys

import polars as pl

error = pl.col("y_pred") - pl.col("y_true")
scored = pl.scan_csv(sys.argv[1]).select("region", cost=error**2)
by = scored.group_by("region").agg(total=pl.col("cost").sum(), n=pl.len()).collect(engine="streaming")
print(by["total"].sum() / by["n"].sum())
print(*(by["total"] / by["n"]), sep="\n")
