"""The record of each command; `known_as` has words of other programs for it."""

from collections.abc import Mapping
from functools import partial

from lossctl.effects import Completion, Effect, Heading, Option
from lossctl.options.data import PLUGIN, Data, of_level
from lossctl.options.show import Command, Histogram, Messages, Show, Texts
from lossctl.record import record

RANKS = "wilcoxon signed-rank mannwhitney sign mcnemar friedman"
_, _, FILES, FIELDS, NONE = Effect
of_judged, of_results = partial(Option, heading=Heading.JUDGED), partial(Option, heading=Heading.RESULTS)


@record(kw_only=True)
class Eval(Data, Show, Histogram):
    """Losses of prediction files, reduced and per sample."""

    known_as = "evaluate score run measure judge"

    per_sample: bool = of_results(
        "--per-sample",
        "show the loss of each row",
        FIELDS,
        apart=("--bare",),
        known_as="--per-row --per-example --per-item --no-reduction --samples",
    ).default(False)
    save_samples: str | None = of_results(
        "--save-samples",
        "write the loss of each row to PATH: .npy, .csv, .parquet or .jsonl",
        NONE,
        "PATH",
        known_as="--save-per-sample --save-losses --save-rows",
    ).default(None)
    worst: str = of_results(
        "--worst", "show the K costliest rows", FIELDS, "K", apart=("--bare",), known_as="--top --top-k --hardest --head"
    ).default("0")
    keep: Texts = of_results(
        "--keep",
        "columns carried along with samples and worst rows",
        FILES,
        "COL,...",
        completion=Completion.COLUMN,
        known_as="--columns --cols --with-columns",
    ).default(())


@record(kw_only=True)
class Check(Data, Show):
    """Losses against limits and a baseline: a verdict and an exit code, for CI. Without options, the checks of lossctl.toml."""

    known_as = "test gate verify assert validate"
    judges = True

    max: Texts = of_judged(
        "--max", "the value must not exceed V", NONE, "LOSS=V", known_as="--threshold --limit --max-loss --fail-above"
    ).default(())
    min: Texts = of_judged(
        "--min", "the value must not be below V", NONE, "LOSS=V", known_as="--fail-below --fail-under"
    ).default(())
    max_rise: Texts = of_judged(
        "--max-rise",
        "the value must not exceed the baseline's by more than V, or P %",
        NONE,
        "LOSS=V|P%",
        known_as="--tolerance --max-increase --max-regression",
    ).default(())
    max_change: Texts = of_judged(
        "--max-change", "the value must not differ from the baseline's by more", NONE, "LOSS=V|P%"
    ).default(())
    max_gap: Texts = of_judged("--max-gap", "largest less smallest value of the groups of --by", NONE, "LOSS=V|P%").default(())
    min_n: str | None = of_judged(
        "--min-n", "at least N rows, in each group too", NONE, "N", known_as="--min-rows --min-samples"
    ).default(None)
    baseline: str | None = of_judged(
        "--baseline",
        "a saved result (-o x.json), or a prediction file scored alike",
        NONE,
        "FILE",
        known_as="--base --compare-to",
    ).default(None)
    update_baseline: bool = of_judged(
        "--update-baseline",
        "write the results to the baseline file, unless the exit code is above 1",
        NONE,
        known_as="--update --save-baseline --write-baseline --accept",
    ).default(False)
    confidence: str | None = of_level(
        help="judge limits against intervals at this level, as 0.95", heading=Heading.JUDGED
    ).default(None)
    undecided: str = of_judged(
        "--undecided", "what a limit is whose interval reaches across it", NONE, "STATUS", choices=("pass", "warn", "fail")
    ).default("pass")
    exit_zero: bool = of_judged(
        "--exit-zero", "exit 0 even if a check failed", NONE, known_as="--no-fail --soft-fail --warn-only"
    ).default(False)
    config: str | None = of_judged("--config", "the checks of this file", NONE, "FILE", known_as="--conf --cfg").default(None)
    step_summary: bool = of_judged("--step-summary", "append Markdown to the file of $GITHUB_STEP_SUMMARY", NONE).default(False)


