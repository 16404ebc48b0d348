"""Each rule that says which class a label or a column is, with data where another choice gives another value."""

from __future__ import annotations

import json
import math
import shlex
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from lossctl import LOSSES, LossctlError, evaluate
from lossctl.columns.words import WordList
from lossctl.losses.roles.block import Facts, Fault
from lossctl.losses.roles.label_names import LabelNames, number_of
from tests.conftest import Command, mean, write


def test_the_names_of_columns_say_which_class_a_word_is(lossctl: Command) -> None:
    write("a.csv", "label,prob_dog,prob_cat\ncat,0.8,0.2\ndog,0.6,0.4\n")
    done = lossctl("eval", "a.csv", "-p", "prob_*", "-l", "ce", "--json")
    run = json.loads(done.out)["runs"][0]
    assert run["classes"] == ["dog", "cat"]
    assert run["results"][0]["sum"] == -math.log(0.2) - math.log(0.6)
    assert "classes dog, cat" in done.err


def test_classes_in_another_order_than_the_columns_are_refused(lossctl: Command) -> None:
    write("a.csv", "label,prob_dog,prob_cat\ncat,0.8,0.2\n")
    done = lossctl("eval", "a.csv", "-p", "prob_*", "-l", "ce", "--classes", "cat,dog")
    assert (done.code, done.err) == (
        2,
        "lossctl: error: --classes is in another order than the columns, which are dog,cat\n",
    )


def test_classes_name_the_columns_of_an_array_in_order(lossctl: Command) -> None:
    np.save("p.npy", np.array([[0.8, 0.2], [0.6, 0.4]]))
    write("t.csv", "label\ncat\ndog\n")
    for order, expected in (("cat,dog", -math.log(0.8) - math.log(0.4)), ("dog,cat", -math.log(0.2) - math.log(0.6))):
        found = lossctl("eval", "p.npy", "-t", "t.csv:label", "-l", "ce", "--classes", order, "--reduction", "sum", "-b")
        assert found.value == expected


def test_numbers_in_the_names_of_columns_are_the_numbers_of_the_labels(lossctl: Command) -> None:
    table = "label,p_1,p_2,p_3\n{}\n{}\n"
    write("one.csv", table.format("1,0.7,0.2,0.1", "3,0.3,0.4,0.3"))
    write("zero.csv", table.format("0,0.7,0.2,0.1", "2,0.3,0.4,0.3"))
    write("both.csv", table.format("1,0.7,0.2,0.1", "2,0.3,0.4,0.3"))
    expected = mean(-math.log(0.7), -math.log(0.3))
    assert lossctl("eval", "one.csv", "-p", "p_*", "-l", "ce", "-b").value == pytest.approx(expected, rel=1e-15)
    done = lossctl("eval", "zero.csv", "-p", "p_*", "-l", "ce")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: zero.csv line 2, column 'label': label '0' is none of the classes 1, 2, 3\n",
    )
    for named in ([], ["--classes", "1,2,3"]):
        found = lossctl("eval", "both.csv", "-p", "p_*", "-l", "ce", "-b", *named).value
        assert found == mean(-math.log(0.7), -math.log(0.4))


def test_positive_says_which_label_is_one(lossctl: Command) -> None:
    write("a.csv", "label,score\nspam,0.9\nham,0.3\n")
    for positive, expected in (
        ("spam", mean(-math.log(0.9), -math.log1p(-0.3))),
        ("ham", mean(-math.log1p(-0.9), -math.log(0.3))),
    ):
        assert lossctl("eval", "a.csv", "-l", "ce", "--positive", positive, "-b").value == pytest.approx(expected, rel=1e-15)


def test_label_one_is_positive_and_true_is_one(lossctl: Command) -> None:
    write("a.csv", "label,score\nTrue,0.9\nFalse,0.3\n")
    expected = mean(-math.log(0.9), -math.log1p(-0.3))
    assert lossctl("eval", "a.csv", "-l", "ce", "-b").value == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("labels", "said"),
    [("spma", "--positive 'spma' is no label; the labels are ham, spam"), ("spam", None)],
)
def test_a_positive_label_that_does_not_occur_is_refused_with_the_labels_there_are(
    lossctl: Command, labels: str, said: str | None
) -> None:
    write("a.csv", "label,score\nspam,0.9\nham,0.3\n")
    done = lossctl("eval", "a.csv", "-l", "ce", "--positive", labels)
    assert done.code == (0 if said is None else 3)
    assert said is None or said in done.err


