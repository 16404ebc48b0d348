"""What pictures show of what functions found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from lossctl.python.found import Found
from lossctl.reports.pictures.catalogue import pictures_of
from lossctl.reports.pictures.picture import Panel, Rule

RNG = np.random.default_rng(7)
ERRORS = RNG.normal(size=2000)
ZEROS = np.zeros(2000)
M = TypeVar("M")


def panels(found: Found) -> dict[str, Panel]:
    return {panel.title: panel for picture in pictures_of(found.pictured) for panel in picture.panels}


def marks(panel: Panel, kind: type[M]) -> list[M]:
    return [mark for mark in panel.marks if isinstance(mark, kind)]


def rules(panel: Panel) -> Mapping[str, float]:
    return {rule.name: rule.at for rule in marks(panel, Rule)}
