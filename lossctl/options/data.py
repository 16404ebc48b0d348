"""Options of what is judged, which mean the same in every command."""

from typing import Annotated

from lossctl.effects import Completion, Effect, Option, Part
from lossctl.options.show import Texts
from lossctl.record import record

VALUE, ROWS, FILES, FIELDS, NONE = Effect
PLUGIN = Option("--plugin", "a Python file that declares losses of your own", FILES, "FILE")


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