def test_a_third_label_beside_the_positive_one_is_refused(lossctl: Command) -> None:
    write("a.csv", "label,score\nspam,0.9\nham,0.3\neggs,0.5\n")
    done = lossctl("eval", "a.csv", "-l", "ce", "--positive", "spam")
    assert done.code == 3
    assert "the labels are eggs, ham, spam" in done.err


def test_class_weights_stand_in_the_denominator_only_when_asked(lossctl: Command) -> None:
    write("a.csv", "y,p_0,p_1\n0,0.5,0.5\n1,0.75,0.25\n")
    plain = lossctl("eval", "a.csv", "-l", "ce:class_weight=1,3", "-b").value
    assert plain == mean(math.log(2), 3 * math.log(4))
    weighted = lossctl("eval", "a.csv", "-l", "ce:class_weight=1,3:weighted_mean=true", "-b").value
    assert weighted == pytest.approx((math.log(2) + 3 * math.log(4)) / 4, rel=1e-15)


def test_logits_found_by_name_need_to_be_called_logits(lossctl: Command) -> None:
    write("a.csv", "y_true,logit\n1,0.5\n")
    done = lossctl("eval", "a.csv", "-l", "ce")
    assert (done.code, done.err) == (
        2,
        "lossctl: error: ce reads probabilities unless told otherwise, and found a.csv:logit\n"
        "hint: say what they are: --from logits, or --from probs\n",
    )
    assert lossctl("eval", "a.csv", "-l", "ce", "-b", "--from", "logits").value == math.log1p(math.exp(-0.5))
    assert lossctl("eval", "a.csv", "-l", "ce", "-b", "--from", "probs").value == -math.log(0.5)


def test_margin_labels_are_decided_over_the_whole_dataset(lossctl: Command) -> None:
    for labels, code in (("1 0", 0), ("1 -1", 0), ("0 -1", 3), ("1 1", 0)):
        one, other = labels.split()
        write("a.csv", f"label,score\n{one},0.5\n{other},0.5\n")
        assert lossctl("eval", "a.csv", "-l", "hinge").code == code
    assert "labels -1 and 0 in one dataset" in lossctl("eval", write("b.csv", "label,score\n0,1\n-1,1\n"), "-l", "hinge").err


def test_a_positive_label_cannot_turn_named_class_columns_round(lossctl: Command) -> None:
    write("a.csv", "p_b,p_a,y\n0.5,0.5,a\n0.9,0.1,b\n")
    expected = mean(-math.log(0.5), -math.log(0.9))
    assert lossctl("eval", "a.csv", "-l", "ce", "-p", "p_*", "-b").value == expected
    assert lossctl("eval", "a.csv", "-l", "ce", "-p", "p_*", "-b", "--positive", "a").value == expected
    assert lossctl("eval", "a.csv", "-l", "ce", "-p", "p_*", "--positive", "b").code == 2


def test_names_that_share_their_end_are_whole_names(lossctl: Command) -> None:
    write("s.csv", "label,prob_positive,prob_negative\npositive,0.9,0.1\nnegative,0.2,0.8\n")
    done = lossctl("eval", "s.csv", "-l", "ce", "-p", "prob_*", "--json")
    run = json.loads(done.out)["runs"][0]
    assert (run["classes"], run["results"][0]["value"]) == (["positive", "negative"], mean(-math.log(0.9), -math.log(0.8)))
    turned = lossctl("eval", "s.csv", "-l", "ce", "-p", "prob_*", "--classes", "negative,positive")
    words = "lossctl: error: --classes is in another order than the columns, which are positive,negative\n"
    assert (turned.code, turned.err) == (2, words)


