"""Meaning: labels that are names, and the names of the classes."""

from __future__ import annotations

from collections.abc import Iterator

from tests.corpus.case import Case, Named, bad, good, rows
from tests.corpus.npy_bytes import npy
from tests.corpus.oracle import bce, ce

CE = "eval a.csv -l ce -b"
PETS = "label,p_dog,p_cat,p_ant\nant,0.5,0.2,0.3\ndog,0.1,0.75,0.15\ncat,0.25,0.35,0.4\n"
VALUE = ce(0.3, 0.1, 0.35)
NUMBERED = "label,p_0,p_1,p_2\nant,0.5,0.2,0.3\ndog,0.1,0.75,0.15\ncat,0.25,0.35,0.4\n"
SPAM = "prob,label\n0.5,spam\n0.25,ham\n0.125,ham\n"


def cases() -> Iterator[Case]:
    """All cases of this module."""
    yield from named_columns()
    yield from names_that_share_letters()
    yield from numbers_as_names()
    yield from listed_columns()
    yield from given_classes()
    yield from positive_label()
    yield from numbered_names()
    yield from ignored_labels()


def named_columns() -> Iterator[Case]:
    """Columns whose varying parts are the label names."""
    run = f"{CE} -p p_*"
    yield good("Meaning/names in the columns", PETS, run, VALUE)
    yield good("Meaning/names are found in usual columns", PETS.replace("p_", "prob_"), CE, VALUE, or_refused=True)
    shown = {"runs.0.classes": ["dog", "cat", "ant"]}
    yield good("Meaning/names in the JSON", PETS, "eval a.csv -l ce --json -p p_*", VALUE, facts=shown)
    yield good("Meaning/--classes in the order of the columns", PETS, f"{run} --classes dog,cat,ant", VALUE)
    yield bad(
        "Meaning/--classes in another order than the columns", PETS, f"{run} --classes ant,cat,dog", "--classes", codes=(2,)
    )
    yield bad("Meaning/a label without a column", PETS.replace("\ncat", "\ncow"), run, "a.csv line 4", "'label'", "cow")
    yield bad("Meaning/a label in other case", PETS.replace("\ncat", "\nCat"), run, "a.csv line 4", "'label'", "Cat")
    yield good("Meaning/a label with a blank", PETS.replace("\ncat", "\ncat "), run, VALUE, or_refused=True)
    yield bad("Meaning/an empty label", PETS.replace("\ncat", "\n"), run, "a.csv line 4", "'label'", "--nan drop")
    na = PETS.replace("p_ant", "p_NA").replace("\nant", "\nNA")
    yield good("Meaning/a class named NA", na, run, VALUE, or_refused=True)
    yield good("Meaning/two classes are two columns", "p_no,p_yes,label\n0.25,0.75,no\n0.5,0.5,yes\n", run, ce(0.25, 0.5))


def names_that_share_letters() -> Iterator[Case]:
    """A name is what `*` matched, whatever else the names have in common."""
    run = f"{CE} -p p_*"
    for one, other in (("positive", "negative"), ("A", "AA"), ("I", "III"), ("cat", "cow"), ("True", "False"), ("x_1", "y_1")):
        table = f"label,p_{one},p_{other}\n{one},0.9,0.1\n{other},0.2,0.8\n"
        yield good(f"Meaning/columns {one} and {other}", table, run, ce(0.9, 0.8))
        turned = f"{run} --classes {other},{one}"
        yield bad(f"Meaning/columns {one} and {other} turned", table, turned, f"{one},{other}", codes=(2,))
    truth = "label,p_True,p_False\n1,0.9,0.1\n0,0.2,0.8\n"
    yield good("Meaning/columns True and False and labels 1 and 0", truth, run, ce(0.9, 0.8))
    yield bad("Meaning/columns True and False as 0 and 1", truth, f"{run} --classes 0,1", "True,False", codes=(2,))
    yield bad("Meaning/columns True and False and --positive 1", truth, f"{run} --positive 1", "True, False", codes=(2,))
    words = "label,p_up,p_down\n0,0.2,0.8\n1,0.7,0.3\n"
    yield bad("Meaning/columns of words and labels 0 and 1", words, run, "a.csv line 2", "up, down", "--classes 1,0")
    yield good("Meaning/columns of words and --classes 1,0", words, f"{run} --classes 1,0", ce(0.8, 0.7))
    yield bad("Meaning/columns of words and --positive 1", words, f"{run} --positive 1", "up, down", codes=(2,))
    three = "label,p_a,p_b,p_c\n0,0.2,0.5,0.3\n"
    yield bad("Meaning/three columns of words and labels 0 to 2", three, run, "--classes 2,1,0")
    tidy = ".pred_class,.pred_no,.pred_yes,label\nno,0.9,0.1,no\nyes,0.4,0.6,yes\n"
    yield bad("Meaning/a pattern with a column of words", tidy, f"{CE} -p .pred_*", ".pred_class", "--classes no,yes")
    yield good("Meaning/--classes leaves a column of words out", tidy, f"{CE} -p .pred_* --classes no,yes", ce(0.9, 0.6))
    beside = "label,p_no,p_yes,p_class\nno,0.9,0.1,8\nyes,0.4,0.6,9\n"
    yield good("Meaning/--classes keeps the columns of a pattern", beside, f"{run} --classes no,yes", ce(0.9, 0.6))


