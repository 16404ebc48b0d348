"""The SRC grammar: which file and which column a role is read from, decided by the syntax of the text alone.

yhat              a column of the run's own table        truth.csv:y       a column of another file
1                 its first column                       truth.npy         another file
p_*, p0..p9, p0.. several columns, a vector per row      arrays.npz:key    an array of another file
col:NAME          the column NAME, whatever it looks like   folder/  the files of a directory
                  s3://bucket/truth.csv?region=eu-west-1:y  a column of a file in an object store
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lossctl.sources.formats import FOREIGN, FORMATS
from lossctl.sources.streams import is_url

_ENDINGS = "|".join(
    sorted(
        (re.escape(ending) for ending in [*FOREIGN, *(end for one in FORMATS.values() for end in one.every_ending)]),
        key=len,
        reverse=True,
    )
)
_SPLIT = re.compile(rf"(.*(?:{_ENDINGS})|-):(.*)", re.IGNORECASE | re.DOTALL)  # greedy: the last `:` after an extension splits
_FILE = re.compile(rf".*(?:{_ENDINGS}|/)|-", re.IGNORECASE | re.DOTALL)
_FOLDER_SPLIT = re.compile(r"(.*/):(.*)", re.DOTALL)
_QUERY = r"\?(?:endpoint_override=(?:https?://)?[^:&]+(?::\d+)?|[^:])*"  # the only `:` in it is that before a port
_URL_SPLIT = re.compile(rf"([^?]*(?:{_ENDINGS}|/)(?>{_QUERY})?):(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Src:
    """A SRC as typed: `file` is None for the run's own table, `column` None where the usual names decide.

    array: the data themselves, where Python code gave them instead of a text.
    """

    text: str
    file: str | None = None
    column: str | None = None
    forced: bool = False
    array: Any = None


def read_src(text: str) -> Src:
    """The file and column that a text names."""
    if text.startswith("col:"):
        return Src(text, column=text.removeprefix("col:"), forced=True)
    url = is_url(text)
    if split := (_URL_SPLIT if url else _SPLIT).fullmatch(text) or _FOLDER_SPLIT.fullmatch(text):
        column = split[2]
        forced = column.startswith("col:")
        return Src(text, split[1], column.removeprefix("col:"), forced)
    return Src(text, file=text) if url or _FILE.fullmatch(text) else Src(text, column=text)


def read_pred(text: str) -> Src:
    """A PRED argument, which is a file whatever its name."""
    return Src(text, file=text)
