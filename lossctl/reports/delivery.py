"""Where a document goes: standard output in one format, and files in others."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain

from lossctl.effects import given_options, words_of
from lossctl.errors import EnvironmentFailure, UsageError, did_you_mean, listed, plural, quoted, shorten
from lossctl.files.output import write_file, write_stdout
from lossctl.files.states import check_outputs
from lossctl.files.streams import name_of, name_of_source
from lossctl.options.commands import COMMANDS
from lossctl.options.data import Data
from lossctl.options.show import Histogram, Show
from lossctl.question.globs import check_not_matched
from lossctl.question.values import choice, read_jobs, whole
from lossctl.record import record, replace
from lossctl.reports.formats.catalogue import FORMATS, ReportFormat, Style, lacks, render
from lossctl.reports.formats.tsv_report import line_format
from lossctl.reports.lines.rendering import lines
from lossctl.reports.tables.full_tables import values_table
from lossctl.results.document import Document, Run
from lossctl.text import shown

_PROGRAM = "lossctl: "  # what every line on standard error begins with
_LEAST = 80  # characters of a line that says what was used


@record
class Delivery:
    """The formats and places that the options of a command ask for, checked before any work."""

    format: str
    bare: bool
    files: tuple[tuple[str, str], ...]  # format and path
    quiet: bool
    hist: bool
    style_of_files: Style

    @property
    def formats(self) -> list[str]:
        """Those of standard output and of the files."""
        return [self.format, *(name for name, _ in self.files)]

    @property
    def pictures(self) -> bool:
        """Whether some format has pictures."""
        return self.hist or any(FORMATS[name].pictures for name in self.formats)

    def begin(self) -> None:
        """Imports what draws while rows are scored: it takes as long as some millions of them."""
        if any(FORMATS[name].pictures for name in self.formats) and not lacks("svg"):
            from threading import Thread  # most commands draw nothing

            Thread(target=_import_drawing, daemon=True).start()

    def deliver(self, document: Document) -> None:
        """Writes the files, then standard output."""
        self.write_files(document)
        say((f"warning: {shown(warning)}" for warning in document.warnings), quiet=self.quiet)
        write_stdout(self.bare_values(document) if self.bare else self.rendered(document))

    def write_files(self, document: Document) -> None:
        """Writes the document to the files that were asked for."""
        for name, path in self.files:
            write_file(path, render(document, name, self.style_of_files))

    def bare_values(self, document: Document) -> Iterator[str | bytes]:
        """The values alone, one a line."""
        return lines(values_table(document), line_format(1))

    def rendered(self, document: Document) -> Iterator[str | bytes]:
        """The document as standard output shows it; annotations, which say what failed alone, have the table before them."""
        before = render(document, "table", self.style) if self.format == "github" else iter(())
        return chain(before, render(document, self.format, self.style))

    @property
    def style(self) -> Style:
        """How standard output shows tables: a terminal has colours and a width, a pipe has neither."""
        width = _width() if sys.stdout is not None and sys.stdout.isatty() else None
        blocks = "utf" in (getattr(sys.stdout, "encoding", None) or "").lower()
        return replace(self.style_of_files, colour=_colour(), width=width, hist=self.hist, blocks=blocks)


def _import_drawing() -> None:
    with suppress(Exception):  # who draws will hear of it
        import lossctl.reports.pictures.drawing  # noqa: F401  # for those who import it next


def say(lines: Iterable[str], *, quiet: bool = False) -> None:
    """Says lines on standard error, unless told to be quiet."""
    if not quiet and sys.stderr is not None:
        with suppress(OSError, ValueError):  # that nobody can be told changes no result
            for line in lines:
                sys.stderr.write(f"{_PROGRAM}{line}\n")
            sys.stderr.flush()


def first_lines(lines: Sequence[str], most: int, what: str) -> list[str]:
    """The first of some lines, and how many there are beyond: `3 more errors`."""
    return [*lines[:most], *([f"{len(lines) - most:,} more {what}"] if len(lines) > most else [])]


def read_delivery(
    options: Show, inputs: Iterable[str] = (), default: str | None = None, outputs: Iterable[str] = (), globs: Iterable[str] = ()
) -> Delivery:
    """How a command's document is delivered; UsageError where an option does not fit or an output is one of the inputs.

    Raises EnvironmentFailure where a format needs a package that is not installed.

    inputs: every file that the command reads. outputs: what it writes beside the files of --output. globs: of the PREDs.
    """
    if options.json and options.format not in (None, "json"):
        raise UsageError(f"--json and --format {quoted(options.format)} contradict each other")
    formats = {name: known for name, known in FORMATS.items() if options.judges or not known.verdicts}
    on_stdout = tuple(name for name, known in formats.items() if known.stdout)
    hist = isinstance(options, Histogram) and options.hist
    default = default or ("table" if hist or (sys.stdout is not None and sys.stdout.isatty()) else "tsv")
    name = "json" if options.json else choice("--format", options.format or default, on_stdout)
    if hist and name != "table":
        raise UsageError(f"--hist is drawn below a table, and standard output has the format {name}; leave out --format")
    check_apart(options)
    files = tuple(_read_output(text, formats) for text in options.output)
    written = [*(path for _, path in files), *outputs]
    check_outputs(written, inputs)
    check_not_matched(globs, written)
    for used in (name, *(of_file for of_file, _ in files)):
        if package := lacks(used):
            raise EnvironmentFailure(f"{used} is drawn by {package}, which is not installed", hint=f"pip install {package}")
    command = shlex.join(["lossctl", COMMANDS[type(options)], *words_of(options)])
    jobs = read_jobs(options.jobs if isinstance(options, Data) else None)
    style = Style(whole("--digits", options.digits, 1), command=command, jobs=jobs)
    return Delivery(name, options.bare, files, options.quiet, hist, style)


def check_apart(options: Show) -> None:
    """UsageError where options are given that do not go together."""
    given = {declared.option.flag: declared.option for declared in given_options(options)}
    for flag, option in given.items():
        for other in option.apart:
            if other in given:
                raise UsageError(f"{other} and {flag} do not go together; leave one out")


def said(run: Run) -> str:
    """Which sources were used, and how many rows; on a terminal in two lines at most."""
    roles = ", ".join(f"{role} {_within(run.run, source)}" for role, source in run.sources.items())
    dropped = "".join(f", {count:,} dropped ({reason})" for reason, count in run.dropped.items())
    classes = f"; classes {listed(run.classes, 20)}" if run.classes else ""
    text = shown(f"{name_of(run.run)}: {roles}{classes}; {plural(run.used, 'row')} used{dropped}")
    if sys.stderr is None or not sys.stderr.isatty():
        return text
    return shorten(text, max(2 * _width(), _LEAST) - len(_PROGRAM))


def _width() -> int:
    from shutil import get_terminal_size  # which imports every compression

    return get_terminal_size().columns


def _within(run: str, source: str) -> str:
    """A source without the file that the run's name begins with."""
    file, _, column = source.rpartition(":")
    return column if file and f"{run}:".startswith(f"{file}:") else name_of_source(source)


def _read_output(text: str, formats: Mapping[str, ReportFormat]) -> tuple[str, str]:
    name, colon, path = text.partition(":")
    if colon and name in formats and path:
        return name, path
    if colon and name in formats:
        raise UsageError(f"--output {quoted(text)} names no file; name one: -o {text}PATH")
    if colon and name.isidentifier() and not path.startswith("//"):  # of a URL
        called = f"a file that is called so: -o {shlex.quote(f'./{text}')}"
        raise UsageError(f"--output: {quoted(name)} is no format" + did_you_mean(name, formats), hint=called)
    extension = os.path.splitext(text)[1].lower()
    for of_ending, known in formats.items():
        if extension in known.endings:
            return of_ending, text
    endings = [ending for known in formats.values() for ending in known.endings]
    problem = f"--output: the extension of {quoted(text)} names no format; known are {listed(endings, 20)}"
    raise UsageError(problem, hint=f"name one: -o json:{shown(text)}")


def _colour() -> bool:
    if sys.stdout is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()
