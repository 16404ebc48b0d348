"""Which files and columns are read, and which of their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from itertools import chain

from lossctl.formats.syntax import TableSyntax
from lossctl.question.src import Src, read_pred
from lossctl.question.table_settings import Syntaxes
from lossctl.record import record


@record
class RunInput:
    """One run: its name, and the PREDs whose rows are its dataset; none where roles alone name the files.

    roles: those that it reads from columns of its own. model: the word of the rows that are its own, None where all are.
    """

    name: str
    preds: tuple[Src, ...]
    roles: Mapping[str, tuple[Src, ...]] = field(default_factory=dict)
    model: str | None = None

    @property
    def files(self) -> str:
        """Its PREDs as typed."""
        return ",".join(src.text for src in self.preds) or self.name


def run_of(path: str) -> RunInput:
    """The run of one prediction file."""
    return RunInput(path, (read_pred(path),))


@record
class Condition:
    """Rows for which it holds are read: `SRC=VALUE`, or with another operator of != < <= > >=."""

    src: Src
    operator: str
    value: str

    @property
    def of_column(self) -> str:
        """The condition on a column, without the file that holds it."""
        return f"{self.src.column or ''}{self.operator}{self.value}"


@record
class Inputs:
    """Where everything is read from.

    roles: the SRCs of each role that is named, several as shards, weight not among them. keys: of --id; groups: of --by; keep:
    carried along. unit: of whose values the rows hang together. where: conditions that must all hold. in_order: no key column is
    asked whether rows belong together. shared: files that other runs read too, which are kept. globs: the PREDs and roles
    that were expanded. model: the column of a long table that says which model a row is of; base: the model that others are
    compared with, None for the first.
    """

    runs: tuple[RunInput, ...]
    roles: Mapping[str, tuple[Src, ...]]
    weight: tuple[Src, ...]
    keys: tuple[Src, ...]
    groups: tuple[Src, ...]
    keep: tuple[Src, ...]
    unit: tuple[Src, ...]
    where: tuple[Condition, ...]
    syntaxes: Syntaxes
    in_order: bool = False
    shared: frozenset[str] = frozenset()
    globs: tuple[str, ...] = ()
    model: Src | None = None
    base: str | None = None

    def files(self) -> list[str]:
        """The files that PREDs and options name."""
        return [src.file for run in self.runs for src in run.preds if src.file is not None] + self.named_files

    def syntax_of(self, path: str, named: str | None, run: RunInput) -> TableSyntax:
        """The syntax of a file that a run reads. named: what options call it, or the directory that it is in."""
        files = chain(self.named_files, (src.file for src in run.preds if src.file is not None))
        first = next(files, None)
        several = any(file != first for file in files)  # of many files the second ends it
        return self.syntaxes.of(path, (named or path) if several else None)

    def readers(self) -> Iterator[tuple[str, str]]:
        """Each file with what is read of it: `run`, a role, or an option's columns."""
        yield from ((src.file, "run") for run in self.runs for src in run.preds if src.file is not None)
        yield from ((src.file, name) for name, of_name in self.options().items() for src in of_name if src.file is not None)

    @property
    def handed(self) -> bool:
        """Whether some of it was handed over by Python code, so that no command line can name it."""
        sources = chain(*(run.preds for run in self.runs), *self.options().values())
        return any(src.array is not None for src in sources)

    @cached_property
    def named_files(self) -> list[str]:
        """The files that options name, and no PRED does."""
        return [src.file for sources in self.options().values() for src in sources if src.file is not None]

    def files_of_all_runs(self) -> set[str]:
        """The files that options name, and that are no run's own."""
        return {*self.named_files} - {src.file for run in self.runs for src in run.preds}

    def options(self) -> dict[str, Sequence[Src]]:
        """The sources that options name, by what is read of them."""
        options = {"weight": self.weight, "id": self.keys, "by": self.groups, "keep": self.keep, "unit": self.unit}
        where = [condition.src for condition in self.where]
        return {**self.roles, **options, "where": where}
