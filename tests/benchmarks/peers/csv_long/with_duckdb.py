import sys

import duckdb

found = duckdb.sql(
    f"""
    select avg(e * e), avg(abs(e)), avg(case when abs(e) < 1 then 0.5 * e * e else abs(e) - 0.5 end)
    from (select y_pred::double - y_true::double as e from '{sys.argv[1]}')
    """
)
print(*found.fetchall()[0], sep="\n")
