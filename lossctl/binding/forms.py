"""The forms of a loss beside the columns that were found for their roles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from lossctl.binding.binding import BoundForm, LeftOut
from lossctl.binding.names import column_option, typed
from lossctl.binding.role_source import RoleSource
from lossctl.errors import DataError, LossctlError
from lossctl.losses.declaration import Form
from lossctl.losses.roles.block import VectorColumns
from lossctl.losses.roles.roles import Role
from lossctl.losses.roles.shapes import Fit
from lossctl.losses.text import BoundLoss
from lossctl.question.src import Src
from lossctl.record import replace


def choose_forms(
    losses: Sequence[BoundLoss], choose: Callable[[BoundLoss], BoundForm], *, leave_out: bool
) -> tuple[list[BoundForm], tuple[LeftOut, ...]]:
    """The form of each loss, and, where they are to be left out, losses of sets that have none here; LossctlError for others."""
    chosen, left_out = [], []
    for loss in losses:
        optional = leave_out and loss.of_set is not None
        try:
            bound = choose(loss)
            chosen.append(replace(bound, optional=True) if optional else bound)
        except LossctlError as problem:
            if not optional:
                raise
            left_out.append(LeftOut(loss, problem))
    if not chosen:
        raise left_out[0].problem
    return chosen, tuple(left_out)


def uses_of(chosen: Iterable[BoundForm]) -> dict[str, list[tuple[Role, Fit]]]:
    """How the losses read each of their roles."""
    uses: dict[str, list[tuple[Role, Fit]]] = {}
    for bound in chosen:
        for name, role in bound.form.roles.items():
            uses.setdefault(name, []).append((role, bound.fit))
    return uses


def vectors_of(form: Form, found: Mapping[str, RoleSource], named: Mapping[str, Sequence[Src]]) -> dict[str, VectorColumns]:
    """The columns of each role of several side by side, with what one types before their names. named: the roles as given."""
    vectors = [name for name in form.roles if len(found[name].columns) > 1]
    files = {name: next((src.file for src in named.get(name, ())), None) for name in vectors}
    return {name: VectorColumns(found[name].columns, typed(name, "", files[name])) for name in vectors}


def fit_alike(loss: BoundLoss, fitting: Sequence[BoundForm], run: str) -> DataError:
    """The error of columns that fit several forms of a loss."""
    forms = " and ".join(", ".join(bound.form.roles) for bound in fitting)
    others = set(fitting[1].form.roles)
    own = next((role for role in fitting[0].form.roles if role not in others), next(iter(fitting[0].form.roles)))
    return DataError(
        f"{loss.loss.name}: the columns fit {forms}", where=run, hint=f"say which are meant: {column_option(own)}COLUMN"
    )
