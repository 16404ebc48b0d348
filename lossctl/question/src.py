"""The SRC grammar: which file and which column a role is read from, decided by the syntax of the text alone.

yhat              a column of the run's own table        truth.csv:y       a column of another file
1                 its first column                       truth.npy         another file, as is what holds a /
p_*, p0..p9, p0.. several columns, a vector per row      arrays.npz:key    an array of another file
col:NAME          the column NAME, whatever it looks like   file:TEXT  a file, likewise: file:labels.test:y
                  s3://bucket/truth.csv?region=eu-west-1:y  a column of a file in an object store
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from lossctl.errors import UsageError, quoted
from lossctl.files.streams import STDIN, is_url
from lossctl.formats.catalogue import FOREIGN, FORMATS
from lossctl.record import record

if TYPE_CHECKING:
    from pathlib import Path

_ENDINGS = (*FOREIGN, *(end for known in FORMATS.values() for end in known.every_ending))
_QUERY = r"\?(?:endpoint_override=(?:https?://)?[^:&]+(?::\d+)?|[^:])*"  # the only `:` in it is that before a port


@record
class Src:
    """A SRC as typed: `file` is None for the run's own table, `column` None where the usual names decide.

    array: the data themselves, where Python code handed them over instead of a text. frame: they are a table whose columns have
    names.
    """

    text: str
    file: str | None = None
    column: str | None = None
    forced: bool = False
    array: Any = None
    frame: bool = False

    @property
    def of_own_table(self) -> bool:
        """Whether it is in the run's own table."""
        return self.file is None and self.array is None


ASIDE = ("weight", "by", "id", "unit")  # options that name columns beside roles, for which Python code may give these themselves


@record
class Handed:
    """What Python code handed over instead of texts.

    roles: the data of roles by their names, and of those in ASIDE. preds: by the texts that stand for them among the PREDs.
    """

    roles: Mapping[str, Src] = field(default_factory=dict)
    preds: Mapping[str, Src] = field(default_factory=dict)

    def pred(self, text: str) -> Src:
        """The source of a PRED."""
        return self.preds.get(text) or read_pred(text)


def read_src(text: str) -> Src:
    """The file and column that a text names; UsageError for a NUL, which no name of a file can hold."""
    _check_text(text)
    if text.startswith("col:"):
        return Src(text, column=text.removeprefix("col:"), forced=True)
    named = text.removeprefix("file:")
    if split := _split_url(named) if is_url(named) else _split(named) or (_split_last(named) if named != text else None):
        file, column = split
        return Src(text, file, column.removeprefix("col:"), column.startswith("col:"))
    is_file = named != text or is_url(text) or text == "-" or "/" in text or text.lower().endswith(_ENDINGS)
    return Src(text, file=named) if is_file else Src(text, column=text)


def looks_like_a_column(src: Src) -> bool:
    """Whether nothing but a `/` makes a file of a text, which a header may hold too."""
    text = src.text
    return src.file == text and "/" in text and text[0] not in "/." and not text.lower().endswith((*_ENDINGS, "/"))


def read_pred(text: str) -> Src:
    """A PRED argument, which is a file whatever its name; UsageError for a NUL."""
    _check_text(text)
    return Src(text, file=text)


def path_within(folder: Path | None, path: str) -> str:
    """A path that begins in a folder, None for the working directory, as it is called from there."""
    if folder is None or folder == folder.cwd() or path == STDIN or "://" in path:
        return path
    return os.path.relpath(folder / path)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise UsageError(f"a NUL character, which names have not, in {quoted(text)}")


def _split(text: str) -> tuple[str, str] | None:
    """The file and column around the last `:` behind an extension, else behind a folder's `/`; None where there is none."""
    for place in reversed(range(len(text))):
        if text[place] == ":" and (text[:place] == "-" or text[:place].lower().endswith(_ENDINGS)):
            return text[:place], text[place + 1 :]
    return _split_folder(text) or (_split_last(text) if "/" in text else None)


def _split_last(text: str) -> tuple[str, str] | None:
    """The file and column around the last `:` of the file's name."""
    folder, slash, name = text.rpartition("/")
    file, found, column = name.rpartition(":")
    return (f"{folder}{slash}{file}", column) if found and file else None


def _split_url(text: str) -> tuple[str, str] | None:
    """The same of a URL, whose extension may stand before a query."""
    endings = "|".join(map(re.escape, sorted(_ENDINGS, key=len, reverse=True)))
    split = re.fullmatch(rf"([^?]*(?:{endings}|/)(?>{_QUERY})?):(.*)", text, re.IGNORECASE | re.DOTALL)
    return (split[1], split[2]) if split else _split_folder(text)


def _split_folder(text: str) -> tuple[str, str] | None:
    folder, found, column = text.rpartition("/:")
    return (folder + "/", column) if found else None
