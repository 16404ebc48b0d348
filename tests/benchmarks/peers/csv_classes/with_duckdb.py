import sys

import duckdb

chosen = " ".join(f"when {place} then p_{place}" for place in range(12))
print(duckdb.sql(f"select avg(-ln(case label {chosen} end)) from '{sys.argv[1]}'").fetchall()[0][0])
