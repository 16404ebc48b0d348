"""Choice: which file, column, class order and run a command line means."""

from __future__ import annotations

from collections.abc import Iterator

from tests.corpus.case import Case, Named, bad, good, rows
from tests.corpus.npy_bytes import npy, npz
from tests.corpus.oracle import ce, mse

PRED = "y_pred pred preds prediction predictions yhat y_hat score y_score prob y_prob proba y_proba probability logit logits"
TARGET = "y_true target targets label labels truth y"
A = "x,yhat,z,y,w\n9,1,4,2,1\n8,2.5,6,0.5,3\n5,4,2,7,2\n"
TRUTH = "k,y,z\n1,3,8\n2,5,9\n3,6,1\n"
MSE = "eval a.csv -l mse -b"


def cases() -> Iterator[Case]:
    """All cases of this module."""
    yield from usual_names()
    yield from grammar()
    yield from other_files()
    yield from patterns()
    yield from vectors()
    yield from runs()
    yield from loss_texts()


def usual_names() -> Iterator[Case]:
    """Each usual name, among columns that give other values."""
    value = mse((1, 3), (2, 7))
    for name in PRED.split():
        table = f"x,z,{name},target,pred2\n9,8,1,2,6\n7,5,3,7,1\n"
        yield good(f"Choice/usual name {name}", table, MSE, value, says=(name,))
    for name in TARGET.split():
        table = f"x,{name},z,pred,y2\n9,2,8,1,6\n7,7,5,3,1\n"
        yield good(f"Choice/usual name {name}", table, MSE, value, says=(name,))
    for pred, target in (("Predicted", "Actual"), (".fitted", "obs"), (" Y_Pred ", "y_test"), ("FORECAST", ".observed")):
        table = f"x,{pred},{target}\n9,1,2\n7,3,7\n"
        yield good(f"Choice/usual names {pred} and {target}", table, MSE, value)
    exact = "forecast,pred,actual,y,z\n9,1,8,2,0\n9,3,8,7,0\n"
    yield good("Choice/an exact usual name before others", exact, MSE, value)
    yield bad("Choice/two that are less usual", "forecast,fitted,y\n1,2,3\n", MSE, "a.csv", "forecast", "fitted")
    yield bad("Choice/two usual names but for case", "pred,Pred,y\n1,2,3\n", MSE, "a.csv", "'pred'", "'Pred'")
    svm = {"a.txt": "labels 1 -1\n1 0.9 0.1\n-1 0.4 0.6\n"}
    yield bad("Choice/labels of svm-predict", svm, "eval a.txt -l hinge -b -p 1", "a.txt", "-t FILE:COLUMN")
    yield bad("Choice/two usual names for pred", "pred,score,target\n1,2,3\n", MSE, "a.csv", "pred", "score")
    yield bad("Choice/two usual names for target", "pred,label,y\n1,2,3\n", MSE, "a.csv", "label", "y")
    yield bad("Choice/the role's name beside a usual one", "pred,yhat,y\n1,2,3\n", MSE, "a.csv", "pred", "yhat")
    yield bad("Choice/no usual name", "a,b\n1,2\n", MSE, "a.csv", "a, b")
    yield good("Choice/a named role needs no usual name", "a,b,y\n1,9,2\n3,8,7\n", f"{MSE} -p a", value)
    weight = "pred,target,weight\n1,2,5\n3,7,1\n"
    yield good("Choice/an unused weight column is mentioned", weight, MSE, value, says=("weight",))
    yield good("Choice/an asked-for weight", weight, f"{MSE} -w weight", (1 * 5 + 16) / 6)
    logit = "logit,label\n0,1\n3,0\n"
    ce_run = "eval a.csv -l ce -b"
    yield bad("Choice/a found logit column needs --from", logit, ce_run, "--from", codes=(2, 3))
    yield bad("Choice/found logit columns need --from", "logit_0,logit_1,label\n0.5,0.5,1\n", ce_run, "--from", codes=(2, 3))
    roles = "anchor_0,anchor_1,negative_0,negative_1,positive_0,positive_1\n0,0,3,4,1,0\n"
    yield good("Choice/columns of every role", roles, "eval a.csv -l triplet:margin=5 -b", 1.0)


