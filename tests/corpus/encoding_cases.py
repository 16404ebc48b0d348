"""Text: encodings, compression, streams, and files that are none."""

from __future__ import annotations

import bz2
import gzip
import lzma
import math
from collections.abc import Iterator
from functools import partial

from tests.corpus.case import Case, bad, good
from tests.corpus.table_cases import MSE, TABLE, VALUE

NOTE = TABLE.replace("9", "caf\u00e9")


def cases() -> Iterator[Case]:
    """All cases of this module."""
    yield from encodings()
    yield from compressed()
    yield from bombs()
    yield from foreign_formats()


def encodings() -> Iterator[Case]:
    """UTF-8 unless --encoding says otherwise."""
    for name in ("utf-16", "utf-32"):
        data = {"a.csv": NOTE.encode(name)}
        yield bad(f"Text/{name} not asked for", data, MSE, "a.csv", "not UTF-8 at byte 0", "--encoding")
    for name in ("utf-16", "utf-32", "utf-16-le", "utf-16-be", "latin-1", "cp1252", "utf-8-sig", "cp500", "UTF-8"):
        yield good(f"Text/{name} asked for", {"a.csv": NOTE.encode(name)}, f"{MSE} --encoding {name}", VALUE)
    byte = len(NOTE.partition("\u00e9")[0])
    yield bad("Text/latin-1 not asked for", {"a.csv": NOTE.encode("latin-1")}, MSE, f"not UTF-8 at byte {byte}", "--encoding")
    far = TABLE.encode() + b"1,2,3,4\n" * 100_000 + b"\xff,1,2,3\n"
    yield bad("Text/not UTF-8 after 800,000 bytes", {"a.csv": far}, MSE, f"not UTF-8 at byte {far.index(0xFF)}")
    for name, sequence in (("overlong", b"\xc0\xaf"), ("surrogate", b"\xed\xa0\x80"), ("cut short", b"\xe2\x82")):
        yield bad(f"Text/UTF-8 {name}", {"a.csv": TABLE.encode().replace(b"9", sequence)}, MSE, "a.csv", "not UTF-8 at byte 16")
    for name in ("klingon", "rot13", "hex", "zip", "undefined"):
        yield bad(f"Text/encoding {name}", TABLE, f"{MSE} --encoding {name}", name, codes=(2,))
    yield bad("Text/UTF-16 cut short", {"a.csv": NOTE.encode("utf-16")[:-1]}, f"{MSE} --encoding utf-16", "a.csv")
    shift = TABLE.replace("9", "\u8868").encode("shift_jis")  # its second byte is a backslash
    yield good("Text/shift_jis", {"a.csv": shift}, f"{MSE} --encoding shift_jis", VALUE)
    yield bad("Text/a picture", {"a.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256))}, MSE, "a.csv", "not UTF-8 at byte 0")
    yield bad("Text/a Parquet file named csv", {"a.csv": b"PAR1\x15\x00\xff" + bytes(60) + b"PAR1"}, MSE, "a.csv")
    yield bad("Text/NUL bytes only", {"a.csv": bytes(4096)}, MSE, "a.csv")
    yield bad("Text/NUL in a number", {"a.csv": TABLE.replace("2.5", "2\x005")}, MSE, "a.csv line 3", "'pred'", "\\x00")
    yield bad("Text/control Z at the end", {"a.csv": TABLE + "\x1a"}, MSE, "a.csv line 5")
    yield bad("Text/binary from stdin", {}, "eval - -l mse -b", "<stdin>", "not UTF-8", stdin=b"\xff\xfe\x00\x01")


def zstd(data: bytes) -> bytes:
    """One raw block in a Zstandard frame."""
    head = b"\x28\xb5\x2f\xfd\x60" + (len(data) - 256).to_bytes(2, "little")
    return head + (1 | len(data) << 3).to_bytes(3, "little") + data


def compressed() -> Iterator[Case]:
    """Compressed text is read as what is inside."""
    padded = TABLE.replace("9", "9" * 300).encode()
    coats = {".gz": gzip.compress(padded), ".bz2": bz2.compress(padded), ".xz": lzma.compress(padded), ".zst": zstd(padded)}
    for ending, data in coats.items():
        name = f"a.csv{ending}"
        run = f"eval {name} -l mse -b"
        yield good(f"Text/compressed {ending}", {name: data}, run, VALUE)
        yield bad(f"Text/compressed {ending} cut short", {name: data[:-20]}, run, name, "compressed data ends early")
        yield bad(f"Text/compressed {ending} that is plain text", {name: TABLE}, run, name)
        yield bad(f"Text/compressed {ending} of nothing", {name: b""}, run, name)
    half = len(TABLE) // 2
    joined = gzip.compress(TABLE[:half].encode()) + gzip.compress(TABLE[half:].encode())
    gz = "eval a.csv.gz -l mse -b"
    yield good("Text/gzip of two members", {"a.csv.gz": joined}, gz, VALUE)
    whole = gzip.compress(TABLE.encode())
    broken = whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:]
    yield bad("Text/gzip with a wrong checksum", {"a.csv.gz": broken}, gz, "a.csv.gz")
    yield bad("Text/gzip with rubbish behind", {"a.csv.gz": whole + b"rubbish"}, gz, "a.csv.gz")
    yield good("Text/gzip with zeros behind", {"a.csv.gz": whole + bytes(64)}, gz, VALUE, or_refused=True)
    yield bad("Text/gzip of a header only", {"a.csv.gz": gzip.compress(b"pred,target\n")}, gz, "a.csv.gz", "no rows")
    word = gzip.compress(TABLE.replace("2.5", "x").encode())
    yield bad("Text/gzip faults name line and column", {"a.csv.gz": word}, gz, "a.csv.gz line 3", "'pred'")
    tsv = {"A.TSV.GZ": gzip.compress(TABLE.replace(",", "\t").encode())}
    yield good("Text/gzip of tsv in capitals", tsv, "eval A.TSV.GZ -l mse -b", VALUE)
    beside = {"p.csv.gz": gzip.compress(b"pred\n1\n2.5\n4\n"), "t.tsv.bz2": bz2.compress(b"a\ty\n9\t2\n8\t0.5\n5\t7\n")}
    yield good("Text/two compressed files", beside, "eval p.csv.gz -t t.tsv.bz2:y -l mse -b", VALUE)
    yield good("Text/compressed file with a column", beside, "eval -p p.csv.gz:pred -t t.tsv.bz2:y -l mse -b", VALUE)
    early = gzip.compress(TABLE.encode() + b"1,2,3,4\n" * 50_000, 0)[:-60_000]
    yield bad("Text/gzip cut short after many good rows", {"a.csv.gz": early}, gz, "a.csv.gz", "compressed data ends early")


def flood(head: bytes, chunk: bytes) -> bytes:
    """Gzip members that hold `head` and 640 times the chunk."""
    return gzip.compress(head) + gzip.compress(chunk) * 640


def bombs() -> Iterator[Case]:
    """Small on disk, large in memory: a refusal or the right value, in less memory than that."""
    run, first = "eval a.csv.gz -l mse -b", b"pred,target\n1,2\n"
    for name, head, chunk in (
        ("of NUL bytes", first, bytes(2**20)),
        ("of one line", first, b"1" * 2**20),
        ("of one header cell", b"", b"x" * 2**20),
    ):
        data = {"a.csv.gz": partial(flood, head, chunk)}
        yield bad(f"Text/gzip bomb {name}", data, run, "a.csv.gz", memory=500)
    lines = {"a.csv.gz": partial(flood, first, b"\n" * 2**20)}
    yield good("Text/gzip bomb of empty lines", lines, run, 1.0, or_refused=True, memory=500)
    head = b"target," + b",".join(b"p_%d" % place for place in range(10_000)) + b"\n"
    wide = {"a.csv": lambda: head + (b"17" + b",0.0001" * 10_000 + b"\n") * 500}
    yield good("Text/35 MB of rows of 10,000 probabilities", wide, "eval a.csv -l ce -b", math.log(10_000), memory=500)
    quote = {"a.csv": lambda: b'pred,target\n1,2\n1,"' + b"9,9\n" * 25_000_000}
    yield bad("Text/100 MB behind a quote that never closes", quote, MSE, "a.csv line 3", "quote", memory=500)
    columns = {"a.csv": lambda: b"pred,target" + b",c" * 1_000_000 + b"\n1,2\n"}
    yield bad("Text/a million columns and one short row", columns, MSE, "a.csv", memory=900)
    long_line = {"a.csv": lambda: b"pred,target,x\n1,2," + b"y" * 100_000_000 + b"\n"}
    yield good("Text/a line of 100 million characters", long_line, MSE, 1.0, or_refused=True, memory=900)


def foreign_formats() -> Iterator[Case]:
    """Formats that are not read say how to convert."""
    for ending in ("pt", "pkl", "h5", "xlsx"):
        yield bad(f"Text/format .{ending}", {f"a.{ending}": b"\x80\x04."}, f"eval a.{ending} -l mse -b", f"a.{ending}", "hint: ")
    pickle = b"cos\nsystem\n(S'touch evil'\ntR."
    yield bad("Text/a pickle is never loaded", {"a.pkl": pickle}, "eval a.pkl -l mse -b", "a.pkl")
    yield bad("Text/a pickle named csv", {"a.csv": pickle}, MSE, "a.csv")
    listed = 'pred,target\n"[1.0, 2.0]",2\n'
    yield bad("Text/a list in a cell", listed, MSE, "a.csv line 2", "'pred'", "arquet")