@record(kw_only=True)
class Models:
    """Several models in one table."""

    models: str | None = of_judged(
        "--models", "columns of one table, each a model; the first is the base", FILES, "COL,...", joined=True
    ).default(None)
    model: str | None = of_judged(
        "--model", "the column of a long table that says which model a row is of", FILES, "COL"
    ).default(None)


@record(kw_only=True)
class Batch(Data, Models, Show):
    """Many runs: a leaderboard, best first. PREDs are files, directories of shards, or globs."""

    known_as = "leaderboard rank sweep"

    manifest: str | None = of_results(  # its cells are options, which have effects of their own
        "--manifest", "a table of runs: columns run, pred, target, and options as --weight", NONE, "FILE"
    ).default(None)
    sort: str | None = of_results(
        "--sort", "the loss that ranks runs [the first]", NONE, "LOSS", known_as="--sort-by --order-by --rank-by"
    ).default(None)
    long: bool = of_results("--long", "a line for each run and loss; --by implies it", NONE).default(False)
    top: str | None = of_results("--top", "show the N best runs", NONE, "N", known_as="--head --best", example="1").default(None)
    cluster: str | None = of_results(
        "--cluster", "a Dask scheduler, or local to start one on this machine", NONE, "ADDRESS"
    ).default(None)
    resume: bool = of_results(
        "--resume",
        "take runs that are complete and unchanged from the journal, -o x.jsonl",
        NONE,
        known_as="--continue --restart",
    ).default(False)


@record(kw_only=True)
class Compare(Data, Models, Show, Histogram):
    """Candidates against a base on the same rows: paired differences with confidence. The first PRED is the base."""

    known_as = "diff cmp"

    base: str | None = of_results("--base", "the model of --model that is the base [the first]", FIELDS, "VALUE").default(None)
    confidence: str = of_level(help="level of the intervals", heading=Heading.RESULTS).default("0.95")
    method: str = of_results(
        "--method",
        "of intervals and p-values",
        FIELDS,
        "M",
        choices=("bootstrap", "t", "permutation"),
        known_as="--test",
        answers={
            "--ttest --t-test --paired-t ttest t-test paired-t ttest_rel student": "--method t",
            "--permute --randomization permute randomization": "--method permutation",
            "--boot boot": "--method bootstrap",
            f"--{RANKS.replace(' ', ' --')} {RANKS}": "no test of ranks or signs is here; --method judges mean differences",
        },
    ).default("bootstrap")
    resamples: str = of_results(
        "--resamples", "of bootstrap and permutation", FIELDS, "N", known_as="--n-resamples --n-boot --n-bootstrap"
    ).default("1000")
    seed: str = of_results("--seed", "of the random numbers", FIELDS, "N", known_as="--random-seed --random-state").default("0")
    worst: str = of_results(
        "--worst", "show the K rows that got worse most", FIELDS, "K", known_as="--top --top-k --head"
    ).default("0")
    keep: Texts = of_results(
        "--keep", "columns carried along with the worst rows", FILES, "COL,...", completion=Completion.COLUMN
    ).default(())
    exit_code: bool = of_results(
        "--exit-code", "exit 1 if a candidate is worse", NONE, known_as="--fail-on-worse --strict"
    ).default(False)


@record(kw_only=True)
class Init(Data, Messages):
    """A commented starter lossctl.toml for the files it is shown, whose checks pass."""

    known_as = "new create setup"

    force: bool = of_results("--force", "write it anew where it is there", NONE, known_as="--overwrite").default(False)


@record(kw_only=True)
class Losses(Show):
    """The catalogue of losses; with a name, its page: formula, inputs, parameters, reference, an example."""

    known_as = "loss list ls metrics catalogue"

    name: str | None = of_judged("", "a loss or an alias", NONE, "[NAME]", completion=Completion.LOSS_NAME).default(None)
    for_: str | None = of_judged(
        "--for", "the losses that fit the columns and first rows of FILE, and why others do not", FILES, "FILE", apart=("--bare",)
    ).default(None)
    plugin: Texts = PLUGIN.default(())


COMMANDS: Mapping[type[Command], str] = {
    Eval: "eval",
    Check: "check",
    Compare: "compare",
    Batch: "batch",
    Losses: "losses",
    Init: "init",
}