def test_columns_named_by_words_are_no_numbers(lossctl: Command) -> None:
    write("x.csv", "p_up,p_down,y\n0.2,0.8,0\n0.7,0.3,1\n")
    done = lossctl("eval", "x.csv", "-l", "ce", "-p", "p_*")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: x.csv line 2, column 'y': label '0' is none of the classes up, down\n"
        "hint: --classes says which is which, in column order: --classes 1,0 if 'up' is 1, --classes 0,1 if 'down' is\n",
    )
    for classes, one, other in (("1,0", 0.8, 0.7), ("0,1", 0.2, 0.3)):
        found = lossctl("eval", "x.csv", "-l", "ce", "-p", "p_*", "--classes", classes, "-b").value
        assert found == mean(-math.log(one), -math.log(other))


def test_listed_columns_are_classes_by_their_whole_names(lossctl: Command) -> None:
    write("a.csv", "label,prob_cat,prob_dog\ncat,0.9,0.1\ndog,0.2,0.8\n")
    write("b.csv", "prob_cat,prob_dog,prob_x\n0.9,0.1,7\n0.2,0.8,7\n")
    problem = "column 'label': label 'cat' is none of the classes prob_cat, prob_dog\nhint: what follows prob_ is the class with "
    for file, option in (("", "-p 'prob_*'"), ("b.csv:", "-p 'b.csv:prob_*' --classes cat,dog")):
        done = lossctl("eval", "a.csv", "-l", "ce", "-p", f"{file}prob_cat,prob_dog")
        assert (done.code, done.err) == (3, f"lossctl: error: a.csv line 2, {problem}{option}\n")
        found = lossctl("eval", "a.csv", "-l", "ce", "-b", *shlex.split(option)).value
        assert found == mean(-math.log(0.9), -math.log(0.8))


def test_bce_is_of_one_prediction_a_row(lossctl: Command) -> None:
    np.save("z.npy", np.array([[2.0, -1.0, 0.5], [-1.0, 0.5, 2.0]]))
    np.save("y.npy", np.array([[1, 0, 0], [0, 0, 1]]))
    problem = (
        "lossctl: error: z.npy: bce is of one prediction a row, and these are (n, 3)\n"
        "hint: -l ce takes a row for the classes of one label; labels of their own: -l multilabel_ce\n"
    )
    for losses in (["bce"], ["ce", "bce"], ["bce", "ce"]):
        done = lossctl("eval", "z.npy", "-t", "y.npy", "--from", "logits", "-l", ",".join(losses))
        assert (done.code, done.err) == (3, problem)
    assert problem in lossctl("check", "z.npy", "-t", "y.npy", "--from", "logits", "--max", "bce=9").err
    found = lossctl("eval", "z.npy", "-t", "y.npy", "--from", "logits", "-l", "ce", "-b").value
    assert found == pytest.approx(-2 + math.log(math.exp(2) + math.exp(-1) + math.exp(0.5)), rel=1e-14)
    write("p.csv", "prob,y\n0.25,1\n")
    assert lossctl("eval", "p.csv", "-l", "bce", "-b").value == -math.log(0.25)


def test_a_label_spelled_in_another_way_in_another_block_is_refused() -> None:
    facts = Facts()
    names = LabelNames(positive="2")
    assert names.codes(WordList(["2.0", "1"]), facts, lambda row: (row, f"line {row}")).tolist() == [1, 0]
    assert names.settle(facts) is None
    assert names.codes(WordList(["2.0", "2"]), facts, lambda row: (row + 5, f"line {row + 5}")).tolist() == [0, 1]
    assert names.settle(facts) == Fault("line 6", "the label '2' is spelled in several ways, so that it may be two labels")


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("1.0", 1), ("True", 1), ("false", 0), ("1e1", 10), (" 5 ", 5), (str(2**53 + 1), 2**53 + 1), ("-0.0", 0)],
)
def test_a_number_may_be_spelled_in_several_ways(text: str, number: int) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["01", "-01.5", "1_0", "", ".", "e1", "nan", "inf", "\uff11", "cat"])
def test_other_words_spell_no_number(text: str) -> None:
    assert number_of(text) is None


