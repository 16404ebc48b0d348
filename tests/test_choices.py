"""Each rule that picks a column, class order, row, file or denominator, with data where another pick gives another value."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Command


def write(name: str, text: str) -> str:
    Path(name).write_text(text)
    return name


def mean(*terms: float) -> float:
    return sum(terms) / len(terms)


def test_a_usual_name_is_found_whatever_the_order_of_columns(lossctl: Command) -> None:
    write("a.csv", "x,y_pred,z,y_true\n9,1,7,2\n8,3,6,6\n")
    assert lossctl("eval", "a.csv", "-l", "mse", "-b").value == mean(1, 9)


def test_two_usual_names_are_refused_and_listed(lossctl: Command) -> None:
    write("a.csv", "y_true,y_pred,score\n1,2,3\n")
    done = lossctl("eval", "a.csv", "-l", "mse")
    assert done.code == 3
    assert done.err == (
        "lossctl: error: a.csv: several columns could be the pred: 'y_pred', 'score'\nhint: name one: -p y_pred\n"
    )


def test_a_named_column_wins_over_the_usual_one(lossctl: Command) -> None:
    write("a.csv", "y_true,y_pred,other\n1,2,5\n")
    assert lossctl("eval", "a.csv", "-p", "other", "-l", "mse", "-b").value == 16


def test_an_exact_header_wins_over_a_column_number(lossctl: Command) -> None:
    write("a.csv", "a,1,y\n5,7,1\n")
    assert lossctl("eval", "a.csv", "-p", "1", "-t", "y", "-l", "mae", "-b").value == 6


def test_a_column_number_counts_from_one(lossctl: Command) -> None:
    write("a.csv", "a,b,c\n5,7,1\n")
    assert lossctl("eval", "a.csv", "-p", "1", "-t", "3", "-l", "mae", "-b").value == 4


def test_a_header_that_is_data_is_refused_for_columns_by_number(lossctl: Command) -> None:
    write("a.csv", "1.5,2\n3,9\n")
    done = lossctl("eval", "a.csv", "-p", "1", "-t", "2", "-l", "mae")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.csv line 1: the header of the wanted column is a number, '1.5'\n"
        "hint: if the first line is data: --no-header\n",
    )
    assert lossctl("eval", "a.csv", "-p", "1", "-t", "2", "-l", "mae", "-b", "--no-header").value == mean(0.5, 6)


def test_a_duplicate_header_is_refused_only_where_it_is_used(lossctl: Command) -> None:
    write("a.csv", "y_true,y_pred,y_pred\n1,2,3\n")
    done = lossctl("eval", "a.csv", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.csv line 1: column 'y_pred' is there more than once\nhint: name it by number: 2 or 3\n",
    )
    assert lossctl("eval", "a.csv", "-p", "3", "-l", "mse", "-b").value == 4
    write("b.csv", "y_true,y_pred,x,x\n1,2,3,4\n")
    assert lossctl("eval", "b.csv", "-l", "mse", "-b").value == 1


def test_vector_columns_go_by_their_numbers_not_by_their_places(lossctl: Command) -> None:
    names = [f"p_{number}" for number in (0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9)]
    values = ["0.01", "0.3", "0.02", "0.03", "0.2", *["0.0628571428571428"] * 7]
    write("a.csv", f"y,{','.join(names)}\n2,{','.join(values)}\n")
    for source in ("p_*", "p_0..p_11", "p_0.."):
        assert lossctl("eval", "a.csv", "-p", source, "-l", "ce", "-b").value == -math.log(0.2)
    assert lossctl("eval", "a.csv", "-l", "ce", "-b").value == -math.log(0.2)


def test_numbers_of_vector_columns_must_be_consecutive(lossctl: Command) -> None:
    write("a.csv", "y,p_0,p_2\n0,0.5,0.5\n")
    done = lossctl("eval", "a.csv", "-p", "p_*", "-l", "ce")
    assert (done.code, done.err) == (3, "lossctl: error: a.csv: the columns of 'p_*' are not consecutive: number 1 is missing\n")


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


def test_columns_numbered_from_one_take_labels_from_one_or_from_zero_as_the_labels_show(lossctl: Command) -> None:
    table = "label,p_1,p_2,p_3\n{}\n{}\n"
    write("one.csv", table.format("1,0.7,0.2,0.1", "3,0.3,0.4,0.3"))
    write("zero.csv", table.format("0,0.7,0.2,0.1", "2,0.3,0.4,0.3"))
    write("both.csv", table.format("1,0.7,0.2,0.1", "2,0.3,0.4,0.3"))
    expected = mean(-math.log(0.7), -math.log(0.3))
    for name in ("one.csv", "zero.csv"):
        assert lossctl("eval", name, "-p", "p_*", "-l", "ce", "-b").value == pytest.approx(expected, rel=1e-15)
    done = lossctl("eval", "both.csv", "-p", "p_*", "-l", "ce")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: both.csv: labels may be the columns' numbers 1, ... or places from 0\n"
        "hint: say which: --classes with the labels in column order\n",
    )
    assert lossctl("eval", "both.csv", "-p", "p_*", "-l", "ce", "-b", "--classes", "1,2,3").value == mean(
        -math.log(0.7), -math.log(0.4)
    )


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


def test_several_files_are_several_runs_and_pooled_only_when_asked(lossctl: Command) -> None:
    write("a.csv", "y_true,y_pred\n0,1\n0,1\n0,1\n")
    write("b.csv", "y_true,y_pred\n0,3\n")
    assert lossctl("eval", "a.csv", "b.csv", "-l", "mse", "-b").out == "1\n9\n"
    assert lossctl("eval", "a.csv", "b.csv", "-l", "mse", "-b", "--pool").out == "3\n"


def test_pooled_vector_columns_pair_by_name_not_by_place(lossctl: Command) -> None:
    write("a.csv", "label,prob_dog,prob_cat\ncat,0.8,0.2\n")
    write("b.csv", "label,prob_cat,prob_dog\ncat,0.7,0.3\n")
    found = lossctl("eval", "a.csv", "b.csv", "--pool", "-p", "prob_*", "-l", "ce", "--reduction", "sum", "-b")
    assert found.value == -math.log(0.2) - math.log(0.7)


def test_a_weight_is_used_only_when_asked_for_and_stands_in_the_denominator(lossctl: Command) -> None:
    write("a.csv", "y_true,y_pred,weight\n0,1,3\n0,2,1\n")
    done = lossctl("eval", "a.csv", "-l", "mse", "-b")
    assert done.value == 2.5
    assert "the column 'weight' is not used; to weight rows: -w weight" in done.err
    assert lossctl("eval", "a.csv", "-l", "mse", "-b", "-w", "weight").value == 7 / 4


def test_class_weights_stand_in_the_denominator_only_when_asked(lossctl: Command) -> None:
    write("a.csv", "y,p_0,p_1\n0,0.5,0.5\n1,0.75,0.25\n")
    plain = lossctl("eval", "a.csv", "-l", "ce:class_weight=1,3", "-b").value
    assert plain == mean(math.log(2), 3 * math.log(4))
    weighted = lossctl("eval", "a.csv", "-l", "ce:class_weight=1,3:weighted_mean=true", "-b").value
    assert weighted == pytest.approx((math.log(2) + 3 * math.log(4)) / 4, rel=1e-15)


def test_rows_pair_by_key_in_whatever_order_and_as_text(lossctl: Command) -> None:
    write("p.csv", "id,y_pred\n01,1\n1,2\nb,3\n")
    write("t.csv", "id,y_true\nb,3.5\n1,2\n01,0\n")
    assert lossctl("eval", "p.csv", "-t", "t.csv:y_true", "-l", "mse", "-b", "--id", "id").value == mean(1, 0, 0.25)
    assert lossctl("eval", "p.csv", "-t", "t.csv:y_true", "-l", "mse", "-b").value == mean(6.25, 0, 9)


def test_dropped_rows_are_dropped_for_every_loss_and_counted(lossctl: Command) -> None:
    write("a.csv", "y_true,y_pred,weight\n0,1,1\n0,NA,1\n5,7,\n")
    done = lossctl("eval", "a.csv", "-l", "mse,mae", "-w", "weight", "--nan", "drop", "--json")
    run = json.loads(done.out)["runs"][0]
    assert (run["rows"], run["used"], run["dropped"]) == (3, 1, {"nan": 2})
    assert [result["value"] for result in run["results"]] == [1, 1]


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


def test_an_array_serves_the_first_role_alone(lossctl: Command) -> None:
    np.save("p.npy", np.array([1.0, 2.0]))
    done = lossctl("eval", "p.npy", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: no target given, and p.npy is a bare array\nhint: name its file: -t FILE\n",
    )


def test_with_right_given_an_array_is_left_and_without_it_a_distance(lossctl: Command) -> None:
    np.save("a.npy", np.array([0.5, 2.0]))
    np.save("b.npy", np.array([0.0, 0.5]))
    np.save("t.npy", np.array([1, 1]))
    assert lossctl("eval", "a.npy", "-t", "t.npy", "-l", "contrastive", "-b").value == mean(0.125, 2)
    assert lossctl("eval", "a.npy", "-r", "right=b.npy", "-t", "t.npy", "-l", "contrastive", "-b").value == mean(0.125, 1.125)


def test_columns_with_padded_numbers_are_a_range_and_two_of_one_number_are_refused(lossctl: Command) -> None:
    write("a.csv", "y,p_00,p_01,p_02\n1,0.2,0.5,0.3\n")
    for source in ("p_00..p_02", "p_00..", "p_*"):
        assert lossctl("eval", "a.csv", "-p", source, "-l", "ce", "-b").value == math.log(2)
    write("b.csv", "y,p_0,p_1,p_01\n1,0.2,0.5,0.3\n")
    done = lossctl("eval", "b.csv", "-p", "p_*", "-l", "ce")
    assert (done.code, done.err) == (3, "lossctl: error: b.csv: two columns of 'p_*' have the same number\n")
