"""What people see of tables: in a terminal's width, in colours, and nothing cut that is a number or a loss."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossctl.reports.formats.catalogue import Style, render_tables
from lossctl.reports.tables.short_names import cell_width, short_names, short_sentence
from lossctl.reports.tables.table import Table
from lossctl.reports.tables.verdict_tables import comparisons_table
from lossctl.results.document import Comparison, Document
from tests.conftest import Command
from tests.readme import run_in_terminal

RUNS = [f"exp/models/resnet-50/seed-{seed}/checkpoint-final/predictions.csv" for seed in range(3)]
WIDE = Table(
    "results",
    ["run", "loss", "mean", "n", "std", "min"],
    [[run, "huber:delta=1.5", 0.123456789, 1500, 0.5, 1e-300] for run in RUNS],
    names=["run"],
    spare=[("min",), ("std",)],
)


def lines(table: Table, width: int | None = None, *, colour: bool = False) -> list[str]:
    return "".join(map(str, render_tables([table], "table", Style(6, colour, width)))).splitlines()


def test_a_table_without_width_is_whole() -> None:
    assert lines(WIDE) == [
        " run                                                            loss                  mean       n   std      min",
        " ────────────────────────────────────────────────────────────────────────────────────────────────────────────────",
        *(f" {run}   huber:delta=1.5   0.123457   1,500   0.5   1e-300" for run in RUNS),
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 115, 200])
def test_a_table_fits_and_its_runs_losses_and_numbers_are_told_apart(width: int) -> None:
    shown = lines(WIDE, width)
    rows = shown[2:5]
    assert all(len(line) <= max(width, 50) for line in shown)
    assert len({row.split()[0] for row in rows}) == 3
    assert all(" huber:delta=1.5 " in row and " 0.123457 " in row for row in rows)


def test_what_is_left_out_is_said_and_is_the_least_needed() -> None:
    assert lines(WIDE, 60) == [
        " run                   loss                 mean      n  std",
        " ───────────────────────────────────────────────────────────",
        *(f" …seed-{seed}…dictions.csv  huber:delta=1.5  0.123457  1,500  0.5" for seed in range(3)),
        "no room for min; all: -f tsv",
    ]
    assert lines(WIDE, 45)[-1] == "no room for std, min; all: -f tsv"


def test_a_terminal_of_one_column_gets_every_number_whole() -> None:
    assert " huber:delta=1.5 0.123457 1,500" in lines(WIDE, 1)[2]


def test_names_that_differ_in_their_middle_stay_different() -> None:
    assert short_names(RUNS, 24) == {
        RUNS[0]: "…seed-0…/predictions.csv",
        RUNS[1]: "…seed-1…/predictions.csv",
        RUNS[2]: "…seed-2…/predictions.csv",
    }
    assert short_names(["a" * 30 + one + "z" * 30 for one in "xyw"] + ["b"], 12) is None
    assert short_names(["preds.csv"], 4) == {"preds.csv": "p…sv"}


def test_wide_characters_take_two_cells() -> None:
    assert cell_width("日本") == 4
    assert cell_width("e\u0301") == 1
    name = short_names(["日本" * 10], 10)
    assert name is not None
    assert [cell_width(short) for short in name.values()] == [9]
    shown = lines(Table("t", ["run", "value"], [["日本", 1.0], ["ab", 2.0]]))
    assert [cell_width(line) for line in shown] == [13, 13, 13, 13]


def test_sentences_lose_their_end() -> None:
    assert short_sentence("no such file or directory", 12) == "no such fil…"
    table = Table("t", ["run", "error"], [["a", "word " * 30]], sentences=["error"])
    assert lines(table, 40)[2] == " a    word word word word word word wor…"


def test_a_verdict_has_its_colour_beside_its_word() -> None:
    table = Table("checks", ["check", "verdict"], [["pass", "fail"], ["b", "pass"], ["c", "warn"]], verdict="verdict")
    assert lines(table, colour=True)[2:] == [
        " pass    \x1b[31mfail\x1b[0m",
        " b       \x1b[32mpass\x1b[0m",
        " c       \x1b[33mwarn\x1b[0m",
    ]
    assert lines(table)[2:] == [" pass    fail", " b       pass", " c       warn"]


def test_numbers_kept_as_text_stand_right() -> None:
    table = Table("t", ["lr", "limit"], [["0.1", "+1"], ["10", "+10"], [None, "+5"]], sentences=["lr"])
    assert lines(table)[2:] == [" 0.1   +1", "  10   +10", "       +5"]


def test_sentences_above_a_table_are_wrapped_to_the_terminal() -> None:
    table = Table("t", ["a"], [[1]], lead=["one two three four five six"])
    assert lines(table, 20) == ["one two three four", "five six", "", " a", " ─", " 1"]


def test_columns_that_go_together_are_left_out_together() -> None:
    table = Table("t", ["loss", "better", "worse"], [["mse", 10, 20]], spare=[("better", "worse")])
    assert lines(table, 19) == [" loss", " ────", " mse", "no room for better,", "worse; all: -f tsv"]


def test_long_names_in_sentences_are_shortened_on_a_terminal_alone() -> None:
    table = Table("t", ["a"], [[1]], lead=[f"{RUNS[1]} is worse than {RUNS[0]}"], mentions=RUNS)
    assert lines(table)[0] == f"{RUNS[1]} is worse than {RUNS[0]}"
    assert lines(table, 60)[:2] == [
        "…seed-1/checkpoint-final/predictions.csv is worse than",
        "…seed-0/checkpoint-final/predictions.csv",
    ]


def test_an_empty_column_that_is_left_out_is_not_missed() -> None:
    table = Table("t", ["loss", "baseline"], [["mse", None], ["mae", None]], spare=[("baseline",)])
    assert lines(table, 12) == [" loss", " ────", " mse", " mae"]


@pytest.mark.slow
@pytest.mark.parametrize("width", [60, 80, 120])
def test_what_commands_show_fits_a_terminal_and_a_pipe_has_no_width(width: int, tmp_path: Path) -> None:
    for seed in range(2):
        folder = tmp_path / f"experiments/models/resnet-50/seed-{seed}/checkpoint-final"
        folder.mkdir(parents=True)
        rows = "".join(f"{'nord' if row % 2 else 'sued'},{row % 3},{row % 7 + seed / 7}\n" for row in range(40))
        (folder / "predictions-of-the-validation-set.csv").write_text(f"region,y_true,y_pred\n{rows}")
    runs = "experiments/models/resnet-50/seed-?/checkpoint-final/*.csv"
    for command in (
        f"eval {runs} -l mse,huber:delta=1.5 --by region --quantiles 50,90",
        f"compare {runs} -l mse,mae --by region",
        f"check {runs} --max mse=1 --by region -q",
        f"batch {runs} -l mse,mae,huber:delta=1.5 --quantiles 50",
    ):
        shown = run_in_terminal(f"COLUMNS={width} lossctl {command}", tmp_path).splitlines()
        said = [line for line in shown if line.startswith("lossctl: ")]
        table = [line for line in shown if not line.startswith("lossctl: ")]
        assert max(map(cell_width, table)) <= width, command
        assert command.startswith("check") or max(map(len, said), default=0) <= 2 * width
        piped = run_in_terminal(f"COLUMNS={width} lossctl {command} -f table 2>&1 | cat", tmp_path)
        assert "experiments/models/resnet-50/seed-1/checkpoint-final/predictions-of-the-validation-set.csv" in piped
        assert "\x1b" not in piped


def test_groups_called_like_columns_of_a_leaderboard_are_shown(lossctl: Command) -> None:
    Path("a.csv").write_text("error,rank,y_true,y_pred\nx,1,0,1\ny,2,0,2\n")
    out = lossctl("eval", "a.csv", "-l", "mse", "--by", "error,rank", "-f", "table", "-q").out.splitlines()
    assert out[0].split()[:3] == ["loss", "error", "rank"]
    assert out[3].split()[:4] == ["mse", "x", "1", "1"]
    out = lossctl("batch", "a.csv", "-l", "mse", "--by", "error,rank", "-f", "table", "-q").out.splitlines()
    assert out[0].split()[:5] == ["rank", "run", "loss", "by:error", "by:rank"]


def test_a_comparison_and_a_list_of_losses_have_room_on_40_cells() -> None:
    compared = Comparison(
        loss="mse", by=None, base="a.csv", candidate="b.csv", base_value=1.05904, value=1.0397, difference=-0.0193387,
        low=-0.350259, high=0.31127, confidence=0.95, method="bootstrap", p_value=0.951049, p_adjusted=0.951049, better=108,
        worse=92, equal=0, n=200,
    )  # fmt: skip
    table = comparisons_table(Document(command="compare", version="0.1.0", comparisons=(compared,)))
    assert [line for line in lines(table, 40) if cell_width(line) > 40] == []
    assert " mse   -0.0193387  -0.350259   0.31127" in lines(table, 40)
    assert any(line.endswith("0.951049") for line in lines(table, 60))
    listing = Table("losses", ["loss", "inputs", "what"], [["rmse", "pred, target", "Root of the mean"]], sentences=["what"])
    assert lines(listing, 32)[2] == " rmse pred, target Root of the…"
