import sys

import duckdb

print(duckdb.sql(f"select avg((y_pred - y_true) ** 2) from '{sys.argv[1]}'").fetchall()[0][0])
