"""One record per command. A field is at once an option of the command line, a key in TOML and a keyword in Python.

Values are texts, tuples of texts and flags; question/ reads them, so that their messages are ours. The annotations are no texts,
which would have to be evaluated at every start.
"""

from typing import Annotated

from lossctl.effects import Completion, Effect, Option, Part
from lossctl.record import record

VALUE, ROWS, FILES, FIELDS, NONE = Effect
Texts = tuple[str, ...]
PLUGIN = Option("--plugin", "a Python file that declares losses of your own", FILES, "FILE")


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


@record(kw_only=True)
class Data:
    """What is judged, and how."""

    preds: Annotated[Texts, Option("", "prediction files, each a run of its own", FILES, "[PRED]...")] = ()
    loss: Annotated[
        Texts,
        Option(
            "-l --loss",
            "NAME[:PARAM=VALUE]..., as huber:delta=1.5; several by comma or repeated",
            VALUE,
            "LOSS",
            completion=Completion.LOSS,
        ),
    ] = ()
    target: Annotated[Texts, Option("-t --target", "the true values: a column, FILE, or FILE:COLUMN", FILES, "SRC")] = ()
    pred: Annotated[Texts, Option("-p --pred", "the predictions; several columns as 'p_*', p0..p9 or p0..", FILES, "SRC")] = ()
    weight: Annotated[
        Texts, Option("-w --weight", "a weight >= 0 for each row", FILES, "SRC", part=Part(3, always=True, name="weighted"))
    ] = ()
    role: Annotated[Texts, Option("-r --role", "any other input of a loss, as anchor=a.npy", FILES, "NAME=SRC")] = ()
    id: Annotated[Texts, Option("--id", "the key by which rows of several tables pair: columns", FILES, "COL[,COL]")] = ()
    in_order: Annotated[bool, Option("--in-order", "rows pair by their order, whatever key columns say", ROWS)] = False
    by: Annotated[Texts, Option("--by", "one result per group beside the total", FILES, "SRC[,SRC]")] = ()
    where: Annotated[
        Texts,
        Option("--where", "only rows for which it holds; also != < <= > >=, in quotes; repeated: all hold", ROWS, "SRC=VALUE"),
    ] = ()
    from_: Annotated[
        str | None,
        Option(
            "--from",
            "what class predictions are: probs, logits or logprobs [probs]",
            VALUE,
            "SCALE",
            choices=("probs", "logits", "logprobs"),
            of_classes=True,
            part=Part(1, always=True),
        ),
    ] = None
    classes: Annotated[
        str | None,
        Option(
            "--classes",
            "names of the classes in column order; for binary predictions no,yes",
            VALUE,
            "A,B,...",
            joined=True,
            part=Part(9),
        ),
    ] = None
    positive: Annotated[str | None, Option("--positive", "the label that is class 1 of two", VALUE, "LABEL", part=Part(8))] = None
    ignore: Annotated[
        str | None, Option("--ignore", "leave out rows with this label, and count them", ROWS, "LABEL", part=Part(7))
    ] = None
    nan: Annotated[
        str,
        Option(
            "--nan",
            "error, or drop: leave out rows with a missing value and count them [error]",
            ROWS,
            "POLICY",
            choices=("error", "drop"),
            part=Part(4, always=True),
        ),
    ] = "error"
    missing: Annotated[
        str,
        Option(
            "--missing",
            "with --id: error, or drop keys that one side lacks [error]",
            ROWS,
            "POLICY",
            choices=("error", "drop"),
            part=Part(6),
        ),
    ] = "error"
    normalize: Annotated[
        bool,
        Option(
            "--normalize",
            "rescale probabilities to sum 1, limit them to [0, 1], and count that",
            VALUE,
            of_classes=True,
            part=Part(5),
        ),
    ] = False
    average: Annotated[
        str,
        Option(
            "--average",
            "what counts the same where rows have several elements: elements, or rows [elements]",
            VALUE,
            "WHAT",
            choices=("elements", "rows"),
        ),
    ] = "elements"
    class_axis: Annotated[
        str | None,
        Option(
            "--class-axis",
            "the axis of the classes where predictions have further axes: 1, or -1, the last",
            VALUE,
            "AXIS",
            choices=("1", "-1"),
            of_classes=True,
        ),
    ] = None
    pool: Annotated[bool, Option("--pool", "all PREDs, in order, are one dataset", FILES)] = False
    reduction: Annotated[
        str, Option("--reduction", "mean, sum, min, max or pNN, a quantile [mean]", VALUE, "HOW", part=Part(2, always=True))
    ] = "mean"
    quantiles: Annotated[
        str | None, Option("--quantiles", "quantiles of the costs beside their mean, as 50,90,99", FIELDS, "NN,...", joined=True)
    ] = None
    delimiter: Annotated[
        str | None, Option("--delimiter", "between the cells of tables; default from the extension", FILES, "CHAR")
    ] = None
    decimal: Annotated[str, Option("--decimal", "the decimal sign of tables, . or , [.]", VALUE, "CHAR", choices=(".", ","))] = (
        "."
    )
    no_header: Annotated[bool, Option("--no-header", "tables have no header line; name columns by number", ROWS)] = False
    encoding: Annotated[str, Option("--encoding", "of tables [utf-8]", FILES, "NAME")] = "utf-8"
    input_format: Annotated[
        str | None, Option("--input-format", "of all files, whatever their extension; csv for stdin", FILES, "FORMAT")
    ] = None
    plugin: Annotated[Texts, PLUGIN] = ()
    jobs: Annotated[str | None, Option("-j --jobs", "threads; changes no bit of any result [all cores]", NONE, "N")] = None