def numbers_as_names() -> Iterator[Case]:
    """Letter for letter, and a number only where one name alone spells it."""
    run = f"{CE} -p q*"
    data = "label,q0,q1\n{},0.7,0.3\n"
    yield good("Meaning/01 is not 1", data.format("1"), f"{run} --classes 01,1", ce(0.3))
    yield good("Meaning/01 is 01", data.format("01"), f"{run} --classes 01,1", ce(0.7))
    yield bad("Meaning/01 is none of 1 and 2", data.format("01"), f"{run} --classes 1,2", "'01'")
    yield good("Meaning/1e1 is not 10", data.format("10"), f"{run} --classes 1e1,10", ce(0.3))
    yield bad("Meaning/10.0 is 1e1 and 10", data.format("10.0"), f"{run} --classes 1e1,10", "'1e1'", "'10'")
    yield good("Meaning/10.0 is 10 alone", data.format("10.0"), f"{run} --classes x,10", ce(0.3))
    big = f"{run} --classes {2**53},{2**53 + 1}"
    yield good("Meaning/a label above 2**53", data.format(2**53 + 1), big, ce(0.3))
    yield bad("Meaning/a label near one above 2**53", data.format(2**53 + 1), f"{run} --classes {2**53},x", str(2**53 + 1))
    pair = "label,prob\n{},0.7\n{},0.7\n"
    both = bce((0.7, 0.7), (1, 0))
    yield good("Meaning/--positive 01 beside 1", pair.format("01", "1"), f"{CE} --positive 01", both)
    yield good("Meaning/--positive 10 beside 1e1", pair.format("10", "1e1"), f"{CE} --positive 10", both)
    yield good("Meaning/--positive 2 is 2.0", pair.format("2.0", "1.0"), f"{CE} --positive 2", both)
    yield good(f"Meaning/--positive {2**53 + 1}", pair.format(2**53 + 1, 2**53), f"{CE} --positive {2**53 + 1}", both)
    late = "label,prob\n" + "2.0,0.7\n1,0.7\n" * 150_000 + "2,0.7\n"
    yield bad("Meaning/--positive 2 after 2.0 far away", late, f"{CE} --positive 2", "several ways")
    one = "label,prob\nno,0.1\nno,0.2\n"
    yield bad("Meaning/--positive of one class", one, f"{CE} --positive yes", "--classes no,yes")
    yield good("Meaning/--classes of one class", one, f"{CE} --classes no,yes", ce(0.9, 0.8))
    gaps = "prob_3,prob_5,prob_8,y\n0.2,0.3,0.5,8\n0.7,0.2,0.1,3\n"
    yield good("Meaning/columns 3, 5 and 8", gaps, f"{CE} -p prob_*", ce(0.5, 0.7))
    yield bad("Meaning/columns 3, 5 and 8 and a label 1", gaps + "0.7,0.2,0.1,1\n", f"{CE} -p prob_*", "3, 5, 8")
    ignored = "label,q0,q1\n01,0.7,0.3\n1,0.6,0.4\n2,0.5,0.5\n"
    yield good("Meaning/--ignore 01 beside 1", ignored, f"{run} --classes 1,2 --ignore 01", ce(0.6, 0.5))
    numbered = "label,q0,q1\n01,0.7,0.3\n0,0.6,0.4\n"
    yield bad("Meaning/--ignore 01 of numbers", numbered, f"{run} --ignore 01", "--ignore '01'", codes=(2,))
    yield bad("Meaning/--ignore beyond 2**53", numbered, f"{run} --ignore {2**53 + 1}", "--ignore", codes=(2,))
    doubt = "label,p_1,p_2,p_3\n1,0.7,0.2,0.1\n2,0.3,0.2,0.5\n9,0.1,0.2,0.7\n"
    yield good("Meaning/an ignored label settles no doubt", doubt, f"{CE} -p p_* --ignore 9", ce(0.7, 0.2))


