"""One flat object of numbers, as DVC reads metrics."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from lossctl.reports.formats.catalogue import Style
from lossctl.reports.tables.distinct import distinct
from lossctl.results.document import Document
from lossctl.results.results import with_group


def render(document: Document, style: Style) -> Iterator[str]:
    """Loss and group to value, the run in front where there are several; what is not finite is no number and left out.

    Names that would be the same have the check in front, or a number behind.
    """
    found = [(run.run, result) for run in document.runs for result in run.results]
    several = len(document.runs) > 1
    names = [f"{run}/" * several + f"{with_group(result)}" for run, result in found]
    if len({*names}) < len(names):
        checks = [result.check for _, result in found]
        names = [name if check is None else f"{check}: {name}" for check, name in zip(checks, names, strict=True)]
    values = zip(distinct(("", name) for name in names), found, strict=True)
    flat = {name: result.value for (_, name), (_, result) in values if math.isfinite(result.value)}
    yield json.dumps(flat, indent=1) + "\n"
