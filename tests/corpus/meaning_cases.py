"""Meaning: probabilities, logits, labels, class names, margins, embeddings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from tests.corpus.case import Case, Named, bad, good, rows
from tests.corpus.npy_bytes import npy, npz
from tests.corpus.oracle import bce, ce, distance, focal, logit_ce, mean, poly, softplus

CE = "eval a.csv -l ce -b"
THREE = ((0.5, 0.2, 0.3), (0.1, 0.75, 0.15), (0.25, 0.35, 0.4))


def table(label: Sequence[object], probabilities: Sequence[Sequence[float]] = THREE, names: str = "p_0,p_1,p_2") -> str:
    """Rows of class probabilities with their labels."""
    lines = [",".join([str(one), *map(repr, row)]) for one, row in zip(label, probabilities, strict=True)]
    return rows(f"label,{names}", *lines)


def binary(*pairs: tuple[object, object]) -> str:
    """Rows of one probability or score and a label."""
    return rows("prob,label", *(f"{p},{y}" for p, y in pairs))


def cases() -> Iterator[Case]:
    """All cases of this module."""
    yield from labels()
    yield from probabilities()
    yield from scales()
    yield from soft_labels()
    yield from class_losses()
    yield from margins()
    yield from embeddings()


def labels() -> Iterator[Case]:
    """Labels are 0..c-1 or names."""
    value = ce(0.5, 0.75, 0.4)
    yield good("Meaning/integer labels", table((0, 1, 2)), CE, value)
    yield good("Meaning/integral floats as labels", table(("0.0", "1.", "2e0")), CE, value)
    for name, label in (("negative", -1), ("as great as the classes", 3), ("fractional", 1.5), ("huge", 2**64 - 1)):
        yield bad(f"Meaning/label {name}", table((0, label, 2)), CE, "a.csv line 3", "'label'", "0 to 2")
    yield bad("Meaning/label missing", table((0, "", 2)), CE, "a.csv line 3", "'label'", "--nan drop")
    yield bad("Meaning/label infinite", table((0, "inf", 2)), CE, "a.csv line 3", "'label'")
    yield bad("Meaning/labels that start at 1", table((1, 2, 3)), CE, "labels seem to start at 1")
    unsigned = {"p.npy": npy("<f8", (3, 3), [p for row in THREE for p in row]), "t.npy": npy("<u8", (3,), (0, 2**64 - 1, 2))}
    yield bad("Meaning/label 2**64 - 1 in an array", unsigned, "eval p.npy -t t.npy -l ce -b", "t.npy row 1", "0 to 2")
    exact = str(2**53 + 1)
    yield bad("Meaning/label 2**53 + 1 is not shown as another", table((0, exact, 2)), CE, "a.csv line 3", "beyond 2**53")
    yield bad("Meaning/a word among integer labels", table((0, "cat", 2)), CE, "a.csv", "cat")
    yield bad("Meaning/binary label 2", binary((0.5, 1), (0.25, 2)), CE, "a.csv line 3", "'label'", "2")
    yield bad("Meaning/binary label -1", binary((0.5, 1), (0.25, -1)), CE, "a.csv line 3", "-1")
    boolean = binary((0.5, "True"), (0.25, "False"), (0.125, "False"))
    yield good("Meaning/True and False are 1 and 0", boolean, CE, bce((0.5, 0.25, 0.125), (1, 0, 0)))
    one = {"p.npy": npy("<f8", (2, 1), (0.5, 0.25)), "t.npy": npy("<i8", (2,), (1, 0))}
    yield good("Meaning/(n, 1) probabilities are binary", one, "eval p.npy -t t.npy -l ce -b", ce(0.5, 0.75))
    two = {"p.npy": npy("<f8", (2, 2), (0.5, 0.5, 0.25, 0.75)), "t.npy": npy("<i8", (2,), (1, 0))}
    yield good("Meaning/(n, 2) probabilities", two, "eval p.npy -t t.npy -l ce -b", ce(0.5, 0.25))


def probabilities() -> Iterator[Case]:
    """Probabilities are what they say."""
    for value in (-0.2, -4, 137):
        yield bad(f"Meaning/probability {value}", binary((0.5, 1), (value, 0)), CE, "a.csv line 3", str(value), "--from logits")
    for value in (1.5, 37):
        hides = ("--from", "--normalize")
        yield bad(f"Meaning/percentage {value}", binary((0.5, 1), (value, 0)), CE, "a.csv line 3", "divide", hides=hides)
    for name, value in (("1.0000001", 1.0000001), ("-0.0000001", -1e-7)):
        near = binary((0.5, 1), (value, 0 if value < 0 else 1), (0.25, 0))
        yield bad(f"Meaning/probability {name}", near, CE, "a.csv line 3", "--normalize", hides=("--from logits",))
        yield good(f"Meaning/probability {name} limited", near, f"{CE} --normalize", ce(0.5, 1, 0.75))
    yield bad("Meaning/probability 1.01 is not limited", binary((0.5, 1), (1.01, 1)), f"{CE} --normalize", "a.csv line 3", "1.01")
    off = ((0.5, 0.2, 0.3), (0.1, 0.7, 0.1), (0.25, 0.35, 0.4))
    yield bad("Meaning/row sum off", table((0, 1, 2), off), CE, "a.csv line 3", "sum", "--normalize")
    yield good("Meaning/row sum off rescaled", table((0, 1, 2), off), f"{CE} --normalize", ce(0.5, 0.7 / 0.9, 0.4))
    near_one = ((0.5, 0.2, 0.3004), (0.1, 0.75, 0.15), (0.25, 0.35, 0.4))
    yield good("Meaning/row sum off by 0.0004", table((2, 1, 2), near_one), CE, ce(0.3004, 0.75, 0.4))
    percent = tuple(tuple(100 * p for p in row) for row in THREE)
    hides = ("--from", "--normalize")
    yield bad("Meaning/percentages of classes", table((0, 1, 2), percent), CE, "a.csv line 2", "divide", hides=hides)
    sigmoid = ((0.9, 0.8, 0.1), (0.1, 0.7, 0.9), (0.25, 0.35, 0.4))
    yield bad("Meaning/a sigmoid of each class", table((0, 1, 2), sigmoid), CE, "a.csv line 2", "1.8", hides=hides)
    marks = ((1.0, 1.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    yield bad("Meaning/predictions of several ones", table((0, 1, 2), marks), CE, "a.csv line 2", "multilabel_ce", hides=hides)
    yield bad("Meaning/one log-probability a row", binary((-0.105, 1), (-1.61, 0)), CE, "line 2", "--from logprobs")
    stray = "label,p0,p1,predict\n1,0.4,0.6,1\n0,0.9,0.1,0\n"
    named = ("p0, p1, predict", "-p p0,p1")
    yield bad("Meaning/a stray column in a vector", stray, f"{CE} -p p*", "a.csv line 2", *named, hides=hides)
    yield bad("Meaning/a stray column outside [0, 1]", stray.replace(",1\n", ",7\n"), f"{CE} -p p*", "-p p0,p1", hides=hides)
    yield good("Meaning/without the stray column", stray, f"{CE} -p p0,p1", ce(0.6, 0.9))
    zeros = ((0.5, 0.2, 0.3), (0, 0, 0), (0.25, 0.35, 0.4))
    yield bad("Meaning/row of zeros cannot be rescaled", table((0, 1, 2), zeros), f"{CE} --normalize", "a.csv line 3")
    counts = ((5.0, 2.0, 3.0), (1.0, 7.0, 2.0), (1.0, 1.0, 2.0))
    yield bad("Meaning/counts are no probabilities", table((0, 1, 2), counts), CE, "a.csv line 2", "5")
    sure = binary((0.5, 1), (0.0, 1), (0.25, 0))
    json = "eval a.csv -l ce --json"
    facts = {"runs.0.results.0.infinite": 1, "runs.0.results.0.value": None, "runs.0.results.0.nonfinite": "inf"}
    says = ("1 row", "row 1", "--from logits", "clip=1e-7")
    yield good("Meaning/probability 0 of the true class", sure, json, math.inf, facts=facts, says=says)
    clipped = "eval a.csv -l ce:clip=1e-7 -b"
    yield good("Meaning/probability 0 of the true class clipped", sure, clipped, ce(0.5, 1e-7, 0.75))
    yield good("Meaning/probability 0 of another class", binary((0.5, 1), (1.0, 1), (0, 0)), CE, ce(0.5, 1, 1))
    yield good("Meaning/a certain prediction costs 0", binary((1, 1), (0, 0)), CE, 0.0)
    certain = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.25, 0.35, 0.4))
    focal_run = "eval a.csv -l focal,poly -b"
    both = (mean(0.0, 0.0, focal(0.4)), mean(0.0, 0.0, poly(0.4, 1)))
    yield good("Meaning/certain rows in focal and poly", table((0, 1, 2), certain), focal_run, *both)
    tiny = binary((1e-300, 0), (1 - 2**-53, 1))
    yield good("Meaning/nearly certain predictions", tiny, CE, (1e-300 - math.log1p(-(2.0**-53))) / 2)


def scales() -> Iterator[Case]:
    """Logits and log-probabilities."""
    logits = ((1000.0, -1000.0, 0.0), (-1e308, 1e308, 0.0), (2.0, 1.0, 0.5))
    yield good(
        "Meaning/logits of 1000",
        table((1, 1, 2), logits),
        f"{CE} --from logits",
        logit_ce(((0.0, -2000.0), (2, 1, 0.5)), (1, 2)) * 2 / 3,
    )
    masked = table((0, 1, 2), ((1.0, -math.inf, 0.0), (0.5, 0.25, -math.inf), (-math.inf, 2.0, 1.0)))
    value = mean(softplus(-1.0), softplus(0.25), softplus(1.0))
    yield good("Meaning/logits masked with -inf", masked, f"{CE} --from logits", value)
    yield good(
        "Meaning/the true class is masked",
        table((1, 0, 0), ((1.0, -math.inf, 0.0), *logits[:2])),
        f"{CE} --from logits",
        math.inf,
    )
    every = table((0, 1, 2), ((1.0, 2.0, 0.0), (-math.inf,) * 3, (2.0, 1.0, 0.5)))
    yield bad("Meaning/all classes are masked", every, f"{CE} --from logits", "a.csv line 3")
    yield bad(
        "Meaning/a logit is nan",
        table((0, 1, 2), (*logits[1:], (math.nan, 1, 2))),
        f"{CE} --from logits",
        "a.csv line 4",
        "--nan drop",
    )
    single = binary((800, 1), (-800, 1), (0.5, 0))
    yield good("Meaning/binary logits", single, f"{CE} --from logits", mean(softplus(-800.0), 800, softplus(0.5)))
    logs = table((0, 1, 2), tuple(tuple(math.log(p) for p in row) for row in THREE))
    yield good("Meaning/log-probabilities", logs, f"{CE} --from logprobs", ce(0.5, 0.75, 0.4))
    yield bad("Meaning/log-probabilities given as probabilities", logs, CE, "a.csv line 2", "--from logprobs")
    yield bad("Meaning/probabilities given as log-probabilities", table((0, 1, 2)), f"{CE} --from logprobs", "a.csv line 2")
    yield bad(
        "Meaning/log-probabilities that sum to less",
        table((0, 1, 2), ((-1.0, -2.0, -3.0),) * 3),
        f"{CE} --from logprobs",
        "a.csv line 2",
    )
    yield bad("Meaning/unknown scale", table((0, 1, 2)), f"{CE} --from logit", "logit", "logits", codes=(2,))
    yield bad(
        "Meaning/a scale for a loss without one", "pred,target\n1,2\n", "eval a.csv -l mse -b --from logits", "--from", codes=(2,)
    )


def soft_labels() -> Iterator[Case]:
    """One-hot and soft rows."""
    flat = [p for row in THREE for p in row]

    def files(target: Sequence[float]) -> dict[str, bytes]:
        return {"p.npy": npy("<f8", (3, 3), flat), "t.npy": npy("<f8", (3, 3), target)}

    run = "eval p.npy -t t.npy -b -l"
    one_hot = files((1, 0, 0, 0, 1, 0, 0, 0, 1))
    yield good(
        "Meaning/one-hot targets", one_hot, f"{run} ce,focal", ce(0.5, 0.75, 0.4), mean(focal(0.5), focal(0.75), focal(0.4))
    )
    soft = (0.8, 0.2, 0, 0, 1, 0, 0.1, 0.2, 0.7)
    exact = mean(
        -0.8 * math.log(0.5) - 0.2 * math.log(0.2),
        -math.log(0.75),
        -0.1 * math.log(0.25) - 0.2 * math.log(0.35) - 0.7 * math.log(0.4),
    )
    yield good("Meaning/soft targets", files(soft), f"{run} ce", exact)
    for loss in ("focal", "poly", "balanced_ce:alpha=0.2,0.3,0.5", "poly_focal"):
        yield bad(f"Meaning/soft targets for {loss.partition(':')[0]}", files(soft), f"{run} {loss}", "t.npy row 0", "ce")
    yield bad("Meaning/soft targets that do not sum to 1", files((0.8, 0.1, 0, *soft[3:])), f"{run} ce", "t.npy row 0")
    yield bad(
        "Meaning/several ones in a row",
        files((1, 1, 0, *soft[3:])),
        f"{run} ce",
        "t.npy row 0",
        "multilabel_ce",
    )
    yield bad("Meaning/negative soft target", files((1.2, -0.2, 0, *soft[3:])), f"{run} ce", "t.npy row 0")
    wide = {"p.npy": npy("<f8", (3, 3), flat), "t.npy": npy("<f8", (3, 2), (1, 0, 0, 1, 1, 0))}
    yield bad("Meaning/one-hot targets of another width", wide, f"{run} ce", ", 3)", ", 2)")
    yield good("Meaning/binary soft targets", binary((0.25, 0.5), (0.5, 1)), CE, mean(-0.5 * math.log(0.25 * 0.75), math.log(2)))
    yield bad("Meaning/binary soft target above 1", binary((0.25, 1.5), (0.5, 1)), CE, "a.csv line 2", "1.5")


def class_losses() -> Iterator[Case]:
    """Parameters that depend on the classes."""
    data, value = table((0, 1, 2)), (-math.log(0.5), -math.log(0.75), -math.log(0.4))
    run = "eval a.csv -b -l"
    yield good("Meaning/class weights", data, f"{run} ce:class_weight=1,2,5", (value[0] + 2 * value[1] + 5 * value[2]) / 3)
    mean_weight = "ce:class_weight=1,2,5:weighted_mean=true"
    yield good(
        "Meaning/class weights in the denominator", data, f"{run} {mean_weight}", (value[0] + 2 * value[1] + 5 * value[2]) / 8
    )
    both = (value[0] + 2 * value[1] + 5 * value[2]) / 3, mean(focal(0.5), focal(0.75), focal(0.4))
    yield good("Meaning/a vector and the next loss", data, f"{run} ce:class_weight=1,2,5,focal", *both)
    yield bad("Meaning/class weights too few", data, f"{run} ce:class_weight=1,2", "class_weight", "3", codes=(2, 3))
    yield bad("Meaning/class weights negative", data, f"{run} ce:class_weight=1,-2,3", "class_weight", codes=(2,))
    weights: Named = {"a.csv": data, "w.npy": npy("<f8", (3,), (1, 2, 5))}
    yield good("Meaning/class weights from a file", weights, f"{run} ce:class_weight=@w.npy", both[0])
    yield bad("Meaning/class weights from no file", data, f"{run} ce:class_weight=@w.npy", "w.npy", codes=(2, 3))
    yield good("Meaning/alpha of three classes", data, f"{run} balanced_ce:alpha=1,2,5", both[0])
    yield bad("Meaning/scalar alpha for three classes", data, f"{run} focal:alpha=0.25", "alpha", codes=(2, 3))
    yield bad("Meaning/alpha above 1", binary((0.5, 1)), f"{run} focal:alpha=1.5", "alpha", codes=(2, 3))
    pair = binary((0.5, 1), (0.25, 0), (0.125, 0))
    exact = mean(focal(0.5, 2, 0.25), focal(0.75, 2, 0.75), focal(0.875, 2, 0.75))
    yield good("Meaning/alpha is the weight of class 1", pair, f"{run} focal:alpha=0.25", exact)
    exact = mean(*(poly(p, 2, -0.5) for p in (0.5, 0.75, 0.4)))
    yield good("Meaning/poly with two terms", data, f"{run} poly:epsilon=2,-0.5", exact)
    yield bad("Meaning/poly epsilon below -1/j", data, f"{run} poly:epsilon=1,-0.6", "epsilon", codes=(2,))
    smooth = -0.95 * math.log(0.25) - 0.05 * math.log(0.75)
    yield good("Meaning/binary label smoothing", binary((0.25, 1)), f"{run} ce:label_smoothing=0.1", smooth)
    long = "ce:label_smoothing=0.3"
    terms = [0.7 * value[k] - 0.1 * math.log(math.prod(THREE[k])) for k in range(3)]
    yield good("Meaning/label smoothing over three classes", data, f"{run} {long}", mean(*terms))


def margins() -> Iterator[Case]:
    """Hinge labels, decided over the whole dataset."""
    run = "eval a.csv -l hinge -b"

    def scores(*pairs: tuple[float, object]) -> str:
        return rows("score,label", *(f"{s},{y}" for s, y in pairs))

    value = mean(0.5, 3, 0.75)
    yield good("Meaning/hinge labels -1 and 1", scores((0.5, 1), (2, -1), (0.25, 1)), run, value)
    yield good("Meaning/hinge labels 0 and 1", scores((0.5, 1), (2, 0), (0.25, 1)), run, value)
    yield bad("Meaning/hinge labels -1, 0 and 1", scores((0.5, 1), (2, 0), (0.25, -1)), run, "a.csv", "'label'")
    yield bad("Meaning/hinge label 2", scores((0.5, 1), (2, 2)), run, "a.csv line 3", "2")
    late = scores(*[(0.5, 1)] * 150_000, (2, -1))
    yield good("Meaning/the only negative label stands last", late, run, (75_000 + 3) / 150_001)
    clash = scores((2, 0), *[(0.5, 1)] * 150_000, (2, -1))
    yield bad("Meaning/labels 0 and -1 far apart", clash, run, "a.csv", "'label'")


def embeddings() -> Iterator[Case]:
    """Triplets and pairs."""
    a, p, n = (0.0, 0.0, 1.0), (1.0, 0.0, 1.0), (2.0, 0.0, 1.5)
    values = {k: npy("<f8", (1, 3), v) for k, v in (("anchor", a), ("positive", p), ("negative", n))}
    data, run = {"a.npz": npz(values)}, "eval a.npz -b -l"
    near, far, other = distance(a, p), distance(a, n), distance(p, n)
    yield good("Meaning/triplet", data, f"{run} triplet:margin=2", near - far + 2)
    yield good("Meaning/triplet squared", data, f"{run} triplet:margin=5:squared=true", near**2 - far**2 + 5)
    yield good("Meaning/triplet with p=1", data, f"{run} triplet:margin=5:p=1", distance(a, p, 1) - distance(a, n, 1) + 5)
    yield good("Meaning/triplet with p=inf", data, f"{run} triplet:margin=5:p=inf", 1.0 - 2.0 + 5)
    yield good("Meaning/triplet with swap", data, f"{run} triplet:margin=2:swap=true", near - min(far, other) + 2)
    wide = {"a.npz": npz({**values, "negative": npy("<f8", (1, 2), n[:2])})}
    yield bad("Meaning/triplet of two widths", wide, f"{run} triplet", ", 3)", ", 2)")
    zero = {"a.npz": npz({**values, "anchor": npy("<f8", (1, 3), (0, 0, 0))})}
    yield bad("Meaning/a zero vector has no angle", zero, f"{run} triplet:metric=cosine", "a.npz", "row 0")
    yield bad("Meaning/cosine takes no p", data, f"{run} triplet:metric=cosine:p=1", codes=(2,))
    pairs = {"a.csv": rows("distance,target,left", "0.5,1,9", "0.25,0,9", "3,0,9")}
    hand = mean(0.125, 0.75**2 / 2, 0.0)
    yield good("Meaning/contrastive of distances", pairs, "eval a.csv -l contrastive -b -r distance=distance", hand)
    flipped = "eval a.csv -l contrastive:similar=0 -b -r distance=distance"
    yield good("Meaning/contrastive as in the paper", pairs, flipped, mean(0.5**2 / 2, 0.25**2 / 2, 9 / 2))
    yield bad(
        "Meaning/contrastive label 2",
        rows("distance,target", "0.5,1", "0.25,2"),
        "eval a.csv -l contrastive -b",
        "a.csv line 3",
        "2",
    )
