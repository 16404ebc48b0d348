"""OpenMetrics: one sample for each result."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from lossctl.reports.formats.catalogue import Style
from lossctl.reports.tables.distinct import distinct
from lossctl.results.document import Document, Result
from lossctl.text import number_text, shown


def render(document: Document, style: Style) -> Iterator[str]:
    """A gauge with the run, the loss, the check of a configuration and the group as labels; no two series are the same."""
    yield "# TYPE lossctl_loss gauge\n# HELP lossctl_loss The loss of a run, or of a group of its rows.\n"
    found = [(run.run, result) for run in document.runs for result in run.results]
    series = distinct((("", _labels(run, result)) for run, result in found), mark=',again="{}"')
    for (_, labels), (_, result) in zip(series, found, strict=True):
        yield f"lossctl_loss{{{labels}}} {_value(result.value)}\n"
    yield "# EOF\n"


def _labels(run: str, result: Result) -> str:
    check = {} if result.check is None else {"check": result.check}
    group = result.by or {}
    names = (name for _, name in distinct((("", "by_" + re.sub("[^A-Za-z0-9_]", "_", name)) for name in group), mark="_{}"))
    labels = {"run": run, "loss": result.loss, **check, **dict(zip(names, group.values(), strict=True))}
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())


def _value(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return "NaN" if math.isnan(value) else number_text(value)


def _escaped(text: str) -> str:
    """A label's value, in which the format has a sign for a new line."""
    lines = (shown(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return "\\n".join(lines)
