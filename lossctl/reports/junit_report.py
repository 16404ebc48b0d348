"""JUnit XML: a test case for each check, a failure for a limit, an error for data."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from lossctl.reports.formats import Style
from lossctl.results.document import Check, Document
from lossctl.text import shown


def render(document: Document, style: Style) -> Iterator[str]:
    """One suite of all checks; errors that belong to no check are cases of their own."""
    cases = [_case(check) for check in document.checks]
    lost = [run for run in document.runs if run.error is not None and not any(check.run == run.run for check in document.checks)]
    cases += [_error(run.run, run.error or "") for run in lost]
    counts = {kind: str(sum(case.find(kind[:-1]) is not None for case in cases)) for kind in ("failures", "errors")}
    attributes = {"name": "lossctl", "tests": str(len(cases)), **counts}
    suites = ElementTree.Element("testsuites", attributes)
    suite = ElementTree.SubElement(suites, "testsuite", attributes)
    suite.extend(cases)
    ElementTree.indent(suites, " ")
    yield '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suites, "unicode") + "\n"


def _case(check: Check) -> ElementTree.Element:
    group = "".join(f" {name}={value}" for name, value in (check.by or {}).items())
    case = ElementTree.Element("testcase", {"classname": shown(check.run), "name": shown(f"{check.name} {check.loss}{group}")})
    if check.status == "fail":
        ElementTree.SubElement(case, "failure", {"message": shown(check.message), "type": check.kind})
    elif check.status == "error":
        ElementTree.SubElement(case, "error", {"message": shown(check.message), "type": check.kind})
    elif check.status == "warn":
        ElementTree.SubElement(case, "system-out").text = shown(f"warning: {check.message}")
    return case


def _error(run: str, message: str) -> ElementTree.Element:
    case = ElementTree.Element("testcase", {"classname": shown(run), "name": shown(run)})
    ElementTree.SubElement(case, "error", {"message": shown(message), "type": "data"})
    return case
