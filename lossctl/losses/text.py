"""`huber:delta=1.5` <-> a loss with its parameters bound; the canonical text is what is shown and what keys results."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from lossctl.errors import UsageError, did_you_mean, quoted
from lossctl.losses.declaration import GROUP, ROW, WHOLE, Form, Loss
from lossctl.losses.domain import Choice, OfClasses, Value
from lossctl.losses.parameter import Parameter
from lossctl.losses.registry import LOSSES, SETS
from lossctl.losses.vector_domain import Numbers, Vector
from lossctl.record import record, replace
from lossctl.text import number_text

if TYPE_CHECKING:
    from pathlib import Path


@record
class BoundLoss:
    """A loss and a value for each of its parameters, in declared order. Two that mean the same are equal.

    binary: the word that a person used, where it is one for binary predictions, which decides no value. of_set: the word for
    several losses by which alone it was asked for: where it does not fit the data, it is left out.
    """

    loss: Loss
    values: tuple[Value, ...]
    binary: str | None = None
    of_set: str | None = None

    def __eq__(self, other: object) -> bool:
        return (self.loss, self.values) == (other.loss, other.values) if isinstance(other, BoundLoss) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.loss)  # few have the same with other values, and a vector may be long

    @cached_property
    def parameters(self) -> dict[str, Value]:
        return dict(zip(self.loss.parameters, self.values, strict=True))

    def __str__(self) -> str:
        """The canonical text: real name, non-default parameters in declared order."""
        shown = [
            f"{name}={value_text(value)}"
            for (name, parameter), value in zip(self.loss.parameters.items(), self.values, strict=True)
            if value != parameter.default
        ]
        return ":".join([self.loss.name, *shown])

    def definition(self) -> str:
        """Every parameter with its value, `focal|gamma=2|alpha=none|clip=0`; vectors in full."""
        return "|".join(
            [self.loss.name, *(f"{name}={value_text(value, named=False)}" for name, value in self.parameters.items())]
        )

    @property
    def per_row(self) -> bool:
        """Whether it has a value for each row."""
        return self.loss.unit == ROW and self.loss.ratio is None and not self.pooled

    @property
    def pooled(self) -> bool:
        """Whether what rows give is summed over the dataset before it is compared."""
        return self.loss.pooled is not None and self.parameters.get("pool") == "dataset"

    @property
    def streams(self) -> bool:
        """Whether the rows of the whole dataset need not be there at once for its value."""
        return self.loss.streams is not None and self.loss.streams.items() <= self.parameters.items()

    @property
    def belongs_to(self) -> str:
        """What a value of it belongs to, in words, where its rows fall into no batches."""
        return {GROUP: "a group of rows", WHOLE: "the whole dataset"}.get(self.loss.unit, "a row" if self.per_row else "all rows")

    @property
    def drops_empty(self) -> bool:
        """Whether groups in which there is nothing to order are left out."""
        return self.parameters.get("empty") == "drop"

    @property
    def counts_classes(self) -> bool:
        """Whether a value waits for the numbers of rows of the classes."""
        values = zip(self.loss.parameters.values(), self.values, strict=True)
        return any(isinstance(value, str) and isinstance(parameter.domain, OfClasses) for parameter, value in values)

    def for_classes(self, classes: int | None, names: Sequence[str] = ()) -> BoundLoss:
        """The same with its values for each class as vectors of that length; UsageError where they have another.

        names: those of the classes in order, where they have names.
        """
        fitted = self._each(lambda domain, value: domain.for_names(value, names))
        return fitted if classes is None else fitted._each(lambda domain, value: domain.for_classes(value, classes))

    def counted(self, counts: Sequence[int]) -> BoundLoss:
        """The same with the values that depend on how many rows each class has."""
        return self._each(lambda domain, value: domain.counted(value, counts))

    def _each(self, changed: Callable[[OfClasses, Value], Value]) -> BoundLoss:
        """The same with each value changed of which the domain is of classes."""
        values = list(self.values)
        for place, (name, parameter) in enumerate(self.loss.parameters.items()):
            if isinstance(parameter.domain, OfClasses) and values[place] is not None:
                try:
                    values[place] = changed(parameter.domain, values[place])
                except ValueError as problem:
                    raise UsageError(f"{name} must be {problem}", where=str(self)) from None
        return replace(self, values=tuple(values))

    @property
    def better(self) -> str:
        """Which of two values is better: the `low` one, the `high` one, or the one nearer to the `best`."""
        return self.loss.better_end(self.parameters)

    def badness(self, value: Any) -> Any:
        """How bad a value or an array of values is: of two the worse has more."""
        return self.loss.badness(value, self.parameters)

    @property
    def finish(self) -> Callable[[float], float] | None:
        """What makes the headline value of a mean; None where the mean is that."""
        finish = self.loss.finish
        if finish is None:
            return None
        own = inspect.signature(finish).parameters
        return partial(finish, **{name: value for name, value in self.parameters.items() if name in own})

    def cost(self, form: Form, roles: Sequence[Any]) -> Any:
        """The kernel's answer for the views of one block."""
        parameters = self.parameters
        return form.kernel(*roles, **{name: parameters[name] for name in form.parameters})


