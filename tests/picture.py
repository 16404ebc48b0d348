"""The pictures of the README: what a command shows on a terminal with colours, and what one draws.

`python -m tests.picture` draws them anew.
"""

from __future__ import annotations

import re
import tempfile
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests import ROOT
from tests.readme import copy_of_the_project, run_in_terminal

PICTURE = ROOT / "sample_data" / "check.svg"
COMMAND = "lossctl check sample_data/diabetes.csv --max mse=4000 --max rmse=56 --max mae=40 --confidence 0.95 -q"
WIDTH = 90
DISTRIBUTION = ROOT / "sample_data" / "loss.svg"
DISTRIBUTION_COMMAND = "lossctl eval sample_data/breast_cancer.csv -l ce -q -o loss.svg"
# Without its fonts, which a browser would fetch.
FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def drawn() -> str:
    """The picture as SVG."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="standard")
    console.print(f"[bold]$[/] {COMMAND}", highlight=False)
    with tempfile.TemporaryDirectory() as name:
        shown = run_in_terminal(COMMAND, copy_of_the_project(Path(name)), colours=True)
    console.print(Text.from_ansi(shown))
    return console.export_svg(title="lossctl check", theme=MONOKAI, code_format=FORMAT, unique_id="lossctl")


def distribution() -> str:
    """What `-o` draws, as SVG."""
    with tempfile.TemporaryDirectory() as name:
        folder = copy_of_the_project(Path(name))
        run_in_terminal(DISTRIBUTION_COMMAND, folder)
        return (folder / "loss.svg").read_text()


if __name__ == "__main__":
    PICTURE.write_text(drawn())
    DISTRIBUTION.write_text(distribution())
