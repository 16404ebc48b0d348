"""Options of what is said and shown."""

from typing import Annotated

from lossctl.effects import Completion, Effect, Heading, Option
from lossctl.record import record

NONE = Effect.NONE
Texts = tuple[str, ...]


@record(kw_only=True)
class Messages:
    """What is said on standard error."""

    heading = Heading.MORE

    quiet: Annotated[
        bool,
        Option(
            "-q --quiet",
            "say nothing on stderr but errors",
            NONE,
            known_as="--silent",
            answers={"--verbose -v --progress": "leave it out: what was read is said on stderr, unless -q"},
        ),
    ] = False
    debug: Annotated[bool, Option("--debug", "show the traceback of an internal error", NONE, known_as="--traceback --trace")] = (
        False
    )


@record(kw_only=True)
class Show(Messages):
    """How results are shown."""

    heading = Heading.RESULTS

    format: Annotated[
        str | None,
        Option(
            "-f --format",
            "on stdout; default table on a terminal, tsv into a pipe",
            NONE,
            "FORMAT",
            completion=Completion.FORMAT,
            known_as="--fmt --output-format --out-format",
        ),
    ] = None
    json: Annotated[bool, Option("--json", "the same as -f json", NONE)] = False
    bare: Annotated[
        bool,
        Option("-b --bare", "only the value(s), one a line, in full precision", NONE, known_as="--value-only --raw --plain"),
    ] = False
    output: Annotated[
        Texts,
        Option(
            "-o --output",
            "also write the result there; format from the extension; repeatable",
            NONE,
            "[FMT:]PATH",
            known_as="--out --out-file --output-file --outfile --save --save-to",
        ),
    ] = ()
    digits: Annotated[
        str, Option("--digits", "significant digits in tables", NONE, "N", known_as="--precision --decimals --significant-digits")
    ] = "6"
