"""JUnit XML: a test case for each check, a failure for a limit, an error for data."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from lossctl.reports.formats.catalogue import Style
from lossctl.reports.tables.distinct import distinct
from lossctl.reports.tables.verdict_tables import limit_text
from lossctl.results.document import Check, Document
from lossctl.results.results import with_group
from lossctl.text import shown


def render(document: Document, style: Style) -> Iterator[str]:
    """One suite of all checks; errors that belong to no check are cases of their own. No two cases are called alike."""
    checked = {check.run for check in document.checks}
    lost = [run for run in document.runs if run.error is not None and run.run not in checked]
    errors = [(run.run, run.error or "") for run in lost] + [("lossctl", error) for error in document.errors_beside]
    titles = [(check.run, _name(check)) for check in document.checks] + [(name, name) for name, _ in errors]
    bodies = [_verdict(check) for check in document.checks] + [("error", "data", error) for _, error in errors]
    names = distinct((shown(run), shown(name)) for run, name in titles)
    cases = [_case(*name, *body) for name, body in zip(names, bodies, strict=True)]
    counts = {kind: str(sum(case.find(kind[:-1]) is not None for case in cases)) for kind in ("failures", "errors")}
    attributes = {"name": "lossctl", "tests": str(len(cases)), **counts}
    suites = ElementTree.Element("testsuites", attributes)
    suite = ElementTree.SubElement(suites, "testsuite", attributes)
    suite.extend(cases)
    ElementTree.indent(suites, " ")
    yield '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suites, "unicode") + "\n"


def _name(check: Check) -> str:
    """The check, its rule, the loss and the group."""
    rule = " ".join(filter(None, [check.kind if check.kind != check.name else "", limit_text(check)]))
    return f"{check.name}: {with_group(check)} {rule}".rstrip()


def _verdict(check: Check) -> tuple[str, str, str]:
    tags = {"pass": "", "warn": "system-out", "fail": "failure", "error": "error"}
    return tags[check.status], check.kind, check.message


def _case(run: str, name: str, tag: str, kind: str, message: str) -> ElementTree.Element:
    case = ElementTree.Element("testcase", {"classname": run, "name": name})
    if tag == "system-out":
        ElementTree.SubElement(case, tag).text = shown(f"warning: {message}")
    elif tag:
        ElementTree.SubElement(case, tag, {"message": shown(message), "type": kind})
    return case
