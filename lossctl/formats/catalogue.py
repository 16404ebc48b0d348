"""The formats that files are read from: one row and one reader each. A reader is imported when a file of its format is opened."""

from __future__ import annotations

import importlib
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from lossctl.errors import DataError, NotText, UsageError, listed, quoted
from lossctl.files.compression import COMPRESSIONS
from lossctl.files.sources import Source
from lossctl.files.streams import name_of, read_once, without_query
from lossctl.record import record

if TYPE_CHECKING:
    from lossctl.formats.syntax import TableSyntax
    from lossctl.formats.table import Table


@record
class Format:
    """A format: how its files end, which module reads it, and for text the delimiter (None: white space).

    multiline: whether a quoted cell may hold line ends, which in text other than CSV it hardly ever does.
    Files of text may be compressed, which a further ending says.
    """

    endings: tuple[str, ...]
    module: str
    text: bool = False
    delimiter: str | None = None
    multiline: bool = False

    @cached_property
    def every_ending(self) -> tuple[str, ...]:
        """The endings, alone and with those of compressed files."""
        packed = tuple(ending + more for ending in self.endings for more in COMPRESSIONS)
        return self.endings + packed if self.text else self.endings


FORMATS = {
    "npy": Format((".npy",), "numpy.npy"),
    "npz": Format((".npz",), "numpy.npz"),
    "csv": Format((".csv",), "text.text_table", text=True, delimiter=",", multiline=True),
    "tsv": Format((".tsv",), "text.text_table", text=True, delimiter="\t"),
    "txt": Format((".txt",), "text.text_table", text=True),
    "jsonl": Format((".jsonl", ".ndjson"), "jsonl.jsonl", text=True),
    "json": Format((".json",), "jsonl.json_document", text=True),
    "parquet": Format((".parquet",), "arrow.parquet"),
    "arrow": Format((".arrow", ".feather"), "arrow.arrow"),
}

_TO_NPY = "numpy.save('preds.npy', {})"
FOREIGN = {
    ".pt": "convert it: " + _TO_NPY.format("torch.load('preds.pt').numpy()"),
    ".pth": "convert it: " + _TO_NPY.format("torch.load('preds.pth').numpy()"),
    ".pkl": "convert it where you trust it: " + _TO_NPY.format("pandas.read_pickle('preds.pkl')"),
    ".pickle": "convert it where you trust it: " + _TO_NPY.format("pandas.read_pickle('preds.pickle')"),
    ".h5": "convert it: " + _TO_NPY.format("h5py.File('preds.h5')['preds'][:]"),
    ".hdf5": "convert it: " + _TO_NPY.format("h5py.File('preds.hdf5')['preds'][:]"),
    ".xlsx": "convert it: pandas.read_excel('preds.xlsx').to_csv('preds.csv', index=False)",
    ".xls": "convert it: pandas.read_excel('preds.xls').to_csv('preds.csv', index=False)",
}


def format_of(path: str, named: str | None) -> Format | None:
    """The format of a file: the one named by --input-format, else by its extension, None where that tells none.

    Raises UsageError for an unknown name, DataError for an extension of what is not read.
    """
    if named is not None:
        return FORMATS[named]
    form = _told_by(path)
    foreign = next((ending for ending in FOREIGN if without_query(path).lower().endswith(ending)), None) if form is None else None
    if foreign is not None:
        raise DataError(f"files of {foreign} are not read", where=path, hint=FOREIGN[foreign])
    return form


def _told_by(path: str) -> Format | None:
    """The format that a file's extension tells."""
    lowered = without_query(path).lower()
    return next((form for form in FORMATS.values() if lowered.endswith(form.every_ending)), None)


def open_table(path: str, syntax: TableSyntax) -> Table:
    """The table in a file, its header read and checked. What no name tells, its first bytes do."""
    form, source = format_of(path, syntax.input_format), Source(path)
    if form is None or (syntax.input_format is not None and (read_once(path) or _told_by(path) is None)):
        from lossctl.formats.recognition import recognized

        source, seen = recognized(path)
        form = form or FORMATS[seen]
    try:
        table: Table = _module(form.module).open_table(source, form, syntax)
    except NotText as problem:
        from lossctl.formats.recognition import no_text

        raise no_text(problem) from None
    if table.syntax is None and (setting := syntax.of_text_alone):
        hint = f"name the table that is meant: --table FILE:{setting}=..."
        raise UsageError(f"--table {setting} is about tables of text, and this is none", where=name_of(path), hint=hint)
    return table


@cache
def _module(name: str) -> Any:
    return importlib.import_module(f"lossctl.formats.{name}")


def check_format(name: str, option: str = "--input-format") -> str:
    """`name` where it is a format; UsageError otherwise."""
    if name not in FORMATS:
        raise UsageError(f"{option} {quoted(name)} is none of {listed(FORMATS)}")
    return name