def test_listed_columns_are_named_by_their_ends_too(lossctl: Command) -> None:
    """-log 0.9 and -log 0.8; each class at the other's column: -log 0.1 and -log 0.2, which is 1.96."""
    write("a.csv", "label,p_cat,p_dog\ncat,0.9,0.1\ndog,0.2,0.8\n")
    run = ("eval", "a.csv", "-l", "ce", "-p", "p_cat,p_dog", "-b", "--classes")
    assert lossctl(*run, "cat,dog").value == mean(-math.log(0.9), -math.log(0.8))
    done = lossctl(*run, "dog,cat")
    words = "lossctl: error: --classes is in another order than the columns, which are p_cat,p_dog\n"
    assert (done.code, done.err) == (2, words)
    assert lossctl(*run, "no,yes").code == 3  # other words, of which none is a label


def test_columns_of_classes_are_these_words_or_follow_a_separator(lossctl: Command) -> None:
    Path("a.csv").write_text("y,tomcat,tomdog,p_cat,p_dog\ncat,0.1,0.9,0.5,0.5\n")
    assert lossctl("eval", "a.csv", "-l", "ce", "--classes", "cat,dog", "-b").value == math.log(2)
    Path("a.csv").write_text("y,p_cat,p_dog,cat,dog\ncat,0.1,0.9,0.5,0.5\n")
    assert lossctl("eval", "a.csv", "-l", "ce", "--classes", "cat,dog", "-b").value == math.log(2)


@pytest.mark.parametrize("classes", ["a,b", "a,b,c,d"])
def test_as_many_classes_are_named_as_there_are(classes: str, lossctl: Command) -> None:
    np.save("p.npy", np.full((2, 3), 1 / 3))
    Path("t.csv").write_text("y\na\nb\n")
    done = lossctl("eval", "p.npy", "-t", "t.csv:y", "-l", "ce", "--classes", classes)
    said = f"lossctl: error: --classes names {classes.count(',') + 1} classes, and there are 3\n"
    assert (done.code, done.err) == (2, said)


def test_an_ignored_number_is_one_that_doubles_tell_apart(lossctl: Command) -> None:
    Path("a.csv").write_text("y,p_0,p_1\n0,0.5,0.5\n")
    done = lossctl("eval", "a.csv", "-l", "ce", "--ignore", "9007199254740993")
    said = "--ignore '9007199254740993' is no label here; labels without names are numbers, below 2**53"
    assert (done.code, done.err) == (2, f"lossctl: error: {said}\n")


def test_positive_and_classes_are_not_given_both(lossctl: Command) -> None:
    done = lossctl("eval", "a.csv", "-l", "ce", "--positive", "b", "--classes", "a,b")
    said = "--positive and --classes both say which label is 1; give one of them"
    assert (done.code, done.err) == (2, f"lossctl: error: {said}\n")


@pytest.mark.parametrize(
    ("header", "classes", "lacking"),
    [
        ("y,p_cat,p_dog", "cat,fox", "the class 'fox' beside p_cat"),
        ("y,p_cat,p_dog", "dog,fox,cat,emu", "the classes 'fox', 'emu' beside p_dog, p_cat"),
        ("y,p_cat,p_dog", "cat,Dog", "the class 'Dog' beside p_cat; did you mean 'dog'?"),
        ("y,cat,p_dog", "cat,dog", "the class 'dog' beside cat"),
        ("y,q_cat,r_cat,r_dog", "cat,dog,fox", "the class 'fox' beside r_cat, r_dog"),
    ],
)
def test_a_class_without_a_column_is_named_where_others_have_one(
    lossctl: Command, header: str, classes: str, lacking: str
) -> None:
    """All columns by their places would give a number: that of another class."""
    write(
        "a.csv", f"{header}\ncat,0.8,0.2,0.1\ncat,0.6,0.4,0.1\n".replace(",0.1\n", "\n" if header.count(",") == 2 else ",0.1\n")
    )
    done = lossctl("eval", "a.csv", "-l", "ce", "--classes", classes)
    looked = "no column for the pred (looked for pred, y_pred, preds, prediction, predictions and 11 more)"
    columns = header.replace(",", ", ")
    assert (done.code, done.err) == (
        3,
        f"lossctl: error: a.csv: {looked}, and none for {lacking}\nhint: columns are {columns}\n",
    )


