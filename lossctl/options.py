"""One record per command. A field is at once an option of the command line and a keyword in Python.

Values are texts, lists of texts and flags; request.py reads them, so that their messages are ours.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lossctl.completion import complete_format, complete_loss, complete_loss_name, complete_scale
from lossctl.record import record


def _many(*names: str, metavar: str, help: str, **more: Any) -> Any:  # noqa: A002  typer's word
    return typer.Option(*names, metavar=metavar, help=help, default_factory=list, show_default=False, **more)


def _one(*names: str, metavar: str, help: str, **more: Any) -> Any:  # noqa: A002  typer's word
    return typer.Option(*names, metavar=metavar, help=help, show_default=False, **more)


@record(kw_only=True)
class Say:
    """What is said on standard error."""

    quiet: Annotated[bool, _one("-q", "--quiet", metavar="", help="say nothing on stderr but errors")] = False
    debug: Annotated[bool, _one("--debug", metavar="", help="show the traceback of an internal error")] = False


@record(kw_only=True)
class Show(Say):
    """How results are shown."""

    format: Annotated[
        str | None,
        _one(
            "-f",
            "--format",
            metavar="FORMAT",
            help="table, tsv, csv, json, jsonl or md on stdout; default table on a terminal, tsv into a pipe",
            autocompletion=complete_format,
        ),
    ] = None
    json: Annotated[bool, _one("--json", metavar="", help="the same as -f json")] = False
    bare: Annotated[bool, _one("-b", "--bare", metavar="", help="only the value(s), one a line, in full precision")] = False
    output: Annotated[
        list[str],
        _many("-o", "--output", metavar="[FMT:]PATH", help="also write the result there; format from the extension; repeatable"),
    ]
    digits: Annotated[str, _one("--digits", metavar="N", help="significant digits in tables [6]")] = "6"


@record(kw_only=True)
class Data:
    """What is judged, and how."""

    preds: Annotated[
        list[str],
        typer.Argument(
            metavar="[PRED]...", help="prediction files, each a run of its own", default_factory=list, show_default=False
        ),
    ]
    loss: Annotated[
        list[str],
        _many(
            "-l",
            "--loss",
            metavar="LOSS",
            help="NAME[:PARAM=VALUE]..., as huber:delta=1.5; several by comma or repeated",
            autocompletion=complete_loss,
        ),
    ]
    target: Annotated[list[str], _many("-t", "--target", metavar="SRC", help="the true values: a column, FILE, or FILE:COLUMN")]
    pred: Annotated[
        list[str], _many("-p", "--pred", metavar="SRC", help="the predictions; several columns as 'p_*', p0..p9 or p0..")
    ]
    weight: Annotated[list[str], _many("-w", "--weight", metavar="SRC", help="a weight >= 0 for each row")]
    role: Annotated[list[str], _many("-r", "--role", metavar="NAME=SRC", help="any other input of a loss, as anchor=a.npy")]
    id: Annotated[
        list[str], _many("--id", metavar="SRC", help="the column of keys by which the rows of several tables are paired")
    ]
    by: Annotated[list[str], _many("--by", metavar="SRC[,SRC]", help="one result per group beside the total")]
    from_: Annotated[
        str | None,
        _one(
            "--from",
            metavar="SCALE",
            help="what class predictions are: probs, logits or logprobs [probs]",
            autocompletion=complete_scale,
        ),
    ] = None
    classes: Annotated[
        str | None,
        _one("--classes", metavar="A,B,...", help="names of the classes in column order; for binary predictions no,yes"),
    ] = None
    positive: Annotated[str | None, _one("--positive", metavar="LABEL", help="the label that is class 1 of two")] = None
    ignore: Annotated[str | None, _one("--ignore", metavar="LABEL", help="leave out rows with this label, and count them")] = None
    nan: Annotated[
        str, _one("--nan", metavar="POLICY", help="error, or drop: leave out rows with a missing value and count them [error]")
    ] = "error"
    missing: Annotated[
        str, _one("--missing", metavar="POLICY", help="with --id: error, or drop keys that one side lacks [error]")
    ] = "error"
    normalize: Annotated[
        bool, _one("--normalize", metavar="", help="rescale probabilities to sum 1, limit them to [0, 1], and count that")
    ] = False
    pool: Annotated[bool, _one("--pool", metavar="", help="all PREDs, in order, are one dataset")] = False
    reduction: Annotated[str, _one("--reduction", metavar="HOW", help="mean, sum, min, max or pNN, a quantile [mean]")] = "mean"
    delimiter: Annotated[
        str | None, _one("--delimiter", metavar="CHAR", help="between the cells of tables; default from the extension")
    ] = None
    decimal: Annotated[str, _one("--decimal", metavar="CHAR", help="the decimal sign in tables, . or , [.]")] = "."
    no_header: Annotated[bool, _one("--no-header", metavar="", help="tables have no header line; name columns by number")] = False
    encoding: Annotated[str, _one("--encoding", metavar="NAME", help="of tables [utf-8]")] = "utf-8"
    input_format: Annotated[
        str | None, _one("--input-format", metavar="FORMAT", help="of all files, whatever their extension; csv for stdin")
    ] = None
    plugin: Annotated[list[str], _many("--plugin", metavar="FILE", help="a Python file that declares losses of your own")]
    jobs: Annotated[str | None, _one("-j", "--jobs", metavar="N", help="threads; changes no bit of any result [all cores]")] = (
        None
    )


@record(kw_only=True)
class Eval(Data, Show):
    """Losses of prediction files, reduced and per sample."""

    per_sample: Annotated[bool, _one("--per-sample", metavar="", help="show the loss of each row")] = False
    save_samples: Annotated[
        str | None, _one("--save-samples", metavar="PATH", help="write the loss of each row to PATH: .npy, .csv or .jsonl")
    ] = None
    worst: Annotated[str, _one("--worst", metavar="K", help="show the K costliest rows")] = "0"
    keep: Annotated[list[str], _many("--keep", metavar="COL,...", help="columns carried along with samples and worst rows")]


@record(kw_only=True)
class Check(Data, Show):
    """Losses against limits and a baseline: a verdict and an exit code, for CI. Without options, the checks of lossctl.toml."""

    max: Annotated[list[str], _many("--max", metavar="LOSS=V", help="the value must not exceed V")]
    max_rise: Annotated[
        list[str],
        _many("--max-rise", metavar="LOSS=V|P%", help="the value must not exceed the baseline's by more than V, or P %"),
    ]
    max_change: Annotated[
        list[str], _many("--max-change", metavar="LOSS=V|P%", help="the value must not differ from the baseline's by more")
    ]
    min_n: Annotated[str | None, _one("--min-n", metavar="N", help="at least N rows, in each group too")] = None
    baseline: Annotated[
        str | None, _one("--baseline", metavar="FILE", help="a saved result (-o x.json), or a prediction file scored alike")
    ] = None
    update_baseline: Annotated[
        bool,
        _one("--update-baseline", metavar="", help="write the results to the baseline file, unless the exit code is above 1"),
    ] = False
    confidence: Annotated[
        str | None, _one("--confidence", metavar="C", help="a rise counts only if its interval lies above the limit, as 0.95")
    ] = None
    exit_zero: Annotated[bool, _one("--exit-zero", metavar="", help="exit 0 even if a check failed")] = False
    config: Annotated[str | None, _one("--config", metavar="FILE", help="the checks of this file")] = None
    step_summary: Annotated[
        bool, _one("--step-summary", metavar="", help="append Markdown to the file named by $GITHUB_STEP_SUMMARY")
    ] = False


@record(kw_only=True)
class Batch(Data, Show):
    """Many runs: a leaderboard, best first. PREDs are files, directories of shards, or globs."""

    manifest: Annotated[
        str | None, _one("--manifest", metavar="FILE", help="a table of runs: columns run, pred, target and any data option")
    ] = None
    sort: Annotated[str | None, _one("--sort", metavar="LOSS", help="the loss that ranks runs [the first]")] = None
    top: Annotated[str | None, _one("--top", metavar="N", help="show the N best runs")] = None
    cluster: Annotated[
        str | None, _one("--cluster", metavar="ADDRESS", help="a Dask scheduler, or local to start one on this machine")
    ] = None
    resume: Annotated[
        bool, _one("--resume", metavar="", help="take runs that are complete and unchanged from the journal, -o x.jsonl")
    ] = False


@record(kw_only=True)
class Compare(Data, Show):
    """Candidates against a base on the same rows: paired differences with confidence. The first PRED is the base."""

    confidence: Annotated[str, _one("--confidence", metavar="C", help="level of the intervals [0.95]")] = "0.95"
    method: Annotated[str, _one("--method", metavar="M", help="bootstrap, t or permutation [bootstrap]")] = "bootstrap"
    resamples: Annotated[str, _one("--resamples", metavar="N", help="of bootstrap and permutation [1000]")] = "1000"
    seed: Annotated[str, _one("--seed", metavar="N", help="of the random numbers [0]")] = "0"
    worst: Annotated[str, _one("--worst", metavar="K", help="show the K rows that got worse most")] = "0"
    keep: Annotated[list[str], _many("--keep", metavar="COL,...", help="columns carried along with the worst rows")]
    exit_code: Annotated[bool, _one("--exit-code", metavar="", help="exit 1 if a candidate is worse")] = False


@record(kw_only=True)
class Init(Say):
    """A commented starter lossctl.toml for the files it is shown."""

    files: Annotated[
        list[str], typer.Argument(metavar="[PRED]...", help="prediction files", default_factory=list, show_default=False)
    ]


@record(kw_only=True)
class Losses(Show):
    """The catalogue of losses; with a name, its page: formula, inputs, parameters, reference, an example."""

    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="a loss or one of its aliases", show_default=False, autocompletion=complete_loss_name
        ),
    ] = None
    plugin: Annotated[list[str], _many("--plugin", metavar="FILE", help="a Python file that declares losses of your own")]
