"""The catalogue of losses: as a table, as tables of families, as plain data, and the page of one loss. Imports no NumPy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from lossctl.losses.declaration import GROUP, ROW, WHOLE, Loss
from lossctl.losses.domain import Interval, Value
from lossctl.losses.parameter import REQUIRED, Parameter
from lossctl.losses.registry import sets_of
from lossctl.losses.text import needed_of, value_text
from lossctl.reports.tables.table import Table
from lossctl.text import number_text

if TYPE_CHECKING:
    from lossctl.errors import LossctlError
    from lossctl.runs.fits import LossFit

SCHEMA = "lossctl/losses@1"
_COLUMNS = ["loss", "aliases", "inputs", "parameters", "what it is"]
_UNITS = {ROW: "one for each row", GROUP: "one for each group", WHOLE: "one for the whole dataset"}


def catalogue(losses: Sequence[Loss]) -> Table:
    """One row a loss, with its family."""
    rows = [[loss.family, *_cells(loss)] for loss in losses]
    return Table("losses", ["family", *_COLUMNS], rows, sentences=_COLUMNS[1:], spare=[("aliases", "parameters")])


def family_tables(losses: Sequence[Loss]) -> Iterator[Table]:
    """A table a family, as people read them."""
    for place, (family, members) in enumerate(groupby(losses, key=lambda loss: loss.family)):
        rows = [_cells(loss) for loss in members]
        lead = [] if place else [family]  # above the first table no title stands
        yield Table(family, _COLUMNS, rows, lead=lead, sentences=_COLUMNS[1:], spare=[("aliases", "parameters")])


def fit_tables(fits: Sequence[LossFit]) -> Iterator[Table]:
    """Losses that fit the columns of a file with what would serve them, and why others do not, those of one reason together."""
    fitting: list[list[str]] = []
    reasons: dict[str, list[str]] = {}
    for fit in fits:
        if fit.problem is None:
            columns = ", ".join(f"{role} {column}" for role, column in fit.columns.items())
            fitting.append([str(fit.loss), columns, fit.loss.loss.summary])
        else:
            reasons.setdefault(_reason(fit, fit.problem), []).append(fit.loss.loss.name)
    yield Table("losses that fit", ["loss", "columns", "what it is"], fitting, sentences=["columns", "what it is"])
    others = [[", ".join(names), reason] for reason, names in reasons.items()]
    yield Table("losses that do not fit", ["losses", "why"], others, sentences=["losses", "why"])


def _reason(fit: LossFit, problem: LossctlError) -> str:
    """Why a loss does not fit, and at which place of the file where that is one."""
    _, _, place = (problem.where or "").partition(f"{fit.file} ")
    words = problem.problem.removeprefix(f"{fit.loss}: ").removeprefix(f"{fit.loss.loss.name}: ")
    return f"{place}: {words}" if place else words


def page(loss: Loss) -> Iterator[str]:
    """All that a person asks of one loss."""
    yield f"{loss.name}{' (' + ', '.join(loss.aliases) + ')' if loss.aliases else ''}\n    {loss.summary}\n\n"
    yield "formula\n" + "".join(f"    {line}\n" for line in loss.formula.splitlines())
    for form in loss.forms:
        width = max(map(len, form.roles))
        yield "\ninputs\n" + "".join(f"    {name:{width}}  {role.words}\n" for name, role in form.roles.items())
    if loss.parameters:
        width = max(map(len, loss.parameters))
        yield "\nparameters\n" + "".join(_parameter_line(parameter, width) for parameter in loss.parameters.values())
    yield f"\nvalue\n    {_value_line(loss)}\n"
    if loss.calls:
        yield "\nthe same number elsewhere\n" + "".join(f"    {call}\n" for call in loss.calls)
    if loss.reference:
        yield f"\nreference\n    {loss.reference}\n"
    yield f"\nexample\n    {example(loss)}\n"


def plain(losses: Sequence[Loss]) -> dict[str, Any]:
    """All that is declared of some losses, for machines."""
    return {"schema": SCHEMA, "losses": [_plain_loss(loss) for loss in losses]}


def example(loss: Loss) -> str:
    """A command that evaluates the loss."""
    text = ":".join([loss.name, *(f"{name}={value_text(value)}" for name, value in needed_of(loss).items())])
    roles = list(loss.forms[0].roles)
    if roles == ["pred", "target"]:
        return f"lossctl eval preds.csv -l {text}"
    return f"lossctl eval -l {text} " + " ".join(f"-r {role}={role}.npy" for role in roles)


def _cells(loss: Loss) -> list[str]:
    inputs = dict.fromkeys(", ".join(form.roles) for form in loss.forms)
    parameters = (
        parameter.name if parameter.required else f"{parameter.name}={value_text(parameter.default)}"
        for parameter in loss.parameters.values()
    )
    return [loss.name, ", ".join(loss.aliases), " or ".join(inputs), ", ".join(parameters), loss.summary]


def _parameter_line(parameter: Parameter, width: int) -> str:
    default = "required" if parameter.default is REQUIRED else f"default {value_text(parameter.default)}"
    only = "".join(f"; only with {name}={value_text(value)}" for name, value in parameter.only)
    return f"    {parameter.name:{width}}  {parameter.text} ({default}; {parameter.words()}{only})\n"


def _value_line(loss: Loss) -> str:
    """What a value belongs to, which it may be, and what it says of predictions."""
    unit = f"a ratio: the sum of costs divided by {loss.ratio}" if loss.ratio is not None else _UNITS[loss.unit]
    if loss.finish is not None:
        unit = "a function of the mean of what rows cost"
    said = [unit, _range(loss.range), "without a best value" if loss.best is None else f"best {number_text(loss.best)}"]
    if loss.better_end({}) == "best":
        said.append("models are compared by how far from that they are (lossctl help intervals)")
    if loss.proper is not None:
        said.append("a proper score" if loss.proper else "not a proper score")
    if loss.elicits is not None:
        said.append(f"least on average at the {loss.elicits.removeprefix('the ')} of the target")
    return "; ".join(said)


def _range(values: Interval) -> str:
    low, high = number_text(values.low), number_text(values.high)
    if math.isinf(values.high):
        return "any number" if math.isinf(values.low) else f"{low} or more"
    return f"{high} or less" if math.isinf(values.low) else f"{low} to {high}"


def _plain_loss(loss: Loss) -> dict[str, Any]:
    return {
        "name": loss.name,
        "aliases": [*loss.aliases],
        "sets": sets_of(loss),
        "family": loss.family,
        "summary": loss.summary,
        "formula": loss.formula,
        "inputs": [
            {name: {"shape": role.shape, "meaning": role.words} for name, role in form.roles.items()} for form in loss.forms
        ],
        "parameters": {name: _plain_parameter(parameter) for name, parameter in loss.parameters.items()},
        "one_of": [*loss.one_of],
        "unit": "value" if loss.finish else "ratio" if loss.ratio and loss.unit == ROW else loss.unit,
        "range": [end if math.isfinite(end) else None for end in (loss.range.low, loss.range.high)],
        "best": loss.best,
        "better": loss.better_end({}),
        "proper": loss.proper,
        "elicits": loss.elicits,
        "calls": [*loss.calls],
        "known_as": {word: typed for words, typed in loss.known_as.items() for word in words.split()},
        "reference": loss.reference,
        "example": example(loss),
    }


def _plain_parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "required": parameter.required,
        "default": None if parameter.required else _plain_value(parameter.default),
        "values": parameter.words(),
        "meaning": parameter.text,
        "shown": [_plain_value(value) for value in parameter.shown],
        "only": {name: _plain_value(value) for name, value in parameter.only},
    }


def _plain_value(value: Value) -> Any:
    if isinstance(value, tuple):
        return [*value]
    return value_text(value) if isinstance(value, float) and not math.isfinite(value) else value
