"""GitHub annotations: a line for each check that failed or warned, at most ten, none for a pass."""

from __future__ import annotations

from collections.abc import Iterator

from lossctl.reports.formats import Style
from lossctl.results.document import Document
from lossctl.text import shown

MOST = 10  # GitHub shows no more of one step


def render(document: Document, style: Style) -> Iterator[str]:
    """Workflow commands, failures before warnings."""
    order = {"error": 0, "fail": 0, "warn": 1}
    worst = sorted((check for check in document.checks if check.status in order), key=lambda check: order[check.status])
    for check in worst[:MOST]:
        kind = "warning" if check.status == "warn" else "error"
        yield f"::{kind} title={_property(f'lossctl: {check.name}')}::{_data(check.message)}\n"


def _data(text: str) -> str:
    return shown(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
