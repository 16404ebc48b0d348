import sys

import duckdb

names = ("ant", "bee", "cat", "dog", "eel")
chosen = " ".join(f"when '{name}' then prob_{name}" for name in names)
print(duckdb.sql(f"select avg(-ln(case label {chosen} end)) from '{sys.argv[1]}'").fetchall()[0][0])
