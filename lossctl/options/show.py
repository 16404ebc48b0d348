"""Options of what is said and shown."""

from functools import partial
from typing import ClassVar

from lossctl.effects import Completion, Effect, Heading, Option
from lossctl.record import record

NONE = Effect.NONE
of_results = partial(Option, heading=Heading.RESULTS)
Texts = tuple[str, ...]


@record(kw_only=True)
class Command:
    """A command. known_as: what other programs call it. judges: whether what it shows has verdicts."""

    known_as: ClassVar[str] = ""
    judges: ClassVar[bool] = False


@record(kw_only=True)
class Messages(Command):
    """What is said on standard error."""

    quiet: bool = Option(
        "-q --quiet",
        "say nothing on stderr but errors",
        NONE,
        known_as="--silent",
        answers={
            "--color --colour --no-color --no-colour": "leave it out; NO_COLOR=1 in the environment takes colours off",
            "--verbose -v --progress": "leave it out; what was read is said on stderr",
        },
    ).default(False)
    debug: bool = Option("--debug", "show the traceback of an internal error", NONE, known_as="--traceback --trace").default(
        False
    )


@record(kw_only=True)
class Show(Messages):
    """How results are shown."""

    format: str | None = of_results(
        "-f --format",
        "on stdout; default table on a terminal, tsv into a pipe",
        NONE,
        "FORMAT",
        completion=Completion.FORMAT,
        apart=("--bare",),
        known_as="--fmt --output-format --out-format",
    ).default(None)
    json: bool = of_results("--json", "the same as -f json", NONE, apart=("--bare",)).default(False)
    bare: bool = of_results(
        "-b --bare", "only the value(s), one a line, in full precision", NONE, known_as="--value-only --raw --plain"
    ).default(False)
    output: Texts = of_results(
        "-o --output",
        "also write the result there; format from the extension; repeatable",
        NONE,
        "[FMT:]PATH",
        known_as="--out --out-file --output-file --outfile --save --save-to",
    ).default(())
    digits: str = of_results(
        "--digits", "significant digits in tables", NONE, "N", known_as="--precision --decimals --round --significant-digits"
    ).default("6")


@record(kw_only=True)
class Histogram:
    """Pictures in the terminal."""

    hist: bool = of_results(
        "--hist",
        "draw how rows are spread below the table",
        NONE,
        apart=("--bare", "--json"),
        known_as="--histogram --plot --distribution",
    ).default(False)
