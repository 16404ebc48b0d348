"""`lossctl losses`: the catalogue, and the page of one loss. Imports no NumPy: a listing is there at once."""

from __future__ import annotations

from collections.abc import Iterator

from lossctl.errors import UsageError
from lossctl.files.output import write_file, write_stdout
from lossctl.losses.declaration import Loss
from lossctl.losses.parameter import REQUIRED, Parameter
from lossctl.losses.plugins import load_file
from lossctl.losses.registry import LOSSES
from lossctl.losses.text import find_loss, value_text
from lossctl.options.commands import Losses
from lossctl.reports.delivery import read_delivery
from lossctl.reports.formats import Style, render_tables
from lossctl.reports.table import Table


def run(options: Losses) -> int:
    """Shows every loss, or one."""
    if options.bare and options.name:
        raise UsageError("--bare lists names; it shows no page")
    delivery = read_delivery(options, options.plugin)
    for path in options.plugin:
        load_file(path)
    chosen = [_found(options.name)] if options.name else list(LOSSES.values())
    for name, path in delivery.files:
        write_file(path, render_tables([catalogue(chosen)], name, Style(delivery.digits)))
    if options.bare:
        write_stdout(f"{one.name}\n" for one in chosen)
    elif options.name and options.format is None and not options.json:
        write_stdout(page(chosen[0]))
    else:
        write_stdout(render_tables([catalogue(chosen)], delivery.format, delivery.style))
    return 0


def _found(word: str) -> Loss:
    """The loss of a name; UsageError, with the command that shows what is meant by a word of another library."""
    try:
        return find_loss(word)
    except UsageError as problem:
        from lossctl.losses.other_words import typed_for  # at an error only

        typed = typed_for(word)
        if typed is None:
            raise
        name = typed.split()[0].partition(":")[0]
        raise UsageError(problem.problem, hint=f"lossctl losses {name}") from None


def catalogue(losses: list[Loss]) -> Table:
    """One row a loss."""
    rows = [
        [
            one.name,
            ", ".join(one.aliases),
            " or ".join(map(", ".join, (form.roles for form in one.forms))),
            _parameters(one),
            one.summary,
        ]
        for one in losses
    ]
    columns = ["loss", "aliases", "inputs", "parameters", "what it is"]
    return Table(
        "losses", columns, rows, sentences=["aliases", "inputs", "parameters", "what it is"], spare=[("aliases", "parameters")]
    )


def page(loss: Loss) -> Iterator[str]:
    """All that a person asks of one loss."""
    yield f"{loss.name}{' (' + ', '.join(loss.aliases) + ')' if loss.aliases else ''}\n    {loss.summary}\n\n"
    yield "formula\n" + "".join(f"    {line}\n" for line in loss.formula.splitlines())
    for form in loss.forms:
        width = max(map(len, form.roles))
        yield "\ninputs\n" + "".join(f"    {name:{width}}  {role.words}\n" for name, role in form.roles.items())
    if loss.parameters:
        width = max(map(len, loss.parameters))
        yield "\nparameters\n" + "".join(_parameter_line(one, width) for one in loss.parameters.values())
    if loss.reference:
        yield f"\nreference\n    {loss.reference}\n"
    yield f"\nexample\n    {example(loss)}\n"


def example(loss: Loss) -> str:
    """A command that evaluates the loss."""
    given = [f"{name}={value_text(one.domain.inside()[0])}" for name, one in loss.parameters.items() if one.required]
    text = ":".join([loss.name, *given])
    roles = list(loss.forms[0].roles)
    if roles == ["pred", "target"]:
        return f"lossctl eval preds.csv -l {text}"
    return f"lossctl eval -l {text} " + " ".join(f"-r {role}={role}.npy" for role in roles)


def _parameters(loss: Loss) -> str:
    return ", ".join(name if one.required else f"{name}={value_text(one.default)}" for name, one in loss.parameters.items())


def _parameter_line(parameter: Parameter, width: int) -> str:
    default = "required" if parameter.default is REQUIRED else f"default {value_text(parameter.default)}"
    only = "".join(f"; only with {name}={value_text(value)}" for name, value in parameter.only)
    return f"    {parameter.name:{width}}  {parameter.text} ({default}; {parameter.words()}{only})\n"