@pytest.mark.parametrize("columns", ["p_*", "p_cat,p_dog"])
def test_a_class_beside_one_that_is_called_as_its_column_is_another_than_its_own_is_refused(
    lossctl: Command, columns: str
) -> None:
    """The columns' names say that 0.6 is the probability of a dog, and no other number is that of a fox."""
    write("a.csv", "label,p_cat,p_dog\ncat,0.7,0.3\nfox,0.4,0.6\n")
    run = ("eval", "a.csv", "-l", "ce", "-p", columns, "--classes")
    called = "'dog' stands" if columns == "p_*" else "'p_dog' stands, which is called 'dog'"
    done = lossctl(*run, "cat,fox")
    assert (done.code, done.err) == (
        2,
        f"lossctl: error: --classes has 'fox' where column {called}, and 'cat' where its own does\n"
        "hint: name each class as its column is, or each another way; -p COLUMN,COLUMN says which columns are meant\n",
    )
    write("b.csv", "label,p_cat,p_dog\nlion,0.7,0.3\nfox,0.4,0.6\n")
    renamed = lossctl("eval", "b.csv", "-l", "ce", "-p", columns, "--classes", "lion,fox", "-b")
    assert renamed.value == mean(-math.log(0.7), -math.log(0.6))


def test_numbers_may_call_numbered_columns_otherwise_in_part(lossctl: Command) -> None:
    write("a.csv", "label,p_0,p_1\n0,0.7,0.3\n5,0.4,0.6\n")
    found = lossctl("eval", "a.csv", "-l", "ce", "-p", "p_*", "--classes", "0,5", "-b")
    assert found.value == mean(-math.log(0.7), -math.log(0.6))


@pytest.mark.parametrize("ending", ["parquet", "arrow", "jsonl"])
def test_labels_that_are_text_are_the_classes_of_columns_called_by_places(lossctl: Command, ending: str) -> None:
    """In the order in which labels occur, 2 would be the first class."""
    labels, rows = ["2", "0", "1.0"], [[0.2, 0.3, 0.5], [0.7, 0.2, 0.1], [0.1, 0.6, 0.3]]
    columns = {f"p_{place}": [row[place] for row in rows] for place in range(3)} | {"y": labels}
    table = pa.table(columns)
    if ending == "parquet":
        pq.write_table(table, "a.parquet")
    elif ending == "arrow":
        feather.write_feather(table, "a.arrow", "uncompressed")
    else:
        write("a.jsonl", "".join(json.dumps(row) + "\n" for row in table.to_pylist()))
    found = lossctl("eval", f"a.{ending}", "-l", "ce", "-b")
    assert found.value == mean(-math.log(0.5), -math.log(0.7), -math.log(0.6))


def test_a_word_that_is_none_of_the_numbers_of_columns_leads_to_classes(lossctl: Command) -> None:
    write("a.csv", "y,p_0,p_1,p_2\ncat,0.7,0.2,0.1\n")
    done = lossctl("eval", "a.csv", "-l", "ce")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.csv line 2, column 'y': label 'cat' is none of the classes 0, 1, 2\n"
        "hint: labels that are words: --classes A,B,... in column order\n",
    )
    assert lossctl("eval", "a.csv", "-l", "ce", "--classes", "cat,dog,elk", "-b").value == -math.log(0.7)


