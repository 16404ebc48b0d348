"""Binary: .npy files."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

from tests.corpus.case import Case, bad, good
from tests.corpus.npy_bytes import described, header, npy, packed
from tests.corpus.oracle import ce, logit_ce, mae, mse

MSE = "eval p.npy -t t.npy -l mse -b"
P, T = (1.0, 2.5, 4.0), (2.0, 0.5, 7.0)
TARGET = {"t.npy": npy("<f8", (3,), T)}
VALUE = mse(P, T)


def with_pred(data: bytes) -> dict[str, bytes]:
    """A prediction file beside a good target file."""
    return {"p.npy": data, **TARGET}


def cases() -> Iterator[Case]:
    """All cases of this module."""
    yield from dtypes()
    yield from layouts()
    yield from shapes()
    yield from other_dtypes()
    yield from headers()
    yield from sizes()
    yield from values()


def dtypes() -> Iterator[Case]:
    """Every number type and byte order, in float64 arithmetic."""
    for descr in ("<f2", ">f2", "<f4", ">f4", "<f8", ">f8"):
        yield good(f"Binary/dtype {descr}", with_pred(npy(descr, (3,), P)), MSE, VALUE)
    for descr in ("|i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8", "|u1", "<u2", ">u2", "<u4", ">u4", "<u8", ">u8"):
        most = 2 ** (8 * int(descr[2]) - (descr[1] == "i")) - 1
        least = -most - 1 if descr[1] == "i" else 0
        both = {"p.npy": npy(descr, (3,), (least, 10, most)), "t.npy": npy(descr, (3,), (most, 120, least))}
        exact = mae((float(least), 10, float(most)), (float(most), 120, float(least)))
        yield good(f"Binary/dtype {descr} from end to end", both, "eval p.npy -t t.npy -l mae -b", exact)
    small = {"p.npy": npy("|u1", (2,), (10, 250)), "t.npy": npy("|u1", (2,), (200, 3))}
    yield good("Binary/uint8 10 - 200 is -190", small, MSE, mse((10, 250), (200, 3)))
    float16 = {"p.npy": npy("<f2", (2,), (60000, -60000)), "t.npy": npy("<f2", (2,), (-60000, 60000))}
    yield good("Binary/float16 differences do not overflow", float16, MSE, 120000.0**2)
    mixed = {"p.npy": npy(">f4", (3,), P), "t.npy": npy("<i8", (3,), (2, 0, 7))}
    yield good("Binary/two byte orders", mixed, MSE, mse(P, (2, 0, 7)))
    labels = {"p.npy": npy("<f4", (3,), (0.5, 0.25, 0.125)), "t.npy": npy("|b1", (3,), (1, 0, 0))}
    yield good("Binary/bool labels", labels, "eval p.npy -t t.npy -l ce -b", ce(0.5, 0.75, 0.875))
    big = {"p.npy": npy("<i8", (1,), (2**53 + 1,)), "t.npy": npy("<i8", (1,), (2**53,))}
    yield good("Binary/integers above 2**53 round to the nearest", big, MSE, 0.0)
    native = header(described("f8", "(3,)")) + packed("<f8", P)
    yield good("Binary/dtype without byte order", with_pred(native), MSE, VALUE, or_refused=True)
    extended = b"".join(struct.pack("<QHHI", int(math.frexp(one)[0] * 2**64), math.frexp(one)[1] + 16382, 0, 0) for one in P)
    yield good("Binary/dtype <f16", with_pred(header(described("<f16", "(3,)")) + extended), MSE, VALUE, or_refused=True)
    yield good("Binary/dtype =f8", with_pred(header(described("=f8", "(3,)")) + packed("<f8", P)), MSE, VALUE, or_refused=True)


def layouts() -> Iterator[Case]:
    """Fortran order and format versions."""
    rows = ((0.0, 1.0, 3.0), (2.0, -1.0, 0.5), (1.0, 4.0, 2.0), (0.0, 0.25, 7.0))
    labels, flat = (2, 0, 1, 1), [value for row in rows for value in row]
    columns = [row[column] for column in range(3) for row in rows]
    value = logit_ce(rows, labels)
    t = npy("<i8", (4,), labels)
    run = "eval p.npy -t t.npy -l ce --from logits -b"
    yield good("Binary/C order", {"p.npy": npy("<f8", (4, 3), flat), "t.npy": t}, run, value)
    yield good("Binary/Fortran order", {"p.npy": npy("<f8", (4, 3), columns, fortran=True), "t.npy": t}, run, value)
    yield good("Binary/Fortran order big-endian", {"p.npy": npy(">f4", (4, 3), columns, fortran=True), "t.npy": t}, run, value)
    yield good("Binary/Fortran order of a vector", with_pred(npy("<f8", (3,), P, fortran=True)), MSE, VALUE)
    for version in (1, 2, 3):
        yield good(f"Binary/format {version}", with_pred(npy("<f8", (3,), P, version=version)), MSE, VALUE)
    for version in (0, 4, 255):
        yield bad(f"Binary/format {version}", with_pred(npy("<f8", (3,), P, version=version)), MSE, "p.npy")
    for width in (62, 64, 200, 5000):
        data = header(described("<f8", "(3,)", width=width)) + packed("<f8", P)
        yield good(f"Binary/header of {width} bytes", with_pred(data), MSE, VALUE)
    tight = header("{'shape':(3,),'fortran_order':False,'descr':'<f8'}\n") + packed("<f8", P)
    yield good("Binary/header written by another program", with_pred(tight), MSE, VALUE)
    double = header('{"descr": "<f8", "fortran_order": False, "shape": (3,)}\n') + packed("<f8", P)
    yield good("Binary/header with double quotes", with_pred(double), MSE, VALUE)
    old = header(described("<f8", "(3L,)")) + packed("<f8", P)
    yield good("Binary/header of Python 2", with_pred(old), MSE, VALUE, or_refused=True)
    stdin = "eval - --input-format npy -t t.npy -l mse -b"
    yield good("Binary/from stdin", TARGET, stdin, VALUE, stdin=npy("<f8", (3,), P))
    yield bad("Binary/cut short on stdin", TARGET, stdin, "<stdin>", stdin=npy("<f8", (3,), P)[:-1])
    capitals = {"P.NPY": npy("<f8", (3,), P), **TARGET}
    yield good("Binary/ending in capitals", capitals, "eval P.NPY -t t.npy -l mse -b", VALUE)


def shapes() -> Iterator[Case]:
    """Nothing broadcasts."""
    yield good("Binary/(n, 1) is squeezed", with_pred(npy("<f8", (3, 1), P)), MSE, VALUE)
    both = {"p.npy": npy("<f8", (3, 1), P), "t.npy": npy("<f8", (3, 1), T)}
    yield good("Binary/(n, 1) against (n, 1)", both, MSE, VALUE)
    outputs = {"p.npy": npy("<f8", (2, 2), (1, 2, 3, 4)), "t.npy": npy("<f8", (2, 2), (2, 2, 7, 1))}
    yield good("Binary/(n, d) is the mean over its outputs", outputs, MSE, (0.5 + 12.5) / 2)
    for name, shape, values in (("(1, n)", (1, 3), P), ("(n, 2)", (3, 2), P + P), ("0-d", (), (1,)), ("3-d", (3, 1, 1), P)):
        yield bad(f"Binary/shape {name}", with_pred(npy("<f8", shape, values)), MSE, "p.npy")
    wide = {"p.npy": npy("<f8", (3, 2), P + P), "t.npy": npy("<f8", (3, 3), T + T + T)}
    yield bad("Binary/shapes (3, 2) and (3, 3)", wide, MSE, ", 2)", ", 3)")
    yield bad("Binary/shapes (3, 2) and (3,)", with_pred(npy("<f8", (3, 2), P + P)), MSE, ", 2)", ",)")
    yield bad("Binary/lengths 2 and 3", with_pred(npy("<f8", (2,), P[:2])), MSE, "2", "3")
    yield bad("Binary/length 1 against 3", with_pred(npy("<f8", (1,), P[:1])), MSE, "1", "3")
    yield bad("Binary/no rows", {"p.npy": npy("<f8", (0,), ()), "t.npy": npy("<f8", (0,), ())}, MSE, "no rows")
    yield bad("Binary/no columns", {"p.npy": npy("<f8", (3, 0), ()), "t.npy": npy("<f8", (3, 0), ())}, MSE, "p.npy")
    yield bad(
        "Binary/(0, 3)",
        {"p.npy": npy("<f8", (0, 3), ()), "t.npy": npy("<i8", (0,), ())},
        "eval p.npy -t t.npy -l ce -b",
        "no rows",
    )


def other_dtypes() -> Iterator[Case]:
    """Types that are no numbers are named."""
    for descr in ("<c16", "<M8[ns]", "<m8[s]", "<U2", "|S8", "|V8"):
        data = header(described(descr, "(3,)")) + bytes(48 if descr == "<c16" else 24)
        yield bad(f"Binary/dtype {descr.replace('[', ' ').rstrip(']')}", with_pred(data), MSE, "p.npy", "dtype")
    fields = header("{'descr': [('a', '<f8'), ('b', '<f8')], 'fortran_order': False, 'shape': (3,), }\n") + bytes(48)
    yield bad("Binary/structured dtype", with_pred(fields), MSE, "p.npy")
    sub = header("{'descr': ('<f8', (3,)), 'fortran_order': False, 'shape': (1,), }\n") + packed("<f8", P)
    yield bad("Binary/dtype with a shape", with_pred(sub), MSE, "p.npy")
    yield bad("Binary/bool predictions", with_pred(npy("|b1", (3,), (1, 0, 1))), MSE, "p.npy", "bool")
    probs = {"p.npy": npy("|b1", (3,), (1, 0, 1)), "t.npy": npy("|b1", (3,), (1, 0, 1))}
    yield bad("Binary/bool predictions of classes", probs, "eval p.npy -t t.npy -l ce -b", "p.npy", "bool")
    pickle = b"\x80\x04\x95\x17\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94\x8c\x05mkdir\x94\x93\x94\x8c\x04evil\x94\x85\x94R\x94."
    words = "holds Python objects; lossctl never unpickles"
    yield bad("Binary/object dtype", with_pred(header(described("|O", "(3,)")) + pickle), MSE, "p.npy", words)
    yield bad("Binary/object dtype named O8", with_pred(header(described("O8", "(3,)")) + pickle), MSE, "p.npy")
    yield bad("Binary/bare pickle", with_pred(pickle), MSE, "p.npy")
    hidden = header("{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (1,), }\n") + pickle
    yield bad("Binary/object in a structure", with_pred(hidden), MSE, "p.npy")
    for descr in ("<f3", "<f1", "<i5", "<f8x", "", "<x8", "<f99999999999", "float64 "):
        data = header(described(descr, "(3,)")) + packed("<f8", P + P)
        yield bad(f"Binary/dtype that is none {descr!r}", with_pred(data), MSE, "p.npy")


def headers() -> Iterator[Case]:
    """A header is data, never code, and small."""
    call = "{'descr': __import__('os').mkdir('evil'), 'fortran_order': False, 'shape': (3,), }\n"
    literals = {
        "with a call": call,
        "with an expression": "{'descr': '<f' + '8', 'fortran_order': False, 'shape': (3,), }\n",
        "nested deep": "(" * 20_000 + ")" * 20_000,
        "nested lists": "{'descr': " + "[" * 900 + "]" * 900 + ", 'fortran_order': False, 'shape': (3,), }\n",
        "of many minus signs": "-" * 30_000 + "1",
        "that is a list": "['<f8', False, (3,)]\n",
        "without shape": "{'descr': '<f8', 'fortran_order': False, }\n",
        "with one key more": "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'x': 1, }\n",
        "with a key twice": "{'descr': '<f8', 'descr': '<i8', 'fortran_order': False, 'shape': (3,), }\n",
        "with order 1": "{'descr': '<f8', 'fortran_order': 1, 'shape': (3,), }\n",
        "with a shape that is a number": described("<f8", "3"),
        "with a list as shape": described("<f8", "[3]"),
        "with a fractional shape": described("<f8", "(3.0,)"),
        "with a bool in its shape": described("<f8", "(True, 3)"),
        "with a negative shape": described("<f8", "(-3,)"),
        "with two negative sides": described("<f8", "(-1, -3)"),
        "with text behind": described("<f8", "(3,)").rstrip() + " x\n",
        "cut short": "{'descr': '<f8', 'fortran_order': Fal",
        "that is empty": "",
        "of NUL bytes": "\0" * 118,
    }
    for name, text in literals.items():
        yield bad(f"Binary/header {name}", with_pred(header(text) + packed("<f8", P)), MSE, "p.npy", "bad .npy header")
    wide = header(described("<f8", "(3,)", width=70_000), 2) + packed("<f8", P)
    yield bad("Binary/header of 70,000 bytes", with_pred(wide), MSE, "p.npy", "bad .npy header")
    huge = header(described("<f8", "(3,)"), 2, 0xFFFFFFFF) + packed("<f8", P)
    yield bad("Binary/header that claims 4 GiB", with_pred(huge), MSE, "p.npy", "bad .npy header", memory=900)
    claims = header(described("<f8", "(3,)"), 1, 60_000) + packed("<f8", P)
    yield bad("Binary/header that claims more than the file", with_pred(claims), MSE, "p.npy")
    wrong = header(b"{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'caf\xe9'}\n", 3) + packed("<f8", P)
    yield bad("Binary/header of format 3 that is not UTF-8", with_pred(wrong), MSE, "p.npy", "bad .npy header")


def sizes() -> Iterator[Case]:
    """Header and file must agree to the byte."""
    whole = npy("<f8", (3,), P)
    claims = {
        "more": 4,
        "fewer": 2,
        "a billion times more": 3 * 10**9,
        "more than an address": 2**58,
    }
    for name, count in claims.items():
        data = header(described("<f8", f"({count},)")) + packed("<f8", P)
        yield bad(f"Binary/header says {name}", with_pred(data), MSE, "p.npy", "header says", "24", memory=900)
    beyond = header(described("<f8", f"({2**64 + 3},)")) + packed("<f8", P)
    yield bad("Binary/header says more than 2**64", with_pred(beyond), MSE, "p.npy")
    folded = header(described("<f8", f"({2**62}, 4, 3)")) + packed("<f8", P)
    yield bad("Binary/product of the shape wraps around", with_pred(folded), MSE, "p.npy")
    damage = {"cut short by a byte": whole[:-1], "without data": whole[:-24], "with a byte more": whole + b"\0"}
    damage |= {"with a newline more": whole + b"\n", "of text mode on Windows": whole.replace(b"\n", b"\r\n")}
    damage |= {
        "cut in the header": whole[:60],
        "cut in the magic": whole[:4],
        "of nothing": b"",
        "of another magic": b"\x93NUMPI" + whole[6:],
    }
    damage |= {"that is text": b"1.0\n2.5\n4.0\n", "that is an archive": b"PK\x03\x04" + bytes(100), "twice": whole + whole}
    for name, data in damage.items():
        yield bad(f"Binary/file {name}", with_pred(data), MSE, "p.npy")
    ten = packed("<f8", [10.0, 2.5, 4.0])
    newline = header(described("<f8", "(3,)")) + ten.replace(b"\x24\x40", b"\x0a\x40")
    yield good("Binary/data with newline bytes", with_pred(newline), MSE, mse((3.25, 2.5, 4), T))


def values() -> Iterator[Case]:
    """Rows count from 0."""
    for name, value in (("nan", math.nan), ("inf", math.inf), ("-inf", -math.inf)):
        data = with_pred(npy("<f8", (3,), (1, 2.5, value)))
        yield bad(f"Binary/{name} in row 2", data, MSE, "p.npy row 2", *(("--nan drop",) if name == "nan" else ()))
    drop = with_pred(npy("<f8", (3,), (1, math.nan, 4)))
    facts = {"runs.0.dropped.nan": 1, "runs.0.used": 2, "runs.0.rows": 3}
    yield good("Binary/nan dropped", drop, f"{MSE[:-3]} --nan drop --json", mse((1, 4), (2, 7)), facts=facts)
    payload = with_pred(npy("<f8", (3,), P)[:-8] + b"\x01\x02\x03\x04\x05\x06\xf8\xff")
    yield bad("Binary/nan with sign and payload", payload, MSE, "p.npy row 2", "--nan drop")
    yield bad("Binary/signalling nan", with_pred(npy("<f8", (3,), P)[:-8] + b"\x01\0\0\0\0\0\xf0\x7f"), MSE, "p.npy row 2")
    far = {"p.npy": npy("<f4", (200_000,), [1.0] * 199_999 + [math.nan]), "t.npy": npy("<f4", (200_000,), [2.0] * 200_000)}
    yield bad("Binary/nan in row 199,999", far, MSE, "p.npy row 199999", "--nan drop")
    cell = {"p.npy": npy("<f8", (2, 3), (1, 2, 3, 4, math.nan, 6)), "t.npy": npy("<f8", (2, 3), [0] * 6)}
    yield bad("Binary/nan in a cell of a matrix", cell, MSE, "p.npy row 1")
    fortran = {"p.npy": npy("<f8", (2, 3), (1, 4, 2, math.nan, 3, 6), fortran=True), "t.npy": npy("<f8", (2, 3), [0] * 6)}
    yield bad("Binary/nan in a cell of a Fortran matrix", fortran, MSE, "p.npy row 1")
