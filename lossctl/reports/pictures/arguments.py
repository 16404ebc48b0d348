"""The one number that the curve of a loss runs over, by the roles of a form: an error, a probability, a margin, a distance."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from lossctl.losses.declaration import Form
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.class_roles import BinaryLabelRole, BinaryPredictionRole, ClassScoreRole
from lossctl.losses.roles.roles import ClassLabelRole, ClassPredictionRole, MarginLabelRole, PairLabelRole, Role
from lossctl.losses.roles.tokens import LogProbabilityRole
from lossctl.record import record

REACH, LOGIT = 3.0, 6.0  # how far from 0 errors and margins, and logits, go
POINTS = 600  # steps along the axis
Data: TypeAlias = Callable[[Array, float, float], dict[str, Array]]


@record
class Argument:
    """An argument from low to high, and what the roles hold for it.

    data: the arrays of the roles, of the argument x (k,), a label, and where on its scale the rest lies. labels: those that the
    true one may be, whose curves may differ, each with a word for it. places: where the rest may lie; the loss depends on the
    argument alone where it costs the same at each. scale: what class predictions are. tail: the share of the axis on which the
    costs may leave the picture. widens: it goes as far as the sizes of a parameter do that are shown.
    """

    label: str
    data: Data
    labels: Sequence[tuple[float, str]] = ((1.0, ""),)
    low: float = -REACH
    high: float = REACH
    places: Sequence[float] = (0.0,)
    scale: str = "probs"
    tail: float = 0.05
    widens: bool = False

    def grid(self, reach: float) -> Array:
        """The values of the argument, rounded so that whole numbers and tenths are among them."""
        far = reach / REACH if self.widens else 1.0
        values: Array = np.round(np.linspace(self.low * far, self.high * far, POINTS + 1), 10)
        return values


def arguments_of(form: Form) -> Iterator[Argument]:
    """What a curve could run over, the best first; of a form whose roles no one number decides there is none."""
    roles = form.roles
    labels = [name for name, role in roles.items() if isinstance(role, (ClassLabelRole, BinaryLabelRole))]
    signs = [name for name, role in roles.items() if isinstance(role, MarginLabelRole)]
    alike = [name for name, role in roles.items() if isinstance(role, PairLabelRole)]
    numbers = [name for name, role in roles.items() if _is_number(role)]
    vectors = [name for name, role in roles.items() if role.meaning.startswith("vectors") and role.axes == ("d",)]
    classes = [name for name in roles if name not in (*labels, *signs, *alike, *numbers, *vectors)]
    match [len(part) for part in (classes, labels, signs, alike, numbers, vectors)]:
        case [1, 1, 0, 0, 0, 0]:
            yield from _of_classes(roles, classes[0], labels[0])
        case [0, 0, 1, 0, 1, 0]:
            yield from _of_margin(numbers[0], signs[0])
        case [0, 0, 1, 0, 2, 0]:
            yield from _of_lead(numbers, signs[0])
        case [0, 0, 0, 1, 1, 0]:
            yield from _of_labelled(numbers[0], roles[numbers[0]], alike[0])
        case [0, 0, 0, 0, 0, 3]:
            yield from _of_triplet(vectors)
        case [0, 0, 0 | 1, 0, 0, 2]:
            yield from _of_directions(vectors, signs)
        case [0, 0, 0, 0, _, 0]:
            yield from _of_numbers(roles, numbers)


def _is_number(role: Role) -> bool:
    """Whether a row, or an element of one, holds one real number."""
    words = role.text or (role.as_words and not role.or_numbers)
    return not (role.labels or role.reads_scale or role.of_classes or words) and role.axes in ((), ("...",))


def _of_numbers(roles: Mapping[str, Role], names: Sequence[str]) -> Iterator[Argument]:
    """Real numbers: an interval and its target, one alone, or a pair; what else there is, as a variance, is 1."""
    bounds = [name for name in names if name in ("lower", "upper")]
    alone = [name for name in names if len(names) == 1 or isinstance(roles[name], LogProbabilityRole)]
    free = [name for name in names if math.isinf(roles[name].domain.low)]
    if len(bounds) == 2 and len(names) == 3:
        yield from _of_interval(next(name for name in names if name not in bounds))
    elif alone:
        yield from _of_one(alone[0], roles[alone[0]], [name for name in names if name != alone[0]])
    elif names:
        first, second = (free if len(free) > 1 else names)[:2]
        yield from _of_pair(first, second, roles[first].domain.low, [name for name in names if name not in (first, second)])


def _of_interval(target: str) -> Iterator[Argument]:
    label = f"{target}, in its own units, of an interval from -1 to 1"
    yield Argument(label, lambda x, _, __: {"lower": np.full(len(x), -1.0), "upper": np.ones(len(x)), target: x}, widens=True)


def _of_one(name: str, role: Role, rest: Sequence[str]) -> Iterator[Argument]:
    units = "in nats" if isinstance(role, LogProbabilityRole) else "in its own units"
    low, high = _reach_of(role)
    yield Argument(f"{name}{_fixed(' for', rest)}, {units}", lambda x, _, __: {name: x} | _ones(x, rest), low=low, high=high)


def _of_pair(first: str, second: str, low: float, rest: Sequence[str]) -> Iterator[Argument]:
    """The difference where it decides, else the first, which is not below `low`, for a second of 1."""
    units = "in units of the target" if second == "target" else "in their units"
    yield Argument(
        f"{'error ' if second == 'target' else ''}{first} - {second}{_fixed(' for', rest)}, {units}",
        lambda x, _, at: {first: at + x, second: np.full(len(x), at)} | _ones(x, rest),
        places=(0, 1, 2.5),
        widens=True,
    )
    yield Argument(
        f"{first} for a {second} of 1{_fixed(' and', rest)}, {units}",
        lambda x, _, __: {first: x} | _ones(x, [second, *rest]),
        low=max(low, 1 - REACH),
        high=1 + REACH,
    )


def _reach_of(role: Role) -> tuple[float, float]:
    return max(role.domain.low, -REACH), min(role.domain.high, REACH)


def _fixed(word: str, rest: Sequence[str]) -> str:
    return f"{word} {' and '.join(rest)} of 1" if rest else ""


def _ones(x: Array, names: Sequence[str]) -> dict[str, Array]:
    return {name: np.ones(len(x)) for name in names}


def _of_classes(roles: Mapping[str, Role], pred: str, label: str) -> Iterator[Argument]:
    """Of two classes: the probability of the true one, its logit, or how far its score leads."""
    role, binary = roles[pred], isinstance(roles[pred], BinaryPredictionRole)
    labels = ((1.0, f"{label} 1"), (0.0, f"{label} 0"))
    if isinstance(role, ClassScoreRole):

        def scores(x: Array, true: float, at: float) -> dict[str, Array]:
            columns = (at + x, np.full(len(x), at)) if true == 0 else (np.full(len(x), at), at + x)
            return {pred: np.stack(columns, axis=1), label: np.full(len(x), true)}

        words = "lead of the true one of two classes, in units of its score"
        yield Argument(words, scores, labels, places=(0, 1, 2.5), widens=True)
    elif isinstance(role, (ClassPredictionRole, BinaryPredictionRole)):
        logits = "probs" not in role.scales

        def predicted(x: Array, true: float, _: float) -> dict[str, Array]:
            other = -x if logits else 1 - x
            return {pred: x if true == 1 else other, label: np.full(len(x), true)}

        of = "of a label" if binary else "of a binary prediction"
        if logits:
            words = f"logit of the true {'label' if binary else 'class'}, {of}"
            yield Argument(words, predicted, labels, -LOGIT, LOGIT, scale="logits")
        else:
            yield Argument(f"probability of the true class p_t, {of}", predicted, labels, 0, 1, tail=0.01)


def _of_margin(score: str, sign: str) -> Iterator[Argument]:
    labels = ((1.0, f"{sign} 1"), (-1.0, f"{sign} -1"))
    words = f"margin y s, {sign} y = -1 or 1, in units of the {score} s"
    yield Argument(words, lambda x, label, _: {score: label * x, sign: np.full(len(x), label)}, labels, widens=True)


def _of_lead(scores: Sequence[str], sign: str) -> Iterator[Argument]:
    left, right = scores
    yield Argument(
        f"lead y ({left} - {right}), in units of the scores",
        lambda x, label, at: {left: at + label * x, right: np.full(len(x), at), sign: np.full(len(x), label)},
        ((1.0, f"{sign} 1"), (-1.0, f"{sign} -1")),
        places=(0, 1, 2.5),
        widens=True,
    )


def _of_labelled(name: str, role: Role, label: str) -> Iterator[Argument]:
    """A number with a label of 0 or 1, as the distance of a pair that is alike or not."""
    labels = ((1.0, f"{label} 1"), (0.0, f"{label} 0"))
    yield Argument(
        f"{name}, in its own units",
        lambda x, true, _: {name: x, label: np.full(len(x), true)},
        labels,
        *_reach_of(role),
        widens=True,
    )


def _of_triplet(vectors: Sequence[str]) -> Iterator[Argument]:
    """The first lies at 0, the third at a distance, the second so much farther."""
    anchor, positive, negative = vectors
    yield Argument(
        f"D({anchor}, {positive}) - D({anchor}, {negative}), in units of D",
        lambda x, _, at: {anchor: np.zeros((len(x), 1)), positive: (at + x)[:, np.newaxis], negative: np.full((len(x), 1), at)},
        places=(2 * REACH, 4 * REACH),
        widens=True,
    )


def _of_directions(vectors: Sequence[str], signs: Sequence[str]) -> Iterator[Argument]:
    """Of unit vectors, of which the second has any length: a loss of their angle does not see it."""
    left, right = vectors
    yield Argument(
        f"cosine of the angle between {left} and {right}",
        lambda x, label, at: {
            left: np.stack([x, np.sqrt(1 - x * x)], axis=1),
            right: np.stack([np.full(len(x), at), np.zeros(len(x))], axis=1),
            **{sign: np.full(len(x), label) for sign in signs},
        },
        [(label, f"{sign} {label:g}") for sign in signs for label in (1.0, -1.0)] or ((1.0, ""),),
        low=-1,
        high=1,
        places=(1, 3),
    )