def grammar() -> Iterator[Case]:
    """SRC is decided by syntax."""
    value = mse((1, 2.5, 4), (2, 0.5, 7))
    for name, source, column in (
        ("a name", "yhat", "yhat"),
        ("a number", "2", "yhat"),
        ("col:", "col:yhat", "yhat"),
        ("the file and a name", "a.csv:yhat", "yhat"),
        ("the file and a number", "a.csv:2", "yhat"),
    ):
        yield good(f"Choice/source as {name}", A, ["eval", "a.csv", "-l", "mse", "-b", "-p", source], value, says=(column,))
    ondisk = {"a.csv": A, "z": "1\n2\n3\n", "yhat": "7\n7\n7\n"}
    yield good("Choice/a file named as a column changes nothing", ondisk, f"{MSE} -p yhat", value)
    header = {"a.csv": A.replace("z,y", "truth.csv,y"), "truth.csv": TRUTH}
    yield good("Choice/a header that looks as a file is none", header, f"{MSE} -t truth.csv", mse((1, 2.5, 4), (3, 5, 6)))
    yield good("Choice/a header that looks as a file after col:", header, f"{MSE} -t col:truth.csv", mse((1, 2.5, 4), (4, 6, 2)))
    star = A.replace("x,yhat,z", "y*,yhat,yz")
    yield good("Choice/a header that looks as a pattern wins", star, [*MSE.split(), "-p", "y*"], mse((9, 8, 5), (2, 0.5, 7)))
    colon = A.replace("yhat", "m:1")
    yield good("Choice/a colon in a name", colon, f"{MSE} -p m:1", value)
    yield good("Choice/a colon in a name after col:", colon, f"{MSE} -p col:m:1", value)
    odd = {"a.csv": A, "b:1.csv": TRUTH, "c.csv:y.csv": TRUTH}
    other = mse((1, 2.5, 4), (3, 5, 6))
    yield good("Choice/a colon in a file name", odd, f"{MSE} -t b:1.csv:y", other)
    yield good("Choice/an ending and a colon in a file name", odd, f"{MSE} -t c.csv:y.csv:y", other)
    yield bad("Choice/col: names no file", {"a.csv": A, "truth.csv": TRUTH}, f"{MSE} -t col:truth.csv", "'truth.csv'")
    yield bad("Choice/a column that is not there", A, f"{MSE} -p yhatt", "a.csv", "'yhatt'", "yhat")
    yield bad("Choice/an empty source", A, [*MSE.split(), "-p", ""], codes=(2, 3))
    yield bad("Choice/a source of spaces", A, [*MSE.split(), "-p", " "], codes=(2, 3))


