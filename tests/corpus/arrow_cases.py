"""Binary: Parquet, Arrow and Feather files; a row is found by its number."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.corpus.case import Case, bad, good
from tests.corpus.npy_cases import VALUE, P, T
from tests.corpus.oracle import ce, mae, mse

Columns = dict[str, Any]
MSE = "eval a.parquet -l mse -b"
BASE: Columns = {"x": [9.0, 8.0, 7.0], "pred": list(P), "target": list(T)}


def parquet(columns: Columns | Callable[[Any], Columns], **options: Any) -> Callable[[], bytes]:
    """A Parquet file; the columns may be made with the module pyarrow, which is imported when the file is."""

    def made() -> bytes:
        import pyarrow as pa
        import pyarrow.parquet as pq

        sink = io.BytesIO()
        pq.write_table(pa.table(columns(pa) if callable(columns) else columns), sink, **options)
        return sink.getvalue()

    return made


def arrow(columns: Columns | Callable[[Any], Columns], **options: Any) -> Callable[[], bytes]:
    """An Arrow IPC file, which is what Feather is."""

    def made() -> bytes:
        import pyarrow as pa

        sink, table = io.BytesIO(), pa.table(columns(pa) if callable(columns) else columns)
        with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
            for batch in table.to_batches(max_chunksize=2):
                writer.write_batch(batch)
        return sink.getvalue()

    return made


def cases() -> Iterator[Case]:
    """All cases of this module."""
    yield from good_files()
    yield from types()
    yield from damage()
    for ending in (".parquet", ".arrow", ".feather"):
        yield from both(f"a{ending}", parquet if ending == ".parquet" else arrow)


def both(name: str, made: Callable[..., Callable[[], bytes]]) -> Iterator[Case]:
    """What holds for each of the formats."""
    run = f"eval {name} -l mse -b"
    yield good(f"Binary/{name}", {name: made(BASE)}, run, VALUE)
    vectors = {name: made({"p": [[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]], "label": [1, 0]})}
    yield good(f"Binary/{name} list column is a vector per row", vectors, f"eval {name} -l ce -p p -b", ce(0.5, 0.6))
    ragged = {name: made({"p": [[0.2, 0.5, 0.3], [0.6, 0.4]], "label": [1, 0]})}
    yield bad(f"Binary/{name} lists of two lengths", ragged, f"eval {name} -l ce -p p -b", name, "row 1", "'p'")
    gap = {name: made({"pred": [1.0, None, 4.0], "target": list(T)})}
    yield bad(f"Binary/{name} null", gap, run, f"{name} row 1", "'pred'", "--nan drop")
    facts = {"runs.0.dropped.nan": 1}
    drop = f"eval {name} -l mse --nan drop --json"
    yield good(f"Binary/{name} null dropped", gap, drop, mse((1, 4), (2, 7)), facts=facts)
    yield bad(
        f"Binary/{name} no rows",
        {name: made(lambda pa: {"pred": pa.array([], pa.float64()), "target": pa.array([], pa.float64())})},
        run,
        name,
        "no rows",
    )
    words = {name: made({"pred": ["1.0", "2.5", "4.0"], "target": list(T)})}
    yield bad(f"Binary/{name} numbers as text", words, run, name, "'pred'", "string")
    boolean = {name: made({"pred": [True, False, True], "target": list(T)})}
    yield bad(f"Binary/{name} bool predictions", boolean, run, name, "'pred'", "bool")
    labels = {name: made({"prob": [0.25, 0.5, 0.125], "label": [True, False, False]})}
    yield good(f"Binary/{name} bool labels", labels, f"eval {name} -l ce -b", ce(0.25, 0.5, 0.875))
    coded = {
        name: made(lambda pa: {"p_dog": [0.2, 0.7], "p_cat": [0.8, 0.3], "label": pa.array(["cat", "dog"]).dictionary_encode()})
    }
    yield good(f"Binary/{name} dictionary labels", coded, f"eval {name} -l ce -p p_* -b", ce(0.8, 0.7))
    yield bad(f"Binary/{name} missing column", {name: made(BASE)}, f"{run} -p predd", name, "'predd'", "pred")
    yield bad(f"Binary/{name} of nothing", {name: b""}, run, name)
    yield bad(f"Binary/{name} that is text", {name: "pred,target\n1,2\n" * 10}, run, name)


def typed(kind: str, values: Sequence[float], *arguments: str) -> Callable[[Any], Columns]:
    """Predictions of an Arrow type."""
    return lambda pa: {"pred": pa.array(values, getattr(pa, kind)(*arguments)), "target": list(T)}


def good_files() -> Iterator[Case]:
    """Row groups, order, other files."""
    many = {f"x{k}": [float(k)] * 3 for k in range(20)} | BASE
    yield good("Binary/parquet with many columns", {"a.parquet": parquet(many)}, MSE, VALUE)
    yield good("Binary/parquet of row groups of one row", {"a.parquet": parquet(BASE, row_group_size=1)}, MSE, VALUE)
    for codec in ("none", "snappy", "gzip", "zstd"):
        yield good(f"Binary/parquet with codec {codec}", {"a.parquet": parquet(BASE, compression=codec)}, MSE, VALUE)
    target = {"a.parquet": parquet(BASE), "t.parquet": parquet({"k": [1, 2, 3], "y": [3, 5, 6]}, row_group_size=2)}
    yield good("Binary/parquet beside parquet", target, f"{MSE} -t t.parquet:y", mse(P, (3, 5, 6)))
    yield good(
        "Binary/parquet beside csv", {"a.parquet": parquet(BASE), "t.csv": "y\n3\n5\n6\n"}, f"{MSE} -t t.csv", mse(P, (3, 5, 6))
    )
    index = BASE | {"__index_level_0__": [5, 6, 7]}
    yield good("Binary/parquet with the index of pandas", {"a.parquet": parquet(index)}, MSE, VALUE)
    shards = {"d/part-0.parquet": parquet(BASE), "d/part-1.parquet": parquet({"target": [1.0], "pred": [3.0]})}
    yield good("Binary/parquet folder", shards, "eval d -l mse -b", mse((*P, 3), (*T, 1)))
    capital = {"A.PARQUET": parquet(BASE)}
    yield good("Binary/parquet in capitals", capital, "eval A.PARQUET -l mse -b", VALUE)


def types() -> Iterator[Case]:
    """Column types."""
    for kind, values in (
        ("int8", (-128, 5, 127)),
        ("uint8", (10, 250, 0)),
        ("uint64", (2**64 - 1, 5, 0)),
        ("float16", (0.5, 2, -4)),
    ):
        made = parquet(typed(kind, values))
        exact = mae([float(one) for one in values], T)
        yield good(f"Binary/parquet {kind}", {"a.parquet": made}, "eval a.parquet -l mae -b", exact)
    decimal = parquet(lambda pa: {"pred": pa.array(["1.00", "2.50", "4.00"]).cast(pa.decimal128(9, 2)), "target": list(T)})
    yield good("Binary/parquet decimal", {"a.parquet": decimal}, MSE, VALUE, or_refused=True)
    for kind in ("date32", "time64", "timestamp", "duration"):
        made = parquet(typed(kind, (1, 2, 3), *([] if kind == "date32" else ["us"])))
        yield bad(f"Binary/parquet {kind}", {"a.parquet": made}, MSE, "a.parquet", "'pred'", kind.rstrip("3264"))
    nested = parquet({"pred": [{"a": 1.0}, {"a": 2.5}, {"a": 4.0}], "target": list(T)})
    yield bad("Binary/parquet struct", {"a.parquet": nested}, MSE, "a.parquet", "'pred'", "struct")
    null = parquet(lambda pa: {"pred": pa.nulls(3), "target": list(T)})
    yield bad("Binary/parquet column of nulls", {"a.parquet": null}, MSE, "a.parquet", "'pred'")
    inner = parquet({"pred": [[1.0, 2.0], [3.0, None]], "t": [[1.0, 2.0], [3.0, 4.0]]})
    yield bad("Binary/parquet null in a list", {"a.parquet": inner}, f"{MSE} -t t", "a.parquet row 1", "'pred'")
    big = parquet({"prob": [0.5, 0.5], "label": [2**53 + 1, 0]})
    yield bad(
        "Binary/parquet label above 2**53",
        {"a.parquet": big},
        "eval a.parquet -l ce -b",
        "a.parquet row 0",
        "'label'",
        "beyond 2**53",
    )
    coded = parquet(lambda pa: {"pred": pa.array([1.0, 2.5, 4.0]).dictionary_encode(), "target": list(T)})
    yield good("Binary/parquet dictionary of numbers", {"a.parquet": coded}, MSE, VALUE, or_refused=True)
    nan = parquet({"pred": [1.0, float("inf"), 4.0], "target": list(T)})
    yield bad("Binary/parquet inf", {"a.parquet": nan}, MSE, "a.parquet row 1", "'pred'")
    text = parquet(lambda pa: {"p_dog": [0.2, 0.7], "p_cat": [0.8, 0.3], "label": pa.array(["cat", "dog"], pa.large_string())})
    yield good("Binary/parquet large strings", {"a.parquet": text}, "eval a.parquet -l ce -p p_* -b", ce(0.8, 0.7))


def damage() -> Iterator[Case]:
    """Broken files."""

    def changed(change: Callable[[bytes], bytes], **options: Any) -> dict[str, Callable[[], bytes]]:
        return {"a.parquet": lambda: change(parquet(BASE, **options)())}

    words = ("a.parquet", "not a valid Parquet file")
    yield bad("Binary/parquet cut short", changed(lambda data: data[:-9]), MSE, *words)
    yield bad("Binary/parquet without its magic", changed(lambda data: data[:-4] + b"PAR2"), MSE, *words)
    yield bad("Binary/parquet that is text says so", {"a.parquet": "pred,target\n1,2\n"}, MSE, *words)
    yield bad(
        "Binary/parquet footer that claims 4 GiB", changed(lambda data: data[:-8] + b"\xff\xff\xff\xff" + data[-4:]), MSE, *words
    )
    yield bad("Binary/parquet footer of noise", changed(lambda data: data[:-40] + bytes(range(32)) + data[-8:]), MSE, "a.parquet")

    def flip(data: bytes) -> bytes:
        place = data.index(b"\x04\x40", 4)  # the high bytes of 2.5
        return data[:place] + b"\x0c" + data[place + 1 :]

    exact = {"write_page_checksum": True, "compression": "none", "use_dictionary": False}
    yield bad("Binary/parquet with a flipped bit", changed(flip, **exact), MSE, "a.parquet", memory=1500)
