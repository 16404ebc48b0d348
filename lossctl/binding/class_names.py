"""Which class a label word stands for."""

from __future__ import annotations

from lossctl.binding.names import varying_parts
from lossctl.binding.role_source import RoleSource
from lossctl.errors import UsageError, listed, quoted
from lossctl.losses.roles.label_names import LabelNames
from lossctl.question.question import Question


def label_names(question: Question, predicted: RoleSource | None, classes: int) -> LabelNames | None:
    """What labels mean: by --positive, by --classes, or by the names of the predictions' columns; None where they are places.

    classes: how many there are. Raises UsageError where an option contradicts the columns.
    """
    parts = varying_parts(predicted.columns) if predicted is not None and len(predicted.columns) > 1 else []
    positive = question.positive
    if positive is not None:
        if positive in parts and parts[1:] != [positive]:
            problem = f"--positive {quoted(positive)} makes it class 1, and the columns are {listed(parts)}"
            raise UsageError(
                problem, hint=f"the columns say which is which; leave --positive out, or --classes {','.join(parts)}"
            )
        return LabelNames(positive=positive)
    named = question.classes
    if named is not None:
        if len(named) != classes:
            raise UsageError(f"--classes names {len(named)} classes, and there are {classes}")
        if parts and set(parts) == set(named) and tuple(parts) != named:
            order = ",".join(parts)
            raise UsageError(f"--classes is in another order than the columns, which are {order}")
        return LabelNames(named)
    if not parts or parts == [str(place) for place in range(len(parts))]:
        return None
    numbered = all(part.isascii() and part.isdigit() for part in parts)
    return LabelNames(tuple(parts), from_columns=not numbered)
