"""Which columns of which files each role of a run is read from, and which form of each loss the roles allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lossctl.errors import DataError, UsageError
from lossctl.losses.declaration import Form
from lossctl.losses.roles import Role, shapes_agree
from lossctl.losses.text import BoundLoss
from lossctl.request import Request
from lossctl.sources.arrays import ArrayTable
from lossctl.sources.formats import open_table
from lossctl.sources.names import find_columns, find_usual, no_usual, source_text
from lossctl.sources.src import Src
from lossctl.sources.streams import name_of
from lossctl.sources.table import Kind, Selection, Table

WEIGHT = "weight"


@dataclass(frozen=True)
class RoleSource:
    """Where a role is read from: its tables are shards in order, with a selection of columns of each."""

    tables: tuple[Table, ...]
    selections: tuple[Selection, ...]
    width: int | None
    text: str
    by_itself: bool  # found by a usual name

    @property
    def column(self) -> str:
        """The name of its first column."""
        return self.tables[0].columns[self.selections[0].columns[0]]


@dataclass(frozen=True)
class Binding:
    """The roles of a run and their sources, and each loss with the form that it takes, fitted to the number of classes."""

    run: str
    sources: Mapping[str, RoleSource]
    losses: tuple[tuple[BoundLoss, Form], ...]
    unused_weight: str | None


class Binder:
    """Opens the files of one run, each once, and finds the roles in them."""

    def __init__(self, request: Request, run: str, preds: Sequence[Src]) -> None:
        self.request, self.run = request, run
        self._opened: dict[tuple[str, int], Table] = {}
        self.tables = self._open(preds)

    def bind(self) -> Binding:
        """Every role that the losses need, and weights and kept columns where asked for; DataError where one is not found."""
        found: dict[str, RoleSource] = {}
        chosen = [(loss, self._choose_form(loss, found)) for loss in self.request.losses]
        roles = {
            name: [form.roles[name] for _, form in chosen if name in form.roles] for _, form in chosen for name in form.roles
        }
        sources = {name: self._kinded(found[name], _kind(wanted)) for name, wanted in roles.items()}
        for name in self.request.sources:
            if name not in sources and name != WEIGHT:
                wanted = ", ".join(dict.fromkeys(role for _, form in chosen for role in form.roles))
                raise UsageError(f"no loss here has a role {name}; roles are {wanted}, weight")
        if WEIGHT in self.request.sources:
            sources[WEIGHT] = self._kinded(self._given(WEIGHT), Kind.NUMBER)
        for column in self.request.keep:
            kept = self._from_run("keep", Src(column, column=column))
            sources[keep_name(column)] = self._kinded(kept, Kind.TEXT)
        for source in sources.values():
            for table, selection in zip(source.tables, source.selections, strict=True):
                for place in selection.columns:
                    table.check(place, selection.kind)
        losses = tuple((loss.for_classes(self._classes(form, sources)), form) for loss, form in chosen)
        return Binding(self.run, sources, losses, self._unused_weight(sources))

    def _choose_form(self, loss: BoundLoss, found: dict[str, RoleSource]) -> Form:
        """The first form whose roles are all there. Roles are looked up once for all losses."""
        missing: list[DataError] = []
        given = set(self.request.sources)
        forms = sorted(loss.loss.forms, key=lambda form: -len(given & set(form.roles)))
        for form in forms:
            try:
                for place, (name, role) in enumerate(form.roles.items()):
                    if name not in found:
                        found[name] = self._find(name, role, first=place == 0)
                self._check_form(loss, form, found)
                return form
            except DataError as problem:
                missing.append(problem)
                if len(forms) > 1 and len(given & set(form.roles)) > max(len(given & set(other.roles)) for other in forms[1:]):
                    break
        raise missing[0]

    def _check_form(self, loss: BoundLoss, form: Form, found: Mapping[str, RoleSource]) -> None:
        for name, role in form.roles.items():
            if (
                role.reads_scale
                and self.request.scale is None
                and found[name].by_itself
                and found[name].column.startswith("logit")
            ):
                problem = f"{loss.loss.name} reads probabilities unless told otherwise, and found {found[name].text}"
                raise UsageError(problem, hint="say what they are: --from logits, or --from probs")
        for name, parameter in loss.loss.parameters.items():
            if name not in form.parameters and loss.parameters[name] != parameter.default:
                raise UsageError(f"{loss.loss.name}: {name} has no meaning for {', '.join(form.roles)}")
        disagreement = shapes_agree(form.roles, {name: found[name].width for name in form.roles})
        if disagreement:
            raise DataError(
                f"{loss.loss.name}: {disagreement}", where=" and ".join(dict.fromkeys(found[name].text for name in form.roles))
            )

    def _find(self, name: str, role: Role, *, first: bool) -> RoleSource:
        if name in self.request.sources:
            return self._given(name)
        if self.tables and (first or not all(table.is_array for table in self.tables)):
            return self._usual(name, self.tables, alone=first)
        if not self.tables:
            raise UsageError(f"no file given for the {name}", hint=f"name one: {_flag(name)}FILE, or give a PRED")
        holder = self.tables[0]
        raise DataError(
            f"no {name} given: {name_of(holder.path)} is a bare array, the {self.run_role}",
            hint=f"name its file: {_flag(name)}FILE",
        )

    @property
    def run_role(self) -> str:
        return next(iter(self.request.losses[0].loss.forms[0].roles))

    def _given(self, name: str) -> RoleSource:
        sources = self.request.sources[name]
        if all(src.file is None and src.array is None for src in sources):
            if len(sources) > 1:
                raise UsageError(
                    f"several columns for the {name}: shards are files; for a vector use a pattern, {_flag(name)}'p_*'"
                )
            return self._from_run(name, sources[0])
        tables = self._open(sources)
        parts = [
            self._usual(name, (table,), alone=True) if src.column is None else _select(table, src)
            for table, src in zip(tables, sources, strict=True)
        ]
        return _joined(parts, ",".join(part.text for part in parts), by_itself=False)

    def _from_run(self, name: str, src: Src) -> RoleSource:
        if not self.tables:
            raise UsageError(
                f"{_flag(name)}{src.text} names a column, and there is no PRED to find it in",
                hint="name its file, as in truth.csv:y",
            )
        parts = [_select(table, src) for table in self.tables]
        return _joined(parts, f"{self.run}:{source_text(self.tables[0], parts[0].selections[0].columns)}", by_itself=False)

    def _usual(self, name: str, tables: Sequence[Table], *, alone: bool) -> RoleSource:
        parts = []
        for table in tables:
            columns = (0,) if table.is_array else find_usual(table, name, alone=alone)
            if columns is None:
                raise no_usual(table, name)
            parts.append(_source(table, columns, by_itself=True))
        run_file = self.run if tuple(tables) == tuple(self.tables) else parts[0].tables[0].path
        column = source_text(tables[0], parts[0].selections[0].columns)
        return _joined(parts, f"{run_file}:{column}" if column else run_file, by_itself=True)

    def _open(self, sources: Sequence[Src]) -> tuple[Table, ...]:
        """The tables of some files in order; a file named by several roles is opened once."""
        tables: list[Table] = []
        for src in sources:
            if src.array is not None:
                tables.append(ArrayTable(src.text, src.array))
                continue
            path = src.file or ""
            again = sum(table.path == path for table in tables)
            if (path, again) not in self._opened:
                self._opened[path, again] = open_table(path, self.request.syntax)
            tables.append(self._opened[path, again])
        return tuple(tables)

    def _kinded(self, source: RoleSource, kind: Kind) -> RoleSource:
        selections = tuple(Selection(one.columns, kind, one.vector) for one in source.selections)
        return RoleSource(source.tables, selections, source.width, source.text, source.by_itself)

    def _classes(self, form: Form, sources: Mapping[str, RoleSource]) -> int | None:
        return next((sources[name].width or 2 for name, role in form.roles.items() if role.reads_scale), None)

    def _unused_weight(self, sources: Mapping[str, RoleSource]) -> str | None:
        used = WEIGHT in sources or not self.tables or WEIGHT not in self.tables[0].columns
        return None if used else self.run


def keep_name(column: str) -> str:
    """The name under which a kept column is read beside the roles."""
    return f"keep:{column}"


def _kind(roles: Sequence[Role]) -> Kind:
    return Kind.LABEL if all(role.labels for role in roles) else Kind.NUMBER


def _select(table: Table, src: Src) -> RoleSource:
    return _source(table, find_columns(table, src), by_itself=False)


def _source(table: Table, columns: tuple[int, ...], *, by_itself: bool) -> RoleSource:
    widths = {table.width(column) for column in columns}
    if len(columns) > 1 and widths != {None}:
        raise DataError("several columns side by side must each hold one number a row", where=name_of(table.path))
    width = len(columns) if len(columns) > 1 else widths.pop()
    column = source_text(table, columns)
    text = f"{table.path}:{column}" if column else table.path
    return RoleSource((table,), (Selection(columns, Kind.NUMBER, len(columns) > 1),), width, text, by_itself)


def _joined(parts: Sequence[RoleSource], text: str, *, by_itself: bool) -> RoleSource:
    widths = {part.width for part in parts}
    if len(widths) > 1:
        shapes = " and ".join(f"{part.text} {'(n,)' if part.width is None else f'(n, {part.width})'}" for part in parts[:4])
        raise DataError(f"shards of different shapes: {shapes}")
    return RoleSource(
        tuple(part.tables[0] for part in parts), tuple(part.selections[0] for part in parts), widths.pop(), text, by_itself
    )


def _flag(role: str) -> str:
    return {"pred": "-p ", "target": "-t ", "weight": "-w ", "keep": "--keep "}.get(role, f"-r {role}=")
