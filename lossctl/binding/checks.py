"""What options, losses and columns that were found say against each other."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping, Sequence

from lossctl.binding.binding import Binding
from lossctl.binding.headers import folded
from lossctl.binding.names import typed
from lossctl.binding.role_source import RoleSource
from lossctl.errors import DataError, UsageError, listed, quoted
from lossctl.files.states import identity
from lossctl.files.streams import name_of
from lossctl.formats.table import Table
from lossctl.losses.declaration import ROW, Form
from lossctl.losses.registry import SETS
from lossctl.losses.roles.label_names import is_missing
from lossctl.losses.roles.roles import Role
from lossctl.losses.roles.shapes import Fit, shape_text
from lossctl.losses.text import BoundLoss
from lossctl.question.request import Request
from lossctl.question.src import Src
from lossctl.text import common_beginning

OBSERVED = ("target", "logprob")


def check_given(
    request: Request,
    roles: Mapping[str, Sequence[tuple[Role, Fit]]],
    labels: Sequence[str],
    ignored: Sequence[str],
    found: Mapping[str, RoleSource],
) -> None:
    """UsageError where a role is given that no loss has, or is read in two ways, or an option is about no labels, or vectors.

    ignored: the roles in which --ignore is looked for.
    """
    question = request.question
    for name in request.inputs.roles:
        if name not in roles:
            raise UsageError(f"no loss here has a role {quoted(name)}; roles are {', '.join(roles)}, weight")
    for name, uses in roles.items():
        if len({role.text or role.as_words for role, _ in uses if not role.or_numbers}) > 1:
            raise UsageError(f"one loss here reads the {name} as words, another as numbers", hint="ask for one loss at a time")
    for option, value in (("--positive", question.positive), ("--classes", question.classes), ("--ignore", question.ignore)):
        if option == "--ignore" and value is not None and is_missing(str(value)):
            if not ignored:
                problem = "--ignore nan leaves out elements and rows without a target, and not every loss here judges elements"
                raise UsageError(problem, hint="rows that lack a value: --nan drop")
        elif value is not None:
            _check_of_labels(option, roles, labels, found)


def check_tables(tables: Sequence[Table], binding: Binding, named: Mapping[str, Sequence[Src]]) -> None:
    """UsageError where nothing is read from one of the run's own tables, which is then judged by those of another.

    named: the SRCs of roles that were named.
    """
    read = {table for _, source in binding.uses() for table in source.tables}
    unread = next((table for table in tables if table not in read and table.rows != 0), None)
    if unread is None or (os.path.isfile(unread.path) and identity(unread.path) in {identity(table.path) for table in read}):
        return  # or under another of its names
    first = next(iter(binding.losses[0].form.roles))
    sources = " and ".join(f"the {name} is {source.text}" for name, source in binding.roles.items())
    other = ", ".join(f"the {first}" if src.array is not None else typed(first, src.text) for src in named.get(first, ()))
    hint = f"leave it out, or {other}" if other else None
    raise UsageError(f"nothing is read from it: {sources}", where=name_of(unread.path), hint=hint)


def _check_of_labels(
    option: str, roles: Mapping[str, Sequence[tuple[Role, Fit]]], labels: Sequence[str], found: Mapping[str, RoleSource]
) -> None:
    """UsageError where an option about class labels is given, and there are none, or words or vectors that it is not about."""
    if not labels:
        raise UsageError(f"{option} is about class labels, which not every loss here reads")
    words = next((name for name in labels if any(role.as_words for role, _ in roles[name])), None)
    if words is not None and option != "--ignore":
        problem = f"{option} says which prediction a label belongs to, and words are compared with the {words} as they are"
        raise UsageError(problem, hint=f"leave {option} out")
    vectors = [name for name in labels if found[name].shape]
    if option == "--ignore":  # of elements some are left out
        vectors = [name for name in vectors if not all(fit.elements for _, fit in roles[name])]
    if vectors and option != "--classes":
        raise UsageError(f"{option} is about labels, and {vectors[0]} holds a vector for each row")


def observed(roles: Mapping[str, Sequence[tuple[Role, Fit]]]) -> tuple[str, ...]:
    """The roles that say what was observed, where that is no label: elements or rows that lack it can be ignored."""
    return tuple(name for name in OBSERVED if name in roles and all(role.elementwise for role, _ in roles[name]))


def check_form(loss: BoundLoss, form: Form, found: Mapping[str, RoleSource], scale: str | None) -> None:
    """UsageError where what was found may be logits and nobody said so, or a parameter is given that a form has not."""
    for name, role in form.roles.items():
        itself = found[name].by_itself and folded(found[name].columns[0]).startswith("logit")
        if role.reads_scale and scale is None and itself:
            problem = f"{loss.loss.name} reads probabilities unless told otherwise, and found {found[name].text}"
            raise UsageError(problem, hint="say what they are: --from logits, or --from probs")
    for name, parameter in loss.loss.parameters.items():
        if name not in form.parameters and loss.parameters[name] != parameter.default:
            raise UsageError(f"{loss.loss.name}: {name} has no meaning for {', '.join(form.roles)}")


def check_orders(form: Form, found: Mapping[str, RoleSource]) -> None:
    """DataError where vectors that are paired place by place have columns whose names say another order."""
    vectors = [(name, _varying_parts(found[name].columns)) for name in form.roles if len(found[name].columns) > 1]
    for (first, expected), (name, parts) in itertools.pairwise(vectors):
        if parts != expected and set(parts) == set(expected):
            problem = f"the columns of {first} are {listed(expected)}, those of {name} {listed(parts)}"
            where = " and ".join(dict.fromkeys((found[first].text, found[name].text)))
            raise DataError(problem, where=where, hint="rename the columns of one, or save both as arrays")


def _varying_parts(names: Sequence[str]) -> list[str]:
    """What differs between names that share a beginning and an end."""
    start = len(common_beginning(names))
    end = len(common_beginning([name[start:][::-1] for name in names]))
    return [name[start : len(name) - end] for name in names]


def check_fit(loss: BoundLoss, form: Form, fit: Fit, found: Mapping[str, RoleSource]) -> None:
    """DataError where the shapes of what was found are those of another loss."""
    _check_binary(loss, form, fit, found)
    _check_set(loss, form, fit, found)
    _check_rows(loss, form, fit, found)


def _check_binary(loss: BoundLoss, form: Form, fit: Fit, found: Mapping[str, RoleSource]) -> None:
    """DataError where a loss was called by a word for binary predictions, and there is a prediction for each class."""
    if loss.binary is not None and fit.class_axis is not None:
        predicted = next(found[name] for name, role in form.roles.items() if role.of_classes)
        problem = f"{loss.binary} is of one prediction a row, and these are {shape_text(predicted.shape)}"
        hint = f"-l {loss.loss.name} takes a row for the classes of one label; labels of their own: -l multilabel_ce"
        raise DataError(problem, where=predicted.text, hint=hint)


def _check_set(loss: BoundLoss, form: Form, fit: Fit, found: Mapping[str, RoleSource]) -> None:
    """DataError where a set of losses is of one prediction a row, and there is one for each class, or the reverse."""
    per_class = SETS[loss.of_set].per_class if loss.of_set is not None else None
    if per_class is None or not loss.loss.reads_classes or per_class == (fit.class_axis is not None):
        return
    predicted = found[next(name for name in form.roles if loss.loss.predicts(name))]
    words = {False: "one prediction a row", True: "a prediction for each class"}
    other = next(name for name, of_set in SETS.items() if of_set.per_class is not None and of_set.per_class != per_class)
    problem = f"-l {loss.of_set} is of {words[per_class]}, and these are {shape_text(predicted.shape)}"
    raise DataError(problem, where=predicted.text, hint=f"-l {other} is of {words[not per_class]}")


def _check_rows(loss: BoundLoss, form: Form, fit: Fit, found: Mapping[str, RoleSource]) -> None:
    """DataError where a loss of groups or of the whole dataset, which judges rows, is given rows of elements."""
    if loss.loss.unit != ROW and fit.elements:
        name = next(iter(form.roles))
        problem = f"{loss.loss.name} judges rows, and {name} has shape {shape_text(found[name].shape)}, of elements in a row"
        raise DataError(problem, where=found[name].text)
