"""NumPy files put together byte by byte, so that each byte may be wrong."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

CODES = {
    "f2": "e",
    "f4": "f",
    "f8": "d",
    "i1": "b",
    "i2": "h",
    "i4": "i",
    "i8": "q",
    "u1": "B",
    "u2": "H",
    "u4": "I",
    "u8": "Q",
    "b1": "?",
}


def packed(descr: str, values: Iterable[float]) -> bytes:
    """Values in a dtype such as <f8."""
    order = ">" if descr[0] == ">" else "<"
    code = CODES[descr.lstrip("<>|=")]
    convert = float if code in "efd" else int
    return b"".join(struct.pack(order + code, convert(value)) for value in values)


def header(text: str | bytes, version: int = 1, length: int | None = None) -> bytes:
    """Everything before the data. length: what the file claims instead of the truth."""
    body = text if isinstance(text, bytes) else text.encode("utf-8" if version >= 3 else "latin-1")
    size = struct.pack("<H" if version == 1 else "<I", len(body) if length is None else length)
    return b"\x93NUMPY" + bytes([version, 0]) + size + body


def described(descr: str, shape: str, *, fortran: bool = False, width: int = 118) -> str:
    """The dictionary of a header, as NumPy writes it."""
    text = f"{{'descr': {descr!r}, 'fortran_order': {fortran}, 'shape': {shape}, }}"
    return text.ljust(width - 1) + "\n"


def npy(descr: str, shape: Sequence[int], values: Iterable[float], *, fortran: bool = False, version: int = 1) -> bytes:
    """A good file; the values in the order of the file."""
    return header(described(descr, str(tuple(shape)), fortran=fortran), version) + packed(descr, values)


@dataclass(frozen=True)
class Member:
    """A member of an archive and what may be wrong with it. flags: 1 is encrypted. size: claimed in both directories."""

    data: bytes
    method: int = 0
    flags: int = 0
    crc: int | None = None
    size: int | None = None
    descriptor: bool = False


def archive(members: Sequence[tuple[str, Member]], comment: bytes = b"") -> bytes:
    """A ZIP archive, its directories as the members want them."""
    body, directory = b"", b""
    for name, member in members:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        stored = packer.compress(member.data) + packer.flush() if member.method == 8 else member.data
        crc = zlib.crc32(member.data) if member.crc is None else member.crc
        size = len(member.data) if member.size is None else member.size
        flags, raw = member.flags | (8 if member.descriptor else 0), name.encode()
        sums = struct.pack("<III", crc, len(stored), size)
        head = struct.pack("<HHHHH", 20, flags, member.method, 0, 33)
        tail = struct.pack("<HH", len(raw), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + head + sums + tail
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + raw
        body += b"PK\x03\x04" + head + (bytes(12) if member.descriptor else sums) + tail + raw + stored
        body += b"PK\x07\x08" + sums if member.descriptor else b""
    count = len(members)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), len(comment))
    return body + directory + b"PK\x05\x06" + end + comment


def npz(arrays: Mapping[str, Sequence[float] | bytes], *, method: int = 0) -> bytes:
    """Arrays of float64 in one archive, or members of the given bytes."""
    members = {
        name: values if isinstance(values, bytes) else npy("<f8", (len(values),), values) for name, values in arrays.items()
    }
    return archive([(f"{name}.npy", Member(data, method)) for name, data in members.items()])
