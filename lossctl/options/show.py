"""Options of what is said and shown."""

from typing import Annotated

from lossctl.effects import Completion, Effect, Option
from lossctl.record import record

NONE = Effect.NONE
Texts = tuple[str, ...]


@record(kw_only=True)
class Messages:
    """What is said on standard error."""

    quiet: Annotated[bool, Option("-q --quiet", "say nothing on stderr but errors", NONE)] = False
    debug: Annotated[bool, Option("--debug", "show the traceback of an internal error", NONE)] = False


@record(kw_only=True)
class Show(Messages):
    """How results are shown."""

    format: Annotated[
        str | None,
        Option(
            "-f --format",
            "table, tsv, csv, json, jsonl or md on stdout; default table on a terminal, tsv into a pipe",
            NONE,
            "FORMAT",
            completion=Completion.FORMAT,
        ),
    ] = None
    json: Annotated[bool, Option("--json", "the same as -f json", NONE)] = False
    bare: Annotated[bool, Option("-b --bare", "only the value(s), one a line, in full precision", NONE)] = False
    output: Annotated[
        Texts, Option("-o --output", "also write the result there; format from the extension; repeatable", NONE, "[FMT:]PATH")
    ] = ()
    digits: Annotated[str, Option("--digits", "significant digits in tables [6]", NONE, "N")] = "6"
