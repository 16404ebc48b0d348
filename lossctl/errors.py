"""Everything that can go wrong, as the person who has to mend it reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from lossctl.text import shown

LIMIT = 600  # characters of error and hint together

NO_MEMORY = "not enough memory; fewer threads need less: -j 1"
# what errors say that are no MemoryError: a library that cannot be mapped, a thread that has no room for its stack
_SCARCE = ("failed to map segment", "annot allocate memory", "can't start new thread", "Failed to launch worker thread")


class LossctlError(Exception):
    """One line that says where, what is wrong and what was expected, with at most one hint how to go on.

    row: that of the run which is to blame, where one is known.
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, problem: str, *, where: str | None = None, hint: str | None = None, row: int | None = None) -> None:
        super().__init__(problem, where, hint)
        self.problem, self.where, self.hint, self.row = problem, where, hint, row

    def __str__(self) -> str:
        message = shown(f"{self.where}: {self.problem}" if self.where else self.problem)
        hint = f"\nhint: {shorten(shown(self.hint), LIMIT // 2)}" if self.hint else ""
        return shorten(message, LIMIT - len(hint)) + hint

    @property
    def line(self) -> str:
        """The error without its hint, as reports hold it."""
        return str(self).partition("\n")[0]

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.problem,), vars(self)


class UsageError(LossctlError):
    """The command line or the configuration is wrong."""

    exit_code = 2


class DataError(LossctlError):
    """The data are wrong: a missing file or column, a shape, a label, a NaN."""

    exit_code = 3


class NoRows(DataError):
    """A file holds no rows, which is no fault where other files of its dataset hold some."""


class NoColumn(DataError):
    """No column has the name of a role. inner: a field of objects has."""

    inner = False


class NotText(DataError):
    """Bytes that are no text in any encoding. lead: those that the file begins with."""

    lead = b""


class EnvironmentFailure(LossctlError):
    """The machine cannot do it: an output that cannot be written, a package that is absent, no memory."""

    exit_code = 4


class InternalError(LossctlError):
    """A fault of lossctl or of a plugin."""


class Terminated(BaseException):
    """SIGTERM arrived."""


def is_scarcity(problem: Exception) -> bool:
    """Whether an error says that there is no memory, or no thread, left."""
    return isinstance(problem, MemoryError) or any(words in str(problem) for words in _SCARCE)


def shorten(text: str, limit: int = 80) -> str:
    """`text` in at most `limit` characters, its middle left out where it is longer."""
    if len(text) <= limit:
        return text
    head = (limit - 3) * 2 // 3
    return text[:head] + "..." + text[len(text) - (limit - 3 - head) :]


def quoted(value: object) -> str:
    """A value from a file or the command line between quotes, safe to print."""
    return "'" + shorten(shown(str(value))) + "'"


def listed(names: Iterable[str], most: int = 10) -> str:
    """Names for a message: at most `most` of them, and how many there are beyond."""
    names = list(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(shorten(shown(name), 40) for name in names[:most]) + more


def examples(values: Sequence[str]) -> str:
    """The first five of some values from a file, between quotes."""
    return ", ".join(map(quoted, values[:5])) + (", ..." if len(values) > 5 else "")


def did_you_mean(word: str, valid: Iterable[str]) -> str:
    """`; did you mean 'huber'?`, or the valid words where none is near."""
    from lossctl.spelling import nearest  # at an error only

    valid = list(valid)
    near = nearest(word, valid)
    return f"; did you mean {quoted(near)}?" if near else f"; one of {listed(valid, 20)}" if valid else ""


def plural(count: int, noun: str) -> str:
    """`1 row`, `1,000 rows`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
