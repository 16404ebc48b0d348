"""Many comparisons at one level."""

from __future__ import annotations

import math
from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's (1979) step-down adjustment of p-values; a NaN stays one and counts for none."""
    known = sorted((p, place) for place, p in enumerate(p_values) if not math.isnan(p))
    adjusted = list(p_values)
    highest = 0.0
    for rank, (p, place) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        adjusted[place] = highest
    return adjusted


def is_tied(p_value: float, confidence: float) -> bool | None:
    """Whether two models are not apart at a level of confidence; None where the p-value is NaN."""
    return None if math.isnan(p_value) else p_value > round(1 - confidence, 12)
