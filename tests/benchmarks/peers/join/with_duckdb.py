import sys

import duckdb

submission, solution = sys.argv[1:]
print(duckdb.sql(f"select avg((y_pred - y_true) ** 2) from '{submission}' join '{solution}' using (id)").fetchall()[0][0])
