"""Which columns of which files each role of a run is read from, and which form of each loss the roles allow."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lossctl.binding.class_names import label_names
from lossctl.binding.names import column_option, find_usual, no_usual, varying_parts
from lossctl.binding.role_source import RoleSource, check_distinct, find, select, shards
from lossctl.errors import DataError, UsageError, listed, quoted
from lossctl.files.streams import name_of
from lossctl.formats.catalogue import open_table
from lossctl.formats.held import open_held
from lossctl.formats.numpy.arrays import ArrayTable
from lossctl.formats.shards import expand
from lossctl.formats.table import Kind, Table
from lossctl.losses.declaration import Form
from lossctl.losses.roles.label_names import LabelNames
from lossctl.losses.roles.roles import Role
from lossctl.losses.roles.shapes import shapes_agree
from lossctl.losses.text import BoundLoss
from lossctl.question.request import Request
from lossctl.question.src import Src
from lossctl.record import record

WEIGHT = "weight"
ID, BY, KEEP = "id:", "by:", "keep:"  # what is read beside the roles: the keys of each feed, group columns, kept columns


@record
class Binding:
    """The roles of a run and their sources, and each loss with the form that it takes, fitted to the number of classes."""

    run: str
    sources: Mapping[str, RoleSource]
    losses: tuple[tuple[BoundLoss, Form], ...]
    label_names: LabelNames | None = None
    labels: tuple[str, ...] = ()  # the roles that are labels
    unused_weight: bool = False
    classes_in_doubt: tuple[str, ...] = ()  # column names that are numbers, though not 0, 1, ...: labels decide what they are

    def described(self) -> dict[str, str]:
        """Role -> source, as results say it."""
        texts: dict[str, list[str]] = {}
        for name, source in self.sources.items():
            if not name.startswith(KEEP):
                kind = name.partition(":")[0]
                texts.setdefault(kind, []).append(source.text)
        return {name: ",".join(dict.fromkeys(parts)) for name, parts in texts.items()}


@dataclass
class Binder:
    """Opens the files of one run, each once, and finds the roles in them."""

    request: Request
    run: str
    preds: Sequence[Src]
    tables: tuple[Table, ...] = ()
    _opened: dict[tuple[str, int], Table] = field(default_factory=dict)

    def bind(self) -> Binding:
        """Every role that the losses need, and weights, keys, groups and kept columns where asked for; DataError otherwise."""
        self.tables = self._open(self.preds)
        found: dict[str, RoleSource] = {}
        chosen = [(loss, self._choose_form(loss, found)) for loss in self.request.losses]
        roles = {
            name: [form.roles[name] for _, form in chosen if name in form.roles] for _, form in chosen for name in form.roles
        }
        labels = tuple(name for name, wanted in roles.items() if all(role.labels for role in wanted))
        self._check_given(roles, labels, found)
        given = self.request.sources
        own = {name: found[name] for name in roles if all(src.file is None and src.array is None for src in given.get(name, ()))}
        check_distinct(own, given)
        scales = (found[name] for _, form in chosen for name, role in form.roles.items() if role.reads_scale)
        predicted = next(scales, None)
        names, doubt = label_names(self.request, predicted)
        sources = {name: found[name].read_as(_kind(name in labels, found[name].width, names)) for name in roles}
        if WEIGHT in self.request.sources:
            sources[WEIGHT] = self._given(WEIGHT).read_as(Kind.NUMBER)
        for kind, wanted in ((BY, self.request.by), (KEEP, [Src(column, column=column) for column in self.request.keep])):
            for src in wanted:
                one = self._source(kind.rstrip(":"), (src,)).read_as(Kind.TEXT)
                sources[kind + (src.column or one.columns[0] or one.tables[0].path)] = one
        sources |= self._keys(sources)
        losses = tuple((loss.for_classes(_classes(form, sources)), form) for loss, form in chosen)
        return Binding(self.run, sources, losses, names, labels, self._has_unused_weight(), doubt)

    def _choose_form(self, loss: BoundLoss, found: dict[str, RoleSource]) -> Form:
        """The form of which most roles are given and all are there. Roles are looked up once for all losses."""
        given = set(self.request.sources)
        forms = sorted(loss.loss.forms, key=lambda form: -len(given & set(form.roles)))
        decided = len(forms) == 1 or len(given & set(forms[0].roles)) > len(given & set(forms[1].roles))
        problem: DataError | None = None
        for form in forms[:1] if decided else forms:
            try:
                for place, (name, role) in enumerate(form.roles.items()):
                    if name not in found:
                        found[name] = self._find(name, role, first=place == 0)
                self._check_form(loss, form, found)
                return form
            except DataError as missing:
                problem = problem or missing
        assert problem is not None
        raise problem

    def _check_form(self, loss: BoundLoss, form: Form, found: Mapping[str, RoleSource]) -> None:
        for name, role in form.roles.items():
            itself = found[name].by_itself and found[name].columns[0].startswith("logit")
            if role.reads_scale and self.request.scale is None and itself:
                problem = f"{loss.loss.name} reads probabilities unless told otherwise, and found {found[name].text}"
                raise UsageError(problem, hint="say what they are: --from logits, or --from probs")
        for name, parameter in loss.loss.parameters.items():
            if name not in form.parameters and loss.parameters[name] != parameter.default:
                raise UsageError(f"{loss.loss.name}: {name} has no meaning for {', '.join(form.roles)}")
        self._check_orders(form, found)
        disagreement = shapes_agree(form.roles, {name: found[name].width for name in form.roles})
        if disagreement:
            where = " and ".join(dict.fromkeys(found[name].text for name in form.roles))
            raise DataError(f"{loss.loss.name}: {disagreement}", where=where)

    def _check_orders(self, form: Form, found: Mapping[str, RoleSource]) -> None:
        """DataError where vectors that are paired place by place have columns whose names say another order."""
        vectors = [(name, varying_parts(found[name].columns)) for name in form.roles if len(found[name].columns) > 1]
        for (first, expected), (name, parts) in itertools.pairwise(vectors):
            if parts != expected and set(parts) == set(expected):
                problem = f"the columns of {first} are {listed(expected)}, those of {name} {listed(parts)}"
                where = " and ".join(dict.fromkeys((found[first].text, found[name].text)))
                raise DataError(problem, where=where, hint="rename the columns of one, or save both as arrays")

    def _find(self, name: str, role: Role, *, first: bool) -> RoleSource:
        if name in self.request.sources:
            return self._given(name)
        if not self.tables:
            raise UsageError(f"no file given for the {name}", hint=f"name one: {column_option(name)}FILE, or give a PRED")
        if not first and self.tables[0].is_array:
            problem = f"no {name} given, and {name_of(self.tables[0].path)} is a bare array"
            raise DataError(problem, hint=f"name its file: {column_option(name)}FILE")
        return self._usual(name, self.tables, self.run, alone=first)

    def _given(self, name: str) -> RoleSource:
        return self._source(name, self.request.sources[name])

    def _source(self, name: str, sources: Sequence[Src]) -> RoleSource:
        """The source that SRCs name: a column of the run's own tables, or files that are shards."""
        if all(src.file is None and src.array is None for src in sources):
            if len(sources) > 1:
                problem = f"several columns for the {name}; shards are files"
                raise UsageError(problem, hint=f"for a vector use a pattern: {column_option(name)}'p_*'")
            if not self.tables:
                problem = f"{column_option(name)}{sources[0].text} names a column, and there is no PRED to find it in"
                raise UsageError(problem, hint="name its file, as in truth.csv:y")
            return find(self.tables, sources[0], self.run)
        if any(src.file is None and src.array is None for src in sources):
            raise UsageError(f"the shards of the {name} are files; {sources[0].text} and the others must each name one")
        parts, start = [], 0
        tables = self._open(sources)
        for src in sources:
            own = tables[start : start + self._count(src)]
            start += len(own)
            file = src.file or src.text
            parts.append(self._usual(name, own, file, alone=True) if src.column is None else find(own, src, file))
        return parts[0] if len(parts) == 1 else shards(parts)

    def _count(self, src: Src) -> int:
        """How many tables a SRC opens: a directory each of its files."""
        return 1 if src.array is not None else len(expand(src.file or "", self.request.syntax.input_format))

    def _usual(self, name: str, tables: Sequence[Table], file: str, *, alone: bool) -> RoleSource:
        columns = [
            tuple(range(len(table.columns))) if table.is_array else find_usual(table, name, alone=alone) for table in tables
        ]
        for table, chosen in zip(tables, columns, strict=True):
            if chosen is None:
                raise no_usual(table, name)
        return select(tables, [chosen for chosen in columns if chosen is not None], file, by_itself=True)

    def _keys(self, sources: Mapping[str, RoleSource]) -> dict[str, RoleSource]:
        """The keys of each set of tables, by which their rows are paired."""
        keys: dict[str, RoleSource] = {}
        if not self.request.ids:
            return keys
        if any(src.array is not None for src in self.request.ids):
            return {f"{ID}0": self._source("id", self.request.ids).read_as(Kind.TEXT)}
        for tables in dict.fromkeys(source.tables for source in sources.values()):
            path = tables[0].path
            if tables[0].is_array:
                raise DataError(
                    "a bare array has no column of keys for --id", where=name_of(path), hint="without --id rows pair by order"
                )
            ids, known = self.request.ids, self.request.syntax.input_format
            own = [src for src in ids if src.file is not None and path in expand(src.file, known)]
            own = own or [src for src in ids if src.file is None]
            if not own or own[0].column is None:
                raise DataError("--id names no column of this file", where=name_of(path), hint=f"name one: --id {path}:COLUMN")
            src = Src(own[0].text, column=own[0].column, forced=own[0].forced)
            keys[f"{ID}{len(keys)}"] = find(tables, src, path).read_as(Kind.TEXT)
        return keys

    def _check_given(self, roles: Mapping[str, object], labels: Sequence[str], found: Mapping[str, RoleSource]) -> None:
        for name in self.request.sources:
            if name not in roles and name != WEIGHT:
                raise UsageError(f"no loss here has a role {quoted(name)}; roles are {', '.join(roles)}, weight")
        for option, value in (
            ("--ignore", self.request.ignore),
            ("--positive", self.request.positive),
            ("--classes", self.request.classes),
        ):
            if value is not None and not labels:
                raise UsageError(f"{option} is about class labels, which not every loss here reads")
            vectors = [name for name in labels if value is not None and found[name].width is not None]
            if vectors and option != "--classes":
                raise UsageError(f"{option} is about labels, and {vectors[0]} holds a vector for each row")

    def _has_unused_weight(self) -> bool:
        return WEIGHT not in self.request.sources and any(WEIGHT in table.columns for table in self.tables)

    def _open(self, sources: Sequence[Src]) -> tuple[Table, ...]:
        """The tables of some files in order; a file named by several roles is opened once."""
        tables: list[Table] = []
        for src in sources:
            if src.array is not None:
                tables.append(ArrayTable(src.text, src.array))
                continue
            for path in expand(src.file or "", self.request.syntax.input_format):
                again = sum(table.path == path for table in tables)
                if (path, again) not in self._opened:
                    opener = open_held if src.file in self.request.shared else open_table
                    self._opened[path, again] = opener(path, self.request.syntax)
                tables.append(self._opened[path, again])
        return tuple(tables)


def _kind(is_label: bool, width: int | None, names: LabelNames | None) -> Kind:
    """How a role is read: labels that may be words as text."""
    if not is_label:
        return Kind.NUMBER
    return Kind.TEXT if names is not None and width is None else Kind.LABEL


def _classes(form: Form, sources: Mapping[str, RoleSource]) -> int | None:
    return next((sources[name].width or 2 for name, role in form.roles.items() if role.reads_scale), None)
