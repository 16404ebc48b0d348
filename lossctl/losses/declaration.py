"""A loss is declared once, as one pure function; everything else about it is read off that function here.

    @loss(aliases=("l1",))
    def mae(pred: Real, target: Real) -> Array:
        '''Absolute error.

        abs(pred - target)
        '''
        return np.abs(pred - target)

Positional parameters are the roles; without annotation they are real arrays. Keyword-only parameters are the parameters of the
loss, `Annotated[float, Param("what it is", Interval(0))]`; one without default is required. The docstring is the loss's page:
its first line the summary, the rest the formula.

A loss has a unit, what one value of it belongs to. The kernel of a loss of rows gets a block of them (of element-wise roles a
block of elements) and returns the cost of each, or the pair (cost, share) for a loss whose mean is sum(w cost) / sum(w share).
That of groups gets all rows of some groups, those of a group next to each other, and where they lie as its role `group`; that of
the whole dataset gets all rows, and their weights as its parameter `weight`, None where there are none. It answers with the
value, or with (cost, bin) of each row, of which `pooled` makes the value when they are summed by bin.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cached_property
from typing import Any, TypeAlias, overload

from lossctl.docstrings import docstring
from lossctl.losses.annotations import hints_of, parameter_of, role_of
from lossctl.losses.domain import NON_NEGATIVE, Interval
from lossctl.losses.parameter import Param as Param
from lossctl.losses.parameter import Parameter
from lossctl.losses.registry import LOSSES
from lossctl.losses.roles.roles import REAL, Role
from lossctl.record import record, replace

ROW, GROUP, WHOLE = UNITS = ("row", "group", "whole")
RESERVED = frozenset({"weight", "id", "by"})
Kernel: TypeAlias = Callable[..., Any]


@record
class Form:
    """One way to give a loss its data: roles, and the kernel that takes them. weighted: it takes the weights of the rows too."""

    roles: Mapping[str, Role]
    parameters: tuple[str, ...]
    kernel: Kernel
    weighted: bool = False

    @cached_property
    def reads_scale(self) -> bool:
        """Whether some role is a prediction of classes."""
        return any(role.reads_scale for role in self.roles.values())

    @cached_property
    def by_rows(self) -> bool:
        """Whether the kernel sees elements and answers for the rows that they make."""
        return any(role.by_rows for role in self.roles.values())

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles as the place it has in its loss, since the kernel's name stands for the loss."""
        places = ((loss.name, place) for loss in LOSSES.values() for place, form in enumerate(loss.forms) if form is self)
        return (_form, next(places))


@record
class Loss:
    """A declared loss, which can be called as the function that it decorates. Compares by identity and pickles by name."""

    name: str
    summary: str
    formula: str
    parameters: Mapping[str, Parameter]
    forms: tuple[Form, ...]
    aliases: tuple[str, ...] = ()
    binary: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    reference: str | None = None
    finish: Callable[..., float] | None = None
    prepare: Callable[..., Any] | None = None
    pooled: Callable[..., float] | None = None
    streams: Mapping[str, Any] | None = None
    unit: str = ROW
    ratio: str | None = None
    one_of: tuple[str, ...] = ()
    range: Interval = NON_NEGATIVE
    best: float | None = 0.0
    better: str = "low"
    proper: bool | None = None
    elicits: str | None = None
    calls: tuple[str, ...] = ()
    known_as: Mapping[str, str] = field(default_factory=dict)

    __eq__, __hash__ = object.__eq__, object.__hash__

    @cached_property
    def family(self) -> str:
        """The kind of losses that it is one of, as the file of its kernel says; `plugin` of a user's own."""
        package, _, family = self.forms[0].kernel.__module__.rpartition(".")
        return family.replace("_", " ") if package == "lossctl.losses.kernels" else "plugin"

    @cached_property
    def reads_classes(self) -> bool:
        """Whether `--from` matters: some role is a prediction of classes."""
        return any(form.reads_scale for form in self.forms)

    def better_end(self, parameters: Mapping[str, Any]) -> str:
        """Which of two values is better: the `low` one, the `high` one, or that nearer to the `best` where some lie below it."""
        end = str(parameters.get("better", self.better))
        return "best" if end == "low" and self.best is not None and self.range.low < self.best else end

    def badness(self, value: Any, parameters: Mapping[str, Any]) -> Any:
        """How bad a value or an array of values is: of two the worse has more."""
        end = self.better_end(parameters)
        return -value if end == "high" else abs(value - self.best) if end == "best" else value

    def predicts(self, name: str) -> bool:
        """Whether a role is a prediction of classes."""
        return any(form.roles[name].reads_scale for form in self.forms if name in form.roles)

    def __call__(self, *roles: Any, **parameters: Any) -> Any:
        """Calls the decorated function, that of the first form, as it stands: nothing is checked, read or reduced."""
        return self.forms[0].kernel(*roles, **parameters)

    def form(self, kernel: Kernel) -> Loss:
        """Adds another form (a decorator): its own roles, some of the same parameters."""
        form, parameters = _read_signature(self.name, kernel, self.unit, prepared=False)
        for name, parameter in parameters.items():
            if self.parameters.get(name) != parameter:
                raise TypeError(f"loss {self.name}: parameter {name} of the form {', '.join(form.roles)} differs from the loss's")
        return LOSSES.add(replace(self, forms=(*self.forms, form)))

    def __reduce__(self) -> tuple[Any, ...]:
        return (_declared, (self.name,))