def listed_columns() -> Iterator[Case]:
    """Columns listed in the order given, or ranged."""
    pets = "y,cat,dog,elk\ncat,0.7,0.2,0.1\nelk,0.1,0.3,0.6\n"
    for source in ("cat,dog,elk", "elk,cat,dog", "2,3,4", "2..4", "2.."):
        yield good(f"Meaning/columns as {source}", pets, f"{CE} -p {source}", ce(0.7, 0.6))
    by_class = f"{CE} --classes"
    for order in ("cat,dog,elk", "elk,cat,dog"):
        yield good(f"Meaning/columns called as --classes {order}", pets, f"{by_class} {order}", ce(0.7, 0.6))
    after = "y,m.cat,m.dog,tomcat,p\ncat,0.7,0.3,9,0.4\ndog,0.4,0.6,9,0.4\n"
    yield good("Meaning/columns called as --classes after a prefix", after, f"{by_class} dog,cat", ce(0.7, 0.6))
    two = "y,m.cat,m.dog,n.cat,n.dog\ncat,0.7,0.3,0.5,0.5\n"
    yield bad("Meaning/columns called as --classes after two prefixes", two, f"{by_class} cat,dog", "m.*", "n.*")
    yield bad("Meaning/columns called as some of --classes", pets, f"{by_class} cat,dog,cow", "a.csv", "y, cat, dog, elk")
    usual = "y,pred,cat,dog\ncat,0.9,0.3,0.7\n"
    yield good("Meaning/a usual name before columns called as --classes", usual, f"{by_class} dog,cat", ce(0.9))
    yield bad("Meaning/listed columns against --classes", pets, f"{CE} -p elk,cat,dog --classes cat,dog,elk", codes=(2,))
    yield bad("Meaning/a column listed twice", pets, f"{CE} -p cat,dog,cat", "'cat'", "twice")
    yield bad("Meaning/a listed column that is not there", pets, f"{CE} -p cat,dig", "'dig'", "dog")
    prefixed = "label,prob_cat,prob_dog\ncat,0.9,0.1\ndog,0.2,0.8\n"
    listing = f"{CE} -p prob_cat,prob_dog"
    yield bad("Meaning/listed columns are classes as they are", prefixed, listing, "prob_cat, prob_dog", "-p 'prob_*'")
    yield good("Meaning/listed columns and their own names", prefixed.replace("\n", "\nprob_", 2), listing, ce(0.9, 0.8))
    turned = "label,p_1,p_0\n1,0.9,0.1\n0,0.2,0.8\n"
    for source in ("p_1,p_0", "p_0,p_1", "p_0..", "p_0..p_1"):
        yield good(f"Meaning/columns with numbers as {source}", turned, f"{CE} -p {source}", ce(0.9, 0.8))
    comma = 'label,a,b,"a,b"\n1,0.9,0.1,0.3\n0,0.2,0.8,0.4\n'
    yield good("Meaning/a header that is the whole list wins", comma, f"{CE} -p a,b", bce((0.3, 0.4), (1, 0)))
    wide = "label,p_0,p_1\n1,0.4,0.6\n"
    for text in ("p_*", "p_0,p_1"):
        yield bad(f"Meaning/bce of columns {text}", wide, f"eval a.csv -l bce -b -p {text}", "(n, 2)", "-l ce", "multilabel_ce")
    yield bad("Meaning/bce beside ce", wide, "eval a.csv -l ce,bce -b -p p_*", "(n, 2)")
    yield good("Meaning/bce of one column", "prob,label\n0.3,1\n", "eval a.csv -l bce -b", ce(0.3))


