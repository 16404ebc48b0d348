"""One flat object of numbers, as DVC reads metrics."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from lossctl.reports.distinct import distinct
from lossctl.reports.formats import Style
from lossctl.results.document import Document
from lossctl.verdicts.baseline import group_text


def render(document: Document, style: Style) -> Iterator[str]:
    """Loss and group to value, the run in front where there are several; what is not finite is no number and left out.

    Names that would be the same have the check in front, or a number behind.
    """
    found = [(run.run, result) for run in document.runs for result in run.results]
    several = len(document.runs) > 1
    names = [f"{run}/{one.loss}{group_text(one.by)}" if several else f"{one.loss}{group_text(one.by)}" for run, one in found]
    if len({*names}) < len(names):
        names = [name if one.check is None else f"{one.check}: {name}" for name, (_, one) in zip(names, found, strict=True)]
    values = zip(distinct(("", name) for name in names), found, strict=True)
    flat = {name: one.value for (_, name), (_, one) in values if math.isfinite(one.value)}
    yield json.dumps(flat, indent=1) + "\n"
