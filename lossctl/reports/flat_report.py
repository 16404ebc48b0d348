"""One flat object of numbers, as DVC reads metrics."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from lossctl.reports.formats import Style
from lossctl.results.document import Document
from lossctl.verdicts.baseline import group_text


def render(document: Document, style: Style) -> Iterator[str]:
    """Loss and group to value, the run in front where there are several; what is not finite is no number and left out."""
    several = len(document.runs) > 1
    flat = {
        f"{run.run}/{result.loss}{group_text(result.by)}" if several else f"{result.loss}{group_text(result.by)}": result.value
        for run in document.runs
        for result in run.results
        if math.isfinite(result.value)
    }
    yield json.dumps(flat, indent=1) + "\n"
