"""What a file is by its first bytes, where its name tells nothing: standard input, a pipe, an unknown extension."""

from __future__ import annotations

import codecs
import re

from lossctl.errors import DataError, NotText, listed
from lossctl.files.compression import open_plain, packed_as, unpacked_start
from lossctl.files.sources import Source, at_any_place, copied
from lossctl.files.streams import Stream
from lossctl.files.zipped import members_of, open_archive
from lossctl.formats.catalogue import FOREIGN, FORMATS, format_of

_LOOK = 4096  # bytes
_LEADS = {b"PAR1": "parquet", b"ARROW1": "arrow", b"FEA1": "arrow", b"\xff\xff\xff\xff": "arrow", b"\x93NUMPY": "npy"}
_OTHERS = {  # which nothing here reads
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "a SQLite database",
    b"\xd0\xcf\x11\xe0": "an old document of Office",
    b"\x7fELF": "a program",
    b"PK\3\4": "a zip archive",
}
_NAME = rb'"(?:[^"\\]|\\.)*"\s*:\s*'
_SPLIT = rb'"(?:columns|index|data)"\s*:\s*\['
_COLUMNS = (
    _NAME + rb'\{\s*"\d+"\s*:[^{}]*(?:\Z|\}\s*(?:\}\s*\Z|,\s*' + _NAME + rb"\{(?!.*\n\s*\{)))"
)  # by the rows' numbers, on one line
_TABLE = re.compile(rb"\{\s*(?:" + _SPLIT + rb"|" + _COLUMNS + rb")", re.DOTALL)  # what pandas' to_json writes


def recognized(path: str) -> tuple[Source, str]:
    """The bytes of a file, and its format; DataError where it cannot be read, or is of a format that is not."""
    stream = Stream(path)
    lead = stream.start(_LOOK)
    packed = packed_as(lead)
    source = Source(path, opened=None if stream.reopens else stream, packed=packed)
    if packed == "zip":
        return _zipped(source if stream.reopens else copied(stream, path))
    found = _format_of(unpacked_start(stream, packed, _LOOK) if packed else lead, stream.name)
    return _readable(source, found), found


def no_text(problem: NotText) -> DataError:
    """The error of a file that was read as text and is none: what it is by its first bytes, and what is read."""
    where = problem.where or ""
    found = _format_of(problem.lead, where)
    other = next((what for start, what in _OTHERS.items() if problem.lead.startswith(start)), None)
    if not FORMATS[found].text:
        hint = f"it begins as {found} does; such files are read when their names end in {' or '.join(FORMATS[found].endings)}"
        return DataError(problem.problem, where=where, hint=hint)
    said = problem.problem if other is None else f"{problem.problem}; it begins as {other} does"
    return DataError(said, where=where, hint=f"the formats that are read are {listed(FORMATS)}")


def _readable(source: Source, found: str) -> Source:
    """The bytes as the reader of a format takes them: text as it is, others unpacked."""
    if not source.packed or FORMATS[found].text:
        return source
    return copied(open_plain(source), source.path)


def _zipped(source: Source) -> tuple[Source, str]:
    """What a zip is: NumPy's arrays, or a packed table."""
    stream = at_any_place(source, b"PK", "a zip")
    names = [info.filename for info in members_of(open_archive(stream, "a zip"))]
    for ending, sign in ((".xlsx", "[Content_Types].xml"), (".pt", "data.pkl")):
        if any(name.rpartition("/")[2] == sign for name in names):
            raise DataError(f"a file of {ending}, which is not read", where=stream.name, hint=FOREIGN[ending])
    if names and all(name.endswith(".npy") for name in names):
        return source, "npz"
    packed = Source(source.path, source.spooled, packed="zip")
    form = format_of(names[0], None) if len(names) == 1 else FORMATS["csv"]
    found = next((name for name, listed in FORMATS.items() if listed is form), None)
    if found is None:
        found = _format_of(open_plain(packed).read(_LOOK), stream.name)
    return _readable(packed, found), found


def _format_of(lead: bytes, name: str) -> str:
    """The format that plain bytes begin as, text where they are no other."""
    if lead.startswith(b"\x80") and lead[1:2] in (b"\2", b"\3", b"\4", b"\5"):
        raise DataError("a pickle, which lossctl never unpickles", where=name, hint=FOREIGN[".pkl"])
    if lead.startswith(b"\x89HDF"):
        raise DataError("a file of .h5, which is not read", where=name, hint=FOREIGN[".h5"])
    known = next((found for start, found in _LEADS.items() if lead.startswith(start)), None)
    text = lead.removeprefix(codecs.BOM_UTF8).lstrip()
    if known is None and text.startswith((b"[", b"{")):
        return "json" if text.startswith(b"[") or _TABLE.match(text) else "jsonl"
    return known or "csv"
