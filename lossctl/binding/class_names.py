"""Which class a label word stands for."""

from __future__ import annotations

from lossctl.binding.names import varying_parts
from lossctl.binding.role_source import RoleSource
from lossctl.errors import UsageError, listed, quoted
from lossctl.losses.roles.label_names import LabelNames
from lossctl.question.request import Request


def label_names(request: Request, predicted: RoleSource | None) -> tuple[LabelNames | None, tuple[str, ...]]:
    """What label words mean: by --positive, by --classes, or by the names of the predictions' columns.

    The second part: those names where they are numbers, though not 0, 1, ..., so that the labels decide what they are.
    Raises UsageError where an option contradicts the columns.
    """
    parts = varying_parts(predicted.columns) if predicted is not None and len(predicted.columns) > 1 else []
    positive = request.positive
    if positive is not None:
        if positive in parts and parts[1:] != [positive]:
            problem = f"--positive {quoted(positive)} makes it class 1, and the columns are {listed(parts)}"
            raise UsageError(
                problem, hint=f"the columns say which is which; leave --positive out, or --classes {','.join(parts)}"
            )
        return LabelNames(positive=positive), ()
    classes = request.classes
    if classes is not None:
        count = predicted.width or 2 if predicted is not None else 2
        if len(classes) != count:
            raise UsageError(f"--classes names {len(classes)} classes, and there are {count}")
        if parts and set(parts) == set(classes) and tuple(parts) != classes:
            order = ",".join(parts)
            raise UsageError(f"--classes is in another order than the columns, which are {order}")
        return LabelNames(classes), ()
    if not parts or parts == [str(place) for place in range(len(parts))]:
        return None, ()
    if all(part.isascii() and part.isdigit() for part in parts):
        return None, tuple(parts)
    return LabelNames(tuple(parts), from_columns=True), ()
