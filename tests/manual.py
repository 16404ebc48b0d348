"""The manual page, as the help says it: `python -m tests.manual` writes it anew."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import lossctl
from lossctl.docstrings import docstring
from lossctl.help import CODES, ROOT, SUMMARY, sections, text, usage, words
from lossctl.options.commands import COMMANDS
from lossctl.options.examples import EXAMPLES

PAGE = Path(lossctl.__file__).with_name("lossctl.1")


def manual() -> str:
    """The manual page, in roff."""
    parts = [f".TH LOSSCTL 1\n.nh\n.ad l\n.SH NAME\nlossctl \\- {_roff(SUMMARY[:1].lower() + SUMMARY[1:].rstrip('.'))}"]
    parts.append(".SH SYNOPSIS\n.B lossctl\nCOMMAND [PRED]... [OPTIONS]")
    parts.append(".SH EXAMPLES\n" + _roff_rows((command, what) for examples in EXAMPLES.values() for command, what in examples))
    for record, name in COMMANDS.items():
        parts.append(f".SH {name.upper()}\n.B {_roff(usage(record))}\n.PP\n{_roff(docstring(record))}")
        for heading, options in sections(record):
            parts.append(f".SS {heading.value}\n" + _roff_rows((words(one), text(one, record)) for one in options))
    parts.append(".SH OPTIONS\n" + _roff_rows(ROOT))
    parts.append(".SH EXIT CODES\n" + _roff_rows(CODES))
    return "\n".join(parts) + "\n"


def _roff_rows(rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f".TP\n.B {_roff(word)}\n{_roff(what)}" for word, what in rows)


def _roff(line: str) -> str:
    """A line whose characters roff leaves alone."""
    line = line.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + line if line[:1] in (".", "'") else line


if __name__ == "__main__":
    PAGE.write_text(manual())
