"""Data for any loss, from the classes of its roles alone, and runs of it cut into shards and blocks of any size."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

import numpy as np

from lossctl import LOSSES
from lossctl.losses.class_domain import ClassRank, Square
from lossctl.losses.declaration import ROW, Form, Loss
from lossctl.losses.roles import class_roles, decisions, identities, roles, tokens
from lossctl.losses.text import BoundLoss, bind
from lossctl.losses.vector_domain import Levels, PerClass, Vector
from lossctl.options.commands import Eval
from lossctl.question.request import read_request
from lossctl.question.src import Handed, Src
from lossctl.results.document import Run
from lossctl.runs.evaluation import evaluate_runs
from lossctl.scoring.wanted import Wanted

ROWS = 50
WIDTHS = (None, 3, 131)  # odd, so that levels have a middle
TINY = np.array([0.0, 5e-324, 1e-310, 1e-300, 1e-16, 1.0])
Roles = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One way to give a loss its data."""

    loss: Loss
    form: Form
    width: int | None
    scale: str | None

    def __str__(self) -> str:
        return "-".join([self.loss.name, next(iter(self.form.roles)), str(self.width or "n"), *filter(None, [self.scale])])

    def data(self, *, extreme: bool = False, seed: int = 0) -> dict[str, Any]:
        """Arrays for the roles, and for `weight`."""
        rng = np.random.default_rng(seed)
        found = {name: data_of(role, rng, self, extreme) for name, role in self.form.roles.items()}
        for name, role in self.form.roles.items():
            if isinstance(role, roles.ClassLabelRole) and self.width == WIDTHS[-1]:  # at random nearly none would be right
                found[name][::2] = found[role.of].argmax(axis=1)[::2]
        if {"lower", "upper"} <= set(found):
            found["lower"], found["upper"] = np.sort([found["lower"], found["upper"]], axis=0)
            found["target"][:3] = found["lower"][:3]
        if "time" in found:
            found["time"][::2] = found["time"][1::2]  # ties
        return found | {"weight": rng.random(ROWS)}

    def bound(self, **given: Any) -> BoundLoss:
        """The loss with some parameters given, required ones filled in, and vectors as long as there are classes."""
        if self.loss.one_of and not set(self.loss.one_of) & set(given):
            given[self.loss.one_of[0]] = self.loss.parameters[self.loss.one_of[0]].domain.inside()[0]
        for name, parameter in self.loss.parameters.items():
            if name not in given and (parameter.required or (isinstance(parameter.domain, Levels) and parameter.default)):
                given[name] = parameter.domain.inside()[0]
            if isinstance(parameter.domain, Square):
                classes = self.width or 2
                places = [(row, column) for row in range(classes) for column in range(classes)]
                factor = given[name][1]
                given[name] = Vector(factor * (1 + (row + 2 * column) % 5) * (row != column) for row, column in places)
            elif isinstance(parameter.domain, PerClass) and isinstance(given.get(name), Vector):
                binary = any(isinstance(role, class_roles.BinaryPredictionRole) for role in self.form.roles.values())
                given[name] = Vector(given[name] * (2 if binary else self.width or 2))
            elif isinstance(parameter.domain, ClassRank):
                rank: Any = given.get(name, parameter.default)
                given[name] = min(rank, (self.width or 2) - 1)
            if isinstance(parameter.domain, Levels) and name in given:
                columns = (self.width or 1) if any(role.axes and not role.elementwise for role in self.form.roles.values()) else 1
                given[name] = levels_around(given[name], columns)
        return bind(self.loss, given, typed=False)


def levels_around(levels: Vector, columns: int) -> Vector:
    """Levels for some columns, symmetric around 1/2, which others given make others; of one column the first of those given."""
    spread = 0.4 * sum(levels) / len(levels)
    return Vector(levels[:1]) if columns == 1 else Vector(np.linspace(0.5 - spread, 0.5 + spread, columns).tolist())


def cases(loss: Loss) -> list[Case]:
    """Every form of a loss, with one number a row and with vectors, on every scale that it reads."""
    return [
        Case(loss, form, width, scale)
        for form in loss.forms
        if not any(isinstance(role, decisions.WordRole) for role in form.roles.values())  # compared letter for letter
        for width in _widths(form)
        for scale in _scales(form)
    ]


def _widths(form: Form) -> Sequence[int | None]:
    """The lengths of the vectors of a row, None for one number."""
    if not any(role.axes for role in form.roles.values()):
        return (None,)
    if any("4" in role.axes for role in form.roles.values()):
        return (4,)
    return WIDTHS[1:] if any(isinstance(role, class_roles.ClassScoreRole) for role in form.roles.values()) else WIDTHS


def _scales(form: Form) -> Sequence[str | None]:
    """The scales that the predictions of classes may be on."""
    read = [role for role in form.roles.values() if role.reads_scale]
    return read[0].scales if read else (None,)


