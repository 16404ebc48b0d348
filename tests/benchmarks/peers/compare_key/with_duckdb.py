import sys

import duckdb

base, candidate, solution = sys.argv[1:]
found = duckdb.sql(
    f"""
    select avg(a), avg(b), avg(b - a) from (
        select (base.y_pred - y_true) ** 2 as a, (candidate.y_pred - y_true) ** 2 as b
        from '{solution}' join '{base}' as base using (id) join '{candidate}' as candidate using (id)
    )
    """
).fetchall()[0]
print(found[:2], file=sys.stderr)
print(found[2])