def other_files() -> Iterator[Case]:
    """Targets from elsewhere."""
    two: Named = {
        "a.csv": A,
        "truth.csv": TRUTH,
        "one.csv": "anything\n3\n5\n6\n",
        "d/t.csv": TRUTH,
        "t.txt": "k y\n1 3\n2 5\n3 6\n",
    }
    two |= {"t.npy": npy("<f8", (3,), (3, 5, 6)), "t.npz": npz({"k": (1, 2, 3), "y": (3, 5, 6)})}
    value = mse((1, 2.5, 4), (3, 5, 6))
    for source in (
        "truth.csv:y",
        "truth.csv",
        "truth.csv:2",
        "one.csv",
        "d/t.csv:y",
        "./truth.csv:y",
        "t.txt:y",
        "t.npy",
        "t.npz:y",
    ):
        yield good(f"Choice/target from {source}", two, f"{MSE} -t {source}", value)
    yield good(
        "Choice/roles alone", two, "eval -p a.csv:yhat -t truth.csv:y -l mse --json", value, facts={"runs.0.run": "a.csv:yhat"}
    )
    yield good("Choice/another column of the file", two, f"{MSE} -t truth.csv:z", mse((1, 2.5, 4), (8, 9, 1)))
    yield bad("Choice/a missing target file", A, f"{MSE} -t truth.csv:y", "truth.csv")
    yield bad("Choice/a missing target column", two, f"{MSE} -t truth.csv:nope", "truth.csv", "'nope'")
    yield bad(
        "Choice/two columns and no usual name", {"a.csv": A, "t.csv": "a,b\n1,2\n1,2\n1,2\n"}, f"{MSE} -t t.csv", "t.csv", "a, b"
    )
    apart = {"a.csv": "id,price\n1,10\n2,20\n", "t.csv": "id,area,price\n1,5,11\n2,6,22\n"}
    yield bad("Choice/a target in the other file", apart, f"{MSE} -p price -t t.csv", "t.csv", "-t t.csv:price")
    yield good("Choice/the target of the other file", apart, f"{MSE} -p price -t t.csv:price", 2.5)
    yield good("Choice/one column is warned of", apart, f"{MSE} -p price -t price", 0.0, says=("are one column, a.csv:price",))
    yield good("Choice/one column of one file", apart, f"{MSE} -p price -t ./a.csv:price", 0.0, says=("are one column",))
    yield bad("Choice/a column that another file has", apart, f"{MSE} -p price -t area --by t.csv:id", "-t t.csv:area")
    yield bad("Choice/a column that no file has", apart, f"{MSE} -p price -t label", "-t FILE:label")
    short = {"a.csv": A, "t.csv": "y\n3\n5\n"}
    yield bad("Choice/a shorter target", short, f"{MSE} -t t.csv", "3", "2")
    long = {"a.csv": A, "t.csv": "y\n3\n5\n6\n7\n"}
    yield bad("Choice/a longer target", long, f"{MSE} -t t.csv", "3", "4")
    far: Named = {"p.npy": npy("<f8", (100_001,), [1.0] * 100_001), "t.csv": "y\n" + "2\n" * 100_000}
    yield bad("Choice/lengths differ at row 100,000", far, "eval p.npy -t t.csv -l mse -b", "100,001", "100,000")
    halves = {"p.csv": "x,p\n9,1\n8,2.5\n", "q.csv": "p,x\n4,7\n", "truth.csv": TRUTH}
    yield good("Choice/shards of the first role", halves, "eval -p p.csv:p -p q.csv:p -t truth.csv -l mse -b", value)
    shards = "eval -p a.csv:yhat -p a.csv:z -t truth.csv:y -t truth.csv:z -l mse -b"
    yield good("Choice/a role given twice is shards in order", two, shards, mse((1, 2.5, 4, 4, 6, 2), (3, 5, 6, 8, 9, 1)))


def patterns() -> Iterator[Case]:
    """Several columns as one vector."""
    order = [0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9]  # as text sorts them
    first = [0.01 * (k + 1) for k in range(11)] + [0.34]
    second = [0.02 + 0.01 * k for k in range(11)] + [0.23]
    head = ",".join(["label", *(f"p_{k}" for k in order)])
    table = rows(head, *(",".join([label, *(str(row[k]) for k in order)]) for label, row in (("10", first), ("2", second))))
    yield good("Choice/columns in the order of their numbers", table, "eval a.csv -l ce -b", ce(first[10], second[2]))
    for source in ("p_*", "p_0..p_11", "p_0.."):
        yield good(f"Choice/columns as {source}", table, f"eval a.csv -l ce -b -p {source}", ce(first[10], second[2]))
    hole = "p_0,p_1,p_3,label\n0.25,0.75,0.5,1\n"
    for source in ("p_*", "p_0..", "p_0..p_3"):
        yield bad(f"Choice/a number is missing for {source}", hole, f"eval a.csv -l ce -b -p {source}", "a.csv", "p_")
    yield bad("Choice/a number is missing for usual columns", hole, "eval a.csv -l ce -b", "a.csv", "p_")
    words = "label,p_dog,p_cat\ncat,0.2,0.8\ndog,0.7,0.3\ndog,0.6,0.4\n"
    yield good("Choice/words are classes in header order", words, "eval a.csv -l ce -b -p p_*", ce(0.8, 0.7, 0.6))
    yield bad("Choice/a pattern that fits nothing", words, "eval a.csv -l ce -b -p q_*", "a.csv", "q_*")
    part = "y_0,y_1,y_2,y_3,t_0,t_1\n1,2,3,4,5,6\n4,4,9,7,8,1\n"
    pair = mse((2, 3, 4, 9), (5, 6, 8, 1))
    yield good("Choice/a range of columns", part, "eval a.csv -l mse -b -p y_1..y_2 -t t_0..t_1", pair)
    yield good("Choice/a range to the end", part, "eval a.csv -l mse -b -p y_2.. -t t_*", mse((3, 4, 9, 7), (5, 6, 8, 1)))
    yield bad("Choice/a range beyond the last", part, "eval a.csv -l mse -b -p y_2..y_4 -t t_*", "a.csv", "y_4")
    padded = "y,p_00,p_01,p_02\n0,0.5,0.2,0.3\n2,0.1,0.7,0.2\n"
    yield good("Choice/numbers with leading zeros", padded, "eval a.csv -l ce -b -p p_*", ce(0.5, 0.2))
    yield good("Choice/usual columns with leading zeros", padded, "eval a.csv -l ce -b", ce(0.5, 0.2), or_refused=True)
    both = "label,p_1,p_01\n0,0.25,0.75\n"
    yield bad("Choice/the same number twice", both, "eval a.csv -l ce -b -p p_*", "a.csv")
    elsewhere = {"a.csv": "label\n1\n0\n", "p.csv": "x,p_1,p_0\n1,0.3,0.7\n1,0.1,0.9\n"}
    yield good("Choice/a pattern in another file", elsewhere, "eval a.csv -l ce -b -p p.csv:p_*", ce(0.3, 0.9))


