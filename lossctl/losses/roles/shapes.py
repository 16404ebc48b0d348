"""How the arrays of a loss's roles go together; nothing is broadcast.

A row is what the first axis counts. Of element-wise roles a row holds any number of elements, and class predictions hold one
axis more than their labels: that of the classes, directly after the rows' (as in PyTorch) or last (as in Keras).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, TypeAlias

from lossctl.record import record

if TYPE_CHECKING:
    from lossctl.losses.roles.roles import Role

Axes: TypeAlias = tuple[int, ...]


class ShapesDisagree(Exception):
    """Arrays that do not go together. hint: how to go on, if there is a way."""

    def __init__(self, problem: str, hint: str | None = None) -> None:
        super().__init__(problem)
        self.problem, self.hint = problem, hint


@record
class Fit:
    """What a kernel judges of a row.

    elements: the axes of a row's elements, () where the row itself is judged; of lists those of the first row. lists: whether
    rows may have different numbers of elements. class_axis: which axis of a row's predictions holds the classes, None where they
    are one probability; classes: how many there are, None where the loss reads no classes.
    """

    elements: Axes = ()
    lists: bool = False
    class_axis: int | None = None
    classes: int | None = None


def fit_of(roles: Mapping[str, Role], shapes: Mapping[str, Axes], lists: Collection[str], class_axis: int | None) -> Fit:
    """How the roles of a form fit together. shapes: the axes of one row of each; lists: the roles of lists that may differ.

    class_axis: 1 or -1 where a person said which it is. Raises ShapesDisagree where they do not.
    """
    _check_letters(roles, shapes)
    elementwise = [name for name, role in roles.items() if role.elementwise]
    if elementwise and set(elementwise) <= set(lists):  # of which the first may have one element by chance
        shapes = {name: shape or (1,) if name in elementwise else shape for name, shape in shapes.items()}
    predicted = next((name for name in elementwise if roles[name].of_classes), None)
    if predicted is not None:
        label = next(name for name in elementwise if name != predicted)
        return _class_fit(roles[predicted], (predicted, label), shapes, {predicted, label} <= set(lists), class_axis)
    unequal = bool(elementwise) and set(elementwise) <= set(lists)
    for name in elementwise[1:]:
        first = elementwise[0]
        if len(shapes[name]) != len(shapes[first]) or (shapes[name] != shapes[first] and not unequal):
            raise _apart(first, name, shapes)
    classes = 2 if any(role.reads_scale for role in roles.values()) else None
    return Fit(shapes[elementwise[0]] if elementwise else (), unequal, classes=classes)


def _class_fit(role: Role, names: tuple[str, str], shapes: Mapping[str, Axes], unequal: bool, given: int | None) -> Fit:
    pred, label = names
    predicted, labels = shapes[pred], shapes[label]
    if not predicted and role.axes[0] != "...":
        raise ShapesDisagree(f"{pred} has shape {shape_text(predicted)}; expected {role.shape}, one number for each class")
    if predicted == labels and len(labels) < 2:
        return Fit(class_axis=0 if labels else None, classes=labels[0] if labels else 2)
    if len(predicted) != len(labels) + 1:
        hint = "labels of their own, each 0 or 1: -l multilabel_ce" if predicted == labels and role.reads_scale else None
        raise ShapesDisagree(_apart(pred, label, shapes).problem, hint)
    last = len(predicted) - 1
    if unequal and labels:
        return Fit(labels, lists=True, class_axis=last, classes=predicted[last])
    fitting = {axis for axis in (0, last) if predicted[:axis] + predicted[axis + 1 :] == labels}
    if given is not None and labels:
        fitting &= {0 if given == 1 else last}
    if not fitting:
        raise _apart(pred, label, shapes)
    if len(fitting) > 1:
        problem = f"{pred} has shape {shape_text(predicted)}, {label} {shape_text(labels)}: the classes may lie on two axes"
        raise ShapesDisagree(problem, "say which: --class-axis 1 (after the rows, as in PyTorch), or --class-axis -1 (last)")
    axis = fitting.pop()
    return Fit(labels, class_axis=axis, classes=predicted[axis])


def _check_letters(roles: Mapping[str, Role], shapes: Mapping[str, Axes]) -> None:
    """ShapesDisagree where an axis that has a letter has different lengths, or a role has other axes than declared."""
    lengths: dict[str, tuple[str, int]] = {}
    for name, role in roles.items():
        if role.elementwise or role.summed:
            continue
        axes = role.axes
        shape = shapes[name]
        if len(shape) > len(axes) or len(shape) < len(axes) - 1:
            raise ShapesDisagree(f"{name} has shape {shape_text(shape)}; expected {role.shape}")
        for letter, length in zip(axes, (*shape, 1), strict=False):
            if letter.isdigit() and length != int(letter):
                raise ShapesDisagree(f"{name} has shape {shape_text(shape)}; expected {role.shape}")
            first, expected = lengths.setdefault(letter, (name, length))
            if length != expected:
                raise _apart(first, name, shapes)


def _apart(first: str, name: str, shapes: Mapping[str, Axes]) -> ShapesDisagree:
    return ShapesDisagree(
        f"{first} has shape {shape_text(shapes[first])}, {name} {shape_text(shapes[name])}; nothing is broadcast"
    )


def shape_text(axes: Axes) -> str:
    """The shape of an array whose rows have some axes."""
    return f"({', '.join(['n', *map(str, axes)])}{'' if axes else ','})"
