"""Losses of boxes: how far a predicted box is from covering the true one."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple, TypeAlias

from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import Choice, Interval
from lossctl.losses.roles.block import Array, RefusedRows
from lossctl.losses.roles.roles import Boxes

Format: TypeAlias = Annotated[
    str, Param("two corners; corner, width, height; or centre, width, height", Choice("xyxy", "xywh", "cxcywh"))
]


@loss(
    range=Interval(0, 1),
    reference="Yu et al. (2016), UnitBox, arXiv:1608.01471; Jaccard (1912), doi:10.1111/j.1469-8137.1912.tb05611.x",
    calls=("1 - torchvision.ops.box_iou(pred, target).diagonal()",),
    known_as={"intersection_over_union": "iou_loss"},
)
def iou_loss(pred: Boxes, target: Boxes, *, format: Format = "xyxy") -> Array:
    """What the intersection over union of two boxes lacks of 1; of two without area 0 if they are equal, else 1.

    1 - IoU
    """
    return _compared(pred, target, format).lost


@loss(
    range=Interval(0, 2),
    reference="Rezatofighi et al. (2019), Generalized intersection over union, arXiv:1902.09630",
    calls=("torchvision.ops.generalized_box_iou_loss(pred, target, eps=1e-300)",),
    known_as={"GIoULoss generalized_box_iou_loss GeneralizedIntersectionOverUnion": "giou"},
)
def giou(pred: Boxes, target: Boxes, *, format: Format = "xyxy") -> Array:
    """What IoU lacks of 1, and the share of the box around both that neither covers.

    1 - IoU + (C - U) / C,  C the area of the box around both, U of their union
    """
    compared = _compared(pred, target, format)
    return compared.lost + compared.gap


@loss(
    range=Interval(0, 2),
    reference="Zheng et al. (2020), Distance-IoU loss, arXiv:1911.08287, eq. 7",
    calls=("torchvision.ops.distance_box_iou_loss(pred, target, eps=1e-300)",),
    known_as={"DIoULoss distance_box_iou_loss": "diou"},
)
def diou(pred: Boxes, target: Boxes, *, format: Format = "xyxy") -> Array:
    """What IoU lacks of 1, and how far the centres are apart.

    1 - IoU + d**2 / c**2,  d the distance of the centres, c the diagonal of the box around both
    """
    compared = _compared(pred, target, format)
    return compared.lost + compared.distance


@loss(
    range=Interval(0, 3),
    reference="Zheng et al. (2020), Distance-IoU loss, arXiv:1911.08287, eq. 10",
    calls=("torchvision.ops.complete_box_iou_loss(pred, target, eps=1e-300)",),
    known_as={"CIoULoss complete_box_iou_loss CompleteIntersectionOverUnion": "ciou"},
)
def ciou(pred: Boxes, target: Boxes, *, format: Format = "xyxy") -> Array:
    """What IoU lacks of 1, how far the centres are apart, and how different the proportions are.

    1 - IoU + d**2 / c**2 + v**2 / (1 - IoU + v),  v = 4 / pi**2 (atan(w' / h') - atan(w / h))**2
    """
    compared = _compared(pred, target, format)
    v = compared.proportions
    return compared.lost + compared.distance + np.where(v == 0, 0.0, v * v / np.where(v == 0, 1.0, compared.lost + v))


class _Compared(NamedTuple):
    """Of two boxes a row, (n,) each: 1 - IoU, (C - U) / C, d**2 / c**2, and v of their proportions."""

    lost: Array
    gap: Array
    distance: Array
    proportions: Array


def _compared(pred: Array, target: Array, form: str) -> _Compared:
    """Each axis is divided by the extent of both boxes along it, which changes no share of areas and leaves no overflow."""
    pred, target = _corners(pred, form, "pred"), _corners(target, form, "target")
    low, high = np.minimum(pred[:, :2], target[:, :2]), np.maximum(pred[:, 2:], target[:, 2:])
    around = high - low
    extent = np.where(around == 0, 1.0, around)
    sizes = [(box[:, 2:] - box[:, :2]) / extent for box in (pred, target)]
    both = np.maximum(np.minimum(pred[:, 2:], target[:, 2:]) - np.maximum(pred[:, :2], target[:, :2]), 0) / extent
    areas = [size[:, 0] * size[:, 1] for size in sizes]
    shared = both[:, 0] * both[:, 1]
    apart = (areas[0] - shared) + (areas[1] - shared)
    union = shared + apart
    empty = union == 0
    lost = np.where(empty, (pred != target).any(axis=1), apart / np.where(empty, 1.0, union))
    gap = np.where((around == 0).any(axis=1), 0.0, np.maximum(1 - union, 0))
    unit = np.maximum(extent[:, :1], extent[:, 1:])
    centres = ((pred[:, :2] - target[:, :2]) + (pred[:, 2:] - target[:, 2:])) / 2 / unit
    diagonal = (around / unit) ** 2
    distance = (centres**2).sum(axis=1) / np.where((around == 0).all(axis=1), 1.0, diagonal.sum(axis=1))
    angles = [np.arctan2(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) for box in (pred, target)]
    return _Compared(lost, gap, distance, 4 / math.pi**2 * (angles[0] - angles[1]) ** 2)


def _corners(boxes: Array, form: str, role: str) -> Array:
    """Boxes as (x1, y1, x2, y2) (n, 4); RefusedRows where one ends before it begins."""
    first, last = boxes[:, :2], boxes[:, 2:]
    if form == "xyxy":
        negative = np.asarray((last < first).any(axis=1))
        problem = f"a box of the {role} has x2 < x1 or y2 < y1"
        if negative.any():
            raise RefusedRows(negative, f"{problem}; expected two corners, the lower first, or say format=xywh or cxcywh")
        return boxes
    negative = np.asarray((last < 0).any(axis=1))
    if negative.any():
        raise RefusedRows(negative, f"a box of the {role} has a width or height below 0")
    if form == "xywh":
        return np.concatenate([first, first + last], axis=1)
    return np.concatenate([first - last / 2, first + last / 2], axis=1)
