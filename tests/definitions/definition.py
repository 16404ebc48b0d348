"""What a loss is, once more: its formula as printed in its source, with the data on which its kernel is compared with it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from lossctl import LOSSES, evaluate
from lossctl.losses.declaration import GROUP, WHOLE, Form, Loss
from lossctl.losses.roles.roles import GroupRole, Role
from lossctl.losses.text import BoundLoss, read_losses
from tests.definitions.arithmetic import Sum, exact, mean_of, off, ulps, worst
from tests.definitions.predictions import prediction

Formula: TypeAlias = Callable[..., Any]


class Bound(NamedTuple):
    """How far values may be from the formula's, and what that is measured in."""

    most: float
    unit: str
    measure: Callable[[float, Sum], float]


IN_ULP = Bound(4, "ULP", ulps)
OF_TERM = Bound(1e-13, "of the largest term", off)
TOGETHER = Bound(1e-12, "of the largest term", off)


@dataclass(frozen=True, eq=False)
class Data:
    """An array for each role, and the scale of class predictions."""

    roles: Mapping[str, Any]
    scale: str | None = None

    @functools.cache  # noqa: B019  # the data are those of definitions, which stay
    def seen(self, name: str, role: Role) -> list[Any]:
        """What formulas get for a role of each row."""
        return [_seen(role, value, self.scale) for value in np.asarray(self.roles[name]).tolist()]


class Off(NamedTuple):
    """The largest error of a loss on some data, and where it is."""

    error: float
    where: str


@dataclass(frozen=True)
class Definition:
    """A formula of a loss. Its positional arguments are the roles of a row, its keywords parameters; it gives a number or a Sum.

    together: the arguments are lists, of the values of all rows, or of those of a group. headline: the formula is that of the
    headline value. texts: the loss with the parameters for which its kernel is compared.
    """

    loss: Loss
    form: Form
    formula: Callable[..., Any]
    headline: bool
    bound: Bound
    data: Sequence[Data]
    texts: Sequence[BoundLoss]

    def __str__(self) -> str:
        place = self.loss.forms.index(self.form)
        return "-".join([self.loss.name, *([f"form{place}"] if place else []), *(["value"] if self.headline else [])])

    @property
    def by_group(self) -> bool:
        return self.loss.unit == GROUP

    @property
    def together(self) -> bool:
        return self.headline or self.by_group

    @property
    def of_elements(self) -> bool:
        """Whether a row may have any number of numbers in each role, of whose costs it has the mean."""
        roles = self.form.roles.values()
        return not self.together and all(role.elementwise and not role.by_rows and not role.of_classes for role in roles)

    def largest_errors(self) -> Iterator[Off]:
        """The largest error of each text on each data; of losses of elements also of rows of seven."""
        for text in self.texts:
            for data in self.data:
                right = self.values(text, data)
                yield self._compared(text, data, right)
                if self.of_elements and all(np.ndim(values) == 1 for values in data.roles.values()):
                    yield self._compared(text, *_rows_of_seven(data, right))

    def values(self, bound: BoundLoss, data: Data) -> list[Sum]:
        """What the formula gives: of each row, of each group, or of all."""
        parameters = {name: _exactly(value) for name, value in bound.parameters.items() if name in self.form.parameters}
        columns = [data.seen(name, role) for name, role in self.form.roles.items() if not isinstance(role, GroupRole)]
        if self.form.weighted:
            columns.append([exact(one) for one in data.roles.get("weight", [1] * len(columns[0]))])
        arguments: Any = zip(*columns, strict=True)
        if self.by_group:
            names = list(data.roles["group"])
            places = [[row for row, name in enumerate(names) if name == one] for one in dict.fromkeys(names)]
            arguments = [[[column[row] for row in rows] for column in columns] for rows in places]
        elif self.headline:
            arguments = [columns]
        found = [self.formula(*one, **parameters) for one in arguments]
        return [one if isinstance(one, Sum) else Sum(one, abs(one)) for one in found]

    def _compared(self, bound: BoundLoss, data: Data, right: Sequence[Sum]) -> Off:
        evaluation: Any = evaluate(loss=bound, role=dict(data.roles), from_=data.scale)  # type: ignore[arg-type]  # a scale
        got = [evaluation.value] if self.headline else evaluation.samples
        error, place = worst(self.bound.measure, got, right)
        row = {} if self.together else {name: values[place] for name, values in data.roles.items()}
        of = " ".join(filter(None, [str(bound), data.scale, *(f"{name} {value!r}" for name, value in row.items())]))
        return Off(error, f"{of}: {float(got[place])!r}, rightly {float(right[place].value)!r}")


