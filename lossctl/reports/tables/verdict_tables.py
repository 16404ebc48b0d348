"""Verdicts and comparisons as tables for people."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from lossctl.question.checks.limit_kinds import rule_text
from lossctl.reports.tables.full_tables import beside
from lossctl.reports.tables.table import Table
from lossctl.reports.tables.verdict_sentences import tie_sentences, verdict_sentences
from lossctl.results.document import Cell, Check, Document
from lossctl.text import shown


def checks_table(document: Document) -> Table:
    """One row a check; what a baseline has beside it, and the interval that was judged, where there are such."""
    groups = list(dict.fromkeys(name for check in document.checks for name in check.by or ()))
    first = ["check", *(["run"] if document.of_several_runs else []), "loss"]
    changes = ["baseline", "change"] if any(check.baseline is not None for check in document.checks) else []
    judged = ["low", "high", "sees"] if any(check.low is not None for check in document.checks) else []
    own = ["value", "limit", *changes, *judged, "verdict"]
    columns = [*first, *(of_groups := beside([*first, *own], groups, "by")), *own]
    rows = [
        [
            check.name,
            *([check.run] if "run" in first else []),
            check.loss,
            *map((check.by or {}).get, groups),
            check.value,
            limit_text(check),
            *(getattr(check, name) for name in (*changes, *judged)),
            check.verdict,
        ]
        for check in document.checks
    ]
    names = ["check", "run", *of_groups]
    spare: list[tuple[str, ...]] = [("change",), ("sees",), ("baseline",), ("low", "high")]
    return Table("checks", columns, rows, names=names, spare=spare, verdict="verdict")


def check_message(document: Document, check: Check) -> str:
    """What a check says, after its run where there are several and it does not name it."""
    named = not document.of_several_runs or check.message.startswith(check.run)
    return check.message if named else f"{check.run}: {check.message}"


def limit_text(check: Check) -> str | None:
    """The rule of a check, None where it has no limit."""
    return None if check.limit is None else rule_text(check.kind, check.limit, percent=check.percent)


def comparisons_table(document: Document) -> Table:
    """One row a comparison."""
    found = document.comparisons
    groups = list(dict.fromkeys(name for comparison in found for name in comparison.by or ()))
    level = f"{100 * found[0].confidence:g}%"
    fields = ("base_value", "value", "difference", "low", "high", "p_adjusted", "better", "worse", "equal", "n")
    own = ["base", "value", "difference", f"low {level}", f"high {level}", "p", *fields[6:]]
    columns = ["candidate", "loss", *(of_groups := beside(["candidate", "loss", *own], groups, "by")), *own]
    rows: list[list[Cell]] = [
        [comparison.candidate, comparison.loss, *map((comparison.by or {}).get, groups), *attrgetter(*fields)(comparison)]
        for comparison in found
    ]
    several = sum(comparison.p_adjusted is not None for comparison in found) > 1
    note = f"base: {shown(found[0].base)}" + ("; p is adjusted by Holm's method" if several else "")
    spare: list[tuple[str, ...]] = [("equal", "n"), ("better", "worse"), ("base", "value")]
    spare += [("candidate",)] if len({comparison.candidate for comparison in found}) == 1 else []  # the sentences name it
    spare += [("p",)]  # which they say too
    lead, names = [*verdict_sentences(found), *tie_sentences(found)], ["candidate", *of_groups]
    mentions = [found[0].base, *(comparison.candidate for comparison in found)]
    return Table("comparisons", columns, rows, note, lead=lead, names=names, spare=spare, mentions=mentions)


def got_worse_tables(document: Document) -> Iterator[Table]:
    """For each comparison the rows that got worse most."""
    for comparison in document.comparisons:
        if comparison.worst:
            own = ["row", *comparison.worst[0]["id"], "difference"]
            columns = [*own, *beside(own, comparison.worst[0]["keep"], "keep")]
            rows = [[row["row"], *row["id"].values(), row["difference"], *row["keep"].values()] for row in comparison.worst]
            of_group = f" of {', '.join(comparison.by.values())}" if comparison.by else ""
            title = f"rows that got worse most by {comparison.loss}{of_group} in {comparison.candidate}"
            yield Table(title, columns, rows, sentences=columns[len(own) :])