def test_columns_that_may_be_one_for_each_class_are_named_and_lead_to_their_classes(lossctl: Command) -> None:
    write("solution.csv", "image,label\na.png,dog\nb.png,fox\nc.png,dog\n")
    write("submission.csv", "image,fold,note,fox,dog\na.png,1,x,0.25,0.75\nb.png,1,y,0.5,0.5\nc.png,1,z,0.875,0.125\n")
    asked = ("eval", "submission.csv", "-t", "solution.csv", "--id", "image", "-l", "ce", "-b")
    done = lossctl(*asked, "--keep", "fold", "--save-samples", "s.csv")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: submission.csv: no column for the pred"
        " (looked for pred, y_pred, preds, prediction, predictions and 11 more)\n"
        "hint: where each class has a column: -p fox,dog; columns are image, fold, note, fox, dog\n",
    )
    expected = -(math.log(0.75) + math.log(0.5) + math.log(0.125)) / 3
    assert lossctl(*asked, "-p", "fox,dog").value == pytest.approx(expected, rel=1e-15)
    assert "-p COLUMN" in lossctl("eval", "submission.csv", "-t", "solution.csv", "--id", "image", "-l", "mse").err


def test_an_order_of_classes_that_is_the_alphabets_is_said_and_classes_names_another(lossctl: Command) -> None:
    write("a.csv", "y,p_high,p_low,p_mid\nlow,0.125,0.625,0.25\nhigh,0.5,0.25,0.25\n")
    asked = ("eval", "a.csv", "-t", "y", "-l", "rps", "-b")
    done = lossctl(*asked, "-p", "p_*")  # high, low, mid: (1/8, 3/4) for (0, 1), (1/2, 3/4) for (1, 1)
    assert done.value == (0.125**2 + 0.25**2 + 0.5**2 + 0.25**2) / 2
    assert done.err.splitlines()[1:] == [
        "lossctl: warning: a.csv: rps takes the columns' order for that of the classes, high < low < mid; "
        "another one: -p COLUMN,COLUMN,... --classes CLASS,CLASS,..."
    ]
    assert lossctl(*asked, "--classes", "low,mid,high").value != done.value
    done = lossctl(*asked, "-p", "p_low,p_mid,p_high", "--classes", "low,mid,high")  # (5/8, 7/8) for (1, 1), (1/4, 1/2) for 0s
    assert done.value == (0.375**2 + 0.125**2 + 0.25**2 + 0.5**2) / 2
    assert "warning" not in done.err
    assert "warning" not in lossctl("eval", "a.csv", "-t", "y", "-p", "p_*", "-l", "ce", "-b").err


@pytest.mark.parametrize(
    "command",
    [
        ("eval", "a.csv", "a.csv", "-l", "rps,rps:normalize=true"),
        ("compare", "a.csv", "a.csv", "-l", "rps,rps:normalize=true"),
        ("batch", "a.csv", "-l", "rps,rps:normalize=true"),
        ("check", "a.csv", "--max", "rps=1", "--max", "rps:normalize=true=1", "--max-rise", "rps=1", "--baseline", "a.csv"),
    ],
)
def test_a_warning_is_said_once(command: tuple[str, ...], lossctl: Command) -> None:
    write("a.csv", "y,p_high,p_low,p_mid\nlow,0.125,0.625,0.25\nhigh,0.5,0.25,0.25\n")
    done = lossctl(*command, "-t", "y", "-p", "p_*")
    assert (done.code, done.err.count("warning: a.csv: rps takes the columns' order")) == (0, 1)


@pytest.mark.parametrize(
    ("first", "second", "third", "said"), [("1star", "2star", "3star", False), ("1-5", "10-20", "6-9", True)]
)
def test_an_order_of_the_alphabet_that_is_one_of_numbers_too_is_taken(
    first: str, second: str, third: str, said: bool, lossctl: Command
) -> None:
    write("a.csv", f"y,p_{first},p_{second},p_{third}\n{first},0.125,0.625,0.25\n")
    assert ("warning" in lossctl("eval", "a.csv", "-t", "y", "-p", "p_*", "-l", "rps", "-b").err) is said


def test_of_losses_that_take_a_number_for_each_class_those_alone_depend_on_the_order_that_say_so() -> None:
    rng = np.random.default_rng(8)
    pred, target, order = rng.dirichlet(np.ones(4), 50), rng.integers(0, 4, 50), np.array([2, 0, 3, 1])
    for loss in LOSSES.values():
        role = loss.forms[0].roles.get("pred")
        if list(loss.forms[0].roles) != ["pred", "target"] or role is None or not role.of_classes:
            continue
        try:
            of_first = evaluate(pred, target, loss.name).value
        except LossctlError:
            continue
        same = evaluate(pred[:, order], np.argsort(order)[target], loss.name).value == pytest.approx(of_first, rel=1e-12)
        assert same is not role.ordered, loss.name