def given_classes() -> Iterator[Case]:
    """--classes names the columns in order."""
    yield good("Meaning/--classes for numbered columns", NUMBERED, f"{CE} --classes dog,cat,ant", VALUE)
    yield good("Meaning/--classes in another order", NUMBERED, f"{CE} --classes ant,cat,dog", ce(0.5, 0.15, 0.35))
    yield bad("Meaning/words without names", NUMBERED, CE, "a.csv", "--classes")
    yield bad("Meaning/--classes too few", NUMBERED, f"{CE} --classes dog,cat", "--classes", codes=(2, 3))
    yield bad("Meaning/--classes too many", NUMBERED, f"{CE} --classes dog,cat,ant,cow", "--classes", codes=(2, 3))
    yield bad("Meaning/--classes with a name twice", NUMBERED, f"{CE} --classes dog,cat,dog", "--classes", codes=(2,))
    yield bad("Meaning/a label that is no class", NUMBERED, f"{CE} --classes dog,cat,cow", "a.csv line 2", "'label'", "ant")
    big = rows("label,p_0,p_1", f"{2**53 + 1},0.25,0.75", f"{2**53},0.5,0.5")
    exact = f"{CE} --classes {2**53 + 1},{2**53}"
    yield good("Meaning/labels above 2**53 are compared as text", big, exact, ce(0.25, 0.5), or_refused=True)
    reverse = rows("label,p_0,p_1", "1,0.25,0.75", "0,0.375,0.625")
    yield bad("Meaning/numbers as names in another order", reverse, f"{CE} --classes 1,0", "--classes", codes=(2,))
    array: Named = {"p.npy": npy("<f8", (2, 2), (0.25, 0.75, 0.375, 0.625)), "t.csv": "label\nyes\nno\n"}
    yield good("Meaning/--classes for an array", array, "eval p.npy -t t.csv -l ce -b --classes yes,no", ce(0.25, 0.625))
    yield good("Meaning/--classes for binary predictions", SPAM, f"{CE} --classes ham,spam", bce((0.5, 0.25, 0.125), (1, 0, 0)))
    swapped = bce((0.5, 0.25, 0.125), (0, 1, 1))
    yield good("Meaning/--classes for binary predictions in another order", SPAM, f"{CE} --classes spam,ham", swapped)
    yield bad("Meaning/three --classes for binary predictions", SPAM, f"{CE} --classes ham,spam,eggs", "--classes", codes=(2, 3))
    yield bad(
        "Meaning/--classes for a loss of numbers",
        "pred,target\n1,2\n",
        "eval a.csv -l mse -b --classes a,b",
        "--classes",
        codes=(2,),
    )


def positive_label() -> Iterator[Case]:
    """--positive must occur, beside at most one other label."""
    value = bce((0.5, 0.25, 0.125), (1, 0, 0))
    yield good("Meaning/--positive", SPAM, f"{CE} --positive spam", value)
    yield good("Meaning/--positive is the other", SPAM, f"{CE} --positive ham", bce((0.5, 0.25, 0.125), (0, 1, 1)))
    yield bad("Meaning/--positive that does not occur", SPAM, f"{CE} --positive spma", "spma", "ham", "spam")
    yield bad("Meaning/--positive in other case", SPAM, f"{CE} --positive Spam", "Spam", "ham", "spam")
    third = SPAM + "0.5,eggs\n"
    yield bad("Meaning/--positive and a third label", third, f"{CE} --positive spam", "a.csv", "eggs", "ham")
    yield bad(
        "Meaning/--positive and a third label far away",
        SPAM + "0.5,ham\n" * 150_000 + "0.5,eggs\n",
        f"{CE} --positive spam",
        "eggs",
    )
    yield good("Meaning/--positive alone", "prob,label\n0.5,spam\n", f"{CE} --positive spam", ce(0.5))
    numbers = "prob,label\n0.5,2\n0.25,1\n0.125,1\n"
    yield good("Meaning/--positive that is a number", numbers, f"{CE} --positive 2", value)
    zero = "prob,label\n0.5,0\n0.25,1\n0.125,1\n"
    yield good("Meaning/--positive 0", zero, f"{CE} --positive 0", value)
    yield bad("Meaning/words without --positive", SPAM, CE, "a.csv", "--positive")
    yield bad("Meaning/--positive for three classes", PETS, f"{CE} -p p_* --positive dog", "--positive", codes=(2, 3))
    yield bad("Meaning/--positive and --classes", SPAM, f"{CE} --positive spam --classes spam,ham", "--positive", codes=(2,))
    hinge = SPAM.replace("prob", "score")
    yield good(
        "Meaning/--positive for margins",
        hinge,
        "eval a.csv -l hinge -b --positive spam",
        (0.5 + 1.25 + 1.125) / 3,
        or_refused=True,
    )
    gap = SPAM + "0.5,\n"
    yield bad("Meaning/--positive and an empty label", gap, f"{CE} --positive spam", "a.csv line 5", "--nan drop")
    yield good("Meaning/--positive and an empty label dropped", gap, f"{CE} --positive spam --nan drop", value)


