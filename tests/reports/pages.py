"""Pages of each command, with names that a browser would act on everywhere, and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from lossctl.reports.pictures.picture import Axis, Bars, Cells, Curve, Panel, Picture, Points, Ranges, Rule
from lossctl.results.document import Document
from tests.conftest import Command

HOSTILE = "<script>alert(1)</script>]]>--><img src=x onerror=alert(2)>\"'&amp;\u202e\u05e9\u05dc\u05d5\u05dd 5 {{7*7}}"
LONG = "x" * 10_000
COMMANDS: dict[str, list[str]] = {
    "eval": ["eval", "a.tsv", "-l", "mse,mae", "--by", f"col:{HOSTILE}", "--worst", "2", "--keep", "k", "--confidence", "0.9"],
    "compare": ["compare", "a.tsv", "b<i>.tsv", "-l", "mse", "--by", f"col:{HOSTILE}", "--worst", "2", "--keep", "k"],
    "check": ["check", "a.tsv", "--max", "mse=2", "--min", "mae=1.5", "--max-gap", "mae=1%", "--by", f"col:{HOSTILE}"],
    "batch": ["batch", "a.tsv", "b<i>.tsv", "<b>lost.tsv", "-l", "mse,mae"],
    "losses": ["losses"],
}


def made(command: str, lossctl: Command) -> str:
    """The page of a command about hostile files in the working directory; also written there as page.html."""
    row = "{y}\t{pred}\t{group}\t{kept}\n"
    for name, shift in (("a.tsv", 1.0), ("b<i>.tsv", 1.5)):
        lines = [f"y_true\ty_pred\t{HOSTILE}\tk\n".replace('"', "")]
        for place, (group, kept) in enumerate(
            [("u", LONG), (HOSTILE.replace('"', ""), HOSTILE.replace('"', "")), ("v", "<b>")] * 4
        ):
            lines.append(row.format(y=place, pred=place + shift * (1 + place % 5), group=group, kept=kept))
        Path(name).write_text("".join(lines))
    arguments = [argument.replace('"', "") for argument in COMMANDS[command]]
    done = lossctl(*arguments, "-o", "page.html", "-q")
    assert done.code in (0, 1, 3), done.err
    return Path("page.html").read_text()


def pictures(_: Document | None) -> Iterator[Picture]:
    """A picture with every kind of mark, one with many names, and one that matplotlib might take for mathematics."""
    steps = np.arange(5.0)
    panels = [
        Panel(HOSTILE, Axis(HOSTILE), Axis("rows"), [Bars(steps, steps + 1, steps + 1), Rule(2.0, HOSTILE)], HOSTILE),
        Panel("$x$", Axis("x", "log"), Axis("y"), [Curve(steps + 1, steps, "a"), Curve(steps + 1, steps, "b", dashed=True)]),
        Panel("points", Axis("x"), Axis("y"), [Points(steps, steps, HOSTILE, [HOSTILE])], square=True),
        Panel("many", Axis("x"), Axis("y"), [Points(np.arange(500.0), np.arange(500.0))]),
        Panel("cells", Axis("x"), Axis("y"), [Cells(steps, steps, np.arange(16.0).reshape(4, 4))]),
    ]
    yield Picture(HOSTILE, panels, [HOSTILE])
    ends = [Ranges(steps, steps + 1, steps + 2, steps, status=["pass", "fail", "warn", "error", "pass"])]
    yield Picture("names", [Panel("", Axis("mse"), Axis("", names=[HOSTILE, LONG, "c", "$d$", "e"]), ends)])


def many(picture: Callable[[Document], Iterator[Picture]], times: int) -> Callable[[Document], Iterator[Picture]]:
    """The same pictures again and again."""
    return lambda document: (one for _ in range(times) for one in picture(document))
