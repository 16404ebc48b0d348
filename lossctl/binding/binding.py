"""Which columns of which files each part of a run's rows is read from, and which form of each loss the roles allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from lossctl.binding.keys import SharedKeys
from lossctl.binding.role_source import RoleSource
from lossctl.binding.use import RowField, Use
from lossctl.errors import LossctlError
from lossctl.losses.declaration import GROUP, ROW, WHOLE, Form
from lossctl.losses.roles.block import VectorColumns
from lossctl.losses.roles.label_names import LabelNames
from lossctl.losses.roles.roles import BATCH
from lossctl.losses.roles.shapes import Fit
from lossctl.losses.text import BoundLoss
from lossctl.question.inputs import Condition
from lossctl.record import record


@record
class BoundForm:
    """A loss as it was asked for, the form that it takes, and how the rows of its roles are judged.

    fitted: the loss with its values for each class as vectors of that length. vectors: of each role that is a vector of columns.
    columns: role -> column, of those that decide its value and have names, which those of bare arrays have not. optional: whether
    it is left out where it refuses the data, as a loss of a set is.
    """

    loss: BoundLoss
    form: Form
    fit: Fit
    fitted: BoundLoss
    vectors: Mapping[str, VectorColumns] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False


@record
class LeftOut:
    """A loss of a set that does not fit the data, and why."""

    loss: BoundLoss
    problem: LossctlError


def of_rows(losses: Iterable[BoundForm]) -> list[BoundForm]:
    """The losses whose values belong to rows."""
    return [bound for bound in losses if bound.loss.loss.unit == ROW]


def class_count(chosen: Sequence[BoundForm]) -> int:
    """How many classes the losses read, two where none says."""
    return next((bound.fit.classes for bound in chosen if bound.fit.classes is not None), 2)


@record
class Binding:
    """The sources of a run, by what they are read for.

    keys: of each set of tables the columns of `--id`, by which their rows are paired. conditions: those of `--where`, each with
    the column that it is about. labels: the roles that hold labels. ignored: those that `--ignore` is about. shared: without --id
    the usual keys that tables share. doubts: words for columns that may not be those that were meant.
    same_targets: words where shards have the same targets.
    """

    run: str
    losses: tuple[BoundForm, ...]
    roles: Mapping[str, RoleSource]
    weight: RoleSource | None = None
    keys: tuple[tuple[RoleSource, ...], ...] = ()
    groups: Mapping[str, RoleSource] = field(default_factory=dict)
    keep: Mapping[str, RoleSource] = field(default_factory=dict)
    conditions: tuple[tuple[Condition, RoleSource], ...] = ()
    unit: RoleSource | None = None
    label_names: LabelNames | None = None
    labels: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    unused_weight: str | None = None
    doubts: tuple[str, ...] = ()
    shared: SharedKeys = ()
    same_targets: str | None = None
    left_out: tuple[LeftOut, ...] = ()

    def uses(self) -> Iterator[tuple[Use, RoleSource]]:
        """Every column that is read, and what for."""
        for name, source in self.roles.items():
            yield Use(RowField.ROLE, name), source
        alone = {RowField.WEIGHT: self.weight, RowField.UNIT: self.unit}
        yield from ((Use(kind), source) for kind, source in alone.items() if source is not None)
        for kind, sources in ((RowField.GROUP, self.groups), (RowField.KEEP, self.keep)):
            for place, (name, source) in enumerate(sources.items()):
                yield Use(kind, name, place), source
        for columns in self.keys:
            for place, source in enumerate(columns):
                yield Use(RowField.KEY, place=place), source
        for place, (_, source) in enumerate(self.conditions):
            yield Use(RowField.CONDITION, place=place), source
        for place, keys in enumerate(self.shared):
            for name, source in keys.items():
                yield Use(RowField.SHARED, name, place), source

    def unit_of(self, loss: BoundLoss) -> str:
        """What a value of a loss belongs to here: batches are groups of rows, and pooled rows a whole."""
        if loss.loss.unit == ROW:
            return WHOLE if loss.pooled else ROW
        return GROUP if BATCH in self.roles else loss.loss.unit

    @property
    def key_headers(self) -> list[str]:
        """What the columns of keys are called beside others: `id`, or of several `id:NAME`."""
        columns = self.keys[0] if self.keys else ()
        return ["id"] if len(columns) == 1 else [f"id:{source.columns[0] or source.text}" for source in columns]

    def columns_of(self, bound: BoundForm) -> dict[str, str]:
        """What decides the values of a loss -> its column: the roles that it reads, the weight and the key."""
        roles = [*bound.form.roles, *([BATCH] if bound.loss.loss.unit == WHOLE else [])]
        found: dict[str, tuple[RoleSource, ...]] = {name: (self.roles[name],) for name in roles if name in self.roles}
        found |= {"weight": (self.weight,)} if self.weight is not None else {}
        found |= {"id": tuple(column for columns in self.keys for column in columns)} if self.keys else {}
        names = {role: dict.fromkeys(source.definition for source in sources) for role, sources in found.items()}
        return {role: ",".join(filter(None, columns)) for role, columns in names.items() if any(columns)}

    def described(self) -> dict[str, str]:
        """What is read -> source, as results say it; what changes no number is left out: kept columns, and shared keys."""
        texts: dict[str, list[str]] = {}
        for use, source in self.uses():
            if use.field not in (RowField.KEEP, RowField.SHARED):
                texts.setdefault(use.name if use.field is RowField.ROLE else use.field.value, []).append(source.text)
        return {name: ",".join(dict.fromkeys(parts)) for name, parts in texts.items()}