DEFINITIONS: list[Definition] = []


def undefined(definitions: Sequence[Definition]) -> list[str]:
    """Losses of the registry, their forms, headline values and parameters that no definition has."""
    lacking = []
    for name, loss in LOSSES.items():
        own = [one for one in definitions if one.loss is loss]
        lacking += [f"{name} of {', '.join(form.roles)}" for form in loss.forms if not any(one.form is form for one in own)]
        if (loss.finish or loss.pooled) and not any(one.headline for one in own):
            lacking.append(f"the value of {name}")
        given = {
            word
            for one in own
            for text in one.texts
            for word, value in text.parameters.items()
            if value != loss.parameters[word].default
        }
        lacking += [f"{name}:{word}" for word in loss.parameters if word not in given]
    return lacking


def define(
    *data: Data,
    options: Sequence[str] = ("",),
    of: str | None = None,
    form: int | None = None,
    headline: bool = False,
    bound: Bound | None = None,
) -> Callable[[Formula], Formula]:
    """Declares the formula of the loss that a function is called like (a decorator).

    of: the loss's name, where the function is called otherwise. form: which of the loss's forms it is, by default the one of the
    function's roles. headline: the formula is that of the headline value, as it is for losses that no row has by itself.
    """

    def declare(formula: Formula) -> Formula:
        name = of or formula.__name__
        loss = LOSSES[name]
        of_whole = headline or loss.unit == WHOLE or loss.ratio is not None
        within = bound or (TOGETHER if of_whole or loss.unit == GROUP else OF_TERM)
        texts = read_losses([":".join(filter(None, [name, one])) for one in options])
        DEFINITIONS.append(Definition(loss, _form(loss, formula, form), formula, of_whole, within, data, texts))
        return formula

    return declare


def _form(loss: Loss, formula: Formula, place: int | None) -> Form:
    """The form of the formula's roles."""
    taken = inspect.signature(formula).parameters.values()
    roles = [one.name for one in taken if one.kind is one.POSITIONAL_OR_KEYWORD]
    for form in loss.forms if place is None else (loss.forms[place],):
        own = [name for name, role in form.roles.items() if not isinstance(role, GroupRole)]
        if roles == [*own, *(["weight"] if form.weighted else [])]:
            return form
    raise AssertionError(f"{loss.name} has no form of {', '.join(roles)}")


def _rows_of_seven(data: Data, right: Sequence[Sum]) -> tuple[Data, list[Sum]]:
    """The same elements in rows: a mean may overflow only where it is what overflows."""
    each = min(7, len(right))
    order = np.random.default_rng(1).permutation(len(right) // each * each).reshape(-1, each)
    rows = Data({name: np.asarray(values)[order] for name, values in data.roles.items()}, data.scale)
    return rows, [mean_of([right[place] for place in row]) for row in order]


def _exactly(value: Any) -> Any:
    """The numbers of a parameter; words, truth values and None as they are."""
    if isinstance(value, tuple):
        return [_exactly(one) for one in value]
    return value if value is None or isinstance(value, (bool, str)) else exact(value)


def _seen(role: Role, value: Any, scale: str | None) -> Any:
    """What a formula gets for a row's value of a role."""
    if isinstance(value, str):
        return value
    if role.reads_scale and (np.ndim(value) == 0 or role.of_classes):
        return prediction(str(scale), tuple(map(float, np.ravel(value))))
    return exact(value) if np.ndim(value) == 0 else [_seen(role, one, scale) for one in value]