def _declared(name: str) -> Loss:
    """The loss of a name; a method of the registry would be pickled with all it holds."""
    return LOSSES[name]


@overload
def loss(kernel: Kernel, /) -> Loss: ...
@overload
def loss(
    *,
    name: str | None = None,
    aliases: tuple[str, ...] = (),
    binary: tuple[str, ...] = (),
    sets: tuple[str, ...] = (),
    reference: str | None = None,
    finish: Callable[..., float] | None = None,
    prepare: Callable[..., Any] | None = None,
    pooled: Callable[..., float] | None = None,
    streams: Mapping[str, Any] | None = None,
    unit: str = ROW,
    ratio: str | None = None,
    one_of: tuple[str, ...] = (),
    range: Interval = NON_NEGATIVE,
    best: float | None = 0.0,
    better: str = "low",
    proper: bool | None = None,
    elicits: str | None = None,
    calls: tuple[str, ...] = (),
    known_as: Mapping[str, str] = ...,
) -> Callable[[Kernel], Loss]: ...
def loss(kernel: Kernel | None = None, /, *, name: str | None = None, **options: Any) -> Loss | Callable[[Kernel], Loss]:
    """Declares a loss (a decorator, bare or with arguments).

    name: the word a user types, by default the function's name. aliases: other words for it. binary: those of one prediction a
    row, which refuse one for each class. sets: words for several losses that mean it too. reference: where the formula is from.
    finish: applied to the mean to give the headline value; it gets the parameters that it has by name. prepare: a function of the
    whole roles and the parameters; the kernel gets its result as its last positional argument. pooled: of a loss that with
    `pool=dataset` gives costs and shares, its value of sum(w cost), sum(w share) and the parameters; of one of the whole dataset
    that gives the cost and the bin of each row, from 0 on, its value of these sums in each bin, where shares are 1. streams: of
    such a one the values of parameters with which a row's answer does not hang on other rows. unit: what a value belongs to, a
    row, a group or the whole dataset. ratio: what the sum of costs is divided by, in words, of a loss that is a ratio of
    sums by definition and so has no value for a row. one_of: parameters of which one must be given. range, best: the values it
    can have, and that of a perfect prediction, None where it has no least value. better: of two values the `low` or the `high`
    one; a parameter of this name decides where the loss has one. proper: of a loss of probabilities or distributions, whether
    the true ones alone cost least on average. elicits: what of the target's distribution costs least on average (mean, median).
    calls: those of other libraries that give the same number. known_as: words of other libraries, blanks between them, and what
    to type after `-l`: {"BCEWithLogitsLoss": "bce --from logits"}. Raises TypeError, naming the loss, where it cannot serve.
    """

    def declare(kernel: Kernel) -> Loss:
        word = name or kernel.__name__
        unit = options.get("unit", ROW)
        if unit not in UNITS:
            raise TypeError(f"loss {word}: its unit is one of {', '.join(UNITS)}")
        form, parameters = _read_signature(word, kernel, unit, prepared=bool(options.get("prepare")))
        summary, _, formula = docstring(kernel).partition("\n")
        if not summary:
            raise TypeError(f"loss {word}: its docstring is its page; the first line says what it is")
        return LOSSES.add(Loss(word, summary, formula.strip("\n"), parameters, (form,), **options))

    return declare if kernel is None else declare(kernel)


def _form(loss: str, place: int) -> Form:
    return LOSSES[loss].forms[place]


def _read_signature(loss: str, kernel: Kernel, unit: str, *, prepared: bool) -> tuple[Form, dict[str, Parameter]]:
    hints = hints_of(loss, kernel)
    positional: list[str] = []
    parameters: dict[str, Parameter] = {}
    for name, parameter in inspect.signature(kernel).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"loss {loss}: *{name} is neither a role nor a parameter")
        if parameter.kind is parameter.KEYWORD_ONLY:
            parameters[name] = parameter_of(loss, name, hints.get(name), parameter.default)
        else:
            positional.append(name)
    if prepared:
        positional = positional[:-1]
    weighted = unit == WHOLE and positional[-1:] == ["weight"]
    positional = positional[: len(positional) - weighted]
    for name in RESERVED.intersection(positional):
        raise TypeError(f"loss {loss}: no role can be called {name}; that is for every loss the {name} of its rows")
    roles = {name: role_of(loss, name, hints[name]) if name in hints else REAL for name in positional}
    if not roles:
        raise TypeError(f"loss {loss}: it has no roles; each positional parameter is one")
    if unit == GROUP and not any(role.text for role in roles.values()):
        raise TypeError(f"loss {loss}: a loss of groups has a role of groups, group: Groups")
    return Form(roles, tuple(parameters), kernel, weighted), parameters
