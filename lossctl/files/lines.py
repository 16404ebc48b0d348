"""Bytes of a text file as complete lines in UTF-8, read in chunks of bounded size whatever the file holds."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import numpy as np

from lossctl.errors import DataError, NotText, shorten
from lossctl.files.compression import packed_as
from lossctl.files.streams import Readable
from lossctl.lazy import regex
from lossctl.text import shown

LINE_LIMIT = 64 * 2**20  # bytes of one line, of one record, or of empty lines in a row
_READ = 4 * 2**20
_LOOK = 4096  # bytes that tell what a file is
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NO_SIGN = regex(rb"[\0-\x08\x0e-\x19\x1c-\x1f]")  # of ASCII, which the texts of no encoding hold but UTF-16 and UTF-32


def lines_of(stream: Readable, encoding: str, *, squeeze: bool = False) -> Iterator[tuple[bytes, int]]:
    """Complete lines as UTF-8 in chunks, each with the number of its lines; without the empty lines at the end.

    The last line has a line end even if the file lacks it. squeeze: runs of blanks become one, those at the ends of lines none.
    """
    rest = blank = b""
    taken = 0  # lines given out
    for data in _utf8(stream, encoding):
        end = data.rfind(b"\n") + 1
        lines = b"".join((rest, memoryview(data)[:end])) if end else b""
        rest = data[end:] if end else rest + data
        lines = _squeezed(lines) if squeeze else lines
        if len(rest) > LINE_LIMIT:
            line = taken + count_lines(blank) + count_lines(lines) + 1
            raise DataError(f"the line is longer than {LINE_LIMIT // 2**20} MiB", where=f"{stream.name} line {line}")
        if (filled := _filled(lines)) == 0:
            blank += lines
            if len(blank) > LINE_LIMIT:
                raise DataError(
                    f"more than {LINE_LIMIT // 2**20} MiB of empty lines in a row", where=f"{stream.name} line {taken + 1}"
                )
            continue
        end = lines.find(b"\n", filled) + 1
        full = blank + lines[:end] if blank else lines[:end]
        blank = lines[end:]
        taken += (count := count_lines(full))
        yield full, count
    rest = _squeezed(rest + b"\n") if squeeze else rest + b"\n"
    if _filled(rest):
        yield blank + rest, count_lines(blank) + 1


def _filled(lines: bytes) -> int:
    """How many bytes there are before the line ends at the end."""
    if lines[-1:] == b"\n" and lines[-2:-1] not in (b"", b"\n", b"\r"):
        return len(lines) - 1
    return len(lines.rstrip(b"\r\n"))


def count_lines(lines: bytes) -> int:
    """How many lines end in some bytes; seven times as fast as `bytes.count`, which stops at each."""
    return int(np.count_nonzero(np.frombuffer(lines, np.uint8) == ord("\n")))


def cut_lines(lines: bytes, count: int, most: int | None) -> tuple[int, int]:
    """Where the first `most` of `count` lines end (None: all of them), and how many they are."""
    if most is None or count <= most:
        return len(lines), count
    return int(np.flatnonzero(np.frombuffer(lines, np.uint8) == ord("\n"))[most - 1]) + 1, most


def _squeezed(lines: bytes) -> bytes:
    return re.sub(rb"(?m)^ +| +(?=\r?$)", b"", re.sub(rb"[ \t]+", b" ", lines))


def _utf8(stream: Readable, encoding: str) -> Iterator[bytes]:
    """The bytes of a stream, checked to be UTF-8 or made so, without a byte-order mark."""
    name = codecs.lookup(encoding).name
    decoder = codecs.getincrementaldecoder(name)()
    offset = 0
    while data := stream.read(_READ):
        if offset == 0 and name == "utf-8":
            for mark, other in _MARKS.items():
                if data.startswith(mark):
                    raise DataError("not UTF-8 at byte 0", where=stream.name, hint=f"read it with --encoding {other}")
            if data.startswith(codecs.BOM_UTF8):
                data, offset = data.removeprefix(codecs.BOM_UTF8), len(codecs.BOM_UTF8)
        yield _decoded(decoder, data, offset, stream.name, name)
        offset += len(data)
    yield _decoded(decoder, b"", offset, stream.name, name)


def _decoded(decoder: codecs.IncrementalDecoder, data: bytes, offset: int, where: str, encoding: str) -> bytes:
    if encoding == "utf-8" and data.isascii() and decoder.getstate()[0] == b"":
        return data
    held = len(decoder.getstate()[0])
    try:
        return decoder.decode(data, final=not data).encode()
    except UnicodeDecodeError as problem:
        said = f"not {encoding.upper()} at byte {offset - held + problem.start}"
        if offset == 0 and packed_as(data) not in ("", "zip"):
            packed = "it looks compressed; compressed tables are read when their names end in .gz, .zst, .bz2 or .xz"
            raise DataError(said, where=where, hint=packed) from None
        if encoding == "utf-8" and (sign := _NO_SIGN.search(data)) is not None:
            raise _no_text(data, sign, said, offset, where) from None
        raise DataError(
            said, where=where, hint="name its encoding: --encoding latin-1" if encoding == "utf-8" else None
        ) from None
    except UnicodeError as problem:  # of utf-16 and utf-32, which begin with a mark that says the order of bytes
        hint = f"name that order: --encoding {encoding}-le, or {encoding}-be" if encoding in _MARKS.values() else None
        raise DataError(f"not {encoding.upper()}: {shorten(shown(str(problem)))}", where=where, hint=hint) from None


def _no_text(data: bytes, sign: re.Match[bytes], said: str, offset: int, where: str) -> DataError:
    """The error of bytes that are UTF-16 without a mark, of whose letters every other byte is 0, or no text at all."""
    for first, encoding in ((0, "utf-16-be"), (1, "utf-16-le")):
        letters = data[first:_LOOK:2]
        if offset == 0 and data[1 - first] and letters.count(0) > 0.9 * len(letters):
            return DataError(said, where=where, hint=f"it looks like UTF-16: --encoding {encoding}")
    problem = NotText(f"{said}, and no text: byte {offset + sign.start()} is 0x{sign[0].hex()}", where=where)
    problem.lead = data[:_LOOK] if offset == 0 else b""
    return problem
