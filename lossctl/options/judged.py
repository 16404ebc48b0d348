"""Options of what is judged, and of classes."""

from functools import partial

from lossctl.effects import Completion, Effect, Heading, Option, Part
from lossctl.options.show import Command, Texts
from lossctl.record import record

VALUE, _, FILES, _, NONE = Effect
of_judged, of_classes = partial(Option, heading=Heading.JUDGED), partial(Option, heading=Heading.CLASSES)
PREDS = of_judged(
    "",
    "prediction files, each a run of its own; - is standard input",
    FILES,
    "[PRED]...",
    known_as="--input --inputs --file --files --input-file -i",
)


@record(kw_only=True)
class Judged(Command):
    """Which losses of which data, and what predictions of classes are."""

    preds: Texts = PREDS.default(())
    loss: Texts = of_judged(
        "-l --loss",
        "NAME[:PARAM=VALUE]..., as huber:delta=1.5; several by comma or repeated",
        VALUE,
        "LOSS",
        completion=Completion.LOSS,
        known_as="--metric --metrics --losses --criterion --objective --scoring --loss-fn --loss-function -m",
    ).default(())
    target: Texts = of_judged(
        "-t --target",
        "the true values: a column, FILE, or FILE:COLUMN",
        FILES,
        "SRC",
        completion=Completion.COLUMN,
        known_as="--label --labels --truth --true --y-true --y --gold --ground-truth --gt --actual --ref --reference",
    ).default(())
    pred: Texts = of_judged(
        "-p --pred",
        "the predictions; several columns as 'p_*', p0..p9 or p0..",
        FILES,
        "SRC",
        completion=Completion.COLUMN,
        known_as="--preds --prediction --predictions --y-pred --yhat --y-score --y-prob",
    ).default(())
    weight: Texts = of_judged(
        "-w --weight",
        "a weight >= 0 for each row",
        FILES,
        "SRC",
        completion=Completion.COLUMN,
        part=Part(3, always=True, name="weighted"),
        known_as="--weights --sample-weight --sample-weights --case-weight",
    ).default(())
    role: Texts = of_judged(
        "-r --role", "any other input of a loss, as anchor=a.npy", FILES, "NAME=SRC", cumulative=True
    ).default(())
    pool: bool = of_judged(
        "--pool", "all PREDs, in order, are one dataset", FILES, known_as="--concat --concatenate --merge --combine"
    ).default(False)

    from_: str | None = of_classes(
        "--from",
        "what class predictions are",
        VALUE,
        "SCALE",
        choices=("probs", "logits", "logprobs"),
        of_classes=True,
        part=Part(1, always=True),
        known_as="--scale --activation",
        answers={
            "--logits --from-logits --with-logits": "--from logits",
            "--logprobs --log-probs --log-probabilities": "--from logprobs",
            "--probs --probabilities --proba": "--from probs",
        },
    ).default(None)
    classes: str | None = of_classes(
        "--classes",
        "names of the classes in column order; for binary predictions no,yes",
        VALUE,
        "A,B,...",
        joined=True,
        part=Part(9),
        known_as="--class-names --class-labels --categories",
    ).default(None)
    positive: str | None = of_classes(
        "--positive",
        "the label that is class 1 of two",
        VALUE,
        "LABEL",
        part=Part(8),
        known_as="--pos-label --positive-class --positive-label",
    ).default(None)
    normalize: bool = of_classes(
        "--normalize",
        "rescale probabilities to sum 1, limit them to [0, 1], and count that",
        VALUE,
        of_classes=True,
        part=Part(5),
        known_as="--normalise --rescale",
    ).default(False)
    class_axis: str | None = of_classes(
        "--class-axis",
        "the axis of the classes where predictions have further axes; -1 is the last",
        VALUE,
        "AXIS",
        choices=("1", "-1"),
        of_classes=True,
        known_as="--axis --dim --class-dim",
    ).default(None)
