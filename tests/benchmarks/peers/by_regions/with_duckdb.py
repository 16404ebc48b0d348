import sys

import duckdb

scored = f"select region, (y_pred - y_true) ** 2 as cost from '{sys.argv[1]}'"
found = duckdb.sql(f"select avg(cost) from ({scored}) group by grouping sets ((), (region))")
print(*(mean for (mean,) in found.fetchall()), sep="\n")