def vectors() -> Iterator[Case]:
    """Usual columns for vectors."""
    for prefix, options in (("p_", ""), ("prob_", ""), ("proba_", ""), ("pred_", ""), ("", ""), ("logit_", " --from logprobs")):
        head = ",".join(["label", *(f"{prefix}{k}" for k in (1, 0, 2))])
        first, second = ("0.2,0.5,0.3", "0.6,0.3,0.1") if not options else ("-1.609437912434,-0.69314718056,-1.203972804326",) * 2
        table = rows(head, f"1,{first}", f"2,{second}")
        value = ce(0.2, 0.1) if not options else (1.609437912434 + 1.203972804326) / 2
        yield good(f"Choice/usual columns {prefix}0..", table, f"eval a.csv -l ce -b{options}", value)
    two = "p_0,p_1,prob_0,prob_1,label\n0.2,0.8,0.3,0.7,1\n"
    yield bad("Choice/two families of usual columns", two, "eval a.csv -l ce -b", "a.csv", "p_", "prob_")
    one = "prob,p_0,p_1,label\n0.3,0.2,0.8,1\n"
    yield bad("Choice/a usual column beside usual columns", one, "eval a.csv -l ce -b", "a.csv", "prob", "p_")


def runs() -> Iterator[Case]:
    """What is judged as one."""
    two = {"a.csv": "pred,target\n1,2\n", "b.csv": "pred,target\n3,7\n5,5.5\n4,1\n"}
    a, b = mse((1,), (2,)), mse((3, 5, 4), (7, 5.5, 1))
    pooled = mse((1, 3, 5, 4), (2, 7, 5.5, 1))
    yield good("Choice/two files are two runs", two, "eval a.csv b.csv -l mse -b", a, b)
    yield good(
        "Choice/two files pooled", two, "eval a.csv b.csv -l mse --pool --json", pooled, facts={"runs.0.run": "a.csv,b.csv"}
    )
    swapped = {"a.csv": two["a.csv"], "b.csv": "target,x,pred\n7,1,3\n5.5,2,5\n1,3,4\n"}
    yield good("Choice/pooled files with other column orders", swapped, "eval a.csv b.csv -l mse --pool -b", pooled)
    joint = {"a.csv": "p\n1\n", "b.csv": "p\n3\n5\n4\n", "t.csv": "y\n2\n7\n5.5\n1\n"}
    yield good("Choice/pooled files beside one target", joint, "eval a.csv b.csv -t t.csv -l mse --pool -b", pooled)
    folder = {"d/part-10.csv": "p\n3\n", "d/part-2.csv": "p\n5\n4\n", "d/part-0.csv": "p\n1\n", "t.csv": joint["t.csv"]}
    hidden: Named = {"d/_SUCCESS": "", "d/.part.crc": b"\0", "d/_old.csv": "p\n9\n"}
    command = "eval d -t t.csv -l mse -b"
    yield good("Choice/a folder in name order", {**folder, **hidden}, command, pooled)
    yield bad("Choice/a folder of mixed formats", {**folder, "d/x.npy": npy("<f8", (1,), (1,))}, command, "d", "format")
    yield bad("Choice/a folder with a file of no known format", {**folder, "d/notes.doc": "x"}, command, "d")
    yield bad("Choice/an empty folder", {"t.csv": "y\n1\n", "d/_x": ""}, command, "d")
    odd = {"d/a.csv": "pred,target\n1,2\n", "d/b.csv": "prediction,target\n1,2\n"}
    yield good("Choice/shards with other usual names", odd, "eval d -l mse -b", 1.0, or_refused=True)
    lacks = {"d/a.csv": "pred,target\n1,2\n", "d/b.csv": "x,target\n1,2\n"}
    yield bad("Choice/a shard without the column names itself", lacks, "eval d -l mse -b", "d/b.csv")
    fault = {"d/a.csv": "pred,target\n1,2\n1,2\n", "d/b.csv": "pred,target\n1,2\nx,2\n"}
    yield bad("Choice/a fault in a shard names the shard and its line", fault, "eval d -l mse -b", "d/b.csv line 3", "'pred'")
    empty = {"d/a.csv": "pred,target\n", "d/b.csv": "pred,target\n1,2\n"}
    yield good("Choice/a shard without rows", empty, "eval d -l mse -b", 1.0, or_refused=True)
    yield bad(
        "Choice/one bad run of two prints nothing", {**two, "c.csv": "pred,target\n1,x\n"}, "eval a.csv c.csv -l mse -b", "c.csv"
    )


