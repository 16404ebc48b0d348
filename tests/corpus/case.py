"""One case of the corpus: files, a command line, and what a user must get."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Contents = bytes | Callable[[], bytes]
Named = dict[str, str | Contents]
Files = str | Mapping[str, str | Contents] | Mapping[str, str] | Mapping[str, bytes]
DATA, USAGE = (3,), (2,)


@dataclass(frozen=True)
class Good:
    """Exit 0. or_refused: exit 3 with a message that names the file or the limit is as good.

    values: the bare lines, or the headline values of the JSON, in order. shows, says: what stdout and stderr contain.
    hides: what neither contains. facts: places in the JSON ("runs.0.dropped.nan") and what stands there.
    """

    values: tuple[float, ...] = ()
    shows: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    creates: tuple[str, ...] = ()
    or_refused: bool = False


@dataclass(frozen=True)
class Refused:
    """One of `codes`, nothing on stdout, and a message that contains all of `says` and none of `hides`."""

    codes: tuple[int, ...]
    says: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    creates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """command: what follows `lossctl`; or shell: a line for bash with `lossctl` in it, run as a process.

    setup: bash that makes what bytes cannot (links, pipes, folders). process: run as a process. unprivileged: without the
    right to read and write everything that root has. memory: MiB of data that the process may allocate.
    """

    name: str
    files: Mapping[str, Contents]
    command: tuple[str, ...]
    expected: Good | Refused
    stdin: bytes | None = None
    shell: str | None = None
    setup: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    process: bool = False
    unprivileged: bool = False
    memory: int | None = None

    @property
    def kind(self) -> str:
        """The part of the contract that the case belongs to."""
        return self.name.partition("/")[0]

    @property
    def line(self) -> str:
        """The command as one types it."""
        return self.shell or "lossctl " + shlex.join(self.command)


def good(
    name: str,
    files: Files,
    command: str | Sequence[str],
    *values: float,
    stdin: str | bytes | None = None,
    setup: str = "",
    memory: int | None = None,
    **more: object,
) -> Case:
    """A case that must succeed with these values; `more` are the other fields of Good."""
    expected = Good(values, **more)  # type: ignore[arg-type]  # mypy cannot see which fields
    return Case(name, contents(files), words(command), expected, _bytes(stdin), setup=setup, memory=memory)


def bad(
    name: str,
    files: Files,
    command: str | Sequence[str],
    *says: str,
    codes: tuple[int, ...] = DATA,
    hides: tuple[str, ...] = (),
    stdin: str | bytes | None = None,
    setup: str = "",
    memory: int | None = None,
) -> Case:
    """A case that must be refused with a message that contains all of `says`."""
    return Case(name, contents(files), words(command), Refused(codes, says, hides), _bytes(stdin), setup=setup, memory=memory)


def contents(files: Files) -> dict[str, Contents]:
    """One text is the file a.csv."""
    named = {"a.csv": files} if isinstance(files, str) else files
    return {name: one.encode() if isinstance(one, str) else one for name, one in named.items()}


def words(command: str | Sequence[str]) -> tuple[str, ...]:
    """A command line as a list of words."""
    return tuple(shlex.split(command)) if isinstance(command, str) else tuple(command)


def _bytes(text: str | bytes | None) -> bytes | None:
    return text.encode() if isinstance(text, str) else text


def rows(*lines: str) -> str:
    """A table of these lines."""
    return "".join(f"{line}\n" for line in lines)
