"""`lossctl losses`: the losses in families, the page of one, and all that is declared for machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lossctl import LOSSES
from tests.conftest import Command, Outcome


def test_the_page_of_a_loss_says_what_its_values_are(lossctl: Command) -> None:
    for name, expected in (
        ("mae", "one for each row; 0 or more; best 0; least on average at the median of the target"),
        (
            "bias",
            "one for each row; any number; best 0; models are compared by how far from that they are (lossctl help intervals)\n",
        ),
        ("rmse", "a function of the mean of what rows cost; 0 or more; best 0; least on average at the mean of the target"),
        (
            "wmape",
            "a ratio: the sum of costs divided by the sum of abs(target); 0 or more; best 0; least on average at the median",
        ),
        ("miss", "one for each row; 0 to 1; best 0"),
        ("given", "one for each row; any number; without a best value"),
    ):
        assert f"\nvalue\n    {expected}" in lossctl("losses", name).out
    assert (
        "\nthe same number elsewhere\n    sklearn.metrics.mean_pinball_loss(target, pred, alpha=q)\n"
        in lossctl("losses", "pinball").out
    )


def test_a_page_names_a_parameter_that_is_needed_in_its_example(lossctl: Command) -> None:
    assert lossctl("losses", "winkler").out.endswith(
        "    lossctl eval -l interval_score:alpha=0.25 -r lower=lower.npy -r upper=upper.npy -r target=target.npy\n"
    )


def test_people_read_losses_by_family_and_tables_have_it_as_a_column(lossctl: Command) -> None:
    shown = lossctl("losses", "-f", "table").out
    families = list(dict.fromkeys(loss.family for loss in LOSSES.values()))
    assert [line for line in shown.splitlines() if line in families] == families
    header, *rows = lossctl("losses", "-f", "tsv").out.splitlines()
    assert header.split("\t")[:2] == ["family", "loss"]
    assert [tuple(row.split("\t")[:2]) for row in rows] == [(loss.family, name) for name, loss in LOSSES.items()]


def test_machines_get_all_that_is_declared(lossctl: Command) -> None:
    found = json.loads(lossctl("losses", "--json").out)
    assert found["schema"] == "lossctl/losses@1"
    assert [loss["name"] for loss in found["losses"]] == list(LOSSES)
    (one,) = json.loads(lossctl("losses", "huber", "--json").out)["losses"]
    assert one["parameters"]["delta"] == {
        "required": False,
        "default": 1.0,
        "values": "a finite number > 0",
        "meaning": "error where the curve turns linear",
        "shown": [0.5, 1, 2],
        "only": {},
    }
    assert one["inputs"] == [{name: {"shape": "(n, ...)", "meaning": "real (n, ...)"} for name in ("pred", "target")}]
    assert (one["unit"], one["range"], one["best"], one["better"], one["known_as"]["HuberLoss"]) == (
        "row",
        [0, None],
        0,
        "low",
        "huber",
    )


def test_machines_get_as_much_of_each_loss(lossctl: Command) -> None:
    found = json.loads(lossctl("losses", "--json").out)["losses"]
    keys = {
        "unit",
        "range",
        "best",
        "better",
        "proper",
        "elicits",
        "inputs",
        "parameters",
        "calls",
        "reference",
        "formula",
        "example",
    }
    assert [one["name"] for one in found if not keys <= one.keys()] == []
    for one in found:
        assert all(role["shape"] and role["meaning"] for form in one["inputs"] for role in form.values()), one["name"]
        assert all(parameter["meaning"] and parameter["values"] for parameter in one["parameters"].values()), one["name"]


@pytest.mark.parametrize("name", ["rmse", "wmape", "cox", "ndcg_loss", "mae"])
def test_the_unit_of_a_value_is_one_of_five(lossctl: Command, name: str) -> None:
    expected = {"rmse": "value", "wmape": "ratio", "cox": "whole", "ndcg_loss": "group", "mae": "row"}
    assert json.loads(lossctl("losses", name, "--json").out)["losses"][0]["unit"] == expected[name]


def test_losses_that_fit_a_file_are_listed_with_its_columns_and_the_others_with_why(lossctl: Command) -> None:
    Path("i.csv").write_text("lower,upper,y\n1,2,3\n")
    done = lossctl("losses", "--for", "i.csv")
    fitting, others = done.out.split("\n\n")
    assert fitting.splitlines() == [
        "loss\tcolumns\twhat it is",
        "interval_score:alpha=0.25\tlower lower, upper upper, target y\t"
        "Width of a prediction interval, and a penalty for targets outside it.",
        "miss\tlower lower, upper upper, target y\tWhether the target lies outside the interval; the mean is 1 - coverage.",
    ]
    reasons = {why: losses for losses, why in (line.split("\t") for line in others.splitlines()[1:])}
    assert reasons["no column for the value (looked for value)"] == "given"
    assert sorted(", ".join(reasons.values()).split(", ")) == sorted(set(LOSSES) - {"interval_score", "miss"})


def test_one_loss_is_looked_at_alone_and_what_is_wrong_for_all_is_said(lossctl: Command) -> None:
    Path("p.csv").write_text("yhat,y\n1,2\n")
    assert lossctl("losses", "huber", "--for", "p.csv").out.splitlines()[1].startswith("huber\tpred yhat, target y\t")
    done = lossctl("losses", "--for", "none.csv")
    assert (done.code, done.err) == (3, "lossctl: error: none.csv: cannot be read: no such file\n")
    done = lossctl("losses", "--for", "-")
    problem = "--for looks at a file once for each loss, and standard input can be read once"
    assert (done.code, done.err) == (2, f"lossctl: error: {problem}\n")
    done = lossctl("losses", "--for", "p.csv", "-o", "p.csv")
    assert done.code == 2


def _reasons(done: Outcome) -> dict[str, str]:
    """Why each loss that does not fit does not."""
    assert done.code == 0, done.err
    others = (line.split("\t") for line in done.out.split("\n\n")[1].splitlines()[1:])
    return {loss: why for losses, why in others for loss in losses.split(", ")}


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        (
            "0.5,1\n0.2,-1\n",
            {"ce": "label -1; expected 0, 1, or a soft label between them", "poisson_nll": "target -1 is below 0"},
        ),
        (
            "0.5,1\n0.2,0\n",
            {"mape": "the target is 0, and no error is a share of it", "gamma_deviance": "target 0 is not above 0"},
        ),
        ("1,1\n2,4\n", {"hinge": "label 4; expected -1 and 1, or 0 and 1", "auc_loss": "label 4; expected 0 or 1"}),
        ("1,-1\n2,0\n", {"hinge": "labels -1 and 0 in one dataset; expected -1 and 1, or 0 and 1"}),
    ],
)
def test_losses_whose_domain_the_first_rows_are_outside_of_do_not_fit(
    lossctl: Command, rows: str, reasons: dict[str, str]
) -> None:
    Path("v.csv").write_text(f"y_pred,y_true\n{rows}")
    found = _reasons(lossctl("losses", "--for", "v.csv"))
    assert {loss: found[loss] for loss in reasons} == {loss: f"line 3, column 'y_true': {why}" for loss, why in reasons.items()}
    assert "mse" not in found


def test_only_the_first_rows_are_looked_at_and_those_that_lack_a_value_are_passed_over(lossctl: Command) -> None:
    Path("v.csv").write_text("y_pred,y_true\n" + "0.5,\n0.5,1\n" * 5_000 + "0.5,7\n")
    assert "ce" not in _reasons(lossctl("losses", "--for", "v.csv"))
    Path("v.csv").write_text("y_pred,y_true\n" + "0.5,\n0.5,1\n" * 4_999 + "0.5,7\n")
    why = "line 10000, column 'y_true': label 7; expected 0, 1, or a soft label between them"
    assert _reasons(lossctl("losses", "--for", "v.csv"))["ce"] == why


def test_a_file_whose_rows_all_lack_a_value_is_judged_by_its_columns(lossctl: Command) -> None:
    Path("v.csv").write_text("y_pred,y_true\n0.5,\n")
    assert "ce" not in _reasons(lossctl("losses", "--for", "v.csv"))
