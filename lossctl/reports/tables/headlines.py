"""What a document comes to: a line that a page says first, and sentences below it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from lossctl.errors import plural, shorten
from lossctl.record import record
from lossctl.reports.lines.cells import human_text
from lossctl.reports.tables.short_names import first_of
from lossctl.reports.tables.verdict_sentences import checks_verdict, tie_sentences, verdict_sentences
from lossctl.reports.tables.verdict_tables import check_message
from lossctl.results.document import Document, Result, Run
from lossctl.results.ranking import total_of

MOST = 10  # sentences
NAME, LOSSES = 60, 4  # characters of a run's name, and losses in a line


@record
class Headline:
    """line: the verdict. sentences: why. status: pass or fail, empty where it is neither."""

    line: str
    sentences: Sequence[str] = ()
    status: str = ""


def headline(document: Document, digits: int) -> Headline:
    """What a document comes to, numbers with so many digits."""
    if document.command == "check":
        return Headline(checks_verdict(document), [*_failures(document)], "pass" if document.ok else "fail")
    if document.comparisons:
        return _of_comparisons(document)
    if document.board is not None:
        return _of_board(document, document.board.sort, digits)
    return _of_runs(document, digits)


def _failures(document: Document) -> Iterator[str]:
    """What checks say that failed, were not judged, or warn; a fault of a file once."""
    said = dict.fromkeys(
        f"{check.name}: {check_message(document, check)}" if check.status != "error" else check.message
        for check in document.checks
        if check.status != "pass"
    )
    yield from [*said][:MOST]
    if len(said) > MOST:
        yield f"{len(said) - MOST:,} more, in the table"


def _of_comparisons(document: Document) -> Headline:
    found = [comparison for comparison in document.comparisons if comparison.by is None]
    sentences = [*verdict_sentences(found), *tie_sentences(found)]
    verdicts = [comparison.verdict for comparison in found]
    status = "fail" if "worse" in verdicts else "pass" if "better" in verdicts else ""
    if len(sentences) == 1:
        return Headline(sentences[0], (), status)
    counts = [f"{verdicts.count(word):,} {word}" for word in ("better", "worse") if word in verdicts]
    counts += [f"{verdicts.count(None):,} not clearly different"] if None in verdicts else []
    return Headline(f"{plural(len(found), 'comparison')} with {_name(found[0].base)}: {', '.join(counts)}", sentences, status)


def _of_board(document: Document, sort: str, digits: int) -> Headline:
    failed = sum(run.error is not None for run in document.runs)
    sentences = [f"{plural(failed, 'run')} of {len(document.runs):,} failed"] if failed else []
    first = total_of(document.runs[0], sort) if document.runs else None
    if first is None:
        return Headline(f"no run of {len(document.runs):,} has a value of {sort}", sentences, "fail")
    line = f"{_name(document.runs[0].run)} is first of {plural(len(document.runs), 'run')} by {sort}: {_value(first, digits)}"
    return Headline(line, sentences, "fail" if failed else "")


def _of_runs(document: Document, digits: int) -> Headline:
    if len(document.runs) == 1:
        return _of_run(document.runs[0], digits)
    values = []
    found = [result for run in document.runs for result in run.totals]
    for loss in dict.fromkeys(map(_loss, found)):
        ends = [human_text(end(result.value for result in found if _loss(result) == loss), digits) for end in (min, max)]
        values.append(f"{loss} {' to '.join(dict.fromkeys(ends))}")
    return Headline(f"{plural(len(document.runs), 'run')}: {first_of(values, LOSSES)}")


def _of_run(run: Run, digits: int) -> Headline:
    """The values, on how many rows, and how the intervals in brackets were made."""
    found = run.totals
    values = [f"{_loss(result)} {_value(result, digits)}" for result in found]
    rows = plural(run.used, "row") if run.used == run.rows else f"{run.used:,} of {plural(run.rows, 'row')}"
    methods = list(dict.fromkeys(result.ci_method for result in found[:LOSSES] if result.ci_method is not None))
    made = [f"in brackets the interval, by {', '.join(methods)}"] if methods else []
    return Headline(f"{first_of(values, LOSSES)} on {rows} of {_name(run.run)}", made)


def _loss(result: Result) -> str:
    return result.loss if result.reduction == "mean" else f"{result.reduction} of {result.loss}"


def _value(result: Result, digits: int) -> str:
    """The value, and in brackets its interval, where there is one."""
    value = human_text(result.value, digits)
    if result.low is None or result.high is None or not math.isfinite(result.low + result.high):
        return value
    return f"{value} ({human_text(result.low, digits)} to {human_text(result.high, digits)})"


def _name(run: str) -> str:
    return shorten(run, NAME)
