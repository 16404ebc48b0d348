"""`--table [FILE:]KEY=VALUE[:KEY=VALUE]`: how the text of one file is written, or of all."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lossctl.errors import UsageError, did_you_mean, listed, quoted
from lossctl.files.streams import is_url
from lossctl.formats.catalogue import check_format
from lossctl.formats.syntax import TableSyntax
from lossctl.options.data import Data
from lossctl.question.src import path_within
from lossctl.question.values import choice, whole
from lossctl.record import record, replace

if TYPE_CHECKING:
    from pathlib import Path


@record
class Setting:
    """A key of --table: the field of the syntax that it sets, how its value is read, whether it can change what cells mean."""

    field: str
    read: Callable[[str, str], Any]
    signed: bool = False


def read_delimiter(option: str, text: str) -> str:
    """One character, or a word for the tab."""
    delimiter = {"\\t": "\t", "tab": "\t"}.get(text, text)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n':
        raise UsageError(f"{option} is one ASCII character, or tab, not {quoted(text)}")
    return delimiter


def read_encoding(option: str, text: str) -> str:
    """The name of an encoding that Python knows."""
    try:
        codecs.lookup(text)
        "".encode(text)
    except (LookupError, ValueError):
        raise UsageError(f"{option} {quoted(text)} is not known", hint="utf-8, utf-16, latin-1, cp1252, ...") from None
    return text


def _thousands(option: str, text: str) -> str:
    if len(text) != 1 or text.isalnum() or text in '"+-\r\n\t':
        raise UsageError(f"{option} is one sign, as . or , or a blank, not {quoted(text)}")
    return text


def _missing(option: str, text: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(word.strip() for word in text.split(",")))
    if not all(words):
        raise UsageError(f"{option} is words with commas between them, as -999,?, not {quoted(text)}")
    return words


def _comment(option: str, text: str) -> str:
    if not text or set(text) & set("\r\n"):
        raise UsageError(f"{option} is how comments begin, as #")
    return text


SETTINGS: Mapping[str, Setting] = {
    "header": Setting("header", lambda option, text: choice(option, text, ("yes", "no")) == "yes", signed=True),
    "delimiter": Setting("delimiter", read_delimiter),
    "decimal": Setting("decimal", lambda option, text: choice(option, text, (".", ",")), signed=True),
    "thousands": Setting("thousands", _thousands, signed=True),
    "encoding": Setting("encoding", read_encoding),
    "format": Setting("input_format", lambda option, text: check_format(text, option)),
    "quote": Setting("quotes", lambda option, text: choice(option, text, ('"', "none")) == '"'),
    "comment": Setting("comment", _comment, signed=True),
    "skip": Setting("skip", lambda option, text: whole(option, text, 0), signed=True),
    "missing": Setting("missing", _missing, signed=True),
}
_OTHER_WORDS = {"sep": "delimiter", "separator": "delimiter", "quotechar": "quote", "na_values": "missing", "skiprows": "skip"}
_KEY = rf"(?:{'|'.join(SETTINGS)})="


@record
class TableSettings:
    """What --table says of a file, None: of all. values: by its keys."""

    file: str | None
    values: Mapping[str, Any]

    def applied(self, syntax: TableSyntax) -> TableSyntax:
        """A syntax with these settings; UsageError where they contradict each other."""
        found = replace(syntax, **{SETTINGS[key].field: value for key, value in self.values.items()})
        if found.thousands == found.decimal:
            named = f"--table {self.file}: " if self.file else ""
            problem = f"{named}the sign between thousands and the decimal sign are both {quoted(found.decimal)}"
            raise UsageError(problem, hint="for decimal commas: --decimal ," if found.decimal == "." else None)
        return found

    def is_of(self, path: str) -> bool:
        """Whether a file is the one that is named, or lies in a directory that is."""
        if self.file is None or is_url(path) or is_url(self.file):
            return self.file in (None, path)
        named, own = map(os.path.normpath, (self.file, path))
        return named in (own, os.path.dirname(own))


def read_table(text: str) -> TableSettings:
    """The settings of a text; UsageError where one is unknown, has another value, or is given twice."""
    begin = re.search(rf"(?:^|:)(?={_KEY})", text)
    if begin is None:
        word = (re.findall(r"(?:^|:)(\w+)=", text) or [""])[-1]
        known = _OTHER_WORDS.get(word)
        near = (
            f"; {word} is {known} here" if known else did_you_mean(word, SETTINGS) if word else f"; keys are {listed(SETTINGS)}"
        )
        raise UsageError(f"--table is [FILE:]KEY=VALUE[:KEY=VALUE], as truth.csv:delimiter=;, not {quoted(text)}{near}")
    values: dict[str, Any] = {}
    for part in re.split(rf":(?={_KEY})", text[begin.end() :]):
        key, _, value = part.partition("=")
        if key in values:
            raise UsageError(f"--table {quoted(text)} says {key} twice")
        values[key] = SETTINGS[key].read(f"--table {key}", value)
    return TableSettings(text[: begin.start()] or None, values)


@record
class Syntaxes:
    """How tables of text are written. everywhere: all; own: what differs in some."""

    everywhere: TableSyntax
    own: tuple[TableSettings, ...] = ()

    def of(self, path: str, named: str | None) -> TableSyntax:
        """That of a file. named: what options call it, None where it is the only one."""
        syntax = self.everywhere if named is None else replace(self.everywhere, file=named)
        for table in self.own:
            syntax = table.applied(syntax) if table.is_of(path) else syntax
        return syntax

    def signed(self, readers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        """What decides what cells mean and no other option says, as texts; of some files by what is read of them.

        readers: each file, and what is read of it.
        """
        settings = {key: getattr(self.everywhere, setting.field) for key, setting in SETTINGS.items() if setting.signed}
        texts = {f"{key}={_text(value)}" for key, value in settings.items() if value and key not in ("header", "decimal")}
        readers = list(readers)
        for table in self.own:
            names = dict.fromkeys(name for file, name in readers if table.is_of(file) or _holds(file, table.file or ""))
            of_file = "+".join(names)
            own = {key: value for key, value in table.values.items() if of_file and value != settings.get(key, value)}
            texts |= {f"{of_file}:{key}={_text(value)}" for key, value in own.items()}
        return tuple(sorted(texts))

    def check_read(self, files: Iterable[str]) -> None:
        """UsageError where a file that is not read has a syntax, which would say nothing."""
        read = list(dict.fromkeys(files))
        for table in self.own:
            if not any(table.is_of(path) or _holds(path, table.file or "") for path in read):
                raise UsageError(f"--table names {quoted(table.file)}, which is not read", hint=f"files are {listed(read)}")


def read_syntaxes(options: Data, folder: Path | None) -> Syntaxes:
    """The syntaxes that options make, whose paths begin in a folder; UsageError where they contradict each other."""
    syntax = TableSyntax(
        delimiter=None if options.delimiter is None else read_delimiter("--delimiter", options.delimiter),
        decimal=options.decimal,
        header=not options.no_header,
        encoding=read_encoding("--encoding", options.encoding),
        input_format=None if options.input_format is None else check_format(options.input_format),
    )
    tables = [read_table(text) for text in options.table]
    said: set[tuple[str | None, str]] = {
        (None, key)
        for key, setting in SETTINGS.items()
        if getattr(syntax, setting.field) != getattr(TableSyntax(), setting.field)
    }
    for named in ((table.file, key) for table in tables for key in table.values):
        if named in said:
            raise UsageError(f"{named[1]} is said twice of {'all tables' if named[0] is None else quoted(named[0])}")
        said.add(named)
    for table in tables:
        syntax = table.applied(syntax) if table.file is None else syntax
    own = tuple(replace(table, file=path_within(folder, table.file)) for table in tables if table.file is not None)
    for table in own:
        table.applied(syntax)
    return Syntaxes(syntax, own)


def _text(value: Any) -> str:
    """A value as one types it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _holds(folder: str, file: str) -> bool:
    """Whether a directory that is read has a file in it."""
    return os.path.normpath(folder) == os.path.dirname(os.path.normpath(file)) and os.path.exists(file)