@record(kw_only=True)
class Eval(Data, Show):
    """Losses of prediction files, reduced and per sample."""

    per_sample: Annotated[bool, Option("--per-sample", "show the loss of each row", FIELDS)] = False
    save_samples: Annotated[
        str | None, Option("--save-samples", "write the loss of each row to PATH: .npy, .csv or .jsonl", NONE, "PATH")
    ] = None
    worst: Annotated[str, Option("--worst", "show the K costliest rows", FIELDS, "K")] = "0"
    keep: Annotated[Texts, Option("--keep", "columns carried along with samples and worst rows", FILES, "COL,...")] = ()


@record(kw_only=True)
class Check(Data, Show):
    """Losses against limits and a baseline: a verdict and an exit code, for CI. Without options, the checks of lossctl.toml."""

    max: Annotated[Texts, Option("--max", "the value must not exceed V", NONE, "LOSS=V")] = ()
    min: Annotated[Texts, Option("--min", "the value must not be below V", NONE, "LOSS=V")] = ()
    max_rise: Annotated[
        Texts, Option("--max-rise", "the value must not exceed the baseline's by more than V, or P %", NONE, "LOSS=V|P%")
    ] = ()
    max_change: Annotated[
        Texts, Option("--max-change", "the value must not differ from the baseline's by more", NONE, "LOSS=V|P%")
    ] = ()
    max_gap: Annotated[Texts, Option("--max-gap", "largest less smallest value of the groups of --by", NONE, "LOSS=V|P%")] = ()
    min_n: Annotated[str | None, Option("--min-n", "at least N rows, in each group too", NONE, "N")] = None
    baseline: Annotated[
        str | None, Option("--baseline", "a saved result (-o x.json), or a prediction file scored alike", NONE, "FILE")
    ] = None
    update_baseline: Annotated[
        bool, Option("--update-baseline", "write the results to the baseline file, unless the exit code is above 1", NONE)
    ] = False
    confidence: Annotated[
        str | None, Option("--confidence", "a rise counts only if its interval lies above the limit, as 0.95", NONE, "C")
    ] = None
    exit_zero: Annotated[bool, Option("--exit-zero", "exit 0 even if a check failed", NONE)] = False
    config: Annotated[str | None, Option("--config", "the checks of this file", NONE, "FILE")] = None
    step_summary: Annotated[bool, Option("--step-summary", "append Markdown to the file of $GITHUB_STEP_SUMMARY", NONE)] = False


@record(kw_only=True)
class Batch(Data, Show):
    """Many runs: a leaderboard, best first. PREDs are files, directories of shards, or globs."""

    manifest: Annotated[  # its cells are options, which have effects of their own
        str | None, Option("--manifest", "a table of runs: columns run, pred, target, and options as --weight", NONE, "FILE")
    ] = None
    sort: Annotated[str | None, Option("--sort", "the loss that ranks runs [the first]", NONE, "LOSS")] = None
    top: Annotated[str | None, Option("--top", "show the N best runs", NONE, "N")] = None
    cluster: Annotated[
        str | None, Option("--cluster", "a Dask scheduler, or local to start one on this machine", NONE, "ADDRESS")
    ] = None
    resume: Annotated[
        bool, Option("--resume", "take runs that are complete and unchanged from the journal, -o x.jsonl", NONE)
    ] = False


@record(kw_only=True)
class Compare(Data, Show):
    """Candidates against a base on the same rows: paired differences with confidence. The first PRED is the base."""

    confidence: Annotated[str, Option("--confidence", "level of the intervals [0.95]", FIELDS, "C")] = "0.95"
    method: Annotated[str, Option("--method", "bootstrap, t or permutation [bootstrap]", FIELDS, "M")] = "bootstrap"
    resamples: Annotated[str, Option("--resamples", "of bootstrap and permutation [1000]", FIELDS, "N")] = "1000"
    seed: Annotated[str, Option("--seed", "of the random numbers [0]", FIELDS, "N")] = "0"
    worst: Annotated[str, Option("--worst", "show the K rows that got worse most", FIELDS, "K")] = "0"
    keep: Annotated[Texts, Option("--keep", "columns carried along with the worst rows", FILES, "COL,...")] = ()
    exit_code: Annotated[bool, Option("--exit-code", "exit 1 if a candidate is worse", NONE)] = False


@record(kw_only=True)
class Init(Messages):
    """A commented starter lossctl.toml for the files it is shown."""

    files: Annotated[Texts, Option("", "prediction files", FILES, "[PRED]...")] = ()


@record(kw_only=True)
class Losses(Show):
    """The catalogue of losses; with a name, its page: formula, inputs, parameters, reference, an example."""

    name: Annotated[str | None, Option("", "a loss or an alias", NONE, "[NAME]", completion=Completion.LOSS_NAME)] = None
    plugin: Annotated[Texts, PLUGIN] = ()