PROBABILITIES = "y,prob_cat,prob_dog,prob_elk\ncat,0.5,0.25,0.25\nelk,0.125,0.25,0.625\n"


def test_a_list_of_classes_that_columns_end_in_leads_to_them_in_that_order(lossctl: Command) -> None:
    write("a.csv", PROBABILITIES)
    write("y.csv", "y\ncat\nelk\n")
    there = "column 'dog' not found; there are y, prob_cat, prob_dog, prob_elk"
    done = lossctl("eval", "a.csv", "-l", "rps", "-p", "dog,cat,elk")
    hint = "leave -p dog,cat,elk out: --classes dog,cat,elk finds them"
    assert (done.code, done.err) == (3, f"lossctl: error: a.csv: {there}\nhint: {hint}\n")
    of_order = (0.25**2 + 0.25**2 + 0.25**2 + 0.375**2) / 2  # (1/4, 3/4) for (0, 1), (1/4, 3/8) for (0, 0)
    assert lossctl("eval", "a.csv", "-l", "rps", "--classes", "dog,cat,elk", "-b").value == of_order
    done = lossctl("eval", "-p", "a.csv:dog,cat,elk", "-t", "y.csv", "-l", "rps")
    assert done.err == f"lossctl: error: a.csv: {there}\nhint: -p a.csv --classes dog,cat,elk\n"
    assert lossctl("eval", "-p", "a.csv", "-t", "y.csv", "--classes", "dog,cat,elk", "-l", "rps", "-b").value == of_order
    done = lossctl("eval", "a.csv", "-l", "mse", "-p", "dog,elk", "-t", "prob_elk,prob_dog")
    assert done.err.endswith("hint: -p prob_dog,prob_elk\n")
    done = lossctl("eval", "a.csv", "-l", "ce", "-p", "dog,cat,elk", "--classes", "perro,gato,alce")
    assert done.err.endswith("hint: -p prob_dog,prob_cat,prob_elk\n")
    assert "hint" not in lossctl("eval", "a.csv", "-l", "ce", "-p", "dog,cat,cow").err


def test_numbers_with_gaps_are_classes_where_they_are_named(lossctl: Command) -> None:
    write("a.csv", "y,p_0,p_1,p_2,p_10\n10,0.25,0.125,0.125,0.5\n2,0.25,0.25,0.125,0.375\n")
    done = lossctl("eval", "a.csv", "-l", "ce", "-p", "p_*")
    problem = "the columns of 'p_*' are not consecutive: number 3 is missing"
    assert done.err == f"lossctl: error: a.csv: {problem}\nhint: if these are all, list them: p_0,p_1,p_2,p_10\n"
    assert lossctl("eval", "a.csv", "-l", "ce").err == done.err
    for named in (("-p", "p_*", "--classes", "0,1,2,10"), ("-p", "p_0,p_1,p_2,p_10")):
        assert lossctl("eval", "a.csv", "-l", "ce:base=2", *named, "-b").value == 2
    assert lossctl("eval", "a.csv", "-l", "ce", "-p", "p_*", "--classes", "0,1,2,9").err == done.err
    done = lossctl("eval", "a.csv", "-l", "ce", "-p", "p_*", "--classes", "10,2,1,0")
    assert (done.code, done.err) == (2, "lossctl: error: --classes is in another order than the columns, which are 0,1,2,10\n")
    write("b.csv", "y,p_1,p_2,p_4\n4,0.25,0.25,0.5\n")
    hint = "several columns make a vector: -p p_1,p_2,p_4; columns are y, p_1, p_2, p_4"
    assert lossctl("eval", "b.csv", "-l", "ce").err.endswith(f"hint: {hint}\n")
    assert lossctl("eval", "b.csv", "-l", "ce:base=2", "-p", "p_1,p_2,p_4", "-b").value == 1