def bind(loss: Loss, given: Mapping[str, Any], *, typed: bool, folder: Path | None = None) -> BoundLoss:
    """`loss` with the given parameters, typed texts or Python values, and defaults; UsageError where one does not fit.

    folder: where the paths of `@file` begin, by default the working directory.
    """
    values: dict[str, Value] = {}
    for name, value in given.items():
        if name not in loss.parameters:
            problem = f"{loss.name} has no parameter {quoted(name)}" + did_you_mean(name, loss.parameters)
            raise UsageError(problem, hint=f"lossctl losses {loss.name} shows its parameters")
        parameter = loss.parameters[name]
        try:
            if typed and value.startswith("@") and isinstance(parameter.domain, Numbers):
                values[name] = parameter.check(parameter.domain.of_file(value[1:], folder))
            else:
                values[name] = parameter.read(value) if typed else parameter.check(value)
        except ValueError as expected:
            near = did_you_mean(str(value), parameter.domain.typed()) if isinstance(parameter.domain, Choice) else ""
            near = near if near.startswith("; did") else ""  # the domain's words list all options
            raise UsageError(f"{loss.name}: {name} must be {expected}, not {quoted(value)}{near}") from None
    for name, parameter in loss.parameters.items():
        if parameter.required and name not in values:
            raise UsageError(f"{loss.name} needs {name}: {loss.name}:{name}={_example(parameter)}; {parameter.text}")
    bound = BoundLoss(loss, tuple(values.get(name, parameter.default) for name, parameter in loss.parameters.items()))
    _check_together(bound, given)
    return bound


def _check_together(bound: BoundLoss, given: Iterable[str]) -> None:
    """UsageError where parameters exclude each other, or of those of which one is needed there is not one."""
    loss, values = bound.loss, bound.parameters
    for name in given:
        for other, required in loss.parameters[name].only:
            if values[other] != required:
                raise UsageError(f"{loss.name}: {name} has no meaning beside {other}={value_text(values[other])}")
    if loss.one_of and sum(values[name] is not None for name in loss.one_of) != 1:
        ways = " or ".join(f"{name} ({loss.parameters[name].text})" for name in loss.one_of)
        raise UsageError(f"{loss.name} needs one of {' and '.join(loss.one_of)}: {ways}")


def read_losses(texts: Iterable[str], folder: Path | None = None) -> tuple[BoundLoss, ...]:
    """The losses of `-l` texts, each once; a comma before a letter starts another. folder: where paths of `@file` begin."""
    bound = distinct(bound_loss for given in texts for text in _texts(given) for bound_loss in _read_all(text, folder))
    if not bound:
        raise UsageError("no loss given: -l mse for numbers, -l ce for classes; lossctl losses lists all")
    return bound


def _texts(given: str) -> list[str]:
    """The texts of losses; a comma before a letter begins another, but not before `word=` in class_weight=cat=2,dog=1."""
    texts: list[str] = []
    for text in re.split(r",(?=[A-Za-z])", given):
        if texts and re.match(r"[^:,=]+=", text) and re.search(r":class_weight=[^:]*=[^:]*$", texts[-1]):
            texts[-1] += f",{text}"
        else:
            texts.append(text)
    return texts


def distinct(losses: Iterable[BoundLoss]) -> tuple[BoundLoss, ...]:
    """Each loss once; for binary predictions where it was once called so."""
    found: dict[BoundLoss, BoundLoss] = {}
    for bound in losses:
        first = found.setdefault(bound, bound)
        of_set = first.of_set if bound.of_set is not None else None
        found[bound] = replace(first, binary=first.binary or bound.binary, of_set=of_set)
    return tuple(found.values())


def find_loss(word: str) -> Loss:
    """The loss of a name or alias; UsageError with what to type instead otherwise."""
    try:
        return LOSSES[word]
    except KeyError:
        from lossctl.losses.other_words import unknown_loss  # at an error only

        raise unknown_loss(word) from None


def needed_of(loss: Loss) -> dict[str, Value]:
    """An example of each parameter that must be given to a loss."""
    names = [name for name, parameter in loss.parameters.items() if parameter.required] + list(loss.one_of[:1])
    return {name: loss.parameters[name].domain.inside()[0] for name in names}


def value_text(value: Value, *, named: bool = True) -> str:
    """A parameter's value as one types it; a vector from a file by its name where `named`."""
    if isinstance(value, Vector):
        return f"@{value.file}" if value.file and named else ",".join(map(number_text, value))
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    return number_text(value) if isinstance(value, float) else str(value)


def _read_all(text: str, folder: Path | None) -> list[BoundLoss]:
    """The losses of a set, or the one that a text means."""
    if text not in SETS:
        return [_read(text, folder)]
    return [replace(bind(loss, {}, typed=True), of_set=text) for loss in LOSSES.members(text)]


def _read(text: str, folder: Path | None) -> BoundLoss:
    word, *assignments = text.split(":")
    loss = find_loss(word)
    given: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals and given:  # as in class_weight=effective:0.999
            given[next(reversed(given))] += f":{assignment}"
            continue
        if not equals:
            raise UsageError(f"a parameter is PARAM=VALUE, not {quoted(assignment)}", where=f"loss {quoted(text)}")
        if name in given:
            raise UsageError(f"{name} is given twice", where=f"loss {quoted(text)}")
        given[name] = value
    return replace(bind(loss, given, typed=True, folder=folder), binary=word if word in loss.binary else None)


def _example(parameter: Parameter) -> str:
    return value_text(parameter.domain.inside()[0])