def loss_texts() -> Iterator[Case]:
    """LOSS texts, with what each computes."""
    table = "pred,target\n-3,0\n0.5,0\n2,1\n"
    run = "eval a.csv -b -l "
    yield good("Choice/two losses", table, f"{run}mae,mse", (3 + 0.5 + 1) / 3, (9 + 0.25 + 1) / 3)
    yield good("Choice/losses in the order given", table, f"{run}mse -l mae", (9 + 0.25 + 1) / 3, (3 + 0.5 + 1) / 3)
    yield good("Choice/an alias and the same loss once", table, f"{run}l2,mse,l2", (9 + 0.25 + 1) / 3)
    yield good("Choice/smooth_l1 of negative errors", table, f"{run}smooth_l1", (2.5 + 0.125 + 0.5) / 3)
    yield good("Choice/smooth_l1 with beta 0 is mae", table, f"{run}smooth_l1:beta=0", 1.5)
    yield good("Choice/huber", table, f"{run}huber:delta=2", (2 * (3 - 1) + 0.125 + 0.5) / 3)
    for text, word in (("msee", "mse"), ("huber:delt=1", "delta"), ("huber:delta=0", "delta"), ("huber:delta=x", "delta")):
        yield bad(f"Choice/loss {text}", table, run + text, word, codes=(2,))
    for text in (
        "huber:delta",
        "huber:delta=nan",
        "huber:delta=1,2",
        "focal:gamma=-1",
        "ce:clip=0.5",
        "balanced_ce",
        ",",
        "mse:",
        ":",
    ):
        yield bad(f"Choice/loss {text}", table, run + text, codes=(2,))
    yield bad("Choice/no loss", table, "eval a.csv", "-l mse", "-l ce", codes=(2,))
    for how, value in (("sum", 10.25), ("min", 0.25), ("max", 9), ("p50", 1), ("p34", 1), ("p33", 0.25), ("p99", 9)):
        yield good(f"Choice/reduction {how}", table, f"{run}mse --reduction {how}", value)
    heavy = "pred,target,w\n-3,0,1\n0.5,0,2\n2,1,7\n"
    for how, value in (("p20", 0.25), ("p21", 1), ("p90", 1), ("p91", 9)):
        yield good(f"Choice/weighted reduction {how}", heavy, f"{run}mse --reduction {how} -w w", value)
    for how in ("p101", "p-1", "median", "p", "pnan"):
        yield bad(f"Choice/reduction {how}", table, f"{run}mse --reduction {how}", how, codes=(2,))
    yield bad("Choice/unknown option", table, f"{run}mse --wieght w", "--wieght", codes=(2,))
