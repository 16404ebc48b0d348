"""Options of the data and of how values are made of them, which mean the same in every command."""

from dataclasses import fields
from functools import partial

from lossctl.effects import Completion, Effect, Heading, Option, Part, options_of
from lossctl.options.judged import Judged
from lossctl.options.show import Texts
from lossctl.record import record

VALUE, ROWS, FILES, FIELDS, NONE = Effect
of_rows, of_results, of_files = (partial(Option, heading=heading) for heading in (Heading.ROWS, Heading.RESULTS, Heading.FILES))
QUANTILE = "the least loss whose cumulated weight reaches NN % (the inverted CDF)"  # what pNN is
PLUGIN = Option("--plugin", "a Python file that declares losses of your own", FILES, "FILE", known_as="--plugins --load")
of_level = partial(
    Option,
    "--confidence",
    effect=FIELDS,
    metavar="C",
    known_as="--ci --confidence-level --level",
    answers={"90 90%": "--confidence 0.9", "95 95%": "--confidence 0.95", "99 99%": "--confidence 0.99"},
    example="0.95",
)


@record
class OwnInputs:
    """What one command reads of its files that others do not.

    keep: columns carried along. models: columns of one table, each a model; model: the column that says which model a row is of,
    and base the model that others are compared with. baseline: the file of results, or of other predictions, to compare with.
    """

    keep: Texts = ()
    models: str | None = None
    model: str | None = None
    base: str | None = None
    baseline: str | None = None

    @property
    def files(self) -> list[str]:
        """The files that are read beside those of the data."""
        return [] if self.baseline is None else [self.baseline]


@record(kw_only=True)
class Data(Judged):
    """What is judged, and how."""

    id: Texts = of_rows(
        "--id",
        "the key by which rows of several tables pair: columns",
        FILES,
        "COL[,COL]",
        completion=Completion.COLUMN,
        known_as="--index --key --keys --on --join --join-on --id-column",
    ).default(())
    in_order: bool = of_rows(
        "--in-order", "rows pair by their order, whatever key columns say", ROWS, known_as="--by-order --no-id"
    ).default(False)
    by: Texts = of_rows(
        "--by",
        "one result per group beside the total",
        FILES,
        "SRC[,SRC]",
        completion=Completion.COLUMN,
        known_as="--group-by --groupby --group --groups --stratify --slice --slices",
    ).default(())
    where: Texts = of_rows(
        "--where",
        "only rows for which it holds; also != < <= > >=, in quotes; repeated: all hold",
        ROWS,
        "SRC=VALUE",
        known_as="--filter --query --select --subset",
        cumulative=True,
    ).default(())
    ignore: str | None = of_rows(
        "--ignore",
        "leave out rows or elements with this label, and count rows; nan: those without a target",
        ROWS,
        "LABEL",
        part=Part(7),
        known_as="--ignore-index --ignore-label --ignore-value --padding-index",
    ).default(None)
    nan: str = of_rows(
        "--nan",
        "what a missing value is; drop leaves such rows out and counts them",
        ROWS,
        "POLICY",
        choices=("error", "drop"),
        part=Part(4, always=True),
        answers={
            "--dropna --drop-na --drop-nan --skipna --ignore-nan --ignore-na": "--nan drop",
            "omit skip ignore remove": "--nan drop",
        },
    ).default("error")
    missing: str = of_rows(
        "--missing",
        "what a key of --id is that one side lacks; drop leaves it out and counts it",
        ROWS,
        "POLICY",
        choices=("error", "drop"),
        part=Part(6),
        answers={"--drop-missing --inner": "--missing drop", "inner skip ignore": "--missing drop"},
    ).default("error")

    reduction: str = of_results(
        "--reduction",
        f"mean, sum, min, max or pNN, {QUANTILE}",
        VALUE,
        "HOW",
        part=Part(2, always=True),
        known_as="--reduce --aggregate --agg --aggregation",
        answers={
            "--sum total": "--reduction sum",
            "--mean": "--reduction mean",
            "--median median": "--reduction p50",
            "average avg": "--reduction mean",
            "minimum": "--reduction min",
            "maximum": "--reduction max",
            "none no false": "--per-sample",
        },
    ).default("mean")
    quantiles: str | None = of_results(
        "--quantiles",
        f"quantiles pNN beside the mean, as 50,90,99: {QUANTILE}",
        FIELDS,
        "NN,...",
        joined=True,
        apart=("--bare",),
        known_as="--quantile --percentiles --percentile",
    ).default(None)
    confidence: str | None = of_level(
        help="level of intervals of means, ratios and quantiles, as 0.95", heading=Heading.RESULTS
    ).default(None)
    unit: Texts = of_results(
        "--unit",
        "in intervals rows with one value of this column hang together",
        FIELDS,
        "SRC",
        completion=Completion.COLUMN,
        known_as="--cluster-by --cluster-col --clusters --units",
    ).default(())
    block: str | None = of_results(
        "--block", "in intervals N consecutive rows hang together", FIELDS, "N", known_as="--block-size"
    ).default(None)
    average: str = of_results(
        "--average", "what counts the same where rows have several elements", VALUE, "WHAT", choices=("elements", "rows")
    ).default("elements")

    delimiter: str | None = of_files(
        "--delimiter",
        "between the cells of tables; default from the extension",
        FILES,
        "CHAR",
        known_as="--sep --separator --delim --field-separator -d",
    ).default(None)
    decimal: str = of_files(
        "--decimal", "the decimal sign of tables", VALUE, "CHAR", choices=(".", ","), known_as="--dec --decimal-separator"
    ).default(".")
    no_header: bool = of_files(
        "--no-header",
        "tables have no header line; name columns by number",
        ROWS,
        known_as="--noheader --no-headers --headerless",
        answers={"--header --has-header": "the first line is the header; if there is none: --no-header"},
    ).default(False)
    encoding: str = of_files("--encoding", "of tables", FILES, "NAME", known_as="--charset").default("utf-8")
    input_format: str | None = of_files(
        "--input-format",
        "of all files; else by the extension, or the first bytes",
        FILES,
        "FORMAT",
        completion=Completion.INPUT_FORMAT,
        known_as="--in-format --file-format --filetype --file-type",
    ).default(None)
    table: Texts = of_files(
        "--table",
        "the same of one file or all, and thousands, quote=none, comment, skip, missing: as truth.csv:delimiter=;",
        ROWS,
        "[FILE:]KEY=V",
        cumulative=True,
    ).default(())

    plugin: Texts = PLUGIN.default(())
    jobs: str | None = Option(
        "-j --jobs",
        "threads, or processes for many small files; changes no bit of any result [all cores]",
        NONE,
        "N",
        known_as="--threads --workers --num-workers --n-jobs --njobs --cores",
    ).default(None)

    @property
    def own_inputs(self) -> OwnInputs:
        """What its command reads that others do not: the options that it has of these."""
        own = [field.name for field in fields(OwnInputs) if field.name in options_of(type(self))]
        return OwnInputs(**{name: getattr(self, name) for name in own})
