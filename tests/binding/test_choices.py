"""Each rule that picks a column, class order, row, file or denominator, with data where another pick gives another value."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.conftest import Command, mean, write


def test_a_usual_name_is_found_whatever_the_order_of_columns(lossctl: Command) -> None:
    write("a.csv", "x,y_pred,z,y_true\n9,1,7,2\n8,3,6,6\n")
    assert lossctl("eval", "a.csv", "-l", "mse", "-b").value == mean(1, 9)


def test_two_usual_names_are_refused_and_listed(lossctl: Command) -> None:
    write("a.csv", "y_true,y_pred,score\n1,2,3\n")
    done = lossctl("eval", "a.csv", "-l", "mse")
    assert done.code == 3
    assert done.err == (
        "lossctl: error: a.csv: several columns could be the pred: 'y_pred', 'score'\nhint: name one: -p y_pred or -p score\n"
    )


@pytest.mark.parametrize(
    "header", ["Prob_0,PROB_1,Y_True", " p_0, p_1 , Label", "Y,PROBA_0 ,proba_1", "PRED_0,Pred_1,y", "1 , 0,TARGET"]
)
def test_case_and_blanks_count_for_nothing_in_the_names_of_vectors(header: str, lossctl: Command) -> None:
    cells = [{"0": "0.25", "1": "0.75"}.get(name.strip()[-1], "1") for name in header.split(",")]
    write("a.csv", f"{header}\n{','.join(cells)}\n")
    assert lossctl("eval", "a.csv", "-l", "ce", "-b").value == -math.log(0.75)


def test_roles_of_vectors_are_found_in_any_case(lossctl: Command) -> None:
    write("a.csv", "Anchor_0,ANCHOR_1, positive_0,positive_1 ,negative_0,Negative_1\n0,0,3,4,0,1\n")
    assert lossctl("eval", "a.csv", "-l", "triplet", "-b").value == 5


def test_logits_in_capitals_are_logits_too(lossctl: Command) -> None:
    write("a.csv", "LOGIT_0,Logit_1,y\n0,1,1\n")
    done = lossctl("eval", "a.csv", "-l", "ce", "-b")
    assert (done.code, done.err) == (
        2,
        "lossctl: error: ce reads probabilities unless told otherwise, and found a.csv:LOGIT_0,Logit_1\n"
        "hint: say what they are: --from logits, or --from probs\n",
    )


def test_columns_of_a_vector_that_differ_in_case_alone_are_refused(lossctl: Command) -> None:
    write("a.csv", "p_0,p_1,P_1,y\n0.25,0.75,0.5,1\n")
    done = lossctl("eval", "a.csv", "-l", "ce")
    assert (done.code, done.err) == (3, "lossctl: error: a.csv: the columns 'p_1' and 'P_1' differ only in case or blanks\n")


@pytest.mark.parametrize(
    ("header", "candidates", "hint"),
    [
        ("p_0,p_1,prob_0,prob_1,y", "'p_0,p_1', 'prob_0,prob_1'", "-p p_0,p_1 or -p prob_0,prob_1"),
        ("p_0,p_1,p_2,prob_0,prob_1,y", "'p_0..p_2', 'prob_0,prob_1'", "-p p_0..p_2 or -p prob_0,prob_1"),
    ],
)
def test_of_several_vectors_the_hint_names_each_whole(header: str, candidates: str, hint: str, lossctl: Command) -> None:
    write("a.csv", f"{header}\n{','.join('1' for _ in header.split(','))}\n")
    done = lossctl("eval", "a.csv", "-l", "ce")
    assert (done.code, done.err) == (
        3,
        f"lossctl: error: a.csv: several columns could be the pred: {candidates}\nhint: name one: {hint}\n",
    )


def test_what_svm_predict_writes_asks_for_the_truth(lossctl: Command) -> None:
    write("a.txt", "labels 1 -1\n1 0.9 0.1\n-1 0.2 0.8\n")
    write("t.csv", "y\n1\n-1\n")
    done = lossctl("eval", "a.txt", "-l", "ce")
    assert done.code == 3
    assert done.err.splitlines()[1] == ("hint: labels are what svm-predict predicted; name the truth: -p 1,-1 -t FILE:COLUMN")
    assert lossctl("eval", "a.txt", "-l", "ce", "-p", "1,-1", "-t", "t.csv:y", "-b").value == pytest.approx(
        -(math.log(0.9) + math.log(0.8)) / 2
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
    problem = "lossctl: error: a.csv: the columns of 'p_*' are not consecutive: number 1 is missing\n"
    assert (done.code, done.err) == (3, f"{problem}hint: if these are all, list them: p_0,p_2\n")


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
    write("b.csv", "y_true,y_pred,Weight \n0,1,3\n0,2,1\n")
    assert "the column 'Weight ' is not used; to weight rows: -w 'Weight '" in lossctl("eval", "b.csv", "-l", "mse", "-b").err


def test_rows_pair_by_key_in_whatever_order_and_as_text(lossctl: Command) -> None:
    write("p.csv", "id,y_pred\n01,1\n1,2\nb,3\n")
    write("t.csv", "id,y_true\nb,3.5\n1,2\n01,0\n")
    assert lossctl("eval", "p.csv", "-t", "t.csv:y_true", "-l", "mse", "-b", "--id", "id").value == mean(1, 0, 0.25)
    assert lossctl("eval", "p.csv", "-t", "t.csv:y_true", "-l", "mse", "-b", "--in-order").value == mean(6.25, 0, 9)


def test_dropped_rows_are_dropped_for_every_loss_and_counted(lossctl: Command) -> None:
    write("a.csv", "y_true,y_pred,weight\n0,1,1\n0,NA,1\n5,7,\n")
    done = lossctl("eval", "a.csv", "-l", "mse,mae", "-w", "weight", "--nan", "drop", "--json")
    run = json.loads(done.out)["runs"][0]
    assert (run["rows"], run["used"], run["dropped"]) == (3, 1, {"nan": 2})
    assert [result["value"] for result in run["results"]] == [1, 1]


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


def test_vectors_of_two_roles_pair_by_name_or_not_at_all(lossctl: Command) -> None:
    write("a.csv", "prob_a,prob_b,target_b,target_a\n0.1,0.9,1,0\n")
    done = lossctl("eval", "a.csv", "-l", "ce", "-p", "prob_*", "-t", "target_*")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.csv:prob_a,prob_b and a.csv:target_b,target_a: the columns of pred are a, b, those of target b, a\n"
        "hint: rename the columns of one, or save both as arrays\n",
    )
    write("b.csv", "prob_a,prob_b,target_a,target_b\n0.1,0.9,0,1\n")
    assert lossctl("eval", "b.csv", "-l", "ce", "-p", "prob_*", "-t", "target_*", "-b").value == -math.log(0.9)


def test_a_gap_in_numbered_columns_never_cuts_the_vector(lossctl: Command) -> None:
    write("a.csv", "logit_0,logit_1,logit_3,y\n1,2,30,1\n")
    for options in ((), ("-p", "logit_0.."), ("-p", "logit_*")):
        done = lossctl("eval", "a.csv", "-l", "ce", "--from", "logits", *options)
        assert done.code == 3
        assert "not consecutive: number 2 is missing" in done.err


@pytest.mark.parametrize("arguments", [[], ["-t", "y"], ["-p", "y"]])
def test_one_column_is_never_two_roles_unless_both_were_named(lossctl: Command, arguments: list[str]) -> None:
    Path("a.csv").write_text("y\n1\n2\n")
    Path("b.csv").write_text("y\n1\n4\n")
    done = lossctl("eval", "a.csv", "-l", "mse", *arguments)
    assert (done.code, done.err.splitlines()[0]) == (3, "lossctl: error: a.csv: y would be both the pred and the target")
    assert lossctl("eval", "a.csv", "-t", "b.csv", "-l", "mse", "-b", "-q").out == "2\n"
    assert lossctl("eval", "a.csv", "-t", "y", "-p", "y", "-l", "mse", "-b", "-q").out == "0\n"


def test_files_that_seem_swapped_are_warned_of(lossctl: Command) -> None:
    Path("truth.csv").write_text("y_true\n1\n0\n")
    Path("preds.csv").write_text("y_pred\n0.5\n0.25\n")
    swapped = lossctl("eval", "truth.csv", "-t", "preds.csv", "-l", "mae", "-b")
    assert swapped.out == "0.375\n"
    assert swapped.err.splitlines()[1:] == [
        "lossctl: warning: truth.csv: the pred is truth.csv:y_true, by its name a target; if that is meant, name the column",
        "lossctl: warning: truth.csv: the target is preds.csv:y_pred, by its name a pred; if that is meant, name the column",
    ]
    meant = lossctl("eval", "-p", "truth.csv:y_true", "-t", "preds.csv:y_pred", "-l", "mae", "-b")
    right = lossctl("eval", "preds.csv", "-t", "truth.csv", "-l", "mae", "-b")
    assert (meant.out, right.out) == ("0.375\n", "0.375\n")
    assert "warning" not in meant.err + right.err


@pytest.mark.parametrize(
    "header", [".pred,truth,n", " .Pred ,Truth,n", ".PREDICTED,.obs,n", "n,Actual,.fitted", ".prediction,gt,n"]
)
def test_a_dot_before_a_usual_name_counts_for_nothing(header: str, lossctl: Command) -> None:
    names = header.split(",")
    values = {name: 9 if name == "n" else 3 if "d" in name.lower() and "truth" not in name.lower() else 1 for name in names}
    Path("a.csv").write_text(f"{header}\n{','.join(str(values[name]) for name in names)}\n")
    assert lossctl("eval", "a.csv", "-l", "mae", "-b").out == "2\n"


def test_an_exact_name_wins_over_one_with_a_dot_and_two_of_these_are_refused(lossctl: Command) -> None:
    Path("a.csv").write_text(".pred,pred,y\n5,2,1\n")
    assert lossctl("eval", "a.csv", "-l", "mae", "-b").out == "1\n"
    Path("a.csv").write_text(".pred,Pred,y\n5,2,1\n")
    assert lossctl("eval", "a.csv", "-l", "mae", "-b").out == "1\n"
    Path("a.csv").write_text(".pred,.Pred,y\n5,2,1\n")
    done = lossctl("eval", "a.csv", "-l", "mae")
    assert (done.code, done.err.splitlines()[0]) == (
        3,
        "lossctl: error: a.csv: several columns could be the pred: '.pred', '.Pred'",
    )


@pytest.mark.parametrize("classes", [["no", "yes"], ["3", "8"]])
def test_a_pattern_keeps_the_columns_that_are_classes(classes: list[str], lossctl: Command) -> None:
    """Of all three columns the classes would be `class` and two others, and of the first two another loss."""
    one, two = classes
    write("a.csv", f".pred_class,.pred_{one},.pred_{two},y\n{one},0.75,0.25,{one}\n{one},0.5,0.5,{two}\n")
    command = ["eval", "a.csv", "-l", "ce", "-p", ".pred_*", "-b"]
    value = -mean(math.log(0.75), math.log(0.5))
    assert lossctl(*command, "--classes", ",".join(classes)).value == pytest.approx(value, rel=1e-15)
    done = lossctl(*command)
    assert done.code == 3
    if one == "no":
        assert done.err.splitlines()[1] == "hint: if 'class' is the name of no class: --classes no,yes"


@pytest.mark.parametrize("weight", ["-1", "inf"])
def test_a_weight_that_is_no_finite_number_from_0_on_is_refused(weight: str, lossctl: Command) -> None:
    Path("a.csv").write_text(f"y,pred,w\n0,1,1\n0,2,{weight}\n")
    done = lossctl("eval", "a.csv", "-l", "mse", "-w", "w", "-b")
    said = f"lossctl: error: a.csv line 3, column 'w': weight {weight} is not a finite number >= 0\n"
    assert (done.code, done.out, done.err) == (3, "", said)


@pytest.mark.parametrize(("rows", "said"), [(1, "1 row"), (3, "3 rows")])
def test_text_tables_of_other_lengths_are_refused_with_both(rows: int, said: str, lossctl: Command) -> None:
    Path("p.csv").write_text("pred\n1\n2\n")
    Path("t.csv").write_text("y\n" + "0\n" * rows)
    done = lossctl("eval", "p.csv", "-t", "t.csv:y", "-l", "mse", "-b")
    expected = f"lossctl: error: p.csv and t.csv: different lengths: pred has 2 rows, target has {said}\n"
    assert (done.code, done.out, done.err) == (3, "", expected)


def test_a_pattern_of_eleven_columns_goes_by_their_numbers(lossctl: Command) -> None:
    columns = [f"q_{number}" for number in range(11)]
    cells = ["0.5" if number == 2 else "0.05" for number in range(11)]
    Path("a.csv").write_text(f"y,{','.join(columns)}\n2,{','.join(cells)}\n")
    found = lossctl("eval", "a.csv", "-l", "rps", "-p", "q_*", "-t", "y", "-b").value  # of classes in their order
    assert found == pytest.approx(0.05**2 * (1 + 4 + 204), rel=1e-13)  # 204 is 1 + 4 + 9 + ... + 64; by text q_10 is the third


def test_a_gap_in_columns_that_begin_at_1_is_refused(lossctl: Command) -> None:
    Path("a.csv").write_text("y,q_1,q_3\n1,0.5,0.5\n")
    done = lossctl("eval", "a.csv", "-l", "ce", "-p", "q_*", "-b")
    said = "lossctl: error: a.csv: the columns of 'q_*' are not consecutive: number 2 is missing\n"
    assert (done.code, done.err) == (3, f"{said}hint: if these are all, list them: q_1,q_3\n")


def test_a_column_is_not_listed_twice(lossctl: Command) -> None:
    Path("a.csv").write_text("y,u,v\n1,0.5,0.5\n")
    done = lossctl("eval", "a.csv", "-l", "ce", "-p", "u,u", "-b")
    assert (done.code, done.err) == (3, "lossctl: error: a.csv: column 'u' is listed twice in 'u,u'\n")


def test_a_range_has_one_name_at_both_ends(lossctl: Command) -> None:
    Path("a.csv").write_text("y,u0,u1,v1\n1,0.5,0.5,0.5\n")
    done = lossctl("eval", "a.csv", "-l", "ce", "-p", "u0..v1", "-b")
    assert (done.code, done.err) == (3, "lossctl: error: a.csv: column 'u0..v1' not found; there are y, u0, u1, v1\n")
    assert lossctl("eval", "a.csv", "-l", "ce", "-p", "u0..1", "-b").value == math.log(2)


@pytest.mark.parametrize(
    ("header", "row", "hint"),
    [
        ("label,prediction,probability", "1,0,0.25", "-p prediction or -p probability"),
        ("label,pred,p_0,p_1", "1,0,0.5,0.5", "-p pred or -p p_0,p_1"),
        ("label,raw_a,raw_b,cal_a,cal_b", "a,0.5,0.5,0.25,0.75", "-p 'raw_*' or -p 'cal_*'"),
        ("label,Pred,pred", "1,0,0.25", "-p pred or -p Pred"),
    ],
)
def test_a_hint_prefers_none_of_columns_that_may_be_meant(header: str, row: str, hint: str, lossctl: Command) -> None:
    write("a.csv", f"{header}\n{row}\n")
    done = lossctl("eval", "a.csv", "-l", "ce", *(["--classes", "a,b"] if "raw" in header else []))
    assert (done.code, done.err.splitlines()[1]) == (3, f"hint: name one: {hint}")


def test_of_a_file_of_predictions_without_header_all_columns_may_be_a_vector(lossctl: Command) -> None:
    write("p.txt", "0.5 0.25 0.25\n0.25 0.5 0.25\n")
    write("y.txt", "0\n1\n")
    done = lossctl("eval", "p.txt", "-t", "y.txt", "-l", "ce:base=2", "--no-header")
    by_number = "hint: without a header, name columns by number: -p NUMBER"
    assert done.err.splitlines()[1] == f"{by_number}, or all as a vector: -p 1..3"
    assert lossctl("eval", "p.txt", "-t", "y.txt", "-l", "ce:base=2", "--no-header", "-p", "1..3", "-b").value == 1
    for more in (["-l", "mse", "-t", "y.txt"], ["-l", "ce", "-t", "3"], ["-l", "ce"]):
        assert lossctl("eval", "p.txt", "--no-header", *more).err.splitlines()[1] == by_number


@pytest.mark.parametrize("name", ["y.npy", "y.npz"])
def test_an_array_of_words_says_how_they_are_read(name: str, lossctl: Command) -> None:
    np.save("p.npy", [[0.5, 0.5], [0.25, 0.75]])
    words = np.array(["a", "b"])
    np.save("y.npy", words)
    np.savez("y.npz", y=words)
    done = lossctl("eval", "p.npy", "-t", name, "-l", "ce", "--classes", "a,b")
    hint = "words go into a table of text: pandas.Series(words, name='y').to_csv('y.csv', index=False)"
    assert (done.code, done.err.splitlines()[1]) == (3, f"hint: {hint}")
    pd.Series(words, name="y").to_csv("y.csv", index=False)
    assert lossctl("eval", "p.npy", "-t", "y.csv", "-l", "ce:base=2", "--classes", "a,b", "-b").value == (1 - np.log2(0.75)) / 2
