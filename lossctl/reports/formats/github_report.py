"""GitHub annotations: a line for each error and each check that failed or warned, at most ten, none for a pass."""

from __future__ import annotations

from collections.abc import Iterator

from lossctl.reports.formats.catalogue import Style
from lossctl.reports.tables.verdict_tables import check_message
from lossctl.results.document import Document
from lossctl.text import shown

MOST = 10  # GitHub shows no more of one step


def render(document: Document, style: Style) -> Iterator[str]:
    """Workflow commands, errors that belong to no check before failures, and these before warnings."""
    order = {"error": 0, "fail": 0, "warn": 1}
    worst = sorted((check for check in document.checks if check.status in order), key=lambda check: order[check.status])
    said = [f"::error title=lossctl::{_data(error)}\n" for error in document.errors_beside]
    faults: set[str] = set()
    for check in worst:
        kind = "warning" if check.status == "warn" else "error"
        line = f"::{kind} title={_property(f'lossctl: {check.name}')}::{_data(check_message(document, check))}\n"
        if check.status != "error" or check.message not in faults:  # a fault of a file is said once, not once a check
            said.append(line)
        faults.add(check.message)
    yield from said[:MOST]


def _data(text: str) -> str:
    return shown(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
