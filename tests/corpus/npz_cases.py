"""Binary: .npz archives, put together byte by byte."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from io import BytesIO

from tests.corpus.case import Case, Named, bad, good
from tests.corpus.npy_bytes import Member, archive, described, header, npy, npz, packed
from tests.corpus.npy_cases import VALUE, P, T

MSE = "eval a.npz -l mse -b"
PRED, TRUTH = npy("<f8", (3,), P), npy("<f8", (3,), T)
OTHER = npy("<f8", (3,), (9, 8, 7))


def cases() -> Iterator[Case]:
    """All cases of this module."""
    yield from good_archives()
    yield from keys()
    yield from damage()
    yield from liars()


def of(*members: tuple[str, Member]) -> dict[str, bytes]:
    """The file a.npz with these members and a good target."""
    return {"a.npz": archive([*members, ("target.npy", Member(TRUTH))])}


def good_archives() -> Iterator[Case]:
    """Keys are columns."""
    arrays = {"x": (9, 8, 7), "pred": P, "target": T}
    yield good("Binary/npz", {"a.npz": npz(arrays)}, MSE, VALUE)
    yield good("Binary/npz compressed", {"a.npz": npz(arrays, method=8)}, MSE, VALUE)
    yield good("Binary/npz streamed", of(("pred.npy", Member(PRED, 8, descriptor=True))), MSE, VALUE)
    prefixed = {"a.npz": npz(arrays, method=8) + b""}
    yield good("Binary/npz in capitals", {"A.NPZ": prefixed["a.npz"]}, "eval A.NPZ -l mse -b", VALUE)
    named = npz({"arr_0": P, "arr_1": T, "deep/name": T, "a:b": (1, 1, 1)})
    run = "eval a.npz -l mse -b -p arr_0 -t"
    yield good("Binary/npz with numbered keys", {"a.npz": named}, f"{run} arr_1", VALUE)
    yield good("Binary/npz key with a slash", {"a.npz": named}, f"{run} col:deep/name", VALUE)
    yield bad("Binary/npz key with a slash, which a file has", {"a.npz": named}, f"{run} deep/name", "deep/name", "col:deep/name")
    yield good("Binary/npz key with a colon", {"a.npz": named}, f"{run} col:a:b", (0 + 1.5**2 + 9) / 3)
    yield good("Binary/npz key of another file", {"a.npz": named, "p.npy": PRED}, "eval p.npy -t a.npz:arr_1 -l mse -b", VALUE)
    big = BytesIO()
    with zipfile.ZipFile(big, "w") as made:
        for name, data in (("pred.npy", PRED), ("target.npy", TRUTH)):
            with made.open(name, "w", force_zip64=True) as member:
                member.write(data)
    yield good("Binary/npz with 64-bit sizes", {"a.npz": big.getvalue()}, MSE, VALUE)
    two = [("pred.npy", Member(PRED)), ("target.npy", Member(TRUTH))]
    yield good("Binary/npz with a comment", {"a.npz": archive(two, b"made by hand")}, MSE, VALUE)
    fooling = archive(two, b"PK\x05\x06 no directory")
    yield good("Binary/npz with a comment that looks as its end", {"a.npz": fooling}, MSE, VALUE, or_refused=True)
    for name, method in (("bzip2", zipfile.ZIP_BZIP2), ("lzma", zipfile.ZIP_LZMA)):
        packed_ = BytesIO()
        with zipfile.ZipFile(packed_, "w", method) as made:
            made.writestr("pred.npy", PRED)
            made.writestr("target.npy", TRUTH)
        yield good(f"Binary/npz with {name}", {"a.npz": packed_.getvalue()}, MSE, VALUE, or_refused=True)
    rest = of(("pred.npy", Member(PRED)), ("notes.txt", Member(b"made by hand")), ("d/", Member(b"")))
    yield good("Binary/npz with members that are no arrays", rest, MSE, VALUE)
    lengths = {"a.npz": npz({"pred": P, "target": T, "loss_per_epoch": (1, 2, 3, 4, 5, 6)})}
    yield good("Binary/npz with an unused array of another length", lengths, MSE, VALUE)
    evil = of(("pred.npy", Member(PRED)), ("../evil.npy", Member(OTHER)), ("/tmp/evil.npy", Member(OTHER)))
    yield good("Binary/npz with paths as names", evil, MSE, VALUE)
    objects = of(("pred.npy", Member(PRED)), ("names.npy", Member(header(described("|O", "(3,)")) + b"\x80\x04N.")))
    yield good("Binary/npz with an unused member of objects", objects, MSE, VALUE)


def keys() -> Iterator[Case]:
    """A key that is not there, or there twice."""
    one = {"a.npz": npz({"pred": P, "truth": T})}
    yield bad("Binary/npz without the key", one, f"{MSE} -p predd", "a.npz", "'predd'", "pred")
    yield bad("Binary/npz with the key in other case", one, f"{MSE} -p Pred", "a.npz", "'Pred'", "pred")
    twice = of(("pred.npy", Member(PRED)), ("pred.npy", Member(OTHER)))
    yield bad("Binary/npz with a key twice", twice, MSE, "a.npz", "pred")
    kinds = of(("pred.npy", Member(PRED)), ("pred", Member(OTHER)))
    yield good("Binary/npz with a member named as a key", kinds, MSE, VALUE, or_refused=True)
    yield bad("Binary/npz without arrays", {"a.npz": archive([])}, MSE, "a.npz")
    text = of(("pred.npy", Member(b"1.0\n2.5\n")))
    yield bad("Binary/npz member that is no array", text, MSE, "a.npz", "pred")
    lengths = {"a.npz": npz({"pred": P, "target": (*T, 1.0)})}
    yield bad("Binary/npz arrays of two lengths", lengths, MSE, "3", "4")
    nan = {"a.npz": npz({"pred": (1, 2.5, float("nan")), "target": T})}
    yield bad("Binary/npz with a nan", nan, MSE, "a.npz", "row 2", "pred", "--nan drop")
    objects = of(("pred.npy", Member(header(described("|O", "(3,)")) + b"\x80\x04N.")))
    yield bad("Binary/npz member of objects", objects, MSE, "a.npz", "never unpickles")
    pickle = b"cos\nmkdir\n(S'evil'\ntR."
    yield bad("Binary/npz member that is a pickle", of(("pred.npy", Member(pickle))), MSE, "a.npz")


def damage() -> Iterator[Case]:
    """Archives that are broken."""
    whole = npz({"pred": P, "target": T})
    for name, cut in (("a byte", 1), ("the end record", 22), ("the directory", 100), ("a half", len(whole) // 2)):
        yield bad(f"Binary/npz cut short by {name}", {"a.npz": whole[:-cut]}, MSE, "a.npz")
    yield bad("Binary/npz of nothing", {"a.npz": b""}, MSE, "a.npz")
    yield bad("Binary/npz that is text", {"a.npz": "pred,target\n1,2\n"}, MSE, "a.npz")
    yield bad("Binary/npz that is a .npy", {"a.npz": PRED}, MSE, "a.npz")
    yield bad("Binary/npz that claims a wrong checksum", of(("pred.npy", Member(PRED, crc=1))), MSE, "a.npz", "pred")
    for method in (0, 8):
        flipped = archive([("pred.npy", Member(PRED, method)), ("target.npy", Member(TRUTH))])
        place = flipped.index(packed("<f8", P)[:8]) + 6 if method == 0 else 30 + len("pred.npy") + 40
        changed = flipped[:place] + bytes([flipped[place] ^ 0x10]) + flipped[place + 1 :]
        yield bad(f"Binary/npz with a flipped bit, method {method}", {"a.npz": changed}, MSE, "a.npz", "pred")
    yield bad("Binary/npz encrypted", of(("pred.npy", Member(bytes(12) + PRED, flags=1))), MSE, "a.npz", "encrypted")
    yield bad("Binary/npz with an unknown method", of(("pred.npy", Member(PRED, 97))), MSE, "a.npz", "pred")
    short = of(("pred.npy", Member(PRED[:-8])))
    yield bad("Binary/npz member cut short", short, MSE, "a.npz", "pred", "header says")
    longer = of(("pred.npy", Member(PRED + bytes(8))))
    yield bad("Binary/npz member with bytes behind", longer, MSE, "a.npz", "pred", "header says")
    offset = whole.replace(struct.pack("<I", whole.index(b"PK\x03\x04", 4)), struct.pack("<I", 5))
    yield bad("Binary/npz directory that points elsewhere", {"a.npz": offset}, MSE, "a.npz")


def bomb(head: bytes) -> bytes:
    """An archive of one member pred.npy: the head and 640 MiB of zeros."""
    zeros, packer = bytes(2**20), zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)  # the same bytes each time
    stored, crc = start + block * 640 + packer.flush(), zlib.crc32(head)
    for _ in range(640):
        crc = zlib.crc32(zeros, crc)
    sums = struct.pack("<III", crc, len(stored), len(head) + 640 * len(zeros))
    fixed = struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sums + struct.pack("<HH", 8, 0)
    first = b"PK\x03\x04" + fixed + b"pred.npy" + stored
    directory = b"PK\x01\x02" + struct.pack("<H", 20) + fixed + bytes(14) + b"pred.npy"
    return first + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), len(first), 0)


def liars() -> Iterator[Case]:
    """Archives that are small and claim or hold much."""
    for name, size in (("less", 80), ("more", 2**31), ("nothing", 0)):
        lies = of(("pred.npy", Member(PRED, 8, size=size)))
        yield bad(f"Binary/npz member that claims {name}", lies, MSE, "a.npz", "pred", memory=900)

    target = {"t.npy": TRUTH}
    run = "eval a.npz -p pred -t t.npy -l mse -b"
    extra: Named = {"a.npz": partial(bomb, PRED), **target}
    yield bad("Binary/npz bomb behind a small array", extra, run, "a.npz", "pred", memory=500)
    no_array: Named = {"a.npz": partial(bomb, b""), **target}
    yield bad("Binary/npz bomb that is no array", no_array, run, "a.npz", "pred", memory=500)
    long_header: Named = {"a.npz": partial(bomb, header("", 2, 0xFFFFFFFF)), **target}
    yield bad("Binary/npz bomb in a header", long_header, run, "a.npz", "pred", memory=500)
    vast: Named = {"a.npz": partial(bomb, header(described("<f8", f"({640 * 2**17},)"))), **target}
    yield bad("Binary/npz bomb that is a great array of zeros", vast, run, "3", memory=500)
    unused: Named = {"a.npz": partial(bomb, b""), "p.npz": npz({"pred": P}), **target}
    yield good("Binary/npz bomb in a file that is not used", unused, "eval p.npz -t t.npy -l mse -b", VALUE)
