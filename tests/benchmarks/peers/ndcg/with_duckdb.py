import sys

import duckdb
import numpy as np

pred, target, query = map(np.load, sys.argv[1:4])
rows = {"p": pred, "t": target, "q": query}
ranked = """
    select q, pow(2, t) - 1 as gain, row_number() over (partition by q order by p desc) as rank,
        row_number() over (partition by q order by t desc) as best
    from rows
"""
queries = f"select sum(gain / log2(rank + 1)) / sum(gain / log2(best + 1)) as ndcg from ({ranked}) group by q"
print(duckdb.sql(f"select avg(1 - ndcg) from ({queries})").fetchall()[0][0])
