"""OpenMetrics: one sample for each result."""

from __future__ import annotations

import math
from collections.abc import Iterator

from lossctl.reports.formats import Style
from lossctl.results.document import Document
from lossctl.text import number_text, shown


def render(document: Document, style: Style) -> Iterator[str]:
    """A gauge with the run, the loss and the group as labels."""
    yield "# TYPE lossctl_loss gauge\n# HELP lossctl_loss The loss of a run, or of a group of its rows.\n"
    for run in document.runs:
        for result in run.results:
            group = {f"by_{_name(name)}": value for name, value in (result.by or {}).items()}
            labels = {"run": run.run, "loss": result.loss, **group}
            pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
            yield f"lossctl_loss{{{pairs}}} {_value(result.value)}\n"
    yield "# EOF\n"


def _value(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return "NaN" if math.isnan(value) else number_text(value)


def _name(text: str) -> str:
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter == "_") else "_" for letter in text)


def _escaped(text: str) -> str:
    return shown(text).replace("\\", "\\\\").replace('"', '\\"')