ALL = [case for name in LOSSES for case in cases(LOSSES[name])]
CASES = [case for case in ALL if case.loss.unit == ROW]
TOGETHER = [case for case in ALL if case.loss.unit != ROW]  # losses that judge the rows of groups, or of the dataset, together


@singledispatch
def data_of(role: Any, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    """What a role may hold, at random or at its extremes. A new class of roles is registered here."""
    raise NotImplementedError(f"no test data for {type(role).__name__}")


@data_of.register
def _(role: roles.Role, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    shape = shape_of(role, case)
    domain = role.domain
    if role.meaning == "boxes":
        corners = rng.choice([*TINY, 1e150], shape) if extreme else rng.random(shape)
        return np.sort(corners.reshape(ROWS, 2, 2), axis=1).reshape(shape)
    some = np.abs(rng.normal(size=shape) * 10.0 ** rng.integers(-2, 3, shape))
    sizes = rng.choice([*TINY, 1e150], shape) if extreme else some
    if role.meaning == "vectors":  # a zero vector has no direction
        sizes[~sizes.reshape(ROWS, -1).any(axis=1)] = 1.0
    if domain.low == -math.inf:
        return domain.high - sizes if domain.high < math.inf else sizes * rng.choice([-1, 1], shape)
    return np.maximum(domain.low + sizes, np.nextafter(domain.low, math.inf) if domain.open_low else domain.low)


def shape_of(role: roles.Role, case: Case) -> tuple[int, ...]:
    """Of an array for a role: its last axis is as long as the case is wide, one that is 1 long may be left out."""
    axes = (*[3] * (len(role.axes) - 1), case.width or 1) if role.axes else ()
    return (ROWS, *axes) if case.width or len(axes) > 1 else (ROWS,)


@data_of.register
def _(role: roles.DivisorRole, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    sizes = [1e-16, 1.0, 1e150] if extreme else [0.01, 0.5, 2.0, 300.0]
    return rng.choice(sizes, shape_of(role, case)) * rng.choice([-1, 1], shape_of(role, case))


@data_of.register
def _(role: roles.LimitedRole, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    return rng.choice([1e-300, 1e-16, 1.0, 36.0, 700.0] if extreme else [0.01, 0.5, 2.0, 300.0], shape_of(role, case))


@data_of.register
def _(role: roles.GroupRole, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    return np.array([f"q{place}" for place in rng.integers(0, 8, ROWS)], dtype=object)


@data_of.register
def _(role: tokens.TextRole, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    if role.or_numbers:
        return rng.integers(1, 100, ROWS)
    return np.array(["é" * int(length) for length in rng.integers(1, 100, ROWS)], dtype=object)


@data_of.register
def _(role: identities.IdentityRole, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    return np.array([f"c{place}" for place in rng.integers(0, 5, ROWS)], dtype=object)


@data_of.register
def _(role: roles.MarginLabelRole, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    return rng.choice([-1, 1], ROWS)


@data_of.register
def _(role: roles.PairLabelRole, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    return rng.integers(0, 2, ROWS)


@data_of.register
def _(role: roles.ClassPredictionRole, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    shape = (ROWS,) if case.width is None else (ROWS, case.width)
    if extreme and case.scale == "logits":
        return rng.choice([0.0, 1.0, 36.0, 745.0, 1e6, 1e305], shape) * rng.choice([-1, 1], shape)
    logits = rng.normal(size=shape) * (200 if extreme else 2)
    if case.width is not None and not extreme:
        logits[:10, 1:7] = logits[:10].max() + 1  # ties
    if case.scale == "logits":
        return logits
    if case.width is None:
        log_p = -np.logaddexp(0, -logits)
        p = np.clip(np.exp(log_p), 5e-324, 1 - 2**-53)
    else:
        log_p = logits - np.logaddexp.reduce(logits, axis=1)[:, np.newaxis]
        p = np.maximum(np.exp(log_p), 5e-324)
    return np.minimum(log_p, -5e-324) if case.scale == "logprobs" else p


@data_of.register
def _(role: class_roles.BinaryPredictionRole, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    shape = (ROWS,) if case.width is None else (ROWS, case.width)
    flat = replace(case, width=None)
    parts = [data_of(roles.ClassPredictionRole(), rng, flat, extreme) for _ in range(case.width or 1)]
    return np.stack(parts, axis=1).reshape(shape)


@data_of.register
def _(role: class_roles.BinaryLabelRole, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    shape = (ROWS,) if case.width is None else (ROWS, case.width)
    labels = rng.integers(0, 2, shape)
    return np.where(rng.random(shape) < 0.5, labels, rng.random(shape)) if role.soft else labels


@data_of.register
def _(role: class_roles.ClassScoreRole, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    return data_of(roles.Role("(n, c)"), rng, case, extreme)


@data_of.register
def _(role: roles.ClassLabelRole, rng: np.random.Generator, case: Case, extreme: bool) -> Any:
    """Classes; where the role takes soft labels, some among the classes, except of many columns."""
    classes = rng.integers(0, case.width or 2, ROWS)
    if not role.soft or case.width == WIDTHS[-1]:
        return classes
    if case.width is None:
        return np.where(rng.random(ROWS) < 0.5, classes, rng.random(ROWS))
    soft = rng.dirichlet(np.ones(case.width), ROWS)
    return np.where(rng.random((ROWS, 1)) < 0.5, np.eye(case.width)[classes], soft)


AT_ZERO = ("distance", "std", "mu", "logvar", "logprob")  # what a perfect prediction has 0 of


@singledispatch
def make_perfect(role: roles.Role, name: str, data: dict[str, Any], case: Case) -> None:
    """Changes data so that the prediction is a perfect one; a class of roles with values of its own is registered."""
    real = [other for other, one in case.form.roles.items() if _is_real(one) and other not in AT_ZERO]
    if name in AT_ZERO:
        data[name] = np.zeros_like(data[name])
    elif name in real:
        data[name] = _as_wide(data["target" if "target" in real else next(iter(data))], data[name])


def _is_real(role: roles.Role) -> bool:
    return not (role.labels or role.reads_scale or role.as_words or role.text)


def _as_wide(target: Any, pred: Any) -> Any:
    """Targets as often as there are predictions of them."""
    lacking = pred.ndim - target.ndim
    return np.broadcast_to(target.reshape(ROWS, *[1] * lacking, *target.shape[1:]), pred.shape)


@make_perfect.register
def _(role: class_roles.BinaryPredictionRole, name: str, data: dict[str, Any], case: Case) -> None:
    labels = data["target"] = np.round(data["target"])
    with np.errstate(divide="ignore"):
        data[name] = {"probs": labels, "logits": 2000 * labels - 1000, "logprobs": np.log(labels)}[str(case.scale)]


@make_perfect.register
def _(role: class_roles.ClassScoreRole, name: str, data: dict[str, Any], case: Case) -> None:
    data[name] = 2000 * np.eye(case.width or 2)[data["target"]]


@make_perfect.register
def _(role: roles.ClassPredictionRole, name: str, data: dict[str, Any], case: Case) -> None:
    labels = data["target"] = np.arange(ROWS) % (case.width or 2)
    hot = (labels == 1).astype(float) if case.width is None else np.eye(case.width)[labels]
    data[name] = {"probs": hot, "logits": 2000 * hot - 1000, "logprobs": np.where(hot == 1, 0, -np.inf)}[str(case.scale)]


@make_perfect.register
def _(role: roles.MarginLabelRole, name: str, data: dict[str, Any], case: Case) -> None:
    first = next(iter(data))
    if len(case.form.roles) == 2:
        data[first] = 1e3 * data[name]
    elif case.form.roles[first].axes:  # like pairs of equal vectors
        data[name], data["right"] = np.ones(ROWS), data[first]
    else:
        data["right"] = data[first] - data[name]


@make_perfect.register
def _(role: roles.PairLabelRole, name: str, data: dict[str, Any], case: Case) -> None:
    data[name] = np.ones(ROWS) if case.loss.unit == ROW else (data[next(iter(data))] > 0).astype(float)


@make_perfect.register
def _(role: identities.IdentityRole, name: str, data: dict[str, Any], case: Case) -> None:
    places = np.arange(ROWS) % 3
    data[name] = np.array([f"c{place}" for place in places], dtype=object)
    data[next(iter(data))] = 1e3 * (np.eye(case.width)[places] if case.width else places)


def run_of(
    bound: BoundLoss | Sequence[BoundLoss],
    data: Roles,
    *,
    scale: str | None = None,
    cuts: Sequence[int] = (),
    block_rows: int | None = None,
    jobs: int = 1,
) -> Run:
    """One run over arrays that are cut into shards at `cuts`, in blocks of `block_rows` rows, on `jobs` threads."""
    options = Eval(from_=scale, jobs=str(jobs))
    losses = (bound,) if isinstance(bound, BoundLoss) else tuple(bound)
    request = read_request(options, Handed({name: Src(name, array=values) for name, values in data.items()}), losses)
    shards = {
        name: tuple(Src(f"{name}{place}", array=shard) for place, shard in enumerate(np.split(values, cuts)))
        for name, values in data.items()
    }
    widest = max(values.shape[1] if values.ndim == 2 else 1 for values in data.values())
    each = request.has_samples
    wanted = Wanted(per_sample=each) if block_rows is None else Wanted(per_sample=each, block_values=block_rows * widest)
    weight = shards.pop("weight", ())
    request = replace(request, inputs=replace(request.inputs, roles=shards, weight=weight))
    return next(evaluate_runs(request, wanted)).run
