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
