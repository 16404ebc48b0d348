"""Zip archives: members read from front to back, which checks their CRC. No path is ever made from a member's name."""

from __future__ import annotations

import zipfile
import zlib
from typing import IO

from lossctl.errors import DataError, listed
from lossctl.files.streams import Stream

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
_OF_MACOS = "__MACOSX/"


class Member:
    """An archived file's bytes, in order."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.file, self.name = file, name

    def read(self, count: int) -> bytes:
        """Exactly `count` bytes, fewer only at the end; DataError where the zip is damaged."""
        try:
            return self.file.read(count)
        except BROKEN as problem:
            raise DataError(f"damaged: {problem}", where=self.name) from None


def open_archive(stream: Stream, what: str) -> zipfile.ZipFile:
    """The zip in a file; DataError where it is none."""
    try:
        return zipfile.ZipFile(stream.file)
    except BROKEN as problem:
        raise DataError(f"not {what} file: {problem}", where=stream.name) from None


def open_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Member:
    """A file of an archive; DataError where it cannot be read."""
    if info.flag_bits & 1:
        raise DataError("the member is encrypted", where=name)
    try:
        return Member(archive.open(info), name)
    except BROKEN as problem:
        raise DataError(f"damaged: {problem}", where=name) from None


def members_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of an archive, without directories and what macOS adds."""
    return [info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith(_OF_MACOS)]


class PlainZip:
    """The bytes of the one file in a zip."""

    def __init__(self, stream: Stream) -> None:
        self.stream, self.name = stream, stream.name
        archive = open_archive(stream, "a zip")
        members = members_of(archive)
        if len(members) != 1:
            found = f"{len(members)}: {listed(info.filename for info in members)}" if members else "none"
            raise DataError(f"a zip of one table is read, and this has {found}", where=self.name, hint="unpack it first")
        self.member_name = members[0].filename
        self._member = open_member(archive, members[0], stream.name)

    def read(self, count: int) -> bytes:
        """Exactly `count` bytes, fewer only at the end; DataError where the zip is damaged."""
        return self._member.read(count)

    def finish(self) -> None:
        self.stream.finish()