def numbered_names() -> Iterator[Case]:
    """Columns numbered from 1: numbers may be names or places."""
    run = f"{CE} -p p_*"
    head, body = "label,p_1,p_2,p_3\n", ("0.5,0.2,0.3", "0.1,0.75,0.15", "0.25,0.35,0.4")
    names = head + rows(f"1,{body[0]}", f"3,{body[1]}", f"2,{body[2]}")
    yield good("Meaning/columns 1 to 3 and labels 1 to 3", names, run, ce(0.5, 0.15, 0.35))
    places = head + rows(f"0,{body[0]}", f"2,{body[1]}", f"1,{body[2]}")
    yield bad("Meaning/columns 1 to 3 and a label 0", places, run, "a.csv line 2", "'0' is none of the classes 1, 2, 3")
    doubt = head + rows(f"1,{body[0]}", f"2,{body[1]}", f"1,{body[2]}")
    yield good("Meaning/columns 1 to 3 and labels 1 and 2 alone", doubt, run, ce(0.5, 0.75, 0.25))
    yield good("Meaning/the same said by --classes", doubt, f"{run} --classes 1,2,3", ce(0.5, 0.75, 0.25))
    far = head + f"1,{body[0]}\n" * 120_000 + f"3,{body[1]}\n"
    yield good("Meaning/the deciding label stands last", far, run, ce(*[0.5] * 120_000, 0.15))
    mixed = head + rows(f"0,{body[0]}", f"3,{body[1]}", f"2,{body[2]}")
    yield bad("Meaning/columns 1 to 3 and labels 0 and 3", mixed, run, "a.csv")


def ignored_labels() -> Iterator[Case]:
    """--ignore leaves rows out and counts them."""
    table = NUMBERED.replace("ant", "2").replace("dog", "-1").replace("cat", "1")
    facts = {"runs.0.rows": 3, "runs.0.used": 2, "runs.0.dropped.ignore": 1}
    yield good("Meaning/--ignore -1", table, "eval a.csv -l ce --json --ignore -1", ce(0.3, 0.35), facts=facts)
    yield bad("Meaning/without --ignore", table, CE, "a.csv line 3", "-1")
    yield bad("Meaning/--ignore another label", table, f"{CE} --ignore 255", "a.csv line 3", "-1")
    word = NUMBERED.replace("dog", "void")
    yield good("Meaning/--ignore a word", word, f"{CE} --classes x,cat,ant --ignore void", ce(0.3, 0.35))
    every = NUMBERED.replace("ant", "-1").replace("dog", "-1").replace("cat", "-1")
    yield bad("Meaning/--ignore every row", every, f"{CE} --ignore -1", "a.csv", "3")
    off = table.replace("0.1,0.75,0.15", "7,8,9")
    yield good("Meaning/an ignored row may hold anything", off, f"{CE} --ignore -1", ce(0.3, 0.35), or_refused=True)
    array = {"p.npy": npy("<f8", (3, 2), (0.25, 0.75, 0.5, 0.5, 0.875, 0.125)), "t.npy": npy("|u1", (3,), (0, 255, 1))}
    yield good("Meaning/--ignore 255 in an array", array, "eval p.npy -t t.npy -l ce -b --ignore 255", ce(0.25, 0.125))
    both = table + "nan,0.5,0.25,0.25\n"
    counts = {"runs.0.dropped": {"nan": 1, "ignore": 1}}
    run = "eval a.csv -l ce --json --ignore -1 --nan drop"
    yield good("Meaning/--ignore and --nan drop", both, run, ce(0.3, 0.35), facts=counts)
