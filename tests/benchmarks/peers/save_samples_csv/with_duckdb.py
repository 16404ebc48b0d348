import sys

import duckdb

duckdb.sql(
    f"create temp table costs as select row_number() over () - 1 as row, (y_pred - y_true) ** 2 as mse from '{sys.argv[1]}'"
)
duckdb.sql("copy costs to 'samples_duckdb.csv'")
print(duckdb.sql("select avg(mse) from costs").fetchall()[0][0])
