"""Predictions of classes that are an order, as grades are."""

from __future__ import annotations

from typing import Annotated, ClassVar, TypeAlias

from lossctl.losses.roles.class_predictions import Predictions
from lossctl.losses.roles.roles import ClassPredictionRole
from lossctl.record import record


@record
class OrderedClassPredictionRole(ClassPredictionRole):
    """Class predictions whose columns stand in the order of the classes."""

    ordered: ClassVar[bool] = True


OrderedClassPredictions: TypeAlias = Annotated[Predictions, OrderedClassPredictionRole()]
