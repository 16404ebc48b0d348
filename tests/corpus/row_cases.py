"""Rows: keys, groups, weights, rows left out."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tests.corpus.case import Case, Named, bad, good, rows
from tests.corpus.npy_bytes import npy
from tests.corpus.oracle import mean, mse, weighted

MSE = "eval a.csv -l mse -b"
PRED = "id,pred\na,1\nb,2.5\nc,4\n"
TRUTH = "id,y\nc,7\na,2\nb,0.5\n"
VALUE = mse((1, 2.5, 4), (2, 0.5, 7))


def cases() -> Iterator[Case]:
    """All cases of this module."""
    yield from joined()
    yield from missing_keys()
    yield from groups()
    yield from weights()
    yield from left_out()
    yield from samples()


def joined() -> Iterator[Case]:
    """Rows pair by key, compared as text."""
    two = {"a.csv": PRED, "t.csv": TRUTH}
    run = f"{MSE} -t t.csv --id id"
    yield good("Rows/keys in another order", two, run, VALUE)
    yield good("Rows/--in-order", two, f"{MSE} -t t.csv --in-order", mse((1, 2.5, 4), (7, 2, 0.5)))
    yield bad("Rows/ids that differ without --id", two, f"{MSE} -t t.csv", "t.csv line 2", "'id'", "--id id", "--in-order")
    text = {"a.csv": PRED.replace("a,", "01,").replace("b,", "1,"), "t.csv": TRUTH.replace("a,", "01,").replace("b,", "1,")}
    yield good("Rows/01 is not 1", text, run, VALUE)
    for name, here, there in (
        ("01 and 1", "01", "1"),
        ("1.0 and 1", "1.0", "1"),
        ("a blank", "'a '", "a"),
        ("other case", "A", "a"),
    ):
        differ = {"a.csv": PRED.replace("\na,", "\n" + here.strip("'") + ","), "t.csv": TRUTH.replace("\na,", f"\n{there},")}
        yield bad(f"Rows/keys that differ by {name}", differ, run, "1", here)
    big = {"a.csv": PRED.replace("\na,", f"\n{2**53},").replace("b,", f"{2**53 + 1},")}
    big |= {"t.csv": TRUTH.replace("\na,", f"\n{2**53},").replace("b,", f"{2**53 + 1},")}
    yield good("Rows/keys above 2**53", big, run, VALUE)
    words = {
        "a.csv": PRED.replace("\na,", "\nnan,").replace("b,", "NA,"),
        "t.csv": TRUTH.replace("\na,", "\nnan,").replace("b,", "NA,"),
    }
    yield good("Rows/keys named nan and NA", words, run, VALUE, or_refused=True)
    quoted = {"a.csv": PRED.replace("\na,", '\n"x,y",'), "t.csv": TRUTH.replace("\na,", '\n"x,y",')}
    yield good("Rows/keys with a comma", quoted, run, VALUE)
    bare: Named = {"a.csv": PRED, "t.npy": npy("<f8", (3,), (7, 2, 0.5))}
    yield bad("Rows/a bare array has no keys", bare, f"{MSE} -t t.npy --id id", "t.npy")
    without = {"a.csv": PRED, "t.csv": TRUTH.replace("id", "key")}
    yield bad("Rows/a table without the key column", without, run, "t.csv", "'id'")
    three = {**two, "w.csv": "w,id\n5,b\n1,a\n2,c\n"}
    value = weighted((1, 4, 9), (1, 5, 2))
    yield good("Rows/three tables joined", three, f"{run} -w w.csv:w", value)
    same = {"a.csv": "id,pred,target\nb,1,2\na,2.5,0.5\n"}
    yield good("Rows/keys of one table", same, f"{MSE} --id id", mse((1, 2.5), (2, 0.5)))
    pool = {"a.csv": PRED, "b.csv": "id,pred\ne,5\nd,6\n", "t.csv": TRUTH + "d,1\ne,3\n"}
    yield good(
        "Rows/pooled files joined",
        pool,
        "eval a.csv b.csv --pool -t t.csv --id id -l mse -b",
        mse((1, 2.5, 4, 5, 6), (2, 0.5, 7, 3, 1)),
    )


def missing_keys() -> Iterator[Case]:
    """A key that one side lacks, or has twice."""
    run = f"{MSE} -t t.csv --id id"
    lacks = {"a.csv": PRED + "d,5\n", "t.csv": TRUTH}
    yield bad("Rows/a key without a target", lacks, run, "1", "d", "--missing drop")
    yield good("Rows/a key without a target dropped", lacks, f"{run} --missing drop", VALUE)
    extra = {"a.csv": PRED, "t.csv": TRUTH + "d,5\ne,5\n"}
    yield bad("Rows/keys without a prediction", extra, run, "2", "'d', 'e'", "--missing drop")
    yield good("Rows/keys without a prediction dropped", extra, f"{run} --missing drop", VALUE)
    both = {"a.csv": PRED.replace("b,", "x,"), "t.csv": TRUTH}
    counted = "eval a.csv -l mse --json -t t.csv --id id --missing drop"
    yield good(
        "Rows/keys missing on both sides",
        both,
        counted,
        mse((1, 4), (2, 7)),
        facts={"runs.0.used": 2, "runs.0.dropped.missing": 2},
    )
    disjoint = {"a.csv": PRED, "t.csv": "id,y\nx,1\nz,2\n"}
    yield bad("Rows/no key in common", disjoint, f"{run} --missing drop", "a.csv")
    for name, files in (
        ("predictions", {"a.csv": PRED + "b,9\n", "t.csv": TRUTH}),
        ("targets", {"a.csv": PRED, "t.csv": TRUTH + "b,9\n"}),
        ("both", {"a.csv": PRED + "b,9\n", "t.csv": TRUTH + "b,9\n"}),
    ):
        for policy in ("", " --missing drop"):
            yield bad(f"Rows/a key twice in {name}{policy}", files, run + policy, "1", "b")
    one = {"a.csv": "id,pred,target\nb,1,2\na,2,3\nb,2.5,0.5\n"}
    yield bad("Rows/a key twice in one table", one, f"{MSE} --id id", "a.csv", "b")
    empty = {"a.csv": PRED.replace("b,", ","), "t.csv": TRUTH.replace("b,", ",")}
    yield good("Rows/an empty key", empty, run, VALUE, or_refused=True)
    far = {"a.csv": "id,pred\n" + "".join(f"k{k},1\n" for k in range(100_000)) + "k7,1\n"}
    far |= {"t.csv": "id,y\n" + "".join(f"k{k},2\n" for k in range(100_000))}
    yield bad("Rows/a key twice far apart", far, run, "k7")


def groups() -> Iterator[Case]:
    """One result per group, sorted: column by column, as numbers where all words are numbers, an empty one first."""
    table = "g,pred,target,h\nx,1,2,1\n,2.5,0.5,01\nx,4,7,1\n1,5,5.5,1\n1.0,1,8,2\n"
    total = mse((1, 2.5, 4, 5, 1), (2, 0.5, 7, 5.5, 8))
    run = "eval a.csv -l mse --json --by"
    parts = (4.0, 0.25, 49.0, mean(1, 9))
    names = {f"runs.0.results.{k + 1}.by": {"g": name} for k, name in enumerate(("", "1", "1.0", "x"))}
    yield good("Rows/groups are text", table, f"{run} g", total, *parts, facts=names)
    yield good("Rows/01 and 1 are two groups", table, f"{run} h", total, 4.0, mean(1, 9, 0.25), 49.0)
    pairs = {"runs.0.results.1.by": {"g": "", "h": "01"}}
    yield good("Rows/groups of two columns", table, f"{run} g,h", total, *parts, facts=pairs)
    yield bad("Rows/groups of a missing column", table, f"{run} region", "a.csv", "'region'")
    late = "g,pred,target\n" + "a,1,2\n" * 100_000 + "b,1,3\n"
    yield good("Rows/a group in the last row", late, f"{run} g", (100_000 + 4) / 100_001, 1.0, 4.0)
    nan = "g,pred,target\nx,nan,1\ny,1,3\nx,,2\n"
    yield good("Rows/a group that is dropped whole", nan, f"{run} g --nan drop", 4.0, 4.0, facts={"runs.0.dropped.nan": 2})
    other = {"a.csv": "pred,target\n1,2\n2.5,0.5\n4,7\n", "g.csv": "g\nx\ny\nx\n"}
    yield good("Rows/groups from another file", other, f"{run} g.csv:g", VALUE, 5.0, 4.0)
    order = "g,pred,target\nz,1,2\na,2.5,0.5\nz,4,7\n"
    yield good("Rows/groups are sorted as text", order, "eval a.csv -l mse -b --by g", VALUE, 4.0, 5.0)
    tens = "g,pred,target\n10,1,2\n9,2.5,0.5\n10,4,7\n"
    yield good("Rows/groups are sorted as numbers", tens, "eval a.csv -l mse -b --by g", VALUE, 4.0, 5.0)
    gap = "g,pred,target\n10,1,2\n9,2.5,0.5\n,4,7\n"
    yield good("Rows/an empty group sorts first and decides no order", gap, "eval a.csv -l mse -b --by g", VALUE, 9.0, 4.0, 1.0)


def weights() -> Iterator[Case]:
    """sum(w l) / sum(w)."""
    table = "pred,target,w\n1,2,1\n2.5,0.5,2\n4,7,0.5\n"
    run = f"{MSE} -w w"
    yield good("Rows/weights", table, run, weighted((1, 4, 9), (1, 2, 0.5)))
    yield good(
        "Rows/weights times a number", table.replace("\n", "e3\n").replace("we3", "w"), run, weighted((1, 4, 9), (1, 2, 0.5))
    )
    for name, value in (("negative", "-1"), ("infinite", "inf"), ("a word", "x")):
        yield bad(
            f"Rows/a weight that is {name}",
            table.replace(",2\n2.5", ",2\n2.5").replace("0.5,2\n", f"0.5,{value}\n"),
            run,
            "a.csv line 3",
            "'w'",
        )
    for value in ("", "nan"):
        gap = table.replace("0.5,2\n", f"0.5,{value}\n")
        yield bad(f"Rows/a weight missing {value}", gap, run, "a.csv line 3", "'w'", "--nan drop")
        yield good(f"Rows/a weight missing dropped {value}", gap, f"{run} --nan drop", weighted((1, 9), (1, 0.5)))
    zeros = "pred,target,w\n1,2,0\n2.5,0.5,0\n"
    yield bad("Rows/weights that are all 0", zeros, run, "a.csv")
    infinite = "prob,label,w\n0,1,0\n0.5,1,2\n0.25,0,1\n"
    halves = weighted((-math.log(0.5), -math.log(0.75)), (2, 1))
    yield good("Rows/weight 0 of an infinite cost adds 0", infinite, "eval a.csv -l ce -b -w w", halves)
    group = "pred,target,w,g\n1,2,1,x\n2.5,0.5,0,y\n"
    yield good("Rows/a group of weight 0", group, f"{run} --by g", 1.0, 1.0, 0.0, or_refused=True)


def left_out() -> Iterator[Case]:
    """--nan drop leaves a row out for every loss and every side."""
    two = {"a.csv": "pred\n1\nnan\n4\n5\n", "t.csv": "y\n2\n0.5\nNA\n9\n"}
    facts = {"runs.0.rows": 4, "runs.0.used": 2, "runs.0.dropped.nan": 2}
    yield good(
        "Rows/missing on both sides", two, "eval a.csv -t t.csv -l mse --json --nan drop", mse((1, 5), (2, 9)), facts=facts
    )
    yield bad("Rows/every row is missing", "pred,target\nnan,1\n2,\n", f"{MSE} --nan drop", "a.csv", "2")
    unused = "pred,target,z\n1,2,nan\n2.5,0.5,\n4,7,inf\n"
    yield good("Rows/missing in a column that is not used", unused, MSE, VALUE)
    yield good(
        "Rows/nothing is dropped for it", unused, "eval a.csv -l mse --nan drop --json", VALUE, facts={"runs.0.dropped": {}}
    )
    yield bad("Rows/unknown policy", unused, f"{MSE} --nan ignore", "--nan", "ignore", codes=(2,))
    vector = "y_0,y_1,t_0,t_1\n1,2,3,4\n5,nan,1,1\n"
    yield good("Rows/missing in a vector drops its row", vector, f"{MSE} -p y_* -t t_* --nan drop", 4.0)
    far = "pred,target\n" + "1,2\n" * 150_000 + "nan,5\n" + "1,4\n"
    yield good("Rows/missing far away", far, f"{MSE} --nan drop", (150_000 + 9) / 150_001)


def samples() -> Iterator[Case]:
    """Rows count from 0, before anything is dropped."""
    table = "name,pred,target\na,1,2\nb,nan,3\nc,4,7\nd,2,2.5\n"
    run = "eval a.csv -l mse --nan drop --json"
    facts: dict[str, object] = {"runs.0.samples.row": [0, 2, 3], "runs.0.samples.values.mse": [1.0, 9.0, 0.25]}
    value = mean(1, 9, 0.25)
    yield good("Rows/samples keep their row numbers", table, f"{run} --per-sample", value, facts=facts)
    kept = facts | {"runs.0.samples.keep.name": ["a", "c", "d"]}
    yield good("Rows/columns carried along", table, f"{run} --per-sample --keep name", value, facts=kept)
    worst = {
        "runs.0.worst.mse.0.row": 2,
        "runs.0.worst.mse.0.value": 9.0,
        "runs.0.worst.mse.1.row": 0,
        "runs.0.worst.mse.2": None,
    }
    yield good("Rows/the worst rows", table, f"{run} --worst 2", value, facts=worst)
    ties = rows("pred,target", *["1,2"] * 5)
    first = {f"runs.0.worst.mse.{k}.row": k for k in range(3)}
    yield good("Rows/equal costs in row order", ties, f"{run} --worst 3", 1.0, facts=first)
    pool = {"a.csv": "pred,target\n1,2\n", "b.csv": "pred,target\n3,7\n5,5.5\n"}
    place = {"runs.0.worst.mse.0.row": 1}
    yield good(
        "Rows/rows count over the pooled files",
        pool,
        "eval a.csv b.csv --pool -l mse --json --worst 1",
        mean(1, 16, 0.25),
        facts=place,
    )
