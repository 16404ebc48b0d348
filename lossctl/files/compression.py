"""Compressed files as the plain bytes in them. No more is unpacked than is asked for, whatever a file would unpack to."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, RawIOBase
from typing import Protocol, cast

from lossctl.errors import DataError
from lossctl.files.sources import Source, at_any_place
from lossctl.files.streams import FileBytes, Stream, without_query

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd", ".bz2": "bzip2", ".xz": "xz", ".zip": "zip"}
_LEADS: dict[str, bytes | tuple[bytes, ...]] = {
    "gzip": b"\x1f\x8b",
    "zstd": b"\x28\xb5\x2f\xfd",
    "bzip2": b"BZh",
    "xz": b"\xfd7zXZ\0",
    "zip": (b"PK\3\4", b"PK\5\6"),
}
_READ = 2**20


class Unpacker(Protocol):
    """Unpacks one member: what a compressor wrote in one go. A file may hold several, one after the other."""

    @property
    def eof(self) -> bool:
        """Whether the member's end was reached."""

    @property
    def needs_input(self) -> bool:
        """Whether more can be had only from further data."""

    @property
    def unused_data(self) -> bytes:
        """What was fed beyond the member's end."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """At most `max_length` plain bytes."""


class Plain:
    """The plain bytes of a compressed stream, all its members in order."""

    def __init__(self, stream: Stream, kind: str) -> None:
        self.stream, self.name, self.kind = stream, stream.name, kind
        self._unpacker = _UNPACKERS[kind]()
        self._fresh = b""  # read, not yet fed

    def read(self, count: int) -> bytes:
        """Exactly `count` bytes, fewer only at the end; DataError where the data are damaged or cut short."""
        parts: list[bytes] = []
        while count and (part := self._some(count)):
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def finish(self) -> None:
        self.stream.finish()

    def _some(self, most: int) -> bytes:
        """At least one byte and at most `most`; none at the end."""
        while not self._unpacker.eof or self._next_member():
            hungry = self._unpacker.needs_input
            data = (self._fresh or self.stream.read(_READ)) if hungry else b""
            self._fresh = self._fresh if not hungry else b""
            try:
                plain = self._unpacker.decompress(data, most)
            except _damages() as problem:
                words = str(problem).rpartition(": ")[2]
                raise DataError(f"not {self.kind} data, or damaged: {words}", where=self.name) from None
            if plain:
                return plain
            if hungry and not data and not self._unpacker.eof:
                raise DataError("compressed data ends early", where=self.name)
        return b""

    def _next_member(self) -> bool:
        data = self._unpacker.unused_data or self.stream.read(_READ)
        if self.kind != "bzip2":  # files of the others may be filled up with zeros
            while data and not (data := data.lstrip(b"\0")):
                data = self.stream.read(_READ)
        if data:
            self._unpacker, self._fresh = _UNPACKERS[self.kind](), data
        return bool(data)


class _Gzip:
    """zlib's object in the shape of those of bz2 and lzma."""

    def __init__(self) -> None:
        import zlib

        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def _bzip2() -> Unpacker:
    import bz2

    return bz2.BZ2Decompressor()


def _xz() -> Unpacker:
    import lzma

    return lzma.LZMADecompressor(lzma.FORMAT_XZ)


_UNPACKERS: dict[str, Callable[[], Unpacker]] = {"gzip": _Gzip, "bzip2": _bzip2, "xz": _xz}


def _damages() -> tuple[type[Exception], ...]:
    """What unpackers raise for data that are not theirs."""
    import lzma
    import zlib

    return (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)


def open_plain(source: Source) -> FileBytes:
    """The bytes of a file, unpacked where its first bytes or its name told that they are compressed."""
    kind = compression_of(source.path) if source.packed is None else source.packed
    if kind == "zip":
        from lossctl.files.zipped import PlainZip

        return PlainZip(at_any_place(source, b"PK", "a zip"))
    stream = source.open()
    if not kind:
        return stream
    if kind == "zstd":
        from lossctl.files.zstd import PlainZstd

        return PlainZstd(stream)
    return Plain(stream, kind)


def packed_as(lead: bytes) -> str:
    """The compression that the first bytes of a file tell, "" for none."""
    return next((kind for kind, start in _LEADS.items() if lead.startswith(start)), "")


def unpacked_start(stream: Stream, kind: str, count: int) -> bytes:
    """The first plain bytes of a file, which will be read again; none where its beginning is damaged, as its reader will say."""
    start = Stream(stream.path, cast(RawIOBase, BytesIO(stream.start(_READ))))  # more than a block of any kind
    try:
        return open_plain(Source(stream.path, opened=start, packed=kind)).read(count)
    except DataError:
        return b""


def compression_of(path: str) -> str | None:
    """The compression that a file's name tells."""
    return next((kind for ending, kind in COMPRESSIONS.items() if without_query(path).lower().endswith(ending)), None)
