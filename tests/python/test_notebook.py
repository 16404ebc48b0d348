"""Results at a prompt and in a notebook: at most a screen, and nothing that a browser would act on."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lossctl

HOSTILE = "<script>alert('1')</script>&\"\x1b[31m\u202e"
COLUMN = f"col:{HOSTILE}"  # what holds a slash is a file
INERT = "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&amp;&quot;\\x1b[31m\\u202e"


class Elements(HTMLParser):
    """The names of the elements that a browser would make."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)


def elements(html: str) -> set[str]:
    parser = Elements()
    parser.feed(html)
    return parser.names


def frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"y": [0.0, 0.0, 0.0], "pred": [1.0, 2.0, 3.0], **columns})


def test_an_evaluation_is_a_table() -> None:
    found = lossctl.evaluate(frame(g=["u", "v", "u"]), loss="mse", by="g")
    assert repr(found).splitlines() == [
        "frame: pred pred, target y, by g; 3 rows used",
        " loss   g      mean   n       std   min   max",
        " ────────────────────────────────────────────",
        " mse        4.66667   3   3.29983     1     9",
        " mse    u         5   2         4     1     9",
        " mse    v         4   1         0     4     4",
    ]
    assert found._repr_html_().startswith(
        '<div>\n<div>frame: pred pred, target y, by g; 3 rows used</div>\n<table class="dataframe">\n<caption>results</caption>\n'
        "<thead><tr><th>loss</th><th>g</th><th>mean</th>"
    )
    assert '<tr><td style="text-align: left">mse</td><td style="text-align: left">u</td><td style="text-align: right">5</td>' in (
        found._repr_html_()
    )


@pytest.mark.parametrize("command", ["evaluate", "compare", "check", "batch"])
def test_hostile_names_are_inert(command: str, here: Path) -> None:
    data = frame(**{HOSTILE: ["u", HOSTILE, "u"]})
    named = {HOSTILE: data, f"{HOSTILE} 2": data}
    commands: dict[str, Callable[[], Any]] = {
        "evaluate": lambda: lossctl.evaluate(data, loss="mse", by=COLUMN, worst=2, keep=COLUMN),
        "compare": lambda: lossctl.compare(named, loss="mse", by=COLUMN, worst=2, keep=COLUMN),
        "check": lambda: lossctl.check(named, max="mse=1", by=COLUMN),
        "batch": lambda: lossctl.batch({**named, "lost": f"{HOSTILE}.csv"}, loss="mse"),
    }
    found = commands[command]()
    html = found._repr_html_()
    assert elements(html) == {"div", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert INERT[:30] in html
    for text in (html, repr(found)):
        assert "\x1b" not in text
        assert "\u202e" not in text


@pytest.mark.slow
@pytest.mark.parametrize("groups", [20, 21, 20_000])
def test_many_groups_are_a_screen_and_say_how_to_have_all(groups: int) -> None:
    pred = np.arange(groups, dtype=float)
    found = lossctl.evaluate(pred, np.zeros(groups), "mae", by=np.arange(groups), worst=100)
    lines = repr(found).splitlines()
    assert len(lines) <= 50
    assert max(map(len, lines)) <= 200
    assert f"the first 20 of {groups + 1:,} rows; all: .to_frame()" in lines
    assert found._repr_html_().count("<tr>") <= 50
    assert len(found.to_frame()) == groups + 1
    assert len(found.worst) == min(groups, 100)


@pytest.mark.parametrize(("losses", "rows"), [("mae", 20), ("mae,mse", 6), ("mae,mse,huber", 5), ("mae,mse,huber,log_cosh", 5)])
def test_costliest_rows_of_several_losses_are_a_screen_too(losses: str, rows: int) -> None:
    found = lossctl.evaluate(np.arange(500.0), np.zeros(500), losses, by=np.arange(500), worst=100)
    lines = repr(found).splitlines()
    assert len(lines) <= 50
    assert f"the first {rows} of 100 rows; all: .to_frame()" in lines


def test_many_long_names_are_a_screen() -> None:
    long = "x" * 3000
    found = lossctl.batch({f"{place} {long}": [1.0, 2.0] for place in range(300)}, [0.0, 0.0], "mse")
    assert len(repr(found).splitlines()) <= 50
    assert len(repr(found)) < 10_000
    assert len(found._repr_html_()) < 10_000


def test_a_leaderboard_counts_its_runs() -> None:
    found = lossctl.batch({f"{place}": [1.0, 2.0] for place in range(25)}, [0.0, 0.0], ["mse", "mae"])
    assert "the first 20 of 25 rows; all: .to_frame()" in repr(found)


def test_worst_rows_are_a_frame() -> None:
    data = frame(name=["p", "q", "r"])
    found = lossctl.evaluate(data, loss="mse", worst=2, keep="name")
    assert found.worst[["loss", "row", "value", "name"]].to_numpy().tolist() == [["mse", 2, 9.0, "r"], ["mse", 1, 4.0, "q"]]
    assert lossctl.evaluate(data, loss="mse").worst.empty
    other = data.assign(pred=[5.0, 2.0, 0.0])
    compared = lossctl.compare(data, other, loss="mse", worst=1, keep="name").worst
    assert compared.to_dict("records") == [{"candidate": "candidate", "loss": "mse", "row": 0, "difference": 24.0, "name": "p"}]
    assert lossctl.compare(data, other, loss="mse").worst.empty


def test_a_verdict_stands_first() -> None:
    found = lossctl.check(frame(), max=["mse=9", "mae=1"])
    assert repr(found).splitlines()[:2] == ["1 of 2 checks failed", "frame: pred pred, target y; 3 rows used"]
    assert [*found.to_frame().status] == ["pass", "fail"]
    assert not lossctl.check("lost.csv", max="mse=1").ok
